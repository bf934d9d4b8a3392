"""The process: one line, one exit code; and the one place where errors become messages."""

from __future__ import annotations

import os
import sys

from convcli.cli import front_page, streams
from convcli.errors import ConvcliError, printable

TYPE_CHECKING = False
if TYPE_CHECKING:  # every start goes through here: what only types need is not imported
    from collections.abc import Callable
    from typing import NoReturn

INTERRUPTED = 130  # as of a process that SIGINT ended


def run(arguments: list[str], *, alone: bool = False) -> int:
    """Run one command line and return the process's exit code.

    Args:
        alone: the process is this command and nothing else: SIGINT and SIGTERM end it, by `signals`.
    """
    streams.settle_streams()
    try:
        if "_CONVCLI_COMPLETE" not in os.environ and (page := front_page.answer(arguments)) is not None:
            return _delivered(lambda: _printed(page), arguments)  # nothing to tidy: signals may end it as any process
        return _command(arguments, alone=alone)
    except KeyboardInterrupt:  # of a program that keeps its signals; files were given up on the way
        return INTERRUPTED


def _printed(page: str) -> int:
    print(page)
    return 0


def _command(arguments: list[str], *, alone: bool) -> int:
    from convcli.cli import signals

    settle_arithmetic()
    if alone:
        signals.take_over()
    try:
        return _delivered(lambda: _called(arguments), arguments)
    finally:
        signals.give_way()


def _called(arguments: list[str]) -> int:
    from convcli.cli import root

    if "_CONVCLI_COMPLETE" in os.environ:
        from convcli.cli.help.shells import add_shells

        add_shells()
    return root.call(arguments)


def _delivered(work: Callable[[], int], arguments: list[str]) -> int:
    """Do what a line asks for, and see that what it printed has arrived."""
    try:
        code = _translated(work, arguments)
        sys.stdout.flush()
        return code
    except OSError as error:
        if streams.has_no_reader(error):
            streams.abandon(sys.stdout)  # leave quietly
            return 1
        if not streams.is_full(error):
            raise
        streams.abandon(sys.stdout)
        return _say(f"stdout: cannot be written: {error.strerror}", 3)


def _translated(work: Callable[[], int], arguments: list[str]) -> int:
    """Do it; every error becomes a message and an exit code here."""
    try:
        return work()
    except ConvcliError as error:
        from convcli.cli.first_words import completed
        from convcli.cli.root import root
        from convcli.cli.spelling import spelled

        return _say(completed(spelled(error, root.running), error, arguments), error.exit_code)
    except MemoryError:
        return _say("there is not enough memory; use a smaller picture, less padding or fewer kernels", 3)


def settle_arithmetic() -> None:
    """One thread a product, and no remarks of NumPy's."""
    import warnings

    # Bands run in our own threads; BLAS threads inside them would only fight over the cores.
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    # Overflow and NaN are reported by the commands, in numbers; NumPy's remarks would name our lines.
    warnings.filterwarnings("ignore", "(overflow|underflow|invalid value|divide by zero)", RuntimeWarning)


def _say(message: str, code: int) -> int:
    from convcli.cli import signals

    signals.give_way()
    from convcli.report.printing.wrapping import terminal_width, wrapped

    width = terminal_width(sys.stderr)
    lines = "\n".join(wrapped(printable(line, 400), width) for line in f"Error: {message}".splitlines()[:3])
    try:
        print(lines, file=sys.stderr)
    except OSError:  # a stderr that cannot be written: the exit code is left
        streams.abandon(sys.stderr)
    return code


def stop(code: int) -> NoReturn:
    """Leave a command with an exit code: 1 says that a claim did not hold."""
    import click

    raise click.exceptions.Exit(code)
