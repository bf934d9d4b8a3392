"""Progress on stderr: a bar with rate and time left in a terminal, nothing anywhere else."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text

INTERRUPTED = "^C "
EVIDENCE = 2.0  # seconds of work before a rate is believed: the first few units may come all at once


class Meter(Protocol):
    """What the work advances."""

    def advance(self, n: int = 1) -> None: ...

    def aside(self) -> AbstractContextManager[None]: ...


class Silence:
    """A meter that shows nothing."""

    def advance(self, n: int = 1) -> None:
        """Nothing to show."""

    def aside(self) -> AbstractContextManager[None]:
        """Nothing stands in the way of what is printed."""
        return nullcontext()


class Bar:
    """A meter drawn by rich."""

    def __init__(self, drawn: Progress, task: TaskID) -> None:
        self._drawn, self._task = drawn, task
        self._one_at_a_time = threading.RLock()

    def advance(self, n: int = 1) -> None:
        """Say that n more units are done."""
        self._drawn.advance(self._task, n)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Inside the block the bar is wiped away, so that what is printed stands alone; any thread may ask for it."""
        with self._one_at_a_time:
            self._drawn.stop()
            try:
                yield
            finally:
                self._drawn.start()


@contextmanager
def progress(total: int | None, label: str, *, unit: str = "", stream: IO[str] | None = None) -> Iterator[Meter]:
    """A progress bar for the time of a `with`.

    It is drawn only if the stream (stderr unless given) is a terminal, and is
    wiped away at the end, so that only results stay on the screen.

    Args:
        total: units of work, or None when it is not known.
        label: what is being done; unit: what is counted ("files", "steps").

    Yields:
        A meter: call `.advance(n)` after n more units, and print inside `with meter.aside()`.
    """
    stream = sys.stderr if stream is None else stream
    if stream is None or not _can_draw(stream):  # stderr is None when a program starts with it closed
        yield Silence()
        return
    drawn = _rich_progress(stream, unit)
    task = drawn.add_task(label, total=total)
    with drawn:
        yield Bar(drawn, task)


def _can_draw(stream: IO[str]) -> bool:
    """Whether a line on this stream can be wiped away again."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def _rich_progress(stream: IO[str], unit: str) -> Progress:
    from rich.console import Console, ConsoleDimensions
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn
    from rich.text import Text

    class Pace(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = believed_speed(task.completed, task.elapsed)
            return Text("  ".join(filter(None, (rate(speed, unit), time_left(task.remaining, speed)))))

    class Short(Console):
        """The terminal less what it writes behind the bar on an interrupt: that must not begin a line of its own."""

        @property
        def size(self) -> ConsoleDimensions:
            columns, rows = super().size
            return ConsoleDimensions(max(1, columns - len(INTERRUPTED)), rows)

        @size.setter
        def size(self, new_size: tuple[int, int]) -> None:
            raise AttributeError("it is the terminal's")

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        Pace(),
        console=Short(file=stream, highlight=False, markup=False, emoji=False),
        transient=True,
        expand=True,
        redirect_stdout=False,  # results go where they went before; messages are printed aside
        redirect_stderr=False,
    )


def believed_speed(completed: float, seconds: float | None) -> float | None:
    """Units in a second since the start; None before there is evidence for it.

    >>> believed_speed(30, 10.0), believed_speed(4, 0.0002)
    (3.0, None)
    """
    if not completed or seconds is None or seconds < EVIDENCE:
        return None
    return completed / seconds


def time_left(remaining: float | None, speed: float | None) -> str:
    """Minutes and seconds until the end, as far as it is known.

    >>> time_left(100, 2.0), time_left(40_000, 10.0), time_left(5, None)
    ('0:50 left', '1:06:40 left', '')
    """
    if not remaining or not speed:
        return ""
    minutes, seconds = divmod(int(remaining / speed), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"


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
