"""The pictures above the matrices of a step: the photograph with the window boxed, and the output as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convcli.core.arrays import Array
from convcli.core.display.scale import Scale
from convcli.core.explain.walk import Step, Walk
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas, fitted
from convcli.report.drawing.number_grid import LABEL_SIZE, TITLE_SIZE
from convcli.report.drawing.reel import Place
from convcli.report.drawing.scale_bar import Bar, draw_scale
from convcli.report.explain.between import draw_sign
from convcli.report.explain.boxed_picture import TITLE, Region, Tile, draw_tile, lead, tile
from convcli.report.explain.cells import Cells, ring
from convcli.report.explain.layout import MARGIN, Scene
from convcli.report.explain.photograph import Photograph
from convcli.report.explain.tones import input_tones, output_tones
from convcli.report.language.chosen import Name

UNNAMED = "kernel"  # what a kernel of numbers is called
SMALL = 0.85 * TITLE_SIZE
TALLEST, WIDEST = 260, 340  # units of a picture above the matrices
BETWEEN = 172  # at least, for the arrow and the scales
ARROW, SCALED = 74, 46  # height of the arrow with its words, and of a scale with its words
BAR = Bar(132, 10.0)
BELOW, APART = 24, 18  # units below the pictures, and from them to the arrow
ALONE = 170  # units, at most, of a photograph above all cells of a part of it
SMALL_PART = 48  # units of a part of the photograph in which windows are not told apart


@dataclass(frozen=True, eq=False)
class Above:
    """What stands above the matrices; nothing where they show the whole photograph themselves.

    Attributes:
        walk, seen: the walk, and what it is over.
        photograph: with `part`, the rows and columns that are the input, where it is not all.
        output: the whole output; None where it is not shown.
        arrow: where the arrow from one to the other begins and ends, across.
    """

    walk: Walk
    seen: Photograph
    photograph: Tile | None = None
    part: Region | None = None
    output: Tile | None = None
    arrow: tuple[float, float] = (0.0, 0.0)

    @property
    def width(self) -> float:
        """That they need, with margins."""
        if self.photograph is None:
            return 0.0
        return 2 * MARGIN + self.photograph.width + (BETWEEN + self.output.width if self.output else 0)

    @property
    def height(self) -> float:
        """That they take above the matrices."""
        tiles = [shown for shown in (self.photograph, self.output) if shown is not None]
        between = round(TITLE) + ARROW + SCALED * len(self.scales) if self.output else 0
        return max(between, *(shown.height for shown in tiles)) + BELOW if tiles else 0.0

    @property
    def scales(self) -> list[tuple[str, Scale]]:
        """What the tones of the output mean, and those of the input where they are not all that 8 bits hold."""
        tiles = [("input", self.photograph), ("output", self.output)]
        return [(name, shown.scale) for name, shown in tiles if shown is not None and shown.scale is not None]

    def draw(self, canvas: Canvas) -> None:
        """What is the same at every step: the pictures, and the arrow from one to the other."""
        if self.photograph is None:
            return
        end = canvas.width - MARGIN if self.output is None else self.output.place.left - MARGIN
        draw_tile(canvas, self.photograph, end - self.photograph.place.left)
        if self.output is not None:
            draw_tile(canvas, self.output, self.output.width)
            self._draw_between(canvas, self.photograph, self.output)

    def draw_places(self, canvas: Canvas, step: Step, inputs: Cells, outputs: Cells) -> None:
        """Where a step is on each of them, and the lines that lead to the cells below."""
        if self.photograph is not None and self.part is None:
            lead(canvas, self.photograph.box(self._window(step)), inputs.place(inputs.all()), palette.WINDOW_RING)
        if self.output is not None:
            here = self.output.box(Region(*step.at, 1, 1))
            lead(canvas, here, outputs.place(outputs.all()), palette.OUTPUT_RING)
        self.lead_to_part(canvas, inputs)
        self.ring_places(canvas, step)

    def lead_to_part(self, canvas: Canvas, inputs: Cells) -> None:
        """A ring round the part of the photograph that is the input, and the lines that lead to its cells."""
        if self.photograph is not None and self.part is not None:
            box = self.photograph.box(self.part)
            lead(canvas, box, inputs.place(inputs.all()), palette.WINDOW_RING)
            ring(canvas, box, palette.WINDOW_RING if _is_small(box) else palette.PAPER)

    def ring_places(self, canvas: Canvas, step: Step) -> list[Place]:
        """The rings round the window on the photograph and round the output's sample; where they reach.

        In a part that takes little room on the photograph no window is told from the part itself.
        """
        rings = []
        if self.photograph is not None and not (self.part is not None and _is_small(self.photograph.box(self.part))):
            rings.append(ring(canvas, self.photograph.box(self._window(step)), palette.WINDOW_RING))
        if self.output is not None:
            rings.append(ring(canvas, self.output.box(Region(*step.at, 1, 1)), palette.OUTPUT_RING))
        return rings

    def _window(self, step: Step) -> Region:
        """Rows and columns of the photograph under a step's window; the nearest where it lies beyond them all."""
        shape, corner = self.walk.plane.shape[:2], self.seen.corner
        ends = []
        for positions, length, start in zip((step.rows, step.columns), shape, corner, strict=True):
            first, last = (min(max(at, 0), length - 1) for at in (positions[0], positions[-1]))
            ends.append((start + first, last - first + 1))
        (top, height), (left, width) = ends
        return Region(top, left, height, width)

    def _draw_between(self, canvas: Canvas, start: Tile, end: Tile) -> None:
        """From the input to the output, by the kernel; below, what their tones mean."""
        lowest = max(start.place.bottom, end.place.bottom)
        free = lowest - start.place.top - ARROW - SCALED * len(self.scales)
        y = start.place.top + 40 + max(0, free // 2)
        left, right = self.arrow
        draw_sign(canvas, "with", (left + right) / 2, y - 22, convolves=self.walk.convolves)
        canvas.arrow((left, y), (right, y), colour=palette.INK, thickness=1.5)
        name = "" if self.walk.given.name == UNNAMED else f"{self.walk.given.name}, "
        words = fitted(Name(f"{name}{self.walk.kernel.height}×{self.walk.kernel.width}"), right - left, SMALL)
        canvas.text((left + right) / 2, y + 12, words, size=SMALL, colour=palette.MUTED, align="centre")
        top = max(y + 34, lowest - SCALED * len(self.scales) + 6)
        for name, scale in self.scales:
            canvas.text(right - BAR.width, top, f"tones of the {name}", size=LABEL_SIZE, colour=palette.MUTED)
            draw_scale(canvas, right - BAR.width, top + 15, BAR, scale)
            top += SCALED


def above(walk: Walk, seen: Photograph, shown: Scene, output: Array | None) -> Above:
    """What stands above the matrices.

    Args:
        output: all of it, or None where it is not shown.
    """
    cropped = seen.pixels.shape[:2] != walk.plane.shape[:2]
    if shown.whole and not cropped:
        return Above(walk, seen)
    scale = input_tones(walk.plane).scale
    said = None if scale == Scale(0, 255) or shown.whole else scale
    tallest = ALONE if shown.whole else TALLEST
    photograph = tile(MARGIN, MARGIN, (tallest, WIDEST), seen.pixels, "Input", scale=said)
    photograph = replace(photograph, muted=_about(seen, walk, cropped=cropped))
    part = Region(*seen.corner, *walk.plane.shape[:2]) if cropped else None
    if shown.whole or output is None:
        return Above(walk, seen, photograph, part)
    tones = output_tones(walk, np.asarray(output))
    beside = photograph.place.right + BETWEEN
    made = tile(beside, MARGIN, (TALLEST, WIDEST), tones.levels(output), "Output", shape=walk.shape, scale=tones.scale)
    return Above(walk, seen, photograph, part, made)


def _about(seen: Photograph, walk: Walk, *, cropped: bool) -> str:
    """Its size, and what of it the walk is over."""
    (top, left), (height, width) = seen.corner, walk.plane.shape[:2]
    words = [f"{seen.pixels.shape[0]}×{seen.pixels.shape[1]}", *([f"{seen.colour} channel"] if seen.colour else [])]
    if cropped:
        words.append(f"rows {top}–{top + height - 1}, columns {left}–{left + width - 1}")
    return ", ".join(words)


def spread(pictures: Above, width: float, inputs: Place | None = None, outputs: Place | None = None) -> Above:
    """The same over a drawing of that width: the output at its right end, narrow pictures above their cells.

    Args:
        inputs, outputs: where the cells stand, which no arrow crosses on its way.
    """
    photograph, output = pictures.photograph, pictures.output
    if photograph is None:
        return pictures
    if inputs is not None and 2 * photograph.width < inputs.right - inputs.left:
        photograph = photograph.moved((inputs.left + inputs.right - photograph.width) // 2 - photograph.place.left)
    if output is None:
        return replace(pictures, photograph=photograph)
    left = round(width - MARGIN - output.width)
    if outputs is not None and 2 * output.width < outputs.right - outputs.left:
        left = max((outputs.left + outputs.right - output.width) // 2, photograph.place.right + BETWEEN)
    output = output.moved(left - output.place.left)
    arrow = photograph.place.right + APART, left - APART
    if inputs is not None and outputs is not None:
        free = max(arrow[0], inputs.right + APART), min(arrow[1], outputs.left - APART)
        arrow = free if free[1] - free[0] >= BAR.width else arrow
    return replace(pictures, photograph=photograph, output=output, arrow=arrow)


def _is_small(box: Place) -> bool:
    return min(box.right - box.left, box.bottom - box.top) < SMALL_PART
