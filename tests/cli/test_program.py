"""The process: its exit code and output are complete, and it ends without tidying up."""

from __future__ import annotations

import subprocess
import sys

import pytest

MATRIX = ["apply", "0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid"]


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A program of ours in a process of its own."""
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("words", "code"), [(MATRIX, 0), (["flip", "no-such-kernel"], 2), (["apply", "missing.png", "-k", "box"], 3)]
)
def test_the_program_and_main_say_the_same(words: list[str], code: int) -> None:
    """Output, messages and exit code, whether the interpreter is taken down or not."""
    program = run("from convcli.__main__ import program; program()", *words)
    polite = run("from convcli.__main__ import main; main()", *words)
    assert (program.returncode, program.stdout, program.stderr) == (polite.returncode, polite.stdout, polite.stderr)
    assert program.returncode == code
    assert program.stdout == ("19 25\n37 43\n" if code == 0 else "")


def test_only_the_program_ends_at_once() -> None:
    """What is registered for the interpreter's end runs after main, which is for programs that go on."""
    register = "import atexit; atexit.register(print, 'tidied'); from convcli.__main__ import "
    assert run(register + "program; program()", "--version").stdout.splitlines()[1:] == []
    assert run(register + "main; main()", "--version").stdout.splitlines()[1:] == ["tidied"]
