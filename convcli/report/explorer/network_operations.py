"""A network's operators as the page carries them out: one small vocabulary, its geometry in whole numbers.

Every layer's output is (C, H, W); a row of K numbers is (K, 1, 1), a line (C, 1, L).  What is not in the table is not
recomputed in the page, which then shows what was computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.graph import Shape
from convcli.core.forward.maps import two
from convcli.core.forward.pools import window_counts
from convcli.core.forward.sliding import Slide, kernel_of, slide_over, spatial_of


class Operation(NamedTuple):
    """What a layer does with what comes in.

    Attributes:
        do: its name in the page.
        settings: small numbers, that go into the page as they are.
        arrays: weights, float32, by the names that the page knows them by.
    """

    do: str
    settings: Mapping[str, Any] = {}
    arrays: Mapping[str, Array] = {}


class UnknownOperationError(ValueError):
    """Raised when the page does not know what a layer does; the message says why."""


def operation_of(call: Call, out: Shape) -> Operation:
    """A node as the page carries it out.

    Args:
        call: with the values of constants, None for what depends on the picture.
        out: the shape that it gives.

    Raises:
        UnknownOperationError: an operator, or a use of one, that the page does not know.
    """
    make = _OPERATIONS.get(call.node.op)
    if make is None:
        raise UnknownOperationError(call.node.op)
    if not all(shape is None or _is_plain(shape) for shape in (*_fed_shapes(call), out)):
        raise UnknownOperationError(f"{call.node.op} {' '.join(map(str, out))}")
    return make(call)


def size_of(shape: Shape) -> tuple[int, int, int]:
    """The shape of an output as (C, H, W).

    >>> size_of((1, 8, 4, 5)), size_of((1, 8, 5)), size_of((1, 10)), size_of((6,))
    ((8, 4, 5), (8, 1, 5), (10, 1, 1), (6, 1, 1))
    """
    if len(shape) == 4:
        return shape[1], shape[2], shape[3]
    if len(shape) == 3:
        return shape[1], 1, shape[2]
    return int(np.prod(shape)), 1, 1


def _fed_shapes(call: Call) -> list[Shape | None]:
    return [shape for shape, value in zip(call.shapes, call.values, strict=True) if value is None]


def _is_plain(shape: Shape) -> bool:
    return len(shape) in (2, 3, 4) and shape[0] == 1


def _pairs(slide: Slide) -> dict[str, Any]:
    figures = zip(("kernel", "stride", "dilation", "before"), slide[:4], (1, 1, 1, 0), strict=True)
    return {name: list(two(given, single)) for name, given, single in figures}


def _conv(call: Call) -> Operation:
    weights, axes = _constant(call, 1), len(spatial_of(call))
    slide = slide_over(call, spatial_of(call), weights.shape[2:])
    arrays = {"weights": weights if axes == 2 else weights[:, :, np.newaxis]}
    if call.has(2):
        arrays["bias"] = _constant(call, 2)
    return Operation("conv", {**_pairs(slide), "groups": call.get("group", 1)}, arrays)


def _pool(how: str) -> Callable[[Call], Operation]:
    def made(call: Call) -> Operation:
        spatial = spatial_of(call)
        slide = slide_over(call, spatial, kernel_of(call, len(spatial)))
        settings = {**_pairs(slide), "how": how}
        if how == "mean":  # how many samples each window counts, down and across
            counts = window_counts(two(spatial, 1), slide, padding=bool(call.get("count_include_pad", 0)))
            settings["counts"] = [axis.tolist() for axis in counts]
        return Operation("pool", settings)

    return made


def _global_pool(how: str) -> Callable[[Call], Operation]:
    return lambda call: Operation("global-pool", {"how": how})


def _mean_of_maps(call: Call) -> Operation:
    axes = call.listed("axes", 1, 18)
    rank = len(call.shape())
    if axes is None or rank != 4 or {call.axis(axis, rank) for axis in axes} != {2, 3}:
        raise UnknownOperationError(f"{call.node.op} {axes}")
    return Operation("global-pool", {"how": "mean"})


def _scale(call: Call) -> Operation:
    scale, offset, mean, variance = (_constant(call, index).astype(np.float64) for index in range(1, 5))
    factor = scale / np.sqrt(variance + call.get("epsilon", 1e-5))
    return Operation("scale", {}, {"factor": factor, "shift": offset - mean * factor})


def _gemm(call: Call) -> Operation:
    if call.get("transA") or len(call.shape()) != 2:
        raise UnknownOperationError("Gemm transA")
    weights = _constant(call, 1) * np.float32(call.get("alpha", 1.0))
    arrays = {"weights": weights if call.get("transB") else weights.T}
    if call.has(2):
        units = len(arrays["weights"])
        arrays["bias"] = np.broadcast_to(_constant(call, 2).reshape(-1), units) * np.float32(call.get("beta", 1.0))
    return Operation("dense", {}, arrays)


def _mat_mul(call: Call) -> Operation:
    if len(call.shape()) != 2 or len(call.shape(1)) != 2:
        raise UnknownOperationError("MatMul")
    return Operation("dense", {}, {"weights": _constant(call, 1).T})


def _constant(call: Call, index: int) -> Array:
    value = call.values[index]
    if value is None:
        raise UnknownOperationError(f"{call.node.op} {index + 1}")
    return value


def _merge(how: str) -> Callable[[Call], Operation]:
    """Number by number, of layers and constants alike; a constant is stretched as NumPy does it."""

    def made(call: Call) -> Operation:
        rank = max(len(shape) for shape in _fed_shapes(call) if shape is not None)
        if call.get("broadcast") or any(len(shape or ()) != rank for shape in _fed_shapes(call)):
            raise UnknownOperationError(f"{call.node.op} broadcast")
        constants = [index for index, value in enumerate(call.values) if value is not None]
        sizes = {index: _aligned(call, index, rank) for index in constants}
        arrays = {f"constant{index}": _constant(call, index) for index in constants}
        return Operation("merge", {"how": how, "constants": {str(index): list(size) for index, size in sizes.items()}},
                         arrays)  # fmt: skip

    return made


def _aligned(call: Call, index: int, rank: int) -> tuple[int, int, int]:
    shape = call.shape(index)
    whole = (1,) * (rank - len(shape)) + tuple(shape)
    if len(whole) != rank or whole[0] != 1:
        raise UnknownOperationError(f"{call.node.op} broadcast")
    return size_of(whole)


def _concat(call: Call) -> Operation:
    if call.axis(call.get("axis", 1), len(call.shape())) != 1 or any(value is not None for value in call.values):
        raise UnknownOperationError("Concat axis")
    return Operation("concat")


def _softmax(*, log: bool) -> Callable[[Call], Operation]:
    def made(call: Call) -> Operation:
        rank = len(call.shape())
        axis = call.axis(call.get("axis", -1 if call.opset >= 13 else 1), rank)
        if axis != 1:
            raise UnknownOperationError(f"{call.node.op} axis {axis}")
        return Operation("softmax", {"log": log, "all": call.opset < 13})

    return made


def _curve(name: str, **defaults: float) -> Callable[[Call], Operation]:
    """Number by number, by a formula with the operator's attributes."""
    return lambda call: Operation(
        "curve", {"curve": name, **{key: float(call.get(key, value)) for key, value in defaults.items()}}
    )


def _clip(call: Call) -> Operation:
    ends = {}
    for place, name in enumerate(("min", "max"), 1):
        given = call.get(name) if call.opset < 11 else _constant(call, place) if call.has(place) else None
        ends[name] = None if given is None else float(np.asarray(given).reshape(-1)[0])
    return Operation("curve", {"curve": "clip", **ends})


def _same(call: Call) -> Operation:
    """The same numbers in the same order, of another shape or not: a row of maps lies map by map, row by row."""
    return Operation("same")


_OPERATIONS: dict[str, Callable[[Call], Operation]] = {
    "Conv": _conv,
    "MaxPool": _pool("max"),
    "AveragePool": _pool("mean"),
    "GlobalMaxPool": _global_pool("max"),
    "GlobalAveragePool": _global_pool("mean"),
    "ReduceMean": _mean_of_maps,
    "BatchNormalization": _scale,
    "Gemm": _gemm,
    "MatMul": _mat_mul,
    "Add": _merge("add"),
    "Sum": _merge("add"),
    "Sub": _merge("subtract"),
    "Mul": _merge("multiply"),
    "Div": _merge("divide"),
    "Concat": _concat,
    "Softmax": _softmax(log=False),
    "LogSoftmax": _softmax(log=True),
    "Relu": _curve("relu"),
    "LeakyRelu": _curve("leaky-relu", alpha=0.01),
    "Elu": _curve("elu", alpha=1.0),
    "Sigmoid": _curve("sigmoid"),
    "HardSigmoid": _curve("hard-sigmoid", alpha=0.2, beta=0.5),
    "HardSwish": _curve("hard-swish"),
    "Swish": _curve("swish", alpha=1.0),
    "Tanh": _curve("tanh"),
    "Softplus": _curve("softplus"),
    "Clip": _clip,
    "Flatten": _same,
    "Reshape": _same,
    "Squeeze": _same,
    "Unsqueeze": _same,
    "Identity": _same,
    "Dropout": _same,
}
