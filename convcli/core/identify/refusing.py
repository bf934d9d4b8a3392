"""Why a filter is no convolution: tests on the answers, each for one kind, in the order in which they exclude."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.material import Material
from convcli.core.identify.probes import FAR, SHIFT

Array = NDArray[Any]
MARGIN = 34  # pixels from the ends that no kernel of 31 x 31 and its border reach
NEEDED = ("flat-grey", "noise", "binary", "low")
FEW = 0.01  # share of answers that may differ where rounding alone differs
CURVES = ("noise", "a", "b", "a-and-b", "low-doubled", "ramp", "dark", "flat-black", "flat-white")


def why_not(material: Material) -> str:
    """The word of `REASONS` for answers that no kernel explains."""
    if not material.has(*NEEDED):
        return "no-picture"
    if deterministic(material) is False:
        return "random"
    same_size = all(material.before[name].shape == after.shape for name, after in material.after.items())
    if is_constant(material):
        return "constant"
    if same_size and _pointwise(material):
        return "pointwise"
    if shift_invariant(material) is False:
        return "position"
    if far_matters(material):
        return "histogram"
    if two_levels(material):
        return "few-levels"
    if not same_size:
        return "not-linear" if linear(material) is False else "unexplained"
    return _of_neighbours(material)


def _of_neighbours(material: Material) -> str:
    if _morphological(material):
        return "morphological"
    if _picks(material):
        noise, answer = material.before["noise"], material.after["noise"]
        inner = (slice(MARGIN, -MARGIN),) * 2
        one_way = (answer[inner] <= noise[inner]).all() or (answer[inner] >= noise[inner]).all()
        return "morphological" if one_way else "median"
    if linear(material):  # whatever it smooths away: a kernel that the probes do not hold looks like that, too
        return "unexplained"
    if _normalised(material):
        return "normalised"
    if _left_alone(material):
        return "thresholded"
    if _keeps_edges(material):
        return "edge-preserving"
    return "not-linear" if linear(material) is False else "unexplained"


def deterministic(material: Material) -> bool | None:
    """Whether the same picture gave the same answer; None where it was not asked twice."""
    if not material.has("noise", "noise-again"):
        return None
    return bool(np.array_equal(material.after["noise"], material.after["noise-again"]))


def two_levels(material: Material) -> bool:
    """Whether answers to noise are never more than two values."""
    noises = [after for _, after in material.pairs(("noise", "binary", "low", "a", "dark"))]
    return bool(noises) and np.unique(np.concatenate([after.ravel() for after in noises])).size <= 2


def is_constant(material: Material) -> bool:
    """Whether every answer is flat, and all are the same."""
    levels = {float(plane.flat[0]) for plane in material.after.values()}
    return len(levels) == 1 and all((plane == plane.flat[0]).all() for plane in material.after.values())


def _pointwise(material: Material) -> bool:
    """Whether an input's value alone decides the output's: one value out for each value in, over all pictures."""
    pairs = material.pairs(CURVES)
    before = np.concatenate([b.ravel() for b, _ in pairs]).astype(np.float64)
    after = np.concatenate([a.ravel() for _, a in pairs]).astype(np.float64)
    order = np.argsort(before, kind="stable")
    before, after = before[order], after[order]
    return bool((after[1:] == after[:-1])[before[1:] == before[:-1]].mean() > 0.9999)


def far_matters(material: Material) -> bool | None:
    """Whether a far corner changes the rest; None where that was not asked."""
    changed = material.deviation("low-elsewhere", "low")
    if changed is None:
        return None
    # A border that wraps round brings the last corner to the first rows and columns.
    rows, columns = (
        slice(round(MARGIN * m / n), max(round((n - MARGIN - FAR) * m / n), 1))
        for n, m in zip(material.before["low"].shape, changed.shape, strict=True)
    )
    return bool((np.abs(changed[rows, columns]) > _step(material)).mean() > 1e-3)


def shift_invariant(material: Material) -> bool | None:
    """Whether the shifted noise gives the shifted answer; None where strides or a missing answer leave it open."""
    if not material.has("noise", "noise-shifted"):
        return None
    first, second = material.after["noise"], material.after["noise-shifted"]
    strides = [max(round(n / m), 1) for n, m in zip(material.before["noise"].shape, first.shape, strict=True)]
    if first.shape != second.shape or any(move % stride for move, stride in zip(SHIFT, strides, strict=True)):
        return None
    moves = [move // stride for move, stride in zip(SHIFT, strides, strict=True)]
    margins = [MARGIN // stride for stride in strides]
    inner = tuple(slice(move + margin, -margin) for move, margin in zip(moves, margins, strict=True))
    moved = np.roll(first, moves, axis=(0, 1))[inner].astype(np.float64)
    return bool((np.abs(moved - second[inner]) > _step(material)).mean() <= 1e-3) if moved.size else None


def linear(material: Material) -> bool | None:
    """Whether the answer to a sum is the sum of the answers, where nothing is clamped; None where it cannot be seen."""
    if not material.has("a", "b", "a-and-b", "flat-black"):
        return None
    one, two, both, ground = (material.after[name].astype(np.float64) for name in ("a", "b", "a-and-b", "flat-black"))
    if not one.shape == two.shape == both.shape == ground.shape:
        return None
    low, high = material.limits
    free = np.logical_and.reduce([(part > low) & (part < high) for part in (one, two, both)])
    inner = (slice(MARGIN // 2, -MARGIN // 2),) * 2
    off = np.abs(one + two - both - ground)[inner][free[inner]]
    if off.size < 50:
        return None
    return bool((off > 2 * _step(material)).mean() <= FEW)


def _step(material: Material) -> float:
    """One level, or what floats may differ by."""
    if not material.floats:
        return 1.0
    largest = max(float(np.abs(plane).max()) for plane in material.after.values())
    return 1e-4 * max(largest, 1e-9)


def _windows(picture: Array, size: int) -> Array:
    return np.lib.stride_tricks.sliding_window_view(picture, (size, size)).reshape(
        picture.shape[0] - size + 1, picture.shape[1] - size + 1, -1
    )


def _picks(material: Material) -> bool:
    """Whether each answer to noise is one of the values near its place."""
    for size in (3, 5, 7):
        near = _windows(material.before["noise"], size)
        half = size // 2
        answer = material.after["noise"][half : half + near.shape[0], half : half + near.shape[1]]
        if (near == answer[:, :, None]).any(axis=2).mean() > 0.995:
            return True
    return False


def _morphological(material: Material) -> bool:
    """Whether answers are the spread under the window, or what opening or closing takes away."""
    noise = material.before["noise"].astype(np.float64)
    answer = material.after["noise"].astype(np.float64)
    for size in (3, 5, 7):
        low, high = (_extreme(noise, size, how) for how in ("min", "max"))
        opened, closed = _extreme(low, size, "max"), _extreme(high, size, "min")
        for made in (high - low, noise - opened, closed - noise, high - noise, noise - low):
            inner = (slice(MARGIN, -MARGIN),) * 2
            if (made[inner] == answer[inner]).mean() > 0.995:
                return True
    return False


def _extreme(picture: Array, size: int, how: str) -> Array:
    near = _windows(np.pad(picture, size // 2, mode="edge"), size)
    return np.asarray(near.min(axis=2) if how == "min" else near.max(axis=2))


def _spread(material: Material, name: str) -> tuple[float, float]:
    """Standard deviations of a picture and of its answer, away from the ends."""
    inner = (slice(MARGIN, -MARGIN),) * 2
    return float(material.before[name][inner].std()), float(material.after[name][inner].std())


def _normalised(material: Material) -> bool:
    """Whether twice the contrast gives the same contrast."""
    if not material.has("low", "low-doubled"):
        return False
    once, twice = _spread(material, "low")[1], _spread(material, "low-doubled")[1]
    return once > 2 * _step(material) and 0.8 < twice / once < 1.25


def _left_alone(material: Material) -> bool:
    """Whether a little noise stays as it is, and much noise does not."""
    inner = (slice(MARGIN, -MARGIN),) * 2
    same = [(material.before[name][inner] == material.after[name][inner]).mean() for name in ("low", "binary")]
    noise = (material.before["noise"][inner] == material.after["noise"][inner]).mean()
    return bool(same[0] > 0.9 and noise < 0.7)


def _keeps_edges(material: Material) -> bool:
    """Whether steps between smooth parts stay and the noise in them goes; or small steps go and large ones stay."""
    if not material.has("tints-grey"):
        return False
    (low, low_out), (full, full_out) = _spread(material, "low"), _spread(material, "noise")
    if low_out / low < 0.7 * full_out / full:
        return True
    before, after = material.before["tints-grey"].astype(np.float64), material.after["tints-grey"].astype(np.float64)
    jumps = np.abs(np.diff(before, axis=1)) > 60
    kept = np.abs(np.diff(after, axis=1))[jumps].mean() / np.abs(np.diff(before, axis=1))[jumps].mean()
    return bool(low_out / low < 0.75 and kept > 1.15 * low_out / low and kept > 0.7)
