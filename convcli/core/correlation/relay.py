"""Relay: the runner that was planned, and those that take over the strips for which it could not keep the bound.

Every runner is asked first (`Bounds.hold`): one whose errors reach beyond the
window gives uneven strips to itself in float64, then to the fastest engine whose
errors do not; what could overflow, and what is no number, goes to the careful one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from convcli.core.arrays import Array
from convcli.core.engines.careful import CarefulRunner
from convcli.core.engines.engine import Runner
from convcli.core.engines.evenness import Measure
from convcli.core.problem.problem import Problem

BEYOND = 2.0**1020  # sums of whole numbers that float64 may not hold


class Relay:
    """Runners of one problem in the order in which they are asked; all but the first are made on use.

    Attributes:
        first: the runner that was planned.
        wary: strips are to be looked at before they are given to it.
    """

    def __init__(self, problem: Problem, first: Runner, others: Sequence[Callable[[], Runner]]) -> None:
        self.problem, self.first = problem, first
        self.wary = problem.dtype.kind == "f" or not problem.bound < BEYOND
        self._others: list[Callable[[], Runner]] = [*others, partial(CarefulRunner, problem)]
        self._made: dict[int, Runner] = {}

    def taker(self, samples: Array) -> Runner:
        """Who takes a strip of these samples, (rows, padded_width * channels)."""
        if self.problem.dtype.kind != "f":
            return self._other(len(self._others) - 1)
        if self.first.bounds is None:
            return self.first
        strip = Measure(samples, self.problem.channels)
        if self.first.bounds.hold(strip):
            return self.first
        for place in range(len(self._others) - 1):
            other = self._other(place)
            if other.bounds is None or other.bounds.hold(strip):
                return other
        return self.careful

    @property
    def careful(self) -> Runner:
        """The last, which takes everything."""
        return self._other(len(self._others) - 1)

    def _other(self, place: int) -> Runner:
        if place not in self._made:  # made twice by two threads at once, either is as good
            self._made[place] = self._others[place]()
        return self._made[place]
