"""Who is joined to whom: the chapter's picture of a layer, fully connected, sparse and shared.

One row of the input is drawn below one row of units.  Tied weights have one
colour; the receptive field of one unit is shaded.  What does not fit is left
out, and the caption says how much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convcli.core.geometry import extent
from convcli.core.layer.cost import Layer
from convcli.errors import many
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.palette import (
    FAINT,
    INK,
    LINE,
    MUTED,
    OUTPUT,
    OUTPUT_EDGE,
    PAPER,
    RGB,
    WINDOW,
    WINDOW_EDGE,
    mixed,
    tied_colours,
)
from convcli.report.drawing.type_sizes import CAPTION, HEADING, TITLE, sentence
from convcli.report.layer.table import TITLES
from convcli.report.printing.numbers import grouped

MOST_CIRCLES = 15
MOST_IN_A_WINDOW = 40  # a wide window is drawn whole, with smaller circles, up to so many
MOST_GHOSTS = 5
MOST_COLOURS = 12
MARGIN, NARROWEST, WIDEST, PANEL = 44, 640, 1000, 252
# As thin lines on paper the pale colours need some ink.
LINE_COLOURS = [mixed(colour, INK, 0.7 if sum(colour) > 500 else 1.0) for colour in tied_colours(MOST_COLOURS)]


@dataclass(frozen=True)
class Row:
    """What is drawn of a layer along its columns.

    Attributes:
        inputs: positions drawn; those below 0 or from `total` on are padding.
        units: (number, position of its middle) of the units drawn.
        total, total_units: how many inputs and units the row has.
        windows: for each unit drawn, (tap, position) for the part of its window that is drawn.
        placed: whether the geometry says where the windows lie.
        span: positions from the leftmost circle to the rightmost, the same for every way.
        cut: whether a window is wider than what is drawn.
    """

    inputs: range
    units: list[tuple[int, float]]
    total: int
    total_units: int
    windows: list[list[tuple[int, int]]]
    placed: bool
    span: tuple[float, float]
    cut: bool = False


def layer_diagram(layer: Layer, kinds: Sequence[str]) -> Drawing:
    """The diagrams, one below the other."""
    rows = [visible_row(layer, kind) for kind in kinds]
    step = min(72.0, (WIDEST - 2 * MARGIN - 60) / max(1.0, rows[0].span[1] - rows[0].span[0]))
    width = max(NARROWEST, int((rows[0].span[1] - rows[0].span[0]) * step) + 2 * MARGIN + 60)
    canvas = Canvas(width, 64 + PANEL * len(kinds))
    canvas.text(MARGIN, 22, f"{many(layer.inputs, 'input')}, {many(layer.units, 'unit')}", size=TITLE)
    canvas.text(MARGIN, 50, _what_is_drawn(layer), size=CAPTION, colour=MUTED, max_width=width - 2 * MARGIN)
    for index, (kind, row) in enumerate(zip(kinds, rows, strict=True)):
        _panel(canvas, 64 + index * PANEL, layer, kind, row, step)
    return canvas.finished()


def _what_is_drawn(layer: Layer) -> str:
    row = f"one row of {grouped(layer.shape[0])}" if layer.shape[0] > 1 else "the row"
    parts = [f"Drawn: {row} of inputs (below) and units (above)"]
    parts += [f"channel 1 of {grouped(layer.shape[2])}"] if layer.shape[2] > 1 else []
    parts += [f"filter 1 of {grouped(layer.filters)}"] if layer.filters > 1 else []
    return ", ".join(parts)


def visible_row(layer: Layer, kind: str) -> Row:
    """The part of a layer's row that is drawn."""
    n, wide = layer.shape[1], extent(layer.kernel[1], layer.dilation[1]) if layer.kernel else 0
    drawn = min(n, max(MOST_CIRCLES, wide + 4 if wide + 4 <= MOST_IN_A_WINDOW else 0))
    if layer.kernel is None or layer.grid is None:
        return _unplaced(layer, kind, n, drawn)
    left, right = (min(side, MOST_GHOSTS) for side in (layer.padding.left, layer.padding.right))
    inputs = range(-left, drawn + (right if drawn == n else 0))
    units = _units(layer, wide, inputs, everything=drawn == n and max(layer.padding) <= MOST_GHOSTS)
    windows = [_visible_taps(layer, o, inputs) for o, _ in units]
    span, cut = _span(inputs, units), wide > len(inputs)
    if kind == "fc":
        inputs, windows = range(drawn), [list(enumerate(range(drawn))) for _ in units]
    return Row(inputs, units, n, layer.grid[1], windows, True, span, cut)


def _units(layer: Layer, wide: int, inputs: range, *, everything: bool) -> list[tuple[int, float]]:
    """The units above what is drawn: each above the middle of its window, or else above its beginning."""
    total, stride, left = (layer.grid or (0, 0))[1], layer.stride[1], layer.padding.left
    for offset in ((wide - 1) / 2 - left, -left):
        first = 0 if everything else max(0, math.ceil((inputs[0] - offset) / stride))
        middles = [(o, o * stride + offset) for o in range(first, min(total, first + MOST_CIRCLES))]
        seen = [(o, x) for o, x in middles if everything or x <= inputs[-1]]
        if seen:
            return seen
    return [(0, float(inputs[0]))]


def _visible_taps(layer: Layer, unit: int, inputs: range) -> list[tuple[int, int]]:
    """(tap, position) of a unit's window where the position is drawn."""
    start, dilation, k = unit * layer.stride[1] - layer.padding.left, layer.dilation[1], (layer.kernel or (0, 0))[1]
    first = max(0, -((start - inputs[0]) // dilation))
    last = min(k - 1, (inputs[-1] - start) // dilation)
    return [(tap, start + tap * dilation) for tap in range(first, last + 1)]


def _unplaced(layer: Layer, kind: str, n: int, drawn: int) -> Row:
    """Units that are only counted: spread evenly, which the caption says."""
    count = min(layer.units, MOST_CIRCLES)
    k = min(layer.kernel[1], drawn) if layer.kernel else drawn
    starts = [round(o * (drawn - k) / max(1, count - 1)) for o in range(count)]
    middles = [(o + 0.5) * drawn / count - 0.5 for o in range(count)]
    windows = [list(enumerate(range(drawn) if kind == "fc" else range(start, start + k))) for start in starts]
    units = list(enumerate(middles))
    cut = layer.kernel is not None and layer.kernel[1] > drawn
    return Row(range(drawn), units, n, layer.units, windows, kind == "fc", _span(range(drawn), units), cut)


def _span(inputs: range, units: list[tuple[int, float]]) -> tuple[float, float]:
    ends = [inputs[0], inputs[-1], *(x for _, x in units)]
    return min(ends), max(ends)


def _panel(canvas: Canvas, top: float, layer: Layer, kind: str, row: Row, step: float) -> None:
    cost = layer.cost(kind)
    canvas.text(MARGIN, top + 22, sentence(f"{TITLES[kind]}: {many(cost.weights, 'weight')}"), size=HEADING)
    _Drawing(canvas, row, kind, step, top + 66, top + 176).draw()
    width = canvas.width - 2 * MARGIN
    canvas.paragraph(MARGIN, top + 202, _caption(row, kind), width=width, size=CAPTION, colour=MUTED, lines=3)


def _caption(row: Row, kind: str) -> str:
    shown = sum(0 <= p < row.total for p in row.inputs)
    words = {
        "fc": "Every line is a weight of its own",
        "sparse": "Every line is a weight of its own; shaded: what the green unit sees",
        "shared": "Lines of one colour are one weight; shaded: what the green unit sees",
    }[kind]
    if kind == "shared" and max(map(len, row.windows)) > MOST_COLOURS:
        words += f" (colours come back after {MOST_COLOURS})"
    if kind != "fc" and (row.inputs[0] < 0 or row.inputs[-1] >= row.total):
        words += "; grey circles: padding"
    if kind != "fc" and row.cut:
        words += "; the windows are wider than what is drawn"
    if not row.placed:
        words += "; only the number of units is given, so their windows are drawn evenly spread"
    left_out = []
    if shown < row.total:
        left_out.append(f"{grouped(row.total - shown)} of {grouped(row.total)} inputs")
    if len(row.units) < row.total_units:
        left_out.append(f"{grouped(row.total_units - len(row.units))} of {grouped(row.total_units)} units")
    return f"{words}. Left out of this row: {' and '.join(left_out)}." if left_out else f"{words}."


class _Drawing:
    """One panel's circles and lines."""

    def __init__(self, canvas: Canvas, row: Row, kind: str, step: float, above: float, below: float) -> None:
        self.canvas, self.row, self.kind, self.step, self.above, self.below = canvas, row, kind, step, above, below
        self.radius = max(6.0, min(12.0, step * 0.3))
        self.chosen = len(row.units) // 2

    def x(self, position: float) -> float:
        return MARGIN + 16 + (position - self.row.span[0]) * self.step

    def draw(self) -> None:
        order = sorted(range(len(self.row.units)), key=lambda index: index == self.chosen)
        for index in order:  # the chosen unit's lines come last, above the others
            self._lines(index)
        seen = {position for _, position in self.row.windows[self.chosen]}
        for position in self.row.inputs:
            self._input(position, position in seen)
        for index, (_, middle) in enumerate(self.row.units):
            here = index == self.chosen
            fill, edge = (OUTPUT, OUTPUT_EDGE) if here else (PAPER, INK)
            self._circle(middle, self.above, fill, edge, 2 if here else 1.25)
        self._more()

    def _lines(self, index: int) -> None:
        chosen = index == self.chosen
        for tap, position in self.row.windows[index]:
            start, end = (self.x(self.row.units[index][1]), self.above), (self.x(position), self.below)
            self.canvas.line([start, end], colour=self._colour(tap, chosen), thickness=self._thickness(chosen))

    def _colour(self, tap: int, chosen: bool) -> RGB:
        if self.kind == "shared":
            return LINE_COLOURS[tap % MOST_COLOURS]
        return WINDOW_EDGE if chosen else LINE

    def _thickness(self, chosen: bool) -> float:
        return (3.0 if chosen else 1.75) if self.kind == "shared" else (2.25 if chosen else 1.0)

    def _input(self, position: int, seen: bool) -> None:
        if 0 <= position < self.row.total:
            self._circle(
                position, self.below, WINDOW if seen else PAPER, WINDOW_EDGE if seen else INK, 2 if seen else 1.25
            )
        else:
            self._circle(position, self.below, FAINT, LINE, 1)

    def _circle(self, position: float, y: float, fill: RGB, edge: RGB, thickness: float) -> None:
        self.canvas.circle(self.x(position), y, self.radius, fill=fill, outline=edge, thickness=thickness)

    def _more(self) -> None:
        """Dots where the row goes on."""
        edge = self.x(self.row.span[1]) + self.radius
        ends: list[tuple[Any, float]] = [
            (self.row.inputs[-1] < self.row.total - 1, self.below),
            (len(self.row.units) < self.row.total_units, self.above),
        ]
        for goes_on, y in ends:
            for dot in range(3) if goes_on else ():
                self.canvas.circle(edge + 10 + 8 * dot, y, 2, fill=MUTED)
