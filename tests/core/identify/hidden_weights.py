"""Whether any weights at all give a hidden filter's answers by some rounding and offset: by SciPy's linear programs.

Sums of stored values alone; every answer, at the ends of the picture too, is an interval that its sum lies in.
"""

from __future__ import annotations

import numpy as np

from convcli.core.identify.probes import probes

MOST_WEIGHTS = 30
CLOSED = {"down": (True, False), "up": (False, True), "half up": (True, False), "half away": (True, False)}
CLOSED |= {"half down": (False, True), "toward zero": (True, False)}
FIRST = {"down": 0.0, "toward zero": 0.0, "up": -1.0}  # the sums of an answer y lie in y + FIRST .. y + FIRST + 1
APART = 1e-6  # levels that a sum must keep from an end that is no part of its interval


def some_weights(hidden, answers, rounding, offset, overflow="clamp"):
    """Whether the program finds weights in the kernel's own box; False where it is not asked: wrapped, or large.

    By "wrap", those whose sums all lie within the range.
    """
    from scipy.optimize import linprog

    box = weights_box(hidden.weights)
    if hidden.overflow == "wrap" or box.sum() > MOST_WEIGHTS or hidden.border[0] in ("copied", "blank"):
        return False
    windows, answer = pairs_of(hidden, answers, box)
    low, high, strict = intervals(answer, rounding)
    if overflow == "clamp":
        low, high = np.where(answer == 0, -np.inf, low), np.where(answer == hidden.white, np.inf, high)
    table, ends = [], []
    for sign, end, apart in ((-1.0, low, strict[0]), (1.0, high, strict[1])):
        asked = np.isfinite(end)  # sign * (windows @ weights + offset) + apart * room <= sign * end
        table.append(np.column_stack([sign * windows, apart])[asked])
        ends.append((sign * (end - offset))[asked])
    size = windows.shape[1]
    found = linprog(
        np.append(np.zeros(size), -1.0),
        np.concatenate(table),
        np.concatenate(ends),
        bounds=[(None, None)] * size + [(0, 1)],
        method="highs",
    )
    return bool(found.status == 0 and found.x[-1] > APART)


def weights_box(weights):
    """True from the first row and column with a weight that is not zero to the last."""
    rows, columns = (np.flatnonzero(weights.any(axis=axis)) for axis in (1, 0))
    box = np.zeros(weights.shape, bool)
    box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    return box


def pairs_of(hidden, answers, box):
    """Every window, as far as it lies in a box, with its answer, once."""
    h, w = hidden.numerators.shape
    rows = []
    for probe in probes(hidden.depth, extras=False):
        padded = hidden._padded(probe.pixels.astype(np.float64), hidden.value)
        seen = np.lib.stride_tricks.sliding_window_view(padded, (h, w))[:: hidden.stride[0], :: hidden.stride[1]]
        rows.append(np.column_stack([seen[..., box].reshape(-1, box.sum()), answers[probe.name].reshape(-1)]))
    table = np.unique(np.concatenate(rows), axis=0)
    return table[:, :-1], table[:, -1]


def intervals(answer, rounding):
    """Where the sums behind answers lie, and which ends are no part of it: 1.0 for those."""
    low = answer + FIRST.get(rounding, -0.5)
    high = low + 1
    if rounding == "half even":
        open_low = open_high = answer % 2 == 1
    else:
        open_low, open_high = (np.full(answer.shape, not closed) for closed in CLOSED[rounding])
    return low, high, (open_low.astype(float), open_high.astype(float))
