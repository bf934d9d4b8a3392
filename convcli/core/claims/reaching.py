"""Reaching: which inputs reach a unit, and which inputs a weight meets; by changing each, against the closed forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from convcli.core.arrays import Array, Mask
from convcli.core.claims.finding import Finding, Subject
from convcli.core.correlation.correlate import correlate
from convcli.core.geometry import padding_for
from convcli.core.layer.reach import taps_reaching
from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.quantities import grouped

FIELD = (21, 26)  # rows and columns, at least, of the input that is changed pixel by pixel
ROUNDING = 1e-9  # of the unit's value
AT_ONCE = 256  # pictures, each with one input changed
CONE = "{0}x{1}x1 conv:1,3,pad=1 relu pool:max,2 conv:1,3,pad=1 conv:1,3,pad=1"


def receptive_field(subject: Subject) -> Finding:
    """Each input is changed by itself; those that change a unit, in a convolution and in a fully connected layer."""
    kernel = np.where(subject.kernel.weights == 0, 1.0, subject.kernel.weights)
    shape = _room(kernel.shape)
    row, column = shape[0] // 2, shape[1] // 2 + 2
    reached = _reaching(
        lambda planes: correlate(planes, kernel, border="zero", precision="float64")[row, column], shape
    )
    pad = padding_for("same", kernel.shape)
    expected = np.zeros(shape, bool)
    top, left = row - pad.top, column - pad.left
    expected[max(top, 0) : top + kernel.shape[0], max(left, 0) : left + kernel.shape[1]] = True
    weights = np.random.default_rng(subject.seed).uniform(0.5, 1.5, shape)
    dense = _reaching(lambda planes: np.einsum("rcn,rc->n", planes, weights), shape)
    return Finding(
        bool(np.array_equal(reached, expected)) and bool(dense.all()),
        f"{grouped(int(reached.sum()))} of {grouped(reached.size)} inputs reach the unit; fully connected all",
        (
            f"Each of {grouped(reached.size)} inputs was changed by itself: {grouped(int(reached.sum()))} change the "
            f"unit at row {row}, column {column}, a box of {kernel.shape[0]} × {kernel.shape[1]}",
            f"In a fully connected layer {grouped(int(dense.sum()))} of {grouped(dense.size)} do",
        ),
        {"reaching": int(reached.sum()), "dense": int(dense.sum()), "inputs": int(reached.size)},
        seen=(subject.picture, reached, expected, (row, column), dense),
    )


def local_to_global(subject: Subject) -> Finding:
    """The cone of a unit through one to four layers with pooling between, changed pixel by pixel, against the form."""
    measured, predicted, fields = [], [], []
    network = build_network(*parse_network(CONE.format(*FIELD)))
    layers = _cone_layers()
    for depth in range(1, len(layers) + 1):
        reached = _reaching(partial(_unit_behind, layers[:depth]), FIELD)
        rows, columns = np.nonzero(reached.any(axis=1))[0], np.nonzero(reached.any(axis=0))[0]
        measured.append((int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1))
        predicted.append(tuple(field.size for field in network.rows[depth - 1].fields))
        fields.append(reached)
    steps = ", ".join(f"{h} × {w}" for h, w in measured)
    return Finding(
        measured == predicted and measured == sorted(measured),
        f"{steps}: layer by layer more of the picture",
        (
            f"A unit in the middle sees {steps} pixels after each of {len(layers)} layers",
            "Convolutions of 3 × 3 add two rows and columns each, and pooling doubles what the later ones add",
            f"The closed form says {', '.join(f'{h} × {w}' for h, w in predicted)}",
        ),
        {"measured": [list(size) for size in measured], "predicted": [list(size) for size in predicted]},
        seen=(subject.picture, fields, measured),
    )


def weight_meets_all(subject: Subject) -> Finding:
    """Which inputs each weight meets: the layer with that weight alone, input by input; against the closed form.

    At the border padding decides: with zeros beyond it, a weight off the kernel's middle misses a row or a column.
    """
    h, w = subject.kernel.weights.shape
    room = _room((h, w))
    met = np.zeros((h, w), int)
    for i, j in np.ndindex(h, w):
        alone = np.zeros((h, w))
        alone[i, j] = 1.0
        met[i, j] = int((correlate(np.ones(room), alone, border="zero") != 0).sum())
    pad = padding_for("same", (h, w))
    closed = np.outer(
        [_positions(room[0], i, pad.top) for i in range(h)],
        [_positions(room[1], j, pad.left) for j in range(w)],
    )
    inside = (room[0] - h + 1) * (room[1] - w + 1)
    total = taps_reaching(room[0], h, room[0], pad.top) * taps_reaching(room[1], w, room[1], pad.left)
    return Finding(
        bool(np.array_equal(met, closed)) and total == int((met > 0).sum()),
        f"each of {grouped(met.size)} weights meets {grouped(int(met.min()))} to {grouped(int(met.max()))} inputs",
        (
            f"On {room[0]} × {room[1]} inputs, size kept, the weight in the middle meets {grouped(int(met.max()))}, "
            f"one at the kernel's rim at least {grouped(int(met.min()))}",
            f"Without padding each meets {grouped(inside)}: whether the border takes part is what padding decides",
            "A weight of a fully connected layer meets one input",
        ),
        {"met": met.tolist(), "closed": closed.tolist(), "without_padding": inside},
        seen=(subject.picture, subject.kernel.weights, met, room),
    )


def _room(kernel: tuple[int, ...]) -> tuple[int, int]:
    """An input on which the whole window fits in several places."""
    return max(FIELD[0], 2 * kernel[0] + 3), max(FIELD[1], 2 * kernel[1] + 4)


def _positions(n: int, tap: int, before: int) -> int:
    return sum(0 <= out + tap - before < n for out in range(n))


def _reaching(unit: Callable[[Array], Array], shape: tuple[int, int]) -> Mask:
    """Which inputs change a unit's value when each is changed by itself, up and down, from a picture of uneven numbers.

    Args:
        unit: the unit's values for a stack of pictures (H, W, N), N at once, each by itself.
    """
    start = np.random.default_rng(7).uniform(1.0, 2.0, shape)
    before = float(unit(start[..., np.newaxis])[0])
    reached = np.zeros(start.size, bool)
    for begin in range(0, start.size, AT_ONCE):
        changed = np.arange(begin, min(begin + AT_ONCE, start.size))
        for step in (40.0, -40.0):
            stack = np.repeat(start.reshape(-1, 1), changed.size, axis=1)
            stack[changed, np.arange(changed.size)] += step
            reached[changed] |= np.abs(unit(stack.reshape(*shape, -1)) - before) > ROUNDING * abs(before)
    return reached.reshape(shape)


def _cone_layers() -> list[str]:
    return ["conv", "relu", "pool", "conv", "conv"]


def _unit_behind(layers: list[str], planes: Array) -> Array:
    """The unit in the middle, after these layers, for each picture of a stack."""
    for layer in layers:
        if layer == "conv":
            weights = np.array([[1.0, 2.0, 1.5], [0.5, 3.0, 2.5], [1.2, 0.7, 2.0]])
            planes = correlate(planes, weights, border="zero", precision="float64")
        elif layer == "relu":
            planes = np.maximum(planes, 0.0)
        else:
            rows, columns = planes.shape[0] // 2, planes.shape[1] // 2
            pairs = planes[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)
            planes = pairs.max(axis=(1, 3))
    return np.asarray(planes[planes.shape[0] // 2, planes.shape[1] // 2])
