"""One layer three ways: fully connected, sparse, shared; counted in exact integers.

m inputs, n units.  A fully connected layer joins every unit to every input: m*n
weights.  Joining each unit to a window of k inputs (locality) leaves k*n.
Giving every unit the same window of weights (translation symmetry) leaves k
for each filter.  Sharing stores less; it multiplies as often as before.

    Goodfellow, Bengio, Courville: Deep Learning, 2016, section 9.2.

Plain integers only: nothing here imports NumPy.
"""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.geometry import ONES, Padding, Pair, PairLike, check_stride, output_length, padding_for
from convcli.core.layer.reach import connections_along
from convcli.errors import GeometryError, OptionError, Setting, UnknownNameError, many

KINDS = ("fc", "sparse", "shared")
DTYPE_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8, "int8": 1}


def dtype_bytes(dtype: str) -> int:
    """Bytes of one number.

    >>> dtype_bytes("bfloat16")
    2
    """
    if dtype not in DTYPE_BYTES:
        raise UnknownNameError("dtype", dtype, DTYPE_BYTES)
    return DTYPE_BYTES[dtype]


class LayerCost(NamedTuple):
    """What one way of connecting costs: stored numbers and work for one picture.

    Attributes:
        weights, biases: learned numbers.
        connections: pairs (unit, position of its window); positions in the padding count.
        macs: multiply-accumulate operations; adding a bias is none.
    """

    weights: int
    biases: int
    connections: int
    macs: int

    @property
    def parameters(self) -> int:
        return self.weights + self.biases

    def bytes(self, dtype: str = "float32") -> int:
        """Bytes that the parameters take."""
        return self.parameters * dtype_bytes(dtype)


class Layer(NamedTuple):
    """A layer's shapes, checked to fit.

    Attributes:
        shape: rows, columns and channels of the input.
        kernel: rows and columns of a unit's window; None where only `fc` is asked for.
        units: hidden units, all filters together.
        grid: rows and columns of units of one filter; None where the units are
            only counted (`hidden` given, and not the number that the geometry gives).
    """

    shape: tuple[int, int, int]
    kernel: tuple[int, int] | None
    units: int
    filters: int
    groups: int
    padding: Padding
    stride: Pair
    dilation: Pair
    bias: bool
    grid: tuple[int, int] | None

    @property
    def inputs(self) -> int:
        """m: numbers that come in."""
        height, width, channels = self.shape
        return height * width * channels

    @property
    def window(self) -> int:
        """k: inputs that one unit is joined to: rows * columns * channels / groups."""
        height, width = self.kernel or (0, 0)
        return height * width * (self.shape[2] // self.groups)

    def kinds(self) -> tuple[str, ...]:
        """The ways that can be counted: without a kernel only `fc`."""
        return KINDS if self.kernel else KINDS[:1]

    def cost(self, kind: str) -> LayerCost:
        """Closed forms.  fc: m*n weights; sparse: k*n; shared: k*filters; one MAC a connection.

        >>> plan_layer((1000, 1000, 1), (10, 10), hidden=10**6).cost("shared").weights
        100
        """
        if kind not in KINDS:
            raise UnknownNameError("layer", kind, KINDS)
        n, biases = self.units, self.units if self.bias else 0
        if kind == "fc":
            return LayerCost(self.inputs * n, biases, self.inputs * n, self.inputs * n)
        if self.kernel is None:
            raise OptionError(
                "layer", kind, "a sparse or shared layer needs its window: give ", Setting("kernel", "HxW")
            )
        joined = self.window * n
        if kind == "sparse":
            return LayerCost(joined, biases, joined, joined)
        return LayerCost(self.window * self.filters, self.filters if self.bias else 0, joined, joined)

    def connections_inside(self) -> int | None:
        """Connections of the sparse or shared layer that reach the input and not its padding.

        None where the units have no place on a grid.
        """
        if self.kernel is None or self.grid is None:
            return None
        before = (self.padding.top, self.padding.left)
        rows, columns = (
            connections_along(n, self.kernel[axis], outputs, before[axis], self.stride[axis], self.dilation[axis])
            for axis, (n, outputs) in enumerate(zip(self.shape, self.grid, strict=False))
        )
        return rows * columns * (self.shape[2] // self.groups) * self.filters


def plan_layer(
    shape: tuple[int, int, int],
    kernel: tuple[int, int] | None = None,
    *,
    hidden: int | None = None,
    filters: int | None = None,
    groups: int = 1,
    padding: Padding | None = None,
    size: str = "same",
    stride: PairLike = 1,
    dilation: PairLike = 1,
    bias: bool = False,
    placed: bool = False,
) -> Layer:
    """A layer from what a user says of it.

    Args:
        shape: rows, columns, channels of the input; a plain vector of m is (1, m, 1).
        hidden: units in all; without it, the output grid times the filters.
        filters: 1 unless given; with groups, one for each group.
        padding: on each side; without it, what `size` gives.
        stride, dilation: at least 1: one number, or (down, across).
        placed: `hidden` has to be the number that the geometry gives.

    Raises:
        GeometryError: shapes, groups or counts that do not fit.
    """
    filters = groups if filters is None else filters
    _check_groups(groups, shape[2], filters)
    if kernel is None:
        return _only_counted(shape, hidden, filters, groups, bias)
    steps, spread = check_stride(stride), check_stride(dilation, "dilation")
    padding = padding_for(size, kernel, spread) if padding is None else padding
    grid = _grid(shape, kernel, padding, steps, spread)
    units = grid[0] * grid[1] * filters
    if hidden is not None and hidden != units:
        _check_hidden(hidden, units, grid, filters, placed)
        return Layer(shape, kernel, hidden, filters, groups, padding, steps, spread, bias, None)
    return Layer(shape, kernel, units, filters, groups, padding, steps, spread, bias, grid)


def _only_counted(shape: tuple[int, int, int], hidden: int | None, filters: int, groups: int, bias: bool) -> Layer:
    if hidden is None:
        ways = Setting("kernel", "HxW"), " (a grid of them), ", Setting("hidden", "N"), " (their number), or both"
        raise GeometryError("how many units? give ", *ways)
    return Layer(shape, None, hidden, filters, groups, Padding(0, 0, 0, 0), ONES, ONES, bias, None)


def _grid(shape: tuple[int, int, int], kernel: Pair, padding: Padding, stride: Pair, dilation: Pair) -> tuple[int, int]:
    rows, columns = (
        output_length(n, k, before=before, after=after, stride=s, dilation=d)
        for n, k, (before, after), s, d in zip(
            shape[:2], kernel, (padding[:2], padding[2:]), stride, dilation, strict=True
        )
    )
    return rows, columns


def _check_groups(groups: int, channels: int, filters: int) -> None:
    if groups < 1 or channels % groups or filters % groups:
        raise OptionError(
            "groups",
            groups,
            f"it has to divide the {many(channels, 'channel')} and the {many(filters, 'filter')}; ",
            Setting("groups", "depthwise"),
            f" is {channels}",
        )


def _check_hidden(hidden: int, units: int, grid: tuple[int, int], filters: int, placed: bool) -> None:
    made = f"{grid[0]:,} × {grid[1]:,} positions × {many(filters, 'filter')} are {many(units, 'unit')}"
    if placed:
        raise OptionError("hidden", hidden, f"the size, stride and dilation given decide it: {made}")
    if hidden % filters:
        raise OptionError("hidden", hidden, f"it has to be a multiple of the {many(filters, 'filter')}")
