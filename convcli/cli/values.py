"""Text -> domain values: strict readers for option values.

`int("1_000")`, `int("３")` and `float("nan")` all succeed in Python; on a
command line they are typing errors, so each reader says what it accepts.
"""

from __future__ import annotations

import re

from convcli.core.text.whole_numbers import MOST_DIGITS, as_float, pair, whole_number
from convcli.errors import OptionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcli.images.large.cropped_rows import Region

_INTEGER = re.compile(rf"[+-]?[0-9]{{1,{MOST_DIGITS}}}", re.ASCII)
MOST_SHIFTS = 64  # of one range
_NUMBER = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?", re.ASCII)


def read_whole(text: str, option: str, *, at_least: int | None = None, at_most: int | None = None) -> int:
    """Digits with an optional sign; anything else is refused by its value and the rule.

    >>> read_whole("12", "--stride", at_least=1)
    12
    """
    if at_least is not None and at_least >= 0 and at_most is None:
        return whole_number(text, option, at_least)
    rule = "give a whole number"
    if at_least is not None and at_most is not None:
        rule += f" from {at_least} to {at_most}"
    elif at_least is not None or at_most is not None:
        rule += f" of at least {at_least}" if at_most is None else f" of at most {at_most}"
    if not _INTEGER.fullmatch(text.strip(" ")):
        raise OptionError(option, text, rule)
    value = int(text)
    if (at_least is not None and value < at_least) or (at_most is not None and value > at_most):
        raise OptionError(option, text, rule)
    return value


def read_number(text: str, option: str, more: str = "") -> float:
    """A finite decimal number or fraction; `more` is what the message allows beside it.

    >>> read_number("1/4", "--bias")
    0.25
    """
    parts = text.strip(" ").split("/")
    if len(parts) <= 2 and all(_NUMBER.fullmatch(part) for part in parts):
        values = [float(part) for part in parts]
        divisor = values[1] if len(values) == 2 else 1.0
        if _INTEGER.fullmatch(text.strip(" ")):
            return as_float(int(text), option)
        if divisor and abs(values[0] / divisor) <= 1.7e308:
            return values[0] / divisor
    raise OptionError(option, text, f"give a finite number such as 2, -0.5 or 1/9 {more}".rstrip())


def read_functions(text: str, option: str) -> tuple[str, str]:
    """Two names, or samples, with one comma between them."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(parts):
        raise OptionError(option, text, "give two functions, as in box,exponential or '0 1 2,gaussian'")
    return parts[0], parts[1]


def read_numbers(text: str, option: str) -> tuple[float, ...]:
    """Numbers separated by commas."""
    return tuple(read_number(part, option) for part in text.split(","))


def read_steps(text: str, option: str) -> tuple[int, int]:
    """A stride or dilation: N for both directions, or ROWSxCOLUMNS.

    >>> read_steps("2", "--stride"), read_steps("3x2", "--stride")
    ((2, 2), (3, 2))
    """
    return pair(text, option, "ROWSxCOLUMNS or N")


def read_padding(text: str, option: str) -> tuple[int, int, int, int]:
    """N for all sides, or T,B,L,R.

    >>> read_padding("1,2,3,4", "--padding")
    (1, 2, 3, 4)
    """
    sides = [read_whole(part, option, at_least=0) for part in text.split(",")]
    if len(sides) == 1:
        return sides[0], sides[0], sides[0], sides[0]
    if len(sides) != 4:
        raise OptionError(option, text, "give one number, or four: top,bottom,left,right")
    return sides[0], sides[1], sides[2], sides[3]


def read_shifts(text: str, option: str) -> tuple[float, ...]:
    """A number, or a range of whole ones: A..B.

    >>> read_shifts("1/2", "--dx"), read_shifts("-1..2", "--dx")
    ((0.5,), (-1.0, 0.0, 1.0, 2.0))
    """
    first, dots, last = text.partition("..")
    if not dots:
        return (read_number(text, option, "or a range such as 0..8"),)
    start, end = (read_whole(part, option, at_least=-(10**6), at_most=10**6) for part in (first, last))
    if not 0 <= end - start < MOST_SHIFTS:
        raise OptionError(option, text, f"a range runs upwards, as in 0..8, over at most {MOST_SHIFTS} pixels")
    return tuple(float(shift) for shift in range(start, end + 1))


def read_position(text: str, option: str) -> tuple[int, int]:
    """ROW,COLUMN counted from 0."""
    parts = text.split(",")
    if len(parts) != 2:
        raise OptionError(option, text, "give ROW,COLUMN counted from 0, as in 2,3")
    return read_whole(parts[0], option, at_least=0), read_whole(parts[1], option, at_least=0)


def read_missing(text: str, option: str) -> float:
    """The value of missing samples: a finite number, or nan.

    >>> read_missing("-9999", "--missing")
    -9999.0
    """
    return float("nan") if text.strip().lower() == "nan" else read_number(text, option, "or nan")


def read_memory(text: str, option: str) -> int:
    """Bytes, with K, M, G or T for 1024 of each other; at least a megabyte.

    >>> read_memory("512M", "--memory"), read_memory("1.5G", "--memory")
    (536870912, 1610612736)
    """
    found = re.fullmatch(r" *([0-9]{1,15}(?:\.[0-9]{1,6})?) *([KMGT]?)i?B? *", text, re.ASCII | re.IGNORECASE)
    size = float(found[1]) * 1024 ** " KMGT".index(found[2].upper() or " ") if found else 0
    if size < 1 << 20:
        raise OptionError(option, text, "give a size of at least 1M, such as 512M or 2G")
    return int(size)


def read_region(text: str, option: str) -> Region:
    """Four whole numbers: the first row and column, height and width.

    >>> read_region("10,20,300,400", "--region")
    Region(row=10, column=20, height=300, width=400)
    """
    from convcli.images.large.cropped_rows import Region

    parts = text.split(",")
    if len(parts) != 4:
        raise OptionError(option, text, "give four numbers, ROW,COLUMN,HEIGHT,WIDTH, such as 0,0,512,512")
    return Region(*(read_whole(part, option, at_least=int(index > 1)) for index, part in enumerate(parts)))


def read_range(text: str, option: str) -> tuple[float, float]:
    """Two numbers, the smaller one first.

    >>> read_range("-40,40", "--range")
    (-40.0, 40.0)
    """
    parts = text.split(",")
    ends = tuple(read_number(part, option) for part in parts) if len(parts) == 2 else ()
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise OptionError(option, text, "give two numbers, LO,HI, the smaller one first, such as -255,255")
    return ends[0], ends[1]


def read_share(text: str, option: str) -> float:
    """A number from 0 to 1, or a fraction such as 1/2."""
    share = read_number(text, option)
    if not 0 <= share <= 1:
        raise OptionError(option, text, "give a number from 0 to 1, such as 0.5 or 1/2")
    return share


def read_bias(text: str, option: str) -> tuple[float, ...]:
    """Numbers apart by commas, or @FILE with one for each kernel."""
    if not text.strip().startswith("@"):
        return read_numbers(text, option)
    from convcli.kernels.reading.biases import read_biases

    path = text.strip()[1:]
    if path == "-":
        raise OptionError(option, text, "biases are read from a file: @FILE, or a tensor as @FILE.npz:NAME")
    return read_biases(path)


def read_enlargement(text: str, option: str) -> float:
    """How much larger a drawing is: 2, 1.5, 1/2.

    >>> read_enlargement("1.5", "--scale")
    1.5
    """
    return _between(text, option, 0.1, 64, "such as 2 or 1.5")


def read_dpi(text: str, option: str) -> float:
    """Pixels per inch.

    >>> read_dpi("300", "--dpi")
    300.0
    """
    return _between(text, option, 10, 4800, "such as 300")


def _between(text: str, option: str, least: float, most: float, example: str) -> float:
    rule = f"give a number from {least:g} to {most:g}, {example}"
    try:
        value = read_number(text, option)
    except OptionError as problem:
        raise OptionError(option, text, rule) from problem
    if not least <= value <= most:
        raise OptionError(option, text, rule)
    return value
