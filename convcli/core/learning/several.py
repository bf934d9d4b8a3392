"""Several pairs of pictures, learned from as from one: the sums over all of them, one pair in memory at a time.

    sum z z' over all pairs = sum over pairs of (sum z z' over that pair)

Every pair is scaled by the range of all, so that sums add; which is why a first pass looks at the ranges.  Sums are
added in the order of the pairs, so that the result does not depend on who made them, or when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.learning.grid import Grid, grid_of, largest_magnitude
from convcli.core.learning.pairing import scale_between
from convcli.core.learning.pairs import Kept, Pairs
from convcli.core.learning.sums import Advance, Moments, Residuals, moments, residuals
from convcli.core.learning.tiles import Scale
from convcli.core.samples import finite_range

Ends = tuple[float, float]


class Sort(NamedTuple):
    """What all pairs must have in common: channels and types of their samples."""

    channels: tuple[int, int]
    types: tuple[str, str]

    def differing(self, other: Sort) -> str:
        """In what another pair differs from this; "" in nothing."""
        for name, (own, its), (kind, its_kind) in zip(
            ("BEFORE", "AFTER"),
            zip(self.channels, other.channels, strict=True),
            zip(self.types, other.types, strict=True),
            strict=True,
        ):
            if (own, kind) != (its, its_kind):
                return f"its {name} has {_samples(its, its_kind)}, that of the first pair {_samples(own, kind)}"
        return ""


def _samples(channels: int, kind: str) -> str:
    return f"{channels} channel{'s' * (channels != 1)} of {kind}"


class Survey(NamedTuple):
    """What one pass over a pair finds.

    Attributes:
        before_ends, after_ends: least and largest finite sample.
        reach: largest magnitude of BEFORE.
        grid: of AFTER.
        kept: see `Pairs.kept_by_after`; windows: `Pairs.count`; selects: whether some samples do not count.
    """

    sort: Sort
    before_ends: Ends
    after_ends: Ends
    reach: float
    grid: Grid
    kept: tuple[Kept, ...]
    windows: int
    selects: bool


def survey(pairs: Pairs) -> Survey:
    """Look at a pair, its ranges and how many of its pixels count."""
    before, after = pairs.before, pairs.after
    return Survey(
        Sort((before.shape[2], after.shape[2]), (before.dtype.name, after.dtype.name)),
        finite_range(before),
        finite_range(after),
        largest_magnitude(before),
        grid_of(after),
        tuple(pairs.kept_by_after()),
        pairs.count,
        pairs.selects,
    )


def sum_moments(pairs: Pairs, scales: tuple[Scale, Scale], jobs: int | None) -> list[Moments]:
    """The sums of one pair, in the scale of all."""
    return moments(_scaled(pairs, scales), jobs, _unheard)


def sum_residuals(
    pairs: Pairs, scales: tuple[Scale, Scale], weights: Sequence[Floats], biases: Sequence[float], jobs: int | None
) -> list[Residuals]:
    """What kernels leave of one pair, in the scale of all."""
    return residuals(_scaled(pairs, scales), weights, biases, jobs, _unheard)


def _scaled(pairs: Pairs, scales: tuple[Scale, Scale]) -> Pairs:
    return replace(pairs, before_scale=scales[0], after_scale=scales[1])


def _unheard(steps: int) -> None:
    """Within a pair nobody counts."""


class Pass(Protocol):
    """One pass over all pairs: `work(pairs, *arguments, jobs)` of each, in their order."""

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Iterator[Any]: ...


@dataclass(frozen=True, eq=False)
class Several:
    """Several pairs of pictures for a kernel of one size; to a `Lesson` what the `Pairs` of one are.

    Attributes:
        first: how a pair is read: size, groups and kernels are those of every pair; its samples are not used.
        surveys: of all pairs, in their order.
        over: makes a pass over them.
    """

    first: Shape
    surveys: tuple[Survey, ...]
    over: Pass

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the kernel."""
        return self.first.size

    @property
    def depth(self) -> int:
        """Planes of BEFORE that one kernel reads."""
        return self.first.depth

    @property
    def weights(self) -> int:
        """Weights of one kernel."""
        return self.first.weights

    @property
    def kernels(self) -> int:
        """Kernels to be found."""
        return self.first.kernels

    @property
    def floating(self) -> bool:
        """Whether BEFORE has floats."""
        return np.dtype(self.surveys[0].sort.types[0]).kind == "f"

    @property
    def selects(self) -> bool:
        """Whether some samples do not count."""
        return any(each.selects for each in self.surveys)

    @property
    def count(self) -> int:
        """Pairs of window and value for each kernel, before any is left out."""
        return sum(each.windows for each in self.surveys)

    @property
    def before_scale(self) -> Scale:
        """Of all BEFOREs."""
        return _scale([each.before_ends for each in self.surveys], self.surveys[0].sort.types[0])

    @property
    def after_scale(self) -> Scale:
        """Of all AFTERs."""
        return _scale([each.after_ends for each in self.surveys], self.surveys[0].sort.types[1])

    @property
    def grid(self) -> Grid:
        """That all AFTERs lie on."""
        whole, *others = (each.grid for each in self.surveys)
        for other in others:
            whole = whole.joined(other)
        return whole

    @property
    def reach(self) -> float:
        """Largest magnitude of all BEFOREs."""
        return max(each.reach for each in self.surveys)

    def kept_by_after(self) -> list[Kept]:
        """As `Pairs.kept_by_after`, of all."""
        kept = zip(*(each.kept for each in self.surveys), strict=True)
        return [Kept(*map(sum, zip(*each, strict=True))) for each in kept]

    def moments(self, advance: Advance) -> list[Moments]:
        """The sums of all pairs; one pass."""
        return _added(self.over(sum_moments, (self.before_scale, self.after_scale)), advance)

    def residuals(self, weights: Sequence[Floats], biases: Sequence[float], advance: Advance) -> list[Residuals]:
        """What kernels leave of all pairs; one pass."""
        scales = self.before_scale, self.after_scale
        return _added(self.over(sum_residuals, scales, tuple(weights), tuple(biases)), advance)


class Shape(NamedTuple):
    """What the kernels of a pair are, without its samples."""

    size: tuple[int, int]
    depth: int
    weights: int
    kernels: int

    @classmethod
    def of(cls, pairs: Pairs) -> Shape:
        """Those of a pair."""
        return cls(pairs.size, pairs.depth, pairs.weights, pairs.kernels)


def _scale(ends: Sequence[Ends], kind: str) -> Scale:
    whole = np.dtype(kind).kind in "iu"
    return scale_between(min(low for low, _ in ends), max(high for _, high in ends), whole=whole)


def _added(each: Iterator[Any], advance: Advance) -> list[Any]:
    total: list[Any] = []
    for sums in each:
        if total:
            for sum_, more in zip(total, sums, strict=True):
                sum_.add(more)
        else:
            total = list(sums)
        advance(1)
    return total
