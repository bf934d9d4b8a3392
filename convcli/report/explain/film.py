"""The window's walk, frame by frame: left to right, top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from convcli.core.arrays import Bytes
from convcli.core.explain.walk import Step, Walk
from convcli.errors import OptionError
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing, Rectangle
from convcli.report.drawing.reel import Change, Part, Place, Reel
from convcli.report.explain.cells import RING_WIDTH, Block, Cells, draw_cells, plain_grounds, written_rows
from convcli.report.explain.figure import LEAST_WIDTH, TONED_CELL, draw_matrices, figure_sum, rule_line, tones_of
from convcli.report.explain.layout import LARGEST_CELL, MARGIN, TITLE, Layout, Scene, arrange, scene
from convcli.report.explain.photograph import Photograph
from convcli.report.explain.pictures_above import Above, above, spread
from convcli.report.explain.stage import Stage
from convcli.report.explain.tones import Tones
from convcli.report.printing.numbers import plain

WIDTH, HEIGHT = 960, 760  # a frame has at most, its words excluded
SMALLEST_CELL = 15  # units: two digits are still legible
MOST_FRAMES = 400
LETTERING = 14.0
RULES = 0.85 * LETTERING


def walk_reel(walk: Walk, output: str, photograph: Photograph | None = None) -> Reel:
    """A frame for each output value, all of one size; the outputs up to each step are filled in.

    All cells of the input where they are legible, else those around the window, below the whole picture.

    Args:
        output: the file's name, for the message.

    Raises:
        OptionError: (at once) more frames than anyone would watch.
    """
    height, width = walk.shape
    if height * width > MOST_FRAMES:
        rule = f"its {height} × {width} outputs are a frame each, and at most {MOST_FRAMES} frames are drawn"
        raise OptionError("-o", output, f"{rule}; take a part with --crop TOP,LEFT,HEIGHT,WIDTH, or larger --stride")
    seen, steps = photograph or Photograph.alone(walk), list(walk.steps())
    outputs = np.array([float(step.value) for step in steps]).reshape(walk.shape)
    for shown in (scene(walk), scene(walk, (0, 0))):
        pictures = above(walk, seen, shown, None if shown.whole else outputs)
        largest = TONED_CELL if pictures.photograph else LARGEST_CELL
        layout = arrange(shown, WIDTH, HEIGHT - pictures.height, largest)
        if layout.cell >= SMALLEST_CELL:
            break
    film = _film(walk, seen, shown, layout.lower(pictures.height), pictures, steps)
    return Reel(film.ground(), len(steps), film.change)


def frame_times(walk: Walk) -> list[int]:
    """Milliseconds of every frame: slow enough to follow, 25 seconds or so for many, a pause at the end."""
    count = walk.shape[0] * walk.shape[1]
    each = max(120, min(1000, 25_000 // count))
    return [each] * (count - 1) + [max(2000, each)]


def _film(walk: Walk, seen: Photograph, shown: Scene, layout: Layout, pictures: Above, steps: Sequence[Step]) -> Film:
    if pictures.output is not None:  # nothing of it is known yet
        pictures = replace(pictures, output=replace(pictures.output, pixels=plain_grounds(walk.shape, palette.FAINT)))
    outputs = {step.at: step.value for step in steps}
    tones = tones_of(walk, seen, shown, outputs, None)
    width = max(layout.width, pictures.width, LEAST_WIDTH)
    stage = Stage(walk, seen, shown, layout, *tones)
    pictures = spread(pictures, width, *(cells.place(cells.all()) for cells in (stage.input, stage.output({}))))
    return Film(walk, seen, shown, layout, pictures, tones, steps, width)


@dataclass(frozen=True, eq=False)
class Film:
    """Everything that the frames of a walk are drawn from."""

    walk: Walk
    seen: Photograph
    shown: Scene
    layout: Layout
    pictures: Above
    tones: tuple[Tones | None, Tones | None]
    steps: Sequence[Step]
    width: float

    @cached_property
    def stage(self) -> Stage:
        """The stage of the first step, and of all where everything is shown."""
        return self._stage_of(self.shown)

    def _stage_of(self, shown: Scene) -> Stage:
        inputs, outputs = self._also
        return Stage(self.walk, self.seen, shown, self.layout, *self.tones, also_in=inputs, also_out=outputs)

    @cached_property
    def _also(self) -> tuple[list[str], list[str]]:
        """Inputs and outputs that some frame shows, in words, so that all are set in one size."""
        plane, fill = self.walk.plane, self.walk.problem.border.fill
        ends = [plane.min().item(), plane.max().item(), *([fill] if fill else [])]
        (inputs, outputs) = written_rows([ends, [step.value for step in self.steps]], plain)
        return inputs, sorted(set(outputs))

    @cached_property
    def _complete(self) -> Cells:
        return self.stage.output({step.at: step.value for step in self.steps})

    @cached_property
    def _lines(self) -> tuple[int, int]:
        """Lines reserved for the sum and for the rules: as many as any step needs."""
        inner = self.width - 2 * MARGIN
        sums = max(self._sums, key=len)
        rules = max(("; ".join(rule_line(self.stage, step)) for step in self.steps), key=len)
        return len(wrapped(sums, inner, LETTERING)), len(wrapped(rules, inner, RULES))

    @cached_property
    def _sums(self) -> list[str]:
        return [figure_sum(self.walk, step) for step in self.steps]

    @property
    def _height(self) -> float:
        lines = self._lines[0] * LETTERING + self._lines[1] * RULES
        return self.layout.height + lines * LINE_HEIGHT + MARGIN

    def _canvas(self) -> Canvas:
        return Canvas(self.width, self._height, title=self._sums[0])

    def ground(self) -> Drawing:
        """What is the same for all frames."""
        canvas = self._canvas()
        self.pictures.draw(canvas)
        self.pictures.lead_to_part(canvas, self.stage.input)
        draw_matrices(canvas, self.stage, self.pictures)
        if self.shown.whole:
            draw_cells(canvas, self.stage.input)
            self.stage.draw_picture_edge(canvas)
            draw_cells(canvas, self._known(-1))
        return canvas.finished()

    def change(self, number: int) -> Change:
        """What is new on a frame: the output's value, which stays, and all that marks where the window is."""
        step = self.steps[number]
        lasting, passing = (self._among_all if self.shown.whole else self._around)(number, step)
        boxes = self._boxes(step)
        return Change(tuple(lasting), (*passing, *boxes, self._words(number, step)))

    def _among_all(self, number: int, step: Step) -> tuple[list[Part], list[Part]]:
        """Where all cells are shown: the output's cell, and the window and that cell marked."""
        known, block = self._known(number), Block(*step.at, 1, 1)
        cell, window, here = self._canvas(), self._canvas(), self._canvas()
        draw_cells(cell, known, block)
        lasting = [_part(cell, known.place(block))]
        if self.stage.toned:
            taps = [side for tap in self.stage.taps_apart(step) for side in self.stage.input.place(tap).sides(2)]
            rings = self.stage.ring_window(window, step), self.stage.ring_output(here, step, known)
            return lasting, [*_parts(window, taps), *_ring(window, rings[0]), *_ring(here, rings[1])]
        places = (
            self.stage.draw_window(window, step, whole=False),
            self.stage.draw_output(here, step, known, whole=False),
        )
        return lasting, [_part(window, places[0]), _part(here, places[1])]

    def _known(self, number: int) -> Cells:
        """The output as far as that step."""
        width, cells = self.walk.shape[1], self._complete
        grounds = cells.grounds.copy()
        grounds.reshape(-1, 3)[number + 1 :] = palette.PAPER
        words = [
            [word if row * width + column <= number else "" for column, word in enumerate(line)]
            for row, line in enumerate(cells.words)
        ]
        return replace(cells, grounds=grounds, words=words)

    def _around(self, number: int, step: Step) -> tuple[list[Part], list[Part]]:
        """Of a large input: the cells around the window, those of the output, and its sample on the whole output."""
        stage = self._stage_of(scene(self.walk, step.at))
        cells, canvas = stage.output({done.at: done.value for done in self.steps[: number + 1]}), self._canvas()
        stage.label(canvas)
        stage.draw_window(canvas, step)
        stage.draw_output(canvas, step, cells)
        marks = canvas.finished().marks
        passing = [
            Part(_with_labels(shown, at), marks)
            for shown, at in zip((stage.input, cells), (self.layout.input, self.layout.output), strict=True)
        ]
        assert self.pictures.output is not None
        place = self.pictures.output.sample(*step.at)
        red, green, blue = (int(level) for level in self._output_tones[step.at])
        return [Part(place, (Rectangle(*place[:4], (red, green, blue), None, 1),))], passing

    def _boxes(self, step: Step) -> list[Part]:
        """Where a step is on the pictures above the cells."""
        canvas = self._canvas()
        return [part for place in self.pictures.ring_places(canvas, step) for part in _ring(canvas, place)]

    @cached_property
    def _output_tones(self) -> Bytes:
        tones = self.tones[1]
        assert tones is not None
        return tones.of(np.array([float(step.value) for step in self.steps]).reshape(self.walk.shape))

    def _words(self, number: int, step: Step) -> Part:
        canvas, inner = self._canvas(), self.width - 2 * MARGIN
        words, rules = self._sums[number], "; ".join(rule_line(self.stage, step))
        canvas.paragraph(MARGIN, self.layout.height, words, width=inner, size=LETTERING)
        y = self.layout.height + self._lines[0] * LETTERING * LINE_HEIGHT + 4
        canvas.paragraph(MARGIN, y, rules, width=inner, size=RULES, colour=palette.MUTED)
        return _part(canvas, Place(0, int(self.layout.height), canvas.width, canvas.height))


def _part(canvas: Canvas, place: Place) -> Part:
    return Part(place, canvas.finished().marks)


def _parts(canvas: Canvas, places: Sequence[Place]) -> list[Part]:
    return [_part(canvas, place) for place in places]


def _ring(canvas: Canvas, place: Place) -> list[Part]:
    """The four sides of a ring, inside which nothing is drawn."""
    return _parts(canvas, place.sides(RING_WIDTH))


def _with_labels(cells: Cells, at: tuple[float, float]) -> Place:
    """Where cells stand with the numbers of their rows and columns, and a ring at their edge."""
    _, _, right, bottom = cells.place(cells.all())
    return Place(int(at[0]) - 4, int(at[1] + TITLE), right + 5, bottom + 5)
