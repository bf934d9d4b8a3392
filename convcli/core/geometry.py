"""Sizes: how padding, stride and dilation decide the shape of an output.

Plain integers only: nothing here imports NumPy, so that counting parameters
starts at once.
"""

from __future__ import annotations

from typing import NamedTuple

from convcli.errors import GeometryError, OptionError, Setting, UnknownNameError, WindowTooLargeError, many

Pair = tuple[int, int]  # along the rows' axis (down), along the columns' (across)
PairLike = int | Pair  # one number is for both
ONES: Pair = (1, 1)
MOST_POSITIONS = 2**62  # along an axis: they and their sums are int64
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


def padding_along(size: str, k: int, dilation: int = 1, anchor: int | None = None) -> tuple[int, int]:
    """Padding before and after one axis for a named size.

    same: dilation * anchor before and the rest after, so that stride 1 keeps the length.  Without
    an anchor it is k // 2: the odd pixel of an even kernel comes before, as in OpenCV and SciPy's
    ndimage.correlate, signal.correlate and convolve2d (PyTorch's padding="same" and
    SciPy's signal.correlate2d put it after).
    valid: none.  full: dilation * (k - 1) on both sides.  The anchor moves neither.
    """
    reach = dilation * (k - 1)
    if size == "same":
        before = dilation * (k // 2 if anchor is None else anchor)
        return before, reach - before
    if size == "valid":
        return 0, 0
    if size == "full":
        return reach, reach
    raise UnknownNameError("size", size, SIZES)


def padding_for(size: str, kernel: Pair, dilation: Pair = ONES, anchor: Pair | None = None) -> Padding:
    """Padding of all four sides for a named size, a kernel of (rows, columns), a dilation and an anchor."""
    row, column = (None, None) if anchor is None else anchor
    rows = padding_along(size, kernel[0], dilation[0], row)
    return Padding(*rows, *padding_along(size, kernel[1], dilation[1], column))


def output_length(n: int, k: int, *, before: int = 0, after: int = 0, stride: int = 1, dilation: int = 1) -> int:
    """Outputs along one axis: floor((n + before + after - dilation*(k-1) - 1) / stride) + 1.

    Raises:
        WindowTooLargeError: the window is larger than the padded input.

    >>> output_length(28, 5, before=2, after=2)
    28
    """
    padded, window = n + before + after, extent(k, dilation)
    if window > padded:
        dilated = f" ({many(k, 'tap')}, dilation {dilation})" if dilation > 1 else ""
        padding = f", padded by {before} before and {after} after" if before or after else ""
        raise WindowTooLargeError(
            f"the window spans {many(window, 'position')}{dilated} and the input has only {padded}{padding}"
        )
    return (padded - window) // stride + 1


def used_steps(n: int, k: int, before: int, after: int, stride: int, dilation: int) -> tuple[int, int]:
    """Stride and dilation along one axis, no larger than makes a difference: of a single window, of a single tap.

    >>> used_steps(5, 1, 0, 0, 10**40, 10**40), used_steps(5, 3, 0, 0, 2, 2)
    ((5, 1), (1, 2))
    """
    dilation = dilation if k > 1 else 1
    beyond = n + before + after - extent(k, dilation) + 1  # a step that leaves one window
    return min(stride, max(1, beyond)), dilation


def check_positions(*lengths: int) -> None:
    """Refuse axes whose positions no machine counts.

    Raises:
        GeometryError: an input that is longer with its padding.
    """
    for length in lengths:
        if length > MOST_POSITIONS:
            raise GeometryError(
                f"the input with its padding would span {length:,} positions; at most 2^62 are counted: use a smaller ",
                Setting("dilation"),
                " or ",
                Setting("padding"),
            )


def check_stride(value: PairLike, name: str = "stride") -> Pair:
    """A stride or dilation, down and across: whole numbers of at least 1, or one for both.

    Raises:
        OptionError: anything else.

    >>> check_stride(2), check_stride((3, 2))
    ((2, 2), (3, 2))
    """
    if value is ONES or (type(value) is int and value == 1):
        return ONES
    sides = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(sides) != 2 or not all(is_whole(side, 1) for side in sides):
        raise OptionError(name, value, "give a whole number of at least 1, or two: (rows, columns)")
    return int(sides[0]), int(sides[1])


def is_whole(value: object, least: int) -> bool:
    """Whether a value is a whole number of at least `least`, of any numeric type."""
    try:
        return not isinstance(value, (bool, str)) and value == int(value) >= least  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return False


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
