"""The network `digits` by plain loops over its definition, a list of pictures at once; knows nothing of the tool."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

Array = np.ndarray


def read_numbers(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays of a .safetensors file of float32, and its notes."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header, buffer = json.loads(content[8 : 8 + length]), content[8 + length :]
    notes = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(buffer[begin:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return arrays, notes


def scores(pictures: Array, numbers: dict[str, Array]) -> Array:
    """(N, 10) of 8-bit pictures (N, 8, 8)."""
    maps = [[[np.asarray(pictures[:, r, c] / 255)] for c in range(8)] for r in range(8)]  # [row][column][channel]
    maps = conv(maps, numbers["conv-1.weight"], np.zeros(8))
    maps = pool(conv(maps, numbers["conv-2.weight"], numbers["conv-2.bias"]))
    maps = pool(conv(maps, numbers["conv-3.weight"], numbers["conv-3.bias"]))
    flat = [maps[r][c][k] for k in range(32) for r in range(2) for c in range(2)]
    out = []
    for weights, bias in zip(numbers["fc-1.weight"], numbers["fc-1.bias"], strict=True):
        out.append(bias + sum(weight * value for weight, value in zip(weights, flat, strict=True)))
    return np.stack(out, axis=1)


def conv(maps: list[list[list[Array]]], weights: Array, biases: Array) -> list[list[list[Array]]]:
    """max(0, bias + sum of weights by the 3 x 3 around), 0 outside."""
    side = len(maps)
    out: list[list[list[Array]]] = [[[] for _ in range(side)] for _ in range(side)]
    for r in range(side):
        for c in range(side):
            for taps, bias in zip(weights, biases, strict=True):
                total = np.full(maps[0][0][0].shape, bias)
                for k, i, j in np.ndindex(*taps.shape):
                    y, x = r + i - 1, c + j - 1
                    if 0 <= y < side and 0 <= x < side:
                        total += taps[k, i, j] * maps[y][x][k]
                out[r][c].append(np.where(total > 0, total, 0))
    return out


def pool(maps: list[list[list[Array]]]) -> list[list[list[Array]]]:
    """The largest of each 2 x 2."""
    half = range(len(maps) // 2)
    return [
        [
            [
                np.max([maps[2 * r + i][2 * c + j][k] for i in (0, 1) for j in (0, 1)], axis=0)
                for k in range(len(maps[0][0]))
            ]
            for c in half
        ]
        for r in half
    ]
