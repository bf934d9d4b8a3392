"""Operators that normalise: by training's figures, a map's own, neighbouring channels, or to a sum of 1."""

from __future__ import annotations

import math

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.maps import channelwise, place_for, working


def batch_normalization(call: Call) -> Array:
    """scale * (x - mean) / sqrt(variance + epsilon) + offset, channel by channel, as one product and one sum."""
    maps = working(call.value(0))
    scale, offset, mean, variance = (call.value(index).astype(np.float64) for index in range(1, 5))
    factor = scale / np.sqrt(variance + call.get("epsilon", 1e-5))
    shift = offset - mean * factor
    place = place_for(call) if maps is call.value(0) else None
    out = np.multiply(maps, channelwise(factor.astype(maps.dtype), maps.ndim), out=place)
    out += channelwise(shift.astype(maps.dtype), maps.ndim)
    return np.asarray(out).astype(call.value(0).dtype, copy=False)


def instance_normalization(call: Call) -> Array:
    """scale * (x - mean) / sqrt(variance + epsilon) + offset, with each map's own mean and variance."""
    maps = working(call.value(0))
    axes = tuple(range(2, maps.ndim))
    centred = maps - maps.mean(axis=axes, keepdims=True)
    centred /= np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + call.get("epsilon", 1e-5))
    centred *= channelwise(call.value(1), maps.ndim)
    centred += channelwise(call.value(2), maps.ndim)
    return np.asarray(centred).astype(call.value(0).dtype, copy=False)


def lrn(call: Call) -> Array:
    """x / (bias + alpha/size * sum of x^2 over `size` channels around)^beta.

    Source: Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks, 2012.
    """
    maps, size = working(call.value(0)), call.get("size", 0)
    if size < 1:
        raise call.problem(f"size {size} has to be at least 1")
    channels = maps.shape[1]
    squares = maps * maps
    sums = squares.copy()
    for shift in range(1, min(size, channels + 1)):  # channel c sees c - (size-1)//2 .. c + size//2
        if shift <= (size - 1) // 2:
            sums[:, shift:] += squares[:, :-shift]
        if shift <= size // 2:
            sums[:, :-shift] += squares[:, shift:]
    sums *= call.get("alpha", 1e-4) / size
    sums += call.get("bias", 1.0)
    out = maps * sums ** -call.get("beta", 0.75)
    return np.asarray(out).astype(call.value(0).dtype, copy=False)


def softmax(call: Call) -> Array:
    """exp(x - max) / sum of them, along `axis`; before opset 13 over everything from that axis on."""
    values, axis = _along(call)
    out = np.exp(values - values.max(axis=axis, keepdims=True))
    out /= out.sum(axis=axis, keepdims=True)
    return np.asarray(out).reshape(call.shape()).astype(call.value(0).dtype, copy=False)


def log_softmax(call: Call) -> Array:
    """x - max - log(sum of exp(x - max)), along the same axis as `softmax`."""
    values, axis = _along(call)
    out = values - values.max(axis=axis, keepdims=True)
    out -= np.log(np.exp(out).sum(axis=axis, keepdims=True))
    return np.asarray(out).reshape(call.shape()).astype(call.value(0).dtype, copy=False)


def _along(call: Call) -> tuple[Array, int]:
    values, shape = working(call.value(0)), call.shape()
    if call.opset >= 13:
        return values, call.axis(call.get("axis", -1), len(shape))
    axis = call.axis(call.get("axis", 1), len(shape), last=1)
    return values.reshape(math.prod(shape[:axis]), math.prod(shape[axis:])), 1
