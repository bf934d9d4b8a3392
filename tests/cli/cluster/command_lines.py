"""Many command lines in one process that is not the tests': python -m tests.cli.cluster.command_lines FOLDER.

stdin is a list of lines in JSON, stdout the exit code and both streams of each.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.command_line import convcli

ROOT = Path(__file__).parents[3]
Ended = tuple[int, str, str]


def run_lines(folder: Path, lines: Sequence[Sequence[str]]) -> list[Ended]:
    """Exit code, stdout and stderr of each."""
    program = [sys.executable, "-m", __name__, str(folder)]
    done = subprocess.run(program, cwd=ROOT, input=json.dumps(lines), stdout=subprocess.PIPE, text=True, timeout=100)
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]


def main(folder: str) -> None:
    """Run them."""
    ended = [convcli(*line, cwd=Path(folder)) for line in json.load(sys.stdin)]
    print(json.dumps([(each.code, each.text, each.err) for each in ended]))


if __name__ == "__main__":
    main(sys.argv[1])
