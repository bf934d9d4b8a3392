"""Pooling: the largest value or the mean of each window of a feature map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convcli.core.geometry import Pair
from convcli.core.text.whole_numbers import pair, pair_text
from convcli.errors import GeometryError, OptionError, nearest

if TYPE_CHECKING:
    import numpy as np

    from convcli.core.arrays import Array

POOLINGS = ("max", "avg")
BAND_SAMPLES = 1 << 18  # of the map, that are pooled at a time: in cache, and never all of them in 64 bits
RULE = "give max or avg with its window, as in max:2, avg:2x3 or max:3,stride=2"


@dataclass(frozen=True)
class Pool:
    """A window that slides over each map by itself, fully inside it (no padding).

    Attributes:
        kind: "max" or "avg".
        size: rows and columns of the window.
        stride: its step along rows and columns.
    """

    kind: str
    size: Pair
    stride: Pair

    @property
    def label(self) -> str:
        """The text that `parse_pool` reads."""
        step = "" if self.stride == self.size else f",stride={pair_text(self.stride)}"
        return f"{self.kind}:{pair_text(self.size)}{step}"

    def output_shape(self, rows: int, columns: int) -> Pair:
        """floor((n - size) / stride) + 1 along each axis.

        Raises:
            GeometryError: the window is larger than the map.
        """
        (high, wide), (down, across) = self.size, self.stride
        if high > rows or wide > columns:
            raise GeometryError(
                f"pooling {self.label} needs at least {high} × {wide} values and the map has {rows} × {columns}; "
                "use a smaller window"
            )
        return (rows - high) // down + 1, (columns - wide) // across + 1

    def result_dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """The map's own dtype; float64 for the mean of integers."""
        import numpy as np

        return np.dtype(np.float64) if self.kind == "avg" and dtype.kind != "f" else dtype

    def __call__(self, array: Array) -> Array:
        """Pool (H, W) or (H, W, C); each channel by itself."""
        import numpy as np

        rows, columns = self.output_shape(*array.shape[:2])
        pooled = np.empty((rows, columns, *array.shape[2:]), self.result_dtype(array.dtype))
        at_once = max(1, BAND_SAMPLES // max(1, array[:1].size * self.stride[0]))
        for first in range(0, rows, at_once):
            band = pooled[first : first + at_once]
            above = first * self.stride[0]
            band[...] = self._pooled(array[above : above + (len(band) - 1) * self.stride[0] + self.size[0]])
        return pooled

    def _pooled(self, rows: Array) -> Array:
        import numpy as np

        if self.kind == "max":
            return self._windows(rows, np.maximum)
        total = self._windows(rows.astype(_summing_dtype(rows.dtype), copy=False), _added)
        mean: Array = total / (self.size[0] * self.size[1])
        return mean

    def _windows(self, array: Array, join: Callable[[Array, Array], Array]) -> Array:
        # A window's maximum, or sum, is that of its rows' ones: h + w steps and not h * w.
        rows = _joined(array, 0, self.size[0], self.stride[0], join)
        return _joined(rows, 1, self.size[1], self.stride[1], join)


def max_pool(array: Array, size: int | Pair, stride: int | Pair | None = None) -> Array:
    """The largest value of each window; NaN where the window holds one.

    out[r, c] = max_ij array[r*s + i, c*s + j],  0 <= i < h, 0 <= j < w

    Args:
        array: (H, W) or (H, W, C), of any real dtype; never modified.
        size: the window, (h, w) or one number for both.
        stride: its step; the window's own size when None.

    Returns:
        (floor((H - h) / s) + 1, floor((W - w) / s) + 1[, C]), in the array's dtype and units.

    Raises:
        GeometryError: the window is larger than the map.

    >>> import numpy as np
    >>> max_pool(np.array([[1, 2, 5, 0], [4, 3, 0, 7]]), 2)
    array([[4, 7]])
    """
    return _pool("max", size, stride)(array)


def average_pool(array: Array, size: int | Pair, stride: int | Pair | None = None) -> Array:
    """The mean of each window; NaN where the window holds one.

    out[r, c] = sum_ij array[r*s + i, c*s + j] / (h * w)

    Args:
        array: (H, W) or (H, W, C), of any real dtype; never modified.
        size: the window, (h, w) or one number for both.
        stride: its step; the window's own size when None.

    Returns:
        (floor((H - h) / s) + 1, floor((W - w) / s) + 1[, C]).  Integers are summed exactly and
        give float64; floats keep their dtype and are summed in float64.

    Raises:
        GeometryError: the window is larger than the map.

    >>> import numpy as np
    >>> average_pool(np.array([[1, 2, 5, 0], [4, 3, 0, 7]]), 2)
    array([[2.5, 3. ]])
    """
    return _pool("avg", size, stride)(array)


def parse_pool(text: str, option: str = "pool") -> Pool:
    """A pooling as the command line has it.

    Raises:
        OptionError: neither max nor avg, no window, or a window or step that is no whole number of at least 1.

    >>> parse_pool("max:3,stride=2")
    Pool(kind='max', size=(3, 3), stride=(2, 2))
    """
    kind, _, rest = text.strip().lower().partition(":")
    if kind not in POOLINGS:
        meant = f"did you mean {near[0]}{text.strip()[len(kind) :]}? " if (near := nearest(kind, POOLINGS, 1)) else ""
        raise OptionError(option, text, meant + RULE)
    window, comma, setting = rest.partition(",")
    name, _, step = setting.partition("=")
    if comma and name.strip() != "stride":
        raise OptionError(option, text, RULE)
    try:
        size = pair(window, option)
        return Pool(kind, size, pair(step, option) if comma else size)
    except OptionError as problem:
        raise OptionError(option, text, RULE) from problem


def _pool(kind: str, size: int | Pair, stride: int | Pair | None) -> Pool:
    window = _checked("pooling window", size)
    return Pool(kind, window, window if stride is None else _checked("pooling stride", stride))


def _checked(name: str, value: int | Pair) -> Pair:
    down, across = (value, value) if isinstance(value, int) else value
    if down < 1 or across < 1:
        raise OptionError(name, value, "give whole numbers of at least 1")
    return down, across


def _joined(array: Array, axis: int, size: int, stride: int, join: Callable[[Array, Array], Array]) -> Array:
    span = (array.shape[axis] - size) // stride * stride + 1
    parts = (array[_along(axis, slice(tap, tap + span, stride))] for tap in range(size))
    joined = next(parts)
    for part in parts:
        joined = join(joined, part)
    return joined


def _along(axis: int, taken: slice) -> tuple[slice, ...]:
    return (slice(None),) * axis + (taken,)


def _added(left: Array, right: Array) -> Array:
    import numpy as np

    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is NaN, as it should be
        return np.asarray(left + right)


def _summing_dtype(dtype: np.dtype[Any]) -> Any:
    import numpy as np

    # 32-bit integers and smaller cannot overflow an int64 sum; larger ones round in float64 instead.
    return np.int64 if dtype.kind in "biu" and dtype.itemsize <= 4 else np.float64
