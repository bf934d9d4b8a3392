"""Tones: a number as the grey, or the shade of its channel's colour, that it is in the picture."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array, Bytes
from convcli.core.correlation.correlate import Correlation
from convcli.core.correlation.plan import make_plan
from convcli.core.correlation.row_source import ArrayRows
from convcli.core.display.clipped import Clipped
from convcli.core.display.mapping import Mapping, mapping
from convcli.core.display.scale import Scale, scale_of
from convcli.core.display.suiting import resolve_display
from convcli.core.explain.walk import Walk
from convcli.core.problem.check import countable
from convcli.core.samples import finite_range
from convcli.errors import ConvcliError

MOST_VALUES = 1 << 24  # of an output that is computed as a whole, to be shown
DARK = 8  # 16-bit samples that use less than one part in so many are shown from 0 to their largest
# Of white in red, green, blue: softer than a screen's primaries, on which no lettering is pleasant to read.
SHADES = ((1.0, 0.32, 0.28), (0.36, 0.86, 0.40), (0.36, 0.52, 1.0))
BAND = 256  # rows that are made into tones at once


class Tones(NamedTuple):
    """From numbers to colours.

    Attributes:
        line: from a number to a level of 0 to 255.
        scale: the numbers that are black and white.
        channel: 0, 1 or 2 for shades of red, green or blue; None for greys.
    """

    line: Mapping
    scale: Scale
    channel: int | None = None

    def of(self, values: Any) -> Bytes:
        """Colours (..., 3) of numbers."""
        levels = self.levels(values)[..., np.newaxis]
        if self.channel is None:
            return np.repeat(levels, 3, axis=-1)
        shades: Bytes = np.rint(levels * np.array(SHADES[self.channel])).astype(np.uint8)
        return shades

    def levels(self, values: Any) -> Bytes:
        """Levels of numbers, 0 to 255."""
        given = np.asarray(values)
        levels = np.empty(given.shape, np.uint8)
        if given.ndim < 2 or given.dtype.kind == "O":
            self.line.write(np.array(given, np.float64), levels)
            return levels
        for first in range(0, len(given), BAND):  # never all of a large picture in float64
            self.line.write(np.array(given[first : first + BAND], np.float64), levels[first : first + BAND])
        return levels


def input_tones(samples: Array, channel: int | None = None) -> Tones:
    """Tones of a picture's samples: all that 8 and 16 bits hold, others from the smallest to the largest.

    Floats between 0 and 1 that use at least half of that are fractions of white.
    """
    low, high = (float(end) for end in _ends(samples))
    if low == high:
        low, high = min(low, 0.0), max(high, low + 1.0)
    return Tones(mapping("stretch", np.uint8, low, high), Scale(low, high), channel)


def _ends(samples: Array) -> tuple[float, float]:
    if samples.dtype == np.uint8:
        return 0, 255
    low, high = finite_range(samples)
    if samples.dtype == np.uint16:
        return 0, 65535 if high >= 65536 // DARK else high
    if samples.dtype.kind == "f" and low >= 0 and 0.5 <= high <= 1:
        return 0, 1
    return low, high


def signed_tones(values: NDArray[np.float64]) -> Tones:
    """Tones of sums that are no picture: mid-grey is 0."""
    low, high = (float(end) for end in finite_range(values))
    line = mapping("signed", np.uint8, low, high)
    return Tones(line, scale_of(line, Clipped(0, 0, values.size)))


def output_tones(walk: Walk, values: NDArray[np.float64]) -> Tones:
    """Tones of the output, as `apply` would show it: signed around mid-grey for a kernel of edges, else as the input.

    Args:
        values: the whole output, or as much of it as is shown.
    """
    low, high = (float(end) for end in finite_range(values))
    bytes_of = {np.dtype(np.uint8): 255, np.dtype(np.uint16): 65535}.get(walk.plane.dtype)
    display = resolve_display("auto", [walk.kernel])
    if display == "clip" and bytes_of is None:
        display = "stretch"
    if display == "clip":
        scale = Scale(0, _ends(walk.plane)[1], clamps=low < 0 or high > _ends(walk.plane)[1])
        return Tones(mapping("stretch", np.uint8, scale.low, scale.high), scale)
    line = mapping(display, np.uint8, low, high)
    return Tones(line, scale_of(line, Clipped(0, 0, values.size)))


def whole_output(walk: Walk) -> Array | None:
    """All output values, (H', W'); None where there are too many to be computed for a figure."""
    if walk.shape[0] * walk.shape[1] > MOST_VALUES or walk.plane.size > 4 * MOST_VALUES:
        return None
    try:
        problem = countable(walk.problem)
        found = Correlation(problem, make_plan(problem), ArrayRows(walk.plane), walk.shape).response()
    except ConvcliError:  # axes that no engine counts
        return None
    return found
