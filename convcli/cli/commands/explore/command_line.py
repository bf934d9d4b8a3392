"""`explore`: one HTML file in which a person can take hold of the convolution."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.arguments.inputs_of_networks import preparing
from convcli.cli.commands.explore import ABOUT
from convcli.cli.help import completion

HELP = """\b
Examples:
  convcli explore -o explorer.html
  convcli explore photo.jpg -k sobel-x -k gaussian:sigma=2 -o explorer.html
  convcli explore photo.jpg -k emboss --convolve --border reflect --stride 2 -o explorer.html
  convcli explore "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid -o explorer.html
  convcli explore photo.jpg -k bank:sobel --lang zh -o explorer.html
  convcli explore --network digits -o explorer.html
  convcli explore photo.jpg --network model.onnx --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 -o explorer.html

Write one HTML file to take hold of the convolution in: point at a pixel and see its window, the products and
their sum; change the kernel, the border, the stride, and see what comes of it.

The file holds the picture, the kernels and all it needs: it works from a disk or a mail, offline, in any browser
of today, and sends nothing anywhere. Options say how it opens; each can be changed in it.
What is not named is chosen and said: sample:camera, sobel-x.

A picture of more than 512 × 512 pixels is made smaller, and page and message say so; alpha is left out. Kernels
of more than 9 rows or columns are applied as they are; the page's grid edits smaller ones.
Without -o a pipe gets the page.

--network takes what 'convcli run' takes and walks PICTURE through it: its layers as columns of maps, what each unit
sees and is the sum of, the verdict; for digits a sheet to draw on. The page computes it anew, unless it has layers
that the page does not know, more than 5 MB of weights or too many multiplications: then it shows the maps that they
have here, in 256 greys, up to 12 a layer, and says so.
"""


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("source", metavar="[PICTURE]", default="", shell_complete=completion.inputs)
@options.kernels
@click.option("--convolve", is_flag=True, help="Convolve: flip the kernel in both axes first.")
@options.geometry
@click.option("--bias", type=types.number(), default=0.0, help="Added to each response.")
@options.channels
@click.option("--relu", is_flag=True, help="Replace negative responses by 0.")
@click.option(
    "--pool",
    metavar="KIND:N",
    default=None,
    shell_complete=completion.poolings,
    help="Pool the maps: max:2, avg:2, max:3,stride=2.",
)
@click.option("--display", type=options.DISPLAY, default="auto", show_default=True, help="From responses to pixels.")
@click.option("--colormap", type=options.COLORMAP, default=None, help="Colours for one channel.")
@click.option(
    "--network",
    default=None,
    metavar="NETWORK",
    shell_complete=completion.networks,
    help="Walk a network through too: digits, an ONNX file, or layers with --weights.",
)
@click.option(
    "--labels", default=None, metavar="FILE", shell_complete=completion.files, help="Names of the classes, one a line."
)
@preparing
@options.output_to("Output: an .html file, or '-' (stdout).")
@options.lang
@options.force
@options.layout
@options.reading
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.explore.asked import ExploreOptions
    from convcli.cli.commands.explore.run import explore

    explore(ExploreOptions(**given))
