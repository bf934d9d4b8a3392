"""A layer's matrix as a picture: one colour for each tied weight, white where nothing is connected."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.layer.matrix import SEVERAL, LayerMatrix
from convcli.errors import many
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.palette import INK, LINE, MUTED, PAPER, RGB, mixed, tied_colours
from convcli.report.drawing.type_sizes import CAPTION, TITLE, sentence
from convcli.report.layer.table import TITLES
from convcli.report.printing.numbers import grouped

MARGIN, NARROWEST, TOP = 28, 640, 100
FEWEST = 12  # units between two rules of the picture's rows: nearer ones would hide the entries
MOST_CELLS = 40  # rows and columns that are drawn with their numbers
MOST_COLOURS = 49  # then they come back
SHARED_ENTRY: RGB = mixed(INK, PAPER, 0.75)


def matrix_picture(matrix: LayerMatrix) -> Drawing:
    """The drawing; one unit or more for each entry."""
    rows, columns = matrix.shape
    ties = matrix.tied()
    if max(rows, columns) <= MOST_CELLS:
        return _with_numbers(matrix, ties)
    enlarge = max(1, 720 // max(rows, columns))
    canvas = _canvas(matrix, columns * enlarge, rows * enlarge)
    box = canvas.picture(MARGIN, TOP, _coloured(ties), columns * enlarge, rows * enlarge)
    canvas.rectangle(box.x - 1, box.y - 1, box.width + 2, box.height + 2, outline=LINE)
    if _has_rules(matrix, enlarge):
        _blocks(canvas, matrix, box.x, box.y, enlarge)
    _legend(canvas, matrix, ties, box.bottom + 14, rules=_has_rules(matrix, enlarge))
    return canvas.finished()


def _with_numbers(matrix: LayerMatrix, ties: NDArray[np.int64]) -> Drawing:
    rows, columns = matrix.shape
    cell = max(20, min(40, 960 // max(rows, columns)))
    canvas = _canvas(matrix, columns * cell, rows * cell)
    colours = _palette(int(ties.max(initial=0)))
    fills = {(int(r), int(c)): _rgb(colours[ties[r, c]]) for r, c in np.argwhere(ties)}
    values = [
        [float(value) if tie else None for value, tie in zip(*row, strict=True)]
        for row in zip(matrix.values(), ties, strict=True)
    ]
    grid = draw_grid(canvas, MARGIN, TOP, values, cell=cell, fills=fills)
    _blocks(canvas, matrix, grid.cells.x, grid.cells.y, cell)
    _legend(canvas, matrix, ties, grid.cells.bottom + 14, rules=_has_rules(matrix, cell))
    return canvas.finished()


def _canvas(matrix: LayerMatrix, width: int, height: int) -> Canvas:
    rows, columns = matrix.shape
    inputs = f"Columns: {_shaped(matrix.layer.shape)} = {many(columns, 'input')}"
    canvas = Canvas(max(NARROWEST, width + 2 * MARGIN), height + TOP + 76)
    title = f"{TITLES[matrix.kind]}: {many(matrix.distinct(), 'weight')} in {many(rows * columns, 'entry', 'entries')}"
    canvas.text(MARGIN, MARGIN - 6, sentence(title), size=TITLE, max_width=canvas.width - 2 * MARGIN)
    outputs = f"Rows: {_shaped(matrix.outputs)} = {many(rows, 'output')}"
    canvas.text(MARGIN, 54, outputs, size=CAPTION, colour=MUTED)
    canvas.text(MARGIN, 71, inputs, size=CAPTION, colour=MUTED)
    return canvas


def _shaped(shape: tuple[int, ...]) -> str:
    return " × ".join(map(grouped, shape))


def _steps(matrix: LayerMatrix) -> tuple[int, int]:
    """Rows and columns of the matrix to a row of the picture."""
    return matrix.outputs[1] * matrix.outputs[2], matrix.layer.shape[1] * matrix.layer.shape[2]


def _has_rules(matrix: LayerMatrix, cell: float) -> bool:
    """Whether rules between the picture's rows are drawn: there are some, and not too near."""
    several = any(step < side for step, side in zip(_steps(matrix), matrix.shape, strict=True))
    return several and min(_steps(matrix)) * cell >= FEWEST and cell >= 2


def _blocks(canvas: Canvas, matrix: LayerMatrix, x: float, y: float, cell: float) -> None:
    """Rules between the picture's rows: the blocks that a convolution's matrix is made of."""
    rows, columns = matrix.shape
    per_output_row, per_input_row = _steps(matrix)
    thickness = min(1.5, cell / 8)
    for row in range(per_output_row, rows, per_output_row):
        canvas.line([(x, y + row * cell), (x + columns * cell, y + row * cell)], colour=INK, thickness=thickness)
    for column in range(per_input_row, columns, per_input_row):
        canvas.line([(x + column * cell, y), (x + column * cell, y + rows * cell)], colour=INK, thickness=thickness)


def _legend(canvas: Canvas, matrix: LayerMatrix, ties: NDArray[np.int64], y: float, *, rules: bool) -> None:
    weights = matrix.distinct()
    words = {
        "fc": "Every entry is a weight of its own",
        "sparse": "Every coloured entry is a weight of its own; white: not connected",
        "shared": "Entries of one colour are one weight; white: not connected",
    }[matrix.kind]
    if weights > MOST_COLOURS:
        words += f" (the colours come back after {MOST_COLOURS})"
    if matrix.kind != "fc" and bool((ties == SEVERAL).any()):
        words += f"; dark: several weights added up, where border {matrix.border.label} folds the window back"
    if rules:
        words += ". Dark rules: rows of the picture"
    canvas.paragraph(MARGIN, y, f"{words}.", width=canvas.width - 2 * MARGIN, size=CAPTION, colour=MUTED, lines=4)


def _palette(most: int) -> NDArray[np.uint8]:
    """Colours by tie: 0 paper, 1 ... `most` the weights, and SEVERAL, which is the last."""
    cycle = np.array(tied_colours(MOST_COLOURS), np.uint8)
    colours = np.empty((most + 2, 3), np.uint8)
    colours[0], colours[SEVERAL] = PAPER, SHARED_ENTRY
    colours[1:-1] = cycle[np.arange(most) % MOST_COLOURS]
    return colours


def _coloured(ties: NDArray[np.int64]) -> NDArray[np.uint8]:
    # Fold first: a fully connected matrix has millions of weights, and 49 colours serve them all.
    folded = np.where(ties > 0, (ties - 1) % MOST_COLOURS + 1, ties).astype(np.int8)
    return _palette(MOST_COLOURS)[folded]


def _rgb(colour: Any) -> RGB:
    red, green, blue = (int(part) for part in colour)
    return red, green, blue
