"""A network of layers carried out by PyTorch: each layer by PyTorch's own function of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; pip install torch to compare with it")

from convcli.core.network import Network  # noqa: E402
from convcli.core.network.rows import LayerRow  # noqa: E402
from convcli.core.network.spec import padding_of, steps_of  # noqa: E402

F = torch.nn.functional


def by_torch(network: Network, weights: Mapping[str, np.ndarray], given: np.ndarray) -> dict[str, np.ndarray]:
    """Every layer's output, (N, C, H, W) or (N, K), by its name, of float64."""
    learned = {name: torch.from_numpy(array.astype(np.float64)) for name, array in weights.items()}
    seen = {"input": torch.from_numpy(given.astype(np.float64))}
    with torch.no_grad():
        for row in network.rows:
            seen[row.name] = _layer(row, [seen[name] for name in row.inputs], learned)
    return {name: maps.numpy() for name, maps in seen.items() if name != "input"}


def _layer(row: LayerRow, inputs: list[Any], learned: Mapping[str, Any]) -> Any:
    spec, x, owner = row.spec, inputs[0], row.shares or row.name
    weight, bias = learned.get(f"{owner}.weight"), learned.get(f"{owner}.bias")
    if row.kind == "conv":
        x = F.pad(x, _sides(row))
        return F.conv2d(x, weight, bias, stride=steps_of(spec), dilation=spec.dilation, groups=spec.groups)
    if row.kind == "conv-transpose":
        return _transposed(row, x, weight, bias)
    if row.kind == "pool":
        return _pool(row, x)
    if row.kind == "batchnorm":
        return F.batch_norm(x, learned[f"{owner}.running_mean"], learned[f"{owner}.running_var"], weight, bias)
    if row.kind == "upsample":
        mode = {"mode": "bilinear", "align_corners": False} if spec.how == "bilinear" else {"mode": "nearest"}
        return F.interpolate(x, scale_factor=tuple(map(float, spec.scale)), **mode)
    slope = float(spec.slope or {"leaky-relu": 0.01, "elu": 1.0}.get(row.kind, 0))
    return {
        "fc": lambda: F.linear(x, weight, bias),
        "global-pool": lambda: (F.adaptive_max_pool2d if spec.how == "max" else F.adaptive_avg_pool2d)(x, 1),
        "crop": lambda: x[:, :, spec.crop[0] : x.shape[2] - spec.crop[0], spec.crop[1] : x.shape[3] - spec.crop[1]],
        "add": lambda: sum(inputs),
        "concat": lambda: torch.cat(inputs, dim=1),
        "multiply": lambda: math.prod(inputs[1:], start=x),
        "flatten": lambda: torch.flatten(x, 1),
        "leaky-relu": lambda: F.leaky_relu(x, slope),
        "elu": lambda: F.elu(x, slope),
        "softmax": lambda: F.softmax(x, dim=1),
        "lrn": lambda: F.local_response_norm(x, spec.size),
        "dropout": lambda: F.dropout(x, training=False),
        "hard-swish": lambda: F.hardswish(x),
        "hard-sigmoid": lambda: F.hardsigmoid(x),
        "sigmoid": lambda: torch.sigmoid(x),
        "tanh": lambda: torch.tanh(x),
        **dict.fromkeys(("relu", "relu6", "gelu", "silu"), lambda: getattr(F, row.kind)(x)),
    }[row.kind]()


def _sides(row: LayerRow) -> tuple[int, int, int, int]:
    """Padding in PyTorch's order: the last axis first."""
    top, bottom, left, right = padding_of(row.spec, row.given[:2])
    return left, right, top, bottom


def _transposed(row: LayerRow, x: Any, weight: Any, bias: Any) -> Any:
    """By PyTorch's padding; tf-same cut out of, or grown from, the whole."""
    spec = row.spec
    stride, dilation = steps_of(spec), spec.dilation
    if spec.pad != "tf-same":
        return F.conv_transpose2d(x, weight, bias, stride, spec.pad, spec.output_pad, spec.groups, dilation)
    whole = F.conv_transpose2d(x, weight, None, stride, 0, 0, spec.groups, dilation)
    wider = [max(0, n - m) for n, m in zip(whole.shape[2:], row.output[:2], strict=True)]
    whole = whole[:, :, wider[0] // 2 :, wider[1] // 2 :]
    rows, columns = row.output[:2]
    whole = F.pad(whole, (0, max(0, columns - whole.shape[3]), 0, max(0, rows - whole.shape[2])))[:, :, :rows, :columns]
    return whole if bias is None else whole + bias[:, None, None]


def _pool(row: LayerRow, x: Any) -> Any:
    """By PyTorch's padding; tf-same by -inf around, or by the sum of what is there and its count."""
    spec = row.spec
    if spec.pad != "tf-same":
        pad = padding_of(spec)[::2]
        if spec.how == "max":
            return F.max_pool2d(x, spec.kernel, steps_of(spec), pad, spec.dilation, spec.ceil)
        return F.avg_pool2d(x, spec.kernel, steps_of(spec), pad, spec.ceil)
    if spec.how == "max":
        return F.max_pool2d(F.pad(x, _sides(row), value=-math.inf), spec.kernel, steps_of(spec), 0, spec.dilation)
    sums, counts = (
        F.avg_pool2d(F.pad(maps, _sides(row)), spec.kernel, steps_of(spec)) for maps in (x, torch.ones_like(x))
    )
    return sums / counts
