"""Display: from a response, in the picture's units, to pixels.

Every display is one line v -> slope * (v - low) / (high - low) + offset (or |v|), then
round half to even as exact fractions are, clamp, narrow.  The lines are the rows of `displays.DISPLAYS`, with
top = 255 and middle = 128 for 8-bit pixels, 65535 and 32768 for 16-bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from convcli.core.arithmetic.quotient import divide
from convcli.core.arithmetic.scratch import work_memory
from convcli.core.arrays import Array
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped, count_beyond
from convcli.core.display.displays import DISPLAYS
from convcli.core.display.slopes import Slope
from convcli.core.samples import finite_range

STRETCH_BYTES = 24 << 10  # half to three quarters of the nearest cache
SHORT = 2**15 - 2  # largest magnitude that is rounded to 16 bits with room to spare


@dataclass(frozen=True)
class Mapping:
    """A display's `Line`, then rounded and clamped to 0..top.

    `curve`, where there is one, comes before the rounding: of values (..., channels).  `absent` is the pixel of NaN.
    `finite`, `clamps`, `nonnegative` and `short` (its lines fit 16 bits) say what is known of the responses
    (see `knowing`), and save time.  `spans`: it was drawn from the smallest response to the largest, which it clips
    neither.
    """

    top: int
    slope: float = 1.0
    offset: float = 0.0
    absolute: bool = False
    low: float = 0.0
    high: float = 1.0
    finite: bool = False
    clamps: bool = True
    nonnegative: bool = False
    short: bool = False
    curve: Callable[[Array], Array] | None = None
    absent: int = 0
    spans: bool = False

    @property
    def divides(self) -> bool:
        """Whether whole responses may be divided here, in integers: nothing is done to them but rounding."""
        return not self.sloped and self.slope == 1 and self.offset == 0 and not self.absolute and self.curve is None

    @cached_property
    def rounds(self) -> bool:
        """Whether nothing at all is done but rounding: no response can lie beyond the range."""
        return self.divides and self.finite and not self.clamps

    @property
    def sloped(self) -> bool:
        """Whether the line is drawn between two responses, and not by its slope alone."""
        return self.slope != 0 and (self.low != 0 or self.high != 1)

    def knowing(self, low: float, high: float) -> Mapping:
        """The same mapping for responses that are known to be numbers from low to high."""
        if not math.isfinite(low) or not math.isfinite(high):
            return self
        if self.absolute:
            low, high = 0.0, max(abs(low), abs(high))
        slope = self.slope / (self.high - self.low) if self.sloped else self.slope
        ends = sorted((slope * (low - self.low) + self.offset, slope * (high - self.low) + self.offset))
        # A little beyond the ends still rounds to them, so float rounding of the bounds is harmless.
        clamps = not (ends[0] >= -0.25 and ends[1] <= self.top + 0.25)
        short = max(-ends[0], ends[1]) < SHORT
        return replace(self, finite=True, clamps=clamps, nonnegative=low >= 0, short=short)

    def write(self, response: Array, pixels: Array, divisor: int = 1) -> Clipped:
        """Map a response into pixels of the same shape; the response may be overwritten.

        NaN becomes `absent`, infinities the ends of the range.

        Args:
            divisor: of a whole response (see `engine.Runner`), where the mapping `divides`.

        Returns:
            How many values lay beyond the range.  Nothing is counted, and no time spent, where none can.
        """
        if self.rounds and response.dtype.kind == "f":
            _narrow_floats(response, pixels)
            return NOTHING_CLIPPED
        if divisor != 1:
            spare = work_memory("spare", response.shape, response.dtype)
            divide(response, divisor, spare, nonnegative=self.nonnegative)
        if self.absolute:
            np.abs(response, out=response)
            if response.dtype.kind == "i" and not self.finite:
                response = response.view(f"u{response.itemsize}")  # among those the lowest has a positive twin
        counts = self.clamps and not self.spans
        # A curve clamps by itself: then the values before it are looked at.
        clipped = count_beyond(response, self.top) if counts and self.curve is not None else NOTHING_CLIPPED
        values = self._rounded(response if self.curve is None else self.curve(response))
        if response.dtype.kind == "f" and not self.finite:
            np.copyto(values, self.absent, where=np.isnan(values))
        if self.clamps and self.short and values.dtype == np.float32 and values.strides[-1] == values.itemsize:
            # Clamping 16-bit integers and narrowing them takes less than half the time of clamping floats.
            rounded = work_memory("rounded", values.shape, np.int16)
            np.copyto(rounded, values, casting="unsafe")
            values = rounded
        if counts and self.curve is None:
            clipped = count_beyond(values, self.top)
        _narrow(values, pixels, self.top if self.clamps else None)
        return clipped

    def _rounded(self, response: Array) -> Array:
        """The line's values as whole numbers, not clamped: in place, or in this thread's own memory."""
        even = 0 if self.offset % 2 else int(self.offset)  # moves halves and their even neighbours alike
        if self.sloped:
            values = self._drawn(response, even)
        elif response.dtype.kind == "f" or self.slope != 1 or self.offset:
            values = self._floats(response)
            if self.slope != 1:
                np.multiply(values, values.dtype.type(self.slope), out=values)
            if even == self.offset:
                np.rint(values, out=values)
            if even:
                np.add(values, values.dtype.type(even), out=values)
        else:
            return response
        if even != self.offset:
            np.add(values, values.dtype.type(self.offset), out=values)
            np.rint(values, out=values)
        return values

    def _drawn(self, response: Array, offset: int) -> Array:
        """The line between two responses; of whole numbers already, which an odd offset does not change."""
        sign = -1 if self.slope < 0 else 1
        values = Slope(sign * self.slope, self.low, self.high).rounded(response, sign * offset)
        return np.negative(values, out=values) if sign < 0 else values

    @staticmethod
    def _floats(response: Array) -> Array:
        if response.dtype.kind == "f":
            return response
        values = work_memory("linear", response.shape, np.float64 if response.dtype.itemsize > 2 else np.float32)
        np.copyto(values, response)
        return values


def _narrow(values: Array, pixels: Array, top: int | None) -> None:
    """Values to pixels, clamped to 0..top unless that is known to be needless."""
    if values.ndim < 3 or values.strides[-1] == values.itemsize:
        _narrowed(values, pixels, top)
        return
    narrow = _as_they_lie(values, pixels.dtype)
    _narrowed(values, narrow, top)
    _lay_out(narrow, pixels)


def _narrow_floats(values: Array, pixels: Array) -> None:
    """Values to pixels, rounded, none beyond the range: in one call, which keeps it all in the nearest cache."""
    if values.ndim < 3 or values.strides[-1] == values.itemsize:
        np.rint(values, out=pixels, casting="unsafe")
        return
    narrow = _as_they_lie(values, pixels.dtype)
    np.rint(values, out=narrow, casting="unsafe")
    _lay_out(narrow, pixels)


def _as_they_lie(values: Array, dtype: np.dtype[Any]) -> Array:
    """This thread's memory for narrower values, in the order of these."""
    axes = sorted(range(values.ndim), key=lambda axis: -values.strides[axis])
    whole = work_memory("planes", tuple(values.shape[axis] for axis in axes), dtype)
    return whole.transpose(np.argsort(axes))


def _lay_out(narrow: Array, pixels: Array) -> None:
    """Narrow values to pixels side by side.

    Turned tiles, whose columns are rows, in stretches that the nearest cache holds, since every line of it is read
    for every row; planes one by one, which takes half the time of one copy.
    """
    if narrow.strides[-1] < narrow.strides[1]:
        columns = max(1, STRETCH_BYTES // narrow[:, 0].nbytes)
        for first in range(0, narrow.shape[1], columns):
            np.copyto(pixels[:, first : first + columns], narrow[:, first : first + columns])
        return
    for plane in range(narrow.shape[-1]):
        np.copyto(pixels[..., plane], narrow[..., plane])


def _narrowed(values: Array, pixels: Array, top: int | None) -> None:
    if top is None:
        np.copyto(pixels, values, casting="unsafe")
    else:
        values.clip(0, min(top, _largest(values.dtype)), out=values)  # half the time of clamping and narrowing in one
        np.copyto(pixels, values, casting="unsafe")


def _largest(dtype: np.dtype[Any]) -> float:
    """The largest number of a dtype."""
    return float(np.finfo(dtype).max) if dtype.kind == "f" else int(np.iinfo(dtype).max)


def mapping(display: str, pixel_dtype: Any, low: float = 0.0, high: float = 0.0) -> Mapping:
    """The mapping of a display (not "auto") for responses between low and high.

    A response that is the same everywhere has no range to stretch: it becomes
    black under "stretch" and, where it is zero, mid-grey under "signed".

    Raises:
        UnknownNameError: not one of DISPLAYS.
    """
    top = int(np.iinfo(pixel_dtype).max)
    middle = (top + 1) // 2
    shown = DISPLAYS.find(display)
    return Mapping(top, *shown.line(top, middle, low, high), spans=shown.needs_range)


def to_pixels(response: Array, display: str, pixel_dtype: Any = np.uint8) -> Array:
    """Pixels of a whole response held in memory; the response is left as it is.

    >>> to_pixels(np.array([[-2.0, 0.0, 1.0]]), "signed").tolist()
    [[1, 128, 192]]
    """
    pixels = np.empty(response.shape, pixel_dtype)
    low, high = finite_range(response) if DISPLAYS.find(display).needs_range else (0.0, 0.0)
    mapping(display, pixel_dtype, low, high).write(response.copy(), pixels)
    return pixels
