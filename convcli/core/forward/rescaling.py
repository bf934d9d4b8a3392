"""Resize and Upsample: an axis at a time, by nearest samples or between two of them."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.filling_rules import scales_of
from convcli.core.forward.maps import working


def resize(call: Call) -> Array:
    """out[.., i, ..] = in[.., place(i), ..], the nearest or a mean of the two around, along each axis."""
    x = working(call.value())
    factors, lengths = scales_of(call)
    smooth = call.get("mode", "nearest") != "nearest"
    for axis, (n, length, factor) in enumerate(zip(x.shape, lengths, factors, strict=True)):
        if length == n and factor == 1:
            continue
        places = _places(call, n, length, factor)
        x = _between(x, places, axis) if smooth else np.take(x, _nearest(call, places, n), axis=axis)
    return x.astype(call.value().dtype, copy=False)


def _places(call: Call, n: int, length: int, factor: float) -> Array:
    """Where in the input each output stands, in samples."""
    out = np.arange(length, dtype=np.float64)
    plain = call.node.op == "Upsample" or call.opset < 11
    mode = "asymmetric" if plain else call.get("coordinate_transformation_mode", "half_pixel")
    if mode == "asymmetric":
        return out / factor
    if mode == "align_corners":
        return out * (n - 1) / (length - 1) if length > 1 else out * 0
    if mode == "pytorch_half_pixel" and length == 1:
        return out * 0
    if mode == "half_pixel_symmetric":
        # A length that was rounded down stands in the middle of the one that was asked for.
        return n / 2 * (1 - length / (factor * n)) + (out + 0.5) / factor - 0.5
    return (out + 0.5) / factor - 0.5


def _nearest(call: Call, places: Array, n: int) -> Array:
    rule = call.get("nearest_mode", "round_prefer_floor")
    if call.node.op == "Upsample" or call.opset < 11:
        rule = "floor"
    rounded = {
        "round_prefer_floor": lambda: np.ceil(places - 0.5),
        "round_prefer_ceil": lambda: np.floor(places + 0.5),
        "floor": lambda: np.floor(places),
        "ceil": lambda: np.ceil(places),
    }[rule]()
    return np.clip(rounded, 0, n - 1).astype(np.intp)


def _between(x: Array, places: Array, axis: int) -> Array:
    """The mean of the two samples around each place, weighted by how near they are; beyond the ends, the end's."""
    n = x.shape[axis]
    places = np.clip(places, 0, n - 1)
    first = np.floor(places).astype(np.intp)
    share = (places - first).astype(x.dtype if x.dtype.kind == "f" else np.float64)
    share = share.reshape(-1, *(1,) * (x.ndim - axis - 1))
    low, high = np.take(x, first, axis=axis), np.take(x, np.minimum(first + 1, n - 1), axis=axis)
    return np.asarray(low * (1 - share) + high * share)
