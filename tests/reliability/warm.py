"""A warm process that runs one command line after another, each in a child of its own with limits.

Starting Python and importing NumPy and Pillow takes a quarter of a second;
forking a process that has them takes a few milliseconds.  The child is a real
process: its own descriptors, limits, signals, exit code and interpreter
shutdown.

The tests' side is `Warm`; `serve` is the warm process.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
HELD_BACK = (signal.SIGINT, signal.SIGTERM)
LONGEST = 20  # seconds of the clock until a child is ended: it hangs


@dataclass(frozen=True)
class Order:
    """What to run.

    Attributes:
        arguments: after `convcli`, as bytes, so that any file name fits.
        stdin: what the command reads.
        address_space: bytes beyond what the warm process has, or None.
        file_size: the largest file that can be written, or None.
        files: the most open descriptors, or None.
        kill: a signal and the seconds after which it is sent, or None.
        closed: descriptors that are closed from the start.
        stdout: a path that takes the place of stdout.
    """

    arguments: tuple[bytes, ...]
    cwd: str
    stdin: bytes = b""
    address_space: int | None = None
    file_size: int | None = None
    files: int | None = None
    kill: tuple[int, float] | None = None
    closed: tuple[int, ...] = ()
    stdout: str | None = None
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """How a child ended.

    Attributes:
        code: exit code, or minus the signal.
        cpu: seconds of both kinds of processor time.
        peak: bytes of memory at the most.
        after_signal: seconds of the clock from the signal to the end; None when it had ended by itself.
    """

    code: int
    out: bytes
    err: str
    cpu: float
    peak: int
    after_signal: float | None

    @property
    def lines(self) -> list[str]:
        """stderr without blank lines."""
        return [line for line in self.err.splitlines() if line.strip()]


class Warm:
    """The warm process, as seen by the tests."""

    def __init__(self) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.reliability.warm import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        )

    def run(self, *arguments: str | bytes | Path, cwd: Path, **limits: Any) -> Ended:
        """Run `convcli ARGUMENTS` in a folder; see `Order` for the limits."""
        order = Order(tuple(os.fsencode(argument) for argument in arguments), str(cwd), **limits)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _send(self._process.stdin.fileno(), order)
        ended = _receive(self._process.stdout.fileno())
        assert isinstance(ended, Ended)
        return ended

    def close(self) -> None:
        """End the warm process."""
        self._process.communicate()


def _send(descriptor: int, thing: object) -> None:
    content = pickle.dumps(thing)
    content = struct.pack("<Q", len(content)) + content
    while content:
        content = content[os.write(descriptor, content) :]


def _receive(descriptor: int) -> object:
    (length,) = struct.unpack("<Q", _exactly(descriptor, 8))
    return pickle.loads(_exactly(descriptor, length))


def _exactly(descriptor: int, length: int) -> bytes:
    content = b""
    while len(content) < length:
        piece = os.read(descriptor, length - len(content))
        if not piece:
            raise EOFError
        content += piece
    return content


def serve() -> None:
    """Take orders from stdin until it is closed."""
    import_everything()
    gc.freeze()  # the collector would copy every page in every child
    orders, answers = os.dup(0), os.dup(1)
    while True:
        try:
            order = _receive(orders)
        except EOFError:
            return
        assert isinstance(order, Order)
        out, err = os.memfd_create("out"), os.memfd_create("err")
        signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)  # until the child has become the command
        child = os.fork()
        if child == 0:
            _become(order, out, err)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)
        _send(answers, _watch(child, order, out, err))


def import_everything() -> None:
    """What most command lines import, so that a child does not have to: by running a few."""
    from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

    from convcli.cli.app import run

    assert all((BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin))
    with tempfile.TemporaryDirectory() as folder:
        for output in ("out.png", "out.npy", "out.txt", "out.tiff"):
            assert run(["apply", "0 1; 2 3", "-k", "1", "-q", "-o", f"{folder}/{output}"]) == 0
        batch = ["apply", f"{folder}/out.tiff", f"{folder}/out.png", "-k", "1", "-q", "-o", f"{folder}/new/"]
        assert run([*batch, "--jobs", "1"]) == 0
        assert threading.active_count() == 1, "a process with threads cannot be forked"


def _watch(child: int, order: Order, out: int, err: int) -> Ended:
    sent = None
    if order.kill is not None:
        signum, delay = order.kill
        time.sleep(delay)
        finished, status, usage = os.wait4(child, os.WNOHANG)
        if not finished:
            sent = time.perf_counter()
            os.kill(child, signum)
            _, status, usage = os.wait4(child, 0)
    else:
        _, status, usage = os.wait4(child, 0)
    after = None if sent is None else time.perf_counter() - sent
    text = _written(err).decode("utf-8", "backslashreplace")
    cpu, code = usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)
    return Ended(code, _written(out), text, cpu, usage.ru_maxrss << 10, after)


def _written(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as file:
        file.seek(0)
        return file.read()


def _become(order: Order, out: int, err: int) -> NoReturn:
    """Turn into `convcli`; leaves through the interpreter's own exit."""
    os.chdir(order.cwd)
    os.environ.update(order.environment)
    stdin = os.memfd_create("stdin")
    os.write(stdin, order.stdin)
    os.lseek(stdin, 0, os.SEEK_SET)
    if order.stdout is not None:
        out = os.open(order.stdout, os.O_WRONLY)
    for given, place in ((stdin, 0), (out, 1), (err, 2)):
        os.dup2(given, place)
    for place in order.closed:
        os.close(place)
    os.closerange(3, 256)
    for place, name in enumerate(("stdin", "stdout", "stderr")):
        stream = None if place in order.closed else os.fdopen(place, "r" if place == 0 else "w", closefd=False)
        setattr(sys, name, stream)
    _limit(order)
    signal.alarm(LONGEST)
    sys.argv = ["convcli", *(os.fsdecode(argument) for argument in order.arguments)]
    from convcli.__main__ import program

    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)
    except KeyboardInterrupt:
        sys.exit(130)
    program()


def _limit(order: Order) -> None:
    limits = {resource.RLIMIT_FSIZE: order.file_size, resource.RLIMIT_NOFILE: order.files}
    if order.address_space is not None:
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limits[resource.RLIMIT_AS] = held + order.address_space
    limits[resource.RLIMIT_CORE] = 0
    for kind, most in limits.items():
        if most is not None:
            resource.setrlimit(kind, (most, most))
