"""Where input, kernel and output stand in a figure of `explain`: the arrangement with the largest cells wins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from convcli.core.explain.walk import Walk
from convcli.core.geometry import Pair
from convcli.report.drawing.canvas import text_width
from convcli.report.drawing.number_grid import LABEL_SIZE, TITLE_SIZE

MARGIN, SIGN = 20, 40  # around everything; between two matrices, for the sign that joins them
TITLE = TITLE_SIZE * 1.6
LARGEST_CELL = 60
LABEL_GAP, LABELS_HIGH = 8, LABEL_SIZE * 1.5  # beside the numbers of rows, and for those of columns
AROUND = 2  # rows and columns that are drawn on each side of a window
ENLARGED = 44  # side of the cells of a kernel or an output beside the many of a window
MOST_SHOWN = 16  # rows or columns of an input that is drawn whole; else the window's neighbourhood is


class Part(NamedTuple):
    """Rows and columns of a matrix that are drawn: from `top`, `left` on, in the matrix's own positions."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True)
class Scene:
    """What is drawn.

    Attributes:
        input: of the input with its padding, positions counted from the input's own corner.
        output: of the output.
        kernel: rows and columns.
        flips: the kernel is drawn twice, as given and flipped.
        whole: nothing was left out; else rows and columns are numbered.
        labels: widths of the widest row numbers of input and output; the same for every step.
    """

    input: Part
    output: Part
    kernel: tuple[int, int]
    flips: bool
    whole: bool
    labels: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Layout:
    """Corners of the drawings' boxes (title included), the side of a cell, and the size of it all.

    Attributes:
        cell: of the input; `kernel_cell`, `output_cell`: the others are larger where only a part of the input is drawn.
        signs: what joins the drawings: a word or sign, and the middle of its place.
    """

    cell: int
    kernel_cell: int
    output_cell: int
    width: float
    height: float
    input: tuple[float, float]
    given: tuple[float, float] | None
    kernel: tuple[float, float]
    output: tuple[float, float]
    signs: tuple[tuple[str, float, float], ...]

    def lower(self, by: float) -> Layout:
        """The same so much lower, for what stands above it."""
        input, kernel, output = ((x, y + by) for x, y in (self.input, self.kernel, self.output))
        given = None if self.given is None else (self.given[0], self.given[1] + by)
        signs = tuple((sign, x, y + by) for sign, x, y in self.signs)
        height = self.height + by
        return replace(self, height=height, input=input, given=given, kernel=kernel, output=output, signs=signs)


def scene(walk: Walk, at: tuple[int, int] | None = None) -> Scene:
    """All of a small walk; of a larger one what is around one output."""
    top, _, left, _ = walk.problem.padding
    height, width = walk.framed_shape
    whole = Part(-top, -left, height, width)
    if at is None or max(height, width) <= MOST_SHOWN + max(walk.kernel.height, walk.kernel.width):
        shown = Part(0, 0, *walk.shape)
        return Scene(whole, shown, (walk.kernel.height, walk.kernel.width), walk.convolves, True)
    step = walk.step(*at)
    rows = _around(step.rows[0], step.rows[-1], whole.top, whole.top + height - 1)
    columns = _around(step.columns[0], step.columns[-1], whole.left, whole.left + width - 1)
    down, across = (_around(here, here, 0, length - 1) for here, length in zip(at, walk.shape, strict=True))
    labels = _widest(whole.top, whole.top + height - 1), _widest(0, walk.shape[0] - 1)
    kernel = walk.kernel.height, walk.kernel.width
    return Scene(_part(rows, columns), _part(down, across), kernel, walk.convolves, False, labels)


def _part(rows: Pair, columns: Pair) -> Part:
    """Of the first and the last row and column."""
    return Part(rows[0], columns[0], rows[1] - rows[0] + 1, columns[1] - columns[0] + 1)


def _widest(*numbers: int) -> float:
    return max(text_width(str(n).replace("-", "−"), LABEL_SIZE) for n in numbers)


def _around(first: int, last: int, least: int, most: int) -> tuple[int, int]:
    """AROUND positions more on each side, as far as there are any; at an end as many more on the other side."""
    count = min(last - first + 2 * AROUND, most - least)
    start = min(max(first - AROUND, least), most - count)
    return start, start + count


def arrange(shown: Scene, width: float, height: float, largest: int = LARGEST_CELL) -> Layout:
    """The arrangement whose cells are largest inside a frame; side by side where that is nearly as large."""
    best: Layout | None = None
    for form in (_in_a_row, _beside_a_column, _below):
        cell = next((c for c in range(largest, 1, -1) if _fits(form(shown, c), width, height)), 1)
        layout = form(shown, cell)
        if best is None or layout.cell > 1.15 * best.cell:
            best = layout
    assert best is not None
    return best


def _sizes(shown: Scene, cell: int) -> tuple[int, int, int]:
    """Sides of the cells of input, kernel, output: the same for all where all of them is drawn."""
    if shown.whole:
        return cell, cell, cell
    across = cell * min(shown.input.height, shown.input.width)
    kernel, output = (int(0.75 * across / max(sides)) for sides in (shown.kernel, shown.output[2:]))
    return cell, max(cell, min(kernel, ENLARGED)), max(cell, min(output, ENLARGED))


def _fits(layout: Layout, width: float, height: float) -> bool:
    return layout.width <= width and layout.height <= height


def _size(part: tuple[int, int], cell: int, *, labels: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """Width and height of a drawn matrix of (rows, columns), with its title and its labels' (width, height)."""
    return max(part[1] * cell + labels[0], 56), part[0] * cell + TITLE + labels[1]


def _labels(shown: Scene, width: float) -> tuple[float, float]:
    return (0.0, 0.0) if shown.whole else (round(width) + LABEL_GAP, LABELS_HIGH)


def _boxes(shown: Scene, cell: int) -> Iterator[tuple[float, float]]:
    """Sizes of input, kernel, output."""
    input_cell, kernel_cell, output_cell = _sizes(shown, cell)
    yield _size((shown.input.height, shown.input.width), input_cell, labels=_labels(shown, shown.labels[0]))
    yield _size(shown.kernel, kernel_cell)
    yield _size((shown.output.height, shown.output.width), output_cell, labels=_labels(shown, shown.labels[1]))


def _in_a_row(shown: Scene, cell: int) -> Layout:
    """input ⋆ kernel = output; a kernel that is flipped stands before its flip."""
    given, kernel, output = _boxes(shown, cell)
    tall = max(given[1], kernel[1], output[1])
    x, middle = float(MARGIN), MARGIN + TITLE + (tall - TITLE) / 2
    at = [(x, _centred(given[1], tall))]
    x += given[0]
    signs = [("by" if shown.flips else "with", x + SIGN / 2, middle)]
    x += SIGN
    if shown.flips:
        at.append((x, _centred(kernel[1], tall)))
        signs.append(("flip", x + kernel[0] + SIGN / 2, middle))
        x += kernel[0] + SIGN
    at.append((x, _centred(kernel[1], tall)))
    signs.append(("equals", x + kernel[0] + SIGN / 2, middle))
    x += kernel[0] + SIGN
    at.append((x, _centred(output[1], tall)))
    return _layout(shown, cell, at, x + output[0] + MARGIN, tall + 2 * MARGIN, signs)


def _centred(height: float, tall: float) -> float:
    return MARGIN + (tall - height) / 2


def _beside_a_column(shown: Scene, cell: int) -> Layout:
    """The input, and right of it the kernel above the output."""
    given, kernel, output = _boxes(shown, cell)
    kernels = 2 * kernel[0] + SIGN if shown.flips else kernel[0]
    x, y = MARGIN + given[0] + SIGN, float(MARGIN)
    at = [(float(MARGIN), y), (x, y)]
    signs = [("with", x - SIGN / 2, y + TITLE + (kernel[1] - TITLE) / 2)]
    if shown.flips:
        at.append((x + kernel[0] + SIGN, y))
        signs.append(("flip", x + kernel[0] + SIGN / 2, y + TITLE + (kernel[1] - TITLE) / 2))
    below = y + kernel[1] + MARGIN
    at.append((x, below))
    signs.append(("equals", x - SIGN / 2, below + TITLE + (output[1] - TITLE) / 2))
    height = max(given[1], kernel[1] + MARGIN + output[1])
    return _layout(shown, cell, at, x + max(kernels, output[0]) + MARGIN, height + 2 * MARGIN, signs)


def _below(shown: Scene, cell: int) -> Layout:
    """The input with the kernel right of it, and the output below the input, behind its equals sign."""
    given, kernel, output = _boxes(shown, cell)
    x, y = MARGIN + given[0] + SIGN, float(MARGIN)
    at = [(float(MARGIN), y), (x, y)]
    signs = [("with", x - SIGN / 2, y + TITLE + (kernel[1] - TITLE) / 2)]
    kernels = kernel[1]
    if shown.flips:
        at.append((x, y + kernel[1] + SIGN))
        signs.append(("flip down", x + kernel[0] / 2, y + kernel[1] + SIGN / 2))
        kernels = 2 * kernel[1] + SIGN
    below = y + max(given[1], kernels if shown.flips and output[0] + SIGN > given[0] else given[1]) + MARGIN
    at.append((MARGIN + SIGN, below))
    signs.append(("equals", MARGIN + SIGN / 2 - 6, below + TITLE + (output[1] - TITLE) / 2))
    height = max(below + output[1], y + kernels)
    width = max(x + kernel[0], MARGIN + SIGN + output[0]) + MARGIN
    return _layout(shown, cell, at, width, height + MARGIN, signs)


def _layout(
    shown: Scene,
    cell: int,
    at: list[tuple[float, float]],
    width: float,
    height: float,
    signs: list[tuple[str, float, float]],
) -> Layout:
    given = at[1] if shown.flips else None
    return Layout(*_sizes(shown, cell), width, height, at[0], given, at[-2], at[-1], tuple(signs))
