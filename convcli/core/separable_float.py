"""Floats of low rank: band matrices down the columns, then across the rows, term by term.

Going across, colours lie between the samples that belong together.  A band
matrix may leave gaps for them, which wastes two thirds of its multiplications:
the better way for short rows.  For long ones the strip is turned on its way
down and comes back as planes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.band_pass import BandPass
from convcli.core.bands import Work, band_rows
from convcli.core.factors import Term
from convcli.core.geometry import extent
from convcli.core.problem import Problem
from convcli.core.scratch import Scratch
from convcli.core.shift_add import Steps, run_steps

Array = NDArray[Any]
DOWN = 4  # outputs a block: fewest wasted multiplications of what BLAS does at full speed
ACROSS = 16  # outputs a block: 16 float32 are one AVX-512 register
BAND_SAMPLES = 1 << 18  # what both passes need stays near the processor
# Measured on two cores with AVX-512, November 2026, OpenBLAS 0.3.31, float32, one thread:
NS_PER_MULTIPLY = 0.0178
NS_PER_PRODUCT = 0.06  # a pass beside its multiplications: samples read and written
NS_INTERLEAVE = 0.65  # planes to pixels


def turns(problem: Problem) -> bool:
    """Whether turning the strip takes less time than leaving gaps for the colours."""
    if problem.channels == 1 or problem.stride > 1:
        return problem.channels > 1
    return NS_PER_MULTIPLY * sum(_inner(problem, True)) + NS_INTERLEAVE < NS_PER_MULTIPLY * sum(_inner(problem, False))


def _inner(problem: Problem, turned: bool) -> tuple[int, int]:
    """Multiplications a sample, down and across."""
    gap = problem.dilation if turned else problem.dilation * problem.channels
    across = (ACROSS - 1) * problem.stride + extent(problem.kernel_width, gap)
    return problem.strip_rows(ACROSS if turned else DOWN), across


def cost_of_term(problem: Problem) -> float:
    """Nanoseconds a sample of one term, float32."""
    return NS_PER_MULTIPLY * sum(_inner(problem, turns(problem))) + 2 * NS_PER_PRODUCT


def cost_of_filter(problem: Problem) -> float:
    """Nanoseconds a sample beside the terms."""
    return NS_INTERLEAVE if turns(problem) else 0.0


class FloatRunner:
    """Down by band matrices, then across."""

    spreads = True
    divisor = 1

    def __init__(self, problem: Problem, dtype: np.dtype[Any], filters: list[list[Term]]) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, dtype, dtype
        self.turns = turns(problem)
        block = ACROSS if self.turns else DOWN
        self.band_rows = band_rows(problem, BAND_SAMPLES, block)
        gap = problem.dilation if self.turns else problem.dilation * problem.channels
        self.filters = [
            [
                (
                    BandPass(term.column, problem.stride, problem.dilation, block, dtype),
                    BandPass(term.row, problem.stride, gap, ACROSS, dtype),
                )
                for term in terms
            ]
            for terms in filters
        ]

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Both passes of every term on one strip's memory; see `bands.Runner`."""
        del whole  # there are no whole responses
        problem = self.problem
        rows, width, filters, channels = shape = problem.band_shape(strip.shape[0])
        flat = (rows, channels, width) if self.turns else (rows, width * channels)
        total = scratch.array("sum", flat, self.dtype)
        pixels = total.transpose(0, 2, 1) if self.turns else total.reshape(rows, width, channels)
        steps = [self._steps(strip, terms, total, scratch) for terms in self.filters]
        together = scratch.array("responses", shape, problem.result_dtype) if filters > 1 else None
        planes = range(channels) if self.turns else (slice(None),)  # one by one: a third of the time of all at once

        def work(target: Array | None) -> Array:
            target = together if target is None else target
            for f in range(filters):
                run_steps(steps[f])
                if target is None:
                    return pixels[:, :, np.newaxis, :]
                for c in planes:
                    np.copyto(target[:, :, f, c], pixels[:, :, c], casting="unsafe")
            assert target is not None
            return target

        return work

    def _steps(self, strip: Array, terms: list[tuple[BandPass, BandPass]], total: Array, scratch: Scratch) -> Steps:
        problem, rows = self.problem, total.shape[0]
        steps: Steps = []
        for position, (down, across) in enumerate(terms):
            out = total if position == 0 else scratch.array("term", total.shape, self.dtype)
            if self.turns:
                turned = scratch.array("lower", (strip.shape[1], rows), self.dtype)
                steps += down.down_turned(strip, turned)
                steps += across.across_turned(turned.reshape(-1, problem.channels, rows), out)
            else:
                lower = scratch.array("lower", (rows, strip.shape[1]), self.dtype)
                steps += down.down(strip, lower)
                steps += across.across(lower, out)
            if position > 0:
                steps.append((np.add, (total, out, total)))
        return steps
