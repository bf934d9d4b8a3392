"""Learners: a fully connected, a sparse and a shared layer by least squares, and the tiles that they learn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Floats

SIDE, WINDOW = 8, 3  # tiles of 8 x 8 pixels, kernels of 3 x 3: 6 x 6 outputs
OUT = SIDE - WINDOW + 1
NEW = 400  # examples that errors are measured on
NOISE = 0.3  # of the targets' spread
DECAY = 1e-3
Places = NDArray[np.intp]
Targets = Callable[[Floats, int], Floats]


def errors_of(tiles: Floats, targets: Targets, count: int, seed: int, *, seen: bool = False) -> dict[str, float]:
    """RMS on new examples (and on those seen) of the three layers, in units of the targets' spread."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(tiles))
    wanted = targets(tiles, seed)
    spread = float(wanted.std()) or 1.0
    noisy = wanted + random.normal(0, NOISE * spread, wanted.shape)
    learnt, new = order[:count], order[max(count, len(tiles) - NEW) :]
    windows = np.lib.stride_tricks.sliding_window_view(tiles, (WINDOW, WINDOW), axis=(1, 2)).reshape(
        len(tiles), OUT**2, -1
    )
    flat = tiles.reshape(len(tiles), -1)
    goal, noisy = wanted.reshape(len(tiles), -1), noisy.reshape(len(tiles), -1)
    predictions = {
        "fully connected": _dense(flat, noisy, learnt),
        "sparse": _sparse(windows, noisy, learnt),
        "shared": _shared(windows, noisy, learnt),
    }
    result = {name: _rms(made[new] - goal[new]) / spread for name, made in predictions.items()}
    if seen:
        result |= {f"{name}, seen": _rms(made[learnt] - noisy[learnt]) / spread for name, made in predictions.items()}
    return result


def _dense(flat: Floats, noisy: Floats, learnt: Places) -> Floats:
    return _with_one(flat) @ _ridge(_with_one(flat[learnt]), noisy[learnt])


def _sparse(windows: Floats, noisy: Floats, learnt: Places) -> Floats:
    inputs = _with_one(windows)
    made = [inputs[:, n] @ _ridge(inputs[learnt, n], noisy[learnt, n]) for n in range(windows.shape[1])]
    return np.stack(made, axis=1)


def _shared(windows: Floats, noisy: Floats, learnt: Places) -> Floats:
    inputs = _with_one(windows)
    return np.asarray(inputs @ _ridge(inputs[learnt].reshape(-1, inputs.shape[-1]), noisy[learnt].reshape(-1)))


def _with_one(values: Floats) -> Floats:
    return np.concatenate([values, np.ones((*values.shape[:-1], 1))], axis=-1)


def _ridge(inputs: Floats, outputs: Floats) -> Floats:
    gram = inputs.T @ inputs
    gram[np.diag_indices(len(gram))] += DECAY * len(inputs) + 1e-9
    return np.asarray(np.linalg.solve(gram, inputs.T @ outputs))


def _rms(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def tiles_like_photographs(count: int, seed: int) -> Floats:
    """Tiles whose neighbouring pixels are alike: noise smoothed once, mean 0, variance 1."""
    random = np.random.default_rng(1000 + seed)
    wide = random.normal(size=(count, SIDE + 2, SIDE + 2))
    near = sum(wide[:, i : i + SIDE, j : j + SIDE] for i in range(3) for j in range(3)) / 3.0
    return np.asarray(0.7 * near + 0.7 * random.normal(size=(count, SIDE, SIDE)))


def tiles_of(plane: Floats, count: int, seed: int) -> Floats:
    """Pieces of the picture, their means taken away, all of one scale, with a little grain."""
    random = np.random.default_rng(seed)
    rows, columns = (random.integers(0, n - SIDE + 1, count + NEW) for n in plane.shape)
    pieces = np.stack([plane[r : r + SIDE, c : c + SIDE] for r, c in zip(rows, columns, strict=True)])
    pieces = pieces - pieces.mean(axis=(1, 2), keepdims=True)
    return np.asarray(pieces / (pieces.std() or 1.0) + random.normal(0, 0.05, pieces.shape))


def _filter(seed: int) -> Floats:
    return np.random.default_rng(2000 + seed).normal(size=(WINDOW, WINDOW))


def filtered(tiles: Floats, seed: int) -> Floats:
    weights = _filter(seed)
    return _sums(tiles, lambda i, j: weights[i, j])


def edge_targets(tiles: Floats, seed: int) -> Floats:
    weights = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    return _sums(tiles, lambda i, j: weights[i, j])


def aligned_targets(tiles: Floats, seed: int) -> Floats:
    random = np.random.default_rng(3000)
    common = random.normal(size=(WINDOW, WINDOW, 1, 1))  # what all places have in common, and as much of their own
    weights = common + random.normal(size=(WINDOW, WINDOW, OUT, OUT))
    return _sums(tiles, lambda i, j: weights[i, j])


def _sums(tiles: Floats, weight: Callable[[int, int], Any]) -> Floats:
    parts = [weight(i, j) * tiles[:, i : i + OUT, j : j + OUT] for i in range(WINDOW) for j in range(WINDOW)]
    return np.asarray(sum(parts))
