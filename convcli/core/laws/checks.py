"""The laws of convolution, each checked by two routes that share no code.

One route is the package's own correlation, whichever engine its plan chooses;
the other is `defining_sum`.  For a whole-number picture and kernel both are
exact, and the largest error has to be 0; else it has to stay within what
rounding explains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from convcli.core.arrays import Array
from convcli.core.border import Border, border
from convcli.core.correlation.correlate import correlate as core_correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.laws.laws import LAWS, Law
from convcli.core.laws.sides import INT64_SAFE, Bench, Correlate, Sides, l1, largest
from convcli.core.quantities import plain, short
from convcli.core.samples import check_picture, largest_distance
from convcli.errors import GeometryError, KernelError, many
from convcli.lazy import load

EPS = float(np.finfo(np.float64).eps)
MOST_PRODUCTS, FEWER_PRODUCTS = 2**31, 2**28  # of a defining sum: seconds; and of one on a part of a picture
LEAST = 8  # rows and columns of such a part
LARGEST = 1e280  # beyond it the products of a check could overflow


@dataclass(frozen=True)
class Check:
    """What became of one law.

    Attributes:
        name, statement: of the law, the statement in full.
        left, right: how either side was computed.
        max_error: the largest difference between the two sides, in the picture's units; of an inequality, how far the
            left side is above the right one.
        tolerance: the largest difference that rounding explains; 0 for whole numbers.
        reason: where the tolerance comes from.
        magnitude: the largest sum of magnitudes behind one number of either side: what errors are relative to.
        at: row, column (and channel of a colour picture) of the largest difference, where there is one.
    """

    name: str
    statement: str
    left: str
    right: str
    max_error: float
    tolerance: float
    reason: str
    magnitude: float
    at: tuple[int, ...] | None = None

    @property
    def holds(self) -> bool:
        """Whether the difference is within the tolerance; NaN is not."""
        return self.max_error <= self.tolerance


def check_laws(
    picture: ArrayLike,
    kernel: Kernel,
    second: Kernel,
    *,
    rule: str | Border = "edge",
    only: Collection[str] = (),
    correlate: Correlate = core_correlate,
) -> list[Check]:
    """Check the laws of convolution (*) and correlation (⋆) on a picture and a kernel.

    `flip`, `linearity` and `adjoint` are checked for size "same" and the border;
    the others, which need every product, for size "full" with zeros beyond the edge.

    Args:
        picture: finite numbers, (H, W), or (H, W, C), of which each channel is checked.
        kernel: (h, w), or (C, h, w) with weights for each of the picture's channels, whose responses are added;
            second: the g of associativity, (h, w).
        rule: the border; of constant:V only `flip` uses the V, for with it a layer is not linear.
        only: names of laws; all when empty.
        correlate: the implementation on trial; takes what `core.correlation.correlate` takes.

    Returns:
        A check for each law, of the channel that came off worst; on `tried`, the middle of a picture
        that is large for so large a kernel.

    Raises:
        UnknownNameError: no such law.
        OptionError: a border whose letter pattern the defining sums cannot read.
        KernelError: weights for another number of channels than the picture has; a g with weights per channel.
        GeometryError: the picture is no picture, not finite, or its numbers are too large to be multiplied.
    """
    asked = {LAWS.find(name).name for name in only}
    samples = check_picture(picture)
    _refuse(samples, kernel, second)
    samples = tried(samples, kernel)
    planes, axes = _planes(samples, kernel)
    laws = [law for law in LAWS if not asked or law.name in asked]

    def tried_on(law: Law, plane: Array) -> Check:
        return _check(law, Bench(_plane(plane), kernel, second, border(rule), correlate))

    return [_worst([tried_on(law, plane) for plane in planes], axes) for law in laws]


def tried(samples: Array, kernel: Kernel) -> Array:
    """The part of a picture that the laws are tried on: its middle, where all of it would take too many products."""
    height, width = samples.shape[:2]
    if height * width * kernel.weights.size <= MOST_PRODUCTS:
        return samples
    part = math.sqrt(FEWER_PRODUCTS / (height * width * kernel.weights.size))
    rows, columns = (max(min(n, LEAST), round(n * part)) for n in (height, width))
    top, left = (height - rows) // 2, (width - columns) // 2
    return samples[top : top + rows, left : left + columns]


def _refuse(samples: Array, kernel: Kernel, second: Kernel) -> None:
    if second.channels is not None:
        raise KernelError(
            f"kernel {second.name!r} has weights per channel, and a response has one map; g is a (rows, columns) kernel"
        )
    KernelStack.of(kernel).weights(samples.shape[2] if samples.ndim == 3 else 1)
    if not np.isfinite(samples.min()) or not np.isfinite(samples.max()):
        raise GeometryError("the picture holds NaN or infinity; the laws compare sums of finite numbers")
    if 5.0 * largest(samples) * max(1.0, l1(kernel)) * max(1.0, l1(second)) * samples.size > LARGEST:
        raise GeometryError(
            f"the numbers of picture and kernel are too large: their sums must stay below {plain(LARGEST)}"
        )


def _planes(samples: Array, kernel: Kernel) -> tuple[list[Array], int]:
    """What each bench is for, and the axes of its places: the whole picture for a kernel that adds its channels, whose
    responses have one map; else a channel each.
    """
    if kernel.channels is not None:
        return [np.atleast_3d(samples)], 2
    if samples.ndim == 2:
        return [samples], 2
    return [samples[:, :, c] for c in range(samples.shape[2])], 3


def _plane(plane: Array) -> Array:
    """The plane in memory of its own; whole numbers that could not be multiplied by 5 in 64 bits as floats."""
    large = plane.dtype.kind in "iu" and 5 * largest(plane) >= INT64_SAFE
    return np.ascontiguousarray(plane, dtype=np.float64 if large else plane.dtype)


def _check(law: Law, bench: Bench) -> Check:
    sides: Callable[[Bench], Sides] = load(law.sides)
    if law.zero_fill:
        bench = replace(bench, border=replace(bench.border, fill=0.0))
    left, right, magnitude, terms, whole, bound = sides(bench)
    error, at = _largest_excess(left, right) if law.at_most else _largest_difference(left, right)
    tolerance, reason = _tolerance(magnitude, terms, whole, bound)
    place = at if left.ndim == 2 else None
    return Check(law.name, law.full_statement, law.left, law.right, error, tolerance, reason, magnitude, place)


def _largest_difference(left: Array, right: Array) -> tuple[float, tuple[int, ...] | None]:
    if left.shape != right.shape:
        return float("inf"), None
    error, at = largest_distance(left, right)
    return error, None if error == 0 else at


def _largest_excess(left: Array, right: Array) -> tuple[float, None]:
    """How far the left side of an inequality is above the right one; NaN, which is above nothing, stays."""
    return float(np.maximum(left - right, 0).max()), None


def _tolerance(magnitude: float, terms: int, whole: bool, bound: float) -> tuple[float, str]:
    if whole and bound:
        return (
            0.0,
            f"whole numbers: the transforms err by less than {short(bound, 1)}, so rounding their product is exact",
        )
    if whole:
        return 0.0, "whole numbers: both routes are exact"
    # The smallest number there is for each term: products that underflow lose no more.
    rounding = terms * (EPS * magnitude + float(np.finfo(np.float64).smallest_subnormal))
    if bound:
        return bound + rounding, "rounding: 12 × epsilon × log2(points) × |x|₂ × |k|₁, the transforms' bound"
    return rounding, f"rounding: {many(terms, 'term')} × epsilon × the sum of magnitudes {short(magnitude)}"


def _worst(checks: Sequence[Check], axes: int) -> Check:
    channel = max(range(len(checks)), key=lambda c: (not checks[c].holds, checks[c].max_error))
    worst = checks[channel]
    return worst if axes == 2 or worst.at is None else replace(worst, at=(*worst.at, channel))
