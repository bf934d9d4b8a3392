"""Hints: one line on stderr where people fall, with the option that helps; each at most once a run.

A hint is one row of `HINTS`: whether it is due is decided by what is known of a picture and its result, and
where it is not due nothing is said.  A row looks at facts alone: none takes a pass over the samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from convcli.core.quantities import spoken
from convcli.errors import many
from convcli.registry import Registry

if TYPE_CHECKING:
    from convcli.core.kernel.kernel import Kernel
    from convcli.core.kernel.stack import KernelStack
    from convcli.images.picture import Picture
    from convcli.report.apply.record import Facts

FAINT = 8.0  # of 255: what is not brighter looks black
FEW = 0.01  # of the responses: where no more are clipped, nobody misses them
MANY = 0.25  # of them, where they are negative, are no mere fringes of edges
DIM = 0.15  # of a scale: in less of it little can be told apart
ONE = 1 + 1e-6  # weights that sum to 1 may do so up to rounding
LEAST_SIDE = 16  # of what is a picture's rows or columns, not a handful of channels
MOST_CHANNELS = 4


class Sight(NamedTuple):
    """What is known of one picture and, where it was written, of its result.

    Attributes:
        height, width, channels: of the picture, as it was read.
        dtype: of the picture, as its file has it.
        kind: "picture", "array" or "text".
        layout: the axis order it was read with.
        asked: the display that was asked for; None where nothing is made into pixels.
        display: the one that was used, or "raw".
        range: of the responses, as far as they were looked at; a bound where that is enough.
        clipped: the shares of the responses that became black, and white, for lying beyond.
        spread: of a scale that the maps of a sheet share, the part that half of them stay within.
        kernels: as they were applied; None where nothing is.
        plain: whether each kernel's response is shown by itself, with no bias.
        axes: what is to be said of the order of the kernels' axes.
    """

    height: int
    width: int
    channels: int
    dtype: str
    kind: str
    layout: str = "hwc"
    asked: str | None = None
    display: str = "raw"
    range: tuple[float, float] | None = None
    clipped: tuple[float, float] = (0.0, 0.0)
    spread: float | None = None
    kernels: KernelStack | None = None
    plain: bool = True
    axes: str = ""

    @classmethod
    def of(cls, facts: Facts, layout: str) -> Sight:
        """What is known of a picture that was read and no more."""
        return cls(facts.height, facts.width, facts.channels, facts.dtype, facts.kind, layout)


class Hint(NamedTuple):
    """One place where people fall.

    Attributes:
        name: for tests and for those who add one.
        words: what is said, option included; None where it is not due.
    """

    name: str
    words: Callable[[Sight], str | None]


def _faint(sight: Sight) -> str | None:
    """Values of a small range, as floats and truth values have them, become the first few of 256 greys."""
    if sight.display not in ("clip", "abs") or sight.range is None or not sight.dtype.startswith(("float", "bool")):
        return None
    low, high = sight.range
    if low >= high or max(-low, high) >= FAINT:
        return None
    others = ["--display signed makes 0 mid-grey"] if low < 0 else []
    others += ["--scale 255 makes 1 white"] if low >= 0 and 0.5 <= high <= ONE else []
    ways = "".join(f"{way}, " for way in others) + "--display stretch spreads them"
    return f"responses from {spoken(low)} to {spoken(high)} look black in 8 bits, where white is 255: {ways}"


def _clipped(sight: Sight) -> str | None:
    """What lies beyond black and white, which the picture no longer shows."""
    if sum(sight.clipped) <= FEW or _faint(sight) is not None:
        return None
    ends = [(share, end) for share, end in zip(sight.clipped, ("black", "white"), strict=True) if _percent(share)]
    (first, end), *others = ends
    noun = "values" if sight.kernels is None else "responses"
    what = f"all {noun} are" if first == 1 else f"{_percent(first)} of the {noun} are"
    further = "".join(f" and {_percent(share)} to {other}" for share, other in others)
    return f"{what} clipped to {end}{further}: {_too_bright(sight) or _way_out(sight)}"


def _percent(share: float) -> str:
    """A share for people; empty where it is next to nothing.

    >>> _percent(0.034), _percent(0.1234), _percent(0.9996), _percent(0.0001)
    ('3.4 %', '12 %', '99.9 %', '')
    """
    percent = 100 * share
    if 10 <= percent <= 99:
        return f"{percent:.0f} %"
    return f"{math.floor(10 * percent) / 10:g} %" if percent > 99 else f"{percent:.1f} %" if percent >= 0.05 else ""


def _way_out(sight: Sight) -> str:
    """The display that shows all of them."""
    from convcli.core.display.displays import PER_KERNEL
    from convcli.core.display.suiting import sheet_displays

    if sight.display == "abs":
        return "--display magnitude makes the largest white"
    if sight.display == PER_KERNEL:
        return "--display signed --sheet-scale each shows them all, with 0 as mid-grey"
    kernels = sight.kernels.kernels if sight.kernels is not None and sight.display == "clip" else ()
    edges = "signed" in sheet_displays("auto", kernels)
    negative = sight.clipped[0] > 0 and (edges or sight.clipped[0] > MANY)
    if sight.display == "offset" or negative:
        return "--display signed shows them all, with 0 as mid-grey"
    return "--display stretch shows them all"


def _dim(sight: Sight) -> str | None:
    """One strong map on a sheet leaves the others grey."""
    if sight.spread is None or sight.spread >= DIM:
        return None
    part = _percent(sight.spread) or "0.1 %"
    return f"half of the maps stay within {part} of the scale that all share: --sheet-scale each gives each its own"


def _channels_first(sight: Sight) -> str | None:
    """(3, H, W) read as three rows of many maps."""
    rows, columns, maps = sight.height, sight.width, sight.channels
    if sight.kind != "array" or sight.layout != "hwc" or rows > MOST_CHANNELS or min(columns, maps) < LEAST_SIDE:
        return None
    channels = many(rows, "channel")
    seen = f"read as {many(maps, 'map')} of {rows} × {columns}"
    return f"{seen}: if it has {channels} of {columns} × {maps}, add --layout chw"


def _channels_last(sight: Sight) -> str | None:
    """(H, W, 3) read with --layout chw, as many maps that are three pixels wide."""
    rows, columns, maps = sight.height, sight.width, sight.channels
    if sight.kind != "array" or sight.layout != "chw" or columns > MOST_CHANNELS or min(rows, maps) < LEAST_SIDE:
        return None
    channels = many(columns, "channel")
    seen = f"read as {many(maps, 'map')} of {rows} × {columns}"
    return f"{seen}: if it has {channels} of {maps} × {rows}, leave out --layout chw"


def _not_a_mean(sight: Sight) -> str | None:
    """The same where the picture was dark enough for it."""
    return None if sum(sight.clipped) > FEW else _too_bright(sight)


def _too_bright(sight: Sight) -> str | None:
    """Rows of ones, meant as a mean: the picture comes out many times as bright."""
    by_itself = (sight.asked, sight.display, sight.kind) == ("auto", "clip", "picture") and sight.plain
    kernel = _brightening(sight.kernels) if by_itself and sight.kernels is not None else None
    if kernel is None:
        return None
    whose = "the kernel's weights" if kernel.name == "kernel" else f"the weights of {kernel.name}"
    return (
        f"{whose} sum to {spoken(kernel.sum)}, which makes the picture that many times as bright: "
        "--normalize sum makes it a mean"
    )


@lru_cache(maxsize=16)  # a batch asks for every picture
def _brightening(kernels: KernelStack) -> Kernel | None:
    """The first kernel without negative weights that adds several neighbours to twice the brightness, or more."""
    for kernel in kernels:
        one = int((kernel.weights != 0).sum()) == 1  # a gain, that moves the picture at most
        if kernel.sum >= 2 and kernel.weights.ndim == 2 and kernel.weights.min() >= 0 and not one:
            return kernel
    return None


HINTS = Registry(
    "hint",
    (
        Hint("faint", _faint),
        Hint("clipped", _clipped),
        Hint("dim", _dim),
        Hint("channels-first", _channels_first),
        Hint("channels-last", _channels_last),
        Hint("not-a-mean", _not_a_mean),
        Hint("kernel-axes", lambda sight: sight.axes or None),
    ),
)


class Told:
    """The hints that are due in one run: the first picture's words for each, and how many pictures they are true of."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._times: dict[str, int] = {}

    def see(self, *sights: Sight) -> None:
        """Look at one picture and its results."""
        due = {hint.name: words for sight in sights for hint in HINTS if (words := hint.words(sight)) is not None}
        for name, words in due.items():
            self._words.setdefault(name, words)
            self._times[name] = self._times.get(name, 0) + 1

    def lines(self, pictures: int = 1) -> list[str]:
        """What is said, a line each.

        Args:
            pictures: how many were looked at; of several it is said how many a hint is for.
        """
        counts = {name: f" ({times} of {pictures})" if pictures > 1 else "" for name, times in self._times.items()}
        return [f"hint{counts[name]}: {words}" for name, words in self._words.items()]


def of_sheet(given: Facts, layout: str, display: str, clipped: tuple[float, float]) -> list[str]:
    """The hint that is due where a stack was drawn as it is, and values of it were clipped."""
    words = _clipped(Sight.of(given, layout)._replace(asked=display, display=display, clipped=clipped))
    return [] if words is None else [f"hint: {words}"]


def of_pictures(pictures: Sequence[Picture], layout: str) -> list[str]:
    """The hints that are due for pictures that were read, whatever is done with them."""
    from convcli.report.apply.record import facts

    told = Told()
    for picture in pictures:
        told.see(Sight.of(facts(picture), layout))
    return told.lines(len(pictures))
