"""`flip`: a kernel turned or mirrored, as text that `-k @-` reads back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options

if TYPE_CHECKING:
    from numpy.typing import NDArray

HELP = """\b
Examples:
  convcli flip "0 1; 2 3"
  convcli flip sobel-x | convcli apply sample:camera -k @- --convolve -o edges.png
  convcli flip sobel-x --rotate 90
  convcli flip @layer.npy -o flipped.npy

Flip a kernel in both axes: correlation with the flipped kernel is convolution.

KERNEL is whatever -k takes.  One kernel is printed as rows of numbers, a bank or a file of several
as JSON; -k @- reads both back exactly.  Turns are counter-clockwise as seen on the screen.
"""

AXES = {"both": "rotate180", "lr": "flip-x", "ud": "flip-y"}


@click.command(cls=options.LiteralCommand, help=HELP, short_help="The kernel flipped in both axes, as text.")
@click.argument("kernel")
@click.option("--axis", type=click.Choice(list(AXES)), default=None, help="Which axes to flip [default: both].")
@click.option("--rotate", type=click.Choice(["90", "180", "270"]), default=None, help="Turn instead, in degrees.")
@click.option("--transpose", is_flag=True, help="Swap rows and columns instead.")
@click.option("-o", "--output", default=None, metavar="OUT", help="A .txt, .csv, .json or .npy file, or '-' (stdout).")
@options.force
@options.json_option
@options.quiet
def command(
    kernel: str,
    axis: str | None,
    rotate: str | None,
    transpose: bool,
    output: str | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    symmetry = _symmetry(axis, rotate, transpose)
    from convcli.core.kernel.symmetry import symmetries_of, transformed
    from convcli.kernels.writing import check_kernel_output, kernel_text, write_kernel

    weights = _weights(kernel)
    check_kernel_output(output, weights, as_json=as_json, force=force)
    flipped, unchanged_by = transformed(weights, symmetry), symmetries_of(weights)
    if output is not None and output != "-":
        write_kernel(flipped, output, force=force)
    if as_json:
        from convcli.report.printing.json_lines import json_line

        record = {"command": "flip", "kernel": weights, "flipped": flipped, "symmetric": "rotate180" in unchanged_by}
        click.echo(json_line({**record, "transform": symmetry, "unchanged": symmetry in unchanged_by}))
    elif output in (None, "-"):
        click.echo(kernel_text(flipped), nl=False)
    if symmetry in unchanged_by:
        options.remark(_nothing_changed(symmetry, weights.ndim > 2), quiet)


def _symmetry(axis: str | None, rotate: str | None, transpose: bool) -> str:
    from convcli.errors import UsageError

    given = [name for name, value in (("--axis", axis), ("--rotate", rotate), ("--transpose", transpose)) if value]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are different moves; give one, and pipe into flip @- for the next")
    if transpose:
        return "transpose"
    return f"rotate{rotate}" if rotate else AXES[axis or "both"]


def _weights(text: str) -> NDArray[Any]:
    """The kernel's (h, w), or the (F, h, w) or (F, C, h, w) of a bank or file."""
    import numpy as np

    from convcli.kernels import kernels_from

    kernels = kernels_from(text)
    if len(kernels) == 1 and kernels[0].channels is None:
        return kernels[0].weights
    return np.stack([kernel.weights for kernel in kernels])


def _nothing_changed(symmetry: str, several: bool) -> str:
    kernel = "every kernel" if several else "the kernel"
    if symmetry == "rotate180":
        return (
            f"the flip changes nothing: {kernel} is symmetric under a turn by 180 degrees, "
            "so its convolution is its correlation"
        )
    return f"{symmetry} changes nothing: {kernel} has that symmetry"
