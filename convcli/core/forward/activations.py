"""Activations: number by number, in the input's dtype; where nobody reads the input afterwards, some write over it."""

from __future__ import annotations

import math

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.maps import place_for, working


def relu(call: Call) -> Array:
    """max(0, x)."""
    x = call.value()
    return np.asarray(np.maximum(x, x.dtype.type(0), out=place_for(call)))


def leaky_relu(call: Call) -> Array:
    """x, or alpha x below 0."""
    return _or_below(call, call.get("alpha", 0.01) * call.value())


def thresholded_relu(call: Call) -> Array:
    """x above alpha, else 0."""
    x = call.value()
    return np.where(x > call.get("alpha", 1.0), x, x.dtype.type(0))


def elu(call: Call) -> Array:
    """x, or alpha (exp x - 1) below 0."""
    return _or_below(call, call.get("alpha", 1.0) * np.expm1(np.minimum(call.value(), 0)))


def celu(call: Call) -> Array:
    """x, or alpha (exp(x / alpha) - 1) below 0."""
    alpha = call.get("alpha", 1.0)
    return _or_below(call, alpha * np.expm1(np.minimum(call.value(), 0) / alpha))


def selu(call: Call) -> Array:
    """gamma x, or gamma alpha (exp x - 1) below 0.  Source: Klambauer et al., Self-Normalizing Networks, 2017."""
    alpha, gamma = call.get("alpha", 1.6732632423543772), call.get("gamma", 1.0507009873554805)
    return _like(call, gamma * _or_below(call, alpha * np.expm1(np.minimum(call.value(), 0))))


def gelu(call: Call) -> Array:
    """x Phi(x), Phi the normal distribution; with approximate "tanh" by that formula."""
    x = working(call.value())
    if call.get("approximate", "none") == "tanh":
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return _like(call, 0.5 * x * (1 + np.tanh(inner)))
    return _like(call, 0.5 * x * (1 + _erf(x / math.sqrt(2))))


def erf(call: Call) -> Array:
    """2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return _like(call, _erf(working(call.value())))


def sigmoid(call: Call) -> Array:
    """1 / (1 + exp -x)."""
    return _like(call, _sigmoid(working(call.value())))


def swish(call: Call) -> Array:
    """x sigmoid(alpha x)."""
    x = working(call.value())
    return _like(call, x * _sigmoid(call.get("alpha", 1.0) * x))


def hard_sigmoid(call: Call) -> Array:
    """alpha x + beta between 0 and 1."""
    return _like(call, _hard(call.value(), call.get("alpha", 0.2), call.get("beta", 0.5)))


def hard_swish(call: Call) -> Array:
    """x by x/6 + 1/2 between 0 and 1."""
    return _like(call, call.value() * _hard(call.value(), 1 / 6, 0.5))


def mish(call: Call) -> Array:
    """x tanh(log(1 + exp x))."""
    x = working(call.value())
    return _like(call, x * np.tanh(np.logaddexp(x, x.dtype.type(0))))


def tanh(call: Call) -> Array:
    """tanh x."""
    return np.tanh(call.value(), out=place_for(call))


def softplus(call: Call) -> Array:
    """log(1 + exp x)."""
    x = working(call.value())
    return _like(call, np.logaddexp(x, x.dtype.type(0)))


def softsign(call: Call) -> Array:
    """x / (1 + |x|)."""
    x = call.value()
    return _like(call, x / (1 + np.abs(x)))


def _or_below(call: Call, below: Array) -> Array:
    x = call.value()
    return np.where(x < 0, below.astype(x.dtype, copy=False), x)


def _hard(x: Array, alpha: float, beta: float) -> Array:
    return np.asarray(np.clip(alpha * x + beta, 0, 1))


def _sigmoid(x: Array) -> Array:
    # By tanh: exp(-x) would overflow for large negative x.
    half = x.dtype.type(0.5)
    return np.asarray(half * np.tanh(half * x) + half)


def _like(call: Call, values: Array) -> Array:
    return np.asarray(values).astype(call.value().dtype, copy=False)


def _erf(x: Array) -> Array:
    """Within 1.5e-7 for float32 (Abramowitz, Stegun: Handbook of Mathematical Functions, 7.1.26); exact for float64."""
    if x.dtype != np.float32:
        return np.asarray(np.frompyfunc(math.erf, 1, 1)(x)).astype(x.dtype)
    size = np.abs(x)
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = np.zeros_like(t)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * t
    return np.asarray(np.copysign(1 - series * np.exp(-size * size), x))
