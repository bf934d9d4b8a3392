"""One kernel drawn: signed colours and numbers, frequency response, properties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convcli.core.display.colormap import colour
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Box, Canvas, wrapped
from convcli.report.drawing.filters import colours_words, filter_picture, scale_of
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.kernels.card import Card, property_rows
from convcli.report.language.chosen import Name
from convcli.report.printing.numbers import plain

MARGIN, SIDE, GAP = 28, 360, 64
WIDTH = 2 * MARGIN + 2 * SIDE + GAP
LABEL, WORDS = 12.0, 14.0
MOST_NUMBERED = 9  # rows or columns whose cells hold a number that can be read
NAME_COLUMN = 130


def kernel_figure(card: Card) -> Drawing:
    """The kernel beside its frequency response, its properties below: 840 wide, as high as what there is to say."""
    rows = property_rows(card)
    above = _heading_height(card)
    below = sum(_row_height(value) for _, value in rows)
    canvas = Canvas(WIDTH, above + SIDE + 72 + below + MARGIN)
    _draw_heading(canvas, card)
    _draw_kernel(canvas, MARGIN, above, card.kernel.weights)
    _draw_response(canvas, MARGIN + SIDE + GAP, above, card.response)
    _draw_properties(canvas, above + SIDE + 72, rows)
    return canvas.finished()


def _about(card: Card) -> str:
    return "; ".join(part for part in (card.about, card.source) if part)


def _heading_height(card: Card) -> float:
    lines = len(wrapped(_about(card), WIDTH - 2 * MARGIN, WORDS)) if _about(card) else 0
    return round(MARGIN + 34 + lines * WORDS * LINE_HEIGHT + 40)


def _draw_heading(canvas: Canvas, card: Card) -> None:
    channels = "" if card.kernel.channels is None else f"{card.kernel.channels}×"
    title = f"{card.kernel.name}, {channels}{card.kernel.height}×{card.kernel.width}"
    canvas.text(MARGIN, MARGIN - 6, Name(title), size=22, max_width=WIDTH - 2 * MARGIN)
    if _about(card):
        canvas.paragraph(MARGIN, MARGIN + 28, _about(card), width=WIDTH - 2 * MARGIN, size=WORDS, colour=palette.MUTED)


def _draw_kernel(canvas: Canvas, x: float, y: float, weights: NDArray[np.float64]) -> None:
    if weights.ndim == 3:
        _draw_filter(canvas, x, y, weights)
        return
    canvas.text(x, y - 22, "weights: red positive, blue negative", size=LABEL, colour=palette.MUTED)
    if max(weights.shape) <= MOST_NUMBERED:
        colours = signed_picture(weights)
        fills = {(int(r), int(c)): _rgb(colours[r, c]) for r, c in np.ndindex(*weights.shape)}
        cell = SIDE // max(*weights.shape, 3)
        left = x + (SIDE - cell * weights.shape[1]) // 2
        draw_grid(canvas, left, y + (SIDE - cell * weights.shape[0]) // 2, weights.tolist(), cell=cell, fills=fills)
        return
    _draw_pixels(canvas, x, y, signed_picture(weights))


def _draw_filter(canvas: Canvas, x: float, y: float, weights: NDArray[np.float64]) -> None:
    """Weights of their own in each channel: a picture, whose colours are explained below it."""
    _draw_pixels(canvas, x, y, filter_picture(weights))
    words = f"{colours_words(len(weights))}; the strongest colour is {plain(float(f'{scale_of(weights):.4g}'))}"
    canvas.text(x, y - 22, "weights", size=LABEL, colour=palette.MUTED)
    canvas.paragraph(x, y + SIDE + 8, words, width=SIDE, size=LABEL, colour=palette.MUTED, lines=3)


def _draw_pixels(canvas: Canvas, x: float, y: float, picture: NDArray[np.uint8]) -> None:
    height, width = fitting_size(picture.shape[0], picture.shape[1], SIDE, SIDE)
    left, top = x + (SIDE - width) // 2, y + (SIDE - height) // 2
    canvas.picture(left, top, picture, width, height)
    canvas.rectangle(left - 1, top - 1, width + 2, height + 2, outline=palette.LINE)


def _rgb(pixel: NDArray[np.uint8]) -> palette.RGB:
    red, green, blue = (int(value) for value in pixel)
    return red, green, blue


def _draw_response(canvas: Canvas, x: float, y: float, response: NDArray[np.float64]) -> None:
    largest = float(response.max())
    canvas.text(x, y - 22, "frequency response: gain by cycles per pixel", size=LABEL, colour=palette.MUTED)
    picture = colour(response / (largest or 1.0), "viridis")
    box = canvas.picture(x, y, picture, SIDE, SIDE)
    canvas.rectangle(box.x - 1, box.y - 1, SIDE + 2, SIDE + 2, outline=palette.LINE)
    _draw_axes(canvas, box)
    _draw_scale(canvas, box, largest)


def _draw_axes(canvas: Canvas, box: Box) -> None:
    for place, word in ((0.0, "−0.5"), (0.5, "0"), (1.0, "0.5")):
        across, down = box.x + place * box.width, box.y + place * box.height
        canvas.line([(across, box.bottom), (across, box.bottom + 4)], colour=palette.LINE)
        canvas.line([(box.x - 5, down), (box.x, down)], colour=palette.LINE)
        align = {0.0: "left", 0.5: "centre", 1.0: "right"}
        canvas.text(across, box.bottom + 6, word, size=11, colour=palette.MUTED, align=align[place])  # type: ignore[arg-type]
        nudge = {0.0: 5, 0.5: 0, 1.0: -5}[place]
        canvas.text(box.x - 8, down + nudge, word, size=11, colour=palette.MUTED, align="right", vertical="middle")


def _draw_scale(canvas: Canvas, box: Box, largest: float) -> None:
    """The colours' meaning, below the response: 0 to the largest gain."""
    top, width = box.bottom + 30, 160
    left = box.x + (box.width - width) / 2
    ramp = colour(np.tile(np.linspace(0, 1, width), (10, 1)), "viridis")
    canvas.picture(left, top, ramp)
    canvas.rectangle(left - 1, top - 1, width + 2, 12, outline=palette.LINE)
    canvas.text(left - 8, top + 5, "0", size=11, colour=palette.MUTED, align="right", vertical="middle")
    canvas.text(left + width + 8, top + 5, plain(largest), size=11, colour=palette.MUTED, vertical="middle")


def _row_height(value: str) -> float:
    lines = max(1, len(wrapped(value, WIDTH - 2 * MARGIN - NAME_COLUMN, WORDS)))
    return lines * WORDS * LINE_HEIGHT + 5


def _draw_properties(canvas: Canvas, y: float, rows: list[tuple[str, str]]) -> None:
    for name, value in rows:
        canvas.text(MARGIN, y, name, size=WORDS, colour=palette.MUTED)
        canvas.paragraph(MARGIN + NAME_COLUMN, y, value, width=WIDTH - 2 * MARGIN - NAME_COLUMN, size=WORDS)
        y += _row_height(value)
