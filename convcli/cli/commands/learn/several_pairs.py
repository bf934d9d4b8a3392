"""`learn` from several pairs, or on a cluster: pass by pass over all pairs, one in memory at a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import NamedTuple

import click
import numpy as np

from convcli.cli.app import stop
from convcli.cli.asked import remark
from convcli.cli.commands.learn.asked import LearnOptions
from convcli.cli.commands.learn.judging import judged_by, wider_of
from convcli.cli.commands.learn.pairs_of_folders import Pair, Paired, is_folders, paired
from convcli.cli.commands.learn.passes import Here, Looked, Place
from convcli.cli.commands.learn.reading import Read
from convcli.cli.commands.learn.telling import Told, save, say
from convcli.cli.spelling import spelled
from convcli.core.learning.descent import Course, descend
from convcli.core.learning.explained import explained_on
from convcli.core.learning.grid import epsilon
from convcli.core.learning.judged import Judged
from convcli.core.learning.lesson import Lesson
from convcli.core.learning.pairing import check_unknowns
from convcli.core.learning.result import Learned
from convcli.core.learning.several import Several, Sort, Survey
from convcli.errors import FileError, GeometryError, UsageError, printable
from convcli.report.apply.closing import closing_line
from convcli.report.printing.progress import Meter, Silence, progress

PASSES = 4  # ranges, sums, and what the kernel leaves, twice as a rule
STEPS = 20_000


class _Found(NamedTuple):
    """Pairs that can be learned from, in their order, and what was found of each."""

    pairs: list[Pair]
    looked: list[Looked]

    @property
    def surveys(self) -> tuple[Survey, ...]:
        return tuple(its.survey for its in self.looked if its.survey is not None)


def learn_from_pairs(options: LearnOptions) -> None:
    """Learn one kernel from all pairs of two folders, here or on a cluster."""
    folders = is_folders(options.before, options.after)
    _check(options, folders=folders)
    of = paired(options.before, options.after) if folders else Paired((Pair(options.before, options.after),), ())
    for words in of.remarks:
        options.remark(words)
    with ExitStack() as stack:
        place = _place(of.pairs, options, stack)
        found = _looked_at(place, of.pairs, options, alone=not folders)
        if folders:
            failed = len(of.pairs) - len(found.pairs)
            remark(closing_line(len(found.pairs), failed), options.quiet and not failed)
        if not found.pairs:
            stop(3)
        several = _several(found, place)
        kernels, words_of, course = _learn(several, found.pairs[0], options)
    save(kernels, course, None, options)
    whole = several.surveys[0].sort.types[1].startswith(("int", "uint"))
    opaque = all(its.opaque for its in found.looked)
    told = Told((options.before, options.after), opaque, whole, len(found.pairs) if folders else None)
    say(kernels, words_of, course, told, options)
    if len(found.pairs) < len(of.pairs):
        stop(3)
    if not all(its.explained for its in words_of):
        stop(1)


def _check(options: LearnOptions, *, folders: bool) -> None:
    if options.residual is not None:
        why = "one pair has a map of what is left, and here are many" if folders else "--cluster gives sums, and no map"
        raise UsageError(f"--residual: {why}")
    if "-" in (options.before, options.after):
        raise UsageError("--cluster: stdin can be read on this machine alone; save it to a file")


def _place(pairs: Sequence[Pair], options: LearnOptions, stack: ExitStack) -> Place:
    if options.cluster is None:
        return Here(tuple(pairs), options)
    from convcli.cli.commands.learn.cluster import on_cluster

    return stack.enter_context(on_cluster(options.cluster, pairs, options))


def _meter(options: LearnOptions, total: int) -> AbstractContextManager[Meter]:
    return nullcontext(Silence()) if options.quiet else progress(total, "learn")


def _looked_at(place: Place, pairs: Sequence[Pair], options: LearnOptions, *, alone: bool) -> _Found:
    """The first pass; what is wrong with a pair is said, and the others go on."""
    found, hints = _Found([], []), dict[str, None]()
    with _meter(options, len(pairs)) as bar:
        for pair, looked in zip(pairs, place.looks(), strict=True):
            looked = _fitting(looked, found.surveys[0].sort if found.pairs else None)
            if looked.error is not None and alone:
                raise looked.error
            with bar.aside():
                _say_of(pair, looked, options)
            hints.update(dict.fromkeys(looked.hints))
            if looked.error is None:
                found.pairs.append(pair)
                found.looked.append(looked)
            bar.advance()
    for line in hints:
        options.remark(line)
    return found


def _fitting(looked: Looked, first: Sort | None) -> Looked:
    """The same, with an error where its samples are of another sort than those of the first."""
    differing = first.differing(looked.survey.sort) if first and looked.survey else ""
    return Looked(error=GeometryError(differing)) if differing else looked


def _say_of(pair: Pair, looked: Looked, options: LearnOptions) -> None:
    for note in looked.notes:
        options.remark(note)
    if looked.error is not None:
        words = spelled(looked.error, click.get_current_context().command)
        where = "" if isinstance(looked.error, FileError) else f"{printable(pair.before)}, {printable(pair.after)}: "
        remark(f"Error: {where}{words}", quiet=False)


def _several(found: _Found, place: Place) -> Several:
    shape = found.looked[0].shape
    assert shape is not None
    several = Several(shape, found.surveys, place.only(found.pairs))
    check_unknowns(several.size, several.weights, several.count)
    return several


def _learn(several: Several, first: Pair, options: LearnOptions) -> tuple[list[Learned], list[Judged], Course | None]:
    steps = (options.steps or STEPS) if options.descend else 0
    with _meter(options, (PASSES - 1) * len(several.surveys) + steps) as bar:
        lesson = Lesson(several, options.mode, options.jobs, bar.advance)
        best = found = lesson.learn()
        course = None
        if options.descend:
            seed = options.seed or 0
            found, course = descend(lesson, seed=seed, steps=steps, rate=options.rate, advance=lesson.advance)
        rounding = max(epsilon(np.dtype(kind)) for kind in several.surveys[0].sort.types)
        verdict = explained_on(best, several.grid.step, several.reach, rounding, noise=options.noise)
        wider = None if all(verdict.holds) else _wider(first, options, bar, among=len(several.surveys) > 1)
    return found, judged_by(verdict, found, wider, options), course


def _wider(first: Pair, options: LearnOptions, bar: Meter, *, among: bool) -> tuple[int, int] | None:
    """A size that explains the first pair; of several pairs a larger one: the same says nothing of the others."""
    pairs = Read.of(*first, options).paired(options, among_others=among)
    size = wider_of(pairs, options, bar.advance)
    return None if among and size == options.kernel_size else size
