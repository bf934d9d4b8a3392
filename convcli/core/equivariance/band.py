"""The border band: which outputs padding, fill or loss can reach, told before anything is run.

Along each axis every output is followed back through the layer, on both
routes, to the positions of the picture that its taps read.  An output line (a
row or a column) is *clean* where both routes read original pixels only; it is
*bound to agree* where padding or fill is read, but the same pixels come out
for the same taps.  The band holds the lines that are neither.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Index, Mask
from convcli.core.border import Border
from convcli.core.equivariance.conv_layer import ConvLayer, Stages
from convcli.core.equivariance.moves import Axes, GridMove, Move, Shift
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.taps import (
    ZERO,
    codes_for,
    is_clean,
    outputs_of,
    reach,
    same_sums,
    step_of,
    tap_sources,
    through_fill,
)


class Band(NamedTuple):
    """Width of the band on each side, in outputs."""

    top: int
    bottom: int
    left: int
    right: int

    def interior(self, height: int, width: int) -> tuple[slice, slice]:
        """Rows and columns inside the band; empty where it is everything."""
        rows = slice(self.top, max(self.top, height - self.bottom))
        columns = slice(self.left, max(self.left, width - self.right))
        return rows, columns


def predicted_band(
    layer: ConvLayer, move: Move, stages: tuple[Stages, Stages], axes: Axes, weights: NDArray[np.float64]
) -> Band:
    """The width of the band on each side.

    Args:
        stages, axes: of the layer on the picture as it is.
        weights: (F, D, h, w).
    """
    if isinstance(move, Resampling):
        return _resampled_band(move, stages, axes)
    sides: list[int] = []
    for axis in (0, 1):
        if isinstance(move, GridMove):
            lines = _turned_lines(move, axis, stages, axes)
        else:
            assert isinstance(move, Shift)
            amount = (move.dy, move.dx)[axis]
            linear = weights if layer.linear else None
            lines = _shifted_lines(axis, stages[axis], axes[axis].picture, amount, move.fill, linear, layer.seed)
        sides += _frame(*lines)
    return Band(*sides)


def _frame(clean: Mask, band: Mask) -> tuple[int, int]:
    """The narrowest widths at both ends that hold all lines of the band."""
    n = len(clean)
    inside = clean if clean.any() else _longest_run(~band)
    if not inside.any():
        return n, 0
    first, last = int(inside.argmax()), n - 1 - int(inside[::-1].argmax())
    before, after = np.flatnonzero(band[:first]), np.flatnonzero(band[last + 1 :])
    return (int(before[-1]) + 1 if before.size else 0), (n - last - 1 - int(after[0]) if after.size else 0)


def _longest_run(mask: Mask) -> Mask:
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    run = np.zeros_like(mask)
    if edges.size:
        starts, stops = edges[::2], edges[1::2]
        longest = int((stops - starts).argmax())
        run[starts[longest] : stops[longest]] = True
    return run


# Shifts


def _shifted_lines(
    axis: int,
    stages: Stages,
    n: int,
    amount: float,
    fill: Border,
    weights: NDArray[np.float64] | None,
    seed: int | None,
) -> tuple[Mask, Mask]:
    """Which lines are clean, and which are in the band."""
    step, outputs = step_of(stages), outputs_of(n, stages)
    o = np.arange(outputs, dtype=np.intp)
    moved = amount / step
    low, high = np.floor(o - moved).astype(np.intp), np.ceil(o - moved).astype(np.intp)
    first, last = reach(o, stages, n)
    clean = (first >= max(0.0, amount)) & (last <= n - 1 + min(0.0, amount)) & (low >= 0) & (high < outputs)
    # The output that moves must have read the picture only, too.
    clean &= (reach(np.clip(low, 0, None), stages, n)[0] >= 0) & (reach(high, stages, n)[1] <= n - 1)
    if moved % 1 or amount % 1 or seed is not None:
        return clean, ~clean
    unsure = np.flatnonzero(~clean)
    codes = codes_for(stages[0].border or fill, fill)
    ours = through_fill(tap_sources(unsure, stages, n, codes), int(amount), n, fill, codes.fill)
    theirs = tap_sources(fill.sources(unsure - int(moved), outputs), stages, n, codes)
    agree = (ours == theirs).all(axis=1)
    if weights is not None:
        # A constant that was put into the output is no sum of the kernel's weights.
        summed = (theirs != codes.output).all(axis=1) | (codes.output == ZERO)
        agree |= summed & same_sums(ours, theirs, np.moveaxis(weights, 2 + axis, 0))
    band = np.zeros_like(clean)
    band[unsure[~agree]] = True
    return clean, band


# Turns and mirrors


def _turned_lines(move: GridMove, axis: int, stages: tuple[Stages, Stages], axes: Axes) -> tuple[Mask, Mask]:
    """Which lines are clean, and which are in the band: the border is not as symmetric as the move."""
    source, backwards = move.source(axis)
    n = axes[source].picture
    outputs = outputs_of(n, stages[source])
    o = np.arange(outputs, dtype=np.intp)
    there = outputs - 1 - o if backwards else o
    clean = is_clean(o, stages[axis], n) & is_clean(there, stages[source], n)
    unsure = np.flatnonzero(~clean)
    ours, theirs = tap_sources(unsure, stages[axis], n), tap_sources(there[unsure], stages[source], n)
    if backwards:  # the picture is read from its other end, by the taps in the other order
        ours = np.where(ours <= ZERO, ours, n - 1 - ours)[:, ::-1]
    band = np.zeros_like(clean)
    band[unsure] = True if ours.shape != theirs.shape else (ours != theirs).any(axis=1)
    return clean, band


# Rotation and scaling


def _resampled_band(move: Resampling, stages: tuple[Stages, Stages], axes: Axes) -> Band:
    """The smallest frame, as wide in proportion on all sides, whose inside reads original pixels only.

    What both routes read is convex, so the four corners of a frame's inside speak for all of it.
    """
    half = [axis.length / 2 for axis in axes]
    widest = int(np.ceil(max(half)))
    for width in range(widest):
        down, across = (int(np.ceil(width * h / max(half))) for h in half)
        rows, columns = (down, axes[0].length - 1 - down), (across, axes[1].length - 1 - across)
        if rows[0] > rows[1] or columns[0] > columns[1]:
            break
        corners_y, corners_x = (corner.ravel() for corner in np.meshgrid(rows, columns))
        if _corners_are_clean(move, corners_y, corners_x, stages, axes):
            return Band(down, down, across, across)
    return Band(axes[0].length, 0, axes[1].length, 0)


def _corners_are_clean(
    move: Resampling, rows: Index, columns: Index, stages: tuple[Stages, Stages], axes: Axes
) -> bool:
    """Whether both routes read the picture alone at these outputs."""
    slack = 1e-9
    spans = [reach(o, chain, axis.picture) for o, chain, axis in zip((rows, columns), stages, axes, strict=True)]
    for y in spans[0]:
        for x in spans[1]:
            at = move.sources(y.astype(np.float64), x.astype(np.float64), axes)
            for position, span, axis in zip(at, spans, axes, strict=True):
                inside = (span[0] >= 0) & (span[1] < axis.picture)
                if not (inside & (position >= -slack) & (position <= axis.picture - 1 + slack)).all():
                    return False
    standing = [o * axis.step + axis.origin for o, axis in zip((rows, columns), axes, strict=True)]
    for position, chain, axis in zip(move.sources(standing[0], standing[1], axes), stages, axes, strict=True):
        o = (position - axis.origin) / axis.step
        low, high = np.floor(o + slack).astype(np.intp), np.ceil(o - slack).astype(np.intp)
        if (low < 0).any() or (high >= axis.length).any():
            return False
        if not (is_clean(low, chain, axis.picture) & is_clean(high, chain, axis.picture)).all():
            return False
    return True
