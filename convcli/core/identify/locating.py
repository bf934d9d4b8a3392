"""Where the kernel lies: a box of offsets around the output's own place, from correlation of noise with answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LOCATING = ("binary", "noise", "binary-other-size", "a", "b", "low", "dark", "sparse", "dark-other-size")
REACH = 46  # offsets that are looked at, on each side
SURE = 6.5  # standard deviations: by chance once in 10 ** 10 offsets
SMOOTHINGS = (1, 5, 11)  # wide flat kernels show in means of many offsets alone


class Box(NamedTuple):
    """Offsets of a kernel's first and last row and column: output (r, c) reads (r * s + first_row ...)."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top + 1, self.right - self.left + 1

    def grown(self, top: int, bottom: int, left: int, right: int) -> Box:
        """With so many rows and columns more on each side; less where negative."""
        return Box(self.top - top, self.bottom + bottom, self.left - left, self.right + right)

    def joined(self, other: Box) -> Box:
        """The least box around both."""
        top, left = min(self.top, other.top), min(self.left, other.left)
        return Box(top, max(self.bottom, other.bottom), left, max(self.right, other.right))


def locate(pictures: Sequence[tuple[Array, Array]], strides: tuple[int, int]) -> Box | None:
    """The box of offsets at which input and output go together; None where they do not.

    The correlation of noise with a filter's answer is the kernel, times the noise's variance; clamping scales it
    (Bussgang, 1952), and does not move it.
    """
    total = np.zeros((2 * REACH + 1, 2 * REACH + 1))
    count = 0
    for before, after in pictures:
        scores = _scores(before, after, strides)
        if scores is not None:
            total += scores
            count += 1
    if not count:
        return None
    total /= np.sqrt(count)
    return _box(total)


def _scores(before: Array, after: Array, strides: tuple[int, int]) -> Array | None:
    """Correlations by offset, in standard deviations of what chance gives; None where one of both is flat."""
    x = before - before.mean()
    y = after - after.mean()
    if not x.any() or not y.any():
        return None
    rows = max(before.shape[0], after.shape[0] * strides[0]) + REACH
    columns = max(before.shape[1], after.shape[1] * strides[1]) + REACH
    spread = np.zeros((rows, columns))
    spread[: after.shape[0] * strides[0] : strides[0], : after.shape[1] * strides[1] : strides[1]] = y
    product = np.fft.rfft2(x, (rows, columns)) * np.conj(np.fft.rfft2(spread))
    found = np.fft.irfft2(product, (rows, columns))
    offsets = np.arange(-REACH, REACH + 1)
    return np.asarray(found[np.ix_(offsets, offsets)] / np.sqrt((y**2).sum() * (x**2).mean()))


def _box(scores: Array) -> Box | None:
    strong = np.zeros(scores.shape, dtype=bool)
    for size in SMOOTHINGS:
        means = _block_sums(scores, size) / size
        # By chance answers that are smooth go together with noise in smooth patches: measured, at the middle.
        means = means / max(1.0, float(np.median(np.abs(means))) / 0.6745)
        half = size // 2
        strong[half : half + means.shape[0], half : half + means.shape[1]] |= np.abs(means) > SURE
    if not strong.any():
        return None
    rows, columns = np.flatnonzero(strong.any(axis=1)) - REACH, np.flatnonzero(strong.any(axis=0)) - REACH
    return Box(int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1]))


def _block_sums(scores: Array, size: int) -> Array:
    sums = np.pad(scores, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    return np.asarray(sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size])
