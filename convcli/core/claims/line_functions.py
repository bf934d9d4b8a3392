"""Curves: functions on a line, with what is needed to convolve them in closed form.

Box and triangle are differences of a step and of a ramp, so that convolving with them is differencing antiderivatives:

    (box * g)(t) = A(t) - A(t - 1),                  A the antiderivative of g
    (triangle * g)(t) = B(t + 1) - 2 B(t) + B(t - 1),  B the antiderivative of A

Samples s_0 s_1 ... are steps: s_k from k to k + 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.claims.function_names import FUNCTION_NAMES
from convcli.core.text.matrices import parse_matrix
from convcli.errors import OptionError, UnknownNameError
from convcli.registry import Registry

SIGMA = 0.5  # of the Gaussian, as its name says
FAR = 40.0  # where an exponential is below 1e-17
MOST_SAMPLES = 64
Curve = Callable[[Floats], Floats]


class Function(NamedTuple):
    """A function on a line, zero outside its domain.

    Attributes:
        formula: what it is inside.
        domain: from and to; what lies beyond counts as zero.
        shown: the part that is drawn.
        values: the function itself.
        once, twice: its first and second antiderivatives, 0 far to the left.
        order: of the error of its sums over samples h apart: 1 where it jumps, 2 where it bends, 0 where it is smooth.
    """

    name: str
    formula: str
    domain: tuple[float, float]
    shown: tuple[float, float]
    values: Curve
    once: Curve
    twice: Curve
    order: int


def _between(t: Floats, low: float, high: float) -> Floats:
    """1 from low, up to but without high."""
    return np.asarray(((t >= low) & (t < high)).astype(np.float64))


def _ramp(t: Floats) -> Floats:
    return np.maximum(t, 0.0)


def _phi(t: Floats) -> Floats:
    return np.asarray([0.5 * math.erfc(-value / (SIGMA * math.sqrt(2))) for value in np.ravel(t)]).reshape(np.shape(t))


def _bell(t: Floats) -> Floats:
    return np.asarray(np.exp(-(t**2) / (2 * SIGMA**2)) / (SIGMA * math.sqrt(2 * math.pi)))


def _decay(t: Floats) -> Floats:
    return np.asarray(np.where(t >= 0, np.exp(-np.maximum(t, 0.0)), 0.0))


FUNCTIONS = Registry(
    "function",
    (
        Function(
            "box",
            FUNCTION_NAMES["box"],
            (0.0, 1.0),
            (-0.5, 1.5),
            lambda t: _between(t, 0.0, 1.0),
            lambda t: _ramp(t) - _ramp(t - 1),
            lambda t: (_ramp(t) ** 2 - _ramp(t - 1) ** 2) / 2,
            1,
        ),
        Function(
            "triangle",
            FUNCTION_NAMES["triangle"],
            (-1.0, 1.0),
            (-1.5, 1.5),
            lambda t: np.maximum(1 - np.abs(t), 0.0),
            lambda t: (_ramp(t + 1) ** 2 - 2 * _ramp(t) ** 2 + _ramp(t - 1) ** 2) / 2,
            lambda t: (_ramp(t + 1) ** 3 - 2 * _ramp(t) ** 3 + _ramp(t - 1) ** 3) / 6,
            2,
        ),
        Function(
            "exponential",
            FUNCTION_NAMES["exponential"],
            (0.0, FAR),
            (-0.5, 4.5),
            _decay,
            lambda t: 1 - np.exp(-_ramp(t)),
            lambda t: _ramp(t) - 1 + np.exp(-_ramp(t)),
            1,
        ),
        Function(
            "gaussian",
            FUNCTION_NAMES["gaussian"],
            (-10 * SIGMA, 10 * SIGMA),
            (-4 * SIGMA, 4 * SIGMA),
            _bell,
            _phi,
            lambda t: t * _phi(t) + SIGMA**2 * _bell(t),
            0,
        ),
    ),
)


def function(text: str) -> Function:
    """A function by its name, or samples of one's own as steps of width 1.

    Raises:
        UnknownNameError: neither a name nor numbers.
        OptionError: more samples than can be looked at.

    >>> function("2 -1").values(np.array([0.5, 1.5, 2.5])).tolist()
    [2.0, -1.0, 0.0]
    """
    known = FUNCTIONS.get(text.strip())
    if known is not None:
        return known
    if not any(character.isdigit() for character in text):
        raise UnknownNameError("function", text, FUNCTIONS.names(), "or samples of your own, such as '0 1 2'")
    rows = parse_matrix(text, "functions")
    if len(rows) != 1 or len(rows[0]) > MOST_SAMPLES:
        raise OptionError("functions", text, f"samples are one row of at most {MOST_SAMPLES} numbers")
    return _steps(text, [float(value) for value in rows[0]])


def _steps(text: str, samples: list[float]) -> Function:
    box = FUNCTIONS.find("box")

    def laid(curve: Curve) -> Curve:
        return lambda t: np.asarray(sum(s * curve(t - k) for k, s in enumerate(samples)))

    end = float(len(samples))
    shown = (-0.5, end + 0.5)
    return Function(text, "steps of width 1", (0.0, end), shown, laid(box.values), laid(box.once), laid(box.twice), 1)


def closed_form(f: Function, g: Function) -> Curve:
    """(f * g)(t) in closed form."""
    for one, other in ((f, g), (g, f)):
        if one.name == "triangle":
            return lambda t, b=other.twice: b(t + 1) - 2 * b(t) + b(t - 1)  # type: ignore[misc]
    for one, other in ((f, g), (g, f)):
        if one.order == 1 and one.name != "exponential":
            return _differences(one, other)
    if f.name == g.name == "exponential":
        return lambda t: _ramp(t) * _decay(t)
    if f.name == g.name == "gaussian":
        return lambda t: np.exp(-(t**2) / (4 * SIGMA**2)) / (SIGMA * math.sqrt(4 * math.pi))
    return lambda t: np.exp(SIGMA**2 / 2 - t) * _phi(t - SIGMA**2)


def _differences(steps: Function, g: Function) -> Curve:
    """sum_k s_k (A(t - k) - A(t - k - 1)) for steps of heights s_k."""
    heights = steps.values(np.arange(steps.domain[0], steps.domain[1]) + 0.5)
    return lambda t: np.asarray(
        sum(height * (g.once(t - k) - g.once(t - k - 1)) for k, height in enumerate(heights.tolist()))
    )
