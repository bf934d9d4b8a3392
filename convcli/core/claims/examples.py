"""Examples: what a fully connected, a sparse and a shared layer learn of a known filter from n noisy examples.

All three by least squares with a little weight decay, the same for each; errors are measured on new examples, in
units of the targets' own spread.  Pictures are tiles with the statistics of photographs: near pixels alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Floats
from convcli.core.claims.claim import Finding, Subject
from convcli.core.layer.cost import plan_layer
from convcli.core.quantities import grouped, short

SIDE, WINDOW = 8, 3  # tiles of 8 x 8 pixels, kernels of 3 x 3: 6 x 6 outputs
COUNTS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
NEW = 400
NOISE = 0.3  # of the targets' spread
DECAY = 1e-3
REPEATS = 3
GOOD = 0.1  # of the targets' spread: an error as small as that
GAIN = 10  # times
ALIGNED_COUNTS = (2, 4, 8, 16, 64, 256, 1024)


class Curve(NamedTuple):
    """Error on new and on seen examples against the number of examples."""

    name: str
    weights: int
    new: list[float]
    seen: list[float]


def fewer_examples(subject: Subject) -> Finding:
    """Errors against n for the three layers; who overfits, and where the curves cross."""
    curves = _curves(subject.seed)
    dense, sparse, shared = curves
    order = all(s <= m <= d for d, m, s in zip(dense.new[:6], sparse.new[:6], shared.new[:6], strict=True))
    overfit = [new - seen for new, seen in zip(dense.new, dense.seen, strict=True)]
    needed = {curve.name: _needed(curve) for curve in curves}
    return Finding(
        order and max(overfit) > GOOD and _count(needed["shared"]) < _count(needed["fully connected"]),
        "; ".join(f"{name}: {_words(count)} examples" for name, count in needed.items()),
        (
            f"A known filter of {WINDOW} × {WINDOW} learnt from n noisy examples of {SIDE} × {SIDE} pixels; the error "
            f"on {NEW} new ones, of the spread of what is to be predicted",
            *(_curve_words(curve) for curve in curves),
            f"The fully connected layer overfits most at {COUNTS[int(np.argmax(overfit))]} examples: "
            f"{short(dense.seen[int(np.argmax(overfit))])} on what it has seen, "
            f"{short(dense.new[int(np.argmax(overfit))])} on new ones",
        ),
        {"examples": list(COUNTS), "curves": [curve._asdict() for curve in curves], "needed": needed},
        seen=(COUNTS, curves),
    )


def orders_of_magnitude(subject: Subject) -> Finding:
    """What is stored, by count, and how many examples a small error takes, by experiment."""
    dense, _, shared = _curves(subject.seed)
    stored = plan_layer((1000, 1000, 1), (10, 10), hidden=10**6)
    gain = stored.cost("fc").weights // stored.cost("shared").weights
    few, many = _needed(shared), _needed(dense)
    ratio = _count(many) / _count(few)
    return Finding(
        gain >= GAIN and dense.weights // shared.weights >= GAIN and ratio >= GAIN,
        f"{grouped(gain)} times in storage, {'over ' if many is None else ''}{short(ratio)} times in examples",
        (
            f"A million units on 1,000 × 1,000 pixels: {grouped(stored.cost('fc').weights)} weights fully connected, "
            f"{grouped(stored.cost('shared').weights)} shared",
            f"In the experiment {grouped(dense.weights)} against {grouped(shared.weights)} weights; an error of {GOOD} "
            f"takes {_words(many)} examples fully connected, {_words(few)} shared",
        ),
        {"storage": gain, "examples": {"fully_connected": many, "shared": few}},
    )


def one_detector(subject: Subject) -> Finding:
    """Edges of the picture's own tiles: one detector for all places, against one of its own for each."""
    tiles = _tiles_of(subject.picture.astype(np.float64), 96, subject.seed)
    rows = []
    for count in (8, 24):
        errors = _errors(tiles, _edge_targets, count, subject.seed)
        rows.append((count, errors["sparse"], errors["shared"]))
    return Finding(
        all(shared < unshared for _, unshared, shared in rows),
        f"from {rows[0][0]} pieces: one detector {short(rows[0][2])}, one a place {short(rows[0][1])}",
        tuple(
            f"From {count} noisy pieces of the picture: an edge detector for each place errs by {short(unshared)}, "
            f"one for all places by {short(shared)}, of the edges' spread"
            for count, unshared, shared in rows
        ),
        {"pieces_unshared_shared": [list(row) for row in rows]},
        seen=(subject.picture, rows),
    )


def unshared_for_places(subject: Subject) -> Finding:
    """Aligned pictures, in which a feature means something in one place only: unshared weights do better, at a cost."""
    tiles = _tiles(2000, subject.seed)
    curves = [(count, _errors(tiles, _aligned_targets, count, subject.seed)) for count in ALIGNED_COUNTS]
    last = curves[-1][1]
    unshared = plan_layer((SIDE, SIDE, 1), (WINDOW, WINDOW), size="valid")
    cost = unshared.cost("sparse").weights, unshared.cost("shared").weights
    return Finding(
        last["sparse"] < last["shared"] / 2,
        f"error {short(last['sparse'])} unshared, {short(last['shared'])} shared, "
        f"at {cost[0] // cost[1]} times the weights",
        (
            "Pictures aligned by construction: each place wants a weighted sum of its own, half of it common to "
            "all, as eyes and a mouth are wanted in a face that fills the picture",
            *(
                f"From {grouped(count)} examples: unshared {short(errors['sparse'])}, shared {short(errors['shared'])}"
                for count, errors in curves[::2]
            ),
            _crossing(curves),
            f"The cost: {grouped(cost[0])} weights instead of {grouped(cost[1])}",
        ),
        {"examples": [{"count": count, **errors} for count, errors in curves], "weights": list(cost)},
        seen=[(count, errors["sparse"], errors["shared"]) for count, errors in curves],
    )


def _crossing(curves: list[tuple[int, dict[str, float]]]) -> str:
    """From which number of examples on the unshared layer is the better one."""
    behind = [count for count, errors in curves if errors["sparse"] >= errors["shared"]]
    if not behind:
        return f"Unshared is the better one from {curves[0][0]} examples on"
    ahead = next((count for count, _ in curves if count > behind[-1]), None)
    return f"The curves cross between {behind[-1]} and {ahead} examples: with fewer, the shared layer errs less"


def _curves(seed: int) -> list[Curve]:
    tiles = _tiles(COUNTS[-1] + NEW, seed)
    names = {"fully connected": (SIDE**2 + 1) * _OUT**2, "sparse": 10 * _OUT**2, "shared": 10}
    found = {name: ([], []) for name in names}  # type: dict[str, tuple[list[float], list[float]]]
    for count in COUNTS:
        runs = [_errors(tiles, _filtered, count, seed + 31 * repeat, seen=True) for repeat in range(REPEATS)]
        for name in names:
            found[name][0].append(float(np.mean([run[name] for run in runs])))
            found[name][1].append(float(np.mean([run[f"{name}, seen"] for run in runs])))
    return [Curve(name, names[name], *found[name]) for name in names]


Places = NDArray[np.intp]
_OUT = SIDE - WINDOW + 1


def _errors(tiles: Floats, targets: object, count: int, seed: int, *, seen: bool = False) -> dict[str, float]:
    """RMS on new examples (and on those seen) of the three layers, in units of the targets' spread."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(tiles))
    wanted = targets(tiles, seed)  # type: ignore[operator]
    spread = float(wanted.std()) or 1.0
    noisy = wanted + random.normal(0, NOISE * spread, wanted.shape)
    learnt, new = order[:count], order[max(count, len(tiles) - NEW) :]
    windows = np.lib.stride_tricks.sliding_window_view(tiles, (WINDOW, WINDOW), axis=(1, 2)).reshape(
        len(tiles), _OUT**2, -1
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


def _tiles(count: int, seed: int) -> Floats:
    """Tiles whose neighbouring pixels are alike: noise smoothed once, mean 0, variance 1."""
    random = np.random.default_rng(1000 + seed)
    wide = random.normal(size=(count, SIDE + 2, SIDE + 2))
    near = sum(wide[:, i : i + SIDE, j : j + SIDE] for i in range(3) for j in range(3)) / 3.0
    return np.asarray(0.7 * near + 0.7 * random.normal(size=(count, SIDE, SIDE)))


def _tiles_of(plane: Floats, count: int, seed: int) -> Floats:
    """Pieces of the picture, their means taken away, all of one scale, with a little grain."""
    random = np.random.default_rng(seed)
    rows, columns = (random.integers(0, n - SIDE + 1, count + NEW) for n in plane.shape)
    pieces = np.stack([plane[r : r + SIDE, c : c + SIDE] for r, c in zip(rows, columns, strict=True)])
    pieces = pieces - pieces.mean(axis=(1, 2), keepdims=True)
    return np.asarray(pieces / (pieces.std() or 1.0) + random.normal(0, 0.05, pieces.shape))


def _filter(seed: int) -> Floats:
    return np.random.default_rng(2000 + seed).normal(size=(WINDOW, WINDOW))


def _filtered(tiles: Floats, seed: int) -> Floats:
    weights = _filter(seed)
    return _sums(tiles, lambda i, j: weights[i, j])


def _edge_targets(tiles: Floats, seed: int) -> Floats:
    weights = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    return _sums(tiles, lambda i, j: weights[i, j])


def _aligned_targets(tiles: Floats, seed: int) -> Floats:
    random = np.random.default_rng(3000)
    common = random.normal(size=(WINDOW, WINDOW, 1, 1))  # what all places have in common, and as much of their own
    weights = common + random.normal(size=(WINDOW, WINDOW, _OUT, _OUT))
    return _sums(tiles, lambda i, j: weights[i, j])


def _sums(tiles: Floats, weight: object) -> Floats:
    parts = [
        weight(i, j) * tiles[:, i : i + _OUT, j : j + _OUT]  # type: ignore[operator]
        for i in range(WINDOW)
        for j in range(WINDOW)
    ]
    return np.asarray(sum(parts))


def _needed(curve: Curve) -> int | None:
    """The least number of examples tried that brings the error below GOOD."""
    return next((count for count, error in zip(COUNTS, curve.new, strict=True) if error <= GOOD), None)


def _count(needed: int | None) -> int:
    return 2 * COUNTS[-1] if needed is None else needed


def _words(needed: int | None) -> str:
    return f"over {grouped(COUNTS[-1])}" if needed is None else grouped(needed)


def _curve_words(curve: Curve) -> str:
    errors = "; ".join(
        f"{short(error, 2)} from {grouped(n)}" for n, error in list(zip(COUNTS, curve.new, strict=True))[::2]
    )
    return f"{curve.name.capitalize()}, {grouped(curve.weights)} weights: {errors}"
