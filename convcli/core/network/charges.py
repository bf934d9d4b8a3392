"""What counters charge for layers beside their multiply-accumulates: one operation an input, an output, a parameter."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING

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


def times(factor: int, charge: Charge) -> Charge:
    """The charge, several times over."""
    return lambda row: factor * charge(row)


def averages(charge: Charge) -> Charge:
    """The charge where a mean is taken; a maximum is free."""
    return lambda row: charge(row) if row.spec.how == "avg" else 0
