"""Parts that several claims' figures have: grey pictures, signed maps, kernels in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array, Bytes
from convcli.core.display.mapping import to_pixels
from convcli.core.display.scale import Scale
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, text_width
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.panel import MARGIN, Outline, Tile
from convcli.report.drawing.resizing import resized, signed_picture
from convcli.report.drawing.scale_bar import number
from convcli.report.drawing.type_sizes import CAPTION, HEADING, TITLE

SIGNED = "diverging"  # colours: blue, white at 0, red
CELL, KERNEL_SIDE, APART = 52, 208, 40  # of a kernel's numbers; most units of a kernel; between two of them

PALEST = 90  # grey that black becomes where colours lie on the picture


class Numbers(NamedTuple):
    """A matrix under its name."""

    name: str
    values: NDArray[Any]
    signed: bool = True  # on signed colours; on those of a kernel otherwise


def shown_number(value: float, digits: int = 3) -> str:
    """A number in a caption.

    >>> shown_number(-0.12345), shown_number(3.2e-16, 2)
    ('−0.123', '3.2e−16')
    """
    return number(float(value), digits)


def grey(plane: Array) -> Bytes:
    """The picture's own values where they are bytes; otherwise from its least, black, to its largest, white."""
    return plane if plane.dtype == np.uint8 else to_pixels(plane.astype(np.float64), "stretch")


def apart_words(value: float) -> str:
    """How far two things are apart.

    >>> apart_words(0.0), apart_words(2e-16)
    ('no difference', 'at most 2e−16 apart')
    """
    return f"at most {shown_number(value)} apart" if value else "no difference"


def small_picture(plane: Array, shape: tuple[int, ...]) -> Bytes:
    """The whole picture in so many rows and columns, pale so that colours show on it."""
    small = resized(grey(plane), shape[0], shape[1]).astype(np.float64)
    return np.asarray((PALEST + (255 - PALEST) / 255 * small).round().astype(np.uint8))


def tinted(greys: Bytes, mask: NDArray[np.bool_], colour: RGB = palette.WINDOW_RING, share: float = 0.55) -> Bytes:
    """The picture in colour, the marked pixels with that share of a colour."""
    shown = np.repeat(greys[:, :, np.newaxis], 3, axis=2).astype(np.float64)
    shown[mask] = share * np.array(colour) + (1 - share) * shown[mask]
    return np.asarray(shown.round().astype(np.uint8))


def signed_tile(
    plane: Array, title: str, caption: str, largest: float, outlines: Sequence[Outline] = (), bar: bool = True
) -> Tile:
    """A map in signed colours: white is 0, the strongest colours are ± largest."""
    scale = Scale(-largest, largest) if bar and largest > 0 else None
    return Tile(signed_picture(plane.astype(np.float64), largest or 1.0), title, caption, outlines, scale, SIGNED)


def kernel_row(title: str, kernels: Sequence[Numbers], caption: str = "", width: int = 0) -> Drawing:
    """Kernels in numbers beside each other, on one scale of colours, each under its name."""
    largest = max(float(np.abs(each.values).max()) for each in kernels if each.signed)
    side = max(max(each.values.shape) for each in kernels)
    cell = min(CELL, KERNEL_SIDE // side)
    wide = [max(each.values.shape[1] * cell, text_width(each.name, HEADING)) for each in kernels]
    tall = max(each.values.shape[0] for each in kernels) * cell
    head = TITLE * LINE_HEIGHT + 12 if title else 0
    foot = CAPTION * LINE_HEIGHT + 12 if caption else 0
    needed = max(sum(wide) + APART * (len(kernels) - 1), text_width(caption, CAPTION), text_width(title, TITLE))
    canvas = Canvas(max(width, 2 * MARGIN + needed), 2 * MARGIN - 6 + head + HEADING * 1.6 + tall + foot, title=title)
    if title:
        canvas.text(MARGIN, MARGIN - 6, title, size=TITLE)
    x, y = float(MARGIN), MARGIN - 6 + head
    for each, room in zip(kernels, wide, strict=True):
        draw_signed(canvas, x, y, each, cell, largest)
        x += room + APART
    canvas.text(MARGIN, y + HEADING * 1.6 + tall + 12, caption, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


def draw_signed(canvas: Canvas, x: float, y: float, numbers: Numbers, cell: float, largest: float) -> None:
    """A kernel's numbers on their signed colours."""
    colours = signed_picture(numbers.values.astype(np.float64), largest or 1.0)
    fills: dict[tuple[int, int], RGB] = {
        (r, c): (int(colours[r, c, 0]), int(colours[r, c, 1]), int(colours[r, c, 2]))
        for r, c in np.ndindex(*numbers.values.shape)
    }
    shown = np.round(numbers.values, 3) + 0  # no "-0"
    short = bool((shown == numbers.values).all())
    draw_grid(
        canvas,
        x,
        y,
        shown,
        cell=cell,
        title=numbers.name,
        fills=fills if numbers.signed else None,
        fill=palette.KERNEL,
        decimals=None if short else 3,
    )
