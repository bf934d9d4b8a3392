"""Functions: convolution on a line, by ever finer sums, against closed forms."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.line_functions import FUNCTIONS, Function, closed_form, function
from convcli.core.correlation.correlate import convolve
from convcli.core.quantities import grouped, short

REFINEMENTS = (8, 16, 32, 64)  # samples a unit
NEAR = 0.15  # of the expected order
SMOOTH = 1e-9  # what is left of a smooth pair at the finest
SLACK = 1e-9


def integral(subject: Subject) -> Finding:
    """Sums over samples h apart, refined, against the closed form: the error falls at the expected rate."""
    f, g = (function(name) for name in subject.functions)
    errors = [_error(f, g, n) for n in REFINEMENTS]
    order = _order(f, g)
    measured = [math.log2(a / b) for a, b in pairwise(errors) if b > 0]
    rate = measured[-1] if measured else 0.0
    holds = errors[-1] < SMOOTH if order == 0 else abs(rate - order) < NEAR
    expected = "faster than any power" if order == 0 else f"as h^{order}"
    return Finding(
        holds,
        f"error {short(errors[0])} to {short(errors[-1])}, {expected}",
        (
            f"f is {f.name} ({f.formula}), g is {g.name} ({g.formula}), both 0 outside",
            "Sums over samples h apart, against the closed form: "
            + "; ".join(f"{short(error)} at h = 1/{n}" for n, error in zip(REFINEMENTS, errors, strict=True)),
            f"The error should fall {expected}" + ("" if order == 0 else f", and falls as h^{short(rate)}"),
        ),
        {"functions": [f.name, g.name], "samples": list(REFINEMENTS), "errors": errors, "order": rate},
        seen=(f, g, closed_form(f, g)),
    )


def zero_outside(subject: Subject) -> Finding:
    """All pairs of functions, beyond the sum of their domains; and sequences, beyond the sum of their lengths."""
    wrong = []
    pairs = [(f, g) for f in FUNCTIONS for g in FUNCTIONS]
    for f, g in pairs:
        times, values = _sums(f, g, 16)
        low, high = f.domain[0] + g.domain[0], f.domain[1] + g.domain[1]
        outside = np.array([low - 1.0, low - 1e-9, high + 1e-9, high + 1.0])
        beyond = np.abs(closed_form(f, g)(outside)) > SLACK * 1e3
        if beyond.any() or times[0] < low - SLACK or times[-1] > high + SLACK or not np.isfinite(values).all():
            wrong.append(f"{f.name} and {g.name}")
    a, b = np.array([[3.0, 1.0, 2.0]]), np.array([[1.0, -1.0]])
    full = convolve(a, b, size="full", border="zero")[0].tolist()
    by_hand = [sum(a[0, i] * b[0, n - i] for i in range(3) if 0 <= n - i < 2) for n in range(4)]
    return Finding(
        not wrong and full == by_hand,
        f"{len(pairs)} pairs of functions are 0 outside their joint domain" if not wrong else ", ".join(wrong),
        (
            f"{len(pairs)} pairs of functions: beyond the sum of their domains the result is 0",
            "Sequences: 3 1 2 * 1 -1 = " + " ".join(short(value) for value in full) + ", as long as both less one",
        ),
        {"pairs": len(pairs), "wrong": wrong, "sequence": full},
    )


def integrable(subject: Subject) -> Finding:
    """Young's inequality, sum |f * g| <= sum |f| sum |g|, for the picture and the kernel, and for all functions."""
    plane = subject.picture.astype(np.float64)
    result = convolve(plane, subject.kernel, size="full", border="zero", precision="float64")
    left, right = math.fsum(np.abs(result).ravel()), math.fsum(np.abs(plane).ravel()) * _size(subject.kernel.weights)
    curves = [(f, g, *_sizes(f, g)) for f in FUNCTIONS for g in FUNCTIONS]
    broken = [f"{f.name} and {g.name}" for f, g, area, product in curves if area > product * (1 + SLACK)]
    share = left / right if right else 0.0
    return Finding(
        left <= right * (1 + SLACK) and not broken,
        f"Σ |x * k| is {short(share)} of Σ |x| · Σ |k|",
        (
            f"The picture's magnitudes sum to {short(math.fsum(np.abs(plane).ravel()))}, the kernel's to "
            f"{short(_size(subject.kernel.weights))}; those of x * k to {short(left)}, no more than the product",
            f"So do the areas of {grouped(len(curves))} pairs of functions: the result is integrable again",
        ),
        {"result": left, "product": right, "share": share, "pairs": len(curves), "broken": broken},
    )


def _sums(f: Function, g: Function, n: int) -> tuple[Floats, Floats]:
    """Times and h sum_k f(kh) g(t - kh), at samples 1/n apart, by the package's own convolution."""
    samples = [_samples(one, n) for one in (f, g)]
    values = convolve(samples[0][np.newaxis], samples[1][np.newaxis], size="full", border="zero", precision="float64")
    times = f.domain[0] + g.domain[0] + np.arange(values.shape[1]) / n
    return times, np.asarray(values[0]) / n


def _samples(one: Function, n: int) -> Floats:
    count = round((one.domain[1] - one.domain[0]) * n) + (one.order != 1)
    return np.asarray(one.values(one.domain[0] + np.arange(count) / n))


def _error(f: Function, g: Function, n: int) -> float:
    times, values = _sums(f, g, n)
    return float(np.abs(values - closed_form(f, g)(times)).max())


def _order(f: Function, g: Function) -> int:
    """1 where either jumps, 2 where either bends, 0 (faster than any power) where both are smooth."""
    orders = {f.order, g.order}
    return 1 if 1 in orders else 2 if 2 in orders else 0


def _sizes(f: Function, g: Function) -> tuple[float, float]:
    values = _sums(f, g, 32)[1]
    areas = [float(np.abs(_samples(one, 32)).sum()) / 32 for one in (f, g)]
    return float(np.abs(values).sum()) / 32, areas[0] * areas[1]


def _size(values: Floats) -> float:
    return math.fsum(np.abs(values).ravel())
