"""Progress on stderr: a bar with rate and time left in a terminal, nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class Meter(Protocol):
    """What the work advances."""

    def advance(self, n: int = 1) -> None: ...


class Silence:
    """A meter that shows nothing."""

    def advance(self, n: int = 1) -> None:
        """Nothing to show."""


class Bar:
    """A meter drawn by rich."""

    def __init__(self, drawn: Progress, task: TaskID) -> None:
        self._drawn, self._task = drawn, task

    def advance(self, n: int = 1) -> None:
        """Say that n more units are done."""
        self._drawn.advance(self._task, n)


@contextmanager
def progress(total: int | None, label: str, *, unit: str = "", stream: IO[str] | None = None) -> Iterator[Meter]:
    """A progress bar for the time of a `with`.

    It is drawn only if the stream (stderr unless given) is a terminal, and is
    wiped away at the end, so that only results stay on the screen.

    Args:
        total: units of work, or None when it is not known.
        label: what is being done; unit: what is counted ("files", "steps").

    Yields:
        A meter: call `.advance(n)` after n more units.
    """
    stream = sys.stderr if stream is None else stream
    if stream is None or not stream.isatty():  # stderr is None when a program starts with it closed
        yield Silence()
        return
    drawn = _rich_progress(stream, unit)
    task = drawn.add_task(label, total=total)
    with drawn:
        yield Bar(drawn, task)


def _rich_progress(stream: IO[str], unit: str) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(rate(task.finished_speed or task.speed, unit))

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True),
        console=Console(file=stream, highlight=False, markup=False, emoji=False),
        transient=True,
        expand=True,
    )


def rate(speed: float | None, unit: str) -> str:
    """Units in a second, or in a minute when they are slow; nothing when unknown.

    >>> rate(12.34, "files"), rate(0.1, "files"), rate(None, "files")
    ('12.3 files/s', '6 files/min', '')
    """
    if not speed:
        return ""
    amount, per = (speed, "s") if speed >= 1 else (speed * 60, "min")
    number = f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"
    return f"{number} {unit}/{per}".replace(" /", "/")
