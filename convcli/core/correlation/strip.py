"""Strips: a few rows of the padded picture, gathered with their border and widened.

All that does not depend on which rows they are is made ready once: the views
that are copied to and from.  A strip is filled many times a second by threads
that share the interpreter, so filling it is a handful of copies and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arithmetic.shift_add import in_dtype
from convcli.core.arrays import Index
from convcli.core.border import OUTSIDE
from convcli.core.correlation.row_source import Rows
from convcli.core.problem.problem import Problem


class Surroundings:
    """The padded picture as sources of rows and columns; shared by threads."""

    def __init__(self, problem: Problem, source: Rows) -> None:
        padding, border = problem.padding, problem.border
        self.problem, self.source = problem, source
        self.rows = border.index(problem.height, padding.top, padding.bottom)
        columns = border.index(problem.width, padding.left, padding.right)
        edges = (slice(0, padding.left), slice(padding.left + problem.width, problem.padded_width))
        sides = [(edge, columns[edge]) for edge in edges if edge.stop > edge.start]
        self.filled = [edge for edge, sources in sides if OUTSIDE in sources]
        self.copied = [
            copy for edge, sources in sides if OUTSIDE not in sources for copy in _copies(edge, padding.left + sources)
        ]


class Strip:
    """One thread's strip of so many padded rows.

    Attributes:
        samples: (rows, padded_width * channels), C-ordered, in the dtype that was asked for.
    """

    def __init__(self, surroundings: Surroundings, rows: int, dtype: np.dtype[Any], scratch: Scratch) -> None:
        problem = surroundings.problem
        width, channels, left = problem.padded_width, problem.channels, problem.padding.left
        self.samples = scratch.array("strip", (rows, width * channels), dtype)
        self._fill = in_dtype(problem.border.fill, dtype)
        self._source, self._sources = surroundings.source, surroundings.rows
        self._top, self._height = problem.padding.top, problem.height
        self._inside = self.samples[:, left * channels : (left + problem.width) * channels]
        pixels = self.samples.reshape(rows, width, channels)
        self._filled = [pixels[:, edge] for edge in surroundings.filled]
        self._copied = [(pixels[:, target], pixels[:, source]) for target, source in surroundings.copied]

    def gather(self, first: int) -> None:
        """Fill it with padded rows from `first` on."""
        inside, above = self._inside, first - self._top
        count = len(inside)
        if above >= 0 and above + count <= self._height:
            np.copyto(inside, self._source.read(above, above + count))
        else:
            start, stop = min(max(-above, 0), count), max(min(self._height - above, count), 0)
            if stop > start:
                inside[start:stop] = self._source.read(above + start, above + stop)
            self._gather_border(first, 0, start)
            self._gather_border(first, max(start, stop), count)
        for side in self._filled:
            side.fill(self._fill)
        for side, source in self._copied:
            np.copyto(side, source)

    def _gather_border(self, first: int, start: int, stop: int) -> None:
        """Rows [start, stop) of the strip, which lie beyond the picture."""
        for target, place, step in _runs(self._sources[first + start : first + stop].tolist(), start):
            if place == OUTSIDE:
                self.samples[target] = self._fill
                continue
            last = place + step * (target.stop - target.start - 1)
            rows = self._source.read(min(place, last), max(place, last) + 1)
            self._inside[target] = rows[::-1] if step < 0 else rows  # a single row is repeated


def _runs(places: list[int], start: int) -> Iterator[tuple[slice, int, int]]:
    """Targets from `start` on, each with its first place and the step, -1, 0 or 1, to its next ones.

    >>> list(_runs([5, 4, 3, 3], 7))
    [(slice(7, 10, None), 5, -1), (slice(10, 11, None), 3, 0)]
    """
    first = 0
    while first < len(places):
        place, stop = places[first], first + 1
        step = places[stop] - place if stop < len(places) else 0
        if step not in (-1, 0, 1):
            step = 0
        while stop < len(places) and places[stop] == place + step * (stop - first):
            stop += 1
        yield slice(start + first, start + stop), place, step
        first = stop


def _copies(edge: slice, sources: Index) -> Iterator[tuple[slice, slice]]:
    """(target, source) slices: columns from the same place, or from places that run up or down, are one copy.

    >>> list(_copies(slice(0, 3), np.array([5, 4, 3])))
    [(slice(0, 3, None), slice(5, 2, -1))]
    >>> list(_copies(slice(7, 10), np.array([6, 6, 6])))
    [(slice(7, 10, None), slice(6, 7, None))]
    """
    for target, place, step in _runs(sources.tolist(), edge.start):
        yield target, _stretch(place, step, target.stop - target.start)


def _stretch(place: int, step: int, count: int) -> slice:
    if step == 0:
        return slice(place, place + 1)  # broadcast over the target
    if step == 1:
        return slice(place, place + count)
    last = place - count
    return slice(place, last if last >= 0 else None, -1)
