"""Moving: the picture moved and then filtered, against filtered and then moved; moves written as slices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convcli.core.arrays import Array
from convcli.core.claims.finding import Finding, Subject
from convcli.core.correlation.correlate import correlate
from convcli.core.quantities import grouped, short

MOVES = ((0, 2), (3, 0), (-4, 5), (7, -6))
OBJECT = ((3.0, 1.0, 0.0, 2.0), (0.0, 5.0, 4.0, 0.0), (1.0, 0.0, 6.0, 2.0))  # no two of its views are alike


def equivariant(subject: Subject) -> Finding:
    """Four moves, exactly equal at every output that no border reaches."""
    results = [(down, right, *_both_orders(subject, down, right, _shared(subject))) for down, right in MOVES]
    return Finding(
        all(error <= _rounding(subject) for *_, error, _ in results),
        f"{len(results)} moves, {grouped(min(outputs for *_, outputs in results))} outputs inside, no difference"
        if all(error <= _rounding(subject) for *_, error, _ in results)
        else f"at most {short(max(error for *_, error, _ in results))} apart",
        tuple(
            f"By {down} down and {right} to the right: {grouped(outputs)} outputs that no border reaches, "
            f"at most {short(error)} apart"
            for down, right, error, outputs in results
        ),
        {"moves": [{"down": d, "right": r, "max_error": e, "outputs": n} for d, r, e, n in results]},
    )


def two_to_the_right(subject: Subject) -> Finding:
    """The chapter's own example."""
    error, outputs = _both_orders(subject, 0, 2, _shared(subject))
    first, second = (_filled(subject, 0, 2, order) for order in ("move first", "filter first"))
    return Finding(
        error <= _rounding(subject),
        f"{grouped(outputs)} outputs inside, at most {short(error)} apart",
        (
            "Moved by two pixels to the right and filtered, against filtered and moved by two pixels",
            f"At the {grouped(outputs)} outputs that no border reaches they differ by {short(error)} at most",
        ),
        {"max_error": error, "outputs": outputs},
        seen=(subject.picture, first, second, subject.kernel.weights.shape, 2),
    )


def object_and_feature(subject: Subject) -> Finding:
    """An object pasted in two places: its features come with it, the same numbers as far away as it went."""
    h, w = subject.kernel.weights.shape
    thing = np.array(OBJECT)
    height, width = thing.shape[0] + 4 * h + 9, thing.shape[1] + 4 * w + 15
    here, there = (h + 1, w + 1), (h + 1 + 3, w + 1 + 7)
    maps = [correlate(_scene((height, width), thing, at), subject.kernel, precision="float64") for at in (here, there)]
    lit = [np.argwhere(each != 0) for each in maps]
    moved = bool(len(lit[0]) and len(lit[0]) == len(lit[1]) and (lit[1] - lit[0] == (3, 7)).all())
    same = moved and bool(np.array_equal(maps[0][tuple(lit[0].T)], maps[1][tuple(lit[1].T)]))
    return Finding(
        same,
        f"{len(lit[0])} responses moved by 3 rows and 7 columns, the numbers unchanged" if same else "they did not",
        (
            f"An object of {thing.shape[0]} × {thing.shape[1]} pixels on black gives {len(lit[0])} responses",
            "Moved by 3 rows down and 7 columns to the right, it gives the same numbers 3 rows and 7 columns further",
        ),
        {"responses": len(lit[0]), "moved": moved, "same": same},
        seen=(_scene((height, width), thing, here), _scene((height, width), thing, there), *maps),
    )


def sharing_needed(subject: Subject) -> Finding:
    """The same move through a layer whose outputs each have weights of their own."""
    shared_error, outputs = _both_orders(subject, 0, 2, _shared(subject))
    unshared_error, _ = _both_orders(subject, 0, 2, _unshared(subject))
    return Finding(
        shared_error <= _rounding(subject) and unshared_error > 10 * _rounding(subject) + 1e-3,
        f"shared {short(shared_error)}, unshared {short(unshared_error)} apart",
        (
            f"One kernel for all {grouped(outputs)} outputs: at most {short(shared_error)} apart",
            f"Weights of its own for each output, as large on average: up to {short(unshared_error)} apart",
        ),
        {"shared": shared_error, "unshared": unshared_error, "outputs": outputs},
    )


def _rounding(subject: Subject) -> float:
    """What two orders of the same sums may differ by: nothing for whole numbers."""
    if subject.picture.dtype.kind in "iu" and bool((subject.kernel.weights % 1 == 0).all()):
        return 0.0
    peak = float(np.abs(subject.picture.astype(np.float64)).max())
    return 1e-5 * peak * float(np.abs(subject.kernel.weights).sum())


Layer = Callable[[Array], Array]


def _shared(subject: Subject) -> Layer:
    return lambda plane: correlate(plane, subject.kernel, size="valid")


def _unshared(subject: Subject) -> Layer:
    """out[r, c] = (sum of the window's products) * gain[r, c]: each output's weights are its own."""
    h, w = subject.kernel.weights.shape
    shape = subject.picture.shape[0] - h + 1, subject.picture.shape[1] - w + 1
    gains = np.random.default_rng(subject.seed).uniform(0.5, 1.5, shape)

    def layer(plane: Array) -> Array:
        sums = correlate(plane, subject.kernel, size="valid", precision="float64")
        return np.asarray(sums * gains[: sums.shape[0], : sums.shape[1]])

    return layer


def _both_orders(subject: Subject, down: int, right: int, layer: Layer) -> tuple[float, int]:
    """The largest difference of the two orders where both see the same pixels, and how many outputs that are."""
    plane = subject.picture
    height, width = plane.shape
    moved = np.zeros_like(plane)  # what comes in at the edge is black
    moved[_to(down, height), _to(right, width)] = plane[_from(down, height), _from(right, width)]
    first, second = layer(moved), layer(plane)
    rows, columns = second.shape
    kept = first[_to(down, rows), _to(right, columns)]
    expected = second[_from(down, rows), _from(right, columns)]
    difference = np.abs(kept.astype(np.float64) - expected)
    return float(difference.max(initial=0.0)), int(difference.size)


def _filled(subject: Subject, down: int, right: int, order: str) -> Array:
    """One order in full, with the border that comes in."""
    plane = subject.picture if order == "filter first" else _moved(subject.picture, down, right)
    response = correlate(plane, subject.kernel)
    return _moved(response, down, right) if order == "filter first" else response


def _moved(plane: Array, down: int, right: int) -> Array:
    moved = np.zeros_like(plane)
    (height, width) = plane.shape
    moved[_to(down, height), _to(right, width)] = plane[_from(down, height), _from(right, width)]
    return moved


def _to(shift: int, n: int) -> slice:
    return slice(max(shift, 0), n + min(shift, 0))


def _from(shift: int, n: int) -> slice:
    return slice(max(-shift, 0), n - max(shift, 0))


def _scene(shape: tuple[int, int], thing: Array, at: tuple[int, int]) -> Array:
    scene = np.zeros(shape)
    scene[at[0] : at[0] + thing.shape[0], at[1] : at[1] + thing.shape[1]] = thing
    return scene
