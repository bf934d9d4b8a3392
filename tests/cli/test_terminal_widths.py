"""On a terminal of any width nothing is wider than it, so that the terminal itself breaks no word or number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convcli.cli.help.topics import TOPICS
from convcli.report.printing.wrapping import cells
from tests import command_line
from tests.command_line import convcli

WIDTHS = [60, 80, 100, 160]
COMMANDS = {
    "kernels": ("kernels",),
    "kernel": ("kernels", "gaussian:sigma=2"),
    "bank": ("kernels", "bank:random:count=20"),
    "small-bank": ("kernels", "bank:laws"),
    "flip": ("flip", "gaussian:sigma=2x1"),
    "flip-bank": ("flip", "bank:random:count=14"),
    "apply": ("apply", " ".join(map(str, range(60))), "-k", "box", "--verbose"),
    "matrix": ("matrix", "6x6", "-k", "gaussian:size=3"),
    "params": ("params", "1000x1000", "--kernel", "10x10", "--hidden", "1000000", "--formula"),
    "summary": ("summary", "lenet-5", "--conventions", "--replace", "fc"),
    "verify": ("verify", "sample:shapes", "-k", "gaussian", "--verbose"),
    "explain": ("explain", "sample:camera", "-k", "gaussian:sigma=1", "--at", "100,200"),
    "explain-large": ("explain", "sample:camera", "-k", "gaussian:sigma=4", "--at", "0,200"),
    "explain-all": ("explain", "1 2 3 4 5 6 7 8 9 10 11 12; 3 4 5 6 7 8 9 1 2 5 6 7", "-k", "box", "--all"),
    "equivariance": ("equivariance", "sample:shapes", "-k", "sobel-x", "--dx", "1", "--stride", "2"),
    "symmetries": ("equivariance", "sample:shapes", "-k", "laplacian", "--transform", "rotate90"),
    "learn": ("learn", "sample:shapes", "blurred.png", "--kernel-size", "7"),
    "descend": ("learn", "sample:shapes", "blurred.png", "--kernel-size", "3", "--descend", "--steps", "30"),
    "error": ("apply", "sample:shapes", "-k", "gausian:sigma=2"),
    "usage": ("apply", "sample:shapes", "--display", "pink"),
    **{f"help-{topic}": ("help", topic) for topic in TOPICS},
    **{f"{name}-help": (name, "--help") for name in ("apply", "explain", "learn", "summary", "params", "equivariance")},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a blurred picture."""
    made = tmp_path_factory.mktemp("widths")
    assert convcli("apply", "sample:shapes", "-k", "gaussian", "-o", "blurred.png", cwd=made).code == 0
    return made


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_wider_than_the_terminal(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of every command fits; what does not even so is one word, or an option with its value."""
    monkeypatch.setattr(command_line._Stream, "isatty", lambda stream: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    for width in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(width))
        done = convcli(*COMMANDS[name], cwd=folder)
        lines = re.sub("\x1b\\[[0-9;]*m", "", f"{done.text}\n{done.err}").splitlines()
        wide = [line for line in lines if cells(line) > width and len(line.removesuffix(" \\").split()) > 2]
        assert not wide, (width, wide)
        assert (done.code == 2) == (name in ("error", "usage")), done.err
