"""`convcli run`: a picture through every layer of a network."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.arguments.inputs_of_networks import preparing
from convcli.cli.commands.run import ABOUT
from convcli.cli.help import completion

HELP = """\b
Examples:
  convcli run digits sample:digit-3
  convcli run digits sample:digit-3 --softmax -o sheet.png
  convcli run model.onnx photo.jpg --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --labels names.txt
  convcli run model.onnx photo.jpg --maps maps/
  convcli run model.onnx photo.jpg --layer conv1 -o conv1.npy
  convcli run "28x28x1 conv:8,5 relu pool:max,2 flatten fc:10" digit.png --weights trained.safetensors

Send a picture through a network, layer by layer: shapes, ranges, zeros, what the strongest unit sees, the verdict.

NETWORK is digits, whose weights ship with the tool, an ONNX file (extra 'onnx'), or layers as 'convcli help networks'
writes them (a line, @FILE or a name) with --weights. PICTURE is any input, or a .npy of the network's own input
shape, which is fed as it is.

The picture is prepared, and what was done is said: grey or colour as the network takes it; the middle that has the
input's shape (--fit), resized; (samples * --input-scale - --mean) / --std, where 8-bit samples become 0..1 if nothing
is said. 'convcli help preparation' says more.

-o FILE.png draws one sheet: the picture with what the strongest unit sees, every layer's maps, the verdict. -o FILE.npy
holds the output raw, in the network's own axes. --layer NAME does either for layers alone, --maps a sheet for each.
Numbers of a classifier are probabilities only where the network ends in softmax, or --softmax asks for one.
"""


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("network", shell_complete=completion.networks)
@click.argument("picture", shell_complete=completion.inputs)
@preparing
@click.option("--top", type=types.whole(1, 1000), default=5, show_default=True, help="Classes that are shown.")
@click.option(
    "--labels", default=None, metavar="FILE", shell_complete=completion.files, help="Names of the classes, one a line."
)
@click.option("--softmax", is_flag=True, help="Make probabilities of the logits of a network that ends without one.")
@click.option(
    "--layer", "only", multiple=True, metavar="NAME", help="This layer alone, as the table names it. Repeatable."
)
@click.option(
    "--maps",
    "maps_folder",
    default=None,
    metavar="FOLDER/",
    shell_complete=completion.files,
    help="A sheet of maps for each layer, into this folder: 01-conv-1.png ...",
)
@click.option(
    "--most-maps",
    type=types.whole(1, 1024),
    default=None,
    show_default="12 a layer on one sheet, 64 on sheets of their own",
    help="Maps of a layer that are drawn: the strongest ones.",
)
@click.option(
    "--sheet-scale",
    type=types.choice("shared", "each"),
    default="shared",
    show_default=True,
    help="One range of values for all maps of a layer, or one for each.",
)
@click.option("--colormap", type=options.COLORMAP, default="gray", show_default=True, help="Colours for the maps.")
@options.output_to("One sheet of all layers (.png, .svg, .pdf ...), or the raw output (.npy); '-' is a PNG to stdout.")
@options.enlarging
@options.force
@options.layout
@options.reading
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.run.asked import RunOptions
    from convcli.cli.commands.run.sending import send

    send(RunOptions(**given))
