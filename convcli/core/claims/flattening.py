"""Flattening: what becomes of neighbours when a picture is written as one list, and who misses them."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.plainly import valid_by_loops
from convcli.core.correlation.correlate import correlate
from convcli.core.layer.matrix import layer_matrix
from convcli.core.quantities import grouped, short

ROWS = 3  # of the layer whose matrix is looked into
TILE = 8  # rows and columns of the pieces that layers learn from
LEARNT, TESTED = 600, 400  # pieces
NOISE = 0.05  # of the targets' own spread
ALIKE = 1e-6  # relative: rounding of two solutions of the same equations


def neighbours_apart(subject: Subject) -> Finding:
    """Where the layer's matrix looks for each pixel in the flat list: its neighbours to the right, and below."""
    plane = subject.picture
    height, width = plane.shape
    looked_at = layer_matrix((ROWS, width, 1), np.ones((1, 1, 1, 1)))  # one weight: every output looks at its pixel
    place = looked_at.column.reshape(looked_at.outputs[:2])
    beside = {int(step) for step in np.unique(np.diff(place, axis=1))}
    below = {int(step) for step in np.unique(np.diff(place, axis=0))}
    return Finding(
        beside == {1} and below == {width},
        f"{grouped(max(below))} places apart, the picture's width",
        (
            f"Flattened row by row, {grouped(height)} × {grouped(width)} pixels become a list of "
            f"{grouped(height * width)}",
            f"Neighbours in a row stand {max(beside)} place apart, neighbours in a column {grouped(max(below))}",
        ),
        {"beside": sorted(beside), "below": sorted(below), "width": width},
        seen=plane,
    )


def flat_vector_blind(subject: Subject) -> Finding:
    """A fully connected layer and a convolution learn the kernel's response from pieces, and from shuffled pieces.

    Both by least squares, on noisy targets; the error is measured on new pieces.  One fixed permutation of the
    pixels only renames a fully connected layer's weights.
    """
    pieces = _pieces(subject)
    kernel = _small(subject)
    targets = np.stack([valid_by_loops(piece, kernel) for piece in pieces])
    spread = float(targets.std()) or 1.0
    noise = np.random.default_rng(subject.seed + 1).normal(0, NOISE * spread, targets.shape)
    order = np.random.default_rng(subject.seed + 2).permutation(TILE * TILE)
    shuffled = pieces.reshape(len(pieces), -1)[:, order].reshape(pieces.shape)
    errors = {
        (name, mixed): fit(seen, targets, noise, kernel.shape) / spread
        for name, fit in (("fully connected", _dense_error), ("convolution", _shared_error))
        for mixed, seen in ((False, pieces), (True, shuffled))
    }
    dense, dense_mixed = errors["fully connected", False], errors["fully connected", True]
    shared, shared_mixed = errors["convolution", False], errors["convolution", True]
    indifferent = abs(dense - dense_mixed) <= ALIKE * max(dense, NOISE)
    return Finding(
        indifferent and shared_mixed > 2 * max(shared, NOISE / 10),
        f"fully connected {short(dense)} and {short(dense_mixed)} shuffled; "
        f"convolution {short(shared)} and {short(shared_mixed)}",
        (
            f"{LEARNT} pieces of {TILE} × {TILE} pixels and the kernel's response to each, with noise; "
            f"the error on {TESTED} new ones, of the response's spread",
            f"Fully connected: {short(dense)}; with all pixels shuffled in one fixed way: {short(dense_mixed)}",
            f"Convolution: {short(shared)}; shuffled: {short(shared_mixed)}",
        ),
        {
            "fully_connected": dense,
            "fully_connected_shuffled": dense_mixed,
            "convolution": shared,
            "convolution_shuffled": shared_mixed,
        },
        seen=(subject.picture, order, errors),
    )


def shape_kept(subject: Subject) -> Finding:
    """The map's size, and that neighbours stay neighbours: a step of the input is a step of the output."""
    response = correlate(subject.picture, subject.kernel)
    lit = np.zeros(subject.picture.shape)
    h, w = subject.kernel.weights.shape
    row, column = subject.picture.shape[0] // 2, subject.picture.shape[1] // 2
    lit[row, column] = 1.0
    here = correlate(lit, subject.kernel, precision="float64")
    steps = {}
    for name, axis, at in (("right", 1, (row, column + 1)), ("down", 0, (row + 1, column))):
        moved = np.zeros_like(lit)
        moved[at] = 1.0
        steps[name] = bool(
            np.array_equal(correlate(moved, subject.kernel, precision="float64"), np.roll(here, 1, axis))
        )
    same = response.shape == subject.picture.shape
    return Finding(
        same and all(steps.values()),
        f"{response.shape[0]} × {response.shape[1]} in, {response.shape[0]} × {response.shape[1]} out"
        if same
        else f"another size: {response.shape[0]} × {response.shape[1]}",
        (
            f"A kernel of {h} × {w} makes of {subject.picture.shape[0]} × {subject.picture.shape[1]} pixels a map "
            f"of {response.shape[0]} × {response.shape[1]}",
            "A pixel's neighbour to the right, and the one below, leave their mark one step to the right, one below",
        ),
        {"input": list(subject.picture.shape), "output": list(response.shape), "neighbours": steps},
    )


def _pieces(subject: Subject) -> Floats:
    random = np.random.default_rng(subject.seed)
    height, width = (n - TILE + 1 for n in subject.picture.shape)
    rows, columns = random.integers(0, height, LEARNT + TESTED), random.integers(0, width, LEARNT + TESTED)
    plane = subject.picture.astype(np.float64)
    pieces = np.stack([plane[r : r + TILE, c : c + TILE] for r, c in zip(rows, columns, strict=True)])
    grain = random.normal(0, 1e-3 * (plane.std() or 1.0), pieces.shape)  # flat pieces would leave weights undecided
    return np.asarray(pieces + grain)


def _small(subject: Subject) -> Array:
    """The kernel, where it fits into a piece with outputs to spare; its middle otherwise."""
    weights = subject.kernel.weights
    cut = [slice((n - min(n, 3)) // 2, (n - min(n, 3)) // 2 + min(n, 3)) for n in weights.shape]
    small = weights[cut[0], cut[1]]
    return small if np.ptp(small) else np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


def _dense_error(pieces: Floats, targets: Floats, noise: Floats, size: tuple[int, ...]) -> float:
    inputs = np.hstack([pieces.reshape(len(pieces), -1), np.ones((len(pieces), 1))])
    wanted = targets.reshape(len(pieces), -1)
    weights = _solve(inputs[:LEARNT], (wanted + noise.reshape(wanted.shape))[:LEARNT])
    return _rms(inputs[LEARNT:] @ weights - wanted[LEARNT:])


def _shared_error(pieces: Floats, targets: Floats, noise: Floats, size: tuple[int, ...]) -> float:
    """Every window of every piece is an example of the same few weights."""
    windows = np.lib.stride_tricks.sliding_window_view(pieces, size, axis=(1, 2)).reshape(*targets.shape, -1)
    inputs = np.concatenate([windows, np.ones((*targets.shape, 1))], axis=-1)
    unknowns = inputs.shape[-1]
    weights = _solve(inputs[:LEARNT].reshape(-1, unknowns), (targets + noise)[:LEARNT].reshape(-1, 1))
    return _rms((inputs[LEARNT:] @ weights)[..., 0] - targets[LEARNT:])


def _solve(inputs: Floats, outputs: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(inputs, outputs, rcond=None)[0])


def _rms(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2)))
