"""Batch: many pictures through one layer, file by file, flat in memory.

One picture gets all threads for its bands.  Several pictures get a thread
each, so that one is decoded while another is correlated and a third encoded;
at most `jobs` pictures are held at a time, and what is kept of a finished one
is its facts.  A file that fails stops nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from convcli import images
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.large import (
    Approach,
    NotByRowsError,
    approached,
    asked_for,
    held,
    in_memory,
    refuse_memory,
    refused,
    too_large,
)
from convcli.cli.commands.apply.outcome import Done, Made, Once, Show
from convcli.cli.commands.apply.pipeline import Result, run
from convcli.core.threads import processors, team
from convcli.errors import ConvcliError, InputError, TooLargeError
from convcli.images.formats import default_format, format_named
from convcli.images.picture import Picture
from convcli.report.apply.record import facts

if TYPE_CHECKING:
    from convcli.cli.commands.apply.hands import Hands
    from convcli.images.frames import Frames
    from convcli.report.drawing.marks import Drawing

NO_MEMORY = "there is not enough memory for the picture and its response"
AHEAD = 32  # pictures that are lined up, at least: their facts are kept until it is their turn


def run_all(tasks: Sequence[Task], options: ApplyOptions, show: Show | None, *, alone: bool = False) -> Iterator[Done]:
    """Run every task and yield the outcomes in the order of the inputs; one that is `alone` shows its progress."""
    if len(tasks) == 1:
        yield run_one(tasks[0], options, show, options.jobs, alone=alone)
        return
    workers = max(1, min(options.jobs or processors(), len(tasks)))
    if workers == 1:
        for task in tasks:
            yield run_one(task, options, show, 1)
        return
    threads, waiting = team(workers), deque[Future[Done]]()
    try:
        for task in tasks:
            if len(waiting) >= max(AHEAD, 2 * workers):
                yield waiting.popleft().result()
            waiting.append(threads.submit(run_one, task, options, show, 1))
        while waiting:
            yield waiting.popleft().result()
    finally:
        for outcome in waiting:
            outcome.cancel()  # an interrupt does not wait for pictures under way


def run_one(
    task: Task,
    options: ApplyOptions,
    show: Show | None,
    jobs: int | None,
    *,
    alone: bool = False,
    hands: Hands | None = None,
) -> Done:
    """One input and all its outputs, on so many threads; `hands` compute the rows where it goes by rows."""
    try:
        with approached(task, options) as way:
            done = _streamed(way, task, options, jobs, alone=alone, hands=hands)
            if done is not None:
                return done
            read = _read(way, task, options, show, jobs)
        # Handed over, not kept here; and the file is closed, for it may be the one that is written.
        if isinstance(read, Done):
            return read
        if asked_for(task, options):
            refuse_memory(read[0], options)
            from convcli.cli.commands.apply.row_run import run_rows

            return run_rows(in_memory(read.pop()), task, options, jobs, alone=alone)
        return _run_picture(read.pop(), task, options, show, jobs)
    except TooLargeError as error:
        return Done(task.source, error=too_large(error, task.source))
    except ConvcliError as error:
        return Done(task.source, error=error)
    except MemoryError:
        return Done(task.source, error=InputError(task.source, NO_MEMORY))


def _streamed(
    way: Approach, task: Task, options: ApplyOptions, jobs: int | None, *, alone: bool, hands: Hands | None
) -> Done | None:
    """What became of an input that was read and written by rows; None where the ordinary way is open to it."""
    if way.rows is None or not way.streamed:
        return None
    from convcli.cli.commands.apply.row_run import run_rows  # most pictures need none of it

    try:
        return run_rows(way.rows, task, options, jobs, alone=alone, hands=hands)
    except NotByRowsError as error:
        if way.forced:
            raise refused(error, way, task, options) from error
        return None


def _read(
    way: Approach, task: Task, options: ApplyOptions, show: Show | None, jobs: int | None
) -> Done | list[Picture]:
    """The picture of an input, or what became of its frames."""
    if way.rows is not None and way.held:
        return [held(way.rows, task.source)]
    with options.opened(task.source, way.stdin.stream if way.stdin else None) as given:
        frames = given.frames()
        if frames is not None and not (frames.together and options.frames is None):
            if asked_for(task, options):
                raise NotByRowsError(f"{task.source} has {frames.count} {frames.noun}s; one picture is written by rows")
            return _run_frames(frames, task, options, show, jobs)
        if options.frames is not None:
            options.frames.check_one(task.source)
        return [given.picture()]


def _run_picture(
    picture: Picture | None, task: Task, options: ApplyOptions, show: Show | None, jobs: int | None
) -> Done:
    assert picture is not None
    done = Done(task.source, facts(picture), notes=picture.notes)
    try:
        for part in task.parts:
            assert picture is not None
            file_format = part.format or default_format(picture.kind).name
            result = run(picture, part.settings, file_format, jobs)
            if part is task.parts[-1]:
                picture = None  # its memory is the encoder's now
            own = part.to(part.target and images.numbered(part.target))
            made, remarks = _write(result, own, file_format, options, show)
            done = replace(done, made=(*done.made, made), notes=(*done.notes, *result.notes, *remarks))
    except ConvcliError as error:
        return replace(done, error=error)
    return done


def _run_frames(frames: Frames, task: Task, options: ApplyOptions, show: Show | None, jobs: int | None) -> Done:
    """Every frame that an output can hold, for each output."""
    from convcli.cli.commands.apply.moving import Reel, which_frames

    done = Done(task.source)
    notes = dict.fromkeys(frames.notes)
    for part in task.parts:
        file_format = part.format or default_format("picture").name
        which, remarks = which_frames(frames, options.frames, part, file_format)
        notes.update(dict.fromkeys(remarks))
        reel = Reel(frames, task.source, part, file_format, which, options, jobs)
        if part.each_frame or len(which) == 1:
            for picture, result, own in reel.one_by_one():
                made, said = _write(result, own, file_format, options, show)
                notes.update(dict.fromkeys(said))
                done = done.with_made(facts(picture), made)
        else:
            done = done.with_made(*reel.together(show))
        notes.update(reel.notes)
    whole = done.input and replace(done.input, frames=frames.count)
    return replace(done, input=whole, notes=tuple(notes))


def _write(
    result: Result, part: Part, file_format: str, options: ApplyOptions, show: Show | None
) -> tuple[Made, Sequence[str]]:
    # The smallest and largest value are looked for where a record will say them.
    made = Made(part, result.without_samples(), facts(result.picture, measure=options.as_json), file_format)
    if show is not None:
        show(result)
    if part.target is None:
        return made, ()
    notes = () if result.sheet is None else _lettering(result.sheet.drawing, file_format)
    if result.sheet is not None and format_named(file_format).kind == "drawing":
        return made, [*notes, *_write_sheet(result.sheet.drawing, result.picture, part.target, file_format, options)]
    lost = images.write(
        result.picture,
        part.target,
        format=file_format,
        quality=90 if options.quality is None else options.quality,
        png_level=options.png_level,
        force=options.force,
        layout=options.layout,
        strip=options.strip,
    )
    return made, [*notes, *lost]


def _lettering(sheet: Drawing, file_format: str) -> Sequence[str]:
    """What is said of a sheet's words that no font could letter."""
    from convcli.report.language.unlettered import remarks

    return [Once(words) for words in remarks(sheet, as_text=file_format == "svg")]


def _write_sheet(
    sheet: Drawing, picture: Picture, target: str, file_format: str, options: ApplyOptions
) -> Sequence[str]:
    """Write a sheet's lines and text; what is said of the metadata that its format cannot hold."""
    from convcli.cli.arguments.drawings import write_vectors
    from convcli.images.metadata.carrying import carried

    write_vectors(sheet, target, file_format, force=options.force)
    return () if options.strip or picture.metadata.is_plain else carried(picture, format_named(file_format))[1]
