"""`convcli apply`: correlate pictures or arrays with kernels."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.commands.apply import ABOUT
from convcli.cli.help import completion
from convcli.images.formats import format_aliases, format_names

EXAMPLES = """\b
Examples:
  convcli apply sample:camera -k sobel-x -o edges.png
  convcli apply photo.jpg -k bank:sobel --combine magnitude -o edges.png
  convcli apply photos/ --recursive -k gaussian:sigma=2 -o blurred/
  convcli apply walk.gif -k sharpen -o sharp.webp
  convcli apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid
"""


@click.command(
    cls=options.LiteralCommand,
    about=ABOUT,
    help=f"""{EXAMPLES}
Correlate INPUTS with one or more kernels (no flip; --convolve flips them).

An INPUT is a picture or .npy file, a folder of pictures (hidden ones are left out), '-' (stdin), sample:NAME,
or a matrix such as "0 1 2; 3 4 5". Without -o a terminal shows a preview and a pipe gets the data.
""",
)
@click.argument("inputs", nargs=-1, metavar="INPUT...", shell_complete=completion.inputs)
@click.option(
    "-r", "--recursive", is_flag=True, help="Take the folders in a folder, too; -o FOLDER gets the same tree."
)
@click.option(
    "--from-file",
    metavar="LIST",
    default=None,
    shell_complete=completion.files,
    help="More inputs: files and folders, a name on each line of LIST ('-' is stdin).",
)
@click.option("-0", "--null", "by_nul", is_flag=True, help="The names in LIST end with NULs, as find -print0 has them.")
@click.option(
    "--region",
    type=types.REGION,
    default=None,
    help="Read only this part, in pixels: borders begin at its edges, as if it had been cropped first.",
)
@click.option(
    "--level", type=types.whole(0), default=None, help="Level of a pyramid: 0 is the full size, 1 the next smaller."
)
@options.kernels
@click.option("--convolve", is_flag=True, help="Convolve: flip each kernel in both axes first.")
@options.geometry
@click.option(
    "--bias",
    type=types.BIASES,
    default=(0.0,),
    help="Added to each response: one number, or one per kernel; @FILE holds them, or a tensor @FILE:NAME.",
)
@click.option(
    "--normalize",
    type=types.choice("none", "sum", "l1", "split"),
    default="none",
    show_default=True,
    help="Scale the weights: to sum 1, to magnitudes of 1, or positives to 1 and negatives to -1.",
)
@click.option("--scale", type=types.number(), default=1.0, help="Multiply the weights, after --normalize.")
@options.channels
@click.option(
    "--groups",
    type=types.whole(1),
    default=1,
    show_default=True,
    help="Share channels and kernels out: a kernel has weights for CHANNELS/N of them. As many as channels: depthwise.",
)
@options.precision
@click.option(
    "--alpha",
    type=types.choice("weight", "separate", "keep", "drop"),
    default="weight",
    show_default=True,
    help="Transparency: weigh the colours by it and filter it, filter it as one more channel, leave it as it was, "
    "or leave it out. A kernel that sums to 0 leaves it as it was. See 'convcli help samples'.",
)
@click.option(
    "--missing",
    type=types.MISSING,
    default=None,
    metavar="nan|VALUE",
    help="Samples that are not there: responses are weighted means of the others, times the kernel's sum.",
)
@click.option(
    "--min-valid",
    type=types.SHARE,
    default=None,
    help="Least share of a window's weights on samples that are there; below it the response is missing, "
    "too [default: any].",
)
@click.option(
    "--linear", is_flag=True, help="Filter amounts of light, by the picture's colour profile or sRGB, and convert back."
)
@click.option(
    "--combine",
    type=types.choice("magnitude", "max", "sum"),
    default=None,
    help="One result from all kernels' responses.",
)
@click.option("--relu", is_flag=True, help="Replace negative responses by 0.")
@click.option(
    "--pool",
    metavar="KIND:N",
    default=None,
    shell_complete=completion.poolings,
    help="Pool the maps: max:2, avg:2, max:3,stride=2.",
)
@options.display
@click.option(
    "--range",
    type=types.RANGE,
    default=None,
    help="Responses that signed, stretch and magnitude draw from and to, instead of the smallest and the largest "
    "[default: theirs, which a picture read by rows is gone through once more for].",
)
@options.output_to(
    "Output: a file, '-' (stdout), a folder (of several inputs, out needs no slash), or a pattern of {stem}, "
    "{kernel}, {index} and {folder}, such as '{stem}-{kernel}.png'; see 'convcli help pipes'."
)
@click.option(
    "--format",
    "file_format",
    type=types.Names(format_names, format_aliases),
    default=None,
    help="Format of the output [default: by -o's suffix, or the input's kind].",
)
@click.option(
    "--quality",
    type=types.whole(1, 100),
    default=None,
    help="For JPEG, AVIF (100: nearly lossless), WebP, HEIF, JPEG 2000 (100: lossless) [default: 90].",
)
@click.option(
    "--png-level",
    type=types.whole(0, 9),
    default=None,
    help="PNG compression: 0 fast, 9 small [default: a quick way that suits the picture].",
)
@click.option(
    "--frames",
    metavar="all|first|N|N..M",
    type=types.FRAMES,
    default=None,
    help="Frames of an animation, or pages of a TIFF, counted from 0 [default: all, if the output holds them; "
    "{frame} in -o makes a file of each]. See 'convcli help frames'.",
)
@options.dpi
@options.lang
@click.option("--strip", is_flag=True, help="Carry over no EXIF, XMP, IPTC or comments; the colour profile stays.")
@options.layout
@click.option(
    "--sheet-scale",
    type=types.choice("shared", "each"),
    default="shared",
    show_default=True,
    help="On a sheet of several maps: one range of values for all, or one for each map, so that faint ones show.",
)
@click.option("--columns", type=types.whole(1), default=None, help="Columns of a sheet of several maps.")
@click.option("--tile", type=types.whole(1), default=None, help="Rows and columns of the output's tiles, or chunks.")
@click.option("--pyramid", is_flag=True, help="Write smaller levels, too, each half of the one before.")
@click.option("--resume", is_flag=True, help="Go on with an output that was interrupted, where the same was asked for.")
@click.option("--preview", is_flag=True, help="Show the result in the terminal as well.")
@click.option("--skip-existing", is_flag=True, help="Leave inputs alone whose output exists.")
@options.force
@options.jobs
@click.option(
    "--memory",
    type=types.MEMORY,
    default=None,
    help="Read and write by rows within about so much memory, as 512M or 2G [default: by rows where a picture is "
    "large, see 'convcli help large'].",
)
@options.cluster
@options.allow_network
@options.reading
@options.json_option
@options.verbose
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.apply.asked import ApplyOptions
    from convcli.cli.commands.apply.run import apply_to

    apply_to(ApplyOptions(**given))
