"""Random hidden filters, harsh ones: even sizes, weak and nearly equal weights, sums beyond the range, any gamma."""

from __future__ import annotations

import numpy as np

from tests.core.identify.hidden import ROUNDINGS, Hidden

KINDS = {
    "ones": 0.1, "fraction": 0.22, "integer": 0.13, "floats": 0.1, "separable": 0.1, "edge": 0.1, "nearly": 0.08,
    "weak": 0.08, "rank": 0.05, "single": 0.04,
}  # fmt: skip
BORDERS = ("edge", "zero", "constant", "symmetric", "reflect", "wrap", "copied", "blank", "renormalised", "mixed")
GAMMAS = (2.2, "srgb", 1.8, 2.4, 1.7, 2.35, 0.6, 3.0)


def random_kernel(rng, kind):
    """Numerators, and a denominator that is 0 for floats."""
    small = rng.random() < 0.7
    h, w = (int(n) for n in rng.integers(1, 6 if small else 10, 2))
    denominator = int(rng.choice([4, 6, 7, 9, 10, 13, 16, 32, 50, 100, 255, 997]))
    if kind == "ones":
        return np.ones((h, w), np.int64), h * w
    if kind == "fraction":
        return rng.integers(-2, 9, (h, w)), max(denominator, h * w // 2)
    if kind == "integer":
        return rng.integers(-2, 3, (h, w)), 1
    if kind == "floats":
        numerators = rng.random((h, w)) - 0.1
        return numerators / numerators.sum() * float(rng.choice([1, 1, 0.6, 1.7])), 0
    if kind == "separable":
        numerators = np.outer(rng.integers(1, 5, h), rng.integers(1, 5, w))
        return numerators, int(numerators.sum())
    if kind == "edge":
        numerators = rng.integers(-2, 3, (max(h, 2), max(w, 2)))
        numerators.flat[0] -= numerators.sum()
        return numerators, 1
    if kind == "nearly":  # to a fraction, and none
        size = h * w
        return np.full((h, w), 1 / size) + rng.normal(0, 10.0 ** rng.uniform(-4.5, -2), (h, w)) / size, 0
    if kind == "weak":  # tails that hardly show
        numerators = np.outer(rng.integers(1, 5, h), rng.integers(1, 5, w)) / 1.0
        numerators /= numerators.sum()
        tails = 10.0 ** rng.uniform(-4.5, -2, (h + 1, w + 2)) * rng.choice([-1, 1], (h + 1, w + 2))
        tails[:h, 1 : w + 1] += numerators
        return tails, 0
    if kind == "rank":
        return sum(np.outer(rng.integers(-1, 4, h), rng.integers(0, 4, w)) for _ in range(2)), denominator
    numerators = np.zeros((h, w), np.int64)
    numerators.flat[rng.integers(h * w)] = int(rng.integers(1, 9))
    return numerators, int(rng.choice([1, 2, 3, 8]))


def some_kernel(rng, kind):
    numerators, denominator = random_kernel(rng, kind)
    if kind != "edge" and numerators.sum() <= 0:
        numerators = numerators.copy()
        numerators.flat[rng.integers(numerators.size)] += 1 - numerators.sum()
    if not numerators.any():
        numerators.flat[0] = 1
    return (numerators[::-1, ::-1] if rng.random() < 0.5 else numerators), denominator


def random_border(rng, weights, plain):
    """Of rows and of columns; those of whole frames where outputs and inputs stand in the same places alone."""
    name = str(rng.choice(BORDERS))
    if name == "mixed":
        pair = rng.choice(["edge", "zero", "symmetric", "reflect", "wrap", "constant"], 2)
        return str(pair[0]), str(pair[1])
    if (name in ("copied", "blank") and not plain) or (name == "renormalised" and weights.min() < 0):
        name = "zero"
    return name, name


def random_filter(rng) -> Hidden:
    kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
    numerators, denominator = some_kernel(rng, kind)
    h, w = numerators.shape
    size = str(rng.choice(["same", "valid", "full"], p=[0.8, 0.1, 0.1]))
    anchor = (h // 2, w // 2) if rng.random() < 0.6 else (int(rng.integers(h)), int(rng.integers(w)))
    stride = (1, 1) if rng.random() < 0.7 else (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    border = random_border(rng, numerators, size == "same" and stride == (1, 1))
    if size == "full":
        border = "zero", "zero"
    depth = [8, 16, "float"][rng.choice(3, p=[0.84, 0.08, 0.08])]
    gamma = 1.0 if rng.random() < 0.7 or kind == "edge" else GAMMAS[rng.integers(len(GAMMAS))]
    if gamma != 1.0 and rng.random() < 0.3:
        gamma = round(float(rng.uniform(0.5, 3)), 3)
    absolute = bool(kind == "edge" and rng.random() < 0.3)
    offset = float(rng.choice([0, 1, -7, 40, 128, 12.25], p=[0.3, 0.2, 0.1, 0.15, 0.2, 0.05]))
    clamped = gamma != 1.0 or absolute or depth == "float" or rng.random() < 0.75
    values = {"constant": int(rng.integers(1, 255)), "blank": int(rng.choice([0, 0, 255]))}
    return Hidden(
        numerators, denominator, anchor, border,
        value=next((values[name] for name in border if name in values), 0) * (257 if depth == 16 else 1),
        size=size, stride=stride, rounding=str(rng.choice(ROUNDINGS)),
        overflow="clamp" if clamped else "wrap",
        gamma=gamma, offset=offset if gamma == 1.0 and not absolute and rng.random() < 0.35 else 0,
        absolute=absolute, depth=depth,
    )  # fmt: skip
