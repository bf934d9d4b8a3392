"""What one weight meets, drawn: the kernel with the weight marked, the picture with the inputs that it touches."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array, Bytes
from convcli.core.explain.walk import Walk
from convcli.core.explain.weight_reach import WeightReach
from convcli.report.drawing import palette
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.panel import Outline, Tile, panel
from convcli.report.drawing.resizing import signed_picture
from convcli.report.explain.cells import written_rows
from convcli.report.explain.tones import input_tones
from convcli.report.explain.weight_lines import FULLY_CONNECTED, outputs_words, touched_words, untouched_words
from convcli.report.explain.words import weight_words
from convcli.report.printing.numbers import grouped

CORNER = 24  # rows and columns of the corner that is enlarged: a rim of one pixel is seen in it
TOUCHED, UNTOUCHED = palette.CATEGORIES[4], palette.CATEGORIES[5]  # blue, vermilion
SHARE = 0.45  # of the colour in a shaded pixel


def weight_figure(walk: Walk, reach: WeightReach) -> Drawing:
    """Kernel, picture and, of a picture larger than a corner, the corner in which inputs stay untouched, enlarged."""
    shaded = _shaded(walk, reach.times)
    height, width = shaded.shape[:2]
    tiles = [_kernel(walk, reach)]
    if max(height, width) > CORNER:
        top, left = _corner(reach)
        rows, columns = min(CORNER, height), min(CORNER, width)
        frame = Outline(top, left, rows, columns, palette.WINDOW_RING)
        part = shaded[top : top + rows, left : left + columns]
        place = f"Rows {top} to {top + rows - 1}, columns {left} to {left + columns - 1}"
        tiles += [_input(reach, shaded, [frame]), Tile(part, "The framed corner", place)]
    else:
        tiles += [_input(reach, shaded, [])]
    row, column = reach.weight
    title = f"Weight [{row}, {column}] touches {grouped(reach.touched)} of {grouped(reach.inputs)} inputs"
    footer = f"{_sentence(outputs_words(walk, reach))}. {FULLY_CONNECTED}."
    return panel(tiles, columns=len(tiles), width=1100, title=title, footer=footer)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _input(reach: WeightReach, shaded: Bytes, frames: list[Outline]) -> Tile:
    untouched = untouched_words(reach)
    words = _sentence(touched_words(reach)) + (f"; not touched: {untouched}" if untouched else "")
    return Tile(shaded, "Input: touched is blue, untouched red", words, frames)


def _kernel(walk: Walk, reach: WeightReach) -> Tile:
    """The kernel as it was given, in the blue and red of its signs; of weights per channel the first."""
    weights = walk.given.weights if walk.given.channels is None else walk.given.weights[0]
    row, column = reach.weight
    words = "As it was given"
    if walk.convolves:
        words += f"; flipped, the weight stands at [{reach.stands_at[0]}, {reach.stands_at[1]}]"
    frame = Outline(row, column, 1, 1, palette.WINDOW_RING)
    numbers = written_rows(weights.tolist(), weight_words)
    return Tile(signed_picture(weights), "Kernel", words, [frame], numbers=numbers)


def _shaded(walk: Walk, times: Array) -> Bytes:
    """The plane, or of channels their mean, in the colours of what is touched and of what is not."""
    plane = walk.plane if walk.plane.ndim == 2 else walk.plane.mean(axis=2)
    levels = input_tones(plane).levels(plane)[..., np.newaxis]
    colours = np.where((times > 0)[..., np.newaxis], _over(levels, TOUCHED), _over(levels, UNTOUCHED))
    return colours.astype(np.uint8)


def _over(levels: Bytes, colour: RGB) -> Array:
    mixed: Array = np.rint((1 - SHARE) * levels + SHARE * np.array(colour))
    return mixed


def _corner(reach: WeightReach) -> tuple[int, int]:
    """Row and column where the corner begins: at the far end where inputs are untouched there, and not at the near."""
    starts = []
    for along in (reach.rows, reach.columns):
        first, last = along.span or (0, along.met.size - 1)
        far = last < along.met.size - 1 and first == 0
        starts.append(max(0, along.met.size - CORNER) if far else 0)
    return starts[0], starts[1]
