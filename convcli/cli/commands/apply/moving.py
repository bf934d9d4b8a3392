"""Moving pictures, and documents of several pages: every frame through one layer, one at a time.

A display that depends on the range of the responses takes the range over all
frames, so that nothing flickers: then the frames are gone through twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from convcli import images
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part
from convcli.cli.commands.apply.outcome import Made, Show
from convcli.cli.commands.apply.pipeline import Result, Settings, keeps_raw, planned, run
from convcli.cli.commands.apply.rendering import displays_of
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.displays import DISPLAYS
from convcli.errors import OptionError, many
from convcli.files import check_target
from convcli.images.codec import Moving
from convcli.images.formats import FORMATS, format_named, moving_names
from convcli.images.frames import ALL, Choice, Frame, Frames
from convcli.images.picture import Picture
from convcli.report.apply.record import Facts, facts

PAGE_MS = 100.0
TIMES_LOST = "TIFF has pages and no times: how long each frame is shown is not kept"
TIMES_MADE = f"pages have no times: each is shown for {PAGE_MS:.0f} ms"


def which_frames(frames: Frames, asked: Choice | None, part: Part, file_format: str) -> tuple[range, tuple[str, ...]]:
    """The numbers of the frames that an output is made of, and what is said of the others.

    Raises:
        OptionError: more than one were asked for, and the output holds one; or there is no such frame.
        InputError: they are too many, or too large.
    """
    several = format_named(file_format).several
    if asked is not None:
        which = frames.chosen(asked)
        if len(which) > 1 and not several and not part.each_frame and part.target is not None:
            raise OptionError("frames", asked.text, f"{_label(file_format)} holds one picture; {_remedy()}")
        return (which[:1] if part.target is None else which), ()
    if part.each_frame or (part.target is not None and several in (frames.noun, "page")):
        return frames.chosen(ALL), ()
    first = f"only the first of {frames.count} {frames.noun}s is taken"
    if part.target is None:
        return range(1), (first,)
    if several:
        return range(1), (f"{first}; --frames all makes an animation of them, .tiff keeps {frames.noun}s",)
    return range(1), (f"{first}: {_label(file_format)} holds one picture; {_remedy()}",)


def _label(file_format: str) -> str:
    return FORMATS.find(file_format).label


def _remedy() -> str:
    suffixes = " ".join(FORMATS.find(name).outputs[0] for name in moving_names())
    return f"{suffixes} hold several, {{frame}} in -o makes a file of each"


class Filtered(NamedTuple):
    """One frame, its number, and what became of it."""

    number: int
    frame: Frame
    result: Result


@dataclass(eq=False)
class Reel:
    """The frames of one input on their way to one output.

    Attributes:
        which: their numbers.
        notes: what was said of them so far.
    """

    frames: Frames
    source: str
    part: Part
    file_format: str
    which: range
    options: ApplyOptions
    jobs: int | None
    notes: dict[str, None] = field(default_factory=dict)

    def one_by_one(self) -> Iterator[tuple[Picture, Result, Part]]:
        """Each frame with its result, for a file of its own."""
        last = self.frames.count - 1
        parts = {
            number: self.part.to(self.part.target and images.numbered(self.part.target, number, last))
            for number in self.which
        }
        left = self.options.skip_existing
        wanted = {n: part for n, part in parts.items() if not (left and part.target and os.path.lexists(part.target))}
        for part in wanted.values():
            if part.target is not None:
                check_target(part.target, force=self.options.force)
        for number, frame, result in self._filtered(wanted):
            yield frame.picture, result, parts[number]

    def together(self, show: Show | None) -> tuple[Facts, Made]:
        """All frames in one file; the first is shown."""
        account = Account(measured=self.options.as_json)
        self._note_what(format_named(self.file_format).several)
        assert self.part.target is not None
        moving = Moving(self._accounted(account, show), len(self.which), self.frames.plays)
        written = images.write_frames(
            moving,
            self.part.target,
            format=self.file_format,
            quality=90 if self.options.quality is None else self.options.quality,
            png_level=self.options.png_level,
            force=self.options.force,
            layout=self.options.layout,
            strip=self.options.strip,
        )
        self.notes.update(dict.fromkeys(written))
        return account.given, Made(self.part, account.result, account.made, self.file_format)

    def _accounted(self, account: Account, show: Show | None) -> Iterator[Frame]:
        for _, frame, result in self._filtered(dict.fromkeys(self.which)):
            if show is not None and account.is_empty:
                show(result)
            account.take(frame.picture, result)
            yield Frame(result.picture, PAGE_MS if frame.ms is None else frame.ms)

    def _note_what(self, several: str) -> None:
        animated = f", an animated {_label(self.file_format)}" if several == "frame" else ""
        self.notes[f"{many(len(self.which), self.frames.noun)}{animated}"] = None
        if several != self.frames.noun:
            self.notes[TIMES_LOST if several == "page" else TIMES_MADE] = None

    def _filtered(self, wanted: dict[int, Part] | dict[int, None]) -> Iterator[Filtered]:
        ranges = self._ranges()
        for number, frame in self._pictures():
            self.notes.update(dict.fromkeys(frame.picture.notes))
            if number not in wanted:
                continue
            shared = ranges.get(_kind(frame.picture))
            result = run(frame.picture, self.part.settings, self.file_format, self.jobs, shared)
            self.notes.update(dict.fromkeys(result.notes))
            yield Filtered(number, frame, result)
            if shared is not None:
                shared.not_finite = 0  # those of all frames are told with the first

    def _ranges(self) -> dict[object, RangeSink]:
        """The range of the responses over all frames of a kind, where their display depends on it."""
        if len(self.which) == 1 or self.part.settings.range is not None:
            return {}
        found: dict[object, list[RangeSink]] = {}
        for _, frame in self._pictures():
            range_ = _range(frame.picture, self.part.settings, self.file_format, self.jobs)
            if range_ is None:
                return {}
            found.setdefault(_kind(frame.picture), []).append(range_)
        return {kind: RangeSink.joined(ranges) for kind, ranges in found.items()}

    def _pictures(self) -> Iterator[tuple[int, Frame]]:
        for number, frame in zip(self.which, self.frames.read(self.which, self._tell), strict=False):
            yield number, Frame(replace(frame.picture, source=self.source), frame.ms)

    def _tell(self, note: str) -> None:
        self.notes[note] = None


def _range(picture: Picture, settings: Settings, file_format: str, jobs: int | None) -> RangeSink | None:
    """The range of one picture's responses, where their display depends on it; None where it does not."""
    settings, _ = settings.of(picture)
    _, response = planned(picture, settings, jobs)
    displays = displays_of(response, settings.kernels, settings.combine, settings.display)
    ranged = any(DISPLAYS.find(display).needs_range for display in displays)
    raw = keeps_raw(format_named(file_format), settings, picture, response)
    return response.range() if ranged and not raw else None


def _kind(picture: Picture) -> object:
    """Frames of one kind have one range of responses: pages may differ."""
    return picture.pixels.dtype, picture.channels


class Account:
    """What came out of several frames, added up as they go by.

    Args:
        measured: whether smallest and largest values are looked for.

    Attributes:
        given, result, made: of the first frame, with the counts and extremes of all; there after the first.
    """

    given: Facts
    result: Result
    made: Facts

    def __init__(self, *, measured: bool) -> None:
        self._measured = measured
        self.is_empty = True

    def take(self, picture: Picture, result: Result) -> None:
        """Add one frame."""
        more = facts(result.picture, measure=self._measured)
        if self.is_empty:
            self.given, self.result, self.made = facts(picture), result.without_samples(), more
            self.is_empty = False
            return
        self.made = self.made.joined(more)
        seconds, not_finite = self.result.seconds + result.seconds, self.result.not_finite + result.not_finite
        clipped = self.result.clipped.plus(result.clipped)
        self.result = replace(self.result, seconds=seconds, not_finite=not_finite, clipped=clipped)
