"""Floats of low rank: band matrices down the columns, then across the rows, term by term, tile by tile.

A tile is a stretch of columns of a band, so small that it stays near the processor from the samples to the sink:

    samples -> widened -> down -> across -> handed over

Going across, colours lie between the samples that belong together; `separable_ways` says how to get by.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from convcli.core.arithmetic.band_pass import BandPass
from convcli.core.arithmetic.calls import Steps
from convcli.core.arithmetic.factors import Term
from convcli.core.arithmetic.machine import kind
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arithmetic.weighted_rows import weighted_rows
from convcli.core.arrays import Array
from convcli.core.engines.engine import Piece, Work, band_rows, in_one
from convcli.core.engines.evenness import ALLOWED, Bounds, local_bounds, uneven_share
from convcli.core.engines.handover import handed_over
from convcli.core.engines.separable_ways import TURNED_BLOCK, block_of, way_of
from convcli.core.geometry import extent
from convcli.core.problem.problem import Problem

CANCELLED = 1.0  # roundings of the largest sample, times sum |k|, that terms leave: measured, at most half of that
# A tile's response: what both passes need is two to three times as much.  Smaller ones stay nearer to the processor,
# but then the threads meet in the interpreter more often than that saves (2^17 to 2^22 tried, two cores).
TILE_BYTES = 1 << 20
TILE_ROWS = 48


def _bounds(problem: Problem, dtype: np.dtype[Any], *, local: bool) -> Bounds:
    """What a strip must be like: terms that cancel leave more than rounding of a window's own products."""
    bounds = local_bounds(problem.weights, problem.float_dtype)
    share = uneven_share(problem.weights) * CANCELLED * float(np.finfo(dtype).eps) / 2
    allowed = ALLOWED[problem.float_dtype.itemsize]
    return bounds if local else replace(bounds, per_root=share, per_largest=share, allowed=allowed)


class _Tile(NamedTuple):
    """Memory for the samples of a tile, and for each kernel the steps from there to its response."""

    samples: Array
    filters: list[tuple[Steps, Array]]


class FloatRunner:
    """Down, then across, a tile at a time.

    Args:
        local: each kernel is one term, weight by weight, so that no error leaves its window.
        way: across, by name; None for the fastest on this machine.
    """

    divisor = 1

    def __init__(
        self, problem: Problem, dtype: np.dtype[Any], filters: list[list[Term]], *, local: bool, way: str | None = None
    ) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, dtype, problem.strip_dtype(dtype)
        self.way = way_of(problem).name if way is None else way
        self.bounds = _bounds(problem, dtype, local=local)
        self.band_rows, self.columns = _tile_shape(problem, TILE_BYTES // dtype.itemsize)
        self.filters = [[self._passes(term) for term in terms] for terms in filters]

    def _passes(self, term: Term) -> tuple[BandPass, BandPass]:
        """Down and across, in the blocks that suit the way."""
        (down, across), dilation = self.problem.stride, self.problem.dilation
        if self.way == "turned":
            return (
                BandPass(term.column, down, dilation[0], TURNED_BLOCK, self.dtype),
                BandPass(term.row, across, dilation[1], block_of(len(term.row), kind()), self.dtype),
            )
        return (
            BandPass(term.column, down, dilation[0], block_of(len(term.column), kind()), self.dtype),
            BandPass(term.row, across, dilation[1] * self.problem.channels, TURNED_BLOCK, self.dtype),
        )

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """All tiles of one strip's memory into one response; see `engine.Runner`."""
        del whole  # there are no whole responses
        shape = self.problem.band_shape(strip.shape[0])
        return in_one(self.bind_pieces(strip, scratch), shape, self.problem.result_dtype, scratch)

    def bind_pieces(self, strip: Array, scratch: Scratch) -> list[Piece]:
        """Both passes of every term, tile by tile; see `engine.InPieces`."""
        problem, step = self.problem, self.problem.stride[1] * self.problem.channels
        tiles: dict[int, _Tile] = {}  # all but the last are of one width
        pieces = []
        for first in range(0, problem.out_width, self.columns):
            columns = slice(first, min(first + self.columns, problem.out_width))
            width = columns.stop - first
            reach = (width - 1) * problem.stride[1] + extent(problem.kernel_width, problem.dilation[1])
            source = strip[:, first * step : first * step + reach * problem.channels]
            if strip.dtype == self.dtype:
                filters = self._filters(source, width, scratch)
            else:
                if width not in tiles:
                    samples = scratch.array("samples", source.shape, self.dtype)
                    tiles[width] = _Tile(samples, self._filters(samples, width, scratch))
                samples, ((steps, response), *others) = tiles[width]
                filters = [([(np.copyto, (samples, source)), *steps], response), *others]
            shape = (*problem.band_shape(strip.shape[0])[:1], width, problem.filters, problem.channels)
            pieces.append(Piece(columns, handed_over(filters, shape, problem.result_dtype, scratch)))
        return pieces

    def _filters(self, samples: Array, width: int, scratch: Scratch) -> list[tuple[Steps, Array]]:
        """The steps of each kernel from the samples of so many columns to its response, and where that will be."""
        channels, rows = self.problem.channels, self.problem.band_shape(samples.shape[0])[0]
        alone = len(self.filters) == len(self.filters[0]) == 1
        name = "samples" if alone else "sum"  # alone, it may be where samples were widened: they are not needed again
        if self.way == "turned":
            total = scratch.array(name, (width, channels * rows), self.dtype)
            pixels = total.reshape(width, channels, rows).transpose(2, 0, 1)
        else:
            total = scratch.array(name, (rows, width * channels), self.dtype)
            pixels = total.reshape(rows, width, channels)
        return [(self._steps(samples, terms, total, scratch), pixels) for terms in self.filters]

    def _steps(self, samples: Array, terms: list[tuple[BandPass, BandPass]], total: Array, scratch: Scratch) -> Steps:
        steps: Steps = []
        for position, (down, across) in enumerate(terms):
            out = total if position == 0 else scratch.array("term", total.shape, self.dtype)
            steps += self._term(samples, down, across, out, scratch)
            if position > 0:
                steps.append((np.add, (total, out, total)))
        return steps

    def _term(self, samples: Array, down: BandPass, across: BandPass, out: Array, scratch: Scratch) -> Steps:
        """Both passes of one term, by way of `lower`."""
        length, channels = samples.shape[1], self.problem.channels
        if self.way == "turned":
            lower = scratch.array("lower", (length, out.shape[1] // channels), self.dtype)
            return down.turned(samples, lower) + across.down(lower.reshape(-1, out.shape[1]), out)
        lower = scratch.array("lower", (out.shape[0], length), self.dtype)
        steps = down.down(samples, lower)
        if self.way == "rows":
            return steps + weighted_rows(across.taps.astype(self.dtype), across.dilation, lower, out)
        return steps + across.across(lower, out)


def _tile_shape(problem: Problem, samples: int) -> tuple[int, int]:
    """Rows and columns of tiles of about so many samples; larger where a kernel's overlap would be most of them."""
    per_row = problem.out_width * problem.channels
    most = max(TILE_ROWS, samples // per_row, problem.strip_rows(1) - 1)
    rows = min(band_rows(problem, multiple=TURNED_BLOCK), _whole_blocks(most))
    wide = max(samples // (rows * problem.channels), 2 * extent(problem.kernel_width, problem.dilation[1]))
    tiles = max(1, round(problem.out_width / wide))
    return rows, _whole_blocks(-(-problem.out_width // tiles))


def _whole_blocks(length: int) -> int:
    return -(-length // TURNED_BLOCK) * TURNED_BLOCK
