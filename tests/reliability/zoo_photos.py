"""Hard JPEGs, GIFs, BMPs and WebPs."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from PIL import Image

from tests.reliability.case import Array, Case, reads, refused

RNG = np.random.default_rng(9)
HEIGHT, WIDTH = SIZE = (24, 40)
ROWS, COLUMNS = np.indices(SIZE)
COLOUR = np.dstack([ROWS * 9, COLUMNS * 6, (ROWS + COLUMNS) * 3 + 20]).astype(np.uint8)  # smooth: JPEG keeps it
GREY = COLOUR[:, :, 2]
NOISE = RNG.integers(1, 255, (*SIZE, 3), dtype=np.uint8)


def cases() -> Iterator[Case]:
    """Every JPEG, GIF, BMP and WebP of the zoo."""
    yield from _jpegs()
    yield from _bad_jpegs()
    yield from _gifs()
    yield from _bmps()
    yield from _bad_bmps()
    yield from _webps()


def saved(samples: Array, plugin: str, **options: Any) -> bytes:
    """A file as Pillow writes it."""
    stream = io.BytesIO()
    Image.fromarray(samples).save(stream, plugin, **options)
    return stream.getvalue()


def decoded(content: bytes) -> Array:
    """What OpenCV reads: RGB or grey."""
    samples = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert samples is not None, "OpenCV does not read it"
    return samples if samples.ndim == 2 else cv2.cvtColor(samples, cv2.COLOR_BGR2RGB)


def _jpegs() -> Iterator[Case]:
    kinds: dict[str, tuple[Array, dict[str, Any]]] = {
        "grey": (GREY, {}),
        "444": (COLOUR, {"subsampling": 0}),
        "420": (COLOUR, {"subsampling": 2}),
        "progressive": (COLOUR, {"progressive": True}),
        "restarts": (COLOUR, {"restart_marker_blocks": 1}),
        "quality-1": (COLOUR, {"quality": 1}),
    }
    for name, (samples, options) in kinds.items():
        content = saved(samples, "JPEG", **options)
        yield reads(f"{name}.jpg", content, decoded(content))
    content = saved(COLOUR, "JPEG")
    yield reads("more-behind.jpg", content + b"and more", decoded(content))
    yield reads("jpeg-named.png", content, decoded(content))
    for name, segment in {
        "exif-nonsense": b"\xff\xe1\0\x10Exif\0\0II*\0\xff\xff\xff\xff",
        "exif-empty": b"\xff\xe1\0\x08Exif\0\0",
        "profile-nonsense": b"\xff\xe2\0\x14ICC_PROFILE\0\xff\xffabcd",
        "comment": b"\xff\xfe\0\x0a" + bytes(range(8)),
        "fill-bytes": b"\xff" * 20 + b"\xfe\0\x04ab",
    }.items():
        yield reads(f"{name}.jpg", content[:2] + segment + content[2:], decoded(content))


def _bad_jpegs() -> Iterator[Case]:
    content = saved(NOISE, "JPEG", quality=90)
    for length in (3, 4, 20, 100, 400, 600, len(content) // 2, len(content) - 60, len(content) - 3):
        yield refused(f"cut-{length}.jpg", content[:length])
    scan = content.index(b"\xff\xda")
    frame = content.index(b"\xff\xc0")
    tables = [n for n in range(scan) if content[n : n + 2] == b"\xff\xc4"]
    yield refused("adobe-short.jpg", content[:2] + b"\xff\xee\0\x07Adobe" + content[2:], "header is damaged")
    yield reads("end-missing.jpg", content[:-2], decoded(content))
    yield refused("no-scan.jpg", content[:scan] + b"\xff\xd9")
    yield refused("two-starts.jpg", content[:2] * 3)
    yield refused("no-rows.jpg", _patched(content, frame + 5, b"\0\0"))
    yield refused("no-columns.jpg", _patched(content, frame + 7, b"\0\0"))
    yield refused("large.jpg", _patched(content, frame + 5, b"\xff\xff\xff\xff"), "--max-pixels")
    yield refused("12-bit.jpg", _patched(content, frame + 4, b"\x0c"))
    yield refused("no-components.jpg", _patched(content, frame + 9, b"\0"))
    yield refused("200-components.jpg", _patched(content, frame + 9, b"\xc8"))
    yield refused("lossless.jpg", _patched(content, frame, b"\xff\xc3"))
    yield refused("sampling-0.jpg", _patched(content, frame + 11, b"\0"))
    yield refused("no-such-quantisation.jpg", _patched(content, frame + 12, b"\3"))
    yield refused("huffman-overfull.jpg", _patched(content, tables[0] + 5, b"\xff" * 16))
    yield refused("segment-of-length-0.jpg", _patched(content, scan + 2, b"\0\0"))


def _patched(content: bytes, place: int, replacement: bytes) -> bytes:
    return content[:place] + replacement + content[place + len(replacement) :]


def _gifs() -> Iterator[Case]:
    palette = RNG.integers(0, 256, (256, 3), dtype=np.uint8)
    indices = RNG.integers(0, 256, SIZE, dtype=np.uint8)
    image = Image.frombytes("P", (WIDTH, HEIGHT), indices.tobytes())
    image.putpalette(palette.tobytes())
    stream = io.BytesIO()
    image.save(stream, "GIF", optimize=False)
    content = stream.getvalue()
    yield reads("palette.gif", content, palette[indices])
    yield reads("more-behind.gif", content + b"and more", palette[indices])
    frames = [Image.fromarray(np.roll(GREY, n, 1)) for n in range(3)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    yield reads("animated.gif", stream.getvalue(), np.dstack([GREY] * 3), "first of 3 frames")
    for length in (6, 12, 13, 100, 780, 790, len(content) // 2, len(content) - 200):
        yield refused(f"cut-{length}.gif", content[:length])
    head = b"GIF89a" + struct.pack("<HHBBB", 5, 4, 0x80, 0, 0) + bytes(3) + b"\xff\xff\xff"
    descriptor = b"," + struct.pack("<HHHHB", 0, 0, 5, 4, 0)
    yield refused("no-picture.gif", head + b";")
    yield refused("code-size-0.gif", head + descriptor + b"\0\2\x44\1\0;")
    yield refused("code-size-13.gif", head + descriptor + b"\x0d\2\x44\1\0;")
    yield refused("no-codes.gif", head + descriptor + b"\2\0;")
    yield refused("endless-blocks.gif", head + b"!\xfe" + b"\1a" * 200_000)
    large = b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + bytes(6)
    yield refused("large.gif", large + b"," + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\2\2\x4c\1\0;")
    yield refused("outside.gif", head + b"," + struct.pack("<HHHHB", 65000, 65000, 65000, 65000, 0) + b"\2\2\x4c\1\0;")


def bmp(header: dict[str, int], pixels: bytes, between: bytes = b"") -> bytes:
    """A BMP with a header of 40 bytes."""
    fields = {"size": 40, "width": WIDTH, "height": HEIGHT, "planes": 1, "bits": 24, "compression": 0, "bytes": 0}
    fields |= {"x": 0, "y": 0, "colours": 0, "important": 0} | header
    start = 14 + 40 + len(between)
    return (
        b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start)
        + struct.pack("<IiiHHIIiiII", *fields.values()) + between + pixels
    )  # fmt: skip


def _bmps() -> Iterator[Case]:
    bgr = NOISE[::-1, :, ::-1].tobytes()  # 40 columns of 3 bytes need no padding
    yield reads("24.bmp", bmp({}, bgr), NOISE)
    yield reads("top-down.bmp", bmp({"height": -HEIGHT}, NOISE[:, :, ::-1].tobytes()), NOISE)
    palette = RNG.integers(0, 256, (256, 4), dtype=np.uint8)
    indices = RNG.integers(0, 256, SIZE, dtype=np.uint8)
    eight = bmp({"bits": 8}, indices[::-1].tobytes(), palette.tobytes())
    yield reads("8.bmp", eight, palette[:, 2::-1][indices])
    bits = indices & 1
    rows = np.pad(np.packbits(bits, axis=1), ((0, 0), (0, 3)))
    one = bmp({"bits": 1}, rows[::-1].tobytes(), palette[:2].tobytes())
    yield reads("1.bmp", one, palette[:2, 2::-1][bits])
    nibbles = indices & 15
    pairs = nibbles[:, ::2] << 4 | nibbles[:, 1::2]
    yield reads("4.bmp", bmp({"bits": 4}, pairs[::-1].tobytes(), palette[:16].tobytes()), palette[:16, 2::-1][nibbles])
    yield reads("wrong-file-size.bmp", b"BM\1\0\0\0" + bmp({}, bgr)[6:], NOISE)
    yield reads("wrong-resolution.bmp", bmp({"x": -1, "y": 2**31 - 1}, bgr), NOISE)


def _bad_bmps() -> Iterator[Case]:
    bgr = NOISE.tobytes()
    content = bmp({}, bgr)
    for length in (2, 14, 20, 53, 54, 60, len(content) // 2, len(content) - 1):
        yield refused(f"cut-{length}.bmp", content[:length])
    yield refused("header-of-7.bmp", bmp({"size": 7}, bgr))
    yield refused("no-columns.bmp", bmp({"width": 0}, bgr))
    yield refused("no-rows.bmp", bmp({"height": 0}, bgr))
    yield refused("negative-width.bmp", bmp({"width": -WIDTH}, bgr))
    yield refused("large.bmp", bmp({"width": 2**31 - 1, "height": 2**31 - 1}, bgr), "--max-pixels")
    yield refused("lowest-height.bmp", bmp({"height": -(2**31)}, bgr))
    yield refused("5-bit.bmp", bmp({"bits": 5}, bgr))
    yield refused("64-bit.bmp", bmp({"bits": 64}, bgr))
    yield refused("compression-9.bmp", bmp({"compression": 9}, bgr))
    yield refused("palette-of-4-billion.bmp", bmp({"bits": 8, "colours": 2**32 - 1}, bgr))
    yield refused("rle-cut.bmp", bmp({"bits": 8, "compression": 1}, b"\5\1\0\0", bytes(1024)))
    yield refused("pixels-beyond-the-end.bmp", content[:10] + struct.pack("<I", 10**9) + content[14:])


def _webps() -> Iterator[Case]:
    content = saved(NOISE, "WEBP", lossless=True)
    yield reads("lossless.webp", content, NOISE)
    lossy = saved(COLOUR, "WEBP", quality=80)
    yield reads("lossy.webp", lossy, decoded(lossy))
    yield reads("webp-named.gif", content, NOISE)
    frames = [Image.fromarray(np.roll(NOISE, n, 1)) for n in range(3)]
    stream = io.BytesIO()
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    yield reads("animated.webp", stream.getvalue(), NOISE, "first")
    for length in (8, 12, 16, 20, 25, 40, len(content) // 2, len(content) - 20):
        yield refused(f"cut-{length}.webp", content[:length])
    yield refused("no-such-chunk.webp", b"RIFF\x10\0\0\0WEBPVP9 \x04\0\0\0abcd")
    yield refused("large.webp", b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\xff" * 2 + bytes(30))
    yield refused("signature.webp", _patched(content, content.index(b"VP8L") + 8, b"\0"))
    yield refused("wave.webp", b"RIFF\x24\0\0\0WAVEfmt " + bytes(30))
