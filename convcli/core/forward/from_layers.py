"""A network in the language of `core/network`, with weights, as a graph that pictures are sent through.

Each layer is one node whose output bears the layer's name; what it needs beside it (a turn of axes, a
second product) is called after it.  Numbers are float32, maps (N, C, H, W), rows (N, K).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.graph import Constant, Entry, ForwardGraph, Node
from convcli.core.forward.wanted import wanted_weights
from convcli.core.network.rows import FROM_INPUT, LayerRow, Network
from convcli.core.network.spec import TF_SAME, Shape, padding_of, steps_of
from convcli.core.network.steps import cropping_of
from convcli.errors import UsageError, printable

OPSET = 24  # of the operators below; the first that has all of them
Order = Literal["chw", "hwc"]


def graph_of(network: Network, weights: Mapping[str, Constant], *, order: Order = "chw") -> ForwardGraph:
    """The network as operators, an input named "input" of any batch, and the last layer's output under its name.

    Conventions are PyTorch's: a mean over a padded window counts the zeros of the padding (tf-same
    leaves them out, as TensorFlow does), batchnorm adds 1e-5 to the variance, lrn has alpha 1e-4,
    beta 0.75 and k 1, gelu is exact; an lrn of even size sees the channel more on the side after, as ONNX has it.

    Args:
        weights: by layer, as `wanted_weights` names and shapes them: conv-1.weight (F, C/groups, h, w),
            conv-transpose-1.weight (C, F/groups, h, w), fc-1.weight (units, inputs), biases, and running_mean and
            running_var of a batchnorm.  Others are not looked at.
        order: in which flatten lays maps in a row, which the fc behind it was trained on: chw (PyTorch, ONNX), or
            hwc (Keras, TensorFlow).

    Raises:
        UsageError: weights that are missing or of another shape, or a kind of layer that is not run.
    """
    check_runnable(network)
    laying = _Laying(network, weights, order)
    for row in network.rows:
        _LAID[row.kind](laying, row)
    entry = Entry(FROM_INPUT, (None, *_channels_in_front(network.shape)))
    return ForwardGraph.in_order(laying.nodes, laying.constants, (entry,), (network.rows[-1].name,), OPSET)


def check_runnable(network: Network) -> None:
    """Refuse kinds of layers that are counted but not run: windows without shared weights, extensions' own.

    Raises:
        UsageError: (InputError for a file) with the layer's number and text.
    """
    for row in network.rows:
        if row.kind not in _LAID:
            raise row.spec.written.problem(f"layers of the kind {row.kind!r} are counted, not run")


def _channels_in_front(shape: Shape) -> Shape:
    """(H, W, C) as (C, H, W); a row of numbers as it is."""
    return (shape[2], *shape[:2]) if len(shape) == 3 else shape


class _Laying:
    """The nodes and constants so far."""

    def __init__(self, network: Network, weights: Mapping[str, Constant], order: Order) -> None:
        self.given, self.order, self.wanted = weights, order, wanted_weights(network)
        self.nodes: list[Node] = []
        self.constants: dict[str, Constant] = {}

    def node(self, row: LayerRow, op: str, *more: str, **attributes: Any) -> None:
        """The layer itself: what comes in, then `more`."""
        self.nodes.append(Node(op, (*row.inputs, *more), (row.name,), attributes, row.name))

    def learned(self, row: LayerRow, *roles: str) -> tuple[str, ...]:
        """The names of its weights, or of those it shares; "" for a bias that it does not have."""
        owner = row.shares or row.name
        names = [f"{owner}.{role}" for role in roles]
        for name in names:
            if name in self.wanted:
                self.constants[name] = _floats(name, self.given.get(name), self.wanted[name])
        return tuple(name if name in self.wanted else "" for name in names)

    def numbers(self, row: LayerRow, what: str, values: Any, dtype: type = np.float32) -> str:
        """The name of numbers that are no weights."""
        name = f"{row.name}/{what}"
        self.constants[name] = Constant.of(np.asarray(values, dtype))
        return name


def _floats(name: str, given: Constant | None, shape: Shape) -> Constant:
    """The weights as float32, read on use."""
    if given is None:
        raise UsageError(f"the weights {printable(name, 60)!r} of shape {shape} are missing")
    if given.shape != shape:
        raise UsageError(f"the weights {printable(name, 60)!r} have shape {given.shape}; the layer needs {shape}")
    return given if given.dtype == "float32" else Constant(shape, "float32", lambda: _read_as_floats(given))


def _read_as_floats(given: Constant) -> Array:
    return given.read().astype(np.float32)


def _conv(laying: _Laying, row: LayerRow) -> None:
    weights = laying.learned(row, "weight", "bias")
    laying.node(row, "Conv", *filter(None, weights), group=row.spec.groups, **_window(row))


def _transposed(laying: _Laying, row: LayerRow) -> None:
    """What is to be left out after the output, or, where that is negative, added."""
    (top, bottom), (left, right) = (cropping_of(row.spec, axis) for axis in (0, 1))
    laying.node(
        row,
        "ConvTranspose",
        *filter(None, laying.learned(row, "weight", "bias")),
        group=row.spec.groups,
        kernel_shape=row.spec.kernel,
        strides=steps_of(row.spec),
        dilations=row.spec.dilation,
        pads=(top, left, max(bottom, 0), max(right, 0)),
        output_padding=(max(-bottom, 0), max(-right, 0)),
    )


def _fully_connected(laying: _Laying, row: LayerRow) -> None:
    laying.node(row, "Gemm", *filter(None, laying.learned(row, "weight", "bias")), transB=1)


def _batchnorm(laying: _Laying, row: LayerRow) -> None:
    laying.node(row, "BatchNormalization", *laying.learned(row, "weight", "bias", "running_mean", "running_var"))


def _pool(laying: _Laying, row: LayerRow) -> None:
    ceil = {"ceil_mode": int(row.spec.ceil)}
    if row.spec.how == "max":
        laying.node(row, "MaxPool", **_window(row), **ceil)
    else:
        laying.node(row, "AveragePool", **_window(row), **ceil, count_include_pad=int(row.spec.pad != TF_SAME))


def _window(row: LayerRow) -> dict[str, Any]:
    top, bottom, left, right = padding_of(row.spec, row.given[:2])
    return {
        "kernel_shape": row.spec.kernel,
        "strides": steps_of(row.spec),
        "dilations": row.spec.dilation,
        "pads": (top, left, bottom, right),
    }


def _global_pool(laying: _Laying, row: LayerRow) -> None:
    laying.node(row, "GlobalMaxPool" if row.spec.how == "max" else "GlobalAveragePool")


def _upsample(laying: _Laying, row: LayerRow) -> None:
    scales = laying.numbers(row, "scales", (1, 1, *row.spec.scale))
    if row.spec.how == "bilinear":
        laying.node(row, "Resize", "", scales, mode="linear", coordinate_transformation_mode="half_pixel")
    else:
        laying.node(
            row, "Resize", "", scales,
            mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        )  # fmt: skip


def _crop(laying: _Laying, row: LayerRow) -> None:
    rows, columns = row.spec.crop
    height, width = row.given[:2]
    starts = laying.numbers(row, "starts", (rows, columns), np.int64)
    ends = laying.numbers(row, "ends", (height - rows, width - columns), np.int64)
    laying.node(row, "Slice", starts, ends, laying.numbers(row, "axes", (2, 3), np.int64))


def _multiply(laying: _Laying, row: LayerRow) -> None:
    """Two at a time; a branch may be wanted twice."""
    product = row.inputs[0]
    for place, name in enumerate(row.inputs[1:], 1):
        out = row.name if place == len(row.inputs) - 1 else f"{row.name}/{place}"
        laying.nodes.append(Node("Mul", (product, name), (out,), {}, out))
        product = out


def _flatten(laying: _Laying, row: LayerRow) -> None:
    if laying.order == "hwc" and len(row.given) == 3:
        turned = f"{row.name}/hwc"
        laying.nodes.append(Node("Transpose", row.inputs, (turned,), {"perm": (0, 2, 3, 1)}, turned))
        laying.nodes.append(Node("Flatten", (turned,), (row.name,), {"axis": 1}, row.name))
    else:
        laying.node(row, "Flatten", axis=1)


def _relu6(laying: _Laying, row: LayerRow) -> None:
    laying.node(row, "Clip", laying.numbers(row, "min", 0), laying.numbers(row, "max", 6))


def _sloped(op: str, otherwise: float) -> Callable[[_Laying, LayerRow], None]:
    return lambda laying, row: laying.node(row, op, alpha=float(row.spec.slope or otherwise))


def _lrn(laying: _Laying, row: LayerRow) -> None:
    laying.node(row, "LRN", size=row.spec.size, alpha=1e-4, beta=0.75, bias=1.0)


def _plain(op: str, **attributes: Any) -> Callable[[_Laying, LayerRow], None]:
    return lambda laying, row: laying.node(row, op, **attributes)


_LAID: dict[str, Callable[[_Laying, LayerRow], None]] = {
    "conv": _conv,
    "conv-transpose": _transposed,
    "fc": _fully_connected,
    "batchnorm": _batchnorm,
    "pool": _pool,
    "global-pool": _global_pool,
    "upsample": _upsample,
    "crop": _crop,
    "add": _plain("Sum"),
    "concat": _plain("Concat", axis=1),
    "multiply": _multiply,
    "flatten": _flatten,
    "relu": _plain("Relu"),
    "relu6": _relu6,
    "leaky-relu": _sloped("LeakyRelu", 0.01),
    "elu": _sloped("Elu", 1.0),
    "gelu": _plain("Gelu"),
    "silu": _plain("Swish"),
    "hard-swish": _plain("HardSwish"),
    "hard-sigmoid": _plain("HardSigmoid", alpha=1 / 6, beta=0.5),
    "sigmoid": _plain("Sigmoid"),
    "tanh": _plain("Tanh"),
    "softmax": _plain("Softmax", axis=1),
    "lrn": _lrn,
    "dropout": _plain("Dropout"),
}
