"""`params`: one layer fully connected, sparse and shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options, types
from convcli.cli.asked import DrawingOptions
from convcli.cli.commands.params import ABOUT
from convcli.cli.help import completion

if TYPE_CHECKING:
    from convcli.core.layer.cost import Layer

HELP = """Count what one layer costs: fully connected, sparse, shared.

\b
Examples:
  convcli params 1000x1000 --kernel 10x10 --hidden 1000000
  convcli params 1000x1000x3 --hidden 256 --layer fc
  convcli params 224x224x3 --kernel 7 --filters 64 --stride 2 --padding 3 --bias --formula
  convcli params sample:coffee --kernel 5 --filters 16 -o layer.png
  convcli params 64x64x32 --kernel 3 --groups depthwise --json

SHAPE is HxW, HxWxC, one number (a plain vector), or a picture's file or sample:NAME, of which
only the header is read.  Without --hidden the units are the output grid times the filters.  A
connection is a unit and a position of its window, in the padding or not; each is one MAC.
"""


class ParamsOptions(DrawingOptions):
    """The options of `params`, as they were typed; `kinds` are --layer, `formulas` is --formula."""

    shape: str
    kernel_text: str | None
    hidden: int | None
    filters: int | None
    size: str
    padding: tuple[int, int, int, int] | None
    stride: tuple[int, int]
    dilation: tuple[int, int]
    groups_text: str
    bias: bool
    dtype: str
    kinds: tuple[str, ...]
    formulas: bool
    output: str | None
    as_json: bool


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("shape", shell_complete=completion.inputs)
@click.option("--kernel", "kernel_text", metavar="HxW", default=None, help="Window of a unit: 10x10, or 10 for both.")
@click.option("--hidden", type=types.whole(1), default=None, help="Units in all [default: grid × filters].")
@click.option(
    "--filters", type=types.whole(1), default=None, help="Filters (output maps) [default: one for each group]."
)
@options.size
@options.padding
@options.stride
@options.dilation
@click.option(
    "--groups",
    "groups_text",
    metavar="N|depthwise",
    default="1",
    show_default=True,
    shell_complete=completion.words("depthwise"),
    help="Channel groups.",
)
@click.option("--bias/--no-bias", default=False, show_default=True, help="A bias for each unit, or for each filter.")
@options.dtype
@click.option("--layer", "kinds", type=types.CONNECTION, multiple=True, help="Only this way; repeatable.")
@click.option("--formula", "formulas", is_flag=True, help="Show the formulas with the numbers put in.")
@options.output_to("Draw who is joined to whom, as a picture: .png, .svg, .pdf ...")
@options.enlarging
@options.force
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.arguments.drawings import check_drawing, write_drawing

    options = ParamsOptions(**given)
    check_drawing(options.output, options, as_json=options.as_json)
    layer = layer_asked(options)
    ways = [kind for kind in types.CONNECTION.choices if kind in options.kinds] or list(layer.kinds())
    if options.output is not None:
        from convcli.report.layer.diagram import layer_diagram

        write_drawing(layer_diagram(layer, ways), options.output, options)
        if options.output == "-":
            return
    if options.as_json:
        from convcli.report.layer.record import layer_record
        from convcli.report.printing.json_lines import json_line

        click.echo(json_line(layer_record(layer, ways, options.dtype, formulas=options.formulas)))
    else:
        _show(layer, ways, options)


def _show(layer: Layer, ways: Sequence[str], options: ParamsOptions) -> None:
    from convcli.cli.arguments.shapes import narrow_terminal
    from convcli.report.layer.table import layer_table
    from convcli.report.printing.table import show_table

    upright = narrow_terminal(170)
    show_table(layer_table(layer, ways, options.dtype, formulas=options.formulas, upright=upright))


def layer_asked(options: ParamsOptions) -> Layer:
    """The layer that the options describe, checked to fit."""
    from convcli.cli.arguments.shapes import check_sizes, read_shape, was_given
    from convcli.cli.first_words import IncompleteError
    from convcli.core.geometry import Padding
    from convcli.core.layer.cost import plan_layer
    from convcli.core.text.whole_numbers import pair, whole_number

    check_sizes(padding=options.padding, stride=options.stride, dilation=options.dilation)
    given, text = read_shape(options.shape), options.kernel_text
    if text is None and options.hidden is None:
        words = "how many units? give --kernel HxW (a grid of them), --hidden N (their number), or both"
        raise IncompleteError(words, "--kernel", "3")
    depthwise = options.groups_text == "depthwise"
    return plan_layer(
        given.shape,
        given.kernel(pair(text, "--kernel") if text is not None else None, text or ""),
        hidden=options.hidden,
        filters=options.filters,
        groups=given.shape[2] if depthwise else whole_number(options.groups_text, "--groups"),
        padding=None if options.padding is None else given.padding(Padding(*options.padding)),
        size=options.size,
        stride=given.steps(options.stride, "stride"),
        dilation=given.steps(options.dilation, "dilation"),
        bias=options.bias,
        placed=bool(was_given("size", "padding", "stride", "dilation")),
    )
