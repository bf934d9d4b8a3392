"""`convcli show`: a stack of feature maps as a labelled sheet."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.help import completion
from convcli.images.formats import format_aliases, picture_names

HELP = """\b
Examples:
  convcli show layer2.npy -o sheet.png
  convcli show activations.npy --layout chw --sheet-scale each -o sheet.png
  convcli apply sample:coffee -k bank:gabor --relu --pool max:4 --format npy | convcli show - -o maps.png
  convcli show sample:coffee -o channels.png

Show every map of a stack on one labelled sheet.

STACK is an array (rows, columns, maps), a multi-page TIFF with a page for each map, a picture, whose
channels are its maps, or '-' (stdin). Without -o a terminal shows a preview and a pipe gets PNG.

--display auto keeps 8-bit pixels as they are; where there are negative values mid-grey is 0;
else 0, or the smallest value, is black and the largest white.
"""


@click.command(cls=options.LiteralCommand, help=HELP, short_help="A stack of feature maps as a sheet.")
@click.argument("stack", shell_complete=completion.inputs)
@click.option(
    "--sheet-scale",
    type=types.choice("shared", "each"),
    default="shared",
    show_default=True,
    help="One range of values for all maps, or one for each.",
)
@click.option("--columns", type=types.whole(1), default=None, help="Columns of the sheet [default: to suit].")
@click.option(
    "--display",
    type=options.DISPLAY,
    default="auto",
    show_default=True,
    help="From values to pixels.",
)
@click.option(
    "--colormap",
    type=options.COLORMAP,
    default="gray",
    show_default=True,
    help="Colours for the maps.",
)
@options.output
@click.option(
    "--format",
    "file_format",
    type=types.Names(picture_names, format_aliases),
    default=None,
    help="Format of the sheet [default: by -o's suffix, or png].",
)
@options.layout
@options.force
@options.reading
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.show.asked import ShowOptions
    from convcli.cli.commands.show.run import show_stack

    show_stack(ShowOptions(**given))
