"""What `learn` does with its options: read a pair, learn, write, say."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
from numpy.typing import NDArray

from convcli.cli.app import stop
from convcli.cli.arguments.drawings import is_drawing
from convcli.cli.commands.learn.asked import LearnOptions
from convcli.cli.commands.learn.judging import judged
from convcli.cli.commands.learn.outputs import check_outputs
from convcli.cli.commands.learn.pairs_of_folders import is_folders
from convcli.cli.commands.learn.reading import Read, remarks
from convcli.cli.commands.learn.telling import Told, save, say
from convcli.core.learning.descent import Course, descend
from convcli.core.learning.judged import Judged
from convcli.core.learning.lesson import Lesson
from convcli.core.learning.pairs import CHUNKS
from convcli.core.learning.result import Learned
from convcli.core.quantities import plain
from convcli.errors import UsageError
from convcli.report.printing.progress import Silence, progress

STEPS = 20_000


def learn_from(options: LearnOptions) -> None:
    """Run `learn` on two inputs."""
    _check_usage(options)
    check_outputs(options)
    if is_folders(options.before, options.after) or options.cluster is not None:
        from convcli.cli.commands.learn.several_pairs import learn_from_pairs

        learn_from_pairs(options)
        return
    pair = Read.of(options.before, options.after, options)
    options.hint(*pair)
    for name, picture in zip(("BEFORE", "AFTER"), pair, strict=True):
        for note in remarks(picture, options):
            options.remark(f"{name}: {note}")
    found, words, course, left = _learn(pair, options)
    save(found, course, left, options)
    whole = pair.after.pixels.dtype.kind in "iu"
    told = Told((pair.before.source, pair.after.source), opaque=pair.all_count, whole_numbers=whole)
    say(found, words, course, told, options)
    if not all(its.explained for its in words):
        stop(1)


def _check_usage(options: LearnOptions) -> None:
    if options.noise < 0:
        raise UsageError(f"--noise: {plain(options.noise)} is not allowed; give an RMS of 0 or more")
    if options.before == options.after == "-":
        raise UsageError("stdin can be read once: only one of BEFORE and AFTER may be '-'")
    if not options.descend:
        given = [name for name in ("steps", "rate", "seed") if getattr(options, name) is not None]
        if given:
            raise UsageError(f"--{given[0]} belongs to --descend; least squares has no steps")
        moving = [out for out in options.outputs if is_drawing(out)]
        if moving:
            raise UsageError(f"{moving[0]} would show the kernel taking shape: add --descend")
    elif options.rate is not None and options.rate <= 0:
        raise UsageError(f"--rate: {plain(options.rate)} is not allowed; give a number above 0")
    if options.as_json and "-" in options.destinations:
        raise UsageError("--json and an output cannot both go to stdout; give -o a file")


def _learn(
    pair: Read, options: LearnOptions
) -> tuple[list[Learned], list[Judged], Course | None, NDArray[np.float32] | None]:
    """The kernels, what is to be said of them, how the descent went, and the residual map, where they are wanted."""
    pairs = pair.paired(options)
    left = np.empty(pairs.after.shape, np.float32) if options.residual else None
    steps = (options.steps or STEPS) if options.descend else 0
    meter = nullcontext(Silence()) if options.quiet else progress(2 * CHUNKS + steps, "learn")
    with meter as bar:
        lesson = Lesson(pairs, options.mode, options.jobs, bar.advance, left)
        best = found = lesson.learn()
        course = None
        if options.descend:
            seed, rate = options.seed or 0, options.rate
            found, course = descend(lesson, seed=seed, steps=steps, rate=rate, advance=lesson.advance)
        words = judged(found, best, pairs, options, bar.advance)
    return found, words, course, left
