"""TIFF by rows: the samples, alpha, notes and metadata that the ordinary reader gives, of whatever it reads."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from convcli import images
from convcli.errors import InputError, OptionError
from convcli.images.large import tiff_tiles
from convcli.images.large.large_formats import Wish

tifffile = pytest.importorskip("tifffile")
pytest.importorskip("imagecodecs")

RNG = np.random.default_rng(5)
STORED = [
    {"compression": "deflate", "predictor": True, "tile": (32, 16)},
    {"compression": "lzw", "tile": (16, 64)},
    {"compression": "zstd", "rowsperstrip": 7},
    {"compression": "packbits", "tile": (48, 32)},
    {"compression": "lzma", "predictor": True, "rowsperstrip": 61},
    {"tile": (32, 32)},
    {"byteorder": ">", "compression": "deflate", "predictor": True, "tile": (16, 16), "bigtiff": True},
]


def same_as_whole(path: Path) -> None:
    """By rows as by the ordinary reader."""
    whole, rows = images.read(str(path)), tiff_tiles.open_rows(str(path), Wish())
    assert rows is not None
    assert (rows.rows.shape, rows.rows.dtype, rows.notes) == (whole.pixels.shape, whole.pixels.dtype, whole.notes)
    assert rows.metadata == whole.metadata
    for start, stop in ((0, whole.height), (whole.height - 1, whole.height), (9, 40), (16, 32)):
        np.testing.assert_array_equal(rows.rows.read(start, stop), whole.pixels[start:stop].reshape(stop - start, -1))
        if whole.alpha is not None:
            assert rows.alpha is not None
            np.testing.assert_array_equal(rows.alpha.read(start, stop), whole.alpha[start:stop])
    rows.close()


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: "-".join(map(str, stored.values())))
@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "f4", "f2", "f8", "i4"])
def test_every_compression_and_kind_of_number_is_the_ordinary_readers(
    stored: dict[str, object], dtype: str, tmp_path: Path
) -> None:
    """Grey; colours with alpha; and colours plane by plane."""
    for channels, how in (
        (0, {"photometric": "minisblack"}),
        (4, {"photometric": "rgb", "extrasamples": ["unassalpha"]}),
        (3, {"photometric": "rgb", "planarconfig": "separate"}),
    ):
        samples = RNG.integers(0, 200, (61, 83, channels) if channels else (61, 83)).astype(dtype)
        if channels == 3:
            samples = np.moveaxis(samples, 2, 0)
        path = tmp_path / f"{channels}.tif"
        tifffile.imwrite(path, samples, **how, **stored)
        same_as_whole(path)


@pytest.mark.parametrize(
    "how",
    [
        {"photometric": "miniswhite"},
        {"photometric": "palette", "colormap": RNG.integers(0, 65536, (3, 256)).astype("u2")},
        {"photometric": "rgb", "compression": "jpeg", "subsampling": (2, 2)},
        {"photometric": "minisblack", "compression": "jpeg"},
        {"photometric": "rgb", "extrasamples": ["assocalpha"]},
        {"photometric": "rgb", "extrasamples": [0, 0]},
    ],
    ids=["white-is-0", "palette", "ycbcr", "jpeg", "premultiplied", "bands"],
)
def test_colours_mean_what_they_mean_to_the_ordinary_reader(how: dict[str, object], tmp_path: Path) -> None:
    """Inverted, looked up, from luma and chroma, divided by alpha, or kept as bands."""
    colours = 1 if how["photometric"] != "rgb" else 3
    channels = colours + len(how.get("extrasamples", ()))  # type: ignore[arg-type]
    samples = RNG.integers(0, 256, (70, 90, channels), np.uint8)[:, :, : None if channels > 1 else 1].squeeze()
    tifffile.imwrite(tmp_path / "a.tif", samples, tile=(32, 32), **{"compression": "deflate", **how})
    same_as_whole(tmp_path / "a.tif")


def test_pages_of_one_kind_are_channels_and_others_are_left_out(tmp_path: Path) -> None:
    """Three maps; and a picture with a thumbnail, of which that is said."""
    tifffile.imwrite(tmp_path / "maps.tif", RNG.integers(0, 9, (3, 61, 83)).astype("u2"), tile=(32, 32),
                     photometric="minisblack", compression="deflate")  # fmt: skip
    same_as_whole(tmp_path / "maps.tif")
    with tifffile.TiffWriter(tmp_path / "two.tif") as writer:
        writer.write(np.zeros((64, 50), "u1"), compression="lzw")
        writer.write(np.ones((20, 50), "u1"))
    same_as_whole(tmp_path / "two.tif")


def test_levels_are_found_in_sub_directories_and_in_pages_behind(tmp_path: Path) -> None:
    """As OME-TIFF and generic pyramids have them, and as slides do, whose thumbnail is in strips."""
    full = RNG.integers(0, 256, (256, 160, 3), np.uint8)
    with tifffile.TiffWriter(tmp_path / "under.tif") as writer:
        writer.write(full, subifds=1, tile=(64, 64), photometric="rgb", compression="deflate")
        writer.write(full[::2, ::2], subfiletype=1, tile=(64, 64), photometric="rgb", compression="deflate")
    with tifffile.TiffWriter(tmp_path / "slide.tif") as writer:
        for index, step in enumerate((1, 3, 2)):
            how = {"tile": (64, 64)} if index != 1 else {"rowsperstrip": 16}
            writer.write(full[::step, ::step], photometric="rgb", compression="deflate", **how)
    for name in ("under.tif", "slide.tif"):
        level = tiff_tiles.open_rows(str(tmp_path / name), Wish(level=1))
        assert level is not None
        np.testing.assert_array_equal(level.rows.read(0, 128), full[::2, ::2].reshape(128, -1))
        level.close()
        with pytest.raises(OptionError, match=r"levels 0 \(256 × 160\), 1 \(128 × 80\)"):
            tiff_tiles.open_rows(str(tmp_path / name), Wish(level=2))


def test_a_damaged_tile_is_named_and_a_cut_file_refused(tmp_path: Path) -> None:
    """One message, with the tile's number."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, RNG.integers(0, 256, (128, 96), np.uint8), tile=(32, 32), compression="deflate")
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        start = file.pages[0].dataoffsets[7]
    content[start : start + 40] = bytes(40)
    path.write_bytes(content)
    rows = tiff_tiles.open_rows(str(path), Wish())
    assert rows is not None
    rows.rows.read(0, 64)
    with pytest.raises(InputError, match="tile 8 of 12"):
        rows.rows.read(64, 65)
    rows.close()


@pytest.mark.parametrize(
    ("tags", "value"), [((322, 323), (1 << 31) - 16), ((256, 257), 1 << 20), ((256, 257, 322, 323), 1 << 20)]
)
def test_absurd_sizes_are_refused_before_memory_is_taken(tags: tuple[int, ...], value: int, tmp_path: Path) -> None:
    """1 KB that claims a million pixels each way, or tiles of 2^31: a message, here or in the ordinary way."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((16, 16), np.uint8), tile=(16, 16), compression="deflate")
    path.write_bytes(claiming(path.read_bytes(), dict.fromkeys(tags, value)))
    assert path.stat().st_size < 1024
    tracemalloc.start()
    with contextlib.suppress(InputError):
        assert tiff_tiles.open_rows(str(path), Wish()) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with pytest.raises(InputError):
        images.read(str(path))
    assert peak < 1 << 26


def claiming(content: bytes, numbers: dict[int, int]) -> bytes:
    """A classic little-endian TIFF with other numbers in the tags of its first directory."""
    made = bytearray(content)
    (start,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, start)
    for at in range(start + 2, start + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from("<H", content, at)
        if tag in numbers:
            struct.pack_into("<HII", made, at + 2, 4, 1, numbers[tag])
    return bytes(made)
