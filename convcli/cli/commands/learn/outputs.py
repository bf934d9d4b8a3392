"""What `learn` writes: kernels for `-k @`, a residual map, the kernel taking shape."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli import images
from convcli.cli.arguments.drawings import ANIMATIONS, animated, check_enlarged, write_drawing
from convcli.cli.commands.learn.asked import LearnOptions
from convcli.core.geometry import Pair
from convcli.core.learning.descent import Course
from convcli.core.learning.result import Learned
from convcli.errors import SuffixError, UsageError
from convcli.files import check_target, write_bytes
from convcli.images.formats import drawing_suffixes, format_for
from convcli.images.picture import Picture
from convcli.images.writing import check_holds
from convcli.kernels.writing import SUFFIXES, check_kernel_output, kernel_text, refuse_lost_anchor, write_kernel
from convcli.report.learn.record import kernel_file_record
from convcli.report.learn.residual import residual_picture
from convcli.report.printing.json_lines import json_line

RAW = (".npy", ".tif", ".tiff")


def check_outputs(options: LearnOptions) -> None:
    """Refuse what cannot be written, before anything is read."""
    kernels, residual, drawn = options.outputs, options.residual, drawing_suffixes()
    check_enlarged([output for output in kernels if output != "-"], options, moving=True)
    for output in kernels:
        if output != "-" and not output.lower().endswith((*SUFFIXES, *drawn)):
            raise SuffixError("-o", output, (*SUFFIXES, *drawn))
        refuse_lost_anchor(output, options.anchor)
    if residual is not None and residual != "-":
        check_holds(Picture(np.zeros((1, 1), np.uint8)), format_for(residual))
    given = [output for output in options.destinations if output is not None]
    if given.count("-") > 1:
        raise UsageError("only one output can go to stdout")
    images.refuse_clashes([output for output in given if output != "-"])
    for output in given:
        for source in (options.before, options.after):
            check_target(output, force=options.force, source=source)


def save_kernel(
    found: Sequence[Learned], output: str, anchor: Pair | None = None, *, force: bool, channels: str
) -> None:
    """Write the kernel, or several as one layer's weights, so that `-k @` reads them; JSON has the bias too."""
    weights = layer_weights(found, channels)
    if output == "-":
        write_bytes(output, kernel_text(weights, anchor).encode("ascii"))
    elif output.lower().endswith(".json"):
        text = json_line(kernel_file_record(weights, [one.bias for one in found], anchor))
        write_bytes(output, f"{text}\n".encode("ascii"), force=force)
    else:
        check_kernel_output(output, weights, anchor, as_json=False, force=force)
        write_kernel(weights, output, anchor, force=force)


def layer_weights(found: Sequence[Learned], channels: str) -> NDArray[np.float64]:
    """(h, w) for one kernel; (F, C, h, w) for several, or for weights per channel.

    A kernel for each channel is a layer that gives all other channels the weight 0.
    """
    if len(found) == 1 and found[0].kernel.ndim == 2:
        return found[0].kernel
    if channels == "each":
        weights = np.zeros((len(found), len(found), *found[0].kernel.shape))
        for channel, one in enumerate(found):
            weights[channel, channel] = one.kernel
        return weights
    stacked = np.stack([one.kernel for one in found])
    return stacked if stacked.ndim == 4 else stacked[:, np.newaxis]


def save_residual(left: NDArray[np.float32], output: str, *, force: bool) -> float:
    """Write a residual map: raw to .npy and TIFF (NaN where pixels took no part), else in colours.

    One channel: white is 0, red where AFTER is larger, blue where it is smaller.  Three: mid-grey
    is 0 in each.  Pixels that took no part are grey.  Returns the largest magnitude.
    """
    largest = float(np.nanmax(np.abs(left), initial=0.0))
    shown: NDArray[Any] = left[:, :, 0] if left.shape[2] == 1 else left
    suffix = os.path.splitext(output)[1].lower()
    if suffix not in RAW:
        shown = residual_picture(shown, largest)
    kind = "array" if suffix == ".npy" else "picture"
    file_format = "png" if output == "-" else images.format_of(output)
    images.write(Picture(shown, kind=kind), output, format=file_format, force=force)
    return largest


def save_course(course: Course, output: str, options: LearnOptions) -> None:
    """Write the kernel taking shape, or in a still drawing what became of it."""
    from convcli.report.learn.film import learned_figure, learning_frames

    if not output.lower().endswith(ANIMATIONS):
        write_drawing(learned_figure(course), output, options)
        return
    count = len(course.frames)
    times = [700, *[120] * (count - 2), 2500] if count > 1 else [2500]
    write_bytes(output, animated(learning_frames(course), times, output, options), force=options.force)
