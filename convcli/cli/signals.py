"""SIGINT and SIGTERM: the command ends within a second, and its temporary files go with it.

Python runs a signal's handler between two steps of the main thread, which may
be inside one long call of a C library: a large WebP is encoded in seconds.  The
system wakes a second thread at once; if the main thread has not ended after
`GRACE`, that thread ends the process.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
GRACE = 0.3  # seconds
SHOW_CURSOR = b"\x1b[?25h\n"  # a progress bar hides it


class Terminated(BaseException):
    """SIGTERM, as an exception, so that temporary files are removed on the way out."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Turn SIGTERM into `Terminated` inside the block, and end the process if that takes too long."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    receiver, sender = os.pipe()
    os.set_blocking(sender, False)
    handler = signal.signal(signal.SIGTERM, _raise_terminated)
    wakened_before = signal.set_wakeup_fd(sender, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(receiver,), name="signals", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakened_before)
        signal.signal(signal.SIGTERM, handler)
        os.close(sender)  # which ends the watcher
        watcher.join()
        os.close(receiver)


def leave(code: int, threads_before: int) -> int:
    """Leave after a signal: half-written temporary files go, threads that still work are not waited for."""
    at_work = threading.active_count() > threads_before
    _discard_unfinished(for_good=at_work)
    if at_work:
        os._exit(code)
    return code


def at_ease() -> None:
    """When nothing is left to tidy, a signal may end the process by itself."""
    for signum in EXIT_CODES:
        if signal.getsignal(signum) is not signal.SIG_IGN:
            signal.signal(signum, signal.SIG_DFL)


def _raise_terminated(signum: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


def _watch(receiver: int) -> None:
    while content := os.read(receiver, 1):
        code = EXIT_CODES.get(signal.Signals(content[0]))
        if code is None:
            continue
        in_time, _, _ = select.select([receiver], [], [], GRACE)
        if in_time and not os.read(receiver, 1):
            return  # the main thread has left the block
        _discard_unfinished(for_good=True)
        if sys.stderr is not None and sys.stderr.isatty():
            os.write(sys.stderr.fileno(), SHOW_CURSOR)
        os._exit(code)


def _discard_unfinished(*, for_good: bool) -> None:
    output = sys.modules.get("convcli.files.output")
    if output is not None:
        output.discard_unfinished(for_good=for_good)
