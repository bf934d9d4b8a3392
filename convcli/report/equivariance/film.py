"""The film of a move: the picture moved step by step, its response beside it, and where the two routes differ."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from convcli.core.equivariance.path import along
from convcli.core.equivariance.study import Study
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.resizing import fitting_size
from convcli.report.equivariance.pictures import (
    difference_pixels,
    differences,
    input_pixels,
    reduced,
    response_pixels,
    scaled,
    shown_map,
)
from convcli.report.equivariance.table import move_words
from convcli.report.printing.numbers import grouped, short

TILE, MARGIN, GAP, HEAD, FOOT = 280, 20, 16, 62, 46


def film_frames(found: Study) -> list[Drawing]:
    """The frames, all of one size, from the picture as it is to the last step."""
    return [_frame(found, here) for here in along(found)]


def _frame(found: Study, here: Study) -> Drawing:
    _, moved = input_pixels((here.comparison.picture, here.comparison.moved))
    maps, name = shown_map(found)
    _, response = response_pixels(here, maps)
    errors = differences(here)
    shown, block = reduced(errors, 2 * TILE)
    # One scale for all frames: that of the move that was asked for.
    largest = max(found.ledger.interior.max_error, found.ledger.border.max_error) or float(shown.max())
    difference = difference_pixels(shown, scaled(here.ledger.band.interior(*errors.shape), block), largest)
    high = max(_size(picture)[0] for picture in (moved, response, difference, *_turned(found)))
    canvas = Canvas(2 * MARGIN + 3 * TILE + 2 * GAP, HEAD + high + FOOT)
    canvas.text(MARGIN, 14, f"{name} under {move_words(here.move)}", size=17, max_width=3 * TILE)
    titles = ("g(x), the moved input", "f(g(x)), its response", "difference from g(f(x))")
    for index, (picture, title) in enumerate(zip((moved, response, difference), titles, strict=True)):
        x = MARGIN + index * (TILE + GAP)
        canvas.text(x, 40, title, size=13, colour=palette.MUTED)
        tall, wide = _size(picture)
        canvas.picture(x, HEAD, picture, wide, tall)
        canvas.rectangle(x - 1, HEAD - 1, wide + 2, tall + 2, outline=palette.LINE)
    _foot(canvas, here, HEAD + high + 14)
    return canvas.finished()


def _foot(canvas: Canvas, here: Study, y: float) -> None:
    inside, outside = here.ledger.interior, here.ledger.border
    words = "interior: holds" if here.ledger.holds else f"interior: differs by up to {short(inside.max_error)}"
    colour = palette.RIGHT if here.ledger.holds else palette.WRONG
    if not inside.pixels:
        words, colour = "no interior is left", palette.MUTED
    canvas.text(MARGIN, y, words, size=14, colour=colour)
    border = f"border: {grouped(outside.mismatched)} of {grouped(outside.pixels)} places differ"
    canvas.text(MARGIN + TILE + GAP, y, border, size=14, colour=palette.MUTED)


def _turned(found: Study) -> tuple[Any, ...]:
    """What other frames show, so that all frames have one height."""
    first = found.comparison
    return first.picture, first.moved, first.layer_then_move, first.move_then_layer


def _size(picture: NDArray[Any]) -> tuple[int, int]:
    height, width = picture.shape[:2]
    high, wide = fitting_size(height, width, 1.25 * TILE, TILE, enlarge=256)
    if wide < 4 * width:  # samples this fine need not all be of one size: fill the place
        factor = min(1.25 * TILE / height, TILE / width)
        high, wide = round(factor * height), round(factor * width)
    return max(8, high), max(8, wide)
