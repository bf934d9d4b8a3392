"""Frames: the pictures of a file that holds several, one at a time.

An animation's frames are what a viewer shows, each on the whole canvas, with
its time; a document's pages are pictures of their own.  Nothing but the frame
in hand is kept, so a file is gone through anew whenever its frames are wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from convcli.errors import InputError, OptionError, Setting
from convcli.images.picture import Picture

MOST = 20_000  # frames of a file that are gone through
PER_PICTURE = 16  # all frames together may have so many times the pixels that one may have

Tell = Callable[[str], None]


class Frame(NamedTuple):
    """One picture of several, and how long it is shown, in milliseconds; a page has no time."""

    picture: Picture
    ms: float | None = None


class Choice(NamedTuple):
    """Which frames, counted from 0, both ends included; `last` None is the end.

    >>> Choice.of("2..5"), Choice.of("all")
    (Choice(first=2, last=5), Choice(first=0, last=None))
    """

    first: int
    last: int | None

    @classmethod
    def of(cls, text: str, option: str = "frames") -> Choice:
        """The choice that "all", "first", N or N..M is.

        Raises:
            OptionError: anything else, or N beyond M.
        """
        ends = {"all": ("0", ""), "first": ("0", "0")}.get(text.strip(" ")) or text.strip(" ").split("..")
        first, last = ends[0], ends[-1]
        numbers = [end for end in (first, last) if end.isascii() and end.isdigit() and len(end) < 20]
        if len(ends) > 2 or len(numbers) < (1 if text.strip(" ") == "all" else 2) or int(first) > int(last or first):
            raise OptionError(option, text, "give all, first, one frame N, or frames N..M, counted from 0")
        return cls(int(first), int(last) if last else None)

    @property
    def text(self) -> str:
        """As it is typed."""
        if self.last is None:
            return "all"
        return f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"

    def check_one(self, name: str) -> None:
        """Refuse the choice for a file that holds one picture, unless it is that one.

        Raises:
            OptionError: there is no such frame.
        """
        if self.first > 0 or self.last not in (None, 0):
            raise OptionError("frames", self.text, f"{name} holds one picture, which is frame 0")


ALL = Choice(0, None)


@dataclass(frozen=True, eq=False)
class Frames:
    """The pictures of one file.

    Attributes:
        name: what messages call the file.
        count: how many there are; one more than MOST where they are too many to be gone through.
        begin: goes through them from the first.
        noun: "frame", or "page" where they have no times.
        size: (height, width) of every frame; of the first page.
        plays: how often they are shown, 0 for ever.
        together: they are the maps of one picture, and are taken apart only where that is asked for.
        hides: they may be transparent somewhere.
        lenient: those before a damaged one are kept.
        max_pixels: see `Reading`.
        notes: remarks on the whole.
        seen: what is known of the transparency of some of them.
    """

    name: str
    count: int
    begin: Callable[[], Iterator[Frame]]
    noun: str = "frame"
    size: tuple[int, int] = (1, 1)
    plays: int = 0
    together: bool = False
    hides: bool = False
    lenient: bool = False
    max_pixels: int = 1
    notes: tuple[str, ...] = ()
    seen: dict[range, bool] = field(default_factory=dict)

    def chosen(self, choice: Choice) -> range:
        """The numbers of the frames that are chosen.

        Raises:
            OptionError: there is no such frame.
            InputError: all of too many, or of frames that are too large together.
        """
        there = min(self.count, MOST)
        last = there - 1 if choice.last is None else choice.last
        if max(choice.first, last) >= there:
            raise OptionError("frames", choice.text, f"{self.name} has {self.noun}s 0..{there - 1}")
        if choice.last is None and self.count > MOST:
            raise InputError(
                self.name,
                f"it has more than {MOST:,} {self.noun}s, the most that are taken; ",
                Setting("frames", "N..M"),
                " takes some",
            )
        which = range(choice.first, last + 1)
        self._check_pixels(which)
        return which

    def _check_pixels(self, which: range) -> None:
        """Refuse more pixels than are gone through; a frame is drawn on those before it, and a page is not."""
        gone_through = which.stop if self.noun == "frame" else len(which)
        height, width = self.size
        if gone_through > 1 and gone_through * height * width > PER_PICTURE * self.max_pixels:
            raise InputError(
                self.name,
                f"{gone_through:,} {self.noun}s of {height} × {width} are {gone_through * height * width:,} pixels, "
                f"more than {PER_PICTURE} × {self.max_pixels:,}; ",
                Setting("frames", "N..M"),
                " takes fewer, ",
                Setting("max_pixels"),
                " allows more",
            )

    def read(self, which: range, tell: Tell) -> Iterator[Frame]:
        """The frames of these numbers, all with alpha or all without it.

        Args:
            tell: is told of frames that were left out.

        Raises:
            InputError: a frame is damaged; where they are `lenient`, the first one that is wanted.
        """
        padded = self._is_transparent(which)
        for frame in self._whole(which, tell):
            yield Frame(_with_alpha(frame.picture), frame.ms) if padded else frame

    def _is_transparent(self, which: range) -> bool:
        """Whether one of these frames is transparent somewhere: they are gone through once to know."""
        if self.hides and which not in self.seen:
            self.seen[which] = any(f.picture.alpha is not None for f in self._whole(which, lambda note: None))
        return self.hides and self.seen[which]

    def _whole(self, which: range, tell: Tell) -> Iterator[Frame]:
        frames = self.begin()
        for number in range(which.stop):
            try:
                frame = next(frames)
            except InputError:
                if not self.lenient or number <= which.start:
                    raise
                tell(f"{self.noun} {number} is damaged: it is left out, with those after it")
                return
            if number >= which.start:
                yield frame


def _with_alpha(picture: Picture) -> Picture:
    if picture.alpha is not None:
        return picture
    opaque = np.full(picture.pixels.shape[:2], np.iinfo(picture.pixels.dtype).max, picture.pixels.dtype)
    return replace(picture, alpha=opaque)
