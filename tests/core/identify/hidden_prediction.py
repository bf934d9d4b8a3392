"""What a verdict predicts of a picture that it has not seen, held against the hidden filter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convcli.core.identify.model import ALONE, Edges
from convcli.core.identify.prediction import predict, predict_plane


def near_a_step(hidden, plane, error):
    """The outputs that weights within their error may round either way."""
    sums, d = hidden.sums(plane)
    levels = 2 * (sums / d)
    return np.abs(levels - np.rint(levels)) <= 2 * error * hidden.white * hidden.weights.size


def least_off(verdict, unseen, given, answer):
    """How far predictions are off; by the best of the borders where they cannot be told apart."""
    offs = [np.abs(given.astype(int) - answer)]
    for name in verdict.border_indistinguishable:
        if not name.startswith("rows") and name not in ALONE:
            edges = Edges(
                "constant" if name == "zero" else name, 0.0 if name == "zero" else verdict.border_value or 0.0
            )
            offs.append(np.abs(predict_plane(replace(verdict.model, edges=edges), unseen).astype(int) - answer))
    return min(offs, key=lambda off: off.sum())


def prediction_is_true(hidden, verdict, unseen, found):
    """Byte for byte where everything is exact; else few pixels by a level."""
    given, answer = predict(verdict, unseen), hidden(unseen)
    if given.shape != answer.shape:
        found.wrong.append(f"predicts the size {given.shape}, not {answer.shape}")
        return
    if hidden.depth == "float":
        if np.abs(given - answer).max() > 1e-4 * max(float(np.abs(answer).max()), 1.0):
            found.wrong.append(f"prediction off by {np.abs(given - answer).max():.2g}")
        return
    off = least_off(verdict, unseen, given, answer)
    off = np.where(near_a_step(hidden, unseen, 2 * verdict.kernel_error + verdict.freedom), 0, off)
    few = max(0.02 * off.size, 2)
    if (hidden.overflow == "clamp" and off.max() > 1) or (off > 0).sum() > few:
        found.wrong.append(f"prediction: {(off > 0).sum()} of {off.size} differ, by {off.max()}")
