"""Separable: a kernel of low rank as passes down the columns and across the rows.

    kernel = sum over terms of outer(column, row)

Whole numbers go by shift and add in the narrowest exact integers, each factor
taken apart into a ladder of shorter ones; everything else by band matrices.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.band_pass import BandPass
from convcli.core.bands import Scratch, band_rows
from convcli.core.blas import exact_dtype
from convcli.core.engines.direct import arithmetic, scaled
from convcli.core.factors import Term, float_terms, whole_term
from convcli.core.geometry import extent
from convcli.core.ladder import Row, ladder, passes
from convcli.core.problem import Problem
from convcli.core.shift_add import Tap, TapGroup, operations, shift_and_add, tap_groups

NAME = "separable"

Array = NDArray[Any]
BAND_SAMPLES = 1 << 19
DOWN = (4, 8)  # outputs a block, for short and for tall kernels
TALL = 16
ACROSS = 16  # outputs a block: 16 float32 are one AVX-512 register
SHIFTS = 14  # passes of shift and add that are faster than turning the strip
# Measured on two cores with AVX-512, November 2026, OpenBLAS 0.3.31, one thread:
NS_PER_BYTE = 0.05  # one addition, per byte of the dtype
NS_PER_MULTIPLY = 0.019  # float32
NS_PER_PASS = 0.1
NS_PER_SHIFT = 0.11
NS_PER_SAMPLE = 0.35  # gather, and hand over
NS_INTERLEAVE = 0.45
NS_FIXED = 60_000.0  # a picture of next to nothing


def cost(problem: Problem) -> float | None:
    """Nanoseconds, one thread; None where a kernel has no few terms or channels are added."""
    if problem.mixing or min(problem.kernel_height, problem.kernel_width) == 1 or problem.filters > 4:
        return None
    wide = problem.out_height * problem.stride * problem.padded_width * problem.channels
    whole = _whole_terms(problem)
    if whole is not None:
        dtype, terms, factor = whole
        steps = sum(passes(ladder(_row(t.column))) + passes(ladder(_row(t.row))) for t in terms)
        floats = 3 * problem.float_dtype.itemsize if factor != 1.0 else 0
        return NS_FIXED / 2 + wide * NS_PER_BYTE * (
            dtype.itemsize * (2 * problem.filters + steps) + floats * problem.filters
        )
    terms_of = _float_terms(problem)
    if terms_of is None:
        return None
    dtype, filters = terms_of
    ranks = sum(len(terms) for terms in filters)
    scale = dtype.itemsize / 4
    if _shifts(problem, filters):
        shifts = sum(operations(_groups(term.row)) for terms in filters for term in terms)
        down = NS_PER_PASS + NS_PER_MULTIPLY * problem.strip_rows(DOWN[0])
        return NS_FIXED * ranks + wide * scale * (NS_PER_SAMPLE + ranks * down + shifts * NS_PER_SHIFT)
    reach = (ACROSS - 1) * problem.stride + extent(problem.kernel_width, problem.dilation)
    if problem.channels > 1:
        turned = 4 * NS_PER_PASS + NS_PER_MULTIPLY * (problem.strip_rows(ACROSS) + reach)
        return NS_FIXED * ranks + wide * scale * (NS_PER_SAMPLE + problem.filters * NS_INTERLEAVE + ranks * turned)
    each = 6 * NS_PER_PASS + NS_PER_MULTIPLY * (problem.strip_rows(DOWN[0]) + reach)
    return NS_FIXED * ranks + wide * scale * (NS_PER_SAMPLE + ranks * each)


def prepare(problem: Problem) -> WholeRunner | FloatRunner:
    """A runner of integer ladders where the weights are whole, else of band matrices."""
    whole = _whole_terms(problem)
    if whole is not None:
        return WholeRunner(problem, *whole)
    terms = _float_terms(problem)
    assert terms is not None
    return FloatRunner(problem, *terms)


def _row(taps: NDArray[np.float64]) -> Row:
    return tuple(int(tap) for tap in taps)


def _whole_terms(problem: Problem) -> tuple[np.dtype[Any], list[Term], float] | None:
    """Integer dtype, one term per kernel, and the factor left over; None where ladders do not apply."""
    dtype, weights, factor = arithmetic(problem)
    if dtype.kind != "i":
        return None
    found = [whole_term(kernel[0]) for kernel in weights]
    terms = [term for term in found if term is not None]
    if len(terms) < len(found):
        return None
    steps = sum(passes(ladder(_row(t.column))) + passes(ladder(_row(t.row))) for t in terms)
    long = steps * dtype.itemsize > 2 * 16 * problem.filters
    return None if long and exact_dtype(problem) is not None else (dtype, terms, factor)


def _float_terms(problem: Problem) -> tuple[np.dtype[Any], list[list[Term]]] | None:
    dtype = exact_dtype(problem)
    if dtype is None:
        return None
    filters = []
    for kernel in problem.weights:
        if problem.exact:
            term = whole_term(kernel[0])
            terms = [term] if term is not None else None
        else:
            terms = float_terms(kernel[0], 1e-7 if dtype == np.float32 else 1e-14)
        if terms is None:
            return None
        filters.append(terms)
    return dtype, filters


class WholeRunner:
    """Ladders of integer additions, down and then across."""

    spreads = False

    def __init__(self, problem: Problem, dtype: np.dtype[Any], terms: list[Term], factor: float) -> None:
        self.problem, self.dtype, self.factor = problem, dtype, factor
        self.band_rows = band_rows(problem)
        self.ladders = [(_steps(term.column), _steps(term.row)) for term in terms]

    def run(self, strip: Array, target: Array | None, scratch: Scratch) -> Array:
        """Correlate one strip; see `bands.Runner`."""
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        if target is None and problem.filters > 1:
            target = scratch.array("responses", shape, problem.result_dtype)
        response = strip
        for f, (down, across) in enumerate(self.ladders):
            response = self._climb(strip, down, across, scratch)
            if self.factor != 1.0:
                response = scaled(response, self.factor, problem.float_dtype, scratch)
            if target is not None:
                np.copyto(target[:, :, f, :], response, casting="unsafe")
        return response.reshape(shape) if target is None else target

    def _climb(self, strip: Array, down: list[Any], across: list[Any], scratch: Scratch) -> Array:
        problem, value = self.problem, strip
        for step, taps in enumerate(down):
            value = self._step(value, taps, problem.dilation, 0, step, scratch)
        value = value[:: problem.stride]  # rows are skipped for nothing, columns only when all is done
        for step, taps in enumerate(across, len(down)):
            value = self._step(value, taps, problem.dilation * problem.channels, 1, step, scratch)
        pixels = value.reshape(value.shape[0], -1, problem.channels)
        return pixels[:, :: problem.stride] if problem.stride > 1 else pixels

    def _step(self, value: Array, taps: Any, gap: int, axis: int, step: int, scratch: Scratch) -> Array:
        reach = gap * (taps[1] - 1)
        shape = (value.shape[0] - reach, value.shape[1]) if axis == 0 else (value.shape[0], value.shape[1] - reach)
        total = scratch.array(f"total{step % 2}", shape, self.dtype)

        def view(tap: Any) -> Array:
            first = tap.column * gap
            return value[first : first + shape[0]] if axis == 0 else value[:, first : first + shape[1]]

        return shift_and_add(taps[0], view, total, scratch)


def _steps(taps: NDArray[np.float64]) -> list[Any]:
    """(tap groups, length) of each factor; at least one, so that the strip is never returned itself."""
    factors = [factor for factor in ladder(_row(taps)) if factor != (1,)]
    return [(tap_groups(np.array([[factor]], np.float64)), len(factor)) for factor in factors]


class FloatRunner:
    """Down by band matrices, then across: by band matrices too, or by shift and add for short rows of colours.

    Band matrices want samples side by side.  Colours are not, so there the strip is turned on its way down and
    comes back as planes; for a few taps, shift and add on the strip as it lies is faster.
    """

    spreads = True

    def __init__(self, problem: Problem, dtype: np.dtype[Any], filters: list[list[Term]]) -> None:
        self.problem, self.dtype = problem, dtype
        self.shifts = _shifts(problem, filters)
        self.turns = problem.channels > 1 and not self.shifts
        down = ACROSS if self.turns else DOWN[problem.kernel_height >= TALL]
        self.band_rows = band_rows(problem, BAND_SAMPLES, down)
        options = (problem.stride, problem.dilation)
        self.filters = [
            [(BandPass(t.column, *options, down, dtype), BandPass(t.row, *options, ACROSS, dtype)) for t in terms]
            for terms in filters
        ]
        self.rows = {id(across): _groups(across.taps) for terms in self.filters for _, across in terms}

    def run(self, strip: Array, target: Array | None, scratch: Scratch) -> Array:
        """Correlate one strip; see `bands.Runner`."""
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        rows = shape[0]
        if target is None and problem.filters > 1:
            target = scratch.array("responses", shape, problem.result_dtype)
        response = strip
        for f, terms in enumerate(self.filters):
            response = self._filter(strip, rows, terms, scratch)  # (rows, width, channels)
            if target is not None:
                for c in range(problem.channels) if self.turns else (slice(None),):
                    np.copyto(target[:, :, f, c], response[:, :, c], casting="unsafe")
        return response[:, :, np.newaxis, :] if target is None else target

    def _filter(self, strip: Array, rows: int, terms: list[tuple[BandPass, BandPass]], scratch: Scratch) -> Array:
        problem = self.problem
        width, channels = problem.out_width, problem.channels
        shape = (rows, channels, width) if self.turns else (rows, width * channels)
        total = scratch.array("total", shape, self.dtype)
        for position, (down, across) in enumerate(terms):
            out = total if position == 0 else scratch.array("sum", shape, self.dtype)
            if self.turns:
                turned = scratch.array("turned", (strip.shape[1], rows), self.dtype)
                down.down_turned(strip, turned)
                across.across_turned(turned.reshape(-1, channels, rows), out)
            else:
                lower = scratch.array("lower", (rows, strip.shape[1]), self.dtype)
                down.down(strip, lower)
                self._across(lower, across, out, scratch)
            if position > 0:
                np.add(total, out, out=total)
        return total.transpose(0, 2, 1) if self.turns else total.reshape(rows, width, channels)

    def _across(self, lower: Array, across: BandPass, out: Array, scratch: Scratch) -> None:
        if not self.shifts:
            across.across(lower, out)
            return
        gap, length = self.problem.dilation * self.problem.channels, out.shape[1]

        def view(tap: Tap) -> Array:
            return lower[:, tap.column * gap : tap.column * gap + length]

        shift_and_add(self.rows[id(across)], view, out, scratch)


def _groups(taps: NDArray[np.float64]) -> list[TapGroup]:
    return tap_groups(np.asarray(taps, np.float64)[np.newaxis, np.newaxis])


def _shifts(problem: Problem, filters: list[list[Term]]) -> bool:
    """Whether the rows are short enough to go across a coloured strip by shift and add."""
    longest = max(operations(_groups(term.row)) for terms in filters for term in terms)
    return problem.channels > 1 and problem.stride == 1 and longest <= SHIFTS
