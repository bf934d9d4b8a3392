"""What counters charge for layers beside their multiply-accumulates: one operation an input, an output, a parameter.

Odd ones are true: each is what the tool said when it was run.
"""

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


def statistics(row: LayerRow) -> int:
    """A mean and a variance a channel beside the learned numbers; those of a shared layer are the other's."""
    return 0 if row.shares else 2 * row.weights


def an_output_window(row: LayerRow) -> int:
    """What is too much where a transposed convolution is counted as if it were slid over its output's positions."""
    return row.weights * prod(row.output[:2]) - row.macs


def an_output_window_of_filters(row: LayerRow) -> int:
    """The same where the window is taken to go through the filters of a group, not through the channels."""
    return row.units * prod(row.weight_shape[1:]) - row.macs


def slid_in_groups_of_groups(row: LayerRow) -> int:
    """What calflops has otherwise of a transposed convolution, in operations: two a multiply-accumulate, one a bias.

    It takes the filters of one of g groups for all of them, and divides them by g once more; biases it
    adds where the window would stand, were it slid over the input.
    """
    spec, pad = row.spec, padding_of(row.spec)
    positions = [
        (n + before + after - extent(k, d)) // s + 1
        for n, k, d, s, (before, after) in zip(
            row.given, spec.kernel, spec.dilation, steps_of(spec), (pad[:2], pad[2:]), strict=False
        )
    ]
    filters = spec.filters // spec.groups
    macs = prod(spec.kernel) * prod(row.given) * (filters // spec.groups)
    return 2 * (macs - row.macs) + (filters * prod(positions) if row.biases else 0)


def a_window(row: LayerRow) -> int:
    """One for each number that a pool's windows look at, the padding's too."""
    return row.units * prod(row.spec.kernel)


def a_meeting(row: LayerRow) -> int:
    """Branches joined one after the other: one for each number of what two of them come to."""
    sizes = list(map(prod, row.givens))
    return sum(max(sizes[: joined + 1]) for joined in range(1, len(sizes)))


def local_response(row: LayerRow) -> int:
    """LocalResponseNorm as PyTorch writes it: a square, a factor, a term an input; and the padded channels' means."""
    return 3 * an_input(row) + prod(row.given[:-1]) * (row.given[-1] + row.spec.size - 1)


def neighbours(row: LayerRow) -> int:
    """A product for each neighbour, beside a power of 32, a division of 4 and an addition."""
    return (row.spec.size + 37) * an_output(row)


def shares(row: LayerRow) -> int:
    """For n numbers that become shares of 1: n powers, n - 1 additions, n divisions, at each place."""
    return 3 * row.units - prod(row.output[:-1])


def times(factor: int, charge: Charge) -> Charge:
    """The charge, several times over."""
    return lambda row: factor * charge(row)


def both(*charges: Charge) -> Charge:
    """Several charges together."""
    return lambda row: sum(charge(row) for charge in charges)


def averages(charge: Charge) -> Charge:
    """The charge where a mean is taken; a maximum is free."""
    return lambda row: charge(row) if row.spec.how == "avg" else 0


def by_way(charge: Charge, **factors: int) -> Charge:
    """The charge, as many times as is said of the way; the first way is what stands where none is given."""
    ways = list(factors.values())
    return lambda row: factors.get(row.spec.how, ways[0]) * charge(row)


def elementwise(**factors: int) -> dict[str, Charge]:
    """What each of these counters charges for a number that comes in; `_` is a hyphen of its name.

    >>> list(elementwise(onnx_tool=2))
    ['onnx-tool']
    """
    return {name.replace("_", "-"): times(factor, an_input) for name, factor in factors.items()}
