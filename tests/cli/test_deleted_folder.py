"""A working folder that has been deleted: what needs no file works, what names one there is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import Finished, convcli

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


def run(folder: Path, line: list[str]) -> Finished:
    """The finished process, begun in a folder that it deletes first."""
    (folder / "gone").mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", COMMAND, *line], capture_output=True, cwd=folder / "gone", stdin=subprocess.DEVNULL
    )
    return Finished(done.returncode, done.stdout, done.stderr.decode())


def run_here(folder: Path, line: list[str]) -> Finished:
    """The same in this process, which has imported what it needs."""
    (folder / "gone").mkdir()
    return convcli(*line, cwd=folder / "gone", deleted=True)


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted there")
@pytest.mark.parametrize("line", ANSWERS, ids=lambda line: line[0])
def test_what_needs_no_file_works(tmp_path: Path, line: list[str]) -> None:
    """An answer on stdout, and nothing about folders."""
    done = run_here(tmp_path, line)
    assert done.code == 0, done.err
    assert done.out
    assert "Error" not in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted there")
@pytest.mark.parametrize("line", REFUSED, ids=lambda line: " ".join(line[:2]))
def test_a_file_there_is_refused_by_name(tmp_path: Path, line: list[str]) -> None:
    """One message and exit 3."""
    done = run_here(tmp_path, line)
    assert done.code == 3, done.err
    assert done.err.count("Error: ") == 1
    assert "working folder has been deleted" in done.err or "no such file" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted there")
@pytest.mark.parametrize("line", [ANSWERS[1], ANSWERS[2], ANSWERS[6], REFUSED[0]], ids=lambda line: line[0])
def test_a_process_that_is_begun_there_says_the_same(tmp_path: Path, line: list[str]) -> None:
    """Everything is imported from a folder that is gone: the code, the bytes and the message are those of above."""
    begun, here = run(tmp_path, line), run_here(tmp_path, line)
    assert begun == here


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted there")
def test_a_file_elsewhere_is_written(tmp_path: Path) -> None:
    """A path from the root needs no working folder."""
    done = run(tmp_path, ["flip", "1 2", "-o", str(tmp_path / "f.txt")])
    assert done.code == 0, done.err
    assert (tmp_path / "f.txt").read_text().split() == ["2", "1"]
