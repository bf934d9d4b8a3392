"""Print the README's set-up command or test command: `readme_command.py setup|test`."""

from __future__ import annotations

import pathlib
import re
import sys

MARK = {"setup": "convcli apply", "test": "pytest"}


def command(kind: str) -> str:
    """The first fenced shell block of README.md that makes an environment and runs what the kind names."""
    readme = (pathlib.Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```(?:sh|bash|shell|console)\n(.*?)```", readme, flags=re.DOTALL):
        if "-m venv" in block and MARK[kind] in block:
            return str(block.strip())
    raise SystemExit(f"README.md has no {kind} command")


if __name__ == "__main__":
    print(command(sys.argv[1]))
