"""Whole numbers of rank 1: ladders of integer additions, down the columns and then across the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.core.arithmetic.calls import Steps
from convcli.core.arithmetic.factors import Term
from convcli.core.arithmetic.ladder import Row, ladder, passes
from convcli.core.arithmetic.quotient import whole_divisor
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arithmetic.shift_add import Tap, TapGroup, shift_and_add, tap_groups
from convcli.core.arrays import Array
from convcli.core.engines.engine import Work, band_rows
from convcli.core.engines.evenness import Bounds
from convcli.core.engines.handover import handed_over, scaled
from convcli.core.problem.problem import Problem


def climbs(term: Term) -> int:
    """Passes over the samples that a term takes, down and across."""
    return passes(ladder(_row(term.column))) + passes(ladder(_row(term.row)))


def _row(taps: NDArray[np.float64]) -> Row:
    return tuple(int(tap) for tap in taps)


class Rung:
    """One factor of a ladder: its taps, and how many they span."""

    def __init__(self, factor: Row) -> None:
        self.groups: list[TapGroup] = tap_groups(np.array([[factor]], np.float64))
        self.length = len(factor)

    def steps(self, value: Array, gap: int, total: Array, scratch: Scratch) -> Steps:
        """Correlate a vector with the factor, its taps `gap` samples apart, into `total`."""

        def view(tap: Tap) -> Array:
            return value[tap.column * gap : tap.column * gap + len(total)]

        return shift_and_add(self.groups, view, total, scratch)


def _rungs(taps: NDArray[np.float64]) -> list[Rung]:
    """The ladder of a row of taps; nothing for a single 1."""
    return [Rung(factor) for factor in ladder(_row(taps)) if factor != (1,)]


class WholeRunner:
    """Ladders of integer additions, down and then across."""

    bounds: Bounds | None = None

    def __init__(self, problem: Problem, dtype: np.dtype[Any], terms: list[Term], factor: float) -> None:
        self.problem, self.dtype, self.strip_dtype, self.factor = problem, dtype, dtype, factor
        self.divisor = whole_divisor(factor)
        self.band_rows = band_rows(problem)
        self.ladders = [(_rungs(term.column), _rungs(term.row)) for term in terms]

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Climb the ladders of one strip's memory; see `engine.Runner`."""
        problem, filters = self.problem, []
        for down, across in self.ladders:
            steps, response = self._climb(strip, down, across, scratch)
            if self.factor != 1.0 and not whole:
                response = scaled(response, self.factor, problem.float_dtype, scratch, steps)
            filters.append((steps, response))
        dtype = self.dtype if whole else problem.result_dtype
        return handed_over(filters, problem.band_shape(strip.shape[0]), dtype, scratch)

    def _climb(self, strip: Array, down: list[Rung], across: list[Rung], scratch: Scratch) -> tuple[Steps, Array]:
        """Steps to one response, and where it will be: (rows, columns, channels).

        The strip is one vector: the next row is a pitch along.  What is summed across the ends of rows
        is left out of the response.
        """
        problem, pitch, value, steps = self.problem, strip.shape[1], strip.reshape(-1), []
        rows, columns = problem.band_shape(strip.shape[0])[:2]
        gaps = [problem.dilation[0] * pitch] * len(down) + [problem.dilation[1] * problem.channels] * len(across)
        for number, (rung, gap) in enumerate(zip([*down, *across], gaps, strict=True)):
            length = len(value) - gap * (rung.length - 1)
            total = scratch.array(f"total{number % 2}", (length,), self.dtype)
            steps += rung.steps(value, gap, total, scratch)
            value = total
        steps_down, steps_across = problem.stride
        channels, item = problem.channels, value.itemsize
        strides = (steps_down * pitch * item, steps_across * channels * item, item)
        return steps, as_strided(value, (rows, columns, channels), strides)
