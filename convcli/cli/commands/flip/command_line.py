"""`flip`: a kernel turned or mirrored, as text that `-k @-` reads back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options, types
from convcli.cli.asked import Asked, remark
from convcli.cli.commands.flip import ABOUT
from convcli.cli.help import completion

if TYPE_CHECKING:
    from convcli.core.arrays import Weights
    from convcli.core.geometry import Pair

HELP = """\b
Examples:
  convcli flip "0 1; 2 3"
  convcli flip sobel-x | convcli apply sample:camera -k @- --convolve -o edges.png
  convcli flip sobel-x --rotate 90
  convcli flip @layer.npy -o flipped.npy

Flip a kernel in both axes: correlation with the flipped kernel is convolution.

KERNEL is whatever -k takes.  One kernel is printed as rows of numbers, a bank or a file of several
as JSON, and -k @- reads both back exactly; on a terminal the numbers are rounded and aligned.  Turns
are counter-clockwise as seen on the screen.  An anchor that was given is turned with the kernel, and
printed as ImageMagick's WxH+X+Y.
"""

MOST_SHOWN = 12  # kernels that are printed on a terminal
AXES = {"both": "rotate180", "lr": "flip-x", "ud": "flip-y"}


class FlipOptions(Asked):
    """The options of `flip`, as they were typed."""

    kernel: str
    kernel_layout: str | None
    anchor: tuple[int, int] | None
    axis: str | None
    rotate: str | None
    transpose: bool
    output: str | None
    force: bool
    as_json: bool
    quiet: bool


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("kernel", shell_complete=completion.kernels)
@options.kernel_layout
@options.anchor
@click.option("--axis", type=types.choice(*AXES), default=None, help="Which axes to flip [default: both].")
@click.option("--rotate", type=types.choice("90", "180", "270"), default=None, help="Turn instead, in degrees.")
@click.option("--transpose", is_flag=True, help="Swap rows and columns instead.")
@options.output_to("A .txt, .csv, .json or .npy file, or '-' (stdout).")
@options.force
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    options = FlipOptions(**given)
    symmetry = symmetry_asked(options)
    from convcli.cli.arguments.kernels import load_kernels, without_picture
    from convcli.core.kernel.symmetry import moved_anchor, symmetries_of, transformed
    from convcli.kernels.writing import check_kernel_output, kernel_text, write_kernel
    from convcli.report.printing.wrapping import terminal_width

    stack = load_kernels([options.kernel], anchor=options.anchor, layout=options.kernel_layout)
    if note := without_picture(stack):
        remark(f"hint: {note}", options.quiet)
    weights, anchor = stack.array, stack.anchor
    check_kernel_output(options.output, weights, anchor, as_json=options.as_json, force=options.force)
    size = weights.shape[-2], weights.shape[-1]
    flipped, moved = transformed(weights, symmetry), moved_anchor(anchor, size, symmetry)
    unchanged_by = [name for name in symmetries_of(weights) if moved_anchor(anchor, size, name) == anchor]
    if options.output is not None and options.output != "-":
        write_kernel(flipped, options.output, moved, force=options.force)
    if options.as_json:
        from convcli.report.kernels.record import flip_record
        from convcli.report.printing.json_lines import json_line

        click.echo(json_line(flip_record((weights, anchor), (flipped, moved), symmetry, unchanged_by)))
    elif options.output is None and (width := terminal_width(sys.stdout)) is not None:
        click.echo("\n".join(_shown(flipped, moved, [kernel.name for kernel in stack], width)))
    elif options.output in (None, "-"):
        click.echo(kernel_text(flipped, moved), nl=False)
    if options.kernel_layout == "hwcf" and weights.ndim > 2:
        remark("written filters first, (F, C, h, w) or (F, h, w), whatever the file had", options.quiet)
    if symmetry in unchanged_by:
        remark(_nothing_changed(symmetry, weights.ndim > 2), options.quiet)


def _shown(flipped: Weights, anchor: Pair | None, names: Sequence[str], width: int) -> list[str]:
    """For a terminal: rows that are aligned and rounded; of several kernels the first few, each behind its name."""
    from convcli.core.text.whole_numbers import magick_size
    from convcli.errors import many
    from convcli.report.printing.aligned import number_lines

    height, columns = flipped.shape[-2:]
    head = [] if anchor is None else [f"{magick_size((height, columns), anchor)}:"]
    if flipped.ndim == 2:
        return [*head, *number_lines(flipped.tolist(), width)]
    each = len(flipped.reshape(-1, height, columns)) // len(names)
    labels = [f"{name}, channel {c}" if each > 1 else name for name in names for c in range(each)]
    lines: list[str] = []
    for label, plane in list(zip(labels, flipped.reshape(-1, height, columns), strict=True))[:MOST_SHOWN]:
        lines += [f"# {label}", *head, *number_lines(plane.tolist(), width), ""]
    left = len(labels) - MOST_SHOWN
    return [*lines, f"... {many(left, 'more kernel')}: a pipe gets all"] if left > 0 else lines[:-1]


def symmetry_asked(options: FlipOptions) -> str:
    """Which of the symmetries of a rectangle the options name."""
    from convcli.errors import UsageError

    moves = ("--axis", options.axis), ("--rotate", options.rotate), ("--transpose", options.transpose)
    given = [name for name, value in moves if value]
    if len(given) > 1:
        moves_both = f"{' and '.join(given)} are different moves"
        raise UsageError(f"{moves_both}; give one, and pipe its result into 'convcli flip @-' for the next")
    if options.transpose:
        return "transpose"
    return f"rotate{options.rotate}" if options.rotate else AXES[options.axis or "both"]


def _nothing_changed(symmetry: str, several: bool) -> str:
    kernel = "every kernel" if several else "the kernel"
    if symmetry == "rotate180":
        return (
            f"the flip changes nothing: {kernel} is symmetric under a turn by 180 degrees, "
            "so its convolution is its correlation"
        )
    return f"{symmetry} changes nothing: {kernel} has that symmetry"
