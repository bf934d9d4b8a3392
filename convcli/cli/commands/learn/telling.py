"""What `learn` writes and prints of what it found."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

import click
import numpy as np
from numpy.typing import NDArray

from convcli.cli.arguments.drawings import is_drawing
from convcli.cli.commands.learn.asked import LearnOptions
from convcli.cli.commands.learn.outputs import save_course, save_kernel, save_residual
from convcli.core.learning.descent import Course
from convcli.core.learning.judged import Judged
from convcli.core.learning.result import Learned
from convcli.core.quantities import short
from convcli.report.learn.record import learn_record
from convcli.report.learn.text import descent_lines, learned_lines
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.wrapping import terminal_width


class Told(NamedTuple):
    """What is to be known of the pictures.

    Attributes:
        sources: BEFORE and AFTER.
        opaque: no sample is left out for its alpha.
        whole_numbers: AFTER holds whole numbers.
        pairs: how many were learned from, where there could be several.
    """

    sources: tuple[str, str]
    opaque: bool
    whole_numbers: bool
    pairs: int | None = None


def save(
    found: Sequence[Learned], course: Course | None, left: NDArray[np.float32] | None, options: LearnOptions
) -> None:
    """Write the kernels, how they took shape, and the map of what is left."""
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


def say(
    found: Sequence[Learned],
    words: Sequence[Judged],
    course: Course | None,
    told: Told,
    options: LearnOptions,
) -> None:
    """Print the kernels, or the record of them."""
    seed = options.seed or 0
    if options.as_json:
        record = learn_record(
            found, words, options.mode, told.sources, options.channels, options.anchor, course, seed, told.pairs
        )
        click.echo(json_line(record))
        return
    if "-" in options.destinations:
        return
    width = terminal_width(sys.stdout)
    for index, (one, its) in enumerate(zip(found, words, strict=True)):
        if len(found) > 1:
            click.echo(f"kernel {index}:")  # no matrix begins so: several are never read back as one
        lines = learned_lines(
            one, its, options.anchor, whole_numbers=told.whole_numbers, opaque=told.opaque, width=width
        )
        click.echo("\n".join(lines))
    if course:
        click.echo("\n".join(descent_lines(course, seed, width)))
