"""The filters of a layer as pictures on one sheet: the textbook's picture of what a first layer has learned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from convcli.core.arrays import Bytes
from convcli.errors import GeometryError, OptionError, many
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.filters import colours_words, filter_picture, scale_of
from convcli.report.drawing.marks import Drawing
from convcli.report.printing.numbers import plain

MARGIN, GAP, TITLE, WORDS, NUMBER = 18, 8, 18.0, 13.0, 10.0
SIDES = ((16, 192), (36, 96), (144, 64), (1024, 40))  # as many filters, and the most pixels of one's side
NARROWEST, LEAST_WIDTH = 18, 360  # of a filter that has a number below it; of a sheet with words
MOST_FILTERS = 1024


def filter_sheet(
    filters: Sequence[NDArray[Any]], title: str, *, columns: int | None = None, shared: bool = False
) -> Drawing:
    """Every filter as a picture under which its number stands, enlarged by a whole factor, and what the colours mean.

    Args:
        filters: (C, h, w) or (h, w), all of one shape; at least one.
        columns: filters in a row; about as many as rows when None.
        shared: one scale of weights for all; else each has its own.

    Raises:
        GeometryError: more filters than a sheet holds.
        OptionError: columns less than 1.
    """
    count = len(filters)
    if columns is not None and columns < 1:
        raise OptionError("columns", columns, "give a whole number of at least 1")
    if count > MOST_FILTERS:
        raise GeometryError(f"{count:,} filters; a sheet holds at most {MOST_FILTERS:,}")
    scales = [scale_of(weights) for weights in filters]
    pictures = [filter_picture(weights, max(scales) if shared else None) for weights in filters]
    high, wide = pictures[0].shape[:2]
    side = next(side for most, side in SIDES if count <= most)
    factor = max(1, side // max(high, wide))
    across = min(columns or math.ceil(math.sqrt(count)), count)
    cell_width, cell_height = max(wide * factor, NARROWEST) + GAP, high * factor + round(NUMBER * 1.5) + GAP
    width = max(2 * MARGIN + across * cell_width - GAP, LEAST_WIDTH)
    words = caption(filters, scales, shared=shared)
    head = TITLE * LINE_HEIGHT + 8
    tail = len(wrapped(words, width - 2 * MARGIN, WORDS)) * WORDS * LINE_HEIGHT
    top = MARGIN + head
    height = top + math.ceil(count / across) * cell_height + tail + MARGIN
    canvas = Canvas(width, height, title=title)
    canvas.text(MARGIN, MARGIN - 4, title, size=TITLE, max_width=width - 2 * MARGIN)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, across)
        _draw(canvas, MARGIN + column * cell_width, top + row * cell_height, picture, factor, number)
    canvas.paragraph(MARGIN, height - MARGIN - tail, words, width=width - 2 * MARGIN, size=WORDS, colour=palette.MUTED)
    return canvas.finished()


def _draw(canvas: Canvas, x: float, y: float, picture: Bytes, factor: int, number: int) -> None:
    high, wide = picture.shape[0] * factor, picture.shape[1] * factor
    left = x + (max(wide, NARROWEST) - wide) // 2
    canvas.picture(left, y, picture, wide, high)
    canvas.rectangle(left - 1, y - 1, wide + 2, high + 2, outline=palette.LINE)
    middle = left + wide / 2
    canvas.text(middle, y + high + 3, str(number), size=NUMBER, colour=palette.MUTED, align="centre")


def caption(filters: Sequence[NDArray[Any]], scales: Sequence[float], *, shared: bool) -> str:
    """How many filters of what size, what their colours mean, and by which scale."""
    shape = filters[0].shape
    channels = int(shape[0]) if len(shape) == 3 else None
    of = "" if channels is None else f" of {channels} channel{'s' if channels != 1 else ''}"
    low, high = plain(float(f"{min(scales):.3g}")), plain(float(f"{max(scales):.3g}"))
    noun = "norm" if channels is not None and "norm" in colours_words(channels) else "weight"
    if shared or len(filters) == 1:
        scale = f"The strongest colour is {high}."
    else:
        largest = f"{noun}s are {low} to {high}" if low != high else f"{noun} is {high}"
        scale = f"Each filter is on a scale of its own: the largest {largest}."
    count = many(len(filters), "filter")
    return f"{count}{of}, {shape[-2]}×{shape[-1]}; {colours_words(channels)}. {scale}"
