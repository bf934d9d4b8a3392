"""From the samples of a TIFF's page to colours and alpha, upright."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convcli.images.codecs.tiff import terms
from convcli.images.codecs.tiff.directory import Tag
from convcli.images.codecs.tiff.page import Page
from convcli.images.codecs.tiff.segments import Segments
from convcli.images.picture import Array
from convcli.images.pillow.unpacking import Samples, as_stored, samples_of

DIVIDED = "premultiplied alpha divided out"


def decode(page: Page, *, lenient: bool) -> Samples:
    """Every sample of a page.

    Returns:
        pixels (H, W) or (H, W, C): the colours, then the bands that are not alpha; alpha (H, W) or None.
        Up to 8 bits are uint8, up to 16 uint16, both spread over their whole range; other numbers as they are.

    Raises:
        ValueError: data that is missing or damaged.
    """
    segments = Segments(page, lenient=lenient)
    convert = converter(page)
    height, width, channels = page.upright
    dtype = convert(np.zeros((1, 1, page.samples), page.dtype)).dtype
    make = np.zeros if lenient else np.empty
    pixels = make((height, width, channels), dtype)
    alpha = make((height, width), dtype) if page.alpha is not None else None
    stored = as_stored(pixels, page.orientation)
    see_through = None if alpha is None else as_stored(alpha, page.orientation)
    for piece in segments.pieces():
        rows = slice(piece.top, piece.top + len(piece.samples))
        columns = slice(piece.left, piece.left + piece.samples.shape[1])
        made = convert(piece.samples)
        if see_through is not None:
            made, see_through[rows, columns] = parted(made, page)
        stored[rows, columns] = made
    notes = (*page.notes, *said(page, segments.blank))
    return Samples(pixels[:, :, 0] if channels == 1 else pixels, alpha, notes, keeps_profile(page))


def keeps_profile(page: Page) -> bool:
    """Whether a colour profile still describes the samples."""
    return page.photometric not in (terms.CMYK, terms.LAB)


def said(page: Page, blank: int) -> tuple[str, ...]:
    """What was done to the samples; so many strips or tiles are not stored."""
    notes = []
    largest = (1 << page.bits) - 1
    full = 255 if page.bits <= 8 else 65535
    if page.kind == "u" and page.bits not in (1, 8, 16, 32, 64) and page.photometric != terms.PALETTE:
        spread = f"values 0..{largest} spread to 0..{full}"
        kept = f"values 0..{largest} ({page.bits} bits) are kept as they are"
        notes.append(spread if page.bits < 16 else kept)
    if page.kind == "i" and page.bits not in (8, 16, 32, 64):
        notes.append(f"values {-(largest + 1) // 2}..{largest // 2} ({page.bits} bits) are kept as they are")
    if page.photometric == terms.WHITE_IS_ZERO and page.kind != "u":
        notes.append("it says that 0 is white; values with a sign are left as they are")
    if page.photometric == terms.CMYK:
        notes.append("CMYK converted to RGB without a colour profile")
    if page.photometric == terms.LAB:
        notes.append("CIELAB converted to sRGB")
    if page.is_premultiplied:
        notes.append(DIVIDED)
    if blank:
        notes.append(f"{page.segment_name}s that are not stored ({blank}) are read as 0")
    return tuple(notes)


def converter(page: Page) -> Callable[[Array], Array]:
    """From stored samples, (rows, columns, samples), to colours and then extras, in one dtype, none premultiplied."""
    spread, shown = _spreader(page, inverted=False), page.colours
    if page.photometric == terms.PALETTE:
        return _looked_up(page, spread)
    if page.photometric == terms.WHITE_IS_ZERO and page.kind == "u":
        inverse = _spreader(page, inverted=True)
        return inverse if page.samples == 1 else lambda s: np.dstack([inverse(s[:, :, :1]), spread(s[:, :, 1:])])
    undone = _undone(page, spread) if page.is_premultiplied else spread
    if page.photometric in (terms.CMYK, terms.LAB):
        mix = _lab if page.photometric == terms.LAB else _mixed

        def convert(samples: Array) -> Array:
            plain = undone(samples)
            return np.dstack([mix(plain[:, :, :shown]), plain[:, :, shown:]])

        return convert
    return undone


def _undone(page: Page, spread: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """Spread, and the colours divided by their alpha."""
    alpha, colours = page.alpha, page.colours
    assert alpha is not None

    def convert(samples: Array) -> Array:
        plain = spread(samples).copy()
        plain[:, :, :colours] = _divided(plain[:, :, :colours], plain[:, :, alpha, None])
        return plain

    return convert


def _spreader(page: Page, *, inverted: bool) -> Callable[[Array], Array]:
    """Whole numbers of up to 16 bits spread to 0..255 or 0..65535, as `pnm` does it; others as they are."""
    largest = (1 << page.bits) - 1
    if page.kind != "u" or page.bits in (8, 16) or page.bits > 16:
        return (lambda s: s.dtype.type(largest) - s) if inverted else lambda s: s
    full = 255 if page.bits <= 8 else 65535
    table = np.rint(np.arange(largest + 1) * (full / largest)).astype(page.dtype)
    if inverted:
        table = table[::-1].copy()
    return lambda s: table[s]


def _looked_up(page: Page, spread: Callable[[Array], Array]) -> Callable[[Array], Array]:
    palette = _palette(page)
    scale = 257 if palette.dtype == np.uint16 and page.bits <= 8 else 1
    if palette.dtype == np.uint8 and page.bits > 8 and page.extras:
        palette, scale = palette.astype(np.uint16) * np.uint16(257), 1

    def convert(samples: Array) -> Array:
        colours = palette[samples[:, :, 0]]
        if not page.extras:
            return colours
        extras = spread(samples[:, :, 1:]).astype(palette.dtype) * palette.dtype.type(scale)
        return np.dstack([colours, extras])

    return convert


def _palette(page: Page) -> Array:
    """(2^bits, 3): uint8 where that holds every colour, else uint16; the file has all reds first."""
    entries = page.directory.array(Tag.PALETTE, 3 << page.bits)
    if len(entries) < 3 << page.bits:
        raise ValueError(f"its palette has {len(entries) // 3} of {1 << page.bits} colours")
    table = entries.astype(np.uint16).reshape(3, -1).T
    if table.max() < 256:  # of old writers; libtiff takes it so, too
        return np.ascontiguousarray(table.astype(np.uint8))
    high, low = table >> 8, table & 255
    if not low.any() or (low == high).all():
        return np.ascontiguousarray(high.astype(np.uint8))
    return np.ascontiguousarray(table)


def _mixed(inks: Array) -> Array:
    """CMYK as RGB: (1 - C)(1 - K) and so on; bytes as Pillow mixes them for other formats."""
    if inks.dtype == np.uint8:
        return _by_pillow("CMYK", inks)
    full = 65535
    light = full - inks.astype(np.uint32)
    return ((light[:, :, :3].astype(np.uint64) * light[:, :, 3:] + full // 2) // full).astype(np.uint16)


def _lab(samples: Array) -> Array:
    return _by_pillow("LAB", samples.view(np.uint8))


def _by_pillow(mode: str, samples: Array) -> Array:
    from PIL import Image

    height, width = samples.shape[:2]
    content = np.ascontiguousarray(samples)
    return samples_of(Image.frombuffer(mode, (width, height), content, "raw", mode, 0, 1)).pixels


def parted(samples: Array, page: Page) -> tuple[Array, Array]:
    """Colours with the bands that are kept, and alpha."""
    assert page.alpha is not None
    at = page.out_colours + page.alpha - page.colours
    alpha = samples[:, :, at]
    if at == samples.shape[2] - 1:
        return samples[:, :, :at], alpha
    return np.concatenate([samples[:, :, :at], samples[:, :, at + 1 :]], axis=2), alpha


def _divided(colours: Array, alpha: Array) -> Array:
    """colour x full / alpha, to the nearest; where alpha is 0 colours are as they are."""
    if colours.dtype.kind == "f":
        return np.divide(colours, alpha, out=colours.copy(), where=alpha != 0)
    full = np.iinfo(colours.dtype).max
    wide = colours.astype(np.uint32)
    divided = np.minimum((wide * full + alpha // 2) // np.maximum(alpha, 1), full)
    return np.where(alpha == 0, colours, divided).astype(colours.dtype)
