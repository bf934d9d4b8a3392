"""Symmetries: what a convolution does not commute with by nature, and what does it instead.

A kernel's orbit under the eight turns and mirrors of the square, as a bank: turning the picture permutes the maps and
turns them, exactly.  A pyramid of scales does the like for zooms, but for resampling.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.correlation.correlate import correlate
from convcli.core.quantities import short

ROUNDING = 1e-9
SCALES = (1.0, 2.0)  # standard deviations of the scale pyramid's blobs
BLOBS = 6


class Turn(NamedTuple):
    """One of the eight symmetries of a square: quarter turns, then perhaps a mirror."""

    name: str
    quarters: int
    mirrored: bool

    def __call__(self, plane: Array) -> Array:
        turned = np.rot90(plane, self.quarters)
        return turned[:, ::-1] if self.mirrored else turned


TURNS = tuple(
    Turn(f"{90 * quarters}°{', mirrored' if mirrored else ''}", quarters, mirrored)
    for mirrored in (False, True)
    for quarters in range(4)
)


def turn_and_zoom(subject: Subject) -> Finding:
    """One kernel under a quarter turn and a zoom; its orbit under all eight turns; scales under a zoom by two."""
    plane, kernel = _square(subject), _odd(subject.kernel.weights)
    alone = _relative(_valid(np.rot90(plane), kernel), np.rot90(_valid(plane, kernel)))
    orbit = [np.ascontiguousarray(turn(kernel)) for turn in TURNS]
    worst, permutations = 0.0, []
    for turn in TURNS:
        error, order = _orbit_error(plane, orbit, turn)
        worst = max(worst, error)
        permutations.append(order)
    zoomed, pyramid = _zoom_errors(subject.seed)
    own = bool(np.allclose(kernel, np.rot90(kernel)))
    return Finding(
        worst <= ROUNDING and (own or alone > 1e-3) and pyramid < zoomed / 3,
        f"one kernel {short(alone)}, its orbit of eight {short(worst)}; zoom {short(zoomed)}, scales {short(pyramid)}",
        (
            f"A quarter turn: turned and filtered against filtered and turned differ by {short(alone)} of the response"
            + (" (this kernel is its own quarter turn)" if own else ""),
            f"The kernel's orbit under {len(TURNS)} turns and mirrors as a bank: turning the picture permutes the maps "
            f"and turns them; what is left is {short(worst)}",
            f"A zoom by two: one kernel is off by {short(zoomed)}; a kernel for each scale, its answer read one scale "
            f"up, by {short(pyramid)}, which resampling leaves",
        ),
        {"one_kernel": alone, "orbit": worst, "permutations": permutations, "zoom": zoomed, "pyramid": pyramid},
        seen=(plane, orbit, [_valid(plane, each) for each in orbit], [_valid(np.rot90(plane), each) for each in orbit]),
    )


def _orbit_error(plane: Floats, orbit: list[Floats], turn: Turn) -> tuple[float, list[int]]:
    """How far the turned picture's maps are from the maps, permuted and turned; and the permutation."""
    before = [_valid(plane, each) for each in orbit]
    after = [_valid(turn(plane), each) for each in orbit]
    worst, order = 0.0, []
    for f, each in enumerate(orbit):  # the kernel that this turn carries to `each`
        source = next(g for g, other in enumerate(orbit) if g not in order and np.array_equal(turn(other), each))
        order.append(source)
        worst = max(worst, _relative(after[f], turn(before[source])))
    return worst, order


def _valid(plane: Array, kernel: Floats) -> Floats:
    return np.asarray(correlate(plane, kernel, size="valid", precision="float64"))


def _relative(given: Floats, expected: Floats) -> float:
    size = float(np.sqrt((expected**2).mean())) or 1.0
    return float(np.sqrt(((given - expected) ** 2).mean())) / size


def _square(subject: Subject) -> Floats:
    side = min(96, *subject.picture.shape)
    top, left = ((n - side) // 2 for n in subject.picture.shape)
    plane = subject.picture[top : top + side, left : left + side].astype(np.float64)
    return np.asarray(plane + np.random.default_rng(subject.seed).normal(0, 1.0, plane.shape))


def _odd(weights: Floats) -> Floats:
    """The kernel on a square, so that its turns have its size."""
    side = max(weights.shape)
    laid = np.zeros((side, side))
    laid[: weights.shape[0], : weights.shape[1]] = weights
    return laid


def _zoom_errors(seed: int) -> tuple[float, float]:
    """Blobs and the same blobs twice as large, as formulas have them: one scale's answer, and the next scale's.

    A Gaussian's Laplacian of twice the width answers to a scene twice as large what the first answered, times 4
    for the area over 4 for the two derivatives: the same numbers.
    """
    random = np.random.default_rng(seed)
    centres, sizes = random.uniform(16, 48, (BLOBS, 2)), random.uniform(2.0, 4.0, BLOBS)
    small, large = _scene(centres, sizes, 64), _scene(2 * centres, 2 * sizes, 128)
    first, second = (_blob_kernel(sigma) for sigma in SCALES)
    expected = correlate(small, first, border="zero", precision="float64")
    one = correlate(large, first, border="zero", precision="float64")[::2, ::2]
    next_scale = correlate(large, second, border="zero", precision="float64")[::2, ::2]
    return _relative(one, expected), _relative(next_scale, expected)


def _scene(centres: Floats, sizes: Floats, side: int) -> Floats:
    rows, columns = np.mgrid[:side, :side].astype(np.float64)
    return np.asarray(
        sum(
            np.exp(-((rows - r) ** 2 + (columns - c) ** 2) / (2 * size**2))
            for (r, c), size in zip(centres, sizes, strict=True)
        )
    )


def _blob_kernel(sigma: float) -> Floats:
    """sigma^2 times the Laplacian of a Gaussian, sampled to five standard deviations."""
    reach = int(np.ceil(5 * sigma))
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float64)
    square = (rows**2 + columns**2) / sigma**2
    return np.asarray((square - 2) * np.exp(-square / 2) / (2 * np.pi * sigma**2))
