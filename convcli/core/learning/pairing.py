"""Pairing: check that two pictures fit, and say which window belongs to which value."""

from __future__ import annotations

import math

import numpy as np

from convcli.core.arrays import Array, Mask
from convcli.core.border import Border
from convcli.core.geometry import Pair, padding_for
from convcli.core.learning.pairs import Pairs
from convcli.core.learning.tiles import Scale
from convcli.core.luma import luma
from convcli.core.quantities import plain, short
from convcli.core.samples import finite_range
from convcli.errors import GeometryError, OptionError, Setting, UnknownNameError, many

CHANNELS = ("one", "each", "gray", "sum")
LARGEST_VALUE = 1e280
MOST_WEIGHTS = 2500  # the equations of a 50x50 kernel: more take minutes


def prepare(
    before: Array,
    after: Array,
    size: tuple[int, int],
    *,
    channels: str = "one",
    border: Border | None = None,
    anchor: Pair | None = None,
    keep_clamped: bool = False,
    counts: tuple[Mask | None, Mask | None] = (None, None),
    among_others: bool = False,
) -> Pairs:
    """Check and pair two pictures; arguments and errors as in `learn`, `anchor` being that of a correlation.

    Args:
        counts: which samples of BEFORE and of AFTER count, (H, W) each; None where all do.
        among_others: other pairs tell of the kernel, too: this one may have few pixels.
    """
    if channels not in CHANNELS:
        raise UnknownNameError("channel mode", channels, CHANNELS)
    if channels == "gray":
        before, after = luma(before), luma(after)
    before, after = (np.atleast_3d(picture) for picture in (before, after))
    for name, picture in (("BEFORE", before), ("AFTER", after)):
        _check_magnitude(name, picture)
    start, offset, extent = place_windows(before.shape[:2], after.shape[:2], size, border, anchor)
    pairs = Pairs(
        before=before,
        after=after,
        size=size,
        border=border,
        start=start,
        offset=offset,
        extent=extent,
        groups=_groups(before.shape[2], after.shape[2], channels),
        leave_clamped=after.dtype.kind == "u" and not keep_clamped,
        before_scale=scale_of(before),
        after_scale=scale_of(after),
        before_counts=counts[0],
        after_counts=counts[1],
    )
    _check_most(pairs)
    if not among_others:
        check_unknowns(pairs.size, pairs.weights, pairs.count)
    return pairs


def _groups(
    planes: int, targets: int, channels: str
) -> tuple[tuple[tuple[int, ...], tuple[tuple[int, int], ...]], ...]:
    if channels == "sum":
        return ((tuple(range(planes)), tuple((f, f) for f in range(targets))),)
    if planes != targets:
        raise GeometryError(
            f"BEFORE has {_channels(planes)} and AFTER {_channels(targets)}; ",
            Setting("channels", "sum"),
            " learns weights for every channel, ",
            Setting("channels", "gray"),
            " compares their grey values",
        )
    return tuple(((c,), ((c, c if channels == "each" else 0),)) for c in range(planes))


def _channels(count: int) -> str:
    return many(count, "channel")


def _check_magnitude(name: str, picture: Array) -> None:
    """Refuse values whose sums could leave the range of float64; NaN and infinity are left out later."""
    if picture.dtype != np.float64:
        return
    largest = float(np.max(np.abs(picture), initial=0.0, where=np.isfinite(picture)))
    if largest > LARGEST_VALUE:
        raise GeometryError(
            f"{name} has values up to {short(largest)}; learning takes values up to {plain(LARGEST_VALUE)}"
        )


def _check_most(pairs: Pairs) -> None:
    if pairs.weights > MOST_WEIGHTS:
        raise GeometryError(f"{pairs.weights:,} weights are more than can be learned at once; at most {MOST_WEIGHTS:,}")


def check_unknowns(size: Pair, weights: int, count: int) -> None:
    """Refuse fewer pixels than unknowns.

    Raises:
        GeometryError: with both.
    """
    unknowns = weights + 1
    if count < unknowns:
        h, w = size
        raise GeometryError(
            f"a {h}x{w} kernel and its bias are {many(unknowns, 'unknown')}, but only {many(count, 'pixel')} "
            f"{'tells' if count == 1 else 'tell'} about them; "
            "use larger pictures or a smaller ",
            Setting("kernel_size"),
        )


def scale_of(samples: Array) -> Scale:
    """The scale that maps the finite samples to about -1..1; of a constant to 0 exactly."""
    return scale_between(*finite_range(samples), whole=samples.dtype.kind in "iu")


def scale_between(low: float, high: float, *, whole: bool) -> Scale:
    """The same from the least and the largest sample; `whole`: of whole numbers."""
    shift = low / 2 + high / 2
    if whole:
        shift = float(np.floor(shift))
    reach = max(high - shift, shift - low)
    return Scale(shift, 2.0 ** max(math.ceil(math.log2(reach)), -1000) if reach > 0 else 1.0)


def correlated_anchor(anchor: Pair | None, size: Pair, mode: str) -> Pair | None:
    """The anchor of the correlation that a kernel of that mode stands for: a convolution turns it with the kernel.

    Raises:
        OptionError: it lies outside the kernel.
    """
    if anchor is None:
        return None
    (row, column), (h, w) = anchor, size
    if row not in range(h) or column not in range(w):
        rule = f"in a {h}x{w} kernel it is ROW,COLUMN from 0,0 to {h - 1},{w - 1}"
        raise OptionError("anchor", f"{row},{column}", rule)
    return (h - 1 - row, w - 1 - column) if mode == "convolve" else anchor


def place_windows(
    before: Pair, after: Pair, size: Pair, border: Border | None, anchor: Pair | None = None
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Where windows of `size` lie on BEFORE, and which part of AFTER they belong to.

    Returns:
        `start`, `offset` and `extent` as in Pairs.

    Raises:
        GeometryError: a kernel larger than BEFORE, or AFTER neither of BEFORE's size nor of its valid size,
            or of its valid size, which has no border, nor an anchor.
    """
    (height, width), (h, w) = before, size
    if h > height or w > width:
        raise GeometryError(
            f"a {h}x{w} kernel does not fit into a picture of {height} × {width}; use a smaller ",
            Setting("kernel_size"),
        )
    valid = (height - h + 1, width - w + 1)
    if after not in (before, valid):
        raise GeometryError(
            f"AFTER has {after[0]} × {after[1]} pixels but BEFORE has {height} × {width}; "
            f"for a {h}x{w} kernel AFTER needs {height} × {width} (same), or {valid[0]} × {valid[1]} (valid)"
        )
    if border is not None and after != before:
        reason = "AFTER has the valid size, so that no pixel of it touches the border"
        raise GeometryError(f"{reason}; leave ", Setting("border"), " out")
    if anchor is not None and after != before:
        reason = "AFTER has the valid size, and a window that stays inside has no anchor"
        raise GeometryError(f"{reason}; leave ", Setting("anchor"), " out")
    pad = padding_for("same", size, anchor=anchor)
    if border is not None:
        return (-pad.top, -pad.left), (0, 0), after
    return (0, 0), (pad.top, pad.left) if after == before else (0, 0), valid
