"""Independent truths: the definition as nested loops, sharing no code with the package."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDS = {
    "edge": lambda p, n: min(max(p, 0), n - 1),
    "zero": lambda p, n: p if 0 <= p < n else None,
    "wrap": lambda p, n: p % n,
}


def bounce(p: int, n: int, border: str) -> int:
    """Walk from the picture's edge one step at a time, turning round at the ends."""
    if n == 1:
        return 0
    position, step = 0, 1 if p >= 0 else -1
    if border == "symmetric" and p < 0:
        p, step, position = -p - 1, 1, 0
    elif border == "reflect" and p < 0:
        p, step = -p, 1
    for _ in range(p):
        if not 0 <= position + step < n:
            step = -step
            if border == "symmetric":
                continue
        position += step
    return position


def source(p: int, n: int, border: str) -> int | None:
    """The position inside that position p stands for; None where a constant is."""
    return bounce(p, n, border) if border in ("symmetric", "reflect") else FOLDS[border](p, n)


def correlate_plane(
    plane: NDArray[Any],
    kernel: NDArray[Any],
    *,
    border: str = "edge",
    padding: tuple[int, int, int, int] = (0, 0, 0, 0),
    stride: int | tuple[int, int] = 1,
    dilation: int | tuple[int, int] = 1,
    bias: float = 0,
    fill: float = 0,
) -> NDArray[Any]:
    """out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left], in exact fractions."""
    (height, width), (h, w) = plane.shape, kernel.shape
    top, bottom, left, right = padding
    (down, across), (apart, beside) = both(stride), both(dilation)
    rows = (height + top + bottom - apart * (h - 1) - 1) // down + 1
    columns = (width + left + right - beside * (w - 1) - 1) // across + 1
    ys = [[source(r * down + i * apart - top, height, border) for i in range(h)] for r in range(rows)]
    xs = [[source(c * across + j * beside - left, width, border) for j in range(w)] for c in range(columns)]
    weights, unit = whole(kernel.tolist())
    (*samples, (outside,)), step = whole([*plane.tolist(), [fill]])
    out = np.empty((rows, columns), dtype=object)
    for r, c in np.ndindex(rows, columns):
        total = 0
        for taps, y in zip(weights, ys[r], strict=True):
            for tap, x in zip(taps, xs[c], strict=True):
                total += tap * (outside if y is None or x is None else samples[y][x])
        out[r, c] = Fraction(bias) + Fraction(total, unit * step)
    return out


def whole(rows: list[list[Any]]) -> tuple[list[list[int]], int]:
    """Rows of finite numbers as integers over one denominator: exact, and summed far faster than fractions are."""
    ratios = [[number.as_integer_ratio() for number in row] for row in rows]
    unit = lcm(*(below for row in ratios for _, below in row))
    return [[above * (unit // below) for above, below in row] for row in ratios], unit


def both(steps: int | tuple[int, int]) -> tuple[int, int]:
    """Down and across, from one number for both or two."""
    return (steps, steps) if isinstance(steps, int) else steps


def same_padding(h: int, w: int, dilation: int | tuple[int, int] = 1) -> tuple[int, int, int, int]:
    """The padding of size "same": k // 2 before, the rest after, times the dilation."""
    apart, beside = both(dilation)
    return apart * (h // 2), apart * (h - 1 - h // 2), beside * (w // 2), beside * (w - 1 - w // 2)


def floats(exact: NDArray[Any]) -> NDArray[np.float64]:
    """Fractions as float64."""
    return exact.astype(np.float64)
