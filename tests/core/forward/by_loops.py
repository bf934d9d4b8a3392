"""A network of layers carried out by its definitions: loops over every output, in Python's own floats.

Maps are nested [row][column][channel], as the language of networks has them; nothing here comes from `core/forward`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convcli.core.network import Network
from convcli.core.network.rows import LayerRow
from convcli.core.network.spec import padding_of, steps_of

Array = np.ndarray


def by_loops(network: Network, weights: Mapping[str, Array], given: Array, *, order: str = "chw") -> dict[str, Array]:
    """Every layer's output, (H, W, C) or (N,), by its name.

    Args:
        given: (H, W, C) or (N,).
        order: in which flatten lays maps in a row.
    """
    seen: dict[str, Array] = {"input": np.asarray(given, np.float64)}
    for row in network.rows:
        owner = row.shares or row.name
        learned = {
            role: np.asarray(weights[f"{owner}.{role}"], np.float64)
            for role in ("weight", "bias", "running_mean", "running_var")
            if f"{owner}.{role}" in weights
        }
        inputs = [seen[name] for name in row.inputs]
        out = flattened(inputs[0], order) if row.kind == "flatten" else RULES[row.kind](row, inputs, learned)
        assert out.shape == row.output, row.name
        seen[row.name] = out
    return seen


def flattened(maps: Array, order: str) -> Array:
    """Channel by channel, or place by place."""
    if maps.ndim == 1:
        return maps
    return np.array([*maps.transpose(2, 0, 1).flat] if order == "chw" else [*maps.flat])


def conv(row: LayerRow, inputs: list[Array], learned: Mapping[str, Array]) -> Array:
    """bias[f] + sum weights[f, k, i, j] * in[r*s + i*d - top, c*s + j*d - left, group(f) + k]."""
    spec, out = row.spec, np.zeros(row.output)
    top, _, left, _ = padding_of(spec, row.given[:2])
    (down, across), (gap, apart), depth = steps_of(spec), spec.dilation, row.given[2] // spec.groups
    for r, c, f in np.ndindex(*row.output):
        total = learned["bias"][f] if spec.bias else 0.0
        first = f // (spec.filters // spec.groups) * depth
        for k, i, j in np.ndindex(depth, *spec.kernel):
            y, x = r * down + i * gap - top, c * across + j * apart - left
            if 0 <= y < row.given[0] and 0 <= x < row.given[1]:
                total += learned["weight"][f, k, i, j] * inputs[0][y, x, first + k]
        out[r, c, f] = total
    return out


def transposed(row: LayerRow, inputs: list[Array], learned: Mapping[str, Array]) -> Array:
    """out[r*s + i*d - top, c*s + j*d - left, group(k) + f] += in[r, c, k] * weights[k, f, i, j]."""
    spec, out = row.spec, np.zeros(row.output)
    if spec.bias:
        out += learned["bias"]
    (down, across), (gap, apart) = steps_of(spec), spec.dilation
    if spec.pad == "tf-same":  # what is wider than a stride is taken off both ends, the odd position after
        top, left = (
            max(0, d * (k - 1) + 1 - s) // 2 for k, d, s in zip(spec.kernel, spec.dilation, steps_of(spec), strict=True)
        )
    else:
        top, _, left, _ = padding_of(spec)
    filters = spec.filters // spec.groups
    for (r, c, k), value in np.ndenumerate(inputs[0]):
        first = k // (row.given[2] // spec.groups) * filters
        for f, i, j in np.ndindex(filters, *spec.kernel):
            y, x = r * down + i * gap - top, c * across + j * apart - left
            if 0 <= y < row.output[0] and 0 <= x < row.output[1]:
                out[y, x, first + f] += value * learned["weight"][k, f, i, j]
    return out


def pool(row: LayerRow, inputs: list[Array], learned: Mapping[str, Array]) -> Array:
    """The largest of a window, or its mean: padding counts as 0, what hangs over the padding's end does not."""
    spec, out = row.spec, np.zeros(row.output)
    top, bottom, left, right = padding_of(spec, row.given[:2])
    (height, width), (down, across), (gap, apart) = row.given[:2], steps_of(spec), spec.dilation
    for r, c, f in np.ndindex(*row.output):
        inside, padding = [], 0
        for i, j in np.ndindex(*spec.kernel):
            y, x = r * down + i * gap - top, c * across + j * apart - left
            if 0 <= y < height and 0 <= x < width:
                inside.append(inputs[0][y, x, f])
            elif y < height + bottom and x < width + right and spec.pad != "tf-same":
                padding += 1
        out[r, c, f] = max(inside) if spec.how == "max" else sum(inside) / (len(inside) + padding)
    return out


def upsample(row: LayerRow, inputs: list[Array], learned: Mapping[str, Array]) -> Array:
    """Rows and columns repeated; or the mean of the four around (place + 1/2) / scale - 1/2."""
    out, (height, width) = np.zeros(row.output), row.given[:2]
    for r, c in np.ndindex(*row.output[:2]):
        if row.spec.how != "bilinear":
            out[r, c] = inputs[0][r // row.spec.scale[0], c // row.spec.scale[1]]
            continue
        y = min(max((r + 0.5) / row.spec.scale[0] - 0.5, 0), height - 1)
        x = min(max((c + 0.5) / row.spec.scale[1] - 0.5, 0), width - 1)
        for i, j in itertools.product((0, 1), (0, 1)):
            row_, column = min(int(y) + i, height - 1), min(int(x) + j, width - 1)
            share = (y - int(y) if i else 1 - y + int(y)) * (x - int(x) if j else 1 - x + int(x))
            out[r, c] += share * inputs[0][row_, column]
    return out


def batchnorm(row: LayerRow, inputs: list[Array], learned: Mapping[str, Array]) -> Array:
    """weight * (x - mean) / sqrt(variance + 1e-5) + bias, channel by channel."""
    out = np.zeros(row.output)
    for place in np.ndindex(*row.output):
        mean, variance, weight, bias = (
            learned[role][place[-1]] for role in ("running_mean", "running_var", "weight", "bias")
        )
        out[place] = weight * (inputs[0][place] - mean) / math.sqrt(variance + 1e-5) + bias
    return out


def lrn(row: LayerRow, inputs: list[Array], learned: Mapping[str, Array]) -> Array:
    """x / (1 + 1e-4/size * sum of squares of `size` channels around)^0.75; of an even size, one more after."""
    size, out = row.spec.size, np.zeros(row.output)
    for place in np.ndindex(*row.output):
        first = max(0, place[-1] - (size - 1) // 2)
        last = min(row.output[-1], place[-1] + size // 2 + 1)
        total = sum(inputs[0][(*place[:-1], k)] ** 2 for k in range(first, last))
        out[place] = inputs[0][place] / (1 + 1e-4 / size * total) ** 0.75
    return out


def softmax(row: LayerRow, inputs: list[Array], learned: Mapping[str, Array]) -> Array:
    """Over the channels."""
    powers = np.exp(inputs[0])
    return powers / powers.sum(axis=-1, keepdims=True)


def each(function: Callable[[float], float]) -> Callable[..., Array]:
    """Number by number."""
    return lambda row, inputs, learned: np.vectorize(function, otypes=[float])(inputs[0])


def sloped(function: Callable[[float, float], float], otherwise: float) -> Callable[..., Array]:
    """Number by number, with the layer's slope."""
    return lambda row, inputs, learned: each(lambda x: function(x, float(row.spec.slope or otherwise)))(
        row, inputs, learned
    )


RULES: dict[str, Callable[[LayerRow, list[Array], Mapping[str, Array]], Any]] = {
    "conv": conv,
    "conv-transpose": transposed,
    "fc": lambda row, inputs, learned: np.array(
        [
            sum(w * x for w, x in zip(weights, inputs[0], strict=True)) + (learned["bias"][u] if row.spec.bias else 0)
            for u, weights in enumerate(learned["weight"])
        ]
    ),
    "batchnorm": batchnorm,
    "pool": pool,
    "global-pool": lambda row, inputs, learned: (
        inputs[0].max(axis=(0, 1), keepdims=True) if row.spec.how == "max" else inputs[0].mean((0, 1), keepdims=True)
    ),
    "upsample": upsample,
    "crop": lambda row, inputs, learned: inputs[0][
        row.spec.crop[0] : row.given[0] - row.spec.crop[0], row.spec.crop[1] : row.given[1] - row.spec.crop[1]
    ],
    "add": lambda row, inputs, learned: sum(inputs),
    "concat": lambda row, inputs, learned: np.concatenate(inputs, axis=-1),
    "multiply": lambda row, inputs, learned: math.prod(inputs),
    "relu": each(lambda x: max(x, 0)),
    "relu6": each(lambda x: min(max(x, 0), 6)),
    "leaky-relu": sloped(lambda x, slope: x if x > 0 else slope * x, 0.01),
    "elu": sloped(lambda x, slope: x if x > 0 else slope * (math.exp(x) - 1), 1),
    "gelu": each(lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
    "silu": each(lambda x: x / (1 + math.exp(-x))),
    "hard-swish": each(lambda x: x * min(max(x + 3, 0), 6) / 6),
    "hard-sigmoid": each(lambda x: min(max(x + 3, 0), 6) / 6),
    "sigmoid": each(lambda x: 1 / (1 + math.exp(-x))),
    "tanh": each(math.tanh),
    "softmax": softmax,
    "lrn": lrn,
    "dropout": lambda row, inputs, learned: inputs[0],
}
