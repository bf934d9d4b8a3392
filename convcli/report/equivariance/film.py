"""The film of a move: the picture moved step by step, its response beside it, and where the two routes differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from convcli.core.arrays import Bytes
from convcli.core.display.scale import Scale
from convcli.core.equivariance.moves import Move
from convcli.core.equivariance.path import along, steps_to
from convcli.core.equivariance.study import Study
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.panel import even_width
from convcli.report.drawing.resizing import fitting_size
from convcli.report.drawing.scale_bar import Bar, draw_scale
from convcli.report.drawing.type_sizes import CAPTION, HEADING, LABEL, TITLE
from convcli.report.equivariance.pictures import (
    difference_pixels,
    differences,
    input_pixels,
    reduced,
    response_pixels,
    scaled,
    shown_map,
)
from convcli.report.equivariance.table import move_words, source_words
from convcli.report.printing.numbers import grouped, short

TILE, STACKED, HIGHEST = 280, 872, 360  # widths of a picture: beside the others, or below them; and its height
MARGIN, GAP, NARROWEST, THINNEST = 20, 16, 200, 8
WIDE = 6  # times as wide as high, and pictures are stacked
TITLES = ("g(x), the moved input", "f(g(x)), its response", "Difference from g(f(x))")


def film_frames(found: Study, source: str) -> Iterator[Drawing]:
    """The frames, all of one size, from the picture as it is to the last step.

    Args:
        source: the input's name.
    """
    layout = _Layout.of(found, source)
    return (_frame(found, here, _title(found, here.move, source), layout) for here in along(found))


def _title(found: Study, move: Move, source: str) -> str:
    return f"{shown_map(found)[1]} under {move_words(move)} ({source_words(source)})"


@dataclass(frozen=True)
class _Layout:
    """Where the three pictures stand, the same in all frames.

    Attributes:
        stacked: one below the other, for wide pictures.
        width, height: of a picture at most.
        lines: that the longest title takes.
    """

    stacked: bool
    width: int
    height: int
    lines: int = 1

    @classmethod
    def of(cls, found: Study, source: str) -> _Layout:
        both = found.comparison
        shapes = [
            (int(each.shape[0]), int(each.shape[1]))
            for each in (both.picture, both.moved, both.layer_then_move, both.move_then_layer)
        ]
        stacked = min(width / height for height, width in shapes) >= WIDE
        width = even_width(shapes, STACKED if stacked else TILE, HIGHEST)
        height = max(fitting_size(*shape, HIGHEST, width, enlarge=256)[0] for shape in shapes)
        plain = cls(stacked, width, max(height, THINNEST))
        titles = (_title(found, move, source) for move in steps_to(found.move, *shapes[0]))
        return replace(plain, lines=max(len(wrapped(title, plain.room, TITLE, 2)) for title in titles))

    @property
    def step(self) -> tuple[float, float]:
        """From one picture's corner to the next one's: across and down."""
        if self.stacked:
            return 0, self.height + HEADING * 1.6 + GAP
        return max(self.width, NARROWEST) + GAP, 0

    @property
    def room(self) -> float:
        """The width that all of them take."""
        return max(self.width, NARROWEST) + 2 * self.step[0]


def _frame(found: Study, here: Study, title: str, layout: _Layout) -> Drawing:
    pictures, scale = _pictures(found, here, 2 * layout.width)
    top = MARGIN + layout.lines * TITLE * LINE_HEIGHT + 4 + HEADING * 1.6
    across, down = layout.step
    bar = Bar(min(180, max(layout.width, NARROWEST)), LABEL)
    below = top + 2 * down + layout.height + 10
    canvas = Canvas(2 * MARGIN + layout.room, below + bar.height + 8 + CAPTION * LINE_HEIGHT + MARGIN - 4, title=title)
    canvas.paragraph(MARGIN, MARGIN - 6, title, width=layout.room, size=TITLE, lines=2)
    for index, (picture, words) in enumerate(zip(pictures, TITLES, strict=True)):
        x, y = MARGIN + round(index * across), round(top + index * down)
        canvas.text(x, y - HEADING * 1.6, words, size=HEADING, max_width=max(layout.width, NARROWEST))
        _draw(canvas, x, y, picture, layout)
    draw_scale(canvas, MARGIN + round(across), below, bar, scale)
    _foot(canvas, here, below + bar.height + 8)
    return canvas.finished()


def _pictures(found: Study, here: Study, most: int) -> tuple[tuple[Bytes, Bytes, Bytes], Scale]:
    """The moved input, its response and the difference; and what the response's greys mean."""
    _, moved = input_pixels((here.comparison.picture, here.comparison.moved))
    responses = response_pixels(here, shown_map(found)[0])
    errors = differences(here)
    shown, block = reduced(errors, most)
    # One scale for all frames: that of the move that was asked for.
    largest = max(found.ledger.interior.max_error, found.ledger.border.max_error) or float(shown.max())
    difference = difference_pixels(shown, scaled(here.ledger.band.interior(*errors.shape), block), largest)
    return (moved, responses.second, difference), responses.scale


def _draw(canvas: Canvas, x: float, y: float, picture: Bytes, layout: _Layout) -> None:
    high, wide = fitting_size(picture.shape[0], picture.shape[1], layout.height, layout.width, enlarge=256)
    high, wide = max(THINNEST, high), max(THINNEST, wide)
    canvas.picture(x, y, picture, wide, high)
    canvas.rectangle(x - 1, y - 1, wide + 2, high + 2, outline=palette.LINE)


def _foot(canvas: Canvas, here: Study, y: float) -> None:
    inside, outside = here.ledger.interior, here.ledger.border
    words = "Interior: holds" if here.ledger.holds else f"Interior: differs by up to {short(inside.max_error)}"
    colour = palette.RIGHT if here.ledger.holds else palette.WRONG
    if not inside.pixels:
        words, colour = "No interior is left", palette.MUTED
    wide = canvas.text(MARGIN, y, words, size=CAPTION, colour=colour)
    border = f"Border: {grouped(outside.mismatched)} of {grouped(outside.pixels)} places differ"
    canvas.text(MARGIN + wide + 24, y, border, size=CAPTION, colour=palette.MUTED)
