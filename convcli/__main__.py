"""`python -m convcli`, and the console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        if sys.argv[1:2] == ["apply"]:
            from convcli.images import head_start

            head_start.begin(sys.argv[2:])
        from convcli.cli import signals
        from convcli.cli.app import run

        code = run(sys.argv[1:])
        signals.at_ease()
    except KeyboardInterrupt:  # before or after the command itself
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
