"""Sweeps: every combination of a few options' values, from one line of text."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from convcli.errors import OptionError, UnknownNameError

MOST_RUNS = 10_000
RULE = "give NAME=VALUES,..., as in dx=0..4,stride=1..3,border=all; VALUES are A..B, A..B:STEP, or a list A,B,C"
_NUMBER = r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?::({_NUMBER}))?", re.ASCII)


@dataclass(frozen=True)
class Sweep:
    """Names and the texts of their values, in the order given."""

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return math.prod(map(len, self.values))

    def runs(self) -> Iterator[dict[str, str]]:
        """Every combination, the last name running fastest."""
        for combination in itertools.product(*self.values):
            yield dict(zip(self.names, combination, strict=True))


def parse_sweep(text: str, choices: Mapping[str, Sequence[str]], option: str = "sweep") -> Sweep:
    """A sweep as the command line has it.

    Args:
        choices: names that can be swept, and what "all" stands for; empty where there is no "all".

    Raises:
        OptionError: text that does not parse, a name twice, more than MOST_RUNS runs (with their number).
        UnknownNameError: no such name.

    >>> parse_sweep("dx=0..4:2,border=edge,zero", {"dx": (), "border": ("edge", "zero", "wrap")}).values
    (('0', '2', '4'), ('edge', 'zero'))
    """
    parts = _split(text, option)
    for name in parts:
        if name not in choices:
            raise UnknownNameError("option to sweep", name, choices, f"choose from {', '.join(choices)}")
    runs = math.prod(sum(_count(value, choices[name]) for value in values) for name, values in parts.items())
    if runs > MOST_RUNS:
        raise OptionError(option, text, f"that is {runs:,} runs; at most {MOST_RUNS:,} are made")
    expanded = tuple(
        tuple(single for value in values for single in _expanded(value, choices[name], name, option))
        for name, values in parts.items()
    )
    return Sweep(tuple(parts), expanded)


def _split(text: str, option: str) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    name = ""
    for piece in text.split(","):
        before, equals, value = piece.partition("=")
        if equals:
            name = before.strip().lower().lstrip("-")
            if name in parts:
                raise OptionError(option, text, f"{name} is given twice; list its values behind one {name}=")
            parts[name] = []
        else:
            value = piece
        if not name or not value.strip():
            raise OptionError(option, text, RULE)
        parts[name].append(value.strip())
    return parts


def _count(value: str, all_of_them: Sequence[str]) -> int:
    span = _RANGE.fullmatch(value)
    if span:
        return _steps(span)[1]
    return len(all_of_them) if value == "all" else 1


def _steps(span: re.Match[str]) -> tuple[Fraction, int, Fraction]:
    """First value, number of values, and step: upwards, or downwards where the range runs down."""
    first, last = Fraction(span[1]), Fraction(span[2])
    step = abs(Fraction(span[3] or "1")) * (1 if last >= first else -1)
    return first, (int((last - first) / step) + 1 if step else MOST_RUNS + 1), step


def _expanded(value: str, all_of_them: Sequence[str], name: str, option: str) -> list[str]:
    span = _RANGE.fullmatch(value)
    if span:
        first, count, step = _steps(span)
        return [_written(first + i * step) for i in range(count)]
    if ".." in value:
        raise OptionError(option, value, RULE)
    if value != "all":
        return [value]
    if not all_of_them:
        raise OptionError(option, f"{name}=all", f"{name} has no list of all its values; name some")
    return list(all_of_them)


def _written(value: Any) -> str:
    return str(int(value)) if value == int(value) else f"{float(value):.12g}"
