"""Operators that cut, gather and put borders around."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.filling_rules import borders_of, cuts_of, parts_of


def split(call: Call) -> tuple[Array, ...]:
    """Parts one after the other along `axis`."""
    axis, lengths = parts_of(call)
    return tuple(np.split(call.value(), np.cumsum(lengths)[:-1], axis=axis))


def cut(call: Call) -> Array:
    """What lies between starts and ends."""
    return call.value()[cuts_of(call)]


def gather(call: Call) -> Array:
    """Slices of `axis` by their numbers; negative ones count from the back."""
    x, places = call.value(0), call.value(1)
    axis = call.axis(call.get("axis", 0), x.ndim)
    if places.dtype.kind not in "iu" or (
        places.size and not -x.shape[axis] <= places.min() <= places.max() < x.shape[axis]
    ):
        raise call.problem(f"numbers of slices that axis {axis} of {x.shape} does not have")
    return np.take(x, places, axis=axis)


MODES = {"constant": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}


def pad(call: Call) -> Array:
    """A border around; negative numbers take away."""
    x, sides = call.value(), borders_of(call)
    x = x[tuple(slice(max(0, -before), n - max(0, -after)) for n, (before, after) in zip(x.shape, sides, strict=True))]
    around = [(max(0, before), max(0, after)) for before, after in sides]
    mode = MODES[call.get("mode", "constant")]
    if mode != "constant":
        if not x.size and any(map(any, around)):
            raise call.problem(f"{mode} has nothing to repeat")
        return np.pad(x, around, mode=mode)  # type: ignore[call-overload, no-any-return]
    value = call.get("value", 0.0) if call.opset < 11 else call.maybe(2)
    fill = 0 if value is None else np.asarray(value).reshape(-1)[0]
    return np.pad(x, around, constant_values=fill)
