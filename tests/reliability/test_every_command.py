"""What holds for `apply` holds for every command: bad inputs, outputs that cannot be, full and closed streams."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.reliability.verdicts import contents, ends_well, one_message
from tests.reliability.warm import Warm
from tests.reliability.zoo_photos import cases as photographs
from tests.reliability.zoo_png import GREY, SIZE, cases

RNG = np.random.default_rng(19)
PICTURE = {
    "apply": ("apply", "{}", "-k", "sobel-x", "-o", "out.png"),
    "verify": ("verify", "{}", "-k", "sobel-x"),
    "explain": ("explain", "{}", "-k", "sobel-x", "--at", "1,2"),
    "equivariance": ("equivariance", "{}", "-k", "sobel-x", "--dx", "1"),
    "learn-before": ("learn", "{}", "good.png", "--kernel-size", "3"),
    "learn-after": ("learn", "good.png", "{}", "--kernel-size", "3"),
    "show": ("show", "{}", "-o", "out.png"),
    "run": ("run", "digits", "{}"),
    "network": ("equivariance", "{}", "--network", "digits"),
}
KERNEL = {
    "apply": ("apply", "good.png", "-k", "@{}", "-o", "out.png"),
    "verify": ("verify", "good.png", "-k", "@{}"),
    "explain": ("explain", "good.png", "-k", "@{}", "--at", "1,2"),
    "equivariance": ("equivariance", "good.png", "-k", "@{}", "--dx", "1"),
    "matrix": ("matrix", "5x5", "-k", "@{}"),
    "flip": ("flip", "@{}"),
}
BAD_PICTURES = {case.name: case.content for case in (*cases(), *photographs()) if case.samples is None}
SOME = ("cut-45.png", "only-3-rows.png", "checksum-IDAT.png", "large.png", "no-data.png", "cut-600.jpg", "large.gif")
WRITING = {
    "apply": ("apply", "good.png", "-k", "sobel-x", "-o", "{}"),
    "verify": ("verify", "good.png", "-k", "sobel-x", "-o", "{}"),
    "explain": ("explain", "good.png", "-k", "sobel-x", "--at", "1,2", "-o", "{}"),
    "equivariance": ("equivariance", "good.png", "-k", "sobel-x", "--dx", "1", "-o", "{}"),
    "matrix": ("matrix", "5x5", "-k", "sobel-x", "-o", "{}"),
    "show": ("show", "good.png", "-o", "{}"),
    "run": ("run", "digits", "good.png", "-o", "{}"),
    "network": ("equivariance", "good.png", "--network", "digits", "-o", "{}"),
    "params": ("params", "9x9", "--kernel", "3x3", "-o", "{}"),
    "kernels": ("kernels", "sobel-x", "-o", "{}"),
    "learn": ("learn", "good.png", "good.png", "--kernel-size", "3", "--residual", "{}", "-q"),
}
PRINTING = {
    "verify": ("verify", "good.png", "-k", "sobel-x"),
    "explain": ("explain", "good.png", "-k", "sobel-x", "--at", "1,2"),
    "equivariance": ("equivariance", "good.png", "-k", "sobel-x", "--dx", "1"),
    "learn": ("learn", "good.png", "good.png", "--kernel-size", "3"),
    "matrix": ("matrix", "3x3", "-k", "0 1; 2 3"),
    "params": ("params", "9x9", "--kernel", "3x3"),
    "summary": ("summary", "lenet-5"),
    "run": ("run", "digits", "good.png"),
    "kernels": ("kernels",),
    "kernel": ("kernels", "sobel-x"),
    "flip": ("flip", "1 2; 3 4"),
    "help": ("help",),
    "completion": ("completion", "bash"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good picture."""
    Image.fromarray(RNG.integers(0, 256, (60, 70), dtype=np.uint8)).save(tmp_path / "good.png")
    return tmp_path


@pytest.mark.parametrize("bad", SOME)
@pytest.mark.parametrize("name", PICTURE)
def test_a_bad_picture_is_one_message(warm: Warm, least: int, folder: Path, name: str, bad: str) -> None:
    """Exit 3, the file's name, nothing on stdout, no output."""
    (folder / bad).write_bytes(BAD_PICTURES[bad])
    ended = warm.run(*(part.format(bad) for part in PICTURE[name]), cwd=folder)
    assert ends_well(ended, least)
    assert one_message(ended, 3, bad)
    assert sorted(contents(folder)) == sorted([bad, "good.png"])


@pytest.mark.parametrize("content", [b"", b"1 2\n3 x\n", b"[[1, null]]", b"\x93NUMPY\1\0", b"\xff\xfe\xff"])
@pytest.mark.parametrize("name", KERNEL)
def test_a_bad_kernel_is_one_message(warm: Warm, least: int, folder: Path, name: str, content: bytes) -> None:
    """Exit 3, the file's name."""
    (folder / "bad.kernel").write_bytes(content)
    ended = warm.run(*(part.format("bad.kernel") for part in KERNEL[name]), cwd=folder)
    assert ends_well(ended, least)
    assert one_message(ended, 3, "bad.kernel")


@pytest.mark.parametrize("name", WRITING)
def test_an_output_is_whole_or_untouched(warm: Warm, folder: Path, name: str) -> None:
    """Existing: refused, then replaced with --force; no folder and no space: exit 3, the old file kept."""
    old = b"old"
    (folder / "out.png").write_bytes(old)
    before = contents(folder)

    def run(target: str, *more: str, **limits: int) -> object:
        return warm.run(*(part.format(target) for part in WRITING[name]), *more, cwd=folder, **limits)

    assert one_message(run("out.png"), 3, "out.png")
    assert one_message(run("no/such.png"), 3, "no/such.png")
    assert run("out.xyz").code == 2
    assert one_message(run("out.png", "--force", file_size=400), 3, "out.png", "cannot be written")
    assert contents(folder) == before
    made = run("out.png", "--force")
    assert made.code in (0, 1), made.err
    assert (folder / "out.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(contents(folder)) == sorted(before)


@pytest.mark.parametrize("name", PRINTING)
def test_a_stdout_that_takes_nothing_is_one_message(warm: Warm, folder: Path, name: str) -> None:
    """Full, or closed from the start: exit 3, one line, no traceback."""
    ended = warm.run(*PRINTING[name], cwd=folder, stdout="/dev/full")
    assert one_message(ended, 3, "No space left on device")
    ended = warm.run(*PRINTING[name], cwd=folder, closed=(1,))
    assert one_message(ended, 3, "standard output is closed")


@pytest.mark.parametrize("name", PICTURE)
def test_a_name_with_an_escape_stays_on_one_line(warm: Warm, folder: Path, name: str) -> None:
    """A missing file whose name would clear the terminal and forge a message."""
    hostile = "\x1b[2J\nError: [/]all is well.png"
    ended = warm.run(*(part.replace("{}", hostile) for part in PICTURE[name]), cwd=folder)
    assert one_message(ended, 3, "[/]all is well")
    assert len(ended.lines) == 1
    assert ended.lines[0].isprintable()


@pytest.mark.parametrize("name", PICTURE)
def test_nan_and_odd_kinds_are_answered_or_refused(warm: Warm, least: int, folder: Path, name: str) -> None:
    """NaN, infinity, huge and tiny numbers, one pixel, 16 bits: never a traceback, JSON always valid."""
    import json

    spoilt = RNG.normal(0, 1, (60, 70)).astype(np.float32)
    spoilt[3, 4], spoilt[5, 6] = np.nan, -np.inf
    kinds = {
        "nan": spoilt,
        "all-nan": np.full((60, 70), np.nan),
        "huge": np.full((60, 70), 1.7e308),
        "tiny": np.full((60, 70), 5e-324),
        "one": np.ones((1, 1)),
        "wide": RNG.integers(0, 2**63, (60, 70), dtype=np.uint64),
        "bool": RNG.integers(0, 2, (60, 70)).astype(bool),
        "maps": RNG.normal(0, 1, (60, 70, 7)),
        "signed": RNG.integers(-128, 128, (60, 70)).astype(np.int8),
    }
    for kind, values in kinds.items():
        np.save(folder / f"{kind}.npy", values)
        command = [part.format(f"{kind}.npy") for part in PICTURE[name]]
        ended = warm.run(*command, "--json", *(("--force",) if "-o" in command else ()), cwd=folder)
        assert ended.code in (0, 1, 2, 3), (kind, ended)
        assert "Traceback" not in ended.err, (kind, ended.err)
        assert "Warning" not in ended.err, (kind, ended.err)
        for line in ended.out.splitlines():
            json.loads(line, parse_constant=lambda text: pytest.fail(f"{text} is no JSON"))
        if ended.code > 1:
            assert sum(line.startswith("Error:") for line in ended.lines) == 1, (kind, ended.err)


def test_the_zoo_has_what_the_commands_are_tried_on() -> None:
    """The names above are names of bad pictures; the good one differs from its mirror image."""
    assert set(SOME) <= set(BAD_PICTURES)
    assert GREY.shape == SIZE
    assert not np.array_equal(GREY, GREY[:, ::-1])
    assert os.sep == "/"
