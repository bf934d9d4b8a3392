"""What one catalogue entry says: plain data, without NumPy.

Every entry is written down for correlation (no flip), and its `about` says
what a positive response means.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from convcli.core.quantities import plain
from convcli.errors import OptionError, UnknownNameError

Number = int | float
Rows = tuple[tuple[Number, ...], ...]
Value = Number | tuple[Number, Number] | None  # two are for rows and for columns
Values = dict[str, Value]

LARGEST_SIZE = 1001
MOST_WEIGHTS = 4_000_000  # of all kernels of a bank together: 32 MB as float64
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?", re.ASCII)


class Argument(NamedTuple):
    """One argument of a kernel family.

    Attributes:
        name: as written after the colon.
        default: its value where it is not given; None stands for "auto".
        low, high: the range, both ends included.
        about: meaning and unit.
        whole: only whole numbers.
        auto: the rule behind "auto", where the default is auto.
        both: it may differ down and across: one number, or ROWSxCOLUMNS.
        one: why it is one number, where people may expect two.
    """

    name: str
    default: Number | None
    low: Number
    high: Number
    about: str
    whole: bool = False
    auto: str = ""
    both: bool = False
    one: str = ""

    @property
    def default_text(self) -> str:
        """The default as one would type it."""
        return "auto" if self.default is None else plain(self.default)

    @property
    def rule(self) -> str:
        """What values are allowed, in words."""
        return f"{self.name} is a {self.range}"

    @property
    def range(self) -> str:
        """The values that are allowed."""
        rule = f"{'whole ' if self.whole else ''}number from {plain(self.low)} to {plain(self.high)}"
        rule += ", or two, as ROWSxCOLUMNS" if self.both else ""
        return f"{rule}, or auto ({self.auto})" if self.default is None else rule

    def read(self, text: str, owner: str) -> Value:
        """The value that `text` writes, or both of them; None for auto.

        Raises:
            OptionError: a value that is no number or out of range.
        """
        if self.default is None and text.strip().lower() == "auto":
            return None
        values = [self._number(part) for part in text.lower().split("x")]
        numbers = [value for value in values if value is not None]
        if len(numbers) < len(values) or len(values) > 1 + self.both:
            raise OptionError(f"kernel {owner}", text, self.rule + (self._alone if len(numbers) == 2 else ""))
        return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])

    @property
    def _alone(self) -> str:
        """Why two numbers are too many."""
        return "" if self.both else f"; it is one number{': ' if self.one else ''}{self.one}"

    def _number(self, text: str) -> Number | None:
        """One number; None for text that is none, or is out of range."""
        value = float(text) if _NUMBER.fullmatch(text.strip()) else math.nan
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            return None
        return int(value) if self.whole else value


class Recipe(NamedTuple):
    """One named kernel: its numbers (`rows`, divided by `divisor`) or its formula.

    Attributes:
        name: lower case, words joined by hyphens.
        about: what a positive response means.
        source: where the numbers come from.
        formula: the function of `formulas` that computes the weights.
        arguments: what that function takes.
        rows: the weights as one sees them, for a kernel without arguments.
        divisor: what every number of `rows` is divided by.
        note: how other tools differ.
        aliases: other words for exactly this, understood as well.
    """

    name: str
    about: str
    source: str
    formula: str = ""
    arguments: tuple[Argument, ...] = ()
    rows: Rows = ()
    divisor: Number = 1
    note: str = ""
    aliases: tuple[str, ...] = ()


class Bank(NamedTuple):
    """Several kernels under one name, `bank:NAME`.

    Attributes:
        name, about, source: as of a Recipe.
        formula: the function of `bank_formulas` that yields the members.
        arguments: what that function takes.
        members: names of catalogued kernels or `bank:NAME`s, in order.
        north: instead of members: a 3x3 mask that answers to brightness above; the bank is
            its eight turns by 45 degrees, counter-clockwise as seen on the screen.
    """

    name: str
    about: str
    source: str
    formula: str = ""
    arguments: tuple[Argument, ...] = ()
    members: tuple[str, ...] = ()
    north: Rows = ()


def read_arguments(known_ones: Sequence[Argument], text: str, owner: str) -> Values:
    """All arguments of an entry by name, from `a=1,b=2`; defaults where not given.

    Args:
        owner: the kernel or bank, for messages.

    Raises:
        UnknownNameError: an argument this kernel does not have.
        OptionError: a value out of range, given twice, or not as NAME=VALUE.
    """
    known = {argument.name: argument for argument in known_ones}
    values: Values = {}
    for part in text.split(",") if text.strip() else []:
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not known:
            raise OptionError(f"kernel {owner}", part, f"{owner} takes no arguments")
        if not equals:
            raise OptionError(f"kernel {owner}", part, f"write NAME=VALUE, as in {owner}:{known_ones[0].name}=3")
        if name not in known:
            from convcli.kernels.catalogue.no_kernels import refusal

            raise refusal(f"{owner}:{name}", list(known)) or UnknownNameError(f"argument of {owner}", name, known)
        if name in values:
            raise OptionError(f"kernel {owner}", part, f"{name} is given twice")
        values[name] = known[name].read(value, owner)
    return {name: values.get(name, argument.default) for name, argument in known.items()}
