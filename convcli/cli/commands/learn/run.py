"""What `learn` does with its options: read a pair, learn, write, say."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from convcli import images
from convcli.cli import options
from convcli.cli.arguments.drawings import is_animation
from convcli.cli.commands.learn.named import named_kernels
from convcli.cli.commands.learn.outputs import check_outputs, save_animation, save_kernel, save_residual
from convcli.core.learning.descent import Course, descend
from convcli.core.learning.lesson import Lesson
from convcli.core.learning.match import Match, match
from convcli.core.learning.pairing import prepare
from convcli.core.learning.pairs import CHUNKS
from convcli.core.learning.result import Learned
from convcli.errors import UsageError
from convcli.images.picture import Picture
from convcli.report.learn.record import course_record, learn_record
from convcli.report.learn.text import descent_lines, learned_lines
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.progress import Silence, progress

Chosen = dict[str, Any]
STEPS = 20_000


def learn_from(before: str, after: str, chosen: Chosen) -> None:
    """Run `learn` on two inputs."""
    _check_usage(before, after, chosen)
    check_outputs([*chosen["outputs"], chosen["residual"]], force=chosen["force"], sources=(before, after))
    with ThreadPoolExecutor(2) as readers:
        first, second = readers.map(lambda source: _read(source, chosen), (before, after))
    pair = first, second
    for name, picture in zip(("BEFORE", "AFTER"), pair, strict=True):
        for note in (*picture.notes, *(["alpha is left out"] if picture.alpha is not None else [])):
            options.remark(f"{name}: {note}", chosen["quiet"])
    found, course, left = _learn(*pair, chosen)
    matches = [_match(one) for one in found]
    _save(found, course, left, chosen)
    _say(found, matches, course, pair, chosen)


def _check_usage(before: str, after: str, chosen: Chosen) -> None:
    if before == after == "-":
        raise UsageError("stdin can be read once: only one of BEFORE and AFTER may be '-'")
    if not chosen["descend"]:
        given = [name for name in ("steps", "rate", "seed") if chosen[name] is not None]
        if given:
            raise UsageError(f"--{given[0]} belongs to --descend; least squares has no steps")
        moving = [out for out in chosen["outputs"] if is_animation(out)]
        if moving:
            raise UsageError(f"{moving[0]} would show the kernel taking shape: add --descend")
    elif chosen["rate"] is not None and chosen["rate"] <= 0:
        raise UsageError(f"--rate: {chosen['rate']:g} is not allowed; give a number above 0")
    if chosen["as_json"] and "-" in (*chosen["outputs"], chosen["residual"]):
        raise UsageError("--json and an output cannot both go to stdout; give it a file")


def _read(source: str, chosen: Chosen) -> Picture:
    return images.read(source, **{name: chosen[name] for name in ("max_pixels", "allow_truncated", "layout")})


def _learn(
    before: Picture, after: Picture, chosen: Chosen
) -> tuple[list[Learned], Course | None, NDArray[np.float32] | None]:
    """The kernels, how the descent went, and the residual map, where they are wanted."""
    pairs = prepare(
        before.pixels,
        after.pixels,
        *(chosen[name] for name in ("kernel_size", "channels", "border_included", "keep_clamped")),
    )
    left = np.empty(pairs.after.shape, np.float32) if chosen["residual"] else None
    steps = (chosen["steps"] or STEPS) if chosen["descend"] else 0
    meter = nullcontext(Silence()) if chosen["quiet"] else progress(2 * CHUNKS + steps, "learn")
    with meter as bar:
        lesson = Lesson(pairs, chosen["mode"], chosen["jobs"], bar.advance, left)
        if not chosen["descend"]:
            return lesson.learn(), None, left
        found, course = descend(
            lesson,
            seed=chosen["seed"] or 0,
            steps=steps,
            rate=chosen["rate"],
            advance=lesson.advance,
        )
    return found, course, left


def _match(found: Learned) -> Match | None:
    if found.kernel.ndim != 2 or not found.identifiable:
        return None
    size = found.kernel.shape[0], found.kernel.shape[1]
    return match(found.kernel, found.noise, named_kernels(size, flipped=found.mode == "convolve"))


def _save(found: Sequence[Learned], course: Course | None, left: NDArray[np.float32] | None, chosen: Chosen) -> None:
    for output in chosen["outputs"]:
        if is_animation(output):
            assert course is not None
            save_animation(course, output, force=chosen["force"])
        else:
            save_kernel(found, output, force=chosen["force"], channels=chosen["channels"])
            biases = ",".join(repr(one.bias) for one in found)
            options.remark(f"{output}: apply it with -k @{output} --bias {biases}", chosen["quiet"])
    if left is not None:
        largest = save_residual(left, chosen["residual"], force=chosen["force"])
        options.remark(
            f"{chosen['residual']}: AFTER minus the kernel's result, the strongest colour being {largest:.3g}",
            chosen["quiet"],
        )


def _say(
    found: Sequence[Learned],
    matches: Sequence[Match | None],
    course: Course | None,
    pair: tuple[Picture, Picture],
    chosen: Chosen,
) -> None:
    seed = chosen["seed"] or 0
    if chosen["as_json"]:
        record = learn_record(found, matches, chosen["mode"])
        record |= {"before": pair[0].source, "after": pair[1].source, "channels": chosen["channels"]}
        click.echo(json_line(record | ({"descent": course_record(course, seed)} if course else {})))
        return
    if "-" in (*chosen["outputs"], chosen["residual"]):
        return
    for index, (one, its) in enumerate(zip(found, matches, strict=True)):
        if len(found) > 1:
            click.echo(f"kernel {index}:")  # no matrix begins so: several are never read back as one
        click.echo("\n".join(learned_lines(one, its, whole_numbers=pair[1].pixels.dtype.kind in "iu")))
    if course:
        click.echo("\n".join(descent_lines(course, seed)))
