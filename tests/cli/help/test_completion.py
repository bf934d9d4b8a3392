"""Completion, driven through a real bash; what it offers comes from the registries."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from convcli.cli.help.completion import borders
from convcli.core.border import BORDERS
from tests.command_line import convcli

BASH = shutil.which("bash")
BIN = Path(sys.executable).parent
needs_bash = pytest.mark.skipif(BASH is None or not (BIN / "convcli").exists(), reason="needs bash and the command")

DRIVER = """
compopt() { :; }
source <(convcli completion bash)
while IFS= read -r COMP_LINE; do
    COMP_POINT=${#COMP_LINE} COMP_CWORD=1 COMPREPLY=()
    _convcli_completion convcli
    echo "${COMPREPLY[*]}"
done
"""
OFFERS = {
    "convcli ap": "apply",
    "convcli apply --disp": "--display",
    "convcli apply --display s": "signed stretch",
    "convcli apply x.png -k sobel-": "sobel-x sobel-y",
    "convcli apply x.png -k gaussian:si": "sigma= size=",
    "convcli apply x.png -k gaussian:sigma=2,s": "2,size=",
    "convcli apply x.png -k bank:ki": "kirsch",
    "convcli apply x.png -k bank:gabor:o": "orientations=",
    "convcli apply x.png -k @wei": "@weights.npy",
    "convcli apply x.png -k 'sob": "sobel-x sobel-y",
    "convcli apply sample:ch": "chelsea",
    "convcli apply x.png --border re": "reflect",
    "convcli apply --nothing": "",
}


@needs_bash
def test_bash_completes_words_that_hold_colons_and_equals_signs(tmp_path: Path) -> None:
    """bash replaces what follows the last ':' or '='; the offers are cut to that."""
    (tmp_path / "weights.npy").touch()
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run([str(BASH), "-c", DRIVER], input="\n".join(OFFERS) + "\n", cwd=tmp_path, env=environment,
                          capture_output=True, text=True)  # fmt: skip
    assert dict(zip(OFFERS, done.stdout.split("\n"), strict=False)) == OFFERS, done.stderr


@needs_bash
def test_pressing_tab_in_an_interactive_bash_writes_the_rest_of_the_name(tmp_path: Path) -> None:
    """`-k gaussian:sig<TAB>` becomes `gaussian:sigma=` on the line itself."""
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "PS1": "$ ", "TERM": "dumb", "HOME": str(tmp_path)}
    process, terminal = pty.fork()
    if process == 0:  # pragma: no cover - the child becomes bash
        os.chdir(tmp_path)
        os.execve(str(BASH), ["bash", "--norc", "--noprofile", "-i"], environment)
    try:
        os.write(terminal, b"source <(convcli completion bash); echo ready-$((1+1))\n")
        _read_until(terminal, b"ready-2")
        os.write(terminal, b"convcli apply x.png -k gaussian:sig\t")
        assert b"gaussian:sigma=" in _read_until(terminal, b"sigma=")
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)
        os.close(terminal)


def _read_until(terminal: int, wanted: bytes, seconds: float = 20) -> bytes:
    seen, end = b"", time.monotonic() + seconds
    while wanted not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 4096)
    return seen


def test_borders_are_offered_as_the_core_has_them() -> None:
    """The registry's names, and constant with its colon."""
    offered = [item.value for item in borders(mock.Mock(), mock.Mock(), "")]
    assert {name for name in offered if name != "constant:"} == {row.name for row in BORDERS}
    assert "constant:" in offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_it_can_parse(shell: str, tmp_path: Path) -> None:
    """The script names the command and passes the shell's own syntax check."""
    done = convcli("completion", shell)
    assert done.code == 0
    assert "convcli" in done.text
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(done.text)
    assert subprocess.run([program, "-n", str(tmp_path / "script")], capture_output=True).returncode == 0
