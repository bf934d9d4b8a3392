"""What may be added to the sums: rounding adds in the mean, too, and which of them did is not seen at once."""

from __future__ import annotations

import numpy as np

from convcli.core.identify.material import Material
from convcli.core.identify.readings import Reading

MOST_OFFSETS = 5
MEAN_OFF = 1e-3


def offsets(reading: Reading, material: Material) -> list[float]:
    """What may be added: the whole numbers around what was found, and that itself where it is near none.

    Rounding down gives up to half a level less in the mean than rounding to the nearest, rounding up as much more.
    """
    assert reading.fit is not None
    found, (lowest, highest) = reading.fit.offset, reading.fit.offset_ends
    turn = material.limits[1] - material.limits[0] + 1
    if material.floats:
        return [float(np.rint(found)) if abs(found - np.rint(found)) < (highest - lowest) * 5e-3 else found]
    if reading.gamma != 1.0:
        near = (
            [float(np.rint(found)) + 0.0]
            if abs(found - np.rint(found)) < max(highest - found, 0.1)
            else [round(found, 2)]
        )
        return list(dict.fromkeys([0.0, *near]))
    half = np.floor(2 * highest + 0.1) >= np.ceil(2 * lowest - 0.1)
    near = sorted(np.arange(np.ceil(lowest - 0.52), np.floor(highest + 0.52) + 1), key=lambda whole: abs(whole - found))
    near = sorted(near[:MOST_OFFSETS], key=abs)
    if reading.overflow == "wrap" and min(near) <= -turn / 2:  # half a turn down is half a turn up
        near, found = [whole + turn for whole in near], found + turn
    fitting = [float(whole) + 0.0 for whole in near]
    return fitting if half and fitting else [*fitting, round(found, 2)]


def means_of_roundings(reading: Reading) -> dict[float, list[float]]:
    """What an offset and rounding may add together in the mean, and the whole offsets behind each, nearest to 0 first.

    Rounding down adds -1/2, to the nearest 0, up 1/2: a mean of -1/2 is an offset of 0 rounded down, or of -1 rounded
    up.
    """
    assert reading.fit is not None
    lowest, highest = reading.fit.offset_ends
    halves = np.arange(np.ceil(2 * (lowest - MEAN_OFF)), np.floor(2 * (highest + MEAN_OFF)) + 1) / 2
    means = sorted((halves + 0.0).tolist(), key=abs)[:MOST_OFFSETS]
    return {mean: sorted({float(end(mean)) + 0.0 for end in (np.floor, np.ceil)}, key=abs) for mean in means}
