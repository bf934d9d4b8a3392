"""A matrix drawn as a textbook's figure draws it: cells with numbers, the window shaded."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, SupportsFloat, SupportsIndex

from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas, text_width
from convcli.report.drawing.palette import RGB
from convcli.report.printing.numbers import plain

Cell = tuple[int, int]
TITLE_SIZE, LABEL_SIZE = 15.0, 11.0
COMFORTABLE, SMALLEST = 9.5, 7.0  # sizes that read well, and that can be read at all


@dataclass(frozen=True)
class DrawnGrid:
    """Where a grid was drawn.

    Attributes:
        box: all of it, its title, labels and caption included.
        cells: the cells alone.
        cell: side of one cell in pixels.
    """

    box: Box
    cells: Box
    cell: float

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """The middle of a cell as (x, y)."""
        return self.cells.x + (column + 0.5) * self.cell, self.cells.y + (row + 0.5) * self.cell


def block(top: int, left: int, height: int, width: int, steps: tuple[int, int] = (1, 1)) -> frozenset[Cell]:
    """The cells of a rectangle, or those that are so many rows and columns apart (a dilated window).

    >>> sorted(block(0, 1, 2, 2, (3, 2)))
    [(0, 1), (0, 3), (3, 1), (3, 3)]
    """
    return frozenset((top + steps[0] * r, left + steps[1] * c) for r in range(height) for c in range(width))


def draw_grid(
    canvas: Canvas,
    x: float,
    y: float,
    values: Sequence[Sequence[Any]] | Any,
    *,
    cell: float = 36,
    title: str | None = None,
    caption: str | None = None,
    shaded: Collection[Cell] = (),
    shade: RGB = palette.WINDOW,
    shade_edge: RGB = palette.WINDOW_EDGE,
    highlight: Collection[Cell] = (),
    faded: Collection[Cell] = (),
    fills: Mapping[Cell, RGB] | None = None,
    fill: RGB = palette.PAPER,
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    decimals: int | None = None,
    also_fits: Sequence[Any] = (),
) -> DrawnGrid:
    """Draw a matrix of numbers, words or blanks (None) with its top left corner at (x, y).

    Args:
        values: (rows, columns): an array or nested sequences; all numbers are set in one size.
        cell: side of a cell in pixels; cells too small for any number are drawn without.
        title: a line above; caption: a line below.
        shaded: cells (row, column) under the window, in `shade`, framed together by `shade_edge`.
        highlight: cells in the colour of the output, framed one by one.
        faded: cells that padding made: grey ground, dashed, grey number.
        fills: the colours of single cells; `fill` is that of all others.
        row_labels, column_labels: small words left of the rows and above the columns.
        decimals: digits behind the point for every number; the shortest form when None.
        also_fits: numbers that are not drawn but set the size too, so that it is the same in every frame.
    """
    rows = [list(row) for row in values]
    height, width = len(rows), max((len(row) for row in rows), default=0)
    margin = max((text_width(label, LABEL_SIZE) + 6 for label in row_labels), default=0.0)
    top = _draw_heading(canvas, x, y, title) + (LABEL_SIZE * 1.5 if column_labels else 0.0)
    grid = DrawnGrid(Box(0, 0, 0, 0), Box(round(x + margin), round(top), width * cell, height * cell), cell)
    grounds = _grounds(height, width, fill, fills or {}, set(faded), dict.fromkeys(shaded, shade), highlight)
    _draw_cells(canvas, grid, grounds, set(faded))
    words = [[written(v, decimals) for v in row] for row in [*rows, also_fits]]
    _draw_numbers(canvas, grid, words, grounds, set(faded))
    _draw_frames(canvas, grid, shaded, shade_edge, highlight)
    _draw_labels(canvas, grid, row_labels, column_labels)
    bottom = grid.cells.bottom
    if caption:
        canvas.text(grid.cells.x, bottom + 6, caption, size=12, colour=palette.MUTED)
        bottom += 6 + 12 * 1.3
    return DrawnGrid(Box(x, y, grid.cells.right - x, bottom - y), grid.cells, cell)


def written(value: Any, decimals: int | None = None) -> str:
    """A cell's words: a number with a real minus sign, words as they are, nothing for None."""
    if value is None or isinstance(value, str):
        return value or ""
    if not isinstance(value, SupportsFloat | SupportsIndex):
        return str(value)
    text = plain(value) if decimals is None else f"{float(value):.{decimals}f}"
    return text.replace("-", "−")


def lettering_size(words: Collection[str], cell: float) -> float:
    """The largest size in which every word fits its cell; 0 when the smallest legible one does not."""
    room, size = cell - max(4.0, 0.16 * cell), min(0.46 * cell, 26.0)
    widest = max((text_width(word, 20.0) / 20.0 for word in words), default=0.0)
    size = min(size, room / widest) if widest else size
    return size if size >= SMALLEST else 0.0


def _draw_heading(canvas: Canvas, x: float, y: float, title: str | None) -> float:
    if title:
        canvas.text(x, y, title, size=TITLE_SIZE)
        y += TITLE_SIZE * 1.6
    return y


def _grounds(
    height: int,
    width: int,
    fill: RGB,
    fills: Mapping[Cell, RGB],
    faded: set[Cell],
    shaded: Mapping[Cell, RGB],
    highlight: Collection[Cell],
) -> dict[Cell, RGB]:
    grounds = {(r, c): fill for r in range(height) for c in range(width)}
    layers = [fills, dict.fromkeys(faded, palette.FAINT), shaded, dict.fromkeys(highlight, palette.OUTPUT)]
    for layer in layers:
        grounds.update({at: colour for at, colour in layer.items() if at in grounds})
    return grounds


def _draw_cells(canvas: Canvas, grid: DrawnGrid, grounds: Mapping[Cell, RGB], faded: set[Cell]) -> None:
    # Solid rules last, and one pixel wider than the cell, so that neighbours share one line.
    for dashed in (True, False):
        for at, ground in grounds.items():
            if (at in faded) == dashed:
                _draw_cell(canvas, grid, at, ground, dashed=dashed)


def _draw_cell(canvas: Canvas, grid: DrawnGrid, at: Cell, ground: RGB, *, dashed: bool) -> None:
    left, top, right, bottom = _edges(grid, at)
    outline = palette.LINE if grid.cell >= 6 else None
    extra = 1 if outline else 0
    canvas.rectangle(left, top, right - left + extra, bottom - top + extra, fill=ground, outline=outline, dashed=dashed)


def _edges(grid: DrawnGrid, at: Cell) -> tuple[int, int, int, int]:
    x, y, side = grid.cells.x, grid.cells.y, grid.cell
    return (
        round(x + at[1] * side),
        round(y + at[0] * side),
        round(x + (at[1] + 1) * side),
        round(y + (at[0] + 1) * side),
    )


def _draw_numbers(
    canvas: Canvas, grid: DrawnGrid, words: list[list[str]], grounds: Mapping[Cell, RGB], faded: set[Cell]
) -> None:
    words, size = fitting_words(words, grid.cell)
    if not size:
        return
    for r, row in enumerate(words[:-1]):  # the last ones are not drawn
        for c, word in enumerate(row):
            colour = palette.MUTED if (r, c) in faded else palette.readable_on(grounds[r, c])
            x, y = grid.centre(r, c)
            canvas.text(x + 0.5, y + 0.5, word, size=size, colour=colour, align="centre", vertical="middle")


def fitting_words(
    words: Sequence[Sequence[str]], cell: float, comfortable: float = COMFORTABLE
) -> tuple[list[list[str]], float]:
    """A grid's words so shortened that all fit their cells, and the size of their lettering; 0 where none does.

    Fewer digits rather than tiny ones, to one place for all: the exact numbers are in the text beside the figure.
    Fractions become decimals, and what would round to 0 is written with an exponent.  Digits beyond the third are
    left out for a lettering of a `comfortable` size.

    >>> fitting_words([["0.159155", "2e-8", "1/9"]], 34)[0]
    [['0.159', '2e-8', '1/9']]
    """
    shown, size = [list(row) for row in words], lettering_size(_flat(words), cell)
    numbers = [abs(n) for n in map(_number, _flat(words)) if n is not None and math.isfinite(n)]
    largest = max(numbers, default=0.0)
    for digits in (5, 4, 3, 2, 1):
        if size >= (min(comfortable, 0.34 * cell) if digits >= 3 else SMALLEST):
            break
        shown = [[_shortened(word, digits, largest) for word in row] for row in words]
        size = lettering_size(_flat(shown), cell)
    return shown, size


def _flat(words: Sequence[Sequence[str]]) -> set[str]:
    return {word for row in words for word in row}


def _number(word: str) -> float | None:
    above, stroke, below = word.replace("−", "-").partition("/")
    try:
        return float(above) / float(below) if stroke else float(above)
    except (ValueError, ZeroDivisionError):
        return None


def _shortened(word: str, digits: int, largest: float) -> str:
    """The word to the place that gives the largest of its grid so many digits, if that is shorter."""
    value = _number(word)
    if value is None or not math.isfinite(value):
        return word
    decimals = digits - 1 - math.floor(math.log10(largest)) if largest else 0
    if digits >= 3:  # digits before the point are all kept, as long as they can be read
        decimals = max(0, decimals)
    short = f"{value:.{decimals}f}" if 0 <= decimals <= digits + 1 else ""
    if value and short and float(short) == 0:
        short = _briefest(value, (0,))
    short = (short or _briefest(value, (digits - 1, digits))).replace("-", "−")
    return short if len(short) < len(word) else word


def _briefest(value: float, digits: Sequence[int]) -> str:
    """The shortest of a number's forms with an exponent, of so many digits behind the point, or in all."""
    forms = [f"{value:.{digits[0]}e}", *(f"{value:.{count}g}" for count in digits[1:])]
    return min((re.sub(r"e([+-])0*", r"e\1", form).replace("e+", "e") for form in forms), key=len)


def _draw_frames(
    canvas: Canvas, grid: DrawnGrid, shaded: Collection[Cell], edge: RGB, highlight: Collection[Cell]
) -> None:
    if shaded:
        rows, columns = [r for r, _ in shaded], [c for _, c in shaded]
        _frame(canvas, grid, (min(rows), min(columns)), (max(rows), max(columns)), edge)
    for at in highlight:
        _frame(canvas, grid, at, at, palette.OUTPUT_EDGE)


def _frame(canvas: Canvas, grid: DrawnGrid, first: Cell, last: Cell, colour: RGB) -> None:
    thickness = 2 if grid.cell >= 14 else 1
    left, top, _, _ = _edges(grid, first)
    _, _, right, bottom = _edges(grid, last)
    canvas.rectangle(left, top, right - left + 1, bottom - top + 1, outline=colour, thickness=thickness)


def _draw_labels(canvas: Canvas, grid: DrawnGrid, row_labels: Sequence[str], column_labels: Sequence[str]) -> None:
    for r, label in enumerate(row_labels):
        x, y = grid.cells.x - 6, grid.centre(r, 0)[1]
        canvas.text(x, y, label, size=LABEL_SIZE, colour=palette.MUTED, align="right", vertical="middle")
    for c, label in enumerate(column_labels):
        x, y = grid.centre(0, c)[0], grid.cells.y - 4
        canvas.text(x, y, label, size=LABEL_SIZE, colour=palette.MUTED, align="centre", vertical="baseline")
