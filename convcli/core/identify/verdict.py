"""The verdict on a filter: what it does, point by point, with the evidence and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convcli.registry import Registry

if TYPE_CHECKING:
    from convcli.core.identify.model import Model

# How sure a point is.
EXACT = "exact"  # every probe is reproduced byte for byte, and by no other choice
CLOSE = "close"  # within the error that the evidence gives
OPEN = "open"  # several choices reproduce every probe: they cannot be told apart
UNKNOWN = "unknown"  # not looked at, or the probe did not come back


@dataclass(frozen=True)
class Point:
    """One point of a verdict.

    Attributes:
        name: what it is about.
        value: what was found; None where it cannot be told.
        evidence: a sentence: what was seen.
        certainty: "exact", "close", "open" or "unknown".
        alternatives: what cannot be told apart, where certainty is "open".
    """

    name: str
    value: Any = None
    evidence: str = ""
    certainty: str = UNKNOWN
    alternatives: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a filter is no convolution, or was not found to be one: one word, and a sentence.

    Attributes:
        excludes: whether it is none; else it may be one that its answers do not show.
    """

    name: str
    sentence: str
    aliases: tuple[str, ...] = ()
    excludes: bool = True


REASONS = Registry(
    "reason",
    (
        Reason("no-picture", "no answer came back to the pictures that the verdict needs", excludes=False),
        Reason("random", "the same picture gave two different answers"),
        Reason("size", "the answers' sizes follow no stride: the picture was resized, turned or cut"),
        Reason("constant", "every answer is one flat value, whatever the picture", excludes=False),
        Reason("pointwise", "each pixel is changed by its own value alone, along a curve: no neighbour takes part"),
        Reason("histogram", "the answer depends on pixels far away: on the whole picture's range or histogram"),
        Reason("position", "the same pixels in another place give another answer"),
        Reason("median", "each answer is one of the pixels under the window, by its rank: not linear"),
        Reason("morphological", "each answer is the smallest or largest under the window, or made of them: not linear"),
        Reason("edge-preserving", "a small step is smoothed, a large one is not: bilateral or of its kind, not linear"),
        Reason("thresholded", "small differences and large ones are treated differently: a threshold, not linear"),
        Reason(
            "few-levels",
            "noise comes back in too few levels: a threshold, or sums rounded or clamped until no weights show",
            excludes=False,
        ),
        Reason("normalised", "twice the contrast gives the same answer: divided by a local spread, not linear"),
        Reason("not-linear", "the answer to a sum is not the sum of the answers"),
        Reason(
            "unexplained",
            "no kernel up to 31 x 31, which is what the probes hold, explains the answers",
            excludes=False,
        ),
    ),
)


@dataclass(frozen=True)
class Verdict:
    """What a filter does; each point with its evidence.

    Attributes:
        identified: whether one model explains every answer to within one grey level.
        reason: a word of `REASONS` where it is no convolution, with `sentence`; None where identified.
        kernel: rows of weights, for correlation, as read: scale taken out where a kernel was meant.
        fractions: whole numerators and their denominator, `((rows), denominator)`, or None where floats fit alone.
        anchor: (row, column) in the kernel that stands on output pixel (0, 0)'s place; None for cropped output.
        border: name; its value is in `border_value`; alternatives are the borders that agree.
        scale: the kernel in `kernel` is multiplied by it.
        model: what `predict` computes; None where nothing is identified.
        differing, largest, pixels: how the model does on the probes themselves.
        largest_inside: the same where windows lie within the picture.
        kernel_error: the weights are known to within it; 0 for fractions.
        freedom: weights that give the same answers as the fractions are no further from them; 0 where there are none.
        gamma_error: the gamma is known to within it.
    """

    identified: bool
    reason: str | None
    sentence: str
    deterministic: Point
    shift_invariant: Point
    stride: Point
    linear: Point
    gamma: Point
    kernel: Point
    fractions: Point
    flipped: Point
    anchor: Point
    border: Point
    border_value: float | None
    border_indistinguishable: tuple[str, ...]
    rounding: Point
    overflow: Point
    scale: Point
    offset: Point
    channels: Point
    alpha: Point
    depth: Point
    size: Point
    model: Model | None = None
    kernel_error: float = 0.0
    freedom: float = 0.0
    gamma_error: float = 0.0
    pixels: int = 0
    differing: int = 0
    largest: float = 0.0
    largest_inside: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def excluded(self) -> bool:
        """Whether it is no convolution, and not only none that was found."""
        return self.reason is not None and REASONS.find(self.reason).excludes

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, in the order in which they are told."""
        return tuple(value for value in vars(self).values() if isinstance(value, Point))
