"""What the headers of a BMP say: OS/2's and Windows', of any age."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from convcli.images.picture import Array

FILE_HEADER, CORE, INFO = 14, 12, 40
OS2_SIZES = (16, 64)
SIZES = (CORE, 16, INFO, 52, 56, 64, 108, 124)
PLAIN, RLE8, RLE4, FIELDS, RLE24, ALPHA_FIELDS = "plain", "RLE8", "RLE4", "fields", "RLE24", "fields with alpha"
WINDOWS = {0: PLAIN, 1: RLE8, 2: RLE4, 3: FIELDS, 4: "a JPEG inside", 5: "a PNG inside", 6: ALPHA_FIELDS}
OS2 = {0: PLAIN, 1: RLE8, 2: RLE4, 3: "Huffman's code (1-D)", 4: RLE24}
DEPTHS = {PLAIN: (1, 2, 4, 8, 16, 24, 32), RLE8: (8,), RLE4: (4,), RLE24: (24,), FIELDS: (16, 32),
          ALPHA_FIELDS: (16, 32)}  # fmt: skip
DEFAULT_MASKS = {16: (0x7C00, 0x03E0, 0x001F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0)}
EMBEDDED = b"DEBM"  # of the colour space: a profile follows
INCH = 0.0254


@dataclass(frozen=True, eq=False)
class Dib:
    """One picture's headers.

    Attributes:
        from_top: whether the first row stored is the uppermost.
        packing: PLAIN, RLE8 ...
        start: where the samples begin in the file.
        palette: (colours, 3), uint8; None for colours that are stored themselves.
        masks: which bits are red, green, blue and alpha, where a pixel is one number.
        dpi: resolution, where there is one.
        profile: first byte and length of the colour profile; (0, 0) where there is none.
    """

    width: int
    height: int
    bits: int
    from_top: bool
    packing: str
    start: int
    palette: Array | None
    masks: tuple[int, int, int, int]
    dpi: tuple[float, float] | None
    profile: tuple[int, int]

    @property
    def channels(self) -> int:
        """1 for a palette that is the grey values themselves, else 3."""
        return 1 if self.is_grey else 3

    @property
    def is_grey(self) -> bool:
        """Whether the palette is black and white, or all 256 greys in order."""
        if self.palette is None or len(self.palette) not in (2, 256) or self.bits not in (1, 8):
            return False
        ramp = np.linspace(0, 255, len(self.palette)).astype(np.uint8)
        return len(self.palette) == 1 << self.bits and bool((self.palette == ramp[:, None]).all())


def parse(head: bytes) -> Dib:
    """The headers and the palette.

    Raises:
        ValueError: they contradict themselves, or are cut short.
        NotImplementedError: what is not read; by its name.
    """
    if len(head) < FILE_HEADER + CORE:
        raise ValueError("its header is cut short")
    start, size = struct.unpack_from("<II", head, 10)
    if size not in SIZES:
        raise NotImplementedError(f"a header of {size} bytes is not one of BMP's")
    fields = head[FILE_HEADER : FILE_HEADER + size].ljust(124, b"\0")
    if size == CORE:
        width, height, _, bits = struct.unpack_from("<HHHH", fields, 4)
        packing, ppm, used = 0, (0, 0), 0
    else:
        width, height, _, bits, packing, _, across, down, used = struct.unpack_from("<iiHHIIiiI", fields, 4)
        ppm = (across, down)
    if width <= 0 or height == 0:
        raise ValueError(f"it claims {height} × {width} pixels")
    name = _packing(packing, bits, size)
    masks, after = _masks(head, fields, size, name, bits)
    palette, end = _palette(head, after, start, bits, used, 3 if size == CORE else 4)
    return Dib(
        width, abs(height), bits, height < 0, name, start or end, palette, masks, _dpi(ppm), _profile(fields, size)
    )


def _packing(number: int, bits: int, size: int) -> str:
    name = (OS2 if size in OS2_SIZES else WINDOWS).get(number)
    if name is None:
        raise NotImplementedError(f"compression {number} is none of BMP's")
    if name not in DEPTHS:
        raise NotImplementedError(f"{name} is not supported")
    if bits not in DEPTHS[name]:
        raise NotImplementedError(f"{bits} bits a pixel{f' in {name}' * (name != PLAIN)} are not supported")
    return name


def _masks(head: bytes, fields: bytes, size: int, name: str, bits: int) -> tuple[tuple[int, int, int, int], int]:
    """The bits of each colour, and where the palette begins."""
    after = FILE_HEADER + size
    if name not in (FIELDS, ALPHA_FIELDS):
        return DEFAULT_MASKS.get(bits, (0, 0, 0, 0)), after
    count = 4 if name == ALPHA_FIELDS or size >= 56 else 3
    stored = fields[INFO:] if size > INFO else head[after : after + 4 * count].ljust(16, b"\0")
    red, green, blue, alpha = (*struct.unpack_from(f"<{count}I", stored), 0)[:4]
    masks = (red, green, blue, alpha)
    for mask in masks:
        run = mask // (mask & -mask) if mask else 0
        if run & (run + 1) or mask >> bits:
            raise ValueError(f"the bits {mask:#x} of a colour do not lie side by side")
    if (red | green | blue | alpha).bit_count() != sum(mask.bit_count() for mask in masks):
        raise ValueError("the bits of two colours are the same")
    return masks, after + (4 * count if size == INFO else 0)


def _palette(head: bytes, place: int, start: int, bits: int, used: int, length: int) -> tuple[Array | None, int]:
    """The colours, and where they end."""
    if bits > 8:
        return None, place + min(used, 256) * length
    count = used or 1 << bits
    end = place + count * length
    if (start and end > start) or end > len(head):
        room = max(0, min(start or len(head), len(head)) - place) // length
        if used or room == 0:
            raise ValueError(f"its palette claims {count:,} colours where there is room for {room}")
        count = room  # some leave out the colours that they do not use
    stored = np.frombuffer(head, np.uint8, count * length, place).reshape(count, length)
    return stored[: 1 << bits, 2::-1].copy(), end


def _dpi(per_metre: tuple[int, int]) -> tuple[float, float] | None:
    across, down = per_metre
    return (across * INCH, down * INCH) if across > 0 and down > 0 else None


def _profile(fields: bytes, size: int) -> tuple[int, int]:
    if size < 124 or fields[56:60] != EMBEDDED:
        return 0, 0
    offset, length = struct.unpack_from("<II", fields, 112)
    return FILE_HEADER + offset, length
