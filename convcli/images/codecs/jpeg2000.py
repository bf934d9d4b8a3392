"""JPEG 2000: grey of up to 16 bits, RGB of 8, with or without alpha, where Pillow has it."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.metadata.gathering import as_line
from convcli.images.metadata.jp2_boxes import boxes, content, read_boxes, with_profile, written_boxes
from convcli.images.picture import Array, Picture
from convcli.images.pillow import decoding, encoding, opening

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MISSING = "this Pillow has no JPEG 2000; the wheels of the package index have it"
PLUGIN = "JPEG2000"
OWN_COMMENT = "Created by OpenJPEG"  # by the library, wherever nobody said anything
MOST_COMMENT = 65_527  # bytes
START = b"\xff\x4f\xff\x51"  # of a codestream; its sizes follow
COLOUR_SPACES = {0: "bi-level", 1: "YCbCr(1)", 3: "YCbCr(2)", 4: "YCbCr(3)", 9: "PhotoYCC", 11: "CMY", 13: "YCCK",
                 14: "CIELab", 15: "bi-level", 19: "CIEJab", 20: "e-sRGB", 21: "ROMM-RGB"}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What is said of the samples.

    Attributes:
        bits: of each component.
        is_signed: whether any has a sign.
        steps: columns and rows that one sample of a component stands for.
        refused: what of the file Pillow would take for something else; empty where there is nothing.
        palette: the box of the palette.
        names_channels: whether it says which channel is alpha.
        start: where the codestream begins.
        is_bare: whether the codestream alone says all that the samples need: grey or RGB.
    """

    width: int
    height: int
    bits: tuple[int, ...]
    is_signed: bool
    steps: tuple[tuple[int, int], ...]
    refused: str = ""
    palette: bytes = b""
    names_channels: bool = False
    start: int = 0
    is_bare: bool = True


def parse_header(stream: BinaryIO) -> Header:
    """The header of a JP2 or of a bare codestream.

    Raises:
        ValueError: it is not whole.
    """
    end = stream.seek(0, 2)
    stream.seek(0)
    start, refused, palette, names_channels, is_bare = 0, "", b"", False, True
    if stream.read(4) != START:
        for box in boxes(stream, 0, end):
            if box.kind == b"jp2h":
                for inner in boxes(stream, box.start, box.start + box.length):
                    refused = refused or _refused(inner.kind, content(stream, inner, 1 << 20))
                    palette = content(stream, inner, 1 << 20) if inner.kind == b"pclr" else palette
                    names_channels = names_channels or inner.kind == b"cdef"
                    is_bare = is_bare and not _needs_its_box(inner.kind, content(stream, inner, 7))
            if box.kind == b"jp2c":
                start = box.start
                break
    stream.seek(start)
    head = stream.read(42)
    if head[:4] != START or len(head) < 42:
        raise ValueError("it has no codestream")
    right, bottom, left, top = struct.unpack_from(">IIII", head, 8)
    count = struct.unpack_from(">H", head, 40)[0]
    table = stream.read(3 * min(count, 1 << 14))
    if not count or len(table) < 3 * count:
        raise ValueError("its sizes are cut short")
    return Header(
        right - left,
        bottom - top,
        tuple((bits & 0x7F) + 1 for bits in table[::3]),
        any(bits & 0x80 for bits in table[::3]),
        tuple(zip(table[1::3], table[2::3], strict=True)),
        refused,
        palette,
        names_channels,
        start,
        is_bare,
    )


def _needs_its_box(kind: bytes, held: bytes) -> bool:
    """Whether a box changes what the samples stand for: a palette, CMYK, luma and chroma."""
    return kind == b"pclr" or (kind == b"colr" and held[:1] == b"\1" and int.from_bytes(held[3:7]) in (12, 18))


def _refused(kind: bytes, held: bytes) -> str:
    """What a box of the header says that Pillow does not heed."""
    if kind == b"colr" and held[:1] == b"\1" and len(held) >= 7:
        space = int.from_bytes(held[3:7])
        return f"the colour space {COLOUR_SPACES.get(space, space)}" if space not in (12, 16, 17, 18) else ""
    if kind == b"cdef" and len(held) >= 2:
        count = int.from_bytes(held[:2])
        said = [struct.unpack_from(">HHH", held, 2 + 6 * n) for n in range(min(count, (len(held) - 2) // 6))]
        colours = [(channel, of) for channel, use, of in sorted(said) if use == 0]
        colours = colours if len(colours) > 1 else []  # a single one is grey, whatever it is said to be
        if any(use == 2 for _, use, _ in said):
            return "premultiplied alpha"
        if any(of != channel + 1 for channel, of in colours):
            return "channels in another order"
    return ""


def decode(source: Source, reading: Reading) -> Picture:
    """Read a JPEG 2000; up to 8 bits become 0..255, more bits of grey 0..65535.

    Raises:
        InputError: more than 8 bits of colour, signs, or more than that which Pillow would read wrongly; by name.
    """
    stream, header = _header(source, reading)
    size = (header.width, header.height)
    decoding.check_size(source.name, *size, reading)
    # Without its boxes a file is read whatever is wrong with them, or unknown to an older Pillow, as profiles are.
    stream.seek(header.start if header.is_bare else 0)
    whole = Source(source.name, source.head, io.BytesIO(stream.read()), 0)
    picture = decoding.decode(
        whole, reading, PLUGIN, lambda image: _prepare(image, header), lambda _, parts: read_boxes(stream, parts)
    )
    pixels, notes = _in_units(picture.pixels, header)
    alpha = None if picture.alpha is None else _in_units(picture.alpha, header)[0]
    words = tuple(one for one in picture.metadata.comments if not one.text.startswith(OWN_COMMENT))
    metadata = replace(picture.metadata, comments=words)
    return Picture(pixels, alpha, source.name, "picture", "jp2", metadata, picture.notes + notes)


def _header(source: Source, reading: Reading) -> tuple[BinaryIO, Header]:
    """The stream and the header; what Pillow would read wrongly is refused."""
    if not opening.has("jpg_2000"):
        raise InputError(source.name, MISSING)
    with decoding.explained(source.name, "JPEG 2000", reading):
        stream = source.seekable()
        header = parse_header(stream)
        problem = _problem(header)
        if problem:
            raise NotImplementedError(f"{problem} is not supported")
    return stream, header


def _problem(header: Header) -> str:
    bits = max(header.bits)
    if header.refused:
        return header.refused
    if header.is_signed:
        return "samples with a sign"
    if len(header.bits) > 4:
        return f"a picture of {len(header.bits)} components"
    if len(set(header.bits)) > 1:
        return f"components of {min(header.bits)} and of {bits} bits in one picture"
    if bits > (16 if len(header.bits) == 1 else 8):
        return f"{bits}-bit {'colour' if len(header.bits) > 2 else 'grey'}{' with alpha' * (len(header.bits) == 2)}"
    if any(header.width % across or header.height % down for across, down in header.steps if across and down):
        return "colour of less resolution in a picture of odd size"
    return ""


def _prepare(image: ImageFile, header: Header) -> tuple[str, ...]:
    """The palette as it is stored: Pillow would take equal colours for one and shift those that follow."""
    bits = max(header.bits)
    if not header.palette and (bits > 8) != (image.mode == "I;16"):  # Pillow takes 9 bits for 8
        raise NotImplementedError(f"{bits}-bit grey in such a JP2 is not supported")
    if header.palette:
        count, columns = struct.unpack_from(">HB", header.palette)
        depths, rows = header.palette[3 : 3 + columns], header.palette[3 + columns :]
        if image.mode != "P" or columns != 3 or any(depth != 7 for depth in depths) or len(rows) < 3 * count:
            raise NotImplementedError("such a palette is not supported")
        from PIL import ImagePalette

        image.palette = ImagePalette.raw("RGB", rows[: 3 * count])
    unnamed = image.mode in ("LA", "RGBA") and not header.names_channels
    return ("its last channel is taken for alpha",) if unnamed else ()


def _in_units(pixels: Array, header: Header) -> tuple[Array, tuple[str, ...]]:
    """Samples of few bits, which Pillow leaves at the upper end, over the whole range."""
    full, bits = pixels.dtype.itemsize * 8, max(header.bits)
    if bits == full or header.palette:
        return pixels, ()
    largest, whole = (1 << bits) - 1, (1 << full) - 1
    table = np.rint(np.arange(largest + 1) * (whole / largest)).astype(pixels.dtype)
    return table[pixels >> (full - bits)], (f"values 0..{largest} spread to 0..{whole}",)


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    _, header = _header(source, reading)
    return header.height, header.width, 3 if len(header.bits) > 2 or header.palette else 1


def refusal(picture: Picture) -> str | None:
    """JPEG 2000 holds 8-bit grey or RGB, and 16-bit grey without alpha."""
    if not opening.has("jpg_2000"):
        return MISSING
    if picture.pixels.dtype == np.uint16 and (picture.channels > 1 or picture.alpha is not None):
        return "JPEG 2000 is written of 16-bit grey, not of 16-bit colour or alpha; use .png or .tiff"
    return encoding.refusal(picture, "JPEG 2000", ("uint8", "uint16"))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a JP2: lossless at quality 100, else of 25 + quality / 5 dB (43 dB at 90)."""
    how: dict[str, Any] = {"no_jp2": False}
    if writing.quality < 100:
        how |= {"irreversible": True, "quality_mode": "dB", "quality_layers": [25 + writing.quality / 5]}
    comment = "\n".join(as_line(one) for one in picture.metadata.comments)
    fits = len(comment.encode()) <= MOST_COMMENT
    if comment and fits:
        how["comment"] = comment
    whole = io.BytesIO()
    encoding.save(picture, whole, PLUGIN, **how)
    profile = picture.fitting_profile
    stream.write(with_profile(whole.getvalue(), profile) if profile else whole.getbuffer())
    stream.write(written_boxes(picture.metadata))
    return () if fits else ("JPEG 2000 holds one short comment; the comments were dropped",)


CODEC = Codec(decode, shape, encode, refusal)
