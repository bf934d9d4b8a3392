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
from convcli.core.display.narrowing import in_16_bits, narrow, narrow_floats, rounded_bits
from convcli.core.display.slopes import Slope
from convcli.core.samples import finite_range

SHORT = 2**15 - 2  # largest magnitude that is rounded to 16 bits with room to spare


@dataclass(frozen=True)
class Mapping:
    """A display's `Line`, then rounded and clamped to 0..top.

    `curve`, where there is one, comes before the rounding: of values (..., channels).  `absent` is the pixel of NaN.
    `finite`, `clamps`, `nonnegative`, `below` (some may lie below black) and `short` (its lines fit 16 bits) say
    what is known of the responses (see `knowing`), and save time.  `spans`: it was drawn from the smallest response
    to the largest, which it clips neither.
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
    below: bool = True
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
        below = ends[0] < -0.25
        clamps = below or ends[1] > self.top + 0.25
        short = max(-ends[0], ends[1]) < SHORT
        return replace(self, finite=True, clamps=clamps, nonnegative=low >= 0, below=below, short=short)

    def write(self, response: Array, pixels: Array, divisor: int = 1) -> Clipped:
        """Map a response into pixels of the same shape; the response may be overwritten.

        NaN becomes `absent`, infinities the ends of the range.

        Args:
            divisor: of a whole response (see `engine.Runner`), where the mapping `divides`.

        Returns:
            How many values lay beyond the range.  Nothing is counted, and no time spent, where none can.
        """
        if divisor != 1:
            spare = work_memory("spare", response.shape, response.dtype)
            divide(response, divisor, spare, nonnegative=self.nonnegative)
        if self.rounds:
            (narrow_floats if response.dtype.kind == "f" else narrow)(response, pixels)
            return NOTHING_CLIPPED
        if self.absolute:
            np.abs(response, out=response)
            if response.dtype.kind == "i" and not self.finite:
                response = response.view(f"u{response.itemsize}")  # among those the lowest has a positive twin
        counts = self.clamps and not self.spans
        # A curve clamps by itself: then the values before it are looked at.
        clipped = count_beyond(response, self.top) if counts and self.curve is not None else NOTHING_CLIPPED
        values = self._rounded(response if self.curve is None else self.curve(response))
        if counts and self.curve is None:
            clipped = count_beyond(values, self.top, below=self.below)
        narrow(values, pixels, self.top if self.clamps else None)
        return clipped

    def _rounded(self, response: Array) -> Array:
        """The line's values as whole numbers, not clamped: in place, or in this thread's own memory."""
        if self.short and self._steps_evenly(response.dtype):
            values = self._moved(response)
        else:
            values = self._linear(response)
            if response.dtype.kind == "f" and not self.finite:
                np.copyto(values, self.absent, where=np.isnan(values))
        # 16-bit integers are counted and clamped in less than half the time of wider numbers.
        return in_16_bits(values) if self.clamps and self.short and values.dtype.itemsize == 4 else values

    def _steps_evenly(self, dtype: np.dtype[Any]) -> bool:
        """Whether the line moves whole numbers by an even one, so that halves keep their even neighbours."""
        whole = dtype.kind == "i" and self.slope == 1
        return not self.sloped and self.offset % 2 == 0 and (whole or dtype == np.float32)

    def _moved(self, response: Array) -> Array:
        """The values of such a line that fit 16 bits: the lowest of the integers that are returned."""
        if response.dtype.kind == "i":
            return np.add(response, int(self.offset), out=response) if self.offset else response
        if self.slope != 1:
            np.multiply(response, np.float32(self.slope), out=response)
        return rounded_bits(response, int(self.offset))

    def _linear(self, response: Array) -> Array:
        """The line's values, whatever it is."""
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
