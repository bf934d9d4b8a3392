"""Samples of any number of bits are the numbers that were packed, spread or kept by one rule."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from convcli import images
from convcli.errors import InputError
from tests.images.picture_bytes import grey_tags, tiff

RNG = np.random.default_rng(31)
HEIGHT, WIDTH = 5, 7
SIDE = 16  # of a tile: more than the picture


def packed(values: np.ndarray, bits: int, *, big_endian: bool) -> bytes:
    """Rows of numbers, most significant bit first; whole bytes in the file's order."""
    if bits in (16, 24, 32):
        order = "big" if big_endian else "little"
        return b"".join(int(value).to_bytes(bits // 8, order) for value in values.ravel())
    rows = ["".join(format(int(value), f"0{bits}b") for value in row.ravel()) for row in values]
    padded = [row + "0" * (-len(row) % 8) for row in rows]
    return b"".join(int(row, 2).to_bytes(len(row) // 8, "big") for row in padded)


def file_of(values: np.ndarray, bits: int, *, planar: bool, tiled: bool, big_endian: bool, photometric: int) -> bytes:
    """(H, W, samples) as a TIFF of one strip or tile a plane, without any library."""
    samples = values.shape[2]
    if tiled:
        values = np.pad(values, ((0, SIDE - HEIGHT), (0, SIDE - WIDTH), (0, 0)))
    planes = [values[:, :, [plane]] for plane in range(samples)] if planar else [values]
    contents = [packed(plane, bits, big_endian=big_endian) for plane in planes]
    tags = {
        **grey_tags(HEIGHT, WIDTH, bits, photometric=photometric),
        258: (3, (bits,) * samples),
        277: (3, (samples,)),
    }
    tags |= {284: (3, (2 if planar else 1,)), 339: (3, (1,) * samples)}
    if tiled:
        tags |= {322: (3, (SIDE,)), 323: (3, (SIDE,))}
    content = tiff(tags, b"".join(contents), big_endian=big_endian)
    if not planar:
        return content
    start = len(content) - sum(map(len, contents))
    starts = tuple(start + 4 * 2 * samples + sum(map(len, contents[:plane])) for plane in range(samples))
    return tiff_of_planes(tags, contents, starts, big_endian=big_endian)


def tiff_of_planes(
    tags: dict[int, tuple[int, tuple[int, ...]]], contents: list[bytes], starts: tuple[int, ...], *, big_endian: bool
) -> bytes:
    """As `tiff`, with a strip a plane: the lists of starts and lengths stand before the samples."""
    order = "big" if big_endian else "little"
    plain = tiff(tags, b"", big_endian=big_endian)
    lists = [list(starts), [len(content) for content in contents]]
    words = [b"".join(number.to_bytes(4, order) for number in numbers) for numbers in lists]
    behind = bytearray(plain + words[0] + words[1] + b"".join(contents))
    for tag, place in ((273, len(plain)), (279, len(plain) + len(words[0]))):
        at = next(at for at in range(10, len(plain), 12) if int.from_bytes(behind[at : at + 2], order) == tag)
        behind[at + 4 : at + 12] = len(contents).to_bytes(4, order) + place.to_bytes(4, order)
    return bytes(behind)


def expected(values: np.ndarray, bits: int) -> list[int]:
    """The rule, in exact arithmetic: up to 8 bits to 0..255, up to 16 to 0..65535, more as they are."""
    full = 255 if bits <= 8 else 65535 if bits <= 16 else (1 << bits) - 1
    return [round(Fraction(int(value) * full, (1 << bits) - 1)) for value in values.ravel()]


@pytest.mark.parametrize("bits", [bits for bits in range(1, 33) if bits != 24])
def test_every_depth_in_every_layout(tmp_path: Path, bits: int) -> None:
    """1 to 32 bits; grey and RGB, together and by planes, strips and tiles, both byte orders, 0 black and 0 white."""
    path = tmp_path / "p.tif"
    for samples, planar, tiled, big_endian in itertools.product((1, 3), (False, True), (False, True), (False, True)):
        for photometric in (0, 1) if samples == 1 else (2,):
            values = RNG.integers(0, 1 << bits, (HEIGHT, WIDTH, samples))
            values[0, 0], values[-1, -1] = 0, (1 << bits) - 1
            layout = {"planar": planar and samples > 1, "tiled": tiled, "big_endian": big_endian}
            path.write_bytes(file_of(values, bits, photometric=photometric, **layout))
            picture = images.read(str(path))
            brightness = (1 << bits) - 1 - values if photometric == 0 else values
            assert picture.pixels.ravel().tolist() == expected(brightness, bits), (bits, samples, layout, photometric)
            assert picture.pixels.dtype == (np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32)
            assert images.shape_of(str(path)) == (HEIGHT, WIDTH, samples)
            told = bits not in (1, 8, 16, 32)
            assert len(picture.notes) == told
            assert not told or f"0..{(1 << bits) - 1}" in picture.notes[0]


def test_whole_numbers_of_24_bits_are_read_where_everybody_orders_them_alike(tmp_path: Path) -> None:
    """In a little-endian file libtiff and tifffile read them in two ways: refused, by that name."""
    values = RNG.integers(0, 1 << 24, (HEIGHT, WIDTH, 1))
    layout = {"planar": False, "tiled": False, "photometric": 1}
    (tmp_path / "mm.tif").write_bytes(file_of(values, 24, big_endian=True, **layout))
    assert images.read(str(tmp_path / "mm.tif")).pixels.ravel().tolist() == values.ravel().tolist()
    (tmp_path / "ii.tif").write_bytes(file_of(values, 24, big_endian=False, **layout))
    with pytest.raises(InputError, match="24-bit whole numbers in a little-endian file"):
        images.read(str(tmp_path / "ii.tif"))


@pytest.mark.parametrize("bits", [3, 8, 12, 16, 20, 32])
def test_signed_numbers_keep_their_sign(tmp_path: Path, bits: int) -> None:
    """Two's complement of any number of bits, as it is."""
    low = -(1 << (bits - 1))
    values = RNG.integers(low, -low, (HEIGHT, WIDTH, 1))
    values[0, 0] = low
    content = packed(values % (1 << bits), bits, big_endian=True)
    (tmp_path / "p.tif").write_bytes(tiff(grey_tags(HEIGHT, WIDTH, bits, kind=2), content, big_endian=True))
    picture = images.read(str(tmp_path / "p.tif"))
    assert picture.pixels.tolist() == values[:, :, 0].tolist()
    assert picture.pixels.dtype == (np.int8 if bits <= 8 else np.int16 if bits <= 16 else np.int32)


@pytest.mark.parametrize("big_endian", [False, True])
def test_floats_of_24_bits_by_hand(tmp_path: Path, big_endian: bool) -> None:
    """Sign, 7 bits of exponent with bias 63, 16 of mantissa: 1, -2.5, the least and the largest number, infinity."""
    words = [0x3F0000, 0xC04000, 0x000001, 0x7EFFFF, 0x7F0000, 0x800000]
    values = [1.0, -2.5, 2.0**-78, (2 - 2.0**-16) * 2.0**63, np.inf, -0.0]
    content = packed(np.array(words), 24, big_endian=big_endian)
    (tmp_path / "p.tif").write_bytes(tiff(grey_tags(1, 6, 24, kind=3), content, big_endian=big_endian))
    assert images.read(str(tmp_path / "p.tif")).pixels.tolist() == [values]


@pytest.mark.parametrize("bits", [1, 4, 8, 12, 16])
def test_bits_in_the_other_order_are_turned(tmp_path: Path, bits: int) -> None:
    """FillOrder 2: the bits of every byte come last to first."""
    values = RNG.integers(0, 1 << bits, (HEIGHT, WIDTH, 1))
    straight = packed(values, bits, big_endian=True)
    content = bytes(int(format(byte, "08b")[::-1], 2) for byte in straight)
    tags = {**grey_tags(HEIGHT, WIDTH, bits), 266: (3, (2,))}
    (tmp_path / "p.tif").write_bytes(tiff(tags, content, big_endian=True))
    assert images.read(str(tmp_path / "p.tif")).pixels.ravel().tolist() == expected(values, bits)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("deep", [False, True])
def test_palettes_keep_all_their_bits(tmp_path: Path, bits: int, deep: bool) -> None:
    """Colours of 8 bits, however they were widened, are bytes; others have 16 bits."""
    colours = RNG.integers(0, 256, (3, 1 << bits))
    words = RNG.integers(0, 65536, (3, 1 << bits)) if deep else colours * 257
    indices = RNG.integers(0, 1 << bits, (HEIGHT, WIDTH, 1))
    tags = {**grey_tags(HEIGHT, WIDTH, bits, photometric=3), 320: (3, tuple(words.ravel().tolist()))}
    (tmp_path / "p.tif").write_bytes(tiff(tags, packed(indices, bits, big_endian=False)))
    picture = images.read(str(tmp_path / "p.tif"))
    assert picture.pixels.tolist() == (words if deep else colours).T[indices[:, :, 0]].tolist()
    assert picture.pixels.dtype == (np.uint16 if deep else np.uint8)
    for narrow in (colours, colours * 256):  # as old writers have them
        tags[320] = (3, tuple(narrow.ravel().tolist()))
        (tmp_path / "p.tif").write_bytes(tiff(tags, packed(indices, bits, big_endian=False)))
        assert images.read(str(tmp_path / "p.tif")).pixels.tolist() == colours.T[indices[:, :, 0]].tolist()
