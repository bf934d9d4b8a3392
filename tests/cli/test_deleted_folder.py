"""A working folder that has been deleted: what needs no file works, what names one there is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = "import os, sys; os.rmdir(os.getcwd()); from convcli.__main__ import main; sys.argv[0] = 'convcli'; main()"
ANSWERS = [
    ["apply", "0 1; 2 3", "-k", "1 1"],
    ["apply", "sample:shapes", "-k", "box", "-o", "-"],
    ["equivariance", "sample:shapes", "-k", "box"],
    ["explain", "0 1; 2 3", "-k", "1 1", "--at", "0,0"],
    ["flip", "1 2"],
    ["kernels", "box"],
    ["learn", "0 1 2; 2 3 1", "1 2 3; 3 4 2", "--kernel-size", "1"],
    ["matrix", "3x3", "-k", "box"],
    ["params", "28x28x1", "--kernel", "5x5"],
    ["show", "0 1; 2 3"],
    ["summary", "28x28x1 conv:6,5 flatten fc:10"],
    ["verify", "-k", "box"],
]
REFUSED = [
    ["apply", "0 1; 2 3", "-k", "1 1", "-o", "x.npy"],
    ["apply", "0 1; 2 3", "-k", "1 1", "-o", "out/"],
    ["apply", "gone.png", "-k", "1 1", "-o", "x.png"],
    ["apply", "0 1; 2 3", "-k", "@gone.txt"],
    ["equivariance", "sample:shapes", "-k", "box", "-o", "e.png"],
    ["explain", "0 1; 2 3", "-k", "1 1", "--at", "0,0", "-o", "e.png"],
    ["flip", "1 2", "-o", "f.txt"],
    ["kernels", "box", "-o", "k.png"],
    ["learn", "0 1 2; 2 3 1", "1 2 3; 3 4 2", "--kernel-size", "1", "-o", "k.txt"],
    ["matrix", "3x3", "-k", "box", "-o", "m.png"],
    ["params", "28x28x1", "--kernel", "5x5", "-o", "p.png"],
    ["show", "0 1; 2 3", "-o", "s.png"],
    ["verify", "-k", "box", "-o", "v.png"],
]


def run(folder: Path, line: list[str]) -> Any:
    """The finished process, begun in a folder that it deletes first."""
    (folder / "gone").mkdir()
    return subprocess.run(
        [sys.executable, "-P", "-c", COMMAND, *line], capture_output=True, cwd=folder / "gone", stdin=subprocess.DEVNULL
    )


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted there")
@pytest.mark.parametrize("line", ANSWERS, ids=lambda line: line[0])
def test_what_needs_no_file_works(tmp_path: Path, line: list[str]) -> None:
    """An answer on stdout, and nothing about folders."""
    done = run(tmp_path, line)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert b"Error" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted there")
@pytest.mark.parametrize("line", REFUSED, ids=lambda line: " ".join(line[:2]))
def test_a_file_there_is_refused_by_name(tmp_path: Path, line: list[str]) -> None:
    """One message and exit 3."""
    done = run(tmp_path, line)
    message = done.stderr.decode()
    assert done.returncode == 3, message
    assert message.count("Error: ") == 1
    assert "working folder has been deleted" in message or "no such file" in message


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted there")
def test_a_file_elsewhere_is_written(tmp_path: Path) -> None:
    """A path from the root needs no working folder."""
    done = run(tmp_path, ["flip", "1 2", "-o", str(tmp_path / "f.txt")])
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "f.txt").read_text().split() == ["2", "1"]
