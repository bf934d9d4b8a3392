"""Ways across: how the second pass of a separable kernel gets by the colours that lie between its samples.

    rows      sums of shifted rows: few taps
    gaps      band matrices with gaps for the colours: their zeros are multiplied too
    turned    the pass down leaves its tile turned, and the pass across is one more down it, without gaps

What each takes depends on whether products of small matrices are packed first (see `machine`).
"""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.arithmetic.machine import OTHER, PACKED, UNPACKED, Kind, kind
from convcli.core.geometry import extent
from convcli.core.problem.problem import Problem


class Line(NamedTuple):
    """Nanoseconds a sample of a product: so many for each multiplication, and once."""

    per_multiply: float
    once: float

    def of(self, multiplies: int) -> float:
        """Of so many multiplications a sample."""
        return self.per_multiply * multiplies + self.once


class Rates(NamedTuple):
    """What the passes take on a kind of machine, float32, one thread, in tiles that stay near the processor.

    Attributes:
        blocks: outputs of a product down, for kernels of up to so many taps; the last for longer ones.
        down, turning, across: products, each written in its way.
        row: one shifted row, multiplied and added.
    """

    blocks: tuple[tuple[int, int], ...]
    down: Line
    turning: Line
    across: Line
    row: float


TURNED_BLOCK = 16  # outputs a block, of a product turned or across: 16 float32 are one AVX-512 register
DOWN = 8  # outputs of a product down, as estimates have it
ENDLESS = 1 << 62
# Measured on an AMD EPYC, Zen 4, November 2026, OpenBLAS 0.3.31, with AVX-512 and playing a machine without (`costs`).
# Blocks of 4 waste least; where products are packed, a block of 1, a product of a vector and a matrix, is not.
UNPACKED_RATES = Rates(((ENDLESS, 4),), Line(0.0205, -0.03), Line(0.0205, 0.02), Line(0.018, 0.09), 0.12)
PACKED_RATES = Rates(((7, 1), (25, 8), (ENDLESS, 16)), Line(0.032, 0.065), Line(0.029, 0.15), Line(0.023, 0.5), 0.11)
RATES = {UNPACKED: UNPACKED_RATES, PACKED: PACKED_RATES, OTHER: PACKED_RATES}
NS_TURN = 0.7  # turning back bytes, or 16 bits, to which a response is narrowed first
NS_TURN_FLOATS = 1.0


class Way(NamedTuple):
    """One way, and nanoseconds a sample of both passes of one term, and of all that comes once a kernel."""

    name: str
    term: float
    once: float


def ways(problem: Problem, machine: Kind) -> list[Way]:
    """Those that a problem can go, the fastest first."""
    rates = RATES[machine]
    found = [_turned(problem, rates)] if problem.channels > 1 else []
    if problem.stride[1] == 1 or problem.channels == 1:
        found.append(_gaps(problem, rates))
    if problem.stride[1] == 1:
        found.append(_rows(problem, rates))
    return sorted(found, key=lambda way: way.term + way.once)


def way_of(problem: Problem) -> Way:
    """The fastest on this machine."""
    return ways(problem, kind())[0]


def block_of(taps: int, machine: Kind) -> int:
    """Outputs of a product down by so many taps."""
    return next(block for most, block in RATES[machine].blocks if taps <= most)


def _down(problem: Problem, rates: Rates) -> float:
    return rates.down.of(problem.strip_rows(DOWN))


def _gaps(problem: Problem, rates: Rates) -> Way:
    reach = extent(problem.kernel_width, problem.dilation[1] * problem.channels)
    across = rates.across.of((TURNED_BLOCK - 1) * problem.stride[1] + reach)
    return Way("gaps", _down(problem, rates) + across, 0.0)


def _rows(problem: Problem, rates: Rates) -> Way:
    return Way("rows", _down(problem, rates) + rates.row * problem.kernel_width, 0.0)


def _turned(problem: Problem, rates: Rates) -> Way:
    reach = (DOWN - 1) * problem.stride[1] + extent(problem.kernel_width, problem.dilation[1])
    term = rates.turning.of(problem.strip_rows(TURNED_BLOCK)) + rates.down.of(reach)
    return Way("turned", term, NS_TURN if problem.dtype.itemsize <= 2 else NS_TURN_FLOATS)
