"""Where the taps of a layer read: every output along one axis, followed back to positions of the picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Index, Mask
from convcli.core.border import OUTSIDE, Border
from convcli.core.equivariance.conv_layer import Stages
from convcli.core.geometry import extent

ZERO = OUTSIDE  # the code of a constant that is 0
ROUNDING = 1e-12  # relative, of sums of the same weights in another order
FEW = 8  # columns of weights that are looked at first


def step_of(stages: Stages) -> int:
    step = 1
    for stage in stages:
        step *= stage.stride
    return step


def outputs_of(n: int, stages: Stages) -> int:
    for stage in stages:
        n = stage.length(n)
    return n


def _inputs(n: int, stages: Stages) -> list[int]:
    """Inputs of each stage."""
    lengths = [n]
    for stage in stages[:-1]:
        lengths.append(stage.length(lengths[-1]))
    return lengths


def reach(outputs: Index, stages: Stages, n: int) -> tuple[Index, Index]:
    """First and last position that each output reads; far outside where any stage reads its own padding."""
    first, last = outputs, outputs
    padded = np.zeros(outputs.shape, dtype=bool)
    for stage, length in zip(stages[::-1], _inputs(n, stages)[::-1], strict=True):
        first = first * stage.stride - stage.before
        last = last * stage.stride - stage.before + extent(stage.taps, stage.dilation) - 1
        padded |= (first < 0) | (last >= length)
    return np.where(padded, -n - 1, first), np.where(padded, 2 * n, last)


class Codes(NamedTuple):
    """Numbers, ZERO or below, that stand for constants where a position would stand.

    Attributes:
        padding: of the layer's border; fill: of the shifted picture; output: of the shifted output.
    """

    padding: int = ZERO
    fill: int = ZERO
    output: int = ZERO


ZEROS = Codes()


def codes_for(padding: Border, fill: Border) -> Codes:
    """Zeros are all alike, for every sum of zeros is 0; other constants are not the same in pictures and outputs."""
    constants = {rule.fill for rule in (padding, fill) if rule.fills}
    if constants <= {0.0}:
        return ZEROS
    if len(constants) == 1:
        return Codes(ZERO - 1, ZERO - 1, ZERO - 2)
    return Codes(ZERO - 1, ZERO - 2, ZERO - 3)  # where both meet in a corner, the padding's wins: none is dropped


def tap_sources(outputs: Index, stages: Stages, n: int, codes: Codes = ZEROS) -> Index:
    """(outputs, taps): the position of the picture behind every tap, or the code of a constant."""
    places = np.where(outputs == OUTSIDE, codes.output, outputs)[:, np.newaxis]
    for stage, length in zip(stages[::-1], _inputs(n, stages)[::-1], strict=True):
        read = places[..., np.newaxis] * stage.stride + np.arange(stage.taps) * stage.dilation - stage.before
        if stage.border is not None:
            read = stage.border.sources(read, length)
            read = np.where(read == OUTSIDE, codes.padding, read)
        constant = places[..., np.newaxis]
        places = np.where(constant <= ZERO, constant, read).reshape(len(outputs), read.shape[1] * stage.taps)
    return places


def through_fill(places: Index, amount: int, n: int, fill: Border, code: int) -> Index:
    """The positions of the picture behind positions of the shifted picture."""
    behind = fill.sources(np.where(places <= ZERO, 0, places) - amount, n)
    behind = np.where(behind == OUTSIDE, code, behind)
    return np.where(places <= ZERO, places, behind)


def same_sums(ours: Index, theirs: Index, weights: NDArray[np.float64]) -> Mask:
    """Lines whose taps, put together where they read the same, weigh every position alike on both routes."""
    taps = weights.reshape(len(weights), -1)
    allowed, both = ROUNDING * float(np.abs(taps).sum()), np.concatenate([taps, -taps])
    few = np.ascontiguousarray(both[:, :: max(1, taps.shape[1] // FEW)])  # mostly enough to tell lines that differ
    same = np.zeros(len(ours), dtype=bool)
    for line, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        read = np.concatenate([own, other])
        order = np.argsort(read, kind="stable")
        places, starts = np.unique(read[order], return_index=True)
        same[line] = all(
            (np.abs(np.add.reduceat(part[order], starts, axis=0)[places != ZERO]) <= allowed).all()
            for part in (few, both)
        )
    return same


def is_clean(outputs: Index, stages: Stages, n: int) -> Mask:
    first, last = reach(outputs, stages, n)
    clean: Mask = (first >= 0) & (last < n)
    return clean
