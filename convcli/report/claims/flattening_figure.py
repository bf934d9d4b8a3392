"""Flattening in pictures: where neighbours go, and who misses them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array, Bytes
from convcli.core.claims.finding import Finding
from convcli.core.claims.flattening import TILE
from convcli.core.quantities import grouped
from convcli.report.claims.claim_tiles import grey, shown_number
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas, text_width
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.panel import MARGIN, Tile, panel
from convcli.report.drawing.resizing import fitting_size
from convcli.report.drawing.type_sizes import CAPTION, HEADING, LABEL, TITLE

WIDTH, SIDE, CELL, AROUND = 780, 330, 66, 2
PAIR_WIDTH = 960  # of two pictures beside each other
STRIP = 44  # units high
BAR_HEIGHT, BAR_APART = 22, 12


def neighbours_apart(finding: Finding) -> Drawing:
    """The picture, the places of some of its pixels in the list, and that piece of the list."""
    plane: Array = finding.seen
    row, column = plane.shape[0] // 2, plane.shape[1] // 2
    canvas = Canvas(WIDTH, MARGIN + 56 + SIDE + 188, title="Flattened: neighbours come apart")
    canvas.text(MARGIN, MARGIN - 6, "Flattened: neighbours come apart", size=TITLE)
    top = MARGIN + 34
    canvas.text(MARGIN, top, f"{grouped(plane.shape[0])} rows, {grouped(plane.shape[1])} columns", size=HEADING)
    high, wide = fitting_size(plane.shape[0], plane.shape[1], SIDE, WIDTH - 2 * MARGIN - SIDE - 60, enlarge=64)
    box = canvas.picture(MARGIN, top + 24, grey(plane), wide, high)
    x, y = box.x + (column + 0.5) / plane.shape[1] * wide, box.y + (row + 0.5) / plane.shape[0] * high
    canvas.circle(x, y, 8, outline=palette.WINDOW_RING, thickness=3)
    _draw_places(canvas, plane, row, column, top)
    _draw_list(canvas, plane, row, column, top + 24 + SIDE + 28)
    return canvas.finished()


def _draw_places(canvas: Canvas, plane: Array, row: int, column: int, top: float) -> None:
    """The pixels around one, each with its number in the list."""
    rows, columns = (slice(at - AROUND, at + AROUND + 1) for at in (row, column))
    greys = grey(plane)[rows, columns]
    places = np.arange(plane.size).reshape(plane.shape)[rows, columns]
    fills = {(r, c): (int(greys[r, c]),) * 3 for r, c in np.ndindex(*greys.shape)}
    draw_grid(
        canvas,
        WIDTH - MARGIN - SIDE - 1,
        top,
        [[grouped(int(place)) for place in line] for line in places],
        cell=CELL,
        title="Inside the ring: places in the list",
        fills=fills,
        highlight=[(AROUND, AROUND), (AROUND, AROUND + 1), (AROUND + 1, AROUND)],
    )


def _draw_list(canvas: Canvas, plane: Array, row: int, column: int, top: float) -> None:
    """From a little before the pixel to a little behind the one below it."""
    width, here = plane.shape[1], row * plane.shape[1] + column
    extra = max(3, width // 10)
    first, last = max(0, here - extra), min(plane.size, here + width + extra)
    canvas.text(MARGIN, top, f"The list, from place {grouped(first)} to place {grouped(last - 1)}", size=HEADING)
    room = WIDTH - 2 * MARGIN
    box = canvas.picture(MARGIN, top + 54, grey(plane).reshape(1, -1)[:, first:last], room, STRIP)
    canvas.rectangle(box.x - 1, box.y - 1, box.width + 2, box.height + 2, outline=palette.LINE)
    ends = [MARGIN + (place - first + 0.5) / (last - first) * room for place in (here, here + width)]
    for x, place in zip(ends, (here, here + width), strict=True):
        canvas.line([(x, box.y - 8), (x, box.bottom + 8)], colour=palette.OUTPUT_EDGE, thickness=2)
        canvas.text(x, box.y - 26, grouped(place), size=LABEL + 1, align="centre")
    y = box.bottom + 14
    canvas.line([(ends[0], y), (ends[1], y)], colour=palette.OUTPUT_EDGE, thickness=1.5)
    words = f"The pixel below stands {grouped(width)} places on, the pixel to the right 1"
    middle = max(MARGIN + text_width(words, CAPTION) / 2, sum(ends) / 2)
    canvas.text(middle, y + 6, words, size=CAPTION, colour=palette.MUTED, align="centre")


def flat_vector_blind(finding: Finding) -> Drawing:
    """The picture, the same with the pixels of each piece in another order, and the errors of both layers on both."""
    plane, order, _ = finding.seen
    pictures = panel(
        [
            Tile(grey(plane), "Pieces as they are", "Pixels where they belong"),
            Tile(_shuffled(plane, order), "Shuffled", f"The {TILE * TILE} pixels of every piece in one fixed order"),
        ],
        columns=2,
        width=PAIR_WIDTH,
        title="A flat list does not know who was whose neighbour",
    )
    return stacked([pictures, _bars(finding, pictures.width)])


def _shuffled(plane: Array, order: NDArray[np.int64]) -> Bytes:
    shown = grey(plane).copy()
    rows, columns = (n // TILE * TILE for n in shown.shape)
    pieces = shown[:rows, :columns].reshape(rows // TILE, TILE, columns // TILE, TILE).transpose(0, 2, 1, 3)
    mixed = pieces.reshape(*pieces.shape[:2], -1)[:, :, order].reshape(pieces.shape)
    shown[:rows, :columns] = mixed.transpose(0, 2, 1, 3).reshape(rows, columns)
    return shown


def _bars(finding: Finding, width: int) -> Drawing:
    rows = [
        ("Fully connected", "fully_connected", palette.ACCENT),
        ("Fully connected, shuffled", "fully_connected_shuffled", palette.ACCENT),
        ("Convolution", "convolution", palette.WRONG),
        ("Convolution, shuffled", "convolution_shuffled", palette.WRONG),
    ]
    canvas = Canvas(width, MARGIN + 30 + len(rows) * (BAR_HEIGHT + BAR_APART) + 14)
    canvas.text(MARGIN, 6, "Error on new pieces, as a share of the response's spread", size=HEADING)
    left = MARGIN + max(text_width(name, CAPTION) for name, *_ in rows) + 12
    largest = max(finding.values[key] for _, key, _ in rows) or 1.0
    for index, (name, key, colour) in enumerate(rows):
        y = MARGIN + 18 + index * (BAR_HEIGHT + BAR_APART)
        value = finding.values[key]
        canvas.text(left - 12, y + BAR_HEIGHT / 2, name, size=CAPTION, align="right", vertical="middle")
        long = max(2.0, value / largest * (width - MARGIN - 70 - left))
        canvas.rectangle(left, y, long, BAR_HEIGHT, fill=colour)
        canvas.text(left + long + 8, y + BAR_HEIGHT / 2, shown_number(value), size=CAPTION, vertical="middle")
    return canvas.finished()
