"""Tiled TIFF, BigTIFF and OME-TIFF: what tifffile, vips and the ordinary reader find in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from convcli import images
from convcli.errors import OptionError, OutputError
from convcli.images.large import tiff_tiles, tiled_tiff
from convcli.images.large.large_formats import Wish
from convcli.images.picture import Metadata
from tests.images.large.large_pictures import order, picture, smaller, written

tifffile = pytest.importorskip("tifffile")
pytest.importorskip("imagecodecs")
OME = {"ome": "http://www.openmicroscopy.org/Schemas/OME/2016-06"}


# Every type with every number of channels, and each of both in a TIFF and a BigTIFF.
KINDS = [
    (dtype, channels, (row + column) % 2 == 1)
    for row, dtype in enumerate(["u1", "u2", "i4", "f4"])
    for column, channels in enumerate([0, 3, 5])
]


@pytest.mark.parametrize(("dtype", "channels", "big"), KINDS)
def test_every_level_is_what_other_readers_find(
    dtype: str, channels: int, big: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Samples of tifffile, of the ordinary reader, and by rows; a level's are the means of the one above."""
    if big:
        monkeypatch.setattr(tiled_tiff, "LAST_OFFSET", 1)
    samples = picture(dtype, channels)
    path = tmp_path / "a.tif"
    assert written(tiled_tiff.create, order(path, samples, pyramid=True), samples) == ()
    with tifffile.TiffFile(path) as file:
        assert file.is_bigtiff == big
        levels = [level.asarray() for level in file.series[0].levels]
        assert all(page.is_tiled and page.compression == 8 for page in file.pages)
    in_one = channels in (0, 1) or (channels == 3 and dtype in ("u1", "u2"))
    level = samples.reshape(*samples.shape[:2], -1)
    assert len(levels) == 2
    for number, found in enumerate(levels):
        np.testing.assert_array_equal((found if in_one else np.moveaxis(found, 0, 2)).reshape(level.shape), level)
        by_rows = tiff_tiles.open_rows(str(path), Wish(level=number))
        assert by_rows is not None
        np.testing.assert_array_equal(by_rows.rows.read(0, len(level)), level.reshape(len(level), -1))
        by_rows.close()
        level = smaller(level)
    np.testing.assert_array_equal(images.read(str(path)).pixels, samples)


def test_vips_reads_tiles_and_levels(tmp_path: Path) -> None:
    """An independent reader, through libtiff."""
    if shutil.which("vips") is None:
        pytest.skip("vips is not installed")
    samples = picture("u1", 3)
    written(tiled_tiff.create, order(tmp_path / "a.tif", samples, pyramid=True), samples)
    for level, name in enumerate(("full.ppm", "half.ppm")):
        how = f"[subifd={level - 1}]" if level else ""
        subprocess.run(["vips", "copy", f"a.tif{how}", name], cwd=tmp_path, check=True, capture_output=True)
        expected = smaller(samples) if level else samples
        np.testing.assert_array_equal(images.read(str(tmp_path / name)).pixels, expected)


@pytest.mark.parametrize(("channels", "dtype"), [(0, "u2"), (3, "u1"), (5, "f4")])
def test_ome_says_sizes_type_channels_and_pixels(channels: int, dtype: str, tmp_path: Path) -> None:
    """254 pixels an inch are 100 µm each; tifffile takes it for an OME-TIFF of these axes."""
    samples = picture(dtype, channels)
    path = tmp_path / "a&b.ome.tif"
    written(tiled_tiff.create, order(path, samples, metadata=Metadata(dpi=(254.0, 508.0))), samples)
    with tifffile.TiffFile(path) as file:
        assert file.is_ome
        assert file.series[0].axes == {0: "YX", 3: "YXS", 5: "CYX"}[channels]
        pixels = ElementTree.fromstring(file.ome_metadata).find(".//ome:Pixels", OME)
    assert pixels is not None
    said = {name: pixels.get(name) for name in ("SizeX", "SizeY", "SizeC", "Type", "PhysicalSizeX", "PhysicalSizeY")}
    kind = {"u2": "uint16", "u1": "uint8", "f4": "float"}[dtype]
    assert said == {"SizeX": "90", "SizeY": "331", "SizeC": str(max(1, channels)), "Type": kind,
                    "PhysicalSizeX": "100", "PhysicalSizeY": "50"}  # fmt: skip


def test_what_is_lost_is_said_and_what_cannot_be_held_refused(tmp_path: Path) -> None:
    """float64 is stored as float32; 2^40 does not fit; a tile of 40 is none; and nothing is left behind."""
    path = tmp_path / "a.tif"
    assert written(tiled_tiff.create, order(path, picture("f8", 0)), picture("f8", 0)) == (
        "float64 is stored as float32",
    )
    with pytest.raises(OptionError, match="multiple of 16"), tiled_tiff.create(order(path, picture("u1", 0), tile=40)):
        pass
    wide = np.full((40, 40), 1 << 40)
    with pytest.raises(OutputError, match="32 bits"):
        written(tiled_tiff.create, order(tmp_path / "b.tif", wide), wide)
    assert [each.name for each in tmp_path.iterdir()] == ["a.tif"]
