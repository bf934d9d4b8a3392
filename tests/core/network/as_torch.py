"""A network as a PyTorch module: one module a layer, branches joined with +, * and torch.cat.

Written from PyTorch's documentation; what comes out of every layer is held against the shape that
the network says.  Run it where torch is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul
from typing import Any

import pytest

from convcli.core.network.rows import FROM_INPUT, LayerRow, Network

torch: Any = None  # imported on use: collecting the tests takes no seconds for it


def torch_module(net: Network, *, means_for_maxima: bool = False) -> Any:
    """The network as a module in evaluation mode, for pictures (1, C, H, W) or rows (1, N); weights are 0.1.

    Args:
        means_for_maxima: every maximum is a mean instead, which lets a gradient through to all that it sees.
    """
    global torch
    torch = pytest.importorskip("torch")
    layers: dict[str, Any] = {}
    for row in net.rows:
        if row.kind not in JOINS:
            layers[row.name] = _shared(row, layers) or _layer(row, means_for_maxima)

    class Graph(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.ModuleDict({_key(name): layer for name, layer in layers.items()})

        def forward(self, x: Any, names: tuple[str, ...] = ()) -> Any:
            """What the last layer gives, or what all of those names give."""
            run = {FROM_INPUT: x}
            for row in net.rows:
                given = [run[name] for name in row.inputs]
                run[row.name] = JOINS[row.kind](given) if row.kind in JOINS else self.layers[_key(row.name)](*given)
                height, width, channels = row.output if len(row.output) == 3 else (None, None, row.output[0])
                shape = (1, channels) if height is None else (1, channels, height, width)
                assert tuple(run[row.name].shape) == shape, (row.name, tuple(run[row.name].shape), shape)
            return [run[name] for name in names] if names else x

    # The forward of a module that is traced has to give one tensor: the last layer's.
    class Last(Graph):
        def forward(self, x: Any, names: tuple[str, ...] = ()) -> Any:
            outs = super().forward(x, names or (net.rows[-1].name,))
            return outs if names else outs[0]

    module = Last().eval()
    for weights in module.parameters():
        torch.nn.init.constant_(weights, 0.1)
    return module


def input_shape(net: Network) -> tuple[int, ...]:
    """Of one picture, without the batch: (C, H, W) or (N,)."""
    return (net.shape[2], *net.shape[:2]) if len(net.shape) == 3 else net.shape


def _key(name: str) -> str:
    return name.replace(".", "_")


def _shared(row: LayerRow, layers: dict[str, Any]) -> Any:
    """The very module whose weights these are, where both look the same way; a copy that holds them otherwise."""
    if row.shares is None:
        return None
    owner, layer = layers[row.shares], _layer(row, False)
    pairs = list(zip(owner.modules(), layer.modules(), strict=True))
    if repr(owner) == repr(layer):
        return owner
    for theirs, ours in pairs:
        if hasattr(ours, "weight"):
            ours.weight, ours.bias = theirs.weight, theirs.bias
    return layer


def _layer(row: LayerRow, means: bool) -> Any:
    spec, nn = row.spec, torch.nn
    maps = len(row.given) == 3
    if row.kind in ("conv", "pool"):
        return _window(row, means)
    if row.kind == "conv-transpose":
        return _transposed(row)
    if row.kind == "global-pool":
        return nn.AdaptiveAvgPool2d(1) if spec.how == "avg" or means else nn.AdaptiveMaxPool2d(1)
    if row.kind == "fc":
        return nn.Linear(row.given[0], spec.units, bias=spec.bias)
    if row.kind == "batchnorm":
        return (nn.BatchNorm2d if maps else nn.BatchNorm1d)(row.given[-1])
    if row.kind == "upsample":
        scale = spec.scale if spec.scale[0] != spec.scale[1] else spec.scale[0]
        return nn.Upsample(scale_factor=scale, mode=spec.how or "nearest")
    if row.kind == "crop":
        rows, columns = spec.crop
        return nn.ZeroPad2d((-columns, -columns, -rows, -rows))
    if row.kind in ("leaky-relu", "elu"):
        slope = [float(spec.slope)] if spec.slope else []
        return (nn.LeakyReLU if row.kind == "leaky-relu" else nn.ELU)(*slope)
    if row.kind == "lrn":
        return nn.LocalResponseNorm(spec.size)
    if row.kind == "dropout":
        return nn.Dropout(float(spec.rate or 0.5))
    return SIMPLE[row.kind](nn)


SIMPLE: dict[str, Callable[[Any], Any]] = {
    "relu": lambda nn: nn.ReLU(),
    "relu6": lambda nn: nn.ReLU6(),
    "gelu": lambda nn: nn.GELU(),
    "silu": lambda nn: nn.SiLU(),
    "hard-swish": lambda nn: nn.Hardswish(),
    "hard-sigmoid": lambda nn: nn.Hardsigmoid(),
    "sigmoid": lambda nn: nn.Sigmoid(),
    "tanh": lambda nn: nn.Tanh(),
    "softmax": lambda nn: nn.Softmax(1),
    "flatten": lambda nn: nn.Flatten(),
}

JOINS: dict[str, Callable[[list[Any]], Any]] = {
    "add": lambda given: reduce(add, given),
    "multiply": lambda given: reduce(mul, given),
    "concat": lambda given: torch.cat(given, 1),
}


def _window(row: LayerRow, means: bool) -> Any:
    spec, nn = row.spec, torch.nn
    stride = spec.stride or (spec.kernel if row.kind == "pool" else (1, 1))
    (top, bottom), (left, right) = (_sides(row, axis, stride[axis]) for axis in (0, 1))
    even = top == bottom and left == right
    asked = {"stride": stride, "padding": (top, left) if even else 0}
    if row.kind == "conv":
        asked |= {"dilation": spec.dilation, "groups": spec.groups, "bias": spec.bias}
        layer = nn.Conv2d(row.given[2], spec.filters, spec.kernel, **asked)
    elif spec.how == "avg" or (means and spec.dilation == (1, 1)):
        layer = nn.AvgPool2d(spec.kernel, **asked, ceil_mode=spec.ceil)
    else:
        layer = nn.MaxPool2d(spec.kernel, **asked, dilation=spec.dilation, ceil_mode=spec.ceil)
    return layer if even else nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), layer)


def _sides(row: LayerRow, axis: int, stride: int) -> tuple[int, int]:
    """Padding before and after along an axis."""
    spec, n = row.spec, row.given[axis]
    reach = spec.dilation[axis] * (spec.kernel[axis] - 1)
    if spec.pad == "tf-same":
        total = max(reach + 1 - (n % stride or stride), 0)
        return total // 2, total - total // 2
    if isinstance(spec.pad, str):
        before = spec.dilation[axis] * (spec.kernel[axis] // 2)
        return {"same": (before, reach - before), "valid": (0, 0), "full": (reach, reach)}[spec.pad]
    return spec.pad[axis], spec.pad[axis]


def _transposed(row: LayerRow) -> Any:
    spec, nn = row.spec, torch.nn
    stride = spec.stride or (1, 1)
    asked = {"stride": stride, "dilation": spec.dilation, "groups": spec.groups, "bias": spec.bias}
    shape = (row.given[2], spec.filters, spec.kernel)
    if not isinstance(spec.pad, str):
        return nn.ConvTranspose2d(*shape, padding=spec.pad, output_padding=spec.output_pad, **asked)
    cut = []  # tf-same: PyTorch has no name for it; what is too much is cut off
    for axis in (1, 0):
        total = spec.dilation[axis] * (spec.kernel[axis] - 1) + 1 - stride[axis]
        cut += [-(max(total, 0) // 2), max(total, 0) // 2 - total]
    return nn.Sequential(nn.ConvTranspose2d(*shape, **asked), nn.ZeroPad2d(tuple(cut)))
