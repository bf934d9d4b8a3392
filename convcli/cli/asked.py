"""What a command was asked for, as one value; the parts of it that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Self, dataclass_transform

import click

from convcli.cli import signals
from convcli.errors import UsageError

if TYPE_CHECKING:
    from convcli.core.border import Border
    from convcli.core.problem.options import Window
    from convcli.images import Picture
    from convcli.images.reading import Opened


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Asked:
    """What a command was asked for, as it was typed: one value, built in the command file and never changed.

    A command lists its parameters as annotations.  Methods that are written anew for each class, as those of a
    dataclass are, would take a millisecond of every start.
    """

    def __init__(self, **given: Any) -> None:
        owners = type(self).__mro__[:-1]
        unmatched = given.keys() ^ {name for owner in owners for name in getattr(owner, "__annotations__", ())}
        if unmatched:
            raise TypeError(f"{type(self).__name__} and the command's parameters differ: {sorted(unmatched)}")
        vars(self).update(given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: what was asked for does not change; `changed` gives another value")

    def changed(self, **values: Any) -> Self:
        """The same with other values."""
        return type(self)(**{**vars(self), **values})


class WindowOptions(Asked):
    """What `options.geometry` gives, as it was typed."""

    border: Border | None
    size: str
    padding: tuple[int, int, int, int] | None
    stride: tuple[int, int]
    dilation: tuple[int, int]
    anchor: tuple[int, int] | None

    @property
    def window(self) -> Window:
        """Where the window stands; a border that was not named is decided here.

        Raises:
            UsageError: an anchor, of which other sizes than "same" know nothing.
        """
        from convcli.core.problem.options import Window

        if self.anchor is not None and (self.size != "same" or self.padding is not None):
            other = f"--size {self.size}" if self.padding is None else "--padding"
            raise UsageError(f"--anchor says where a kernel stands under --size same; {other} decides it by itself")
        return Window.of(self.border, self.size, self.padding, self.stride, self.dilation)


class DrawingOptions(Asked):
    """What `options.enlarging` and `options.force` give: how large a drawing is, and whether it replaces a file.

    Attributes:
        drawing_scale: --scale; dpi: pixels per inch; None where they were not given.
    """

    drawing_scale: float | None
    dpi: float | None
    force: bool
    quiet: bool

    @property
    def enlargement(self) -> float:
        """How much larger the drawing is than by itself."""
        return 1.0 if self.drawing_scale is None else self.drawing_scale

    @property
    def pixels_per_unit(self) -> float:
        """Pixels to a unit of the drawing, of which an inch has 96."""
        return self.enlargement * (1.0 if self.dpi is None else self.dpi / 96)

    def say(self, message: str) -> None:
        """One line on stderr, unless --quiet."""
        remark(message, self.quiet)


class ReadingOptions(Asked):
    """What `options.reading` and `options.layout` give, and whether remarks are wanted."""

    max_pixels: int
    allow_truncated: bool
    layout: str
    quiet: bool

    def read(self, source: str) -> Picture:
        """The picture behind an INPUT, with a hint where it was probably meant otherwise."""
        picture = self.read_plainly(source)
        self.hint(picture)
        return picture

    def read_plainly(self, source: str) -> Picture:
        """The picture behind an INPUT, without a word."""
        from convcli import images

        return images.read(source, max_pixels=self.max_pixels, allow_truncated=self.allow_truncated, layout=self.layout)

    def opened(self, source: str) -> AbstractContextManager[Opened]:
        """An INPUT that is open: a picture, or the frames of a file."""
        from convcli import images

        return images.opened(
            source, max_pixels=self.max_pixels, allow_truncated=self.allow_truncated, layout=self.layout
        )

    def remarks_on(self, picture: Picture) -> tuple[str, ...]:
        """What a command that looks at colours alone says of a picture: the reader's notes, and that alpha is out."""
        return (*picture.notes, *(["alpha is left out"] if picture.alpha is not None else []))

    def hint(self, *pictures: Picture) -> None:
        """What is due to be said of pictures that were read; each hint once."""
        from convcli.cli.hints import of_pictures

        for line in of_pictures(pictures, self.layout):
            self.remark(line)

    def remark(self, message: str) -> None:
        """One line on stderr, unless --quiet."""
        remark(message, self.quiet)

    @property
    def assume(self) -> Callable[[str], None] | None:
        """What says what was taken where nothing was named; None with --quiet: what cannot be said is not taken."""
        return None if self.quiet else self.remark


def remark(message: str, quiet: bool) -> None:
    """One line on stderr, unless --quiet: never mixed with data on stdout."""
    if not quiet:
        signals.give_way()
        from convcli.errors import printable
        from convcli.report.printing.wrapping import terminal_width, wrapped

        click.echo(wrapped(printable(message, 400), terminal_width(sys.stderr)), err=True)
