"""What counters charge for layers beside their multiply-accumulates: one operation an input, an output, a parameter."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING

from convcli.core.geometry import extent
from convcli.core.network.spec import padding_of, steps_of

if TYPE_CHECKING:
    from convcli.core.network.rows import LayerRow

Charge = Callable[["LayerRow"], int]


def an_input(row: LayerRow) -> int:
    """One for each number that comes in."""
    return sum(map(prod, row.givens))


def an_output(row: LayerRow) -> int:
    """One for each number that goes out."""
    return row.units


def an_input_and_output(row: LayerRow) -> int:
    """One for each number that comes in, and one for each that goes out."""
    return an_input(row) + an_output(row)


def a_parameter(row: LayerRow) -> int:
    """One for each learned number."""
    return row.weights + row.biases


def an_output_window(row: LayerRow) -> int:
    """What is too much where a transposed convolution is counted as if it were slid over its output's positions."""
    return row.weights * prod(row.output[:2]) - row.macs


def biases_of_a_window_slid(row: LayerRow) -> int:
    """A bias for each output of a transposed convolution, were it slid: what calflops takes the outputs to be."""
    spec, pad = row.spec, padding_of(row.spec)
    positions = [
        (n + before + after - extent(k, d)) // s + 1
        for n, k, d, s, (before, after) in zip(
            row.given, spec.kernel, spec.dilation, steps_of(spec), (pad[:2], pad[2:]), strict=False
        )
    ]
    return row.biases * prod(positions)


def shares(row: LayerRow) -> int:
    """For n numbers that become shares of 1: n powers, n - 1 additions, n divisions, at each place."""
    return 3 * row.units - prod(row.output[:-1])


def times(factor: int, charge: Charge) -> Charge:
    """The charge, several times over."""
    return lambda row: factor * charge(row)


def averages(charge: Charge) -> Charge:
    """The charge where a mean is taken; a maximum is free."""
    return lambda row: charge(row) if row.spec.how == "avg" else 0


def by_way(charge: Charge, **factors: int) -> Charge:
    """The charge, as many times as is said of the way; the first way is what stands where none is given."""
    ways = list(factors.values())
    return lambda row: factors.get(row.spec.how, ways[0]) * charge(row)
