"""What `explain` does with its options: one plane, one kernel, the steps asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from convcli import images
from convcli.cli.arguments.drawings import ANIMATIONS, animation_format, check_suffix, is_animation, write_drawing
from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.commands.explain.asked import ExplainOptions
from convcli.core.explain.walk import Step, Walk, walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.luma import luma
from convcli.errors import OptionError, UsageError, many
from convcli.files import check_target, write_bytes
from convcli.images.picture import Picture
from convcli.report.explain.record import explain_record
from convcli.report.explain.text import plain_signs, step_lines, walk_lines
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.progress import Meter, Silence, progress
from convcli.report.printing.wrapping import terminal_width

COLOURS = {"red": 0, "green": 1, "blue": 2}
MOST_OUTPUTS = 256  # that --all writes out
MOST_FIGURES = 16  # in one picture
MOST_DRAWN = 10_000  # weights of a kernel that a picture shows cell by cell


def explain(options: ExplainOptions) -> None:
    """Run `explain` on one input."""
    _check_usage(options)
    kernel = _kernel(options)
    picture = options.read(options.source)
    for note in options.remarks_on(picture):
        options.remark(f"{options.source}: {note}")
    plane = _plane(picture, options)
    found = walk(plane, kernel, options.window, bias=options.bias, convolve=options.convolve)
    if options.outputs and kernel.weights.size > MOST_DRAWN:
        size = f"{kernel.height}x{kernel.width}"
        raise UsageError(
            f"a picture shows every weight, at most {MOST_DRAWN:,}, and {kernel.name} is {size}; leave -o out"
        )
    steps = _steps(found, options)
    for output in options.outputs:
        _draw(found, steps, output, options)
    if "-" not in options.outputs:
        _show(found, steps, options)


def _check_usage(options: ExplainOptions) -> None:
    outputs = options.outputs
    figures = [output for output in outputs if not is_animation(output)]
    if options.everything and options.places:
        raise UsageError("--all and --at both say which outputs; give one of them")
    if not (options.everything or options.places or (outputs and not figures)):
        raise UsageError("say which output: --at ROW,COL, or --all for a small input")
    if options.as_json and not (options.everything or options.places):
        raise UsageError("--json describes output values: add --at ROW,COL or --all")
    if options.as_json and "-" in outputs:
        raise UsageError("--json and a picture cannot both go to stdout; give -o a file")
    if "-" in outputs and sys.stdout.isatty():
        raise UsageError("picture bytes are not written to a terminal; give -o a file")
    for output in figures:
        if output != "-":
            check_suffix(output, ANIMATIONS)
    images.refuse_clashes([output for output in outputs if output != "-"])
    for output in outputs:
        check_target(output, force=options.force)


def _kernel(options: ExplainOptions) -> Kernel:
    kernels = load_kernels(options.kernel_texts, anchor=options.anchor, stdin_taken=options.source == "-")
    first, *others = kernels
    if others:
        names = ", ".join(kernel.name for kernel in (first, *others[:3]))
        raise UsageError(f"explain takes one kernel, and these are {len(kernels)} ({names} ...); give one with -k")
    return first


def _plane(picture: Picture, options: ExplainOptions) -> Any:
    """The channel and the part that were asked for, (H, W)."""
    pixels = _channel(picture, options)
    if options.crop is None:
        return pixels
    top, left, height, width = options.crop
    if top + height > picture.height or left + width > picture.width:
        rule = f"the input has {many(picture.height, 'row')} and {many(picture.width, 'column')}, counted from 0"
        raise OptionError("--crop", f"{top},{left},{height},{width}", rule)
    return pixels[top : top + height, left : left + width]


def _channel(picture: Picture, options: ExplainOptions) -> Any:
    wanted, pixels = options.channel, picture.pixels
    if wanted is not None and wanted.strip().lower() in ("gray", "grey"):
        return luma(pixels)
    colours = list(COLOURS) if picture.channels == 3 else []
    if wanted is None:
        if pixels.ndim == 3 and picture.channels > 1:
            name = colours[0] if colours else "the first of them"
            options.remark(f"{picture.channels} channels: this is {name}; --channel takes another")
        return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, 0])
    index = _channel_index(wanted.strip().lower(), picture.channels, colours)
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, index])


def _channel_index(wanted: str, count: int, colours: list[str]) -> int:
    if wanted in colours:
        return COLOURS[wanted]
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 and int(wanted) < count:
        return int(wanted)
    numbers = "0" if count == 1 else f"0 to {count - 1}"
    names = f"{', '.join(colours)}, gray or " if colours else ""
    raise OptionError("--channel", wanted, f"give {names}a number: {numbers}")


def _steps(found: Walk, options: ExplainOptions) -> list[Step]:
    if not options.everything:
        return [found.step(row, column) for row, column in options.places]
    height, width = found.shape
    if height * width > MOST_OUTPUTS:
        rule = f"the output has {height} × {width} values; at most {MOST_OUTPUTS} are written out: use --at or --crop"
        raise OptionError("--all", f"an input of {found.plane.shape[0]} × {found.plane.shape[1]}", rule)
    return list(found.steps())


def _show(found: Walk, steps: Sequence[Step], options: ExplainOptions) -> None:
    if options.as_json:
        for step in steps:
            click.echo(json_line(explain_record(found, step)))
        return
    if not steps:
        return
    width = terminal_width(sys.stdout)
    if options.everything:
        lines = walk_lines(found, steps, width=width)
    else:
        lines = [line for step in steps for line in (*step_lines(found, step, width=width), "")][:-1]
    text = "\n".join(lines)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text if text.encode(encoding, "ignore").decode(encoding) == text else plain_signs(text))


def _draw(found: Walk, steps: Sequence[Step], output: str, options: ExplainOptions) -> None:
    if is_animation(output):
        _animate(found, output, options)
        return
    from convcli.report.explain.figure import step_figures

    if len(steps) > MOST_FIGURES:
        raise OptionError("-o", output, f"a picture shows at most {MOST_FIGURES} of the {len(steps)} outputs; use --at")
    write_drawing(step_figures(found, steps), output, force=options.force, quiet=options.quiet)


def _animate(found: Walk, output: str, options: ExplainOptions) -> None:
    from convcli.report.drawing.animation import encode_animation
    from convcli.report.explain.film import frame_times, walk_frames

    frames, times = walk_frames(found, output), frame_times(found)
    with nullcontext(Silence()) if options.quiet else progress(len(times), "draw", unit="frames") as bar:
        kind = animation_format(output)
        content = encode_animation(_counted(frames, bar), kind, ms=times)
    write_bytes(output, content, force=options.force)
    options.remark(f"{output}: {many(len(times), 'frame')}")


def _counted(frames: Iterable[NDArray[np.uint8]], bar: Meter) -> Iterator[NDArray[np.uint8]]:
    for frame in frames:
        yield frame
        bar.advance()
