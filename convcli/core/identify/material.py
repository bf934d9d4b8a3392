"""What there is to judge: the probes and the answers to them, as planes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.probes import Depth, probes
from convcli.core.identify.windows import NO_BAND, Band

Array = NDArray[Any]
FEW_LEVELS = 12  # from the least answer to noise to the largest
MOST_BAND = 40  # a border is no wider
Answers = Mapping[str, Array | None]


@dataclass(frozen=True, eq=False)
class Material:
    """Planes by the probe's name: what went in and what came back; those that came back as planes alone.

    Attributes:
        white: the probes' largest value, 255 or 65535.
        dtype: of the answers.
        colour: answers to grey pictures whose channels differ.
    """

    before: Mapping[str, Array]
    after: Mapping[str, Array]
    white: float
    dtype: Any
    colour: tuple[str, ...] = ()

    @cached_property
    def copied(self) -> Band:
        """The rows and columns at the ends that came back as they were, in every picture; none where all did."""
        lost = self.lost  # light and back is not always the same float
        return self._band(lambda before, after: np.abs(after - before.astype(np.float64)) <= lost)

    @cached_property
    def blank(self) -> Band:
        """The rows and columns at the ends that are one value, the same in every picture."""
        value = self.blank_value
        return self._band(lambda before, after: after == value)

    @property
    def blank_value(self) -> float:
        """The value at a corner that is the same in every picture: the last where the first is not."""
        for place in ((0, 0), (-1, -1)):
            values = {float(after[place]) for after in self.after.values()}  # two noises alone may both be clamped
            if len(values) == 1:
                return values.pop()
        return 0.0

    @property
    def band(self) -> Band:
        """The outputs at the ends that may be no sums."""
        if any(self.copied) and any(self.blank):
            return NO_BAND
        return self.copied if any(self.copied) else self.blank

    def _band(self, alone: Callable[[Array, Array], Array]) -> Band:
        rows, columns = [], []
        pairs = self.pairs(name for name in self.after if not name.startswith(("flat", "impulse", "ramp")))
        for before, after in pairs:
            if before.shape != after.shape:
                return NO_BAND
            same = np.asarray(alone(before, after))
            rows.append(_run(np.asarray(same.all(axis=1))))
            columns.append(_run(np.asarray(same.all(axis=0))))
        if not rows:
            return NO_BAND
        ends = (*np.min(rows, axis=0), *np.min(columns, axis=0))
        return NO_BAND if max(ends) > MOST_BAND else (int(ends[0]), int(ends[1]), int(ends[2]), int(ends[3]))

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the largest value of the answers' dtype; infinite for floats."""
        if self.dtype.kind == "f":
            return -np.inf, np.inf
        return float(np.iinfo(self.dtype).min), float(np.iinfo(self.dtype).max)

    @property
    def floats(self) -> bool:
        """Whether answers are not rounded to whole numbers."""
        return bool(self.dtype.kind == "f")

    @cached_property
    def lost(self) -> float:
        """How far floats may be off by rounding alone; 0 of whole numbers."""
        if not self.floats:
            return 0.0
        largest = max(float(np.abs(plane).max(initial=0)) for plane in self.after.values())
        return max(largest, 1.0) * (2e-6 if self.dtype.itemsize < 8 else 1e-10)

    @cached_property
    def few_levels(self) -> bool:
        """Whether answers have so few levels that rounding is much of them: squares show little, and bounds much."""
        return not self.floats and float(np.ptp(self.after["noise"])) <= FEW_LEVELS

    def has(self, *names: str) -> bool:
        """Whether all of these came back."""
        return all(name in self.after for name in names)

    def pairs(self, names: Iterable[str]) -> list[tuple[Array, Array]]:
        """(before, after) of those names that came back."""
        return [(self.before[name], self.after[name]) for name in names if name in self.after]

    def deviation(self, name: str, ground: str) -> Array | None:
        """The answer to one probe less that to another, float64; None where one is missing or the sizes differ."""
        if not self.has(name, ground) or self.after[name].shape != self.after[ground].shape:
            return None
        return self.after[name].astype(np.float64) - self.after[ground].astype(np.float64)


def gather_material(answers: Answers, depth: Depth) -> Material:
    """The grey probes that came back, as planes."""
    before: dict[str, Array] = {}
    after: dict[str, Array] = {}
    colour = []
    for probe in probes(depth, extras=False):
        answer = answers.get(probe.name)
        plane = None if answer is None else grey_plane(np.asarray(answer))
        if plane is None or not plane.size or (plane.dtype.kind == "f" and not np.isfinite(plane).all()):
            continue
        if answer is not None and answer.ndim == 3 and _differ(answer):
            colour.append(probe.name)
        before[probe.name], after[probe.name] = probe.pixels, plane
    kinds = sorted({plane.dtype for plane in after.values()}, key=lambda kind: kind.itemsize)
    dtype = kinds[-1] if kinds else np.dtype(np.uint8)
    white = 65535.0 if depth == 16 else 255.0
    return Material(before, {name: plane.astype(dtype) for name, plane in after.items()}, white, dtype, tuple(colour))


def grey_plane(answer: Array) -> Array | None:
    """The first channel of an answer; None for what is no picture."""
    if answer.dtype.kind == "b":
        answer = answer.astype(np.uint8)
    if answer.dtype.kind not in "uif":
        return None
    if answer.ndim == 2:
        return answer
    return np.asarray(answer[:, :, 0]) if answer.ndim == 3 and answer.shape[2] else None


def _run(alone: Array) -> tuple[int, int]:
    """How many stand at the beginning and at the end without a gap."""
    breaks = np.flatnonzero(~alone)
    return (int(breaks[0]), int(alone.size - 1 - breaks[-1])) if breaks.size else (alone.size, alone.size)


def _differ(answer: Array) -> bool:
    colours = answer[:, :, :3] if answer.shape[2] >= 3 else answer[:, :, :1]
    return bool((colours != colours[:, :, :1]).any())
