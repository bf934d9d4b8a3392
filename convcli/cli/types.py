"""Text -> domain values: strict readers for option values.

`int("1_000")`, `int("３")` and `float("nan")` all succeed in Python; on a
command line they are typing errors, so each reader says what it accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from convcli.cli.usage import not_among, spelling_of
from convcli.core.text.whole_numbers import MOST_DIGITS, as_float, pair, whole_number
from convcli.errors import OptionError

_INTEGER = re.compile(rf"[+-]?[0-9]{{1,{MOST_DIGITS}}}", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?", re.ASCII)


if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # generic only from Click 8.4 on


class Reader(ParamType):
    """A Click type made of a reader function (text, option name) -> value."""

    def __init__(self, name: str, read: Callable[[str, str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        return self._read(value, spelling_of(param))


class Names(click.Choice):  # type: ignore[type-arg]  # generic only from Click 8.2 on
    """A choice of a registry's names, read anew each time: a row more is a choice more.

    Args:
        also: other names that are understood, and the names that they stand for; with them capitals do not matter.
    """

    def __init__(self, read: Callable[[], Iterable[str]], also: Callable[[], Mapping[str, str]] | None = None) -> None:
        self._read = read
        self._also = also
        self.case_sensitive = True

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names that there are now."""
        return tuple(self._read())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The canonical name."""
        if self._also is not None and isinstance(value, str) and value not in self.choices:
            word = value.strip().lower()
            name = self._also().get(word, word)
            value = name if name in self.choices else value
        if isinstance(value, str) and value not in self.choices:
            raise not_among(param, value, list(self.choices))
        return value


def choice(*names: str) -> Names:
    """One of these words."""
    return Names(lambda: names)


def whole(at_least: int | None = None, at_most: int | None = None) -> Reader:
    """A whole number in ASCII digits, within limits."""

    def read(text: str, option: str) -> int:
        return read_whole(text, option, at_least=at_least, at_most=at_most)

    return Reader("INTEGER", read)


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


def number() -> Reader:
    """A finite number, or a fraction such as 1/9."""
    return Reader("NUMBER", read_number)


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


def read_share(text: str, option: str) -> float:
    """A number from 0 to 1, or a fraction such as 1/2."""
    share = read_number(text, option)
    if not 0 <= share <= 1:
        raise OptionError(option, text, "give a number from 0 to 1, such as 0.5 or 1/2")
    return share


PADDING = Reader("N|T,B,L,R", read_padding)
MISSING = Reader("nan|VALUE", read_missing)
SHARE = Reader("FRACTION", read_share)
NUMBERS = Reader("NUMBERS", read_numbers)
PAIR = Reader("HxW", pair)
STEPS = Reader("N|ROWSxCOLS", read_steps)
POSITION = Reader("ROW,COL", read_position)


def _read_border(text: str, option: str) -> Any:
    from convcli.core.border import border

    return border(text, option)


BORDER = Reader("BORDER", _read_border)


def _read_frames(text: str, option: str) -> Any:
    from convcli.images.frames import Choice

    return Choice.of(text, option)


FRAMES = Reader("all|first|N|N..M", _read_frames)


def _dtypes() -> list[str]:
    from convcli.core.layer.cost import DTYPE_BYTES

    return list(DTYPE_BYTES)


def _connections() -> tuple[str, ...]:
    from convcli.core.layer.cost import KINDS

    return KINDS


DTYPE = Names(_dtypes)
CONNECTION = Names(_connections)  # fully connected, sparse, shared
