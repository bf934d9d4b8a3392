"""Which outputs `explain` shows where none was named: those that say most."""

from __future__ import annotations

import numpy as np

from convcli.core.correlation.correlate import prepare
from convcli.core.explain.walk import Walk
from convcli.core.problem.options import Options, Window

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
