"""Moving and filtering in both orders, in pictures."""

from __future__ import annotations

import numpy as np

from convcli.core.claims.finding import Finding
from convcli.core.geometry import padding_for
from convcli.core.quantities import grouped
from convcli.report.claims.claim_tiles import apart_words, shown_number, signed_tile
from convcli.report.drawing import palette
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.panel import Outline, Tile, panel

WIDTH = 1100
PART = 24  # rows and columns of the enlarged corner
DOWN, RIGHT = 3, 7  # that the object moved


def two_to_the_right(finding: Finding) -> Drawing:
    """The map of either order, and their difference with the outputs framed that no border reaches."""
    picture, first, second, (h, w), move = finding.seen
    pad = padding_for("same", (h, w))
    inside = Outline(
        pad.top, pad.left + move, picture.shape[0] - h + 1, picture.shape[1] - w + 1 - move, palette.OUTPUT_EDGE
    )
    gap = first.astype(np.float64) - second
    largest = max(float(np.abs(each).max()) for each in (first, second))
    beyond = float(np.abs(gap).max())
    outside = f"Outside it, where the border takes part, up to {shown_number(beyond)}"
    tiles = [
        signed_tile(first, "Moved by 2, then filtered", "Red is positive, blue negative, white 0", largest),
        signed_tile(second, "Filtered, then moved by 2", "On the same scale", largest),
        signed_tile(
            gap,
            "Difference",
            f"In the frame, {grouped(finding.values['outputs'])} outputs: "
            f"{apart_words(finding.values['max_error'])}\n{outside}",
            beyond,
            [inside],
        ),
        _corner(gap, beyond, inside),
    ]
    return panel(tiles, columns=(2, 4), width=WIDTH, title="Two pixels to the right: before the filter, or behind it")


def _corner(gap: np.ndarray, beyond: float, inside: Outline) -> Tile:
    """The left of the difference, where it is largest, enlarged; the frame's edge in it."""
    rows, columns = (min(PART, n) for n in gap.shape)
    largest = int(np.abs(gap).max(axis=1).argmax())
    top = min(max(0, largest - rows // 2), gap.shape[0] - rows)
    first, last = max(inside.top - top, 0), min(inside.top + inside.height - top, rows)
    frame = Outline(first, inside.left, last - first, columns - inside.left, palette.OUTPUT_EDGE)
    words = f"Rows {top} to {top + rows - 1}, columns 0 to {columns - 1}"
    return signed_tile(gap[top : top + rows, :columns], "Its left edge, enlarged", words, beyond, [frame])


def object_and_feature(finding: Finding) -> Drawing:
    """The object in two places, and its responses."""
    one, two, *maps = finding.seen
    largest = max(float(np.abs(each).max()) for each in maps)
    boxes = [_around(each) for each in maps]
    count = f"{finding.values['responses']} responses that are not 0"
    last = "The same numbers, 3 rows and 7 columns further" if finding.values["same"] else "Other numbers"
    tiles = [
        Tile(_bright(one), "The object", "On black", [_around(one)]),
        Tile(_bright(two), f"{DOWN} rows down, {RIGHT} columns to the right", "The same object", [_around(two)]),
        signed_tile(maps[0], "Its responses", count, largest, boxes[:1]),
        signed_tile(maps[1], "Its responses there", last, largest, boxes[1:]),
    ]
    return panel(tiles, columns=2, width=WIDTH, title="Where the object goes, its features go")


def _bright(scene: np.ndarray) -> np.ndarray:
    return np.asarray((scene * (255.0 / scene.max())).round().astype(np.uint8))


def _around(plane: np.ndarray) -> Outline:
    """A frame around what is not 0."""
    rows, columns = np.nonzero(plane)
    if not rows.size:
        return Outline(0, 0, *plane.shape)
    return Outline(int(rows.min()), int(columns.min()), int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1)
