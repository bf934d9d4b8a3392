"""Which inputs move which units, by brute force: every pixel is changed, one at a time, and all layers run.

The layers are run from their definitions, on whole numbers modulo a prime, so that what does not
depend on a pixel stays exactly as it was and what does changes but for one chance in 2 * 10^9.
Pools add what they see up, and activations do nothing: who sees whom is the same.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.network.rows import FROM_INPUT, LayerRow, Network

PRIME = 2**31 - 1
Maps = NDArray[np.int64]  # (pictures, H, W, C): the picture, and then one with each pixel changed
Seen = dict[tuple[int, int], list[tuple[int, int]]]


def seen_by_perturbation(net: Network) -> list[Seen]:
    """For each layer and each of its units (row, column): the first and last row, and column, of what moves it."""
    height, width, channels = net.shape
    rng = np.random.default_rng(5)
    pictures = np.repeat(rng.integers(1, PRIME, (1, height, width, channels)), height * width + 1, axis=0)
    for pixel in range(height * width):
        pictures[pixel + 1, pixel // width, pixel % width] += 1
    run: dict[str, Maps] = {FROM_INPUT: pictures % PRIME}
    seen = []
    for row in net.rows:
        run[row.name] = respond(row, [run[name] for name in row.inputs])
        assert run[row.name].shape[1:] == row.output, row.name
        maps = run[row.name].reshape(len(pictures), *row.grid, -1)
        moved = (maps[1:] != maps[:1]).any(axis=-1).reshape(height, width, *row.grid)
        seen.append(_spans(moved))
    return seen


def _spans(moved: NDArray[np.bool_]) -> Seen:
    spans: Seen = {}
    for unit in np.ndindex(*moved.shape[2:]):
        places = np.argwhere(moved[:, :, unit[0], unit[1]])
        if len(places):
            low, high = places.min(axis=0).tolist(), places.max(axis=0).tolist()
            spans[unit[0], unit[1]] = list(zip(low, high, strict=True))
    return spans


def respond(row: LayerRow, given: list[Maps]) -> Maps:
    """One layer, run."""
    spec, maps = row.spec, given[0]
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    if spec.kind in ("add", "multiply", "concat"):
        return _join(spec.kind, given)
    if spec.kind in ("fc", "global-pool") or (spec.kind == "softmax" and maps.ndim == 2):
        flat = maps.reshape(len(maps), -1)
        outs = [(flat * rng.integers(1, PRIME, flat.shape[1]) % PRIME).sum(axis=1) % PRIME for _ in range(row.units)]
        return np.stack(outs, axis=1).reshape(len(maps), *row.output)
    if spec.kind in ("conv", "pool"):
        return _slide(row, maps, rng)
    if spec.kind == "conv-transpose":
        return _lay_down(row, maps, rng)
    if spec.kind == "upsample":
        return _enlarge(row, maps)
    if spec.kind == "crop":
        rows, columns = spec.crop
        return maps[:, rows : maps.shape[1] - rows, columns : maps.shape[2] - columns]
    return maps.reshape(len(maps), *row.output)


def _join(kind: str, given: list[Maps]) -> Maps:
    out = given[0]
    for other in given[1:]:
        if kind == "concat":
            out = np.concatenate([out, other], axis=-1)
        else:
            out = (out + 3 * other if kind == "add" else out * other) % PRIME
    return out


def _pads(row: LayerRow, axis: int, n: int) -> tuple[int, int, int]:
    """Positions before and after, and the windows that fit, one by one."""
    spec = row.spec
    k, d = spec.kernel[axis], spec.dilation[axis]
    s = (spec.stride or (spec.kernel if spec.kind == "pool" else (1, 1)))[axis]
    if spec.pad == "tf-same":  # as TensorFlow's documentation says it
        total = max(d * (k - 1) + 1 - (s if n % s == 0 else n % s), 0)
        before, after = total // 2, total - total // 2
    elif isinstance(spec.pad, str):
        reach = d * (k - 1)
        before = {"same": d * (k // 2), "valid": 0, "full": reach}[spec.pad]
        after = {"same": reach - before, "valid": 0, "full": reach}[spec.pad]
    else:
        before = after = spec.pad[axis]
    windows, end = 0, 0
    while windows * s + d * (k - 1) + 1 <= before + n + after:
        end = windows * s + d * (k - 1) + 1
        windows += 1
    hangs = spec.ceil and end < before + n + after and windows * s < before + n
    return before, after, windows + hangs


def _slide(row: LayerRow, maps: Maps, rng: np.random.Generator) -> Maps:
    (top, bottom, height), (left, right, width) = (_pads(row, axis, maps.shape[axis + 1]) for axis in (0, 1))
    spec = row.spec
    strides = spec.stride or (spec.kernel if spec.kind == "pool" else (1, 1))
    more = 50  # for windows that hang over the end
    padded = np.pad(maps, ((0, 0), (top, bottom + more), (left, right + more), (0, 0)))
    out = np.zeros((len(maps), height, width, row.output[2]), np.int64)
    for i, j in np.ndindex(*spec.kernel):
        r, c = i * spec.dilation[0], j * spec.dilation[1]
        seen = padded[
            :, r : r + (height - 1) * strides[0] + 1 : strides[0], c : c + (width - 1) * strides[1] + 1 : strides[1]
        ]
        out = (out + (seen if spec.kind == "pool" else _weighted(seen, row, rng))) % PRIME
    return out


def _weighted(seen: Maps, row: LayerRow, rng: np.random.Generator) -> Maps:
    per_group, filters = seen.shape[-1] // row.spec.groups, row.output[2] // row.spec.groups
    out: list[Any] = []
    for f in range(row.output[2]):
        first = f // filters * per_group
        weights = rng.integers(1, PRIME, per_group)
        out.append((seen[..., first : first + per_group] * weights % PRIME).sum(axis=-1) % PRIME)
    return np.stack(out, axis=-1)


def _lay_down(row: LayerRow, maps: Maps, rng: np.random.Generator) -> Maps:
    spec = row.spec
    strides = spec.stride or (1, 1)
    laid = np.zeros((len(maps), 200, 200, row.output[2]), np.int64)
    height, width = maps.shape[1:3]
    for i, j in np.ndindex(*spec.kernel):
        r, c = i * spec.dilation[0], j * spec.dilation[1]
        places = (
            slice(None),
            slice(r, r + height * strides[0], strides[0]),
            slice(c, c + width * strides[1], strides[1]),
        )
        laid[places] = (laid[places] + _weighted(maps, row, rng)) % PRIME
    if spec.pad == "tf-same":
        top, left = (
            max(d * (k - 1) + 1 - s, 0) // 2 for k, d, s in zip(spec.kernel, spec.dilation, strides, strict=True)
        )
    else:
        assert not isinstance(spec.pad, str)
        top, left = spec.pad[0], spec.pad[1]
    return laid[:, top : top + row.output[0], left : left + row.output[1]]


def _enlarge(row: LayerRow, maps: Maps) -> Maps:
    for axis, times in enumerate(row.spec.scale, 1):
        n = maps.shape[axis]
        if row.spec.how != "bilinear":
            maps = np.repeat(maps, times, axis=axis)
            continue
        lines = []
        for o in range(n * times):  # twice the scale times where it lies, so that all is whole
            place = max(2 * o + 1 - times, 0)
            low, part = divmod(place, 2 * times)
            high = min(low + 1, n - 1)
            lines.append(maps.take(low, axis) * (2 * times - part) + maps.take(high, axis) * part)
        maps = np.stack(lines, axis=axis) % PRIME
    return maps
