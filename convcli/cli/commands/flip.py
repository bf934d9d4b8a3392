"""`flip`: a kernel turned or mirrored, as text that `-k @-` reads back."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.asked import Asked, remark

HELP = """\b
Examples:
  convcli flip "0 1; 2 3"
  convcli flip sobel-x | convcli apply sample:camera -k @- --convolve -o edges.png
  convcli flip sobel-x --rotate 90
  convcli flip @layer.npy -o flipped.npy

Flip a kernel in both axes: correlation with the flipped kernel is convolution.

KERNEL is whatever -k takes.  One kernel is printed as rows of numbers, a bank or a file of several
as JSON; -k @- reads both back exactly.  Turns are counter-clockwise as seen on the screen.  An
anchor that was given is turned with the kernel, and printed as ImageMagick's WxH+X+Y.
"""

AXES = {"both": "rotate180", "lr": "flip-x", "ud": "flip-y"}


class FlipOptions(Asked):
    """The options of `flip`, as they were typed."""

    kernel: str
    anchor: tuple[int, int] | None
    axis: str | None
    rotate: str | None
    transpose: bool
    output: str | None
    force: bool
    as_json: bool
    quiet: bool


@click.command(cls=options.LiteralCommand, help=HELP, short_help="The kernel flipped in both axes, as text.")
@click.argument("kernel")
@options.anchor
@click.option("--axis", type=types.choice(*AXES), default=None, help="Which axes to flip [default: both].")
@click.option("--rotate", type=types.choice("90", "180", "270"), default=None, help="Turn instead, in degrees.")
@click.option("--transpose", is_flag=True, help="Swap rows and columns instead.")
@click.option("-o", "--output", default=None, metavar="OUT", help="A .txt, .csv, .json or .npy file, or '-' (stdout).")
@options.force
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    options = FlipOptions(**given)
    symmetry = _symmetry(options)
    from convcli.core.kernel.stack import KernelStack
    from convcli.core.kernel.symmetry import moved_anchor, symmetries_of, transformed
    from convcli.kernels import kernels_from
    from convcli.kernels.writing import check_kernel_output, kernel_text, write_kernel

    stack = KernelStack(kernels_from(options.kernel), several=True).anchored(options.anchor)
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
    elif options.output in (None, "-"):
        click.echo(kernel_text(flipped, moved), nl=False)
    if symmetry in unchanged_by:
        remark(_nothing_changed(symmetry, weights.ndim > 2), options.quiet)


def _symmetry(options: FlipOptions) -> str:
    from convcli.errors import UsageError

    moves = ("--axis", options.axis), ("--rotate", options.rotate), ("--transpose", options.transpose)
    given = [name for name, value in moves if value]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are different moves; give one, and pipe into flip @- for the next")
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
