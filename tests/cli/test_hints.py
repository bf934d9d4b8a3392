"""Hints: each appears where it is due, once a run, on stderr, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from convcli.cli.hints import HINTS, Hint, Sight
from tests.command_line import Finished, convcli

UNIT = np.linspace(0, 1, 60).reshape(6, 10)
PHOTO = np.arange(60, dtype=np.uint8).reshape(6, 10) * 4
FIRST = np.zeros((3, 50, 75), np.uint8)


def hints(done: Finished) -> list[str]:
    assert done.code == 0, done.err
    assert b"hint" not in done.out
    return [line for line in done.err.splitlines() if line.startswith("hint")]


def apply(folder: Path, samples: Any, *arguments: str, name: str = "in.npy", output: str = "out.png") -> list[str]:
    """The hints that `apply` gives for these samples, as that file and that output."""
    path = folder / name
    if path.suffix == ".npy":
        np.save(path, samples)
    elif path.suffix in (".tif", ".tiff"):
        tifffile.imwrite(path, samples)
    else:
        Image.fromarray(samples).save(path)
    kernel = () if "-k" in arguments else ("-k", "1")
    return hints(convcli("apply", name, *kernel, *arguments, "-f", "-o", output, cwd=folder))


BLACK = {
    "float64": (UNIT, ()),
    "float32": (UNIT.astype("f4"), ()),
    "float16": (UNIT.astype("f2"), ()),
    "big-endian": (UNIT.astype(">f4"), ()),
    "boolean": (UNIT > 0.5, ()),
    "colour": (np.dstack([UNIT] * 3), ()),
    "from -1 to 1": (UNIT * 2 - 1, ()),
    "blurred": (UNIT, ("-k", "gaussian:sigma=2")),
    "boolean, blurred": (UNIT > 0.5, ("-k", "gaussian")),
    "sharpened": (UNIT, ("-k", "sharpen")),
    "magnitude": (UNIT, ("-k", "sobel-x", "--display", "abs")),
}


@pytest.mark.parametrize("name", BLACK)
def test_a_picture_that_comes_out_black_is_said_with_what_helps(name: str, tmp_path: Path) -> None:
    """The picture is black indeed; each option that is named, typed as it is named, makes one that is not."""
    samples, arguments = BLACK[name]
    (line,) = apply(tmp_path, samples, *arguments)
    assert np.asarray(Image.open(tmp_path / "out.png")).max() < 8
    assert line.startswith("hint: responses from ")
    assert "--display stretch" in line
    assert ("--display signed" in line) == (name in ("from -1 to 1", "sharpened"))
    for ways in (("--scale", "255"), ("--display", "stretch"), ("--display", "signed")):
        if " ".join(ways) not in line:
            continue
        assert apply(tmp_path, samples, *arguments, *ways) == []
        made = np.asarray(Image.open(tmp_path / "out.png"))
        assert int(made.max()) - int(made.min()) > 120, ways


NOT_BLACK = {
    "whole numbers of 0 and 1": ((UNIT > 0.5).astype("u1"), (), "out.png"),
    "wide whole numbers of 0 and 1": ((UNIT > 0.5).astype("i4"), (), "out.png"),
    "floats of 0 to 255": (UNIT * 255, (), "out.png"),
    "floats of a small range, but brighter": (UNIT + 100, (), "out.png"),
    "stretched": (UNIT, ("--display", "stretch"), "out.png"),
    "signed": (UNIT, ("-k", "sobel-x"), "out.png"),
    "edges": (UNIT, ("-k", "bank:sobel", "--combine", "magnitude"), "out.png"),
    "scaled": (UNIT, ("--scale", "255"), "out.png"),
    "float TIFF": (UNIT, (), "out.tiff"),
    "array": (UNIT, (), "out.npy"),
    "text": (UNIT, (), "out.txt"),
    "boolean array": (UNIT > 0.5, (), "out.npy"),
    "boolean, scaled": (UNIT > 0.5, ("--scale", "255"), "out.png"),
    "nothing to see": (UNIT * 0, (), "out.png"),
    "quiet": (UNIT, ("-q",), "out.png"),
}


@pytest.mark.parametrize("name", NOT_BLACK)
def test_what_is_to_be_seen_or_kept_as_it_is_gets_no_hint(name: str, tmp_path: Path) -> None:
    """Formats that hold the values, displays that spread them, pictures of usual values, whole numbers."""
    samples, arguments, output = NOT_BLACK[name]
    assert apply(tmp_path, samples, *arguments, output=output) == []


def test_float_pictures_in_files_get_the_same_hints(tmp_path: Path) -> None:
    """A float TIFF to PNG; heights, all of them beyond white; and neither to TIFF."""
    assert "look black" in apply(tmp_path, UNIT.astype("f4"), name="in.tif")[0]
    (line,) = apply(tmp_path, UNIT.astype("f4") * 1600 + 800, name="in.tif")
    assert line == "hint: all responses are clipped to white: --display stretch shows them all"
    assert apply(tmp_path, UNIT.astype("f4"), name="in.tif", output="out.tif") == []
    assert apply(tmp_path, UNIT * 1600 + 800, "--display", "stretch") == []


@pytest.mark.parametrize("shape", [(3, 50, 75), (1, 28, 28), (4, 16, 30), (2, 40, 20)])
def test_an_array_with_its_channels_first_is_said(shape: tuple[int, ...], tmp_path: Path) -> None:
    """With the option that helps, which is then no longer said."""
    (line,) = apply(tmp_path, np.zeros(shape, "u1"), output="out.npy")
    plural = "s" * (shape[0] > 1)
    assert line == (
        f"hint: read as {shape[2]} maps of {shape[0]} × {shape[1]}: if it has {shape[0]} channel{plural} of "
        f"{shape[1]} × {shape[2]}, add --layout chw"
    )
    assert apply(tmp_path, np.zeros(shape, "u1"), "--layout", "chw", output="out.npy") == []


@pytest.mark.parametrize("shape", [(50, 75, 3), (3, 3, 64), (1, 1, 99), (8, 50, 20), (3, 75), (3, 50, 4), (28, 28, 1)])
def test_other_shapes_are_not(shape: tuple[int, ...], tmp_path: Path) -> None:
    """Pictures, feature maps of a few pixels, deep stacks, narrow strips."""
    assert apply(tmp_path, np.zeros(shape, "u1"), output="out.npy") == []


def test_an_array_with_its_channels_last_that_is_read_as_first_is_said(tmp_path: Path) -> None:
    """(H, W, 3) with --layout chw: leave it out."""
    assert apply(tmp_path, np.zeros((40, 50, 3), "u1"), "--layout", "chw") == [
        "hint: read as 40 maps of 50 × 3: if it has 3 channels of 40 × 50, leave out --layout chw"
    ]
    assert apply(tmp_path, np.zeros((3, 40, 50), "u1"), "--layout", "chw") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "in.npy", "-o", "out.png"),
        ("explain", "in.npy", "-k", "box", "--at", "1,1"),
        ("verify", "in.npy", "-k", "box"),
        ("learn", "in.npy", "in.npy", "--kernel-size", "1"),
        ("equivariance", "in.npy", "-k", "box"),
    ],
)
def test_every_command_that_reads_pictures_says_it_once(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """On stderr, and not when it is told to be quiet."""
    np.save(tmp_path / "in.npy", np.random.default_rng(0).integers(0, 9, (3, 20, 24), dtype=np.uint8))
    done = convcli(*arguments, cwd=tmp_path)
    assert done.err.count("add --layout chw") == 1, done
    assert "hint" not in done.text
    assert "hint" not in convcli(*arguments, "-q", *(("-f",) if "-o" in arguments else ()), cwd=tmp_path).err


SUMS = {
    "rows of ones": (("-k", "1 1 1; 1 1 1; 1 1 1"), True),
    "a column": (("-k", "1; 2; 1"), True),
    "beside another": (("-k", "box", "-k", "1 1"), True),
    "normalised": (("-k", "1 1 1", "--normalize", "sum"), False),
    "fractions": (("-k", "1/3 1/3 1/3"), False),
    "a gain": (("-k", "2"), False),
    "a gain that moves": (("-k", "0 0 2"), False),
    "negative weights": (("-k", "sharpen"), False),
    "asked for": (("-k", "1 1 1", "--display", "clip"), False),
    "stretched": (("-k", "1 1 1", "--display", "stretch"), False),
    "with a bias": (("-k", "1 1 1", "--bias", "-200"), False),
    "combined": (("-k", "1 1", "-k", "1 0", "--combine", "max"), False),
}


@pytest.mark.parametrize("name", SUMS)
def test_weights_that_make_a_picture_many_times_as_bright_are_said(name: str, tmp_path: Path) -> None:
    """Of photographs in a picture's format, where nothing shows that it is meant; arrays are numbers."""
    arguments, due = SUMS[name]
    lines = apply(tmp_path, PHOTO, *arguments, name="in.png")
    assert any("--normalize sum makes it a mean" in line for line in lines) == due
    assert len(lines) <= 1
    assert not any("--normalize" in line for line in apply(tmp_path, PHOTO, *arguments, name="in.npy"))
    if "--display" not in arguments:
        assert apply(tmp_path, PHOTO, *arguments, name="in.png", output="out.npy") == []


def test_a_batch_says_each_hint_once_and_for_how_many(tmp_path: Path) -> None:
    """Before the closing line; the words are those of the first."""
    (tmp_path / "in").mkdir()
    for number, samples in enumerate((PHOTO, UNIT, UNIT / 2, UNIT * 300 + 300, FIRST[:, :20, :16], UNIT * 255)):
        np.save(tmp_path / "in" / f"{number}.npy", samples)
    done = convcli("apply", "in", "-k", "1", "--format", "png", "-o", "out", cwd=tmp_path)
    assert [line.split(":")[0] for line in hints(done)] == ["hint (2 of 6)", "hint (1 of 6)", "hint (1 of 6)"]
    assert hints(done)[0].startswith("hint (2 of 6): responses from 0 to 1 look black")
    assert done.err.splitlines()[-1] == "6 done"
    quiet = convcli("apply", "in", "-k", "1", "--format", "png", "-f", "-q", "-o", "out", cwd=tmp_path)
    assert (quiet.err, quiet.out) == ("", b"")


def test_a_hint_stands_before_the_error_that_it_explains(tmp_path: Path) -> None:
    """A window that does not fit into three rows."""
    np.save(tmp_path / "in.npy", FIRST)
    done = convcli("apply", "in.npy", "-k", "box:size=5", "--size", "valid", "-o", "out.npy", cwd=tmp_path)
    assert done.refused(2, "add --layout chw")
    assert [line.split(":")[0] for line in done.err.splitlines()][:2] == ["hint", "Error"]


def test_a_truth_value_is_called_so(tmp_path: Path) -> None:
    """The record says what the file holds; the response is whole numbers."""
    np.save(tmp_path / "in.npy", UNIT > 0.5)
    (record,) = convcli("apply", "in.npy", "-k", "2", "-o", "out.npy", "--json", "-q", cwd=tmp_path).records
    assert (record["input"]["dtype"], record["output"]["max"]) == ("bool", 2)
    assert record["output"]["dtype"].startswith("int")


def test_a_hint_is_one_row(tmp_path: Path) -> None:
    """A stranger's row is asked, and heard."""
    wide = Hint("wide", lambda sight: "a wide one" if sight.width > 9 * sight.height else None)
    with HINTS.having(wide):
        assert apply(tmp_path, np.zeros((1, 10), "u1")) == ["hint: a wide one"]
        assert wide.words(Sight(9, 9, 1, "uint8", "array")) is None
    assert apply(tmp_path, np.zeros((1, 10), "u1")) == []
