"""`params`: one layer fully connected, sparse and shared."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.core.layer.cost import DTYPE_BYTES, KINDS

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


@click.command(cls=options.LiteralCommand, help=HELP, short_help="What a layer costs: fully connected, sparse, shared.")
@click.argument("shape")
@click.option("--kernel", "kernel_text", metavar="HxW", default=None, help="Window of a unit: 10x10, or 10 for both.")
@click.option("--hidden", type=types.whole(1), default=None, help="Units in all [default: grid x filters].")
@click.option(
    "--filters", type=types.whole(1), default=None, help="Filters (output maps) [default: one for each group]."
)
@options.size
@options.padding
@options.stride
@options.dilation
@click.option("--groups", "groups_text", metavar="N|depthwise", default="1", show_default=True, help="Channel groups.")
@click.option("--bias/--no-bias", default=False, show_default=True, help="A bias for each unit, or for each filter.")
@click.option(
    "--dtype", type=click.Choice(list(DTYPE_BYTES)), default="float32", show_default=True, help="Of a number."
)
@click.option("--layer", "kinds", type=click.Choice(KINDS), multiple=True, help="Only this way; repeatable.")
@click.option("--formula", "formulas", is_flag=True, help="Show the formulas with the numbers put in.")
@click.option("-o", "--output", default=None, metavar="OUT", help="Draw who is joined to whom, as a picture.")
@options.force
@options.json_option
@options.quiet
def command(shape: str, kinds: tuple[str, ...], dtype: str, formulas: bool, **given: Any) -> None:
    from convcli.cli.arguments.drawings import check_drawing, write_drawing
    from convcli.report.layer.record import layer_record
    from convcli.report.layer.table import layer_table

    check_drawing(given["output"], as_json=given["as_json"], force=given["force"])
    layer = _layer(shape, **{key: given[key] for key in _LAYER})
    ways = [kind for kind in KINDS if kind in kinds] or list(layer.kinds())
    if given["output"] is not None:
        from convcli.report.layer.diagram import layer_diagram

        write_drawing(layer_diagram(layer, ways), given["output"], force=given["force"], quiet=given["quiet"])
        if given["output"] == "-":
            return
    if given["as_json"]:
        from convcli.report.printing.json_lines import json_line

        click.echo(json_line(layer_record(layer, ways, dtype, formulas=formulas)))
    else:
        from convcli.cli.arguments.shapes import narrow_terminal
        from convcli.report.printing.table import show_table

        show_table(layer_table(layer, ways, dtype, formulas=formulas, upright=narrow_terminal(170)))


_LAYER = ("kernel_text", "hidden", "filters", "size", "padding", "stride", "dilation", "groups_text", "bias")


def _layer(shape: str, *, kernel_text: str | None, groups_text: str, padding: Any, **numbers: Any) -> Any:
    from convcli.cli.arguments.shapes import check_sizes, read_shape, was_given
    from convcli.core.geometry import Padding
    from convcli.core.layer.cost import plan_layer
    from convcli.core.text.whole_numbers import pair, whole_number

    check_sizes(padding=padding, stride=numbers["stride"], dilation=numbers["dilation"])
    given = read_shape(shape)
    kernel = given.kernel(pair(kernel_text, "--kernel") if kernel_text is not None else None, kernel_text or "")
    groups = given.shape[2] if groups_text == "depthwise" else whole_number(groups_text, "--groups")
    return plan_layer(
        given.shape,
        kernel,
        groups=groups,
        padding=None if padding is None else given.padding(Padding(*padding)),
        placed=bool(was_given("size", "padding", "stride", "dilation")),
        **numbers,
    )
