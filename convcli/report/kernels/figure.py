"""One kernel drawn: signed colours and numbers, frequency response, properties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convcli.core.display.colormap import colour
from convcli.core.display.scale import Scale
from convcli.core.kernel.labels import kernel_labels
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Box, Canvas, wrapped
from convcli.report.drawing.filters import colours_words, filter_picture, scale_of
from convcli.report.drawing.marks import Align, Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.drawing.scale_bar import Bar, draw_scale
from convcli.report.drawing.type_sizes import CAPTION, HEADING, LABEL, TITLE, sentence
from convcli.report.kernels.card import Card, gain_words, property_rows
from convcli.report.language.chosen import Name
from convcli.report.printing.numbers import plain

MARGIN, SIDE, GAP = 28, 360, 64
WIDTH = 2 * MARGIN + 2 * SIDE + GAP
BELOW = 92  # of the pictures: axes, scales, and what their colours mean
BAR = Bar(180, LABEL)
WORDS = 14.0
MOST_NUMBERED = 9  # rows or columns whose cells hold a number that can be read
NAME_COLUMN = 130


def kernel_figure(card: Card) -> Drawing:
    """The kernel beside its frequency response, its properties below: 840 wide, as high as what there is to say."""
    rows = property_rows(card)
    above = _heading_height(card)
    below = sum(_row_height(value) for _, value in rows)
    canvas = Canvas(WIDTH, above + SIDE + BELOW + below + MARGIN)
    _draw_heading(canvas, card)
    _draw_kernel(canvas, MARGIN, above, card.kernel.weights)
    _draw_response(canvas, MARGIN + SIDE + GAP, above, card)
    _draw_properties(canvas, above + SIDE + BELOW, rows)
    return canvas.finished()


def _about(card: Card) -> str:
    return sentence("; ".join(part for part in (card.about, card.source) if part))


def _heading_height(card: Card) -> float:
    lines = len(wrapped(_about(card), WIDTH - 2 * MARGIN, WORDS)) if _about(card) else 0
    titles = len(wrapped(_title(card), WIDTH - 2 * MARGIN, TITLE, 2))
    return round(MARGIN - 6 + titles * TITLE * LINE_HEIGHT + 4 + lines * WORDS * LINE_HEIGHT + 40)


def _title(card: Card) -> Name:
    channels = "" if card.kernel.channels is None else f"{card.kernel.channels}×"
    size = f"{channels}{card.kernel.height}×{card.kernel.width}"
    label = kernel_labels([card.kernel])[0]
    return Name(label if size in label else f"{label}, {size}")


def _draw_heading(canvas: Canvas, card: Card) -> None:
    y = canvas.paragraph(MARGIN, MARGIN - 6, _title(card), width=WIDTH - 2 * MARGIN, size=TITLE, lines=2)
    if _about(card):
        canvas.paragraph(MARGIN, y + 4, _about(card), width=WIDTH - 2 * MARGIN, size=WORDS, colour=palette.MUTED)


def _draw_kernel(canvas: Canvas, x: float, y: float, weights: NDArray[np.float64]) -> None:
    if weights.ndim == 3:
        _draw_filter(canvas, x, y, weights)
        return
    canvas.text(x, y - 28, "Weights", size=HEADING)
    largest = scale_of(weights)
    draw_scale(canvas, x, y + SIDE + 30, BAR, Scale(-largest, largest), "diverging")
    words = "Red is positive, blue negative, white 0"
    canvas.text(x, y + SIDE + 30 + BAR.height + 3, words, size=CAPTION, colour=palette.MUTED)
    if max(weights.shape) <= MOST_NUMBERED:
        colours = signed_picture(weights)
        fills = {(int(r), int(c)): _rgb(colours[r, c]) for r, c in np.ndindex(*weights.shape)}
        cell = SIDE // max(*weights.shape, 3)
        draw_grid(canvas, x, y, weights.tolist(), cell=cell, fills=fills)
        return
    _draw_pixels(canvas, x, y, signed_picture(weights))


def _draw_filter(canvas: Canvas, x: float, y: float, weights: NDArray[np.float64]) -> None:
    """Weights of their own in each channel: a picture, whose colours are explained below it."""
    _draw_pixels(canvas, x, y, filter_picture(weights))
    words = f"{colours_words(len(weights))}; the strongest colour is {plain(float(f'{scale_of(weights):.4g}'))}"
    canvas.text(x, y - 28, "Weights", size=HEADING)
    canvas.paragraph(x, y + SIDE + 8, sentence(words), width=SIDE, size=CAPTION, colour=palette.MUTED, lines=4)


def _draw_pixels(canvas: Canvas, x: float, y: float, picture: NDArray[np.uint8]) -> None:
    height, width = fitting_size(picture.shape[0], picture.shape[1], SIDE, SIDE)
    canvas.picture(x, y, picture, width, height)
    canvas.rectangle(x - 1, y - 1, width + 2, height + 2, outline=palette.LINE)


def _rgb(pixel: NDArray[np.uint8]) -> palette.RGB:
    red, green, blue = (int(value) for value in pixel)
    return red, green, blue


def _draw_response(canvas: Canvas, x: float, y: float, card: Card) -> None:
    largest = card.facts.peak[0]
    canvas.text(x, y - 28, "Frequency response", size=HEADING)
    picture = colour(card.response / (largest or 1.0), "viridis")
    box = canvas.picture(x, y, picture, SIDE, SIDE)
    canvas.rectangle(box.x - 1, box.y - 1, SIDE + 2, SIDE + 2, outline=palette.LINE)
    _draw_axes(canvas, box)
    _draw_scale(canvas, box, largest)
    words = "Gain by cycles per pixel, 0 in the middle"
    canvas.text(x, y + SIDE + 30 + BAR.height + 3, words, size=CAPTION, colour=palette.MUTED)


def _draw_axes(canvas: Canvas, box: Box) -> None:
    for place, word in ((0.0, "−0.5"), (0.5, "0"), (1.0, "0.5")):
        across, down = box.x + place * box.width, box.y + place * box.height
        canvas.line([(across, box.bottom), (across, box.bottom + 4)], colour=palette.LINE)
        canvas.line([(box.x - 5, down), (box.x, down)], colour=palette.LINE)
        align = {0.0: "left", 0.5: "centre", 1.0: "right"}
        canvas.text(across, box.bottom + 6, word, size=LABEL, colour=palette.MUTED, align=align[place])  # type: ignore[arg-type]
        nudge = {0.0: 5, 0.5: 0, 1.0: -5}[place]
        canvas.text(box.x - 8, down + nudge, word, size=LABEL, colour=palette.MUTED, align="right", vertical="middle")


def _draw_scale(canvas: Canvas, box: Box, largest: float) -> None:
    """The colours' meaning, below the response: 0 to the largest gain, as the properties have it."""
    top = box.bottom + 30
    ramp = colour(np.tile(np.linspace(0, 1, BAR.width), (2, 1)), "viridis")
    canvas.picture(box.x, top, ramp, BAR.width, BAR.thickness)
    canvas.rectangle(box.x - 1, top - 1, BAR.width + 2, BAR.thickness + 2, outline=palette.LINE)
    for place, words in ((0.0, "0"), (1.0, gain_words(largest))):
        align: Align = "right" if place else "left"
        x = box.x + round(place * (BAR.width - 1))
        canvas.line([(x + 0.5, top + BAR.thickness), (x + 0.5, top + BAR.thickness + BAR.tick)], colour=palette.MUTED)
        canvas.text(x + place, top + BAR.thickness + BAR.tick, words, size=LABEL, align=align)


def _row_height(value: str) -> float:
    lines = max(1, len(wrapped(value, WIDTH - 2 * MARGIN - NAME_COLUMN, WORDS)))
    return lines * WORDS * LINE_HEIGHT + 5


def _draw_properties(canvas: Canvas, y: float, rows: list[tuple[str, str]]) -> None:
    for name, value in rows:
        canvas.text(MARGIN, y, name, size=WORDS, colour=palette.MUTED)
        canvas.paragraph(MARGIN + NAME_COLUMN, y, value, width=WIDTH - 2 * MARGIN - NAME_COLUMN, size=WORDS)
        y += _row_height(value)
