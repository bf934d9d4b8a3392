"""Hard TIFFs, built tag by tag."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from tests.images.picture_bytes import grey_tags, tiff
from tests.reliability.case import Case, reads, refused

RNG = np.random.default_rng(10)
HEIGHT, WIDTH = SIZE = (9, 13)
GREY = RNG.integers(1, 255, SIZE, dtype=np.uint8)
COLOUR = RNG.integers(1, 255, (*SIZE, 3), dtype=np.uint8)
SHORT, LONG = 3, 4
KINDS = {"u": 1, "i": 2, "f": 3}


def cases() -> Iterator[Case]:
    """Every TIFF of the zoo."""
    yield from _kinds()
    yield from _cut()
    yield from _tags()
    yield from _directories()
    yield from _stacks()
    yield from _bombs()


def _saved(samples: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(samples).save(stream, "TIFF", **options)
    return stream.getvalue()


def _colour_tags(bits: int, kind: int) -> dict[int, tuple[int, tuple[int, ...]]]:
    changes = {258: (SHORT, (bits,) * 3), 262: (SHORT, (2,)), 277: (SHORT, (3,)), 339: (SHORT, (kind,) * 3)}
    return {**grey_tags(HEIGHT, WIDTH, bits), **changes}


def _kinds() -> Iterator[Case]:
    """Every sample type in both byte orders, in grey and in colour: the exact numbers."""
    for name in ("u1", "u2", "u4", "i1", "i2", "i4", "f4", "f8"):
        dtype = np.dtype(name)
        low, high = (-1e6, 1e6) if dtype.kind == "f" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        for big in (False, True):
            order = "big" if big else "little"
            stored = dtype.newbyteorder(">" if big else "<")
            bits, kind = dtype.itemsize * 8, KINDS[dtype.kind]
            grey = RNG.uniform(low, high, SIZE).astype(dtype)
            content = tiff(grey_tags(HEIGHT, WIDTH, bits, kind=kind), grey.astype(stored).tobytes(), big_endian=big)
            yield reads(f"grey-{name}-{order}.tiff", content, grey)
            colour = RNG.uniform(low, high, (*SIZE, 3)).astype(dtype)
            content = tiff(_colour_tags(bits, kind), colour.astype(stored).tobytes(), big_endian=big)
            yield reads(f"colour-{name}-{order}.tiff", content, colour)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "tiff_deflate"):
        yield reads(f"{compression}.tiff", _saved(COLOUR, compression=compression), COLOUR)
    white_is_zero = tiff(grey_tags(HEIGHT, WIDTH, 8, photometric=0), GREY.tobytes())
    yield reads("white-is-zero.tiff", white_is_zero, 255 - GREY)
    spoilt = GREY.astype(np.float32)
    spoilt[2, 3], spoilt[4, 5] = np.nan, np.inf
    content = tiff(grey_tags(HEIGHT, WIDTH, 32, kind=3), spoilt.tobytes())
    yield reads("nan.tiff", content, spoilt, "NaN or infinity")


def _cut() -> Iterator[Case]:
    plain, packed = tiff(grey_tags(HEIGHT, WIDTH, 8), GREY.tobytes()), _saved(COLOUR, compression="tiff_lzw")
    deep = tiff(grey_tags(HEIGHT, WIDTH, 64, kind=3), GREY.astype("<f8").tobytes())
    for name, content in {"plain": plain, "lzw": packed, "deep": deep}.items():
        for length in (4, 8, 9, 30, len(content) // 2, len(content) - 1 if name != "lzw" else len(content) - 20):
            yield refused(f"{name}-cut-{length}.tiff", content[:length])
    there = GREY.copy().ravel()
    there[-3 * WIDTH :] = 0
    yield reads("truncated-wanted.tiff", plain[: -3 * WIDTH], there.reshape(SIZE), options=("--allow-truncated",))


def _tags() -> Iterator[Case]:
    base, samples = grey_tags(HEIGHT, WIDTH, 8), GREY.tobytes()

    def changed(tag: int, kind: int, *values: int) -> bytes:
        return tiff({**base, tag: (kind, values)}, samples)

    yield refused("no-columns.tiff", changed(256, SHORT, 0))
    yield refused("no-rows.tiff", changed(257, SHORT, 0))
    yield refused("wide.tiff", changed(256, LONG, 2**31))
    yield refused("large.tiff", tiff({**base, 256: (LONG, (60_000,)), 257: (LONG, (60_000,))}, samples), "--max-pixels")
    yield refused("too-wide.tiff", changed(256, SHORT, WIDTH + 1))
    yield refused("too-tall.tiff", changed(257, SHORT, HEIGHT + 1))
    yield refused("0-bit.tiff", changed(258, SHORT, 0))
    bits = np.unpackbits(np.frombuffer(samples, np.uint8)[: HEIGHT * 12].reshape(HEIGHT, 12), axis=1)[:, : WIDTH * 7]
    sevens = np.rint(bits.reshape(HEIGHT, WIDTH, 7) @ (1 << np.arange(6, -1, -1)) * (255 / 127))
    yield reads("7-bit.tiff", changed(258, SHORT, 7), sevens, "0..127 spread")  # a row begins with a new byte
    yield refused("33-bit.tiff", changed(258, SHORT, 33), "samples of 33 bits are not supported")
    yield refused("128-bit.tiff", changed(258, SHORT, 128), "samples of 128 bits are not supported")
    yield refused("compression-77.tiff", changed(259, SHORT, 77), "compression, number 77, is not known")
    yield refused("jpeg-without-jpeg.tiff", changed(259, SHORT, 7))
    yield refused("lzw-without-lzw.tiff", changed(259, SHORT, 5))
    yield refused("deflate-without-deflate.tiff", changed(259, SHORT, 8))
    yield refused("fax.tiff", changed(259, SHORT, 4))
    yield refused("photometric-99.tiff", changed(262, SHORT, 99), "interpretation, number 99, is not known")
    yield refused("palette-missing.tiff", changed(262, SHORT, 3))
    yield refused("0-samples.tiff", changed(277, SHORT, 0))
    yield refused("3-samples-of-1.tiff", changed(277, SHORT, 3))
    yield refused("60000-samples.tiff", changed(277, SHORT, 60_000))
    yield refused("complex.tiff", changed(339, SHORT, 5), "complex numbers are not supported")
    yield reads("planar-3.tiff", tiff({**_colour_tags(8, 1), 284: (SHORT, (3,))}, COLOUR.tobytes()), COLOUR)
    yield refused("16-bit-planes.tiff", tiff({**_colour_tags(16, 1), 284: (SHORT, (2,))}, bytes(HEIGHT * WIDTH * 6)))
    yield reads("orientation-77.tiff", changed(274, SHORT, 77), GREY)
    yield reads("orientation-6.tiff", changed(274, SHORT, 6), np.rot90(GREY, -1))
    yield reads("resolution-0.tiff", changed(282, SHORT, 0), GREY)
    yield reads("profile-nonsense.tiff", changed(34675, SHORT, 1, 2, 3, 4, 5), GREY)


def _directories() -> Iterator[Case]:
    whole = bytearray(tiff(grey_tags(HEIGHT, WIDTH, 8), GREY.tobytes()))
    (count,) = struct.unpack_from("<H", whole, 8)
    after = 10 + 12 * count
    yield refused("no-directory.tiff", b"II*\0\0\0\0\0")
    yield refused("directory-beyond.tiff", b"II*\0\xff\xff\xff\x7f")
    yield refused("directory-inside-header.tiff", b"II*\0\x04\0\0\0" + bytes(whole[8:]))
    yield refused("no-entries.tiff", b"II*\0\x08\0\0\0\0\0\0\0\0\0")
    yield refused("65535-entries.tiff", b"II*\0\x08\0\0\0\xff\xff" + bytes(100))
    for name, target in {"itself": 8, "header": 1, "beyond": 2**31}.items():
        looping = bytearray(whole)
        struct.pack_into("<I", looping, after, target)
        content = bytes(looping)
        yield (
            reads(f"next-is-{name}.tiff", content, GREY)
            if name == "itself"
            else refused(f"next-is-{name}.tiff", content)
        )
    many = bytearray(whole)
    struct.pack_into("<I", many, 10 + 4, 2**31)  # the width's count
    yield refused("count-of-2-billion.tiff", bytes(many))
    strips = grey_tags(HEIGHT, WIDTH, 8) | {278: (LONG, (1,))}
    yield refused("strips-missing.tiff", tiff(strips, GREY.tobytes()))
    big = b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + struct.pack("<Q", 2**60)
    yield refused("bigtiff-2-to-the-60-entries.tiff", big + bytes(64))


def _stacks() -> Iterator[Case]:
    maps = RNG.integers(0, 256, (4, *SIZE), dtype=np.uint8)
    pages = [Image.fromarray(page) for page in maps]
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    yield reads("stack.tiff", stream.getvalue(), np.moveaxis(maps, 0, -1))
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=[Image.fromarray(COLOUR), pages[2]])
    yield reads("pages-differ.tiff", stream.getvalue(), maps[0], "only the first of 3 pages")
    entry = tiff(grey_tags(1, 1, 8), b"\7")[8:]
    size = len(entry) + 1
    endless = b"".join(entry[:-5] + struct.pack("<I", 8 + (n + 1) * size) + b"\7\0" for n in range(5000))
    yield refused("5000-pages.tiff", b"II*\0\x08\0\0\0" + endless, "more than 1024 pages")


def _bombs() -> Iterator[Case]:
    """A few bytes that claim much: refused before there is memory for it."""
    base, samples = grey_tags(HEIGHT, WIDTH, 8), GREY.tobytes()
    large = {**base, 256: (LONG, (9000,)), 257: (LONG, (9000,)), 278: (LONG, (9000,))}
    for number, name in {5: "lzw", 8: "deflate", 32773: "packbits", 7: "jpeg", 6: "old-jpeg", 50000: "zstd"}.items():
        yield refused(f"bomb-{name}.tiff", tiff({**large, 259: (SHORT, (number,))}, samples))
    lenient = ("--allow-truncated",)
    yield refused("bomb-lenient.tiff", tiff({**large, 259: (SHORT, (8,))}, samples), options=lenient)
    for side in (2**31, 2**24):
        tiles = {**base, 322: (LONG, (side,)), 323: (LONG, (side,))}
        for number in (1, 5):
            yield refused(
                f"tiles-of-{side}-{number}.tiff", tiff({**tiles, 259: (SHORT, (number,))}, samples), "tiles of"
            )
    yield refused("tiles-of-0.tiff", tiff({**base, 322: (LONG, (0,)), 323: (LONG, (16,))}, samples), "tiles of 16 × 0")
    single = {**large, 322: (SHORT, (1,)), 323: (SHORT, (1,))}
    yield refused("81-million-tiles.tiff", tiff(single, samples), "more than 1,048,576 tiles")
    bands = {**base, 258: (SHORT, (8,) * 60_000), 277: (SHORT, (60_000,)), 256: (LONG, (9000,)), 257: (LONG, (9000,))}
    yield refused("5-billion-samples.tiff", tiff(bands, samples), "--max-pixels")
    content = bytearray(tiff({**base, 34675: (LONG, (1, 2))}, samples))
    place = content.index(struct.pack("<HH", 34675, LONG))
    struct.pack_into("<I", content, place + 4, 2**30)
    yield reads("profile-of-4-gib.tiff", bytes(content), GREY)
    sparse = bytearray(tiff(base, samples))
    for tag in (273, 279):
        struct.pack_into("<I", sparse, sparse.index(struct.pack("<HHI", tag, LONG, 1)) + 8, 0)
    yield reads("sparse.tiff", bytes(sparse), np.zeros(SIZE), "strips that are not stored (1) are read as 0")
