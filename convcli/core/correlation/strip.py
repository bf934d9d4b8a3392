"""Strips: a few rows of the padded picture, gathered with their border and widened.

All that does not depend on which rows they are is made ready once: the views
that are copied to and from.  A strip is filled many times a second by threads
that share the interpreter, so filling it is a handful of copies and no more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arithmetic.shift_add import in_dtype
from convcli.core.arrays import Array, Index
from convcli.core.border import OUTSIDE
from convcli.core.problem.problem import Problem


class Surroundings:
    """The padded picture as sources of rows and columns; shared by threads."""

    def __init__(self, problem: Problem, picture: Array) -> None:
        padding, border = problem.padding, problem.border
        self.problem = problem
        self.plane = picture.reshape(problem.height, problem.width * problem.channels)
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
        self._plane, self._sources, self._top = surroundings.plane, surroundings.rows, problem.padding.top
        self._inside = self.samples[:, left * channels : (left + problem.width) * channels]
        pixels = self.samples.reshape(rows, width, channels)
        self._filled = [pixels[:, edge] for edge in surroundings.filled]
        self._copied = [(pixels[:, target], pixels[:, source]) for target, source in surroundings.copied]

    def gather(self, first: int) -> None:
        """Fill it with padded rows from `first` on."""
        inside, above = self._inside, first - self._top
        if above >= 0 and above + len(inside) <= len(self._plane):
            np.copyto(inside, self._plane[above : above + len(inside)])
        else:
            self._gather_border(self._sources[first : first + len(inside)])
        for side in self._filled:
            side.fill(self._fill)
        for side, source in self._copied:
            np.copyto(side, source)

    def _gather_border(self, sources: Index) -> None:
        for start, stop in _runs(sources):
            source = sources[start]
            if source == OUTSIDE:
                self.samples[start:stop] = self._fill
            else:
                self._inside[start:stop] = self._plane[source : source + stop - start]


def _runs(sources: Index) -> Iterator[tuple[int, int]]:
    """Stretches [start, stop) of consecutive source rows: each is one copy."""
    breaks = np.flatnonzero(np.diff(sources) != 1) + 1
    edges = [0, *breaks.tolist(), len(sources)]
    yield from itertools.pairwise(edges)


def _copies(edge: slice, sources: Index) -> Iterator[tuple[slice, slice]]:
    """(target, source) slices: columns from the same place, or from places that run up or down, are one copy.

    >>> list(_copies(slice(0, 3), np.array([5, 4, 3])))
    [(slice(0, 3, None), slice(5, 2, -1))]
    >>> list(_copies(slice(7, 10), np.array([6, 6, 6])))
    [(slice(7, 10, None), slice(6, 7, None))]
    """
    places = sources.tolist()
    start = 0
    while start < len(places):
        place, stop = places[start], start + 1
        step = places[stop] - place if stop < len(places) else 0
        if step not in (-1, 0, 1):
            step = 0
        while stop < len(places) and places[stop] == place + step * (stop - start):
            stop += 1
        yield slice(edge.start + start, edge.start + stop), _stretch(place, step, stop - start)
        start = stop


def _stretch(place: int, step: int, count: int) -> slice:
    if step == 0:
        return slice(place, place + 1)  # broadcast over the target
    if step == 1:
        return slice(place, place + count)
    last = place - count
    return slice(place, last if last >= 0 else None, -1)
