"""`show`: stacks as sheets, read back by colour."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests import command_line
from tests.command_line import convcli


def sheet(told):
    """The sheet on stdout, as Pillow reads it."""
    assert told.code == 0, told
    return np.asarray(Image.open(io.BytesIO(told.out)).convert("RGB"))


def greys(pixels):
    """The grey values that fill most of a sheet's tiles, paper and lines aside."""
    flat = pixels.reshape(-1, 3)
    grey = flat[(flat[:, 0] == flat[:, 1]) & (flat[:, 1] == flat[:, 2]), 0]
    values, counts = np.unique(grey, return_counts=True)
    return set(values[counts > 1000].tolist()) - {255}


@pytest.fixture
def stack(tmp_path):
    """Three maps of constant 0, 40 and 100."""
    np.save(tmp_path / "stack.npy", np.broadcast_to([0.0, 40.0, 100.0], (40, 60, 3)).copy())
    return tmp_path


def test_maps_share_one_scale_or_have_their_own(stack):
    """0, two fifths and full brightness under one scale; under scales of their own a constant map is black."""
    assert greys(sheet(convcli("show", "stack.npy", cwd=stack))) == {0, 102}
    np.save(stack / "ramps.npy", np.arange(2400.0).reshape(40, 60, 1) * [1, 10])
    shared, own = (sheet(convcli("show", "ramps.npy", "--sheet-scale", s, cwd=stack)) for s in ("shared", "each"))
    assert (shared[:, : shared.shape[1] // 2, :] == 255).all(axis=2).sum() < (own == 255).all(axis=2).sum()
    left, right = np.array_split(own[60:], 2, axis=1)
    assert abs(int(np.median(left)) - int(np.median(right))) < 8  # the same ramp twice


def test_negative_values_stand_on_mid_grey(tmp_path):
    """-10 is dark, 0 mid-grey, 10 bright; abs makes both ends bright."""
    np.save(tmp_path / "signed.npy", np.broadcast_to([-10.0, 0.0, 10.0], (50, 50, 3)).copy())
    told = convcli("show", "signed.npy", cwd=tmp_path)
    assert greys(sheet(told)) >= {1, 128}
    assert "3 maps of 50 × 50, values from -10 to 10; display: signed" in told.err
    assert greys(sheet(convcli("show", "signed.npy", "--display", "abs", cwd=tmp_path))) >= {0, 10}
    coloured = sheet(convcli("show", "signed.npy", "--colormap", "diverging", cwd=tmp_path)).reshape(-1, 3)
    assert ((coloured[:, 0].astype(int) - coloured[:, 2]) > 60).sum() > 1000  # red for 10
    assert ((coloured[:, 2].astype(int) - coloured[:, 0]) > 60).sum() > 1000  # blue for -10


def test_the_axis_order_is_the_layouts(tmp_path):
    """(maps, rows, columns) with --layout chw gives the sheet of (rows, columns, maps)."""
    maps = np.random.default_rng(0).normal(size=(12, 14, 5))
    np.save(tmp_path / "hwc.npy", maps)
    np.save(tmp_path / "chw.npy", maps.transpose(2, 0, 1))
    first = convcli("show", "hwc.npy", cwd=tmp_path)
    second = convcli("show", "chw.npy", "--layout", "chw", cwd=tmp_path)
    assert first.out == second.out


def test_columns_make_the_grid(stack):
    """One column is higher than wide, three the other way round."""
    high, wide = (sheet(convcli("show", "stack.npy", "--columns", n, cwd=stack)).shape for n in ("1", "3"))
    assert high[0] > high[1]
    assert wide[1] > wide[0]


def test_the_record_has_every_maps_range(stack):
    """JSON with -o; the file is there."""
    told = convcli("show", "stack.npy", "-o", "sheet.png", "--json", cwd=stack)
    (record,) = told.records
    assert record["maps"] == [{"min": v, "max": v} for v in (0.0, 40.0, 100.0)]
    assert (record["command"], record["display"], record["output"]["path"]) == ("show", "magnitude", "sheet.png")
    with Image.open(stack / "sheet.png") as picture:
        assert picture.size == (record["output"]["width"], record["output"]["height"])
    assert convcli("show", "stack.npy", "-o", "sheet.png", cwd=stack).refused(3, "exists already")


def test_a_tiff_with_a_page_for_each_map_is_a_stack(tmp_path):
    """What apply wrote as pages is shown as maps, as the .npy of the same maps is."""
    maps = ["apply", "sample:shapes", "-k", "bank:sobel", "-o"]
    convcli(*maps, "maps.tiff", cwd=tmp_path)
    convcli(*maps, "maps.npy", cwd=tmp_path)
    tiff, npy = (convcli("show", name, cwd=tmp_path) for name in ("maps.tiff", "maps.npy"))
    assert tiff.out == npy.out


def test_a_pictures_channels_are_its_maps():
    """Coffee is redder than it is blue."""
    told = convcli("show", "sample:coffee", "--columns", "3")
    assert "3 maps of 400 × 600" in told.err
    thirds = np.array_split(sheet(told).astype(float), 3, axis=1)
    assert thirds[0].mean() > thirds[1].mean() > thirds[2].mean()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere.npy"], 3, ["nowhere.npy"]),
        (["stack.npy", "--json"], 2, ["--json and the sheet"]),
        (["stack.npy", "--columns", "0"], 2, ["--columns: 0"]),
        (["stack.npy", "-o", "sheet.doc"], 2, ["sheet.doc"]),
        (["wide.npy"], 2, ["2,000 maps", "--layout chw"]),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(stack, arguments, code, words):
    """One message; nothing on stdout."""
    np.save(stack / "wide.npy", np.zeros((3, 4, 2000), np.uint8))
    told = convcli("show", *arguments, cwd=stack)
    assert told.refused(code, *words)
    assert told.out == b""


def test_a_terminal_gets_a_preview_and_never_bytes(stack, monkeypatch):
    """Lines of characters, no PNG; -o - and --format are refused there."""
    monkeypatch.setattr(command_line._Stream, "isatty", lambda stream: True)
    monkeypatch.setenv("NO_COLOR", "1")
    told = convcli("show", "stack.npy", cwd=stack)
    assert told.code == 0
    assert b"PNG" not in told.out
    assert len(told.text.splitlines()) > 5
    assert convcli("show", "stack.npy", "-o", "-", cwd=stack).refused(2, "not written to a terminal")
    assert convcli("show", "stack.npy", "--format", "png", cwd=stack).refused(2, "not written to a terminal")


def test_pages_that_are_no_maps_are_remarked(tmp_path):
    """Of an animation the first frame is shown, and the reader's note says so."""
    frames = [Image.new("L", (20, 20), grey) for grey in (10, 200)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    told = convcli("show", "moving.gif", cwd=tmp_path)
    assert "moving.gif: " in told.err
    assert sheet(told).shape[2] == 3


def test_8_bit_maps_are_shown_as_they_are(tmp_path):
    """A uint8 stack is not stretched; float maps far above 0 are, from their smallest value."""
    np.save(tmp_path / "bytes.npy", np.full((40, 50, 2), 77, np.uint8))
    assert greys(sheet(convcli("show", "bytes.npy", cwd=tmp_path))) == {77}
    np.save(tmp_path / "high.npy", np.broadcast_to([1000.0, 1100.0], (40, 50, 2)).copy())
    assert greys(sheet(convcli("show", "high.npy", cwd=tmp_path))) == {0}  # and 255, the paper's own
