"""The window's walk, frame by frame: left to right, top to bottom."""

from __future__ import annotations

from collections.abc import Iterator

from convcli.core.explain.walk import Walk
from convcli.errors import OptionError
from convcli.report.drawing.canvas import wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.explain.figure import draw_step, figure_sum
from convcli.report.explain.layout import MARGIN, Layout, Scene, arrange, scene

WIDTH, HEIGHT = 640, 800
SMALLEST_CELL = 15  # pixels: two digits are still legible
MOST_FRAMES = 400
LETTERING = 14.0


def walk_frames(walk: Walk, output: str) -> Iterator[Drawing]:
    """One drawing for each output value, all of one size, at most 640 wide.

    Args:
        output: the file's name, for the message.

    Yields:
        Drawings of one size; the outputs up to each step are filled in.

    Raises:
        OptionError: (at once) more cells than are legible, or more frames than anyone would watch.
    """
    shown = scene(walk)
    layout = arrange(shown, WIDTH, HEIGHT)
    if layout.cell < SMALLEST_CELL or walk.shape[0] * walk.shape[1] > MOST_FRAMES:
        raise OptionError("-o", output, _too_large(walk, layout))
    return _frames(walk, shown, layout)


def _frames(walk: Walk, shown: Scene, layout: Layout) -> Iterator[Drawing]:
    steps = list(walk.steps())
    longest = max((figure_sum(walk, step) for step in steps), key=len)
    lines = len(wrapped(longest, max(layout.width, WIDTH) - 2 * MARGIN, LETTERING))
    outputs = [step.value for step in steps]
    for count, step in enumerate(steps, start=1):
        values = {done.at: done.value for done in steps[:count]}
        yield draw_step(
            walk,
            step,
            shown,
            layout,
            values,
            least_width=WIDTH,
            lettering=LETTERING,
            lines=lines,
            also_fits=outputs,
        )


def _too_large(walk: Walk, layout: Layout) -> str:
    height, width = walk.framed_shape
    padding = " with its padding" if any(walk.problem.padding) else ""
    limit = f"cells of at least {SMALLEST_CELL} pixels in a frame of {WIDTH}x{HEIGHT}, and at most {MOST_FRAMES} frames"
    return (
        f"an input of {height}x{width}{padding} and {walk.shape[0]}x{walk.shape[1]} outputs is too large to read "
        f"({limit}); animate a part of it with --crop TOP,LEFT,HEIGHT,WIDTH"
    )


def frame_times(walk: Walk) -> list[int]:
    """Milliseconds of every frame: slow enough to follow, 25 seconds or so for many, a pause at the end."""
    count = walk.shape[0] * walk.shape[1]
    each = max(120, min(1000, 25_000 // count))
    return [each] * (count - 1) + [max(2000, each)]
