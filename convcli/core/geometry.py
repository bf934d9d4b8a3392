"""Sizes: how padding, stride and dilation decide the shape of an output.

Plain integers only: nothing here imports NumPy, so that counting parameters
starts at once.
"""

from __future__ import annotations

from typing import NamedTuple

from convcli.errors import OptionError, UnknownNameError, WindowTooLargeError

SIZES = ("same", "valid", "full")


class Padding(NamedTuple):
    """Rows and columns added on each side of the input."""

    top: int
    bottom: int
    left: int
    right: int


def extent(k: int, dilation: int = 1) -> int:
    """Input positions that a kernel of k taps spans: dilation * (k - 1) + 1."""
    return dilation * (k - 1) + 1


def padding_along(size: str, k: int, dilation: int = 1) -> tuple[int, int]:
    """Padding before and after one axis for a named size.

    same: dilation * (k // 2) before and the rest after, so that stride 1 keeps
    the length; the odd pixel of an even kernel comes before, as in OpenCV and SciPy's
    ndimage.correlate, signal.correlate and convolve2d (PyTorch's padding="same" and
    SciPy's signal.correlate2d put it after).
    valid: none.  full: dilation * (k - 1) on both sides.
    """
    reach = dilation * (k - 1)
    if size == "same":
        return dilation * (k // 2), reach - dilation * (k // 2)
    if size == "valid":
        return 0, 0
    if size == "full":
        return reach, reach
    raise UnknownNameError("size", size, SIZES)


def padding_for(size: str, kernel: tuple[int, int], dilation: int = 1) -> Padding:
    """Padding of all four sides for a named size and a kernel of (rows, columns)."""
    return Padding(*padding_along(size, kernel[0], dilation), *padding_along(size, kernel[1], dilation))


def output_length(n: int, k: int, *, before: int = 0, after: int = 0, stride: int = 1, dilation: int = 1) -> int:
    """Outputs along one axis: floor((n + before + after - dilation*(k-1) - 1) / stride) + 1.

    Raises:
        WindowTooLargeError: the window is larger than the padded input.

    >>> output_length(28, 5, before=2, after=2)
    28
    """
    padded, window = n + before + after, extent(k, dilation)
    if window > padded:
        dilated = f" (k={k}, dilation {dilation})" if dilation > 1 else ""
        raise WindowTooLargeError(
            f"the window spans {window} positions{dilated} but the padded input has {padded} ({n} + {before} + {after})"
        )
    return (padded - window) // stride + 1


def check_stride(value: int, name: str = "stride") -> int:
    """A stride or dilation: a whole number of at least 1."""
    if isinstance(value, bool) or value != int(value) or value < 1:
        raise OptionError(name, value, "give a whole number of at least 1")
    return int(value)


def receptive_field(layers: list[tuple[int, int, int]]) -> tuple[int, int]:
    """Receptive field and effective stride of a chain of (k, stride, dilation) along one axis.

    field grows by dilation * (k - 1) times the stride of everything before.

    >>> receptive_field([(5, 1, 1), (2, 2, 1), (5, 1, 1)])
    (14, 2)
    """
    field, jump = 1, 1
    for k, stride, dilation in layers:
        field += dilation * (k - 1) * jump
        jump *= stride
    return field, jump
