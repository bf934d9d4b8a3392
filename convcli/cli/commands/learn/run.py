"""What `learn` does with its options: read a pair, learn, write, say."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import click
import numpy as np
from numpy.typing import NDArray

from convcli.cli.app import stop
from convcli.cli.arguments.drawings import is_drawing
from convcli.cli.commands.learn.asked import LearnOptions
from convcli.cli.commands.learn.judging import judged
from convcli.cli.commands.learn.outputs import check_outputs, save_course, save_kernel, save_residual
from convcli.core.learning.descent import Course, descend
from convcli.core.learning.judged import Judged
from convcli.core.learning.lesson import Lesson
from convcli.core.learning.pairing import correlated_anchor, prepare
from convcli.core.learning.pairs import CHUNKS
from convcli.core.learning.result import Learned
from convcli.core.quantities import plain, short
from convcli.errors import UsageError
from convcli.images.picture import Picture
from convcli.report.learn.record import learn_record
from convcli.report.learn.text import descent_lines, learned_lines
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.progress import Silence, progress
from convcli.report.printing.wrapping import terminal_width

STEPS = 20_000


def learn_from(options: LearnOptions) -> None:
    """Run `learn` on two inputs."""
    _check_usage(options)
    check_outputs(options)
    with ThreadPoolExecutor(2) as readers:
        first, second = readers.map(options.read_plainly, (options.before, options.after))
    pair = first, second
    options.hint(*pair)
    for name, picture in zip(("BEFORE", "AFTER"), pair, strict=True):
        for note in _remarks(picture, options):
            options.remark(f"{name}: {note}")
    found, words, course, left = _learn(*pair, options)
    _save(found, course, left, options)
    _say(found, words, course, pair, options)
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
    before: Picture, after: Picture, options: LearnOptions
) -> tuple[list[Learned], list[Judged], Course | None, NDArray[np.float32] | None]:
    """The kernels, what is to be said of them, how the descent went, and the residual map, where they are wanted."""
    pairs = prepare(
        before.pixels,
        after.pixels,
        options.kernel_size,
        channels=options.channels,
        border=options.border,
        anchor=correlated_anchor(options.anchor, options.kernel_size, options.mode),
        keep_clamped=options.keep_clamped,
        counts=(_opaque(before), _opaque(after)),
    )
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


def _opaque(picture: Picture) -> NDArray[np.bool_] | None:
    """Which samples count: those of the picture's largest alpha; None where all are of one alpha.

    What a kernel makes of transparent colours depends on who applied it; of even alpha, every tool makes the same.
    """
    alpha = picture.alpha
    if alpha is None or bool((alpha == alpha.flat[0]).all()):
        return None
    return np.asarray(alpha == np.fmax.reduce(alpha, axis=None))


def _remarks(picture: Picture, options: LearnOptions) -> tuple[str, ...]:
    """The reader's notes, and what is done with alpha."""
    if _opaque(picture) is None:
        return options.remarks_on(picture)
    return (*picture.notes, "alpha is left out, and so are windows and pixels that are not opaque")


def _save(
    found: Sequence[Learned], course: Course | None, left: NDArray[np.float32] | None, options: LearnOptions
) -> None:
    for output in options.outputs:
        if is_drawing(output):
            assert course is not None
            save_course(course, output, options)
        else:
            save_kernel(found, output, options.anchor, force=options.force, channels=options.channels)
            biases = ",".join(repr(one.bias) for one in found)
            options.remark(f"{output}: apply it with -k @{output} --bias {biases}")
    if left is not None and options.residual is not None:
        largest = save_residual(left, options.residual, force=options.force)
        words = f"AFTER minus the kernel's result, the strongest colour being {short(largest)}"
        options.remark(f"{options.residual}: {words}")


def _say(
    found: Sequence[Learned],
    words: Sequence[Judged],
    course: Course | None,
    pair: tuple[Picture, Picture],
    options: LearnOptions,
) -> None:
    seed = options.seed or 0
    if options.as_json:
        sources = pair[0].source, pair[1].source
        record = learn_record(found, words, options.mode, sources, options.channels, options.anchor, course, seed)
        click.echo(json_line(record))
        return
    if "-" in options.destinations:
        return
    opaque, width = all(_opaque(picture) is None for picture in pair), terminal_width(sys.stdout)
    whole = pair[1].pixels.dtype.kind in "iu"
    for index, (one, its) in enumerate(zip(found, words, strict=True)):
        if len(found) > 1:
            click.echo(f"kernel {index}:")  # no matrix begins so: several are never read back as one
        lines = learned_lines(one, its, options.anchor, whole_numbers=whole, opaque=opaque, width=width)
        click.echo("\n".join(lines))
    if course:
        click.echo("\n".join(descent_lines(course, seed, width)))
