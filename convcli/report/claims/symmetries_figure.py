"""A kernel's orbit: its eight turns and mirrors, their maps of a picture, and those of the picture turned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convcli.core.arrays import Bytes, Floats
from convcli.core.claims.finding import Finding
from convcli.core.claims.symmetries import TURNS
from convcli.core.quantities import short
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.drawing.type_sizes import CAPTION, HEADING, LABEL, TITLE

MARGIN, ACROSS, FIRST, MAP = 24, 112, 136, 98  # from one map's left edge to the next, of the first, and a map's side
KERNELS, MAPS, TURNED = 92, 240, 394  # the tops of the three rows
QUARTER = 1  # of TURNS: the picture is turned by 90°


def turn_and_zoom(finding: Finding) -> Drawing:
    """Three rows: the kernels of the orbit, their maps, and the maps of the picture turned by a quarter."""
    plane, orbit, maps, turned = finding.seen
    width = FIRST + len(orbit) * ACROSS + MARGIN - (ACROSS - MAP)
    notes = _notes(finding)
    room = width - 2 * MARGIN
    high = sum(len(wrapped(note, room, CAPTION)) for note in notes) * CAPTION * LINE_HEIGHT + 6 * len(notes)
    canvas = Canvas(width, TURNED + MAP + 44 + high + MARGIN)
    canvas.text(MARGIN, MARGIN - 6, "Turning the picture permutes the maps of an orbit, and turns them", size=TITLE)
    _draw_kernels(canvas, orbit)
    _draw_row(canvas, MAPS, "The picture", plane, maps, [f"Map {f + 1}" for f in range(len(maps))])
    order = finding.values["permutations"][QUARTER]
    _draw_row(
        canvas, TURNED, "Turned by 90°", np.rot90(plane), turned, [f"Map {source + 1}, turned" for source in order]
    )
    y = TURNED + MAP + 36.0
    for note in notes:
        y = canvas.paragraph(MARGIN, y, note, width=room, size=CAPTION, colour=palette.MUTED) + 6
    return canvas.finished()


def _notes(finding: Finding) -> tuple[str, ...]:
    values = finding.values
    return (
        f"The maps of the turned picture differ from the maps, permuted and turned, by {short(values['orbit'])} of the "
        f"response; those of one kernel alone from its own map, turned, by {short(values['one_kernel'])}.",
        f"A zoom by two: one kernel is off by {short(values['zoom'])}, a kernel for each scale by "
        f"{short(values['pyramid'])}. Red is positive, blue negative, white 0.",
    )


def _draw_kernels(canvas: Canvas, orbit: Sequence[Floats]) -> None:
    canvas.text(MARGIN, KERNELS + MAP / 2, "The orbit", size=HEADING, vertical="middle", max_width=FIRST - MARGIN - 8)
    largest = max(float(np.abs(kernel).max()) for kernel in orbit)
    for f, (kernel, turn) in enumerate(zip(orbit, TURNS, strict=True)):
        words = f"{turn.quarters * 90}°, mirrored" if turn.mirrored else f"{turn.quarters * 90}°"
        canvas.text(_left(f), KERNELS - CAPTION * 1.6, words, size=CAPTION, max_width=ACROSS - 4)
        _draw(canvas, _left(f), KERNELS, signed_picture(kernel, largest))


def _draw_row(
    canvas: Canvas, y: float, title: str, picture: Floats, maps: Sequence[Floats], captions: Sequence[str]
) -> None:
    """A picture and its maps, all maps on one scale."""
    canvas.text(MARGIN, y - CAPTION * 1.6, title, size=CAPTION, max_width=FIRST - MARGIN - 8)
    _draw(canvas, MARGIN, y, _grey(picture))
    largest = max(float(np.abs(each).max()) for each in maps)
    for f, (each, caption) in enumerate(zip(maps, captions, strict=True)):
        _draw(canvas, _left(f), y, signed_picture(each, largest))
        canvas.text(_left(f), y + MAP + 6, caption, size=LABEL, colour=palette.MUTED, max_width=ACROSS - 4)


def _draw(canvas: Canvas, x: float, y: float, pixels: Bytes) -> None:
    high, wide = fitting_size(pixels.shape[0], pixels.shape[1], MAP, MAP)
    canvas.picture(x, y, pixels, wide, high)
    canvas.rectangle(x - 1, y - 1, wide + 2, high + 2, outline=palette.LINE)


def _left(index: int) -> float:
    return FIRST + index * ACROSS


def _grey(plane: Floats) -> Bytes:
    low, high = float(plane.min()), float(plane.max())
    return np.rint(255 * (plane - low) / ((high - low) or 1.0)).astype(np.uint8)
