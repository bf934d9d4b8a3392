"""Problem: everything known about one correlation before a pixel is read.

The planner and the engines read a Problem; they never see the caller's options.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.border import Border
from convcli.core.geometry import ONES, Padding, Pair, extent, output_length

FLOAT64_EXACT = 2**53  # whole numbers up to here are exact in float64
FLOAT32_EXACT = 2**24
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Problem:
    """One correlation: shapes, dtypes, weights and rules, all checked.

    Attributes:
        height, width, channels: of the picture.
        dtype: of the picture's samples.
        weights: float64 (F, D, h, w); D is 1 when every channel gets the same
            kernel, or `channels` when the responses of all channels are added.
        mixing: the responses of all channels are added (a layer's channel sum).
        bias: float64 (F,), added to each response.
        anchor: the weight that stands on an output's own place under size "same", [row, column].
        padding, stride, dilation, border: see `geometry` and `border`.
        magnitude: an upper bound of |sample|, the border's fill included; infinite for floats.
        ends: the least and the largest sample, a fill included, exactly: of integers of more than 16 bits.
        precision: "auto", or "float64" to force that arithmetic.
    """

    height: int
    width: int
    channels: int
    dtype: np.dtype[np.generic]
    weights: NDArray[np.float64]
    mixing: bool
    bias: NDArray[np.float64]
    anchor: Pair
    padding: Padding
    stride: Pair
    dilation: Pair
    border: Border
    magnitude: float
    precision: str = "auto"
    ends: tuple[int, int] | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What is equal for equal problems, and can be a key."""
        arrays = (self.weights.shape, self.weights.tobytes(), self.bias.tobytes(), self.dtype.str)
        shapes = (self.height, self.width, self.channels, self.padding, self.stride, self.dilation)
        return *arrays, *shapes, self.mixing, self.border, self.magnitude, self.precision, self.ends

    @property
    def filters(self) -> int:
        """Number of kernels, F."""
        return int(self.weights.shape[0])

    @property
    def kernel_height(self) -> int:
        """Rows of each kernel."""
        return int(self.weights.shape[2])

    @property
    def kernel_width(self) -> int:
        """Columns of each kernel."""
        return int(self.weights.shape[3])

    @property
    def out_channels(self) -> int:
        """Channels of one kernel's response: the picture's, or 1 when they are added."""
        return 1 if self.mixing else self.channels

    @cached_property
    def out_height(self) -> int:
        """Rows of the output."""
        return self._length(0, self.height, self.kernel_height, self.padding[:2])

    @cached_property
    def out_width(self) -> int:
        """Columns of the output."""
        return self._length(1, self.width, self.kernel_width, self.padding[2:])

    def _length(self, axis: int, n: int, k: int, sides: tuple[int, ...]) -> int:
        steps = {"stride": self.stride[axis], "dilation": self.dilation[axis]}
        return output_length(n, k, before=sides[0], after=sides[1], **steps)

    @property
    def strided(self) -> bool:
        """Whether samples are stepped over."""
        return self.stride != ONES

    @property
    def response_shape(self) -> tuple[int, int, int, int]:
        """(rows, columns, F, channels) of the whole response."""
        return self.out_height, self.out_width, self.filters, self.out_channels

    @property
    def padded_height(self) -> int:
        """Rows of the picture with its border."""
        return self.padding.top + self.height + self.padding.bottom

    @property
    def padded_width(self) -> int:
        """Columns of the picture with its border."""
        return self.padding.left + self.width + self.padding.right

    def strip_rows(self, rows: int) -> int:
        """Padded input rows that `rows` output rows need."""
        return (rows - 1) * self.stride[0] + extent(self.kernel_height, self.dilation[0])

    def band_shape(self, strip_rows: int) -> tuple[int, int, int, int]:
        """(rows, columns, F, channels) of the response to a strip: `strip_rows` the other way round."""
        rows = (strip_rows - self.strip_rows(1)) // self.stride[0] + 1
        return rows, self.out_width, self.filters, self.out_channels

    @cached_property
    def gain(self) -> float:
        """Largest sum of |weights| of any kernel: |response| <= gain * magnitude + |bias|; may be infinite."""
        with np.errstate(over="ignore"):
            return float(np.abs(self.weights).sum(axis=(1, 2, 3)).max())

    @cached_property
    def bound(self) -> float:
        """No response, nor any partial sum of one, is larger than this in magnitude."""
        return self.gain * self.magnitude + float(np.abs(self.bias).max())

    @cached_property
    def response_range(self) -> tuple[float, float]:
        """Bounds of every response: no bias leaves them, no picture of this dtype."""
        return self._range(self.weights, self.bias)

    def whole_range(self, whole: NDArray[np.float64]) -> tuple[float, float]:
        """Bounds of the sums of `fraction`'s whole weights, without bias."""
        return self._range(whole, np.zeros(self.filters))

    @property
    def sample_range(self) -> tuple[float, float]:
        """Bounds of every sample, the border's fill included."""
        unsigned = self.dtype.kind == "u" and not (self.border.fills and self.border.fill < 0)
        return 0.0 if unsigned else -self.magnitude, self.magnitude

    def _range(self, weights: NDArray[np.float64], bias: NDArray[np.float64]) -> tuple[float, float]:
        if not math.isfinite(self.magnitude):
            return -math.inf, math.inf
        low = self.sample_range[0]
        positive = np.where(weights > 0, weights, 0).sum(axis=(1, 2, 3))
        negative = weights.sum(axis=(1, 2, 3)) - positive
        lows = positive * low + negative * self.magnitude + bias
        highs = positive * self.magnitude + negative * low + bias
        return float(lows.min()), float(highs.max())

    @cached_property
    def exact(self) -> bool:
        """Whether the response is a whole number that must come out exactly."""
        return self.whole and (self.bound < FLOAT64_EXACT or self.wide is not None)

    @cached_property
    def whole(self) -> bool:
        """Whether every response is a whole number, which 64 bits may not hold, and floats are not asked for."""
        return (
            self.precision == "auto"
            and self.dtype.kind in "iu"
            and _whole(self.weights)
            and _whole(self.bias)
            and not (self.border.fills and self.border.fill % 1)
        )

    @cached_property
    def wide(self) -> np.dtype[np.generic] | None:
        """Of whole responses beyond what float64 holds exactly: int64 or uint64, where one of them holds them all."""
        if not self.whole or self.bound < FLOAT64_EXACT:
            return None
        low, high = self._exact_range()
        for dtype in (np.int64, np.uint64):
            if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
                return np.dtype(dtype)
        return None

    def _exact_range(self) -> tuple[int, int]:
        """Bounds of every response, in Python's integers."""
        low, high = self.ends or (0 if self.dtype.kind == "u" else -int(self.magnitude), int(self.magnitude))
        ranges = []
        for weights, bias in zip(self.weights, self.bias, strict=True):
            taps = [int(weight) for weight in weights[weights != 0].tolist()]
            positive, negative = sum(tap for tap in taps if tap > 0), sum(tap for tap in taps if tap < 0)
            lows, highs = positive * low + negative * high, positive * high + negative * low
            ranges.append((lows + int(bias), highs + int(bias)))
        return min(low for low, _ in ranges), max(high for _, high in ranges)

    @cached_property
    def fraction(self) -> tuple[NDArray[np.float64], float] | None:
        """Whole-number weights and one factor that give the weights, for an integer picture.

        1/9 of ones, or 1/16 of the binomial: the sum is done in integers and
        multiplied once.  None where the weights are no such fraction, or exact already.
        """
        if self.precision != "auto" or self.dtype.kind not in "iu" or _whole(self.weights):
            return None
        if self.border.fills and self.border.fill % 1:
            return None
        return _common_fraction(self.weights)

    @cached_property
    def result_dtype(self) -> np.dtype[np.generic]:
        """dtype of the response: int32, int64 or uint64 when exact, else float32 or float64."""
        if self.exact:
            return self.wide or np.dtype(np.int32 if self.bound < 2**31 else np.int64)
        return self.float_dtype

    @cached_property
    def float_dtype(self) -> np.dtype[np.generic]:
        """float32, or float64 where samples (wide integers, float64), weights or fill need it, or it is asked for."""
        narrow = self.dtype.itemsize <= 2 or self.dtype == np.float32
        largest = max(self.gain, float(np.abs(self.bias).max()), abs(self.border.fill))
        if math.isfinite(self.magnitude):
            largest = max(largest, self.bound)
        overflows = largest > float(np.finfo(np.float32).max) / 4
        return np.dtype(np.float32 if self.precision == "auto" and narrow and not overflows else np.float64)

    def strip_dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """What a strip may be gathered in for sums of this dtype: the picture's own, where it is narrower and holds
        the border's fill.
        """
        if self.dtype.kind == "f" or self.dtype.itemsize >= dtype.itemsize:
            return dtype
        limits, fill = np.iinfo(self.dtype.name), self.border.fill if self.border.fills else 0
        return self.dtype if fill % 1 == 0 and limits.min <= fill <= limits.max else dtype


def _whole(values: NDArray[np.float64]) -> bool:
    return bool((values == np.rint(values)).all())


def _common_fraction(weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], float] | None:
    sizes = np.abs(weights[weights != 0])
    if sizes.size == 0:
        return None
    smallest, allowed = float(sizes.min()), 4 * EPSILON * np.abs(weights)
    for multiple in range(1, 17):
        whole = np.rint(weights * (multiple / smallest))
        if np.abs(whole).max() > 2**15:
            return None
        factor = smallest / multiple
        if (np.abs(whole * factor - weights) <= allowed).all():
            return whole, factor
    return None
