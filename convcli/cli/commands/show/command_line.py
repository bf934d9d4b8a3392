"""`convcli show`: a stack of feature maps as a labelled sheet."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.commands.show import ABOUT
from convcli.cli.help import completion
from convcli.images.formats import drawing_names, format_aliases

HELP = """\b
Examples:
  convcli show sample:coffee -o channels.png
  convcli show layer2.npy -o sheet.png
  convcli show activations.npy --layout chw --sheet-scale each -o sheet.png
  convcli apply sample:coffee -k bank:gabor --relu --pool max:4 --format npy | convcli show - -o maps.png
  convcli show conv1.npy -o filters.png

Show every map of a stack on one labelled sheet.

STACK is an array (rows, columns, maps), a multi-page TIFF with a page for each map, a picture, whose
channels are its maps, or '-' (stdin). Without -o a terminal shows a preview and a pipe gets PNG.

A .npy with four axes is a layer's weights, and so is @FILE:NAME, a tensor of a .safetensors or .npz file: every
filter is a picture, in the colours of its weights for red, green and blue where it has them, mid-grey being 0.

--display auto keeps 8-bit pixels as they are (clip); where there are negative values mid-grey is 0 (signed);
else black is 0 (magnitude) or, where all values are more than half the largest, the smallest (stretch).
A bar on the sheet says what black, grey and white mean.
"""


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("stack", shell_complete=completion.inputs)
@click.option(
    "--sheet-scale",
    type=types.choice("shared", "each"),
    default=None,
    show_default="shared by maps, each for filters",
    help="One range of values for all maps or filters, or one for each.",
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
    default=None,
    show_default="gray",
    help="Colours for the maps.",
)
@options.kernel_layout
@options.output
@click.option(
    "--format",
    "file_format",
    type=types.Names(drawing_names, format_aliases),
    default=None,
    help="Format of the sheet [default: by -o's suffix, or png].",
)
@options.enlarging
@options.layout
@options.force
@options.reading
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.show.asked import ShowOptions
    from convcli.cli.commands.show.run import show_stack

    show_stack(ShowOptions(**given))
