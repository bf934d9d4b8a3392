"""A command of the user's, run without a shell and within limits, and nothing of it left when it is done.

It runs in the user's own folder and environment, in a session of its own; what it reads and writes for us lies in a
private folder, its standard streams too, so that nothing has to be read while it runs and everything can be weighed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from convcli.errors import Setting
from convcli.files import private_folders, processes
from convcli.files.program_words import ProgramError, code_words, last_words, start_words

BETWEEN_LOOKS = 0.05  # seconds; in that time a program fills some 100 MB
AT_FIRST = 0.005  # seconds: most commands are short
TIDYING = 2.0  # seconds in which everything that was started is ended
QUIET_LOOKS = 2  # at the table of processes, which one that forks just then may be missing from
MAX_WAIT = 0.2  # seconds for a command that is being started
MIB = 1 << 20
_running: set[_Running] = set()
_starting = threading.Lock()  # held while a command comes into being


class Limits(NamedTuple):
    """What a command may take.

    Attributes:
        seconds: of one run, or between two signs of life where it gives such signs.
        memory: bytes, of all its processes; where the system does not tell, nobody watches.
        output: bytes of everything that it writes for us, its standard streams too.
    """

    seconds: float = 10.0
    memory: int = 2048 * MIB
    output: int = 64 * MIB


class Ended(NamedTuple):
    """A run that ended by itself.

    Attributes:
        seconds: it took.
        left: processes that it left behind, which were ended.
        said: the last lines of what it said on stderr, or else on stdout.
    """

    code: int
    seconds: float
    left: int
    said: str


@dataclass(eq=False)
class _Running:
    """A command that runs, and those of our processes that were there before it."""

    process: subprocess.Popen[bytes]
    before: frozenset[int]
    ours: int = field(default_factory=os.getpid)

    def others(self, table: Mapping[int, processes.Process]) -> set[int]:
        """Everybody it started, those too that were left by their parents and fell to us."""
        own = self.process.pid
        adopted = {row.pid for row in table.values() if row.parent == self.ours} - self.before - {own}
        found = adopted | {row.pid for row in table.values() if row.group == own}
        for pid in (own, *adopted):
            found |= processes.descendants(pid, table)
        return found - {own, self.ours}

    def memory(self) -> int:
        """Bytes of all of them."""
        table = processes.table()
        pids = self.others(table) | {self.process.pid}
        return sum(table[pid].memory for pid in pids if pid in table)

    def end(self) -> int:
        """End all of them at once, whatever they do about it; how many were left beside the first."""
        left: set[int] = set()
        until, quiet = time.monotonic() + TIDYING, 0
        while True:
            _kill_group(self.process)
            table = processes.table()
            others = self.others(table)
            left |= {pid for pid in others if table[pid].memory}  # what has ended has none
            processes.kill(others)
            processes.reap(others)
            quiet = 0 if others else quiet + 1
            if quiet == QUIET_LOOKS or time.monotonic() > until:
                return len(left)
            time.sleep(0.001)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, processes.KILL)
        elif os.name == "nt" and process.poll() is None:
            command = ("taskkill", "/F", "/T", "/PID", str(process.pid))
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    with contextlib.suppress(OSError):
        (process.kill if hasattr(signal, "SIGKILL") else process.terminate)()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(TIDYING)


def filled_in(words: Sequence[str], given: str, wanted: str) -> list[str]:
    """The words with `{in}` and `{out}` replaced, inside words too.

    >>> filled_in(["gm", "png:{in}", "{out}"], "a.png", "b.png")
    ['gm', 'png:a.png', 'b.png']
    """
    return [word.replace("{in}", given).replace("{out}", wanted) for word in words]


def run(
    words: Sequence[str],
    folder: str,
    limits: Limits,
    *,
    name: str,
    given: str | None = None,
    wanted: str | None = None,
    alive: Callable[[], int] | None = None,
) -> Ended:
    """Run a command to its end, and end whatever it leaves behind.

    Args:
        words: the program and its arguments, which no shell reads.
        folder: a private one: its size is watched.
        name: what messages call the program.
        given: the file that is its standard input, which is empty otherwise.
        wanted: the file that its standard output goes to; "said" otherwise.
        alive: a number that grows as it gets on: its time begins anew then.

    Raises:
        ProgramError: it cannot be started; it went beyond a limit and was ended; it ended with another code than 0.
    """
    began, orphans = time.monotonic(), processes.take_over_orphans(True)
    try:
        with contextlib.ExitStack() as stack:
            streams = _streams(stack, folder, given, wanted)
            running = _started(words, name, streams)
            try:
                broken = _watched(running, folder, limits, alive)
            finally:
                left = running.end()
                _running.discard(running)
    finally:
        processes.take_over_orphans(orphans)
    seconds = time.monotonic() - began
    said = last_words(folder, wanted)
    if broken:
        raise ProgramError(name, *broken, limited=True, said=said)
    code = running.process.returncode
    if code:
        raise ProgramError(name, code_words(code), code=code, said=said)
    return Ended(code, seconds, left, said)


def _streams(stack: contextlib.ExitStack, folder: str, given: str | None, wanted: str | None) -> list[BinaryIO]:
    paths = (given or os.devnull, "rb"), (wanted or os.path.join(folder, "said"), "wb")
    return [stack.enter_context(open(path, mode)) for path, mode in (*paths, (os.path.join(folder, "stderr"), "wb"))]  # type: ignore[misc]


def _started(words: Sequence[str], name: str, streams: Sequence[BinaryIO]) -> _Running:
    ours = os.getpid()
    before = frozenset(row.pid for row in processes.table().values() if row.parent == ours)
    stdin, stdout, stderr = streams
    try:
        with _starting:
            process = subprocess.Popen(
                list(words),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            running = _Running(process, before)
            _running.add(running)
    except (OSError, ValueError) as error:
        raise ProgramError(name, start_words(words, error), started=False) from error
    return running


def _watched(
    running: _Running, folder: str, limits: Limits, alive: Callable[[], int] | None
) -> tuple[str | Setting, ...]:
    """Wait for its end; the limit that it went beyond, in words, or nothing."""
    since, signs, pause = time.monotonic(), alive() if alive else 0, AT_FIRST
    while True:
        try:
            running.process.wait(max(0.001, min(pause, since + limits.seconds - time.monotonic())))
            return _too_much(folder, limits)
        except subprocess.TimeoutExpired:
            pause = BETWEEN_LOOKS
        if alive and (now := alive()) != signs:
            since, signs = time.monotonic(), now
        if time.monotonic() - since >= limits.seconds:
            return f"it was ended after {limits.seconds:g} s without a result; ", Setting("timeout"), " gives it more"
        if problem := _too_much(folder, limits):
            return problem
        if running.memory() > limits.memory:
            size = _size(limits.memory)
            return f"it took more than {size} of memory and was ended; ", Setting("memory"), " gives it more"


def _too_much(folder: str, limits: Limits) -> tuple[str | Setting, ...]:
    if sum(_sizes(folder)) <= limits.output:
        return ()
    return (f"it wrote more than {_size(limits.output)}, which no answer needs, and was ended",)


def _sizes(folder: str) -> Iterator[int]:
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                yield os.lstat(os.path.join(place, name)).st_size


def _size(count: int) -> str:
    return f"{count // MIB:,} MiB"


def end_running() -> None:
    """End every command that runs, and remove every private folder, for a process that is about to end itself.

    No command is begun after this: a thread that tries waits for the end of the process.
    """
    _starting.acquire(timeout=MAX_WAIT)
    for running in tuple(_running):
        running.end()
    private_folders.remove_all()
