"""A pair: what went in, what came back and what was expected, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.material import grey_plane
from convcli.core.identify.probes import MID_GREY, Depth, probes
from convcli.report.identify.told import Told

Array = NDArray[Any]
Ground = tuple[float, float]
PREDICTED = "Predicted"


@dataclass(frozen=True, eq=False)
class Exchanged:
    """All that went to and fro.

    Attributes:
        answers: by the probes' names.
        unseen: the picture of the proof and what came back for it; None where there was none.
    """

    told: Told
    answers: Mapping[str, Array | None]
    depth: Depth
    unseen: tuple[Array, Array] | None = None


@dataclass(frozen=True, eq=False)
class Exchange:
    """One pair.

    Attributes:
        title: which probe.
        sent, came, expected: (H, W) or (H, W, 3); NaN where nothing is compared; `expected` None where nothing was.
        heading: what `expected` is.
        grounds: the levels around impulses in what was sent and in what came back: deviations from them are shown.
        compared: (differing, of how many, the largest) of the whole pictures, where parts are shown.
    """

    title: str
    sent: Array
    came: Array
    expected: Array | None = None
    heading: str = PREDICTED
    grounds: Ground | None = None

    @property
    def difference(self) -> Array | None:
        """What came back less what was expected, (H, W): of colours the largest by magnitude; None where none was."""
        if self.expected is None or self.expected.shape != self.came.shape:
            return None
        gap = self.came.astype(np.float64) - self.expected.astype(np.float64)
        if gap.ndim == 2:
            return gap
        strongest = np.abs(np.nan_to_num(gap)).argmax(axis=2)
        return np.take_along_axis(gap, strongest[:, :, np.newaxis], axis=2)[:, :, 0]


def planes(found: Exchanged, name: str) -> tuple[Array, Array] | None:
    """A grey probe and the answer to it, (H, W) each; None where none came back."""
    answer = found.answers.get(name)
    plane = None if answer is None else grey_plane(np.asarray(answer))
    if plane is None or not plane.size:
        return None
    return next(probe.pixels for probe in probes(found.depth, extras=False) if probe.name == name), plane


def grounds(found: Exchanged) -> Ground:
    """The grey around impulses, as it went in and as it came back far from the ends."""
    flat = planes(found, "flat-grey")
    before = float(MID_GREY * (257 if found.depth == 16 else 1))
    return (before, before) if flat is None else (before, float(flat[1][tuple(n // 2 for n in flat[1].shape)]))
