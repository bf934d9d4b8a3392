"""Displays: how a response, in the picture's units, becomes a pixel.

Each display is one row of `DISPLAYS`: a name, its formula, and the line
v -> slope * (v - low) / (high - low) + offset (of |v| where it is absolute), which
`mapping` rounds half to even, clamps and narrows.  "auto" and "raw" are no displays but choices
beside them: auto stands for the one that suits the kernels (see `suiting`), raw for the response itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from convcli.registry import Registry

AUTO = "auto"  # the display that suits the kernels
RAW = "raw"  # the response itself, for formats that hold it
PER_KERNEL = "per kernel"  # what records call it where each kernel of a sheet has a display of its own


def name_of_all(displays: Sequence[str]) -> str:
    """The display of all maps by one name: their own where they share one, or that each kernel has its own."""
    return displays[0] if len(set(displays)) == 1 else PER_KERNEL


class Line(NamedTuple):
    """v -> slope * (v - low) / (high - low) + offset; of |v| where `absolute`.

    Exact, whichever floats these are: `low` and `high` are what the responses have, not what arithmetic made of them.
    """

    slope: float = 1.0
    offset: float = 0.0
    absolute: bool = False
    low: float = 0.0
    high: float = 1.0


class Display(NamedTuple):
    """One way from a response to pixels.

    Attributes:
        name: the one that options take.
        formula: of a pixel v of 8 bits, as help shows it.
        about: what else help says of it; may be empty.
        words: what the closing line of a command says of it.
        line: (top, middle, low, high) -> Line: the largest pixel and mid-grey, and the range of the responses.
        needs_range: whether its line depends on that range, so that the responses have to be seen first.
    """

    name: str
    formula: str
    about: str
    words: str
    line: Callable[[int, int, float, float], Line]
    needs_range: bool = False


def _clip(top: int, middle: int, low: float, high: float) -> Line:
    return Line()


def _abs(top: int, middle: int, low: float, high: float) -> Line:
    return Line(absolute=True)


def _offset(top: int, middle: int, low: float, high: float) -> Line:
    return Line(offset=middle)


def _signed(top: int, middle: int, low: float, high: float) -> Line:
    peak = max(abs(low), abs(high))
    return Line(middle - 1, middle, high=peak) if peak > 0 else Line(offset=middle)


def _magnitude(top: int, middle: int, low: float, high: float) -> Line:
    peak = max(abs(low), abs(high))
    return Line(top, absolute=True, high=peak) if peak > 0 else Line(0.0)


def _stretch(top: int, middle: int, low: float, high: float) -> Line:
    return Line(top if high > low else 0.0, low=low, high=high)


DISPLAYS = Registry(
    "display",
    (
        Display("clip", "v", "rounded, clamped to black..white", "clip (rounded and clamped)", _clip),
        Display("abs", "|v|", "", "abs (the magnitude, clamped)", _abs),
        Display("offset", "v + 128", "mid-grey is 0", "offset (mid-grey is 0)", _offset),
        Display("signed", "v × 127 / peak + 128", "mid-grey is 0, the largest magnitude fills the range",
                "signed (mid-grey is 0)", _signed, needs_range=True),
        Display("magnitude", "|v| × 255 / peak", "0 is black, the largest magnitude is white",
                "magnitude (0 is black, the largest is white)", _magnitude, needs_range=True),
        Display("stretch", "(v - min) × 255 / (max - min)", "",
                "stretch (smallest is black, largest is white)", _stretch, needs_range=True),
    ),
)  # fmt: skip


def display_choices() -> list[str]:
    """What makes pixels: "auto", then the displays.

    >>> display_choices()[:3]
    ['auto', 'clip', 'abs']
    """
    return [AUTO, *DISPLAYS.names()]


def output_choices() -> list[str]:
    """As `display_choices`, and "raw" for outputs that can hold the response itself."""
    return [*display_choices(), RAW]
