"""Floats of low rank: band matrices down the columns, then across the rows, term by term.

Going across, colours lie between the samples that belong together.  A band
matrix may leave gaps for them, which wastes two thirds of its multiplications:
the better way for short rows.  For long ones, and with a stride, the colours
are laid out as planes first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from convcli.core.arithmetic.band_pass import BandPass
from convcli.core.arithmetic.calls import Steps
from convcli.core.arithmetic.factors import Term
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.engine import Work, band_rows
from convcli.core.engines.evenness import ALLOWED, Bounds, local_bounds, uneven_share
from convcli.core.engines.handover import handed_over
from convcli.core.geometry import extent
from convcli.core.problem.problem import Problem

DOWN = 4  # outputs a block: fewest wasted multiplications of what BLAS does at full speed
ACROSS = 16  # outputs a block: 16 float32 are one AVX-512 register
CANCELLED = 1.0  # roundings of the largest sample, times sum |k|, that terms leave: measured, at most half of that
BAND_SAMPLES = 1 << 18  # what both passes need stays near the processor
# Measured on two cores with AVX-512, November 2026, OpenBLAS 0.3.31, float32, one thread:
NS_PER_MULTIPLY = 0.0178
NS_PER_PRODUCT = 0.06  # a pass beside its multiplications: samples read and written
NS_SPREAD = 0.35  # pixels to planes
NS_INTERLEAVE = 0.35  # planes to pixels


def planar(problem: Problem) -> bool:
    """Whether laying out planes takes less time than leaving gaps for the colours."""
    if problem.channels == 1 or problem.stride[1] > 1:
        return problem.channels > 1
    wasted = _inner(problem, planes=False) - _inner(problem, planes=True)
    return NS_PER_MULTIPLY * wasted > NS_SPREAD + NS_INTERLEAVE


def _inner(problem: Problem, *, planes: bool) -> int:
    """Multiplications a sample, down and across."""
    gap = problem.dilation[1] * (1 if planes else problem.channels)
    return problem.strip_rows(DOWN) + (ACROSS - 1) * problem.stride[1] + extent(problem.kernel_width, gap)


def cost_of_term(problem: Problem) -> float:
    """Nanoseconds a sample of one term, float32."""
    return NS_PER_MULTIPLY * _inner(problem, planes=planar(problem)) + 2 * NS_PER_PRODUCT


def cost_of_layout(problem: Problem) -> float:
    """Nanoseconds a sample beside the terms."""
    return NS_SPREAD + problem.filters * NS_INTERLEAVE if planar(problem) else 0.0


def _bounds(problem: Problem, dtype: np.dtype[Any], *, local: bool) -> Bounds:
    """What a strip must be like: terms that cancel leave more than rounding of a window's own products."""
    bounds = local_bounds(problem.weights, problem.float_dtype)
    share = uneven_share(problem.weights) * CANCELLED * float(np.finfo(dtype).eps) / 2
    allowed = ALLOWED[problem.float_dtype.itemsize]
    return bounds if local else replace(bounds, per_root=share, per_largest=share, allowed=allowed)


class FloatRunner:
    """Down by band matrices, then across.

    Args:
        local: each kernel is one term, weight by weight, so that no error leaves its window.
    """

    divisor = 1

    def __init__(self, problem: Problem, dtype: np.dtype[Any], filters: list[list[Term]], *, local: bool) -> None:
        self.problem, self.dtype, self.planar = problem, dtype, planar(problem)
        self.strip_dtype = problem.strip_dtype(dtype) if self.planar else dtype
        self.band_rows = band_rows(problem, BAND_SAMPLES, DOWN)
        self.bounds = _bounds(problem, dtype, local=local)
        gap = problem.dilation[1] * (1 if self.planar else problem.channels)
        self.filters = [
            [
                (
                    BandPass(term.column, problem.stride[0], problem.dilation[0], DOWN, dtype),
                    BandPass(term.row, problem.stride[1], gap, ACROSS, dtype),
                )
                for term in terms
            ]
            for terms in filters
        ]

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Both passes of every term on one strip's memory; see `engine.Runner`."""
        del whole  # there are no whole responses
        problem = self.problem
        rows, width, _, channels = shape = problem.band_shape(strip.shape[0])
        source, spreading = self._planes(strip, scratch)
        total = scratch.array("sum", (len(source), rows, shape[1] * channels // len(source)), self.dtype)
        pixels = total.transpose(1, 2, 0) if self.planar else total.reshape(rows, width, channels)
        steps = [self._steps(source, terms, total, scratch) for terms in self.filters]
        steps[0] = spreading + steps[0]
        return handed_over([(each, pixels) for each in steps], shape, problem.result_dtype, scratch)

    def _planes(self, strip: Array, scratch: Scratch) -> tuple[Array, Steps]:
        """(planes, strip rows, samples of a row) and the steps that fill them: the strip itself, if it is one plane."""
        if not self.planar:
            if strip.dtype == self.dtype:
                return strip[np.newaxis], []
            wide = scratch.array("wide", strip.shape, self.dtype)
            return wide[np.newaxis], [(np.copyto, (wide, strip))]
        pixels = strip.reshape(strip.shape[0], -1, self.problem.channels)
        planes = scratch.array("planes", (pixels.shape[2], *pixels.shape[:2]), self.dtype)
        return planes, [(np.copyto, (plane, pixels[:, :, c])) for c, plane in enumerate(planes)]

    def _steps(self, source: Array, terms: list[tuple[BandPass, BandPass]], total: Array, scratch: Scratch) -> Steps:
        planes, rows, width = total.shape
        lower = scratch.array("lower", (planes, rows, source.shape[2]), self.dtype)
        steps: Steps = []
        for position, (down, across) in enumerate(terms):
            out = total if position == 0 else scratch.array("term", total.shape, self.dtype)
            for plane, below in zip(source, lower, strict=True):
                steps += down.down(plane, below)
            steps += across.across(lower.reshape(planes * rows, -1), out.reshape(planes * rows, width))
            if position > 0:
                steps.append((np.add, (total, out, total)))
        return steps
