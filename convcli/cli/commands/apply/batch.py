"""Batch: many pictures through one layer, file by file, flat in memory.

One picture gets all threads for its bands.  Several pictures get a thread
each, so that one is decoded while another is correlated and a third encoded;
at most `jobs` pictures are held at a time, and what is kept of a finished one
is its facts.  A file that fails stops nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from convcli import images
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.pipeline import Result, run
from convcli.core.threads import processors, team
from convcli.errors import ConvcliError, InputError
from convcli.images.formats import default_format
from convcli.images.picture import Picture
from convcli.report.apply.record import Facts, facts

AHEAD = 32  # pictures that are lined up, at least: their facts are kept until it is their turn


Show = Callable[[Picture], None]  # called with each result before it is written


@dataclass(frozen=True, eq=False)
class Made:
    """One output's facts."""

    part: Part
    result: Result
    facts: Facts
    format: str


@dataclass(frozen=True, eq=False)
class Done:
    """One input's outcome.

    Attributes:
        source: the input.
        input: what was read; None when reading failed.
        made: one per output.
        notes: remarks of the reader and the writer.
        error: why it failed, or None.
    """

    source: str
    input: Facts | None = None
    made: tuple[Made, ...] = ()
    notes: tuple[str, ...] = ()
    error: ConvcliError | None = None


def run_all(tasks: Sequence[Task], options: ApplyOptions, show: Show | None) -> Iterator[Done]:
    """Run every task and yield the outcomes in the order of the inputs."""
    if len(tasks) == 1:
        yield _run_one(tasks[0], options, show, options.jobs)
        return
    workers = max(1, min(options.jobs or processors(), len(tasks)))
    if workers == 1:
        for task in tasks:
            yield _run_one(task, options, show, 1)
        return
    threads, waiting = team(workers), deque[Future[Done]]()
    try:
        for task in tasks:
            if len(waiting) >= max(AHEAD, 2 * workers):
                yield waiting.popleft().result()
            waiting.append(threads.submit(_run_one, task, options, show, 1))
        while waiting:
            yield waiting.popleft().result()
    finally:
        for outcome in waiting:
            outcome.cancel()  # an interrupt does not wait for pictures under way


def _run_one(task: Task, options: ApplyOptions, show: Show | None, jobs: int | None) -> Done:
    done = Done(task.source)
    try:
        picture: Picture | None = options.read(task.source)
        assert picture is not None
        done = replace(done, input=facts(picture), notes=picture.notes)
        for part in task.parts:
            assert picture is not None
            file_format = part.format or default_format(picture.kind).name
            result = run(picture, part.settings, file_format, jobs)
            if part is task.parts[-1]:
                picture = None  # its memory is the encoder's now
            made, remarks = _write(result, part, file_format, options, show)
            done = replace(done, made=(*done.made, made), notes=(*done.notes, *remarks))
    except ConvcliError as error:
        return replace(done, error=error)
    except MemoryError:
        return replace(
            done, error=InputError(task.source, "there is not enough memory for the picture and its response")
        )
    return done


def _write(
    result: Result, part: Part, file_format: str, options: ApplyOptions, show: Show | None
) -> tuple[Made, Sequence[str]]:
    # The smallest and largest value are looked for where a record will say them.
    made = Made(part, result.without_samples(), facts(result.picture, measure=options.as_json), file_format)
    if show is not None:
        show(result.picture)
    if part.target is None:
        return made, ()
    return made, images.write(
        result.picture,
        part.target,
        format=file_format,
        quality=90 if options.quality is None else options.quality,
        png_level=options.png_level,
        force=options.force,
        layout=options.layout,
        strip=options.strip,
    )
