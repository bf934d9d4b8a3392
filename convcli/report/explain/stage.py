"""The stage of a step: which cells are drawn where, in which colours, whether it is a figure or a frame of a film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.core.explain.walk import Step, Walk
from convcli.core.geometry import ONES
from convcli.core.kernel.kernel import Kernel
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.number_grid import LABEL_SIZE
from convcli.report.drawing.reel import Place
from convcli.report.drawing.resizing import signed_picture
from convcli.report.explain.cells import (
    Block,
    Cells,
    draw_cells,
    draw_edge,
    draw_labels,
    frame,
    numbers,
    plain_grounds,
    ring,
    written_rows,
)
from convcli.report.explain.layout import LABEL_GAP, LABELS_HIGH, TITLE, Layout, Part, Scene
from convcli.report.explain.photograph import Photograph
from convcli.report.explain.tones import Tones
from convcli.report.explain.words import weight_words
from convcli.report.printing.numbers import plain

Values = Mapping[tuple[int, int], float]


@dataclass(frozen=True, eq=False)
class Stage:
    """A scene in its colours.

    Attributes:
        shown, layout: which parts are drawn, and where.
        input_tones, output_tones: of numbers that are samples of a photograph; None for a matrix, black on white.
        darkest: the weight of the darkest blue and red, of kernels that belong together; the kernel's own when None.
        sums: what the output is called.
        also_in, also_out: words of inputs and outputs that other frames show: all are set in one size.
    """

    walk: Walk
    photograph: Photograph
    shown: Scene
    layout: Layout
    input_tones: Tones | None
    output_tones: Tones | None
    darkest: float | None = None
    sums: str = "Output"
    also_in: Sequence[str] = ()
    also_out: Sequence[str] = ()

    @property
    def toned(self) -> bool:
        """Whether cells have the tones of a photograph."""
        return self.input_tones is not None

    @cached_property
    def input(self) -> Cells:
        """The part of the input that is shown, without its window."""
        part = self.shown.input
        rows, columns = part.top + np.arange(part.height), part.left + np.arange(part.width)
        values, beyond = self.walk.seen(rows, columns)
        if self.input_tones is None:
            grounds = plain_grounds(beyond.shape)
            grounds[beyond] = palette.FAINT
        else:
            grounds = self.input_tones.of(values)
        at = self._corner(self.layout.input, self.shown.labels[0])
        return self._cells(at, self.layout.cell, values.tolist(), grounds, beyond, self.also_in)

    def kernel(self, kernel: Kernel, at: tuple[float, float]) -> Cells:
        """A kernel in the blue and red of its signs: white is 0."""
        words, size = numbers(
            written_rows(kernel.weights.tolist(), weight_words), self.layout.kernel_cell, ringed=False
        )
        x, y = _corner(at)
        none = np.zeros(kernel.weights.shape, np.bool_)
        grounds = signed_picture(kernel.weights, self.darkest)
        return Cells(x, y, self.layout.kernel_cell, grounds, words, size, none, toned=True)

    def output(self, values: Values) -> Cells:
        """The part of the output that is shown, with as much of it as is known."""
        part = self.shown.output
        places = [[(part.top + r, part.left + c) for c in range(part.width)] for r in range(part.height)]
        rows = [[values.get(at) for at in row] for row in places]
        grounds = plain_grounds((part.height, part.width))
        if self.output_tones is not None:
            tones = self.output_tones.of(np.array([[0.0 if v is None else float(v) for v in row] for row in rows]))
            known = np.array([[v is not None for v in row] for row in rows])
            grounds[known] = tones[known]
        none = np.zeros((part.height, part.width), np.bool_)
        at = self._corner(self.layout.output, self.shown.labels[1])
        return self._cells(at, self.layout.output_cell, rows, grounds, none, self.also_out)

    def _cells(
        self,
        at: tuple[int, int],
        cell: int,
        values: Sequence[Sequence[Any]],
        grounds: Array,
        beyond: NDArray[np.bool_],
        also: Sequence[str],
    ) -> Cells:
        words, size = numbers([*written_rows(values, plain), also], cell, ringed=self.toned)
        return Cells(*at, cell, grounds, words[:-1], size, beyond, self.toned)

    def _corner(self, at: tuple[float, float], label: float) -> tuple[int, int]:
        x, y = _corner(at)
        return (x, y) if self.shown.whole else (x + round(label) + LABEL_GAP, y + round(LABELS_HIGH))

    def window(self, step: Step) -> Block:
        """Where a step's window stands among the cells of the input."""
        part = self.shown.input
        top, left = step.rows[0] - part.top, step.columns[0] - part.left
        return Block(top, left, step.rows[-1] - step.rows[0] + 1, step.columns[-1] - step.columns[0] + 1)

    def draw_window(self, canvas: Canvas, step: Step, *, whole: bool = True) -> Place:
        """Draw the input with the window; of a matrix, where not all is wanted, only what the window covers.

        Returns:
            Where the window stands with its frame.
        """
        cells, window = self.input, self.window(step)
        taps = [(r - self.shown.input.top, c - self.shown.input.left) for r in step.rows for c in step.columns]
        if self.toned:
            draw_cells(canvas, cells)
            self.draw_picture_edge(canvas)
            return self.ring_window(canvas, step)
        grounds = cells.grounds.copy()
        for tap in taps:
            grounds[tap] = palette.WINDOW
        draw_cells(canvas, _with(cells, grounds), None if whole else window)
        self.draw_picture_edge(canvas)
        frame(canvas, cells, window, palette.WINDOW_EDGE)
        return cells.place(window)

    def ring_window(self, canvas: Canvas, step: Step) -> Place:
        """The ring round a window on tones, whose taps are framed where there are cells between them."""
        window = self.window(step)
        for tap in self.taps_apart(step):
            frame(canvas, self.input, tap, palette.WINDOW_RING)
        return ring(canvas, self.input.place(window), palette.WINDOW_RING)

    def taps_apart(self, step: Step) -> list[Block]:
        """The taps of a dilated window, one by one; none of any other, or where cells are too small for frames."""
        if self.walk.problem.dilation == ONES or self.input.cell < 8:
            return []
        part = self.shown.input
        return [Block(r - part.top, c - part.left, 1, 1) for r in step.rows for c in step.columns]

    def draw_picture_edge(self, canvas: Canvas) -> None:
        """The line between the picture and what lies beyond it."""
        part = self.shown.input
        draw_edge(canvas, self.input, (part.top, part.left), (self.walk.plane.shape[0], self.walk.plane.shape[1]))

    def draw_output(self, canvas: Canvas, step: Step, cells: Cells, *, whole: bool = True) -> Place:
        """Draw the output, or of a matrix only the step's cell, with its frame; where that stands."""
        part = self.shown.output
        here = Block(step.at[0] - part.top, step.at[1] - part.left, 1, 1)
        if not self.toned:
            grounds = cells.grounds.copy()
            grounds[here.top, here.left] = palette.OUTPUT
            draw_cells(canvas, _with(cells, grounds), None if whole else here)
            frame(canvas, cells, here, palette.OUTPUT_EDGE)
            return cells.place(here)
        draw_cells(canvas, cells)
        return self.ring_output(canvas, step, cells)

    def ring_output(self, canvas: Canvas, step: Step, cells: Cells) -> Place:
        """The ring round a step's cell of the output on tones."""
        part = self.shown.output
        here = Block(step.at[0] - part.top, step.at[1] - part.left, 1, 1)
        return ring(canvas, cells.place(here), palette.OUTPUT_RING)

    def label(self, canvas: Canvas) -> None:
        """Row and column numbers, where only a part is drawn: every one, or as many as have room."""
        if self.shown.whole:
            return
        _label(canvas, self.input, self.shown.input, self.shown.labels[0])
        self.label_output(canvas)

    def label_output(self, canvas: Canvas) -> None:
        """Those of the output alone."""
        if not self.shown.whole:
            _label(canvas, self.output({}), self.shown.output, self.shown.labels[1])


def _label(canvas: Canvas, cells: Cells, part: Part, wide: float) -> None:
    rows = _some(part.top, part.height, cells.cell, LABEL_SIZE)
    draw_labels(canvas, cells, rows, _some(part.left, part.width, cells.cell, wide))


def _corner(at: tuple[float, float]) -> tuple[int, int]:
    return round(at[0]), round(at[1] + TITLE)


def _with(cells: Cells, grounds: Array) -> Cells:
    return Cells(cells.x, cells.y, cells.cell, grounds, cells.words, cells.size, cells.beyond, cells.toned)


def _some(first: int, count: int, cell: int, room: float) -> list[str]:
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if n * cell > room + 6)
    return [str(n).replace("-", "−") if n % every == 0 else "" for n in range(first, first + count)]
