"""`apply` by rows: the same bytes as of a picture that is held, or a refusal by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convcli import images
from convcli.cli.commands.apply import large, row_stream
from convcli.images.picture import Picture
from tests.command_line import Finished, convcli

HEIGHT, WIDTH = 67, 53
RNG = np.random.default_rng(5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures that no flip leaves alike: grey and colour, bytes and 16 bits, floats."""
    for name, dtype, shape in (
        ("grey.npy", "u1", (HEIGHT, WIDTH)),
        ("deep.npy", ">u2", (HEIGHT, WIDTH)),
        ("float.npy", "f4", (HEIGHT, WIDTH)),
        ("wide.npy", "i4", (HEIGHT, WIDTH)),
        ("stack.npy", "f8", (HEIGHT, WIDTH, 5)),
    ):
        np.save(tmp_path / name, (RNG.random(shape) * 250).astype(dtype))
    colours = (RNG.random((HEIGHT, WIDTH, 3)) * 250).astype(np.uint8)
    holes = RNG.normal(size=(HEIGHT, WIDTH)).astype(np.float32) * 50
    np.save(tmp_path / "holes.npy", np.where(holes > 40, np.nan, holes))
    alpha = np.clip(RNG.random((HEIGHT, WIDTH)) * 400 - 90, 0, 255).astype(np.uint8)
    alpha[9:30, 11:31] = 0
    images.write(Picture(colours, alpha), str(tmp_path / "alpha.tif"))
    for name, pixels in (
        ("grey.pgm", colours[:, :, 0]),
        ("colour.ppm", colours),
        ("colour.tif", colours),
        ("deep.tif", colours.astype(np.uint16) * 257),
        ("float.tif", colours[:, :, 1].astype(np.float32) - 90),
    ):
        images.write(Picture(pixels), str(tmp_path / name))
    return tmp_path


def by_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every picture is too large to be held, and a few rows keep every thread busy."""
    monkeypatch.setattr(row_stream, "block_rows", lambda _: 7)
    monkeypatch.setattr(large, "COMFORTABLE", 0)
    monkeypatch.setattr(large, "LEAST", 0)


def said(done: Finished) -> list[str]:
    """What is said of the picture, in any order, but for that it was read by rows."""
    return sorted(line for line in done.err.splitlines() if "were read by rows" not in line)


def both_ways(folder: Path, source: str, target: str, *options: str, monkeypatch: pytest.MonkeyPatch) -> Finished:
    """Apply it held and by rows; the files must be the same bytes, and the records the same but for the time."""
    _stem, dot, suffix = target.partition(".")
    names = [f"held{dot}{suffix}", f"rows{dot}{suffix}"]
    held = convcli("apply", source, *options, "-o", names[0], "--json", "-f", cwd=folder)
    with monkeypatch.context() as patched:
        by_rows(patched)
        rows = convcli("apply", source, *options, "-o", names[1], "--json", "-f", cwd=folder)
    assert (held.code, rows.code) == (0, 0), (held.err, rows.err)
    assert "were read by rows" in rows.err
    assert "were read by rows" not in held.err
    assert (folder / names[0]).read_bytes() == (folder / names[1]).read_bytes(), (source, target, options)
    assert said(held) == said(rows)
    records = [json.loads(done.text) for done in (held, rows)]
    for record in records:
        del record["seconds"], record["output"]["path"]
    assert records[0] == records[1]
    return rows


@pytest.mark.parametrize("border", ["edge", "zero", "constant:7", "symmetric", "reflect", "wrap"])
@pytest.mark.parametrize("kernel", ["gaussian:sigma=3", "sobel-x", "box:size=41"])
def test_every_border_gives_the_same_bytes(
    folder: Path, border: str, kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raw and as pixels: far rows are fetched where a border repeats them."""
    for source, target in (("grey.npy", "a.npy"), ("colour.ppm", "a.ppm"), ("deep.tif", "a.tif")):
        both_ways(folder, source, target, "-k", kernel, "--border", border, monkeypatch=monkeypatch)


WAYS = (
    ("grey.npy", "a.tif", "-k", "gaussian"),
    ("grey.pgm", "a.pgm", "-k", "laplacian", "--display", "stretch"),
    ("grey.pgm", "a.pgm", "-k", "laplacian", "--display", "abs"),
    ("grey.pgm", "a.ppm", "-k", "laplacian", "--display", "signed", "--colormap", "diverging"),
    ("deep.npy", "a.tif", "-k", "sobel-y", "--display", "signed"),
    ("deep.npy", "a.ppm", "-k", "gaussian", "--colormap", "viridis"),
    ("float.npy", "a.tif", "-k", "gaussian"),
    ("float.tif", "a.tif", "-k", "sobel-x"),
    ("float.tif", "a.tif", "-k", "sobel-x", "--display", "signed", "--range", "-100,100"),
    ("wide.npy", "a.tif", "-k", "sobel-x", "--display", "raw"),
    ("wide.npy", "a.npy", "-k", "1 2; 3 4"),
    ("stack.npy", "a.npy", "-k", "gaussian", "--channels", "sum"),
    ("stack.npy", "a.tif", "-k", "gaussian", "--layout", "hwc"),
    ("stack.npy", "a.npy", "-k", "sobel-x", "-k", "sobel-y", "--bias", "1,2", "--relu"),
    ("colour.tif", "a.tif", "-k", "bank:sobel", "--combine", "magnitude"),
    ("colour.tif", "a.npy", "-k", "bank:sobel", "--combine", "max"),
    ("colour.tif", "a.tif", "-k", "bank:sobel"),
    ("colour.ppm", "a.pgm", "-k", "sharpen", "--channels", "gray"),
    ("colour.ppm", "a.ppm", "-k", "disk:radius=4", "--linear"),
    ("colour.ppm", "a.npy", "-k", "sharpen", "--pool", "max:3,stride=2"),
    ("colour.ppm", "a.ppm", "-k", "gaussian", "--pool", "avg:2"),
    ("colour.ppm", "a.ppm", "-k", "gaussian", "--stride", "2x3", "--dilation", "3", "--size", "full"),
    ("colour.ppm", "a.ppm", "-k", "gaussian", "--size", "valid", "--precision", "float64"),
    ("colour.ppm", "a.ppm", "-k", "sobel-x", "--convolve", "--jobs", "1"),
    ("colour.tif", "a.tif", "-k", "gaussian", "--region", "11,7,31,29"),
    ("stack.npy", "a.npy", "-k", "sobel-x", "--region", "0,20,67,5", "--border", "wrap"),
    ("alpha.tif", "a.tif", "-k", "gaussian:sigma=2"),
    ("alpha.tif", "a.tif", "-k", "gaussian", "--border", "constant:7", "--alpha", "separate", "--stride", "2x3"),
    ("alpha.tif", "a.tif", "-k", "sobel-x", "-k", "gaussian", "--combine", "max"),
    ("alpha.tif", "a.tif", "-k", "sobel-x", "--size", "full"),
    ("alpha.tif", "a.ppm", "-k", "box", "--linear", "--region", "5,6,40,31"),
    ("alpha.tif", "a.npy", "-k", "gaussian", "--channels", "gray", "--missing", "0"),
    ("alpha.tif", "a.tif", "-k", "gaussian", "--display", "raw", "--border", "wrap"),
    ("holes.npy", "a.npy", "-k", "gaussian", "--missing", "nan", "--min-valid", "0.5"),
    ("holes.npy", "a.tif", "-k", "box:size=3", "--missing", "nan", "--pool", "max:2"),
    ("holes.npy", "a.tif", "-k", "sobel-x", "--display", "signed", "--range", "-50,50"),
)


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_what_can_be_done_by_rows_gives_the_same_bytes(
    folder: Path, way: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Displays with and without a range, colours, combinations, pools, strides, light, parts, maps as pages."""
    source, target, *options = way
    both_ways(folder, source, target, *options, monkeypatch=monkeypatch)


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("drawn on one sheet", ("grey.npy", "a.tif", "-k", "bank:sobel", "--display", "signed")),
        ("written as a whole", ("grey.npy", "a.png", "-k", "gaussian")),
        ("--preview needs the whole", ("grey.npy", "a.npy", "-k", "gaussian", "--preview")),
    ],
)
def test_what_cannot_be_done_by_rows_is_refused_where_it_was_asked_for(
    folder: Path, words: str, way: tuple[str, ...]
) -> None:
    """With --memory there is no other way: one message says what stands against it, and nothing is written."""
    source, target, *options = way
    done = convcli("apply", source, *options, "-o", target, "--memory", "1G", cwd=folder)
    assert done.refused(2, words)
    assert not (folder / target).exists()


@pytest.mark.parametrize("target", ["a.png", "a.npy"])
@pytest.mark.parametrize(
    ("option", "suffixes"), [("--tile=64", ".tiff"), ("--pyramid", ".zarr"), ("--resume", ".zarr")]
)
def test_what_only_some_files_can_hold_is_refused_by_its_option(
    folder: Path, target: str, option: str, suffixes: str
) -> None:
    """The message names what was typed, and the suffixes that it is for."""
    name = option.partition("=")[0]
    done = convcli("apply", "grey.npy", "-k", "gaussian", "-o", target, option, cwd=folder)
    assert done.refused(2, f"{name}: {target} is not allowed", f"{name} is for ", suffixes)
    assert not (folder / target).exists()


def test_what_cannot_be_done_by_rows_is_done_in_the_ordinary_way_where_it_fits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sheet of maps of a picture that is large, but not too large, is drawn as ever."""
    by_rows(monkeypatch)
    done = convcli("apply", "grey.npy", "-k", "bank:sobel", "-o", "a.png", cwd=folder)
    assert done.code == 0
    assert (folder / "a.png").exists()


def test_more_pixels_than_are_decoded_whole_are_read_by_rows(folder: Path) -> None:
    """--max-pixels guards what is decoded whole; a PNG is refused, with the formats that have no such limit."""
    allowed = ("--max-pixels", "100")
    done = convcli("apply", "grey.npy", "-k", "gaussian", "-o", "a.npy", *allowed, cwd=folder)
    assert done.code == 0
    assert "67 × 53 pixels" in done.err
    assert convcli("apply", "grey.npy", "-k", "gaussian", "-o", "a.png", *allowed, cwd=folder).refused(
        3, "3,551 pixels", "--max-pixels", "are written by rows"
    )
    assert convcli("apply", "sample:shapes", "-k", "gaussian", "-o", "b.npy", *allowed, cwd=folder).refused(
        3, "more than 100", "read by rows, whatever their size"
    )


def test_too_little_memory_is_said_with_what_is_needed(folder: Path) -> None:
    """A megabyte holds not even the program; the least that does is in the message, and is enough."""
    done = convcli("apply", "grey.npy", "-k", "gaussian", "-o", "a.npy", "--memory", "1M", cwd=folder)
    assert done.refused(2, "--memory", "give at least")
    least = done.err.rpartition(" take ")[2].partition(";")[0]
    assert convcli("apply", "grey.npy", "-k", "gaussian", "-o", "a.npy", "--memory", least, cwd=folder).code == 0


def test_a_region_is_the_picture_that_was_cropped_first(folder: Path) -> None:
    """Borders begin at its edges: a PNG's part is filtered as the part alone."""
    whole = images.read("sample:coffee")
    images.write(whole.with_pixels(whole.pixels[10:90, 20:150]), str(folder / "part.png"))
    for source, more in (("sample:coffee", ("--region", "10,20,80,130")), ("part.png", ())):
        target = f"{len(more)}.ppm"
        assert convcli("apply", source, "-k", "box:size=31", "-o", target, *more, cwd=folder).code == 0
    assert (folder / "0.ppm").read_bytes() == (folder / "2.ppm").read_bytes()
    assert convcli("apply", "grey.npy", "-k", "box", "-o", "a.png", "--region", "60,0,8,8", cwd=folder).refused(
        2, "--region", "67 × 53"
    )


def test_a_range_stands_for_the_responses_own(folder: Path) -> None:
    """signed maps -R..R to 1..255 and clips beyond: a step of 40 under a range of 80 is half of the way."""
    np.save(folder / "step.npy", np.repeat(np.uint8([[10, 10, 50, 50]]), 3, axis=0))
    step = ("apply", "step.npy", "-k", "-1 0 1", "-o", "a.pgm", "-f", "--display", "signed")
    assert convcli(*step, "--range", "-80,80", cwd=folder).code == 0
    assert images.read(str(folder / "a.pgm")).pixels[1].tolist() == [128, 128 + 64, 128 + 64, 128]
    assert convcli(*step, "--range", "-20,20", cwd=folder).code == 0
    assert images.read(str(folder / "a.pgm")).pixels[1].tolist() == [128, 255, 255, 128]
    assert convcli(*step[:-2], "--display", "clip", "--range", "0,9", cwd=folder).refused(2, "--range", "stretch")


def test_what_is_not_finite_is_counted_though_the_range_was_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One NaN under a window of 3 × 3 is nine responses, however they are drawn, held or by rows."""
    plane = np.arange(120, dtype=np.float32).reshape(10, 12)
    plane[4, 5] = np.nan
    np.save(folder / "one.npy", plane)
    how = ("-k", "box:size=3", "--display", "stretch", "--range", "0,99")
    rows = both_ways(folder, "one.npy", "a.tif", *how, monkeypatch=monkeypatch)
    assert "9 values of the response are NaN or infinite" in rows.err
    assert "it holds NaN or infinity" in rows.err


@pytest.mark.parametrize("name", ["grey.npy", "colour.ppm"])
def test_a_pipe_is_kept_aside_where_it_is_too_large(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From stdin to stdout the bytes are those of the files, and what was done is said."""
    stdin, suffix = (folder / name).read_bytes(), name.partition(".")[2]
    how = ("-k", "gaussian", "--format", suffix, "-o", "-")
    held = convcli("apply", "-", *how, stdin=stdin, cwd=folder)
    by_rows(monkeypatch)
    rows = convcli("apply", "-", *how, stdin=stdin, cwd=folder)
    assert held.code == rows.code == 0
    assert held.out == rows.out
    assert "temporary file" in rows.err
    assert "temporary file" not in held.err
    assert convcli("apply", "-", *how, stdin=stdin[:-5], cwd=folder).refused(3, "bytes are there")


def test_a_level_is_refused_where_there_is_one_size(folder: Path) -> None:
    """Of a picture without a pyramid level 0 is the picture, and there is no other."""
    assert convcli("apply", "sample:shapes", "-k", "box", "-o", "a.png", "--level", "0", cwd=folder).code == 0
    assert convcli("apply", "grey.npy", "-k", "box", "-o", "a.npy", "--level", "2", cwd=folder).refused(2, "--level")


def test_tiles_are_refused_by_formats_that_have_none(folder: Path) -> None:
    """An .npy has no tiles, levels or unfinished state: each is refused by its name."""
    for option in (("--tile", "64"), ("--pyramid",), ("--resume",)):
        assert convcli("apply", "grey.npy", "-k", "box", "-o", "a.npy", *option, cwd=folder).refused(2, option[0])
    assert not (folder / "a.npy").exists()
