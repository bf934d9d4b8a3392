"""Nearness: how alike pixels are at a distance, and how much of a pixel its neighbourhood tells."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.quantities import short

DISTANCES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
SIDES = (3, 10)  # of neighbourhoods
EXAMPLES = 3000  # places at which pixels are told from their neighbours
SLACK = 0.05  # correlations of noise differ by so much


def near_belong_together(subject: Subject) -> Finding:
    """The correlation of pixels d apart, rows and columns alike, and the variance that neighbourhoods explain."""
    plane = subject.picture.astype(np.float64)
    within = [d for d in DISTANCES if d < min(plane.shape) // 2]
    curve = [(d, correlation_at(plane, d)) for d in within]
    told = {side: explained_share(plane, side, subject.seed) for side in SIDES if side < min(plane.shape) // 2}
    near, far = curve[0][1], curve[-1][1]
    peak = max(value for _, value in curve)
    slack = max(SLACK, 5.0 / np.sqrt(plane.size))
    falls = near >= peak - slack and near >= far - slack
    words = "; ".join(f"{short(value, 2)} at {d}" for d, value in curve[:: max(1, len(curve) // 6)])
    return Finding(
        falls,
        f"correlation {short(near, 2)} one pixel apart, {short(far, 2)} at {within[-1]}",
        (
            f"Correlation of pixels that many pixels apart: {words}",
            *(
                f"The {side} × {side} pixels around it explain {short(100 * share)} % of a pixel's variance"
                for side, share in told.items()
            ),
            *(["Near pixels tell nothing of each other here: this picture is noise"] if near < slack else []),
        ),
        {
            "correlation": [list(pair) for pair in curve],
            "explained": {str(side): share for side, share in told.items()},
        },
        seen=(curve, told),
    )


def correlation_at(plane: Floats, distance: int) -> float:
    """Pearson's correlation of all pairs of pixels that are `distance` apart along a row or a column."""
    pairs = (
        (plane[:, :-distance], plane[:, distance:]),
        (plane[:-distance], plane[distance:]),
    )
    return float(np.mean([_pearson(a.reshape(-1), b.reshape(-1)) for a, b in pairs]))


def explained_share(plane: Floats, side: int, seed: int) -> float:
    """1 - (what a linear guess from the side x side pixels around leaves) / variance, on places not learnt from."""
    random = np.random.default_rng(seed)
    before, after = side // 2, side - 1 - side // 2
    rows = random.integers(before, plane.shape[0] - after, 2 * EXAMPLES)
    columns = random.integers(before, plane.shape[1] - after, 2 * EXAMPLES)
    offsets = [(i, j) for i in range(-before, after + 1) for j in range(-before, after + 1) if (i, j) != (0, 0)]
    around = np.stack([plane[rows + i, columns + j] for i, j in offsets] + [np.ones(rows.size)], axis=1)
    own = plane[rows, columns]
    weights = np.linalg.lstsq(around[:EXAMPLES], own[:EXAMPLES], rcond=None)[0]
    left = own[EXAMPLES:] - around[EXAMPLES:] @ weights
    variance = float(own[EXAMPLES:].var())
    return max(0.0, 1.0 - float((left**2).mean()) / variance) if variance else 1.0


def _pearson(a: Array, b: Array) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size else 1.0
