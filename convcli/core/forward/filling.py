"""Operators that give numbers which no picture decides: constants, shapes, and what is stretched from them."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.filling_rules import asked_lengths


def constant(call: Call) -> Array:
    """The tensor that is written down."""
    tensor = call.get("value")
    if tensor is not None:
        array: Array = tensor.read()
        return array
    for name, dtype in (("float", np.float32), ("int", np.int64), ("floats", np.float32), ("ints", np.int64)):
        given = call.get(f"value_{name}")
        if given is not None:
            return np.asarray(given, dtype)
    raise call.problem("it holds no value")


def constant_of_shape(call: Call) -> Array:
    """A shape full of one number, which stands in memory once."""
    tensor = call.get("value")
    value = np.zeros(1, np.float32) if tensor is None else tensor.read()
    if value.size != 1:
        raise call.problem(f"its value has {value.size} numbers; one is meant")
    return np.broadcast_to(value.reshape(()), call.whole(0))


def expand(call: Call) -> Array:
    """Stretched to a shape; the same memory."""
    shape = np.broadcast_shapes(call.shape(), call.whole(1))
    return np.broadcast_to(call.value(), shape)


def shape_of(call: Call) -> Array:
    """The lengths of the axes, int64."""
    return np.array(asked_lengths(call), np.int64)
