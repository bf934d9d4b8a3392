"""What `explain` does with its options: one plane, one kernel, the steps asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from convcli import images
from convcli.cli.arguments.drawings import (
    ANIMATIONS,
    check_enlarged,
    check_suffix,
    is_animation,
    write_drawing,
    write_reel,
)
from convcli.cli.arguments.kernels import fitted, load_kernels
from convcli.cli.commands.explain.asked import ExplainOptions
from convcli.cli.commands.explain.assumed import FEW, telling_part, telling_place
from convcli.cli.commands.explain.weighed import check_weighed, explain_weight
from convcli.cli.first_words import SAMPLE, IncompleteError
from convcli.core.explain.channel import channel_number, one_channel
from convcli.core.explain.walk import Step, Walk, walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.errors import OptionError, UsageError, many
from convcli.files import check_target
from convcli.images.picture import Picture
from convcli.report.explain.channel_lines import channel_step_lines, channel_walk_lines
from convcli.report.explain.film import MOST_FRAMES
from convcli.report.explain.record import explain_record
from convcli.report.explain.text import plain_signs, step_lines, walk_lines
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.progress import Silence, progress
from convcli.report.printing.wrapping import terminal_width

if TYPE_CHECKING:
    from convcli.report.explain.photograph import Photograph

MOST_OUTPUTS = 256  # that --all writes out
MOST_FIGURES = 16  # in one picture
MOST_DRAWN = 10_000  # weights of a kernel that a picture shows cell by cell


def explain(options: ExplainOptions) -> None:
    """Run `explain` on one input."""
    options = _with_input(options)
    _check_usage(options)
    picture, found = walk_asked(options)
    kernel = found.kernel
    if options.weight is not None:
        explain_weight(found, options)
        return
    if options.outputs and kernel.weights.size > MOST_DRAWN:
        size = f"{kernel.height}x{kernel.width}"
        raise UsageError(
            f"a picture shows every weight, at most {MOST_DRAWN:,}, and {kernel.name} is {size}; leave -o out"
        )
    found, options = _animated_part(found, options)
    options = _with_places(found, options)
    steps = _steps(found, options)
    for output in options.outputs:
        _draw(found, steps, output, options, picture)
    if "-" not in options.outputs:
        _show(found, steps, options)


def walk_asked(options: ExplainOptions) -> tuple[Picture, Walk]:
    """The picture that is read, and the walk that the options describe."""
    kernels = load_kernels(
        options.kernel_texts,
        anchor=options.anchor,
        layout=options.kernel_layout,
        stdin_taken=options.source == "-",
        assume=options.assume,
    )
    picture = options.read(options.source)
    for note in options.remarks_on(picture):
        options.remark(f"{options.source}: {note}")
    kernel = _kernel(kernels, picture, options)
    plane = _plane(picture, kernel, options)
    return picture, walk(plane, kernel, options.window, bias=options.bias, convolve=options.convolve)


def _with_input(options: ExplainOptions) -> ExplainOptions:
    """The options with an input; which one, is said."""
    if options.source:
        return options
    if options.assume is None:
        raise IncompleteError("explain needs an INPUT", SAMPLE)
    options.assume(f"no INPUT: this is {SAMPLE}")
    return options.changed(source=SAMPLE)


def _check_usage(options: ExplainOptions) -> None:
    outputs = options.outputs
    figures = [output for output in outputs if not is_animation(output)]
    check_weighed(options)
    if options.everything and options.places:
        raise UsageError("--all and --at both say which outputs; give one of them")
    if options.quiet and not (options.everything or options.places or options.weight or (outputs and not figures)):
        raise IncompleteError("say which output: --at ROW,COL, or --all for a small input", "--at", "0,0")
    if options.as_json and outputs and not (figures or options.everything or options.places or options.weight):
        raise UsageError("--json describes output values: add --at ROW,COL or --all")
    if options.as_json and "-" in outputs:
        raise UsageError("--json and a picture cannot both go to stdout; give -o a file")
    if "-" in outputs and sys.stdout.isatty():
        raise UsageError("picture bytes are not written to a terminal; give -o a file")
    for output in figures:
        if output != "-":
            check_suffix(output, ANIMATIONS)
    check_enlarged(outputs, options, moving=True)
    images.refuse_clashes([output for output in outputs if output != "-"])
    for output in outputs:
        check_target(output, force=options.force)


def _kernel(given: KernelStack, picture: Picture, options: ExplainOptions) -> Kernel:
    """The one kernel, as this picture takes it."""
    stack, note = fitted(given, picture.channels)
    if note:
        options.remark(f"hint: {note}")
    number = options.filter_number
    if number is not None and number >= len(stack):
        raise OptionError("--filter", number, f"there are {len(stack)} kernels, counted from 0")
    if number is None and len(stack) > 1:
        names = ", ".join(kernel.name for kernel in stack.kernels[:4])
        raise UsageError(
            f"explain takes one kernel, and there are {len(stack)} ({names} ...); give one with -k, or --filter N"
        )
    kernel = stack.kernels[number or 0]
    if kernel.channels is not None and options.channel is not None:
        raise UsageError(f"--channel takes one channel, and {kernel.name} adds up all {kernel.channels}; leave it out")
    if kernel.channels is not None and any(map(is_animation, options.outputs)):
        raise UsageError(f"an animation shows one channel, and {kernel.name} adds up {kernel.channels}; draw a .png")
    return kernel


def _plane(picture: Picture, kernel: Kernel, options: ExplainOptions) -> Any:
    """The channel and the part that were asked for, (H, W); (H, W, C) for a kernel with weights per channel."""
    pixels = _channel(picture, options) if kernel.channels is None else picture.pixels
    if options.crop is None:
        return pixels
    top, left, height, width = options.crop
    if top + height > picture.height or left + width > picture.width:
        rule = f"the input has {many(picture.height, 'row')} and {many(picture.width, 'column')}, counted from 0"
        raise OptionError("--crop", f"{top},{left},{height},{width}", rule)
    return pixels[top : top + height, left : left + width]


def _channel(picture: Picture, options: ExplainOptions) -> Any:
    if options.channel is not None:
        return one_channel(picture.pixels, options.channel)
    if picture.channels > 1:
        name = "red" if picture.channels == 3 else "the first of them"
        options.remark(f"{picture.channels} channels: this is {name}; --channel takes another")
    return one_channel(picture.pixels, 0)


def _animates_alone(options: ExplainOptions) -> bool:
    return bool(options.outputs) and all(map(is_animation, options.outputs))


def _animated_part(found: Walk, options: ExplainOptions) -> tuple[Walk, ExplainOptions]:
    """The walk and its options; for an animation alone of more outputs than one has frames, of a part; that is said."""
    named = options.crop or options.places or options.everything or options.quiet
    if named or not _animates_alone(options) or found.shape[0] * found.shape[1] <= MOST_FRAMES:
        return found, options
    top, left, height, width = telling_part(found, options.window)
    options.remark(f"no --crop: this is {top},{left},{height},{width}; --crop TOP,LEFT,HEIGHT,WIDTH chooses")
    part = found.plane[top : top + height, left : left + width]
    cropped = walk(part, found.given, options.window, bias=options.bias, convolve=options.convolve)
    return cropped, options.changed(crop=(top, left, height, width))


def _with_places(found: Walk, options: ExplainOptions) -> ExplainOptions:
    """The options with the outputs to show; which ones, is said.  An animation alone shows them all anyway."""
    if options.everything or options.places or _animates_alone(options):
        return options
    if found.shape[0] * found.shape[1] <= FEW:
        options.remark("no --at: this is --all")
        return options.changed(everything=True)
    place, why = telling_place(found, options.window)
    options.remark(f"no --at: this is {place[0]},{place[1]}, {why}; --at ROW,COL chooses")
    return options.changed(places=(place,))


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
    whole, one = (channel_walk_lines, channel_step_lines) if found.channels else (walk_lines, step_lines)
    if options.everything:
        lines = whole(found, steps, width=width)
    else:
        lines = [line for step in steps for line in (*one(found, step, width=width), "")][:-1]
    text = "\n".join(lines)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text if text.encode(encoding, "ignore").decode(encoding) == text else plain_signs(text))


def _photograph(found: Walk, picture: Picture, options: ExplainOptions) -> Photograph:
    """What a drawing shows of the picture: all of it, and the channel of the walk."""
    from convcli.report.explain.photograph import Photograph

    named = options.channel is None or options.channel.strip().lower() not in ("gray", "grey")
    channel = channel_number(options.channel or 0, picture.channels) if named and not found.channels else None
    corner = (0, 0) if options.crop is None else options.crop[:2]
    return Photograph.of(picture.pixels, corner=corner, channel=channel, matrix=picture.kind != "picture")


def _draw(found: Walk, steps: Sequence[Step], output: str, options: ExplainOptions, picture: Picture) -> None:
    photograph = _photograph(found, picture, options)
    if is_animation(output):
        _animate(found, output, options, photograph)
        return
    from convcli.report.explain.channel_figure import channel_figures
    from convcli.report.explain.figure import step_figures

    if len(steps) > MOST_FIGURES:
        raise OptionError("-o", output, f"a picture shows at most {MOST_FIGURES} of the {len(steps)} outputs; use --at")
    drawing = channel_figures(found, steps, photograph) if found.channels else step_figures(found, steps, photograph)
    write_drawing(drawing, output, options)


def _animate(found: Walk, output: str, options: ExplainOptions, photograph: Photograph) -> None:
    from convcli.report.explain.film import frame_times, walk_reel

    reel, times = walk_reel(found, output, photograph), frame_times(found)
    with nullcontext(Silence()) if options.quiet else progress(len(times), "draw", unit="frames") as bar:
        write_reel(reel, times, output, options, bar.advance)
    options.remark(f"{output}: {many(len(times), 'frame')}")
