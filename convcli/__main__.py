"""`python -m convcli`, and the console script."""

from __future__ import annotations

import _signal  # the interpreter's own: importing `signal` takes a while, in which SIGINT would end in a traceback
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def program() -> NoReturn:
    """Be the whole process: run the command line and end without tidying what the system frees anyway.

    Taking the interpreter and its libraries down in good order takes longer than filtering a photograph.
    """
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # a quiet end, until the command watches for itself
    code = _run(alone=True)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # closed, full, or not there: it was reported
            continue
    os._exit(code)


def main() -> NoReturn:
    """Run the command line and leave with its exit code, for programs that go on; signals stay theirs."""
    sys.exit(_run(alone=False))


def _run(*, alone: bool) -> int:
    if sys.argv[1:2] == ["apply"] and any(map(os.path.isfile, sys.argv[2:])):
        from convcli.images.pillow import head_start

        head_start.begin(sys.argv[2:])
    from convcli.cli.app import run

    return run(sys.argv[1:], alone=alone)


if __name__ == "__main__":
    program()
