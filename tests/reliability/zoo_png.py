"""Hard PNGs, built chunk by chunk."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from tests.images.picture_bytes import chunk, png
from tests.reliability.case import Array, Case, reads, refused

RNG = np.random.default_rng(8)
HEIGHT, WIDTH = SIZE = (7, 11)
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PALETTE = RNG.integers(0, 256, (256, 3), dtype=np.uint8)
GREY = RNG.integers(1, 255, SIZE, dtype=np.uint8)
END = chunk(b"IEND", b"")
MAGIC = b"\x89PNG\r\n\x1a\n"


def cases() -> Iterator[Case]:
    """Every PNG of the zoo."""
    yield from _kinds()
    yield from _cut()
    yield from _headers()
    yield from _damaged()
    yield from _harmless()
    yield from _bombs()


def packed(samples: Array, depth: int) -> Array:
    """Samples (H, W * channels) as the rows of a PNG."""
    if depth == 16:
        return samples.astype(">u2").view(np.uint8).reshape(len(samples), -1)
    if depth == 8:
        return samples.astype(np.uint8)
    bits = (samples[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.reshape(len(samples), -1).astype(np.uint8), axis=1)


def _kinds() -> Iterator[Case]:
    """The fifteen kinds of PNG there are."""
    for colour, depths in DEPTHS.items():
        for depth in depths:
            channels = CHANNELS[colour]
            stored = RNG.integers(0, 1 << depth, (HEIGHT, WIDTH, channels))
            palette = chunk(b"PLTE", PALETTE[: 1 << depth].tobytes()) if colour == 3 else b""
            content = png(packed(stored.reshape(HEIGHT, -1), depth), SIZE, depth, colour, before=palette)
            dtype = np.uint16 if depth == 16 else np.uint8
            alpha = stored[:, :, -1].astype(dtype) if colour in (4, 6) else None
            samples = stored[:, :, : 3 if channels > 2 else 1].astype(dtype)
            if colour == 3:
                samples = PALETTE[stored[:, :, 0]]
            elif depth < 8:
                samples = (stored * (255 // ((1 << depth) - 1))).astype(dtype)
            yield reads(f"kind-{colour}-{depth}.png", content, samples.squeeze(), alpha=alpha)


def _cut() -> Iterator[Case]:
    whole = png(GREY, SIZE, 8, 0)
    for length in (1, 4, 8, 12, 20, 29, 33, 37, 45, 60, len(whole) - 13, len(whole) - 5, len(whole) - 1):
        yield refused(f"cut-{length}.png", whole[:length])
    for rows in (0, 1, 3, 6):
        raw = b"".join(b"\0" + row.tobytes() for row in GREY[:rows])
        yield refused(f"only-{rows}-rows.png", png(raw, SIZE, 8, 0), "rows end early" if rows else "PNG")
    raw = b"".join(b"\0" + row.tobytes() for row in GREY[:3])
    there = np.where(np.arange(HEIGHT)[:, None] < 3, GREY, 0)
    yield reads("truncated-wanted.png", png(raw, SIZE, 8, 0), there, options=("--allow-truncated",))


def _header(height: int, width: int, *rest: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">II", width, height) + bytes(rest))


def _headers() -> Iterator[Case]:
    data = chunk(b"IDAT", zlib.compress(bytes(HEIGHT * (WIDTH + 1))))
    wrong = {
        "no-rows": _header(0, WIDTH, 8, 0, 0, 0, 0),
        "no-columns": _header(HEIGHT, 0, 8, 0, 0, 0, 0),
        "negative": _header(HEIGHT, 2**32 - 5, 8, 0, 0, 0, 0),
        "depth-3": _header(HEIGHT, WIDTH, 3, 0, 0, 0, 0),
        "depth-32": _header(HEIGHT, WIDTH, 32, 0, 0, 0, 0),
        "colour-5": _header(HEIGHT, WIDTH, 8, 5, 0, 0, 0),
        "depth-4-colour-2": _header(HEIGHT, WIDTH, 4, 2, 0, 0, 0),
        "compression-1": _header(HEIGHT, WIDTH, 8, 0, 1, 0, 0),
        "filter-method-1": _header(HEIGHT, WIDTH, 8, 0, 0, 1, 0),
        "interlace-2": _header(HEIGHT, WIDTH, 8, 0, 0, 0, 2),
        "short-header": chunk(b"IHDR", bytes(12)),
        "no-header": b"",
        "empty-header": chunk(b"IHDR", b""),
    }
    for name, header in wrong.items():
        yield refused(f"{name}.png", MAGIC + header + data + END)
    good = _header(HEIGHT, WIDTH, 8, 0, 0, 0, 0)
    yield refused("data-before-header.png", MAGIC + data + good + END)
    yield refused("two-headers.png", MAGIC + good + _header(HEIGHT + 1, WIDTH, 8, 0, 0, 0, 0) + data + END)
    yield refused("no-data.png", MAGIC + good + END)
    yield refused("no-end.png", MAGIC + good + data, "IEND")
    yield refused("line-ends-changed.png", (MAGIC + good + data + END).replace(b"\r\n", b"\n"))


def _with_wrong_checksum(content: bytes, kind: bytes) -> bytes:
    at = content.index(kind)
    (length,) = struct.unpack(">I", content[at - 4 : at])
    place = at + 4 + length
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _damaged() -> Iterator[Case]:
    palette, see_through = chunk(b"PLTE", PALETTE[:4].tobytes()), chunk(b"tRNS", b"\x10\x20")
    indexed = png(packed(GREY % 4, 2), SIZE, 2, 3, before=palette + see_through)
    for kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
        yield refused(f"checksum-{kind.decode()}.png", _with_wrong_checksum(indexed, kind))
    yield refused("palette-missing.png", png(packed(GREY % 4, 2), SIZE, 2, 3))
    yield refused("palette-of-5-bytes.png", png(packed(GREY % 4, 2), SIZE, 2, 3, before=chunk(b"PLTE", bytes(5))))
    raw = bytearray(b"".join(b"\0" + row.tobytes() for row in GREY))
    raw[2 * (WIDTH + 1)] = 9
    yield refused("row-filter-9.png", png(bytes(raw), SIZE, 8, 0))
    raw[2 * (WIDTH + 1)] = 0
    head = MAGIC + _header(HEIGHT, WIDTH, 8, 0, 0, 0, 0)
    compressed = zlib.compress(bytes(raw))
    broken = compressed[:20] + bytes([compressed[20] ^ 0x55]) + compressed[21:]
    yield refused("broken-deflate.png", head + chunk(b"IDAT", broken) + END)
    yield refused("wrong-adler.png", head + chunk(b"IDAT", compressed[:-4] + b"\0\0\0\0") + END)
    yield refused("not-deflate.png", head + chunk(b"IDAT", bytes(raw)) + END)
    yield refused("gzip-inside.png", head + chunk(b"IDAT", b"\x1f\x8b\x08" + compressed) + END)
    yield refused("data-interrupted.png", head + chunk(b"IDAT", compressed[:30]) + chunk(b"tEXt", b"a\0b") + END)
    yield refused("unknown-critical-chunk.png", png(GREY, SIZE, 8, 0, before=chunk(b"ABCD", b"?")), "ABCD")
    apple = MAGIC + chunk(b"CgBI", bytes(4)) + _header(HEIGHT, WIDTH, 8, 0, 0, 0, 0)
    yield refused("apple.png", apple + chunk(b"IDAT", compressed[2:-4]) + END, "CgBI")


def _harmless() -> Iterator[Case]:
    """Odd, and yet every pixel is there."""
    raw = zlib.compress(b"".join(b"\0" + row.tobytes() for row in GREY))
    head = MAGIC + _header(HEIGHT, WIDTH, 8, 0, 0, 0, 0)
    yield reads("no-adler.png", head + chunk(b"IDAT", raw[:-4]) + END, GREY)
    single = b"".join(chunk(b"IDAT", raw[n : n + 1]) for n in range(len(raw)))
    yield reads("one-byte-a-chunk.png", head + single + END, GREY)
    yield reads("empty-chunks.png", head + chunk(b"IDAT", b"") + chunk(b"IDAT", raw) + chunk(b"IDAT", b"") + END, GREY)
    yield reads("more-after-the-end.png", png(GREY, SIZE, 8, 0) + b"and more", GREY)
    yield reads("more-after-the-data.png", head + chunk(b"IDAT", raw + b"and more") + END, GREY)
    yield reads("named-jpeg.jpg", png(GREY, SIZE, 8, 0), GREY)
    yield reads("named-text.txt", png(GREY, SIZE, 8, 0), GREY)
    yield reads("no-suffix", png(GREY, SIZE, 8, 0), GREY)
    for kind in (
        b"gAMA",
        b"sRGB",
        b"sBIT",
        b"bKGD",
        b"hIST",
        b"tIME",
        b"eXIf",
        b"iTXt",
        b"prVt",
        b"iCCP",
        b"cHRM",
        b"zTXt",
    ):
        content = png(GREY, SIZE, 8, 0, before=chunk(kind, b"\xff\0\1nonsense"))
        yield reads(f"nonsense-{kind.decode()}.png", content, GREY)
    beyond = png(GREY, SIZE, 8, 3, before=chunk(b"PLTE", PALETTE[:100].tobytes()))
    yield reads("index-beyond-palette.png", beyond, np.vstack([PALETTE[:100], np.zeros((156, 3), np.uint8)])[GREY])
    rgb = RNG.integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    rgb[2, 3] = (1, 2, 3)
    key = png(rgb.reshape(HEIGHT, -1), SIZE, 8, 2, before=chunk(b"tRNS", b"\0\1\0\2\0\3"))
    alpha = np.where((rgb == (1, 2, 3)).all(axis=2), 0, 255).astype(np.uint8)
    yield reads("colour-key.png", key, rgb, alpha=alpha)
    for shape in ((1, 1), (1, 300), (300, 1)):
        samples = RNG.integers(0, 256, shape, dtype=np.uint8)
        yield reads(f"{shape[0]}x{shape[1]}.png", png(samples, shape, 8, 0), samples)


def _bombs() -> Iterator[Case]:
    bomb = zlib.compress(bytes(60 << 20), 9)
    yield refused("wide.png", png(b"", (2, 2**31 - 1), 8, 0), "--max-pixels")
    yield refused("large.png", png(bomb, (30_000, 30_000), 1, 0), "30000 × 30000 = 900,000,000", "89,478,485")
    yield refused("just-too-large.png", png(b"", (9460, 9459), 8, 0), "89,482,140", "--max-pixels")
    texts = {"zTXt": b"x\0\0", "iTXt": b"x\0\1\0\0\0", "iCCP": b"x\0\0"}
    for kind, start in texts.items():
        text = chunk(kind.encode(), start + bomb)
        yield reads(f"bomb-{kind}.png", png(GREY, SIZE, 8, 0, before=text * 40), GREY)
        yield reads(f"bomb-{kind}-behind.png", png(GREY, SIZE, 8, 0, after=text * 40), GREY)
    yield refused("chunks.png", png(GREY, SIZE, 8, 0, before=chunk(b"tEXt", b"a\0b") * 9000), "absurdly many chunks")
    frames = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    yield reads("frames.png", png(GREY, SIZE, 8, 0, before=frames), GREY)
    yield refused("long-chunk.png", MAGIC + struct.pack(">I", 2**31 - 1) + b"IDAT" + bytes(99))
    yield refused("bomb-IDAT.png", png(bomb, SIZE, 8, 0))
