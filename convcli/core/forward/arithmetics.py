"""Arithmetic, number by number; axes are matched from the last, and of length 1 they are stretched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.maps import place_for, working

Ufunc = Callable[..., Any]


def add(call: Call) -> Array:
    """a + b."""
    return _pair(call, np.add)


def sub(call: Call) -> Array:
    """a - b."""
    return _pair(call, np.subtract)


def mul(call: Call) -> Array:
    """a b."""
    return _pair(call, np.multiply)


def div(call: Call) -> Array:
    """a / b; of whole numbers, rounded towards 0."""
    a, b = _operands(call)
    if a.dtype.kind in "iu":
        with np.errstate(divide="ignore"):
            return np.asarray((np.abs(a) // np.abs(b)) * np.sign(a) * np.sign(b)).astype(a.dtype, copy=False)
    return _pair(call, np.divide)


def pow(call: Call) -> Array:
    """a to the power of b, in a's dtype."""
    a, b = _operands(call)
    return np.asarray(np.power(a, b)).astype(a.dtype, copy=False)


def p_relu(call: Call) -> Array:
    """x, or slope x below 0."""
    x, slope = call.value(0), call.value(1)
    if call.opset < 7 and slope.ndim == 1 and slope.size > 1:
        slope = slope.reshape(-1, *(1,) * (x.ndim - 2))
    return np.where(x < 0, x * slope, x).astype(x.dtype, copy=False)


def sum_of_all(call: Call) -> Array:
    """All added."""
    return _all(call, np.add)


def max_of_all(call: Call) -> Array:
    """The largest of all."""
    return _all(call, np.maximum)


def min_of_all(call: Call) -> Array:
    """The smallest of all."""
    return _all(call, np.minimum)


def mean_of_all(call: Call) -> Array:
    """The mean of all."""
    total = _all(call, np.add)
    return np.asarray(total / len(call.values)).astype(total.dtype, copy=False)


def clip(call: Call) -> Array:
    """Between min and max; where either is not given, there is no end on that side."""
    x = call.value()
    low, high = (call.get("min"), call.get("max")) if call.opset < 11 else (call.maybe(1), call.maybe(2))
    if low is not None:
        x = np.maximum(x, np.asarray(low, x.dtype))
    if high is not None:
        x = np.minimum(x, np.asarray(high, x.dtype))
    return x


def exp(call: Call) -> Array:
    """exp x."""
    return _one(call, np.exp)


def log(call: Call) -> Array:
    """The natural logarithm."""
    return _one(call, np.log)


def sqrt(call: Call) -> Array:
    """The root."""
    return _one(call, np.sqrt)


def abs(call: Call) -> Array:
    """|x|."""
    return _one(call, np.abs)


def neg(call: Call) -> Array:
    """-x."""
    return _one(call, np.negative)


def reciprocal(call: Call) -> Array:
    """1 / x."""
    return _one(call, np.reciprocal)


def floor(call: Call) -> Array:
    """Rounded down."""
    return _one(call, np.floor)


def ceil(call: Call) -> Array:
    """Rounded up."""
    return _one(call, np.ceil)


def _one(call: Call, ufunc: Ufunc) -> Array:
    x = call.value()
    return np.asarray(ufunc(working(x))).astype(x.dtype, copy=False)


def _operands(call: Call) -> tuple[Array, Array]:
    a, b = call.value(0), call.value(1)
    if call.opset < 7 and call.get("broadcast") and b.ndim:
        axis = call.get("axis", a.ndim - b.ndim)
        axis = axis + a.ndim if axis < 0 else axis
        behind = a.ndim - axis - b.ndim
        if behind < 0 or any(n not in (1, m) for n, m in zip(b.shape, a.shape[axis:], strict=False)):
            raise call.problem(f"shape {b.shape} does not fit {a.shape} from axis {axis} on")
        b = b.reshape(*b.shape, *(1,) * behind)
    return a, b


def _pair(call: Call, ufunc: Ufunc) -> Array:
    a, b = _operands(call)
    return np.asarray(ufunc(a, b, out=_place(call, ufunc, (a, b))))


def _all(call: Call, ufunc: Ufunc) -> Array:
    values = [call.value(index) for index in range(len(call.values))]
    if len(values) == 1:
        return values[0]
    out = np.asarray(ufunc(values[0], values[1], out=_place(call, ufunc, (values[0], values[1]))))
    for value in values[2:]:
        out = np.asarray(ufunc(out, value))
    return out


def _place(call: Call, ufunc: Ufunc, operands: tuple[Array, Array]) -> Array | None:
    """Whichever operand nobody reads afterwards and has the result's shape and dtype."""
    shape = np.broadcast_shapes(operands[0].shape, operands[1].shape)
    dtype = np.result_type(*operands)
    for index, operand in enumerate(operands):
        place = place_for(call, index)
        if place is operand and place.shape == shape and place.dtype == dtype:
            return place
    return None
