"""A layer as the matrix it is: rows are outputs, columns are inputs.

response.ravel() = matrix @ picture.ravel() + offset

with both in (row, column, channel) order.  Sparse connectivity is the zeros;
sharing is one weight standing in many places; a fully connected layer is a
matrix without a rule.  All three are written with the same numbers, those of
the kernels: what differs is which entries are weights of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Floats
from convcli.core.border import Border
from convcli.core.geometry import check_positions, used_steps
from convcli.core.kernel.stack import KernelsLike, KernelStack
from convcli.core.layer.cost import KINDS, Layer, plan_layer
from convcli.core.problem.options import Window
from convcli.errors import GeometryError, OptionError, Setting, UnknownNameError, many

MOST_ENTRIES = 1 << 24  # 128 MiB as float64
MOST_LINKS = 1 << 23
SEVERAL = -1  # an entry to which several weights are added, where a border folds taps onto one input

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LayerMatrix:
    """A layer's links, one for each pair (output, tap) that reaches an input.

    Attributes:
        kind: "fc", "sparse" or "shared".
        layer: the shapes, and the closed forms to compare with.
        border: what the taps beyond the edge read.
        outputs: rows, columns and filters of the response.
        row, column: which entry of the matrix each link adds to.
        tap: which number of the kernels it is, counted from 0 in (filter, row, column, channel) order.
        weights: (filters, rows, columns, channels), float64.
        offset: what a border of a constant adds to each output.
    """

    kind: str
    layer: Layer
    border: Border
    outputs: tuple[int, int, int]
    row: Integers
    column: Integers
    tap: Integers
    weights: Floats
    offset: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Outputs and inputs."""
        return prod(self.outputs), self.layer.inputs

    def values(self) -> Floats:
        """The matrix itself: float64, shape (outputs, inputs)."""
        rows, columns = self.shape
        flat = np.bincount(self.row * columns + self.column, self.weights.ravel()[self.tap], rows * columns)
        return flat.astype(np.float64, copy=False).reshape(rows, columns)

    def tied(self) -> Integers:
        """Which weight each entry is: equal numbers are one weight, 0 is no connection, SEVERAL a sum.

        int64, shape (outputs, inputs), numbers from 1.
        """
        rows, columns = self.shape
        if self.kind == "fc":
            return np.arange(1, rows * columns + 1).reshape(rows, columns)
        identity = self.tap if self.kind == "shared" else np.arange(self.tap.size)
        entry = self.row * columns + self.column
        ties = np.zeros(rows * columns, np.int64)
        ties[entry] = identity + 1
        ties[np.bincount(entry, minlength=rows * columns) > 1] = SEVERAL
        return ties.reshape(rows, columns)

    def connected(self) -> int:
        """Entries that join an input to an output, counted in the matrix."""
        rows, columns = self.shape
        if self.kind == "fc":
            return rows * columns
        return _different(self.row * columns + self.column)

    def distinct(self) -> int:
        """Weights of their own, counted in the matrix."""
        if self.kind == "fc":
            return _different(self.tied().ravel())
        return _different(self.tap) if self.kind == "shared" else int(self.tap.size)

    def times(self, picture: NDArray[np.generic]) -> Floats:
        """matrix @ picture + offset, in the response's shape (rows, columns, filters)."""
        product = self.values() @ np.asarray(picture, np.float64).ravel() + self.offset
        return product.reshape(self.outputs)


def layer_matrix(
    shape: tuple[int, int, int],
    kernels: KernelsLike,
    kind: str = "shared",
    window: Window | None = None,
) -> LayerMatrix:
    """The matrix of correlation with these kernels on a picture of this shape.

    Args:
        shape: rows, columns, channels.
        kernels: one a filter, all of one size; one with a channel axis has weights for each channel,
            a plain one the same numbers in every channel; channels are added up.
        kind: which entries are weights of their own.
        window: where it stands; without one, size "same" and the border "edge".

    Raises:
        GeometryError: a matrix too large, with its figure; shapes that do not fit.

    >>> from convcli.core.kernel.kernel import Kernel
    >>> layer_matrix((1, 4, 1), [Kernel("edge", [[-1, 1]])], window=Window.of(size="valid")).values().tolist()
    [[-1.0, 1.0, 0.0, 0.0], [0.0, -1.0, 1.0, 0.0], [0.0, 0.0, -1.0, 1.0]]
    """
    if kind not in KINDS:
        raise UnknownNameError("layer", kind, KINDS)
    stack = KernelStack.of(kernels)
    weights = _weights(stack, shape[2])
    kernel = (weights.shape[1], weights.shape[2])
    window = Window.of() if window is None else window
    layer = plan_layer(
        shape,
        kernel,
        filters=len(stack),
        padding=window.sides(kernel, stack.origin),
        stride=window.stride,
        dilation=window.dilation,
    )
    _check_room(layer)
    fill = window.border
    rows, columns = axis_sources(layer, fill)
    row, column, tap, outside = _links(layer, rows, columns)
    offset = np.where(outside, weights.reshape(1, 1, len(stack), -1), 0.0).sum(axis=-1) * fill.fill
    grid = layer.grid or (0, 0)
    return LayerMatrix(kind, layer, fill, (*grid, layer.filters), row, column, tap, weights, offset.ravel())


def axis_sources(layer: Layer, fill: Border) -> tuple[Integers, Integers]:
    """For rows and for columns: the input that each (output, tap) reads, negative outside.

    Two arrays of shape (outputs, taps): the map of a window is their product.
    """
    grid, kernel = layer.grid or (0, 0), layer.kernel or (0, 0)
    sources = []
    for axis in (0, 1):
        n, k, (before, after) = layer.shape[axis], kernel[axis], layer.padding[2 * axis : 2 * axis + 2]
        check_positions(before + n + after)
        stride, dilation = used_steps(n, k, before, after, layer.stride[axis], layer.dilation[axis])
        places = np.arange(grid[axis])[:, None] * stride + np.arange(k) * dilation - before
        sources.append(fill.sources(places, n).astype(np.int64))
    return sources[0], sources[1]


def _different(numbers: Integers) -> int:
    # The numbers are dense and not negative: counting them is many times faster than np.unique.
    return int(np.count_nonzero(np.bincount(numbers)))


def _weights(kernels: KernelStack, channels: int) -> Floats:
    """(filters, rows, columns, channels) of the kernels."""
    sizes = {(kernel.height, kernel.width) for kernel in kernels}
    anchors = sorted({kernel.origin for kernel in kernels})
    if len(sizes) == 1 and len(anchors) > 1:
        found = " and ".join(f"{row},{column}" for row, column in anchors)
        raise OptionError("kernel", f"anchors {found}", "give kernels of one anchor: they are one layer's filters")
    if len(sizes) != 1:
        found = ", ".join(f"{h}x{w}" for h, w in sorted(sizes)) or "none"
        raise OptionError("kernel", found, "give kernels of one size, at least one")
    planes = []
    for kernel in kernels:
        if kernel.channels not in (None, channels):
            raise GeometryError(
                f"kernel {kernel.name!r} has weights for {many(kernel.channels, 'channel')}, but SHAPE has {channels}"
            )
        stack = kernel.weights if kernel.channels else np.repeat(kernel.weights[None], channels, axis=0)
        planes.append(np.moveaxis(stack, 0, -1))
    return np.stack(planes)


def _check_room(layer: Layer) -> None:
    entries, links = layer.inputs * layer.units, layer.units * layer.window
    if entries > MOST_ENTRIES:
        raise GeometryError(
            f"the matrix would have {layer.units:,} × {layer.inputs:,} = {entries:,} entries, {8 * entries:,} bytes; "
            f"at most {MOST_ENTRIES:,} fit: use a smaller SHAPE or a larger ",
            Setting("stride"),
        )
    if links > MOST_LINKS:
        raise GeometryError(f"the layer would have {links:,} connections; at most {MOST_LINKS:,} fit")


def _links(layer: Layer, rows: Integers, columns: Integers) -> tuple[Integers, Integers, Integers, NDArray[np.bool_]]:
    """Links of all windows, and which (unit row, unit column, 1, window position) lie outside."""
    _, width, channels = layer.shape
    filters = layer.filters
    grid, window = layer.grid or (0, 0), layer.window
    pixel = rows[:, None, :, None] * width + columns[None, :, None, :]
    outside = (rows < 0)[:, None, :, None] | (columns < 0)[None, :, None, :]
    source = pixel[..., None] * channels + np.arange(channels)
    missing = np.broadcast_to(outside[..., None], source.shape).reshape(*grid, 1, window)
    source = np.broadcast_to(source.reshape(*grid, 1, window), (*grid, filters, window))
    unit = np.arange(prod(grid) * filters).reshape(*grid, filters, 1)
    tap = np.arange(filters)[:, None] * window + np.arange(window)
    inside = np.broadcast_to(~missing, source.shape)
    return (
        np.broadcast_to(unit, source.shape)[inside],
        source[inside],
        np.broadcast_to(tap, source.shape)[inside],
        missing,
    )
