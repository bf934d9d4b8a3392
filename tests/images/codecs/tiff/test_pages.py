"""Pages, bands, alpha and what stands beside the samples: nothing is lost by dtype or compression."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from convcli import images
from convcli.errors import InputError
from convcli.images.frames import ALL
from tests.command_line import convcli

RNG = np.random.default_rng(33)
SIZE = (6, 9)
DTYPES = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "f2", "f4", "f8")


def pages_of(path: str) -> tuple[list[np.ndarray], bool]:
    """Every page by itself, and whether they are the maps of one picture."""
    with images.opened(path) as given:
        frames = given.frames()
        assert frames is not None
        return [frame.picture.pixels for frame in frames.read(frames.chosen(ALL), print)], frames.together


def random_array(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    if dtype[0] == "f":
        return RNG.normal(0, 100, shape).astype(dtype)
    return RNG.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_pages_of_any_kind_are_a_stack(tmp_path: Path, dtype: str) -> None:
    """Three grey pages of any dtype, order and compression are three channels; each is read by itself, too."""
    path = str(tmp_path / "p.tif")
    for order in "<>":
        for compression in (None, "lzw", "deflate", "packbits", "zstd"):
            pages = random_array(dtype, (3, *SIZE))
            options = {"tile": (16, 16)} if compression == "zstd" else {}
            tifffile.imwrite(path, pages, byteorder=order, compression=compression, photometric="minisblack", **options)
            picture = images.read(path)
            assert np.array_equal(picture.pixels, np.moveaxis(pages, 0, -1)), (order, compression)
            assert picture.notes == ()
            assert images.shape_of(path) == (*SIZE, 3)
            frames, together = pages_of(path)
            assert (len(frames), together) == (3, True)
            assert np.array_equal(frames[1], pages[1])


@pytest.mark.parametrize("bits", [1, 4, 12])
def test_pages_of_packed_bits_are_a_stack(tmp_path: Path, bits: int) -> None:
    """Fax pages and cameras' 12 bits are maps like any other; a note is said once."""
    pages = RNG.integers(0, 1 << bits, (4, *SIZE), dtype=np.uint16 if bits > 8 else np.uint8)
    if bits == 1:
        first, *others = (Image.fromarray(page.astype(bool)) for page in pages)
        first.save(tmp_path / "p.tif", save_all=True, append_images=others, compression="group4")
    else:
        tifffile.imwrite(tmp_path / "p.tif", pages, bitspersample=bits, photometric="minisblack", metadata=None) if (
            bits == 12
        ) else (tmp_path / "p.tif").write_bytes(_four_bits(pages))
    full = 255 if bits < 8 else 65535
    picture = images.read(str(tmp_path / "p.tif"))
    assert np.array_equal(picture.pixels, np.rint(np.moveaxis(pages, 0, -1) * (full / ((1 << bits) - 1))))
    assert len(picture.notes) == (bits > 1)


def _four_bits(pages: np.ndarray) -> bytes:
    """Pages of 4-bit samples, the second half of the last byte of a row empty."""
    from tests.images.picture_bytes import grey_tags, tiff

    padded = np.pad(pages, ((0, 0), (0, 0), (0, 1)))
    content = b""
    for index, page in enumerate((padded[:, :, ::2] << 4 | padded[:, :, 1::2]).astype(np.uint8)):
        one = tiff(grey_tags(*SIZE, 4), page.tobytes())
        count = int.from_bytes(one[8:10], "little")
        moved = bytearray(one[8:])
        start = len(content) + 8
        for at in range(2, 2 + 12 * count, 12):
            if moved[at : at + 2] == (273).to_bytes(2, "little"):
                place = int.from_bytes(moved[at + 8 : at + 12], "little")
                moved[at + 8 : at + 12] = (place - 8 + start).to_bytes(4, "little")
        following = start + len(moved) if index < len(pages) - 1 else 0
        moved[2 + 12 * count : 6 + 12 * count] = following.to_bytes(4, "little")
        content += bytes(moved)
    return b"II*\0\x08\0\0\0" + content


@pytest.mark.parametrize("second", ["other size", "other dtype", "colour", "bands", "white is 0", "not read"])
def test_pages_that_differ_are_left_out_and_said(tmp_path: Path, second: str) -> None:
    """The first page is read, a note counts the others; each can be read by its number."""
    first = random_array("u2", SIZE)
    other = {"other size": first[:3], "other dtype": first.astype(np.float32), "white is 0": first,
             "not read": first.astype(np.complex64)}.get(second, random_array("u2", (*SIZE, 3)))  # fmt: skip
    with tifffile.TiffWriter(tmp_path / "p.tif") as writer:
        writer.write(first, photometric="minisblack", metadata=None)
        photometric = {"colour": "rgb", "white is 0": "miniswhite"}.get(second, "minisblack")
        writer.write(other, photometric=photometric, metadata=None, planarconfig="contig" if other.ndim == 3 else None)
    picture = images.read(str(tmp_path / "p.tif"))
    assert np.array_equal(picture.pixels, first)
    assert "only the first of 2 pages" in picture.notes[0]
    assert images.shape_of(str(tmp_path / "p.tif")) == (*SIZE, 1)
    if second == "not read":
        with pytest.raises(InputError, match=r"page 1: .*complex"):
            pages_of(str(tmp_path / "p.tif"))
        return
    pages, together = pages_of(str(tmp_path / "p.tif"))
    assert (len(pages), together) == (2, False)
    assert np.array_equal(pages[1], 65535 - other if second == "white is 0" else other)


def test_images_of_imagej_without_directories_are_missed(tmp_path: Path) -> None:
    """ImageJ writes one directory for a large stack; that the other images are not read is said."""
    tifffile.imwrite(tmp_path / "p.tif", random_array("u2", (4, *SIZE)), imagej=True)
    content = bytearray((tmp_path / "p.tif").read_bytes())
    order = "little" if content[:2] == b"II" else "big"
    start = int.from_bytes(content[4:8], order)
    after = start + 2 + 12 * int.from_bytes(content[start : start + 2], order)
    content[after : after + 4] = bytes(4)
    (tmp_path / "p.tif").write_bytes(content)
    picture = images.read(str(tmp_path / "p.tif"))
    assert picture.channels == 1
    assert "only the first of 4 images" in picture.notes[0]


EXTRAS = {(0,): None, (): None, (2,): 0, (1,): 0, (0, 2): 1, (2, 0): 0, (0, 0): None, (0, 0, 2): 2}


@pytest.mark.parametrize("extras", EXTRAS)
@pytest.mark.parametrize("colours", [1, 3])
@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "i2", "f4", "f8"])
def test_extra_samples_have_one_rule(tmp_path: Path, dtype: str, colours: int, extras: tuple[int, ...]) -> None:
    """What is stated to be alpha is; every other sample beyond the colours is a channel, in every dtype."""
    if extras == (1,) and dtype not in ("u1", "u2", "f4", "f8"):
        return
    count = len(extras) or 1
    array = random_array(dtype, (*SIZE, colours + count))
    path = str(tmp_path / "p.tif")
    photometric = "rgb" if colours == 3 else "minisblack"
    tifffile.imwrite(
        path, array, photometric=photometric, planarconfig="contig", extrasamples=extras or (0,), metadata=None
    )
    if not extras:  # nothing is said of the last sample
        content = bytearray((tmp_path / "p.tif").read_bytes())
        at = content.index((338).to_bytes(2, "little") + b"\3\0")
        content[at : at + 2] = (337).to_bytes(2, "little")
        (tmp_path / "p.tif").write_bytes(content)
    picture = images.read(path)
    alpha = EXTRAS[extras]
    kept = [index for index in range(colours + count) if alpha is None or index != colours + alpha]
    assert (picture.alpha is None) == (alpha is None)
    if alpha is not None and picture.alpha is not None:
        assert np.array_equal(picture.alpha, array[:, :, colours + alpha])
    expected = array[:, :, kept] if extras != (1,) else divided(array, colours)
    assert np.allclose(picture.pixels.reshape(*SIZE, -1), expected, rtol=1e-6, atol=0)
    assert images.shape_of(path) == (*SIZE, len(kept))
    assert any("premultiplied" in note for note in picture.notes) == (extras == (1,))
    assert any("not said to be alpha" in note for note in picture.notes) == (not extras)


def divided(array: np.ndarray, colours: int) -> np.ndarray:
    """colour x full / alpha in exact integers, to the nearest; floats by plain division."""
    alpha = array[:, :, colours:]
    if array.dtype.kind == "f":
        return array[:, :, :colours] / alpha
    full = int(np.iinfo(array.dtype).max)
    pairs = zip(array[:, :, :colours].ravel().tolist(), np.repeat(alpha, colours, axis=2).ravel().tolist(), strict=True)
    made = [(2 * c * full + a) // (2 * a) if a else c for c, a in pairs]
    return np.minimum(np.array(made, np.int64), full).reshape(*SIZE, colours)


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "f4"])
@pytest.mark.parametrize("shape", [(3, (0,)), (1, (0,)), (1, (0, 0, 0, 0)), (3, (0, 0))])
def test_bands_are_written_as_they_were(tmp_path: Path, dtype: str, shape: tuple[int, tuple[int, ...]]) -> None:
    """A kernel of one 1 leaves one page of the same bands, each said to be what it was."""
    colours, extras = shape
    array = random_array(dtype, (*SIZE, colours + len(extras)))
    photometric = "rgb" if colours == 3 else "minisblack"
    tifffile.imwrite(tmp_path / "in.tif", array, photometric=photometric, planarconfig="contig", extrasamples=extras)
    convcli("apply", tmp_path / "in.tif", "-k", "1", "-o", tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as made:
        assert len(made.pages) == 1
        assert made.pages[0].extrasamples == extras  # type: ignore[union-attr]
        assert made.pages[0].photometric == (2 if colours == 3 else 1)  # type: ignore[union-attr]
        assert np.array_equal(made.asarray(), array)


def test_maps_of_several_kernels_are_pages_still(tmp_path: Path) -> None:
    """Two kernels on four bands give eight maps, a page each: they are no colours any more."""
    array = random_array("u1", (*SIZE, 4))
    tifffile.imwrite(tmp_path / "in.tif", array, photometric="rgb", extrasamples=(0,))
    convcli("apply", tmp_path / "in.tif", "-k", "1", "-k", "2", "-o", tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as made:
        assert len(made.pages) == 8
        assert np.array_equal(made.asarray()[4:], np.moveaxis(array, -1, 0).astype(int) * 2)


@pytest.mark.parametrize("dtype", ["f4", "i4", "u1"])
def test_alpha_of_any_dtype_is_written(tmp_path: Path, dtype: str) -> None:
    """Colour with alpha is one page in every dtype, so that the alpha has a place."""
    array = random_array(dtype, (*SIZE, 4))
    stream = io.BytesIO()
    notes = images.encode(images.Picture(array[:, :, :3], array[:, :, 3]), stream, "tiff")
    assert notes == ()
    stream.seek(0)
    assert np.array_equal(tifffile.imread(stream), array)


KINDS = [
    {"dtype": "f4"},
    {"dtype": "f8", "compression": "zstd"},
    {"dtype": "u2", "predictor": True, "compression": "deflate"},
    {"dtype": "u1", "tile": (16, 16)},
    {"dtype": "i2", "bigtiff": True},
    {"dtype": "f2", "byteorder": ">", "bigtiff": True},
]


@pytest.mark.parametrize("options", KINDS)
def test_profile_resolution_and_orientation_in_every_kind(tmp_path: Path, options: dict[str, object]) -> None:
    """What stands beside the samples is read whatever they are; the picture comes out upright."""
    profile = b"\0" * 16 + b"RGB " + b"\0" * 108
    dtype, *_ = options.values()
    others = {name: value for name, value in options.items() if name != "dtype"}
    array = random_array(str(dtype), (*SIZE, 3))
    tags = [(274, "H", 1, 6, True)]
    tifffile.imwrite(tmp_path / "p.tif", array, photometric="rgb", iccprofile=profile, resolution=(300, 150),
                     resolutionunit="INCH", extratags=tags, metadata=None, **others)  # type: ignore[arg-type]  # fmt: skip
    picture = images.read(str(tmp_path / "p.tif"))
    assert np.array_equal(picture.pixels, np.rot90(array, -1))
    assert images.shape_of(str(tmp_path / "p.tif")) == (SIZE[1], SIZE[0], 3)
    assert picture.metadata.icc_profile == profile
    assert picture.metadata.dpi == (300, 150)


def test_a_resolution_that_is_not_stated_is_none(tmp_path: Path) -> None:
    """Pillow says 1 pixel per inch where the tags say nothing."""
    Image.fromarray(random_array("u1", SIZE)).save(tmp_path / "p.tif")
    assert images.read(str(tmp_path / "p.tif")).metadata.dpi is None
