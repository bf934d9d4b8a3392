"""SIGINT and SIGTERM: the process ends at once, and its unfinished files go with it.

A handler that raises can strike anywhere: inside the standard library's own locks, while a thread is being
started, in a destructor.  So the handlers here do nothing at all.  The system's wake-up byte reaches a thread
that waits for it, and that thread gives up what is unfinished and ends the process, whatever the others do:
a large WebP is encoded in one call of several seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
# What ends with the process: files that are being written, commands of others that run, a cluster's workers.
TIDIED = (
    ("convcli.files.output", "discard_unfinished"),
    ("convcli.files.programs", "end_running"),
    ("convcli.cli.cluster.local_workers", "end_workers"),
)
SHOW_CURSOR = b"\x1b[?25h\n"  # a progress bar hides it
_ending = threading.Event()


def take_over() -> None:
    """End the process on SIGINT and SIGTERM from now on; for a process that is this command alone.

    A signal that the caller has had ignored, as `nohup` and a shell's `&` do, stays ignored.
    """
    receiver, sender = os.pipe()
    if hasattr(os, "set_blocking"):  # Windows knows it from Python 3.12 on, and does without before
        os.set_blocking(sender, False)
    signal.set_wakeup_fd(sender, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(receiver,), name="signals", daemon=True).start()
    for signum in EXIT_CODES:
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, _do_nothing)  # without a handler there would be no wake-up


def give_way() -> None:
    """Once a signal ends the process, wait for the end: what fails now only fails because its files have gone."""
    if _ending.is_set():
        threading.Event().wait()


def _do_nothing(signum: int, frame: FrameType | None) -> None:
    """What is to be done, the watcher does."""


def _watch(receiver: int) -> None:
    while content := os.read(receiver, 1):
        code = EXIT_CODES.get(signal.Signals(content[0]))
        if code is not None:
            _end(code)


def _end(code: int) -> None:
    _ending.set()
    try:
        # Where a module is not imported yet, or only in part, nothing of its kind was begun.
        for module, name in TIDIED:
            tidy = getattr(sys.modules.get(module), name, None)
            if tidy is not None:
                tidy()
        if sys.stderr is not None and sys.stderr.isatty():
            os.write(sys.stderr.fileno(), SHOW_CURSOR)
    finally:
        os._exit(code)
