"""Operators that give the same numbers another shape, order or type."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.dtypes import TYPES
from convcli.lazy import load


def reshaped(call: Call) -> Array:
    """The same numbers in the shape that the operator's rule finds."""
    from convcli.core.forward.operators import row_of

    (shape,) = load(f"convcli.core.forward.{row_of(call.node.op).shape}")(call)
    return call.value().reshape(shape)


def transpose(call: Call) -> Array:
    """The axes in the order of `perm`."""
    return call.value().transpose(call.get("perm"))


def identity(call: Call) -> Array:
    """What comes in."""
    return call.value()


def dropout(call: Call) -> tuple[Array, ...]:
    """What comes in, for nothing is dropped after training; the mask is all true."""
    if call.has(2) and call.value(2).any():
        raise call.problem("training_mode is on; a network is run as it is after training")
    if len(call.node.outputs) == 1:
        return (call.value(),)
    return call.value(), np.ones(call.shape(), bool)


def cast(call: Call) -> Array:
    """Another type of numbers."""
    wanted = call.get("to")
    if wanted not in TYPES:
        raise call.problem(f"numbers of type {wanted} are not run; of types {', '.join(TYPES.values())} they are")
    with np.errstate(invalid="ignore", over="ignore"):
        return call.value().astype(TYPES[wanted], copy=False)


def concat(call: Call) -> Array:
    """One behind the other; as the inputs lie in memory, so does the output."""
    values = [call.value(index) for index in range(len(call.values))]
    return np.concatenate(values, axis=call.get("axis", 1))
