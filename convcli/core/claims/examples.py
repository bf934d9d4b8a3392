"""Examples: what a fully connected, a sparse and a shared layer learn of a known filter from n noisy examples.

All three by least squares with a little weight decay, the same for each; errors are measured on new examples, in
units of the targets' own spread.  Pictures are tiles with the statistics of photographs: near pixels alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.learners import (
    NEW,
    OUT,
    SIDE,
    WINDOW,
    aligned_targets,
    edge_targets,
    errors_of,
    filtered,
    tiles_like_photographs,
    tiles_of,
)
from convcli.core.layer.cost import plan_layer
from convcli.core.quantities import grouped, short

COUNTS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
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
    tiles = tiles_of(subject.picture.astype(np.float64), 96, subject.seed)
    rows = []
    for count in (8, 24):
        errors = errors_of(tiles, edge_targets, count, subject.seed)
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
    tiles = tiles_like_photographs(2000, subject.seed)
    curves = [(count, errors_of(tiles, aligned_targets, count, subject.seed)) for count in ALIGNED_COUNTS]
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
    tiles = tiles_like_photographs(COUNTS[-1] + NEW, seed)
    names = {"fully connected": (SIDE**2 + 1) * OUT**2, "sparse": 10 * OUT**2, "shared": 10}
    found = {name: ([], []) for name in names}  # type: dict[str, tuple[list[float], list[float]]]
    for count in COUNTS:
        runs = [errors_of(tiles, filtered, count, seed + 31 * repeat, seen=True) for repeat in range(REPEATS)]
        for name in names:
            found[name][0].append(float(np.mean([run[name] for run in runs])))
            found[name][1].append(float(np.mean([run[f"{name}, seen"] for run in runs])))
    return [Curve(name, names[name], *found[name]) for name in names]


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
