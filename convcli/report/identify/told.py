"""All that is told of one filter: the verdict, the proof, and the line that does the same."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from convcli.core.identify.verdict import Verdict

SEVERAL = 3.0  # levels


@dataclass(frozen=True)
class Compared:
    """Two pictures, pixel by pixel.

    Attributes:
        pixels: rows times columns; differing: of these, in any channel.
        largest: the largest difference of two samples.
        inside: whether only those whose window lies within the picture were compared: where no border rule fits.
    """

    pixels: int
    differing: int
    largest: float
    inside: bool = False

    @property
    def same(self) -> bool:
        """Whether not one sample differs."""
        return self.differing == 0


@dataclass(frozen=True, eq=False)
class Told:
    """A filter and what was found out about it.

    Attributes:
        filter: the words of a command, or one text: a function with its arguments, or a folder.
        name: of the kernel in the catalogue, with a factor where it has one; "" where it has none.
        source: the unseen picture; prediction: how the model does on it; None where it could not be asked.
        apply: the line that does the same, in words; None where there is none, and then `unlike` says why.
        applied: how that line does on the unseen picture; unlike: what it does otherwise.
        notes: what else is to be said, a line each.
    """

    filter: tuple[str, ...]
    verdict: Verdict
    name: str = ""
    source: str = ""
    prediction: Compared | None = None
    apply: tuple[str, ...] | None = None
    applied: Compared | None = None
    unlike: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """How the filter was called, as one types it."""
        return shlex.join(self.filter) if len(self.filter) > 1 else self.filter[0]

    @property
    def holds(self) -> bool:
        """Whether it is identified, and the unseen picture does not contradict: as near as the probes are explained."""
        return self.verdict.identified and (self.prediction is None or self.prediction.largest <= self.levels)

    @property
    def levels(self) -> float:
        """How far a prediction may be off: one level, or a few where a filter rounds more than once."""
        off = self.verdict.largest_inside
        return 1.0 if off <= 1 else max(SEVERAL, off)
