"""`python -m convcli`, and the console script."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn


def program() -> NoReturn:
    """Be the whole process: run the command line and end without tidying what the system frees anyway.

    Taking the interpreter and its libraries down in good order takes longer than filtering a photograph.
    """
    code = _run()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, full, or not there: it was reported
            stream.flush()
    os._exit(code)


def main() -> NoReturn:
    """Run the command line and leave with its exit code, for programs that go on."""
    sys.exit(_run())


def _run() -> int:
    try:
        if sys.argv[1:2] == ["apply"]:
            from convcli.images.pillow import head_start

            head_start.begin(sys.argv[2:])
        from convcli.cli import signals
        from convcli.cli.app import run

        code = run(sys.argv[1:])
        signals.at_ease()
    except KeyboardInterrupt:  # before or after the command itself
        code = 130
    return code


if __name__ == "__main__":
    program()
