"""PBM, PGM, PPM and PFM: small formats, read and written here exactly, 16 bits included.

Pillow would cut 16-bit colour to 8 bits and take a byte at a time.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np

from convcli.errors import InputError, Setting
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.metadata.gathering import as_line, comment
from convcli.images.picture import Array, Metadata, Picture
from convcli.images.pillow import decoding, encoding

MAX_PLAIN_BYTES = 1 << 26
MAX_COMMENTS = 2000  # bytes of a header: what comes first of a file, and is all that is looked at, holds it
KINDS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3, b"Pf": 1, b"PF": 3}  # samples a pixel
_TOKEN = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])+([^\s#]{1,20})")
_COMMENT = re.compile(rb"#([^\r\n]*)[\r\n]")
_RULE = "the header must be P1..P6, Pf or PF, width, height and (but for P1, P4) the largest value"


@dataclass(frozen=True)
class Header:
    """What comes before the samples, and where they start."""

    kind: bytes
    width: int
    height: int
    largest: float
    end: int

    @property
    def channels(self) -> int:
        return KINDS[self.kind]


def parse_header(source: Source) -> Header:
    """The header; comments may stand between its numbers."""
    kind, position = source.head[:2], 2
    numbers: list[float] = []
    for _ in range(2 if kind in (b"P1", b"P4") else 3):
        found = _TOKEN.match(source.head, position)
        numbers.append(_header_number(source, found.group(1) if found else b"", is_scale=len(numbers) == 2))
        position = found.end() if found else position
    width, height, largest = (*numbers, 1.0)[:3]
    if width < 1 or height < 1 or not (kind in (b"Pf", b"PF") or 1 <= largest <= 65535):
        raise InputError(
            source.name, f"the header claims {height:,.0f} × {width:,.0f} and at most {largest:,.0f}; {_RULE}"
        )
    return Header(kind, int(width), int(height), largest, position + 1)  # exactly one blank, then the samples


def _header_number(source: Source, token: bytes, *, is_scale: bool) -> float:
    is_float = is_scale and source.head[:2] in (b"Pf", b"PF")
    valid = re.fullmatch(rb"[-+]?[0-9.]+(e[-+]?[0-9]+)?" if is_float else rb"[0-9]+", token, re.IGNORECASE)
    value = float(token) if valid and token.count(b".") <= 1 and token.strip(b"+-.") else math.nan
    if not math.isfinite(value) or (is_float and value == 0):
        raise InputError(source.name, f"{token[:20].decode('latin-1')!r} in the header is no number; {_RULE}")
    return value


def decode(source: Source, reading: Reading) -> Picture:
    """Read a picture of the PNM family in its own units.

    uint8 up to a largest value of 255, uint16 beyond.  A largest value that is neither
    255 nor 65535 is spread to that; bits (P1, P4) become 0 and 255.
    """
    header = parse_header(source)
    decoding.check_size(source.name, header.width, header.height, reading)
    plain = header.kind in (b"P1", b"P2", b"P3")
    values = _plain(source, header, reading) if plain else _binary(source, header, reading)
    shape = (header.height, header.width, header.channels)[: 2 if header.channels == 1 else 3]
    pixels, notes = in_units(values.reshape(shape), header)
    return Picture(pixels, None, source.name, "picture", "ppm", metadata(source.head[: header.end]), notes)


def metadata(head: bytes) -> Metadata:
    """The comments of a header; a line each, which together are one."""
    lines = [line.strip() for line in _COMMENT.findall(head)] if b"#" in head else []
    return Metadata(comments=(comment(b"\n".join(lines)),)) if any(lines) else Metadata()


def _binary(source: Source, header: Header, reading: Reading) -> Array:
    if header.kind == b"P4":
        row_bytes = (header.width + 7) // 8
        packed = _read(source, header, np.dtype("u1"), header.height * row_bytes, reading)
        return np.unpackbits(packed.reshape(header.height, row_bytes), axis=1, count=header.width)
    return _read(source, header, stored_dtype(header), header.width * header.height * header.channels, reading)


def stored_dtype(header: Header) -> np.dtype[Any]:
    """Of the samples of a binary file; of packed bits, a byte."""
    if header.kind in (b"Pf", b"PF"):
        return np.dtype("<f4" if header.largest < 0 else ">f4")
    return np.dtype("u1" if header.largest <= 255 or header.kind == b"P4" else ">u2")


def row_bytes(header: Header) -> int:
    """Of one row of a binary file."""
    if header.kind == b"P4":
        return (header.width + 7) // 8
    return header.width * header.channels * stored_dtype(header).itemsize


def _read(source: Source, header: Header, dtype: np.dtype[Any], count: int, reading: Reading) -> Array:
    expected = count * dtype.itemsize
    available = None if source.size is None else source.size - header.end
    if available is not None and available < expected:
        _refuse_short(source, available, expected, reading)
    source.stream.read(header.end)
    values = np.zeros(count, dtype)
    filled = 0
    view = memoryview(cast(Any, values.view(np.uint8)))
    while filled < expected:
        chunk = source.stream.read(min(expected - filled, 1 << 20))
        if not chunk:
            _refuse_short(source, filled, expected, reading)
            break
        view[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    return values


def _plain(source: Source, header: Header, reading: Reading) -> Array:
    text = source.read_all(MAX_PLAIN_BYTES)[header.end - 1 :]
    tokens = re.sub(rb"#[^\r\n]*", b"", text)
    words: Any = tokens.translate(None, b" \t\n\r\v\f") if header.kind == b"P1" else tokens.split()
    count = header.width * header.height * header.channels
    if len(words) < count:
        _refuse_short(source, len(words), count, reading, "samples")
    try:
        given = np.array([int(word) if header.kind != b"P1" else word - 48 for word in words[:count]], np.int64)
    except (ValueError, OverflowError) as error:
        raise InputError(source.name, "a sample is no whole number") from error
    if given.size and (given.min() < 0 or given.max() > header.largest):
        raise InputError(source.name, f"samples must be whole numbers from 0 to {header.largest:g}")
    values = np.zeros(count, np.uint8 if header.largest <= 255 else np.uint16)
    values[: given.size] = given
    return values


def _refuse_short(source: Source, found: int, expected: int, reading: Reading, unit: str = "bytes") -> None:
    if not reading.allow_truncated:
        raise InputError(
            source.name, f"{found} of {expected} {unit} of samples are there; see ", Setting("allow_truncated")
        )


def in_units(values: Array, header: Header) -> tuple[Array, tuple[str, ...]]:
    """Rows as they are stored, spread over the whole range of their dtype, and what is to be said of that."""
    if header.kind in (b"P1", b"P4"):
        return (1 - values.astype(np.uint8)) * np.uint8(255), ()  # 1 is black
    if header.kind in (b"Pf", b"PF"):
        return values[::-1].astype(np.float32), ()  # rows come bottom first
    full = 255 if header.largest <= 255 else 65535
    dtype: Any = np.uint8 if full == 255 else np.uint16
    if header.largest == full:
        return values.astype(dtype, copy=False), ()
    table = np.rint(np.arange(full + 1) * (full / header.largest)).clip(0, full).astype(dtype)
    return table[values], (f"values 0..{header.largest:g} spread to 0..{full}",)


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    header = parse_header(source)
    return header.height, header.width, header.channels


def refusal(picture: Picture) -> str | None:
    """PPM and PGM hold 8- and 16-bit grey or RGB."""
    return encoding.refusal(picture, "PPM", ("uint8", "uint16"))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write binary PGM or PPM; alpha is dropped with a note."""
    opaque, notes = encoding.flattened(picture, "PPM")
    lines, dropped = comment_lines(picture.metadata)
    stream.write(header_text(opaque, lines))
    for top in range(0, opaque.height, 64):  # bands: a 16-bit picture is not copied as a whole
        band = opaque.pixels[top : top + 64]
        stream.write(band.astype(">u2").tobytes() if band.dtype != np.uint8 else band.tobytes())
    return notes + dropped


def header_text(picture: Picture, lines: str) -> bytes:
    """The header of a binary PGM or PPM, with these lines of comments."""
    kind = "P6" if picture.channels == 3 else "P5"
    largest = 255 if picture.pixels.dtype == np.uint8 else 65535
    return f"{kind}\n{lines}{picture.width} {picture.height}\n{largest}\n".encode()


def comment_lines(metadata: Metadata) -> tuple[str, tuple[str, ...]]:
    """Comments as lines of a header, which readers take only if it is short."""
    words = [line for one in metadata.comments for line in as_line(one).splitlines()]
    lines = "".join(f"# {line}\n" for line in words)
    if len(lines.encode()) > MAX_COMMENTS:
        return "", (f"PNM holds comments of at most {MAX_COMMENTS:,} bytes, not {len(lines.encode()):,}; dropped",)
    return lines, ()


CODEC = Codec(decode, shape, encode, refusal)
