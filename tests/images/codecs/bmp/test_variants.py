"""Every kind of BMP: pixels by hand and by another decoder, or a refusal by its true name."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import InputError
from convcli.images.codecs.bmp.runs import unpack_runs
from convcli.images.picture import Picture

RNG = np.random.default_rng(9)
COLOURS = RNG.integers(0, 256, (5, 7, 3), np.uint8)
PALETTE = RNG.integers(0, 256, (256, 3), np.uint8)


def bmp(
    rows: bytes,
    size: tuple[int, int],
    bits: int,
    *,
    packing: int = 0,
    header: int = 40,
    palette: np.ndarray | None = None,
    masks: tuple[int, ...] = (),
    used: int | None = None,
    offset: int | None = None,
) -> bytes:
    """A BMP of given rows, as they are stored; `size` has a negative height for rows from the top."""
    height, width = size
    if header == 12:
        fields = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        count = len(palette) if palette is not None else 0
        fields = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, packing, len(rows), 2835, 5670,
                             count if used is None else used, 0)  # fmt: skip
        fields += struct.pack(f"<{len(masks)}I", *masks)
        fields = fields.ljust(header, b"\0")
    if palette is not None:
        entries = palette[:, ::-1] if header == 12 else np.insert(palette[:, ::-1], 3, 0, axis=1)
        fields += entries.astype(np.uint8).tobytes()
    start = 14 + len(fields) if offset is None else offset
    return b"BM" + struct.pack("<IHHI", 14 + len(fields) + len(rows), 0, 0, start) + fields + rows


def read(content: bytes, **how: object) -> Picture:
    return images.read("-", stdin=io.BytesIO(content), **how)  # type: ignore[arg-type]


def packed(indices: np.ndarray, bits: int) -> bytes:
    """Indices as rows of bits, each of a multiple of four bytes."""
    spread = (indices[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
    rows = np.packbits(spread.reshape(len(indices), -1).astype(np.uint8), axis=1)
    return b"".join(row.tobytes() + b"\0" * (-len(row) % 4) for row in rows)


def padded(rows: np.ndarray) -> bytes:
    return b"".join(row.tobytes() + b"\0" * (-row.nbytes % 4) for row in rows)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("header", [12, 40, 64, 108, 124])
@pytest.mark.parametrize("from_top", [False, True])
def test_palettes_of_any_depth_and_age(bits: int, header: int, from_top: bool) -> None:
    """The colours of the indices, rows from below or from above; OS/2's first header has three bytes a colour."""
    if header == 12 and from_top:
        return
    indices = RNG.integers(0, 1 << bits, (5, 7))
    rows = packed(indices if from_top else indices[::-1], bits)
    content = bmp(rows, (-5 if from_top else 5, 7), bits, header=header, palette=PALETTE[: 1 << bits])
    picture = read(content)
    assert np.array_equal(picture.pixels, PALETTE[indices])
    assert picture.metadata.dpi == (None if header == 12 else pytest.approx((72.009, 144.018)))


def test_greys_in_order_are_one_channel() -> None:
    """All 256, or black and white; any other palette is colour."""
    indices = RNG.integers(0, 256, (5, 7))
    ramp = np.repeat(np.arange(256)[:, None], 3, 1)
    assert np.array_equal(read(bmp(packed(indices[::-1], 8), (5, 7), 8, palette=ramp)).pixels, indices)
    assert read(bmp(packed(indices[::-1], 8), (5, 7), 8, palette=ramp[::-1])).pixels.shape == (5, 7, 3)
    bits = indices & 1
    white = np.array([[0, 0, 0], [255, 255, 255]])
    assert np.array_equal(read(bmp(packed(bits[::-1], 1), (5, 7), 1, palette=white)).pixels, bits * 255)


MASKS = {
    "565": (16, (0xF800, 0x07E0, 0x001F)),
    "555": (16, (0x7C00, 0x03E0, 0x001F)),
    "4444": (16, (0x0F00, 0x00F0, 0x000F, 0xF000)),
    "5551": (16, (0x7C00, 0x03E0, 0x001F, 0x8000)),
    "231": (16, (0x0060, 0x001C, 0x0001)),
    "8888": (32, (0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
    "rgba": (32, (0xFF, 0xFF00, 0xFF0000, 0xFF000000)),
    "xbgr": (32, (0xFF000000, 0xFF0000, 0xFF00)),
    "1010102": (32, (0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)),
    "111110": (32, (0x7FF, 0x3FF800, 0xFFC00000)),
    "no red": (32, (0, 0xFF00, 0xFF)),
    "28 bits": (32, (0xFFFFFFF0, 0x8, 0x7)),
}


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("header", [40, 56, 108])
def test_fields_of_any_arrangement(kind: str, header: int) -> None:
    """Bits from 0 to the largest that they hold become 0..255; more than 8 of them 0..65535."""
    bits, masks = MASKS[kind]
    if header == 40 and len(masks) == 4:
        return
    stored = RNG.integers(0, 1 << bits, (5, 7), dtype=np.uint64)
    content = bmp(padded(stored[::-1].astype(f"<u{bits // 8}")), (5, 7), bits, packing=3, masks=masks,
                  header=40 if header == 40 else header)  # fmt: skip
    if header == 40:  # three numbers that follow the header
        content = bmp(padded(stored[::-1].astype(f"<u{bits // 8}")), (5, 7), bits, packing=3, masks=masks)
    picture = read(content)
    full = 65535 if max(mask.bit_count() for mask in masks) > 8 else 255
    for channel, mask in enumerate(masks):
        largest = mask // (mask & -mask) if mask else 1
        values = (stored & mask) // (mask & -mask) if mask else stored * 0
        truth = np.array([[round(int(v) * full / largest) for v in row] for row in values])
        given = picture.alpha if channel == 3 else picture.pixels[:, :, channel]
        assert np.array_equal(given, truth), channel
    assert (picture.alpha is None) == (len(masks) == 3)


def test_colours_without_fields() -> None:
    """24 bits are blue, green, red; 32 without fields have a byte that means nothing; 16 are 5-5-5."""
    bgr = np.ascontiguousarray(COLOURS[::-1, :, ::-1])
    assert np.array_equal(read(bmp(padded(bgr), (5, 7), 24)).pixels, COLOURS)
    spare = read(bmp(padded(np.insert(bgr, 3, 77, axis=2)), (5, 7), 32))
    assert np.array_equal(spare.pixels, COLOURS)
    assert spare.alpha is None
    short = COLOURS >> 3
    words = (short[..., 0].astype("<u2") << 10) | (short[..., 1].astype("<u2") << 5) | short[..., 2]
    got = read(bmp(padded(words[::-1]), (5, 7), 16)).pixels
    assert np.array_equal(got, np.rint(short * (255 / 31)))


RUNS = bytes([3, 5, 0, 3, 1, 2, 3, 0, 0, 0, 0, 2, 2, 1, 2, 9, 0, 0, 7, 4, 0, 1])


def test_runs_by_hand() -> None:
    """Three 5s, then 1 2 3 as they are; a step of two right and one up; seven 4s."""
    truth = [[5, 5, 5, 1, 2, 3, 0], [0] * 7, [0, 0, 9, 9, 0, 0, 0], [4] * 7]
    assert unpack_runs(RUNS, 7, 4, 8).tolist() == truth
    picture = read(bmp(RUNS, (4, 7), 8, packing=1, palette=PALETTE))
    assert np.array_equal(picture.pixels, PALETTE[np.array(truth)[::-1]])
    nibbles = bytes([5, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 0, 1])
    assert unpack_runs(nibbles, 5, 2, 4).tolist() == [[1, 2, 1, 2, 1], [3, 4, 5, 6, 7]]
    triples = bytes([2, 1, 2, 3, 0, 3, 9, 9, 9, 8, 8, 8, 7, 7, 7, 0, 0, 1])
    assert unpack_runs(triples, 5, 1, 24)[0].tolist() == [[1, 2, 3]] * 2 + [[9] * 3, [8] * 3, [7] * 3]


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        (bytes([9, 5]), "beyond its rows"),
        (bytes([0, 2, 0, 9, 1, 1]), "beyond its rows"),
        (bytes([0, 9, 1, 2]), "beyond its rows"),
        (bytes([7, 5, 0, 0]), "end early"),
        (b"", "end early"),
    ],
)
def test_runs_that_are_damaged_are_refused_or_taken_as_far_as_they_go(runs: bytes, why: str) -> None:
    """Never pixels in the wrong place."""
    content = bmp(runs, (4, 7), 8, packing=1, palette=PALETTE)
    with pytest.raises(InputError, match=why):
        read(content)
    assert read(content, allow_truncated=True).pixels.shape == (4, 7, 3)


def test_the_last_rows_padding_and_the_mark_of_the_end_may_be_missing() -> None:
    """Writers leave them out; a pixel less is damage."""
    content = bmp(padded(np.ascontiguousarray(COLOURS[::-1, :, ::-1])), (5, 7), 24)
    assert np.array_equal(read(content[:-3]).pixels, COLOURS)
    with pytest.raises(InputError, match="of samples are there"):
        read(content[:-4])
    assert np.array_equal(read(content[:-4], allow_truncated=True).pixels[1:], COLOURS[1:])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (bmp(b"", (5, 7), 0, packing=4), "a JPEG inside is not supported"),
        (bmp(b"", (5, 7), 0, packing=5), "a PNG inside is not supported"),
        (bmp(b"", (5, 7), 1, packing=3, header=64), "Huffman's code"),
        (bmp(bytes(280), (5, 7), 64), "64 bits a pixel are not supported"),
        (bmp(bytes(280), (5, 7), 7), "7 bits a pixel are not supported"),
        (bmp(bytes(280), (5, 7), 4, packing=1), "4 bits a pixel in RLE8 are not supported"),
        (bmp(bytes(280), (5, 7), 24, packing=9), "compression 9"),
        (bmp(bytes(280), (5, 7), 24, header=44), "a header of 44 bytes"),
        (bmp(bytes(280), (0, 7), 24), "claims 0 × 7"),
        (bmp(bytes(280), (5, -7), 24), "claims 5 × -7"),
        (bmp(bytes(280), (5, 7), 16, packing=3, masks=(0xA000, 0x7E0, 0x1F)), "side by side"),
        (bmp(bytes(280), (5, 7), 16, packing=3, masks=(0xF800, 0x7E0, 0x3F)), "two colours are the same"),
        (bmp(bytes(280), (5, 7), 16, packing=3, masks=(0xF0000, 0x7E0, 0x1F)), "side by side"),
        (bmp(bytes(280), (5, 7), 8, palette=PALETTE, used=1 << 30), "1,073,741,824 colours"),
        (bmp(bytes(280), (5, 7), 8, palette=PALETTE, offset=54), "room for 0"),
        (b"BM", "cut short"),
    ],
)
def test_what_is_not_read_is_named(content: bytes, why: str) -> None:
    """By its true name, and the same from the header alone."""
    with pytest.raises(InputError, match=why):
        read(content)


def test_the_header_alone_gives_the_shape(tmp_path: Path) -> None:
    """As the picture does, in every kind."""
    for name, content in {
        "grey": bmp(packed(RNG.integers(0, 256, (5, 7)), 8), (5, 7), 8,
                    palette=np.repeat(np.arange(256)[:, None], 3, 1)),
        "palette": bmp(packed(RNG.integers(0, 4, (5, 7)), 2), (5, 7), 2, palette=PALETTE[:4]),
        "top": bmp(bytes(280), (-5, 7), 32),
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
        picture = images.read(str(tmp_path / name))
        assert images.shape_of(str(tmp_path / name)) == (picture.height, picture.width, picture.channels)


def test_an_embedded_profile_is_kept() -> None:
    """By its offset from the header, in the newest of them."""
    profile = b"\0" * 16 + b"RGB " + b"\0" * 108
    fields = bytearray(bmp(padded(np.ascontiguousarray(COLOURS[::-1, :, ::-1])), (5, 7), 24, header=124))
    fields[14 + 56 : 14 + 60] = b"DEBM"
    struct.pack_into("<II", fields, 14 + 112, len(fields) - 14, len(profile))
    assert read(bytes(fields) + profile).metadata.icc_profile == profile


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_pillows_own_files(mode: str) -> None:
    """As Pillow itself reads them."""
    image = Image.fromarray(COLOURS).convert(mode)
    stream = io.BytesIO()
    image.save(stream, "BMP")
    truth = np.asarray(image.convert("RGB") if mode == "P" else image.convert("L") if mode == "1" else image)
    assert np.array_equal(read(stream.getvalue()).pixels, truth)


@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick's convert is not there")
@pytest.mark.parametrize("how", [("-compress", "RLE", "-colors", "9"), ("-define", "bmp:format=bmp2"),
                                 ("-define", "bmp:format=bmp4"), ("-alpha", "set"), ("-type", "bilevel"),
                                 ("-define", "bmp:subtype=RGB565")], ids=lambda how: how[-1])  # fmt: skip
def test_imagemagicks_files(how: tuple[str, ...], tmp_path: Path) -> None:
    """As ImageMagick itself reads them back, to a level where it rounds 5 and 6 bits down."""
    images.write(Picture(COLOURS), str(tmp_path / "in.png"))
    for command in (["in.png", *how, "bmp:out.bmp"], ["out.bmp", "-depth", "8", "rgb:out.raw"]):
        subprocess.run(["convert", *command], cwd=tmp_path, check=True, capture_output=True)
    truth = np.frombuffer((tmp_path / "out.raw").read_bytes(), np.uint8).reshape(5, 7, 3)
    pixels = images.read(str(tmp_path / "out.bmp")).pixels
    pixels = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, 2)
    assert np.abs(pixels.astype(int) - truth).max() <= ("565" in how[-1])
