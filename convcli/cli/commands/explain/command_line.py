"""`explain`: the arithmetic of one output value, in text, as a figure, as an animation."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.commands.explain import ABOUT
from convcli.cli.help import completion
from convcli.cli.values import read_whole

HELP = """\b
Examples:
  convcli explain "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid --all
  convcli explain sample:camera -k sobel-x --at 100,200
  convcli explain photo.jpg -k emboss --at 0,0 --border reflect --channel green --convolve
  convcli explain "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --at 0,1 -o step.png -o walk.gif
  convcli explain photo.jpg -k sobel-x --crop 40,60,8,8 -o walk.webp
  convcli explain sample:camera -k sobel-x --weight 0,1 -o touched.png

Show the arithmetic of output values: the window, the kernel, the products and their sum. Of a kernel with
weights for each channel, the sum over the channels: --json has them one below the other, and one by one.
What is not named is chosen and said: sample:camera, sobel-x, and the place that shows most.

A value in [ ] lies beyond the edge and came from the border rule. A figure (.png, .svg) shows the values of
--at; an animation (.gif, .webp, .apng) moves the window over the whole input, left to right, top to
bottom, in at most 400 steps. Both show a photograph with the window boxed, and cells in their own tones.
--weight I,J shows one weight instead, as -k has it (convolution flips the kernel): the inputs that it meets
as the kernel moves, and the rim that it does not.

--crop takes a part first, which is then the whole input: its border is where it was cut.
"""


def _read_crop(text: str, option: str) -> tuple[int, int, int, int]:
    """TOP,LEFT,HEIGHT,WIDTH, the first two counted from 0."""
    from convcli.errors import OptionError

    parts = text.split(",")
    if len(parts) != 4:
        raise OptionError(option, text, "give TOP,LEFT,HEIGHT,WIDTH in pixels, as in 40,60,8,8")
    numbers = [read_whole(part, option, at_least=least) for part, least in zip(parts, (0, 0, 1, 1), strict=True)]
    return numbers[0], numbers[1], numbers[2], numbers[3]


CROP = types.Reader("TOP,LEFT,HEIGHT,WIDTH", _read_crop)


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("source", metavar="[INPUT]", default="", shell_complete=completion.inputs)
@options.kernels
@click.option(
    "--filter",
    "filter_number",
    type=types.whole(0),
    default=None,
    help="Of several kernels the one of this number, from 0.",
)
@click.option("--convolve", is_flag=True, help="Convolve: flip the kernel in both axes first.")
@click.option("--at", "places", type=types.POSITION, multiple=True, help="An output's row and column. Repeatable.")
@click.option("--all", "everything", is_flag=True, help="Every output, of a small input.")
@click.option(
    "--weight",
    type=types.WEIGHT,
    default=None,
    help="Instead: which inputs this weight of -k meets, and for which outputs. Row and column as written in -k.",
)
@options.geometry
@click.option("--bias", type=types.number(), default=0.0, help="Added to each response.")
@click.option(
    "--channel",
    metavar="CHANNEL",
    shell_complete=completion.words("red", "green", "blue", "gray"),
    help="Channel of a colour picture: red, green, blue, gray or a number.",
)
@click.option("--crop", type=CROP, default=None, help="Take this part of the input first.")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="OUT",
    shell_complete=completion.files,
    help="A figure (.png, .svg, .pdf ...) or an animation (.gif, .webp, .apng). Repeatable.",
)
@options.enlarging
@options.force
@options.layout
@options.reading
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.explain.asked import ExplainOptions
    from convcli.cli.commands.explain.run import explain

    explain(ExplainOptions(**given))
