"""Every command where the system is another: without what only POSIX has, with other line ends, on other consoles."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from PIL import Image

from convcli.cli.root import root

ROOT = Path(__file__).parents[2]
NETWORK = "8x8x3 conv:2,3 relu pool:max,2 flatten fc:4"
LINES: list[list[str]] = [
    ["apply", "in.png", "-k", "sobel-x", "-o", "OUT/edges.png", "--json"],
    ["apply", "in.png", "more", "-k", "gaussian:sigma=2", "-k", "0 1; 2 3", "-o", "OUT/{stem}-{kernel}.png", "-v"],
    ["apply", "3 1 4; 1 5 9; 2 6 5", "-k", "1 1; 1 1", "--size", "valid"],
    ["apply", "in.png", "-k", "box"],
    ["claims", "nineteen", "--json"],
    ["check", "30 18 28; 16 28 60", "--", "apply", "3 1 4; 1 5 9", "-k", "1 2; 3 4"],
    ["check-nothing"],
    ["completion", "bash"],
    ["equivariance", "in.png", "-k", "sobel-x", "--dx", "2", "-o", "OUT/shift.png"],
    ["explain", "in.png", "-k", "sobel-x", "--at", "0,3", "--channel", "green", "-o", "OUT/step.png"],
    ["explain", "3 1 4; 1 5 9", "-k", "1 2; 3 4", "--all", "--size", "valid"],
    ["explore", "in.png", "-k", "sobel-x", "-o", "OUT/page.html", "--json"],
    ["flip", "1 2; 3 4", "-o", "OUT/flip.txt"],
    ["flip", "1 2; 3 4"],
    ["help", "borders"],
    ["identify", "--python", "convcli:convolve", "--args", "'1 2 3; 0 4 0; 1 1 0'", "--json"],
    ["kernels"],
    ["kernels", "gaussian:sigma=1.5"],
    ["learn", "in.png", "in.png", "--kernel-size", "3"],
    ["matrix", "3x3", "-k", "0 1; 2 3"],
    ["params", "28x28x3", "--kernel", "5x5", "--filters", "4"],
    ["run", "digits", "sample:digit-3"],
    ["run", NETWORK, "in.png", "--weights", "net.npz", "-o", "OUT/run.png"],
    ["show", "in.png", "-o", "OUT/sheet.png"],
    ["summary", "lenet-5"],
    ["verify", "in.png", "-k", "sobel-x", "--json"],
    ["verify", "in.png", "-k", "1/3 2; -1 4"],
    ["apply", "in.png", "-k", "median", "-o", "OUT/none.png"],
    ["apply", "missing.png", "-k", "box", "-o", "OUT/none.png"],
]
SLOW = [line for line in LINES if line[0] == "identify"]
ENCODINGS = ["cp1252", "cp932", "ascii", "gbk"]
Answers = list[list[Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A colour picture, and a folder with a grey one."""
    place = tmp_path_factory.mktemp("elsewhere")
    random = np.random.default_rng(23)
    Image.fromarray(random.integers(0, 256, (40, 50, 3), dtype=np.uint8)).save(place / "in.png")
    weights = {"conv-1.weight": (2, 3, 3, 3), "conv-1.bias": (2,), "fc-1.weight": (4, 18), "fc-1.bias": (4,)}
    np.savez(place / "net.npz", **{name: random.normal(0, 1, shape) for name, shape in weights.items()})
    (place / "more").mkdir()
    Image.fromarray(random.integers(0, 256, (30, 20), dtype=np.uint8)).save(place / "more" / "grey.png")
    return place


def run(folder: Path, consoles: dict[str, tuple[str, str]], *, hidden: bool = False) -> dict[str, Answers]:
    """What all lines leave behind in a child process, on each console, of an encoding and a line end.

    Files are in a folder of the console's name.
    """
    for name in consoles:
        (folder / name).mkdir()
    asked = {"hidden": hidden, "consoles": {name: console(name, *how) for name, how in consoles.items()}}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.elsewhere"],
        input=json.dumps(asked).encode(),
        cwd=folder,
        env={**environment, "ANSWERS": str(folder / "answers.json"), "PYTHONWARNINGS": "error::DeprecationWarning"},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads((folder / "answers.json").read_text())
    return {name: settled(told[name], name) for name in consoles}


def console(name: str, encoding: str, newline: str) -> dict[str, Any]:
    """What is asked of one console: all lines, but of those that take seconds one console in ASCII is enough."""
    asked = [line for line in LINES if line not in SLOW or encoding in ("utf-8", "ascii")]
    lines = [[part.replace("OUT", name) for part in line] for line in asked]
    return {"lines": lines, "encoding": encoding, "newline": newline}


def settled(answers: Answers, name: str) -> Answers:
    """The same without what is another each time: seconds, and the folder's name."""
    seconds = r'"seconds": [0-9.e-]+|[0-9.,]+ (ms|s|µs|seconds)\b'
    return [[code, *(re.sub(seconds, "T", text.replace(name, "OUT")) for text in texts)] for code, *texts in answers]


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Answers]:
    """On this system with its own console, and with those of others."""
    others = {encoding: (encoding, "\n") for encoding in ENCODINGS}
    return run(folder, {"usual": ("utf-8", "\n"), "crlf": ("utf-8", "\r\n"), **others})


@pytest.fixture(scope="module")
def usual(told: dict[str, Answers]) -> Answers:
    """On this system, as it is."""
    return told["usual"]


def test_the_lines_are_of_every_command(usual: Answers) -> None:
    """All end well but a word that is no command, one that is no kernel, and a missing file."""
    assert {line[0] for line in LINES} >= set(root.list_commands(click.Context(root)))
    ended = [code for code, *_ in usual]
    assert dict(zip(map(" ".join, LINES), ended, strict=True)) == {" ".join(line): code_of(line) for line in LINES}


def code_of(line: list[str]) -> int:
    """2 for what is no command and no kernel, 3 for a file that is not there."""
    wrong = line[0] == "check-nothing" or "median" in line
    return 3 if "missing.png" in line else 2 if wrong else 0


def test_nothing_needs_what_only_posix_has(folder: Path, usual: Answers) -> None:
    """fcntl, resource, termios, affinities, FIFOs, SIGPIPE and their like hidden: the same words, values and files."""
    assert run(folder, {"bare": ("utf-8", "\n")}, hidden=True)["bare"] == usual
    made = {path.name: path.read_bytes() for path in (folder / "usual").iterdir()}
    assert len(made) == 11
    assert {path.name: path.read_bytes() for path in (folder / "bare").iterdir()} == made


def test_lines_end_alike_where_the_system_ends_them_otherwise(told: dict[str, Answers]) -> None:
    """Standard streams that would write CR LF, as on Windows: text and pictures are the same bytes."""
    assert told["crlf"] == told["usual"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_console_without_our_signs_shows_the_same_numbers(told: dict[str, Answers], encoding: str) -> None:
    """What it has not is spelled or escaped; no traceback, the same codes, digits and files."""
    asked = [place for place, line in enumerate(LINES) if line not in SLOW or encoding == "ascii"]
    for place, (code, out, err) in zip(asked, told[encoding], strict=True):
        line, (plain_code, plain_out, plain_err) = LINES[place], told["usual"][place]
        assert code == plain_code, (line, err)
        assert "Traceback" not in err
        if line[:2] == ["apply", "in.png"] and len(line) == 4:
            assert out == plain_out  # a picture's bytes
            continue
        shown = out.encode("latin-1").decode(encoding if encoding != "ascii" else "utf-8")  # Click writes UTF-8 then
        assert numbers(shown) == numbers(plain_out.encode("latin-1").decode()), line
        assert numbers(err) == numbers(plain_err.encode("latin-1").decode()), line


def numbers(text: str) -> list[str]:
    """The figures of a text, escapes left out."""
    return re.findall(r"[0-9]+", re.sub(r"\\(u[0-9a-f]{4}|x[0-9a-f]{2})", " ", text))


def test_the_whole_program_runs_so_too(folder: Path) -> None:
    """With its signals taken over, in a plain C locale without UTF-8, where POSIX is hidden."""
    code = (
        "from tests.reliability.elsewhere import hide; hide(); import sys;"
        "sys.argv[1:] = ['verify', 'in.png', '-k', 'sobel-x']; from convcli.__main__ import program; program()"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "0", "LC_ALL": "C"}
    environment["PYTHONCOERCECLOCALE"] = "0"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\tyes") == 7
