"""Which outputs `explain` shows where none was named: those that say most."""

from __future__ import annotations

import numpy as np

from convcli.core.correlation.correlate import prepare
from convcli.core.explain.walk import Walk
from convcli.core.problem.options import Options, Window

BESIDE = 5  # rows and columns of a part that the window moves over, beside its own
FEW = 16  # outputs that are shown all
MOST_SEARCHED = 1 << 24  # samples of a plane, and of its response, that is computed to find a place


def telling_place(found: Walk, window: Window) -> tuple[tuple[int, int], str]:
    """Row and column of an output, and why that one: of an edge detector the strongest; else the middle.

    A kernel whose weights sum to 0 answers with nearly nothing in most places of a photograph.
    """
    height, width = found.shape
    if found.kernel.sums_to_zero and max(found.plane.size, height * width) <= MOST_SEARCHED:
        response = np.abs(prepare(found.plane, found.kernel, Options(window)).response().astype(np.float64))
        strongest = int(np.argmax(np.where(np.isfinite(response), response, 0)))
        if response.flat[strongest]:
            return divmod(strongest, width), "where its response is strongest"
    return (height // 2, width // 2), "in the middle"


def telling_part(found: Walk, window: Window) -> tuple[int, int, int, int]:
    """Top, left, height and width of a part around the telling place: a few steps of the window each way."""
    step = found.step(*telling_place(found, window)[0])
    top, height = _around(step.rows, found.plane.shape[0], found.problem.stride[0])
    left, width = _around(step.columns, found.plane.shape[1], found.problem.stride[1])
    return top, left, height, width


def _around(positions: tuple[int, ...], length: int, step: int) -> tuple[int, int]:
    """Where a part begins, and how long it is, along an axis of that length."""
    span = min(positions[-1] - positions[0] + 1 + max(BESIDE, 2 * step), length)
    return max(0, min((positions[0] + positions[-1] + 1 - span) // 2, length - span)), span
