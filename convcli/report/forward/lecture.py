"""One sheet for a lecture: the picture, every layer's maps beneath it, and the verdict.

A row is a layer: what it is, the piece of the picture that its strongest unit sees, and its maps with that unit
ringed.  The box on the picture is the piece of the layer that is named beneath it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.forward.observing import LayerSeen
from convcli.core.forward.verdict import Verdict
from convcli.core.network.spec import shape_text
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas, text_width
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.resizing import fitting_size
from convcli.report.drawing.scale_bar import Bar, draw_scale
from convcli.report.drawing.type_sizes import CAPTION, HEADING, TITLE, sentence
from convcli.report.forward.map_tiles import Tiles
from convcli.report.forward.table import bar_shares, figure, sees_words, share, unit_words

MARGIN, GAP = 24, 8
NAMES = 236  # width of what is said of a layer
TILE = 76
LABEL = 13  # height of a map's number
ROW = TILE + LABEL + 18
PICTURE = 250  # the longest side of the input
HEAD = 52
BARS, BAR_HEIGHT = 380, 22


class Line(NamedTuple):
    """One layer of the sheet."""

    seen: LayerSeen
    tiles: Tiles


def lecture_sheet(
    title: str,
    picture: NDArray[Any] | None,
    lines: Sequence[Line],
    verdict: Verdict | None,
    *,
    colours: str = "gray",
    notes: Sequence[str] = (),
) -> Drawing:
    """The sheet.

    Args:
        picture: the network's input, uint8 (H, W) or (H, W, 3); None where it is no picture.
        colours: of the maps, by name.
        notes: lines at its foot.
    """
    most = max((len(line.tiles.numbers) for line in lines), default=0)
    width = max(2 * MARGIN + NAMES + (TILE + GAP) * (max(most, 5) + 1), 2 * MARGIN + PICTURE + 60 + BARS + 120)
    top = HEAD + _head_height(picture, verdict)
    foot = 20 * len(notes) + (12 if notes else 0)
    canvas = Canvas(width, top + ROW * len(lines) + MARGIN + foot, title=title)
    canvas.text(MARGIN, 16, title, size=TITLE, max_width=width - 2 * MARGIN)
    _draw_input(canvas, picture, lines)
    if verdict is not None:
        _draw_verdict(canvas, verdict, MARGIN + (PICTURE + 60 if picture is not None else 0), HEAD + 4)
    for index, line in enumerate(lines):
        _draw_line(canvas, top + index * ROW, line, picture, colours)
    for index, note in enumerate(notes):
        y = top + ROW * len(lines) + 12 + 20 * index
        canvas.text(MARGIN, y, sentence(note), size=CAPTION, colour=palette.MUTED, max_width=width - 2 * MARGIN)
    return canvas.finished()


def _head_height(picture: NDArray[Any] | None, verdict: Verdict | None) -> int:
    high = 0 if picture is None else _input_size(picture)[0] + 44
    said = 0 if verdict is None else 30 + BAR_HEIGHT * len(verdict.top) + 20
    return max(high, said) + 14 if max(high, said) else 0


def _input_size(picture: NDArray[Any]) -> tuple[int, int]:
    return fitting_size(picture.shape[0], picture.shape[1], PICTURE, PICTURE)


def _whole(picture: NDArray[Any]) -> tuple[int, ...]:
    return picture.shape[:2]


def featured(lines: Sequence[Line], whole: tuple[int, ...]) -> LayerSeen | None:
    """The last layer of maps whose strongest unit sees a part of the picture alone; where none does, the last."""
    maps = [line.seen for line in lines if line.tiles.pictures and line.seen.strongest is not None]
    parts = [seen for seen in maps if sees_words(seen.strongest, whole) not in ("everything", "padding alone")]
    return (parts or maps or [None])[-1]  # type: ignore[list-item]


def _draw_input(canvas: Canvas, picture: NDArray[Any] | None, lines: Sequence[Line]) -> None:
    if picture is None:
        return
    high, wide = _input_size(picture)
    box = canvas.picture(MARGIN, HEAD, picture, wide, high)
    canvas.rectangle(box.x - 1, box.y - 1, wide + 2, high + 2, outline=palette.LINE)
    channels = picture.shape[2] if picture.ndim == 3 else 1
    words = f"Input {shape_text((*picture.shape[:2], channels))}"
    seen = featured(lines, _whole(picture))
    piece = None if seen is None else _piece(seen, picture)
    if seen is not None and piece is not None:
        _draw_box(canvas, box, piece, picture)
        words += f"; the box is what the strongest unit of {seen.row.name} sees"
    canvas.paragraph(MARGIN, HEAD + high + 6, words, width=PICTURE + 40, size=CAPTION, colour=palette.MUTED, lines=2)


def _piece(seen: LayerSeen, picture: NDArray[Any]) -> tuple[int, int, int, int] | None:
    """First and past-last row, first and past-last column that the strongest unit sees."""
    unit = seen.strongest
    if unit is None or unit.rows is None or unit.columns is None:
        return None
    if unit.rows[1] >= picture.shape[0] or unit.columns[1] >= picture.shape[1]:
        return None
    return unit.rows[0], unit.rows[1] + 1, unit.columns[0], unit.columns[1] + 1


def _draw_box(canvas: Canvas, box: Box, piece: tuple[int, int, int, int], picture: NDArray[Any]) -> None:
    down, across = box.height / picture.shape[0], box.width / picture.shape[1]
    top, bottom, left, right = piece
    x, y = box.x + left * across, box.y + top * down
    wide, high = max(3.0, (right - left) * across), max(3.0, (bottom - top) * down)
    canvas.rectangle(x - 2, y - 2, wide + 4, high + 4, outline=palette.PAPER, thickness=1)
    canvas.rectangle(x - 1, y - 1, wide + 2, high + 2, outline=palette.WRONG, thickness=2)


def _draw_verdict(canvas: Canvas, verdict: Verdict, x: float, y: float) -> None:
    names = min(180.0, max((text_width(guess.label, CAPTION) for guess in verdict.top), default=0) + 12)
    canvas.text(x, y, f"Top {len(verdict.top)} of {verdict.classes} classes", size=CAPTION, colour=palette.MUTED)
    y += 26
    for guess, part in zip(verdict.top, bar_shares(verdict), strict=True):
        canvas.text(x, y, guess.label, size=CAPTION, max_width=names - 8)
        canvas.rectangle(x + names, y + 1, BARS - names, 14, fill=palette.FAINT)
        canvas.rectangle(x + names, y + 1, max(1.0, part * (BARS - names)), 14, fill=palette.ACCENT)
        value = figure(guess.value) if guess.probability is None else f"{100 * guess.probability:.1f} %"
        canvas.text(x + BARS + 8, y, value, size=CAPTION)
        y += BAR_HEIGHT
    canvas.paragraph(x, y + 4, sentence(verdict.meaning), width=BARS + 90, size=CAPTION, colour=palette.MUTED, lines=2)


def _draw_line(canvas: Canvas, y: float, line: Line, picture: NDArray[Any] | None, colours: str) -> None:
    seen, tiles = line
    canvas.line([(MARGIN, y - 8), (canvas.width - MARGIN, y - 8)], colour=palette.FAINT)
    canvas.text(MARGIN, y, seen.row.name, size=HEADING, max_width=NAMES - 16)
    said = [
        f"{seen.row.kind}, {shape_text(seen.row.output)}",
        f"{figure(seen.low)} to {figure(seen.high)}, {share(seen.zeros)} zeros",
    ]
    if len(tiles.pictures) < tiles.total and tiles.pictures:
        said.append(f"the {len(tiles.pictures)} strongest of {tiles.total} maps")
    for index, words in enumerate(said):
        canvas.text(MARGIN, y + 22 + 16 * index, words, size=CAPTION, colour=palette.MUTED, max_width=NAMES - 16)
    if tiles.scales:
        draw_scale(canvas, MARGIN, y + 25 + 16 * len(said), Bar(NAMES - 60, 9.0), tiles.scales[0], colours)
    x = MARGIN + NAMES
    if picture is not None:
        _draw_piece(canvas, x, y, seen, picture)
        x += TILE + GAP + 8
    if tiles.row is not None:
        _draw_numbers(canvas, x, y, tiles.row)
    for number, pixels in zip(tiles.numbers, tiles.pictures, strict=True):
        _draw_map(canvas, x, y, number, pixels, seen)
        x += TILE + GAP


def _draw_piece(canvas: Canvas, x: float, y: float, seen: LayerSeen, picture: NDArray[Any]) -> None:
    piece = _piece(seen, picture)
    if piece is None:
        return
    top, bottom, left, right = piece
    cut = picture[top:bottom, left:right]
    high, wide = fitting_size(cut.shape[0], cut.shape[1], TILE, TILE)
    canvas.picture(x, y, cut, wide, high)
    canvas.rectangle(x - 2, y - 2, wide + 4, high + 4, outline=palette.WRONG, thickness=2)
    words = "sees it all" if sees_words(seen.strongest, _whole(picture)) == "everything" else _place(seen)
    canvas.text(x, y + TILE + 3, words, size=9, colour=palette.MUTED, max_width=TILE + GAP)


def _place(seen: LayerSeen) -> str:
    """Map and place of the strongest unit, as briefly as a tile is wide: 34 at 75,70."""
    return unit_words(seen).removeprefix("map ")


def _draw_map(canvas: Canvas, x: float, y: float, number: int, pixels: NDArray[Any], seen: LayerSeen) -> None:
    high, wide = fitting_size(pixels.shape[0], pixels.shape[1], TILE, TILE)
    high, wide = max(3, high), max(3, wide)
    canvas.picture(x, y, pixels, wide, high)
    unit = seen.strongest
    strongest = unit is not None and unit.channel == number
    canvas.rectangle(x - 1, y - 1, wide + 2, high + 2, outline=palette.WRONG if strongest else palette.LINE)
    if unit is not None and strongest:
        across, down = wide / pixels.shape[1], high / pixels.shape[0]
        centre = (x + (unit.column + 0.5) * across, y + (unit.row + 0.5) * down)
        radius = max(4.0, min(0.75 * min(across, down), 12.0))
        canvas.circle(*centre, radius + 1, outline=palette.PAPER, thickness=1)
        canvas.circle(*centre, radius, outline=palette.WRONG, thickness=2)
    canvas.text(x, y + TILE + 3, str(number), size=9, colour=palette.WRONG if strongest else palette.MUTED)


def _draw_numbers(canvas: Canvas, x: float, y: float, row: NDArray[Any]) -> None:
    """Numbers in a row as upright bars from 0; of more than there is room for, the largest of neighbours."""
    room = int(canvas.width - MARGIN - x)
    numbers = np.nan_to_num(row, nan=0.0, posinf=0.0, neginf=0.0)
    bins = np.array_split(numbers, min(len(numbers), room))
    tops = np.array([part[np.abs(part).argmax()] for part in bins])
    low, high = min(0.0, float(tops.min())), max(0.0, float(tops.max()))
    step = min(28, room // len(tops))
    unit = TILE / (high - low) if high > low else 0.0
    zero = y + high * unit if high > low else y + TILE
    wide = max(1, step - (2 if step > 5 else 0))
    for index, value in enumerate(tops):
        tall = abs(float(value)) * unit
        colour = palette.WRONG if index == int(tops.argmax()) else palette.ACCENT if value > 0 else palette.NEGATIVE
        canvas.rectangle(x + index * step, zero - tall if value > 0 else zero, wide, max(tall, 0.0), fill=colour)
        if step >= 14:
            canvas.text(x + index * step + wide / 2, y + TILE + 3, str(index), size=9, align="centre",
                        colour=palette.MUTED)  # fmt: skip
    canvas.line([(x, zero), (x + step * len(tops), zero)], colour=palette.LINE)
    if step < 14:
        many = "" if len(tops) == len(numbers) else f", the largest of every {-(-len(numbers) // len(tops))}"
        canvas.text(x, y + TILE + 3, f"{len(numbers)} numbers{many}", size=CAPTION, colour=palette.MUTED)
