"""`matrix`: a layer as the matrix it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options, types
from convcli.cli.asked import DrawingOptions, WindowOptions, remark
from convcli.cli.commands.matrix import ABOUT
from convcli.cli.help import completion
from convcli.errors import many

if TYPE_CHECKING:
    from convcli.core.layer.matrix import LayerMatrix
    from convcli.core.layer.matrix_check import Agreement, Count

HELP = """Build a layer as the matrix it is: rows are outputs, columns are inputs.

\b
Examples:
  convcli matrix 3x3 -k "0 1; 2 3" --size valid
  convcli matrix 8x8 -k sobel-x --border zero -o matrix.png
  convcli matrix 5x5 -k laplacian --layer fc --json
  convcli matrix 1x6 -k "-1 1" --size valid | convcli flip @- --transpose

The picture has one colour for each tied weight and is white where nothing is connected.  Entries,
connections and distinct weights are counted in the matrix and compared with the closed forms of
params; the matrix times a picture of noise is compared with apply (exit 1 where one differs).
With several channels their responses are added; several -k are several filters.
"""

ARRAY_SUFFIXES = (".npy", ".txt", ".csv")


class MatrixOptions(WindowOptions, DrawingOptions):
    """The options of `matrix`, as they were typed; `kind` is --layer."""

    shape: str
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    kind: str
    output: str | None
    as_json: bool


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("shape", shell_complete=completion.inputs)
@options.kernels
@click.option(
    "--layer",
    "kind",
    type=types.CONNECTION,
    default="shared",
    show_default=True,
    help="Every connection a weight, or only a window's, or shared ones.",
)
@options.geometry
@options.output_to("A drawing (.png, .svg, .pdf ...), or .npy, .txt, .csv with the numbers.")
@options.enlarging
@options.force
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.app import stop
    from convcli.cli.arguments.drawings import check_drawing
    from convcli.core.layer.matrix_check import agreement, counts, probe_picture

    options = MatrixOptions(**given)
    check_drawing(options.output, options, as_json=options.as_json, also=ARRAY_SUFFIXES)
    matrix = matrix_asked(options)
    counted, agrees = counts(matrix), agreement(matrix, probe_picture(matrix.layer.shape))
    if options.output is not None:
        _save(matrix, options.output, options)
    if options.as_json:
        from convcli.report.layer.record import matrix_record
        from convcli.report.printing.json_lines import json_line

        click.echo(json_line(matrix_record(matrix, counted, agrees)))
    elif options.output != "-":
        _show(matrix, counted, agrees, saved=options.output is not None)
    if not (agrees.holds and all(count.holds for count in counted)):
        stop(1)


def matrix_asked(options: MatrixOptions) -> LayerMatrix:
    """The layer that the options describe, as a matrix."""
    from convcli.cli.arguments.kernels import fitted, load_kernels
    from convcli.cli.arguments.shapes import check_sizes, read_shape
    from convcli.core.layer.matrix import layer_matrix

    check_sizes(padding=options.padding, stride=options.stride, dilation=options.dilation)
    taken = read_shape(options.shape)
    loaded = load_kernels(options.kernel_texts, anchor=options.anchor, layout=options.kernel_layout)
    kernels, note = fitted(loaded, taken.shape[2])
    if note:
        remark(f"hint: {note}", options.quiet)
    window = options.window
    for name, steps in (("stride", window.stride), ("dilation", window.dilation)):
        taken.steps(steps, name)
    if window.padding is not None:
        window = replace(window, padding=taken.padding(window.padding))
    return layer_matrix(taken.shape, kernels, options.kind, window)


def _save(matrix: LayerMatrix, output: str, options: MatrixOptions) -> None:
    from convcli import images
    from convcli.cli.arguments.drawings import write_drawing

    if output.lower().endswith(ARRAY_SUFFIXES):
        images.write(images.Picture(matrix.values(), kind="array"), output, force=options.force)
        remark(f"{output}: {many(matrix.shape[0], 'row')}, {many(matrix.shape[1], 'column')}", options.quiet)
        return
    from convcli.report.layer.matrix_picture import matrix_picture

    write_drawing(matrix_picture(matrix), output, options)


def _show(matrix: LayerMatrix, counted: Sequence[Count], agrees: Agreement, *, saved: bool) -> None:
    """The numbers, then the facts; in a pipe the facts are comments, so that the text reads back."""
    from convcli.report.layer.matrix_lines import facts
    from convcli.report.printing.wrapping import terminal_width, wrapped

    width = terminal_width(sys.stdout)
    lines = facts(matrix, counted, agrees)
    if not saved:
        rows = _printed(matrix, width)
        click.echo("".join(f"{row}\n" for row in rows), nl=width is not None and bool(rows))
        if not rows:
            lines.append("too large to print; -o matrix.png draws it, -o matrix.npy holds the numbers")
    click.echo("\n".join(f"# {line}" if width is None else wrapped(line, width) for line in lines))


def _printed(matrix: LayerMatrix, width: int | None) -> list[str]:
    """The matrix row by row: exact in a pipe, in the width of a terminal; none where it is too large."""
    from convcli.core.text.matrices import format_matrix
    from convcli.report.layer.matrix_lines import is_small, matrix_lines

    if not is_small(matrix):
        return []
    return format_matrix(matrix.values()).splitlines() if width is None else matrix_lines(matrix, width)
