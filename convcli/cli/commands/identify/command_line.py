"""`convcli identify`: what another tool's filter really does."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.commands.identify import ABOUT
from convcli.cli.help import completion
from convcli.cli.help.groups import GroupedCommand

HELP = """\b
Examples:
  convcli identify --python convcli:convolve --args "'emboss'"
  convcli identify -- gm convert {in} -convolve 1,2,3,0,4,0,1,1,0 {out}
  convcli identify -k "1 2 1; 2 4 2; 1 2 1" -- ./mytool --in {in} --out={out}
  convcli identify --python cv2:GaussianBlur --args "ksize=(5,5), sigmaX=1"
  convcli identify -o report.png -- gm convert {in} -blur 0x1 {out}
  convcli identify --probes probes/
  convcli identify --results results/ --json

Find out what the filter of another tool does: which kernel, flipped or not, which anchor, border, stride, rounding,
whether in linear light; by its answers to pictures that are made to show it, each point with its evidence. Then
the proof: what it makes of a picture that it has not seen, predicted, and the line of apply that does the same.

COMMAND is run as it stands, without a shell, on files in a private folder, within --timeout and --memory. Where it
names no {in} it gets the picture on stdin, where it names no {out} its stdout is the answer. What follows its first
word is its own. Exit code 1 says that no convolution does this, or that none was found, and why.

How sure each point is: exact, every answer is reproduced byte for byte and by nothing else; close, within the error
that the answers leave; open, several choices give the same answers and are all named; unknown, not seen.
"""
TOOLS = ("magick", "scipy", "opencv", "torch", "vips", "numpy")
FORMATS = ("png", "tiff", "npy", "ppm")


@click.command(
    cls=GroupedCommand,
    context_settings={"allow_interspersed_args": False},  # what follows COMMAND's first word is its own
    help=HELP,
    about=ABOUT,
)
@click.argument("words", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED, shell_complete=completion.files)
@click.option("--python", "function", metavar="MODULE:FUNCTION", default=None, help="Call this function instead.")
@click.option(
    "--args", "arguments", metavar="ARGUMENTS", default=None, help="Its arguments after the picture: literals."
)
@click.option(
    "--probes", "probes_folder", metavar="FOLDER", default=None, shell_complete=completion.files,
    help="Write the pictures, for a filter that no command reaches.",
)  # fmt: skip
@click.option(
    "--results", "results_folder", metavar="FOLDER", default=None, shell_complete=completion.files,
    help="What came back for them, by their names.",
)  # fmt: skip
@click.option(
    "-k", "--kernel", "kernel_texts", multiple=True, metavar="KERNEL", shell_complete=completion.one_kernel,
    help="The kernel that was meant: whether it is applied flipped, and scaled.",
)  # fmt: skip
@options.kernel_layout
@click.option(
    "--on", "picture", metavar="PICTURE", default=None, shell_complete=completion.inputs,
    help="The unseen picture [default: sample:coffee, or sample:camera where it is in grey].",
)  # fmt: skip
@click.option(
    "--format", "file_format", type=types.choice(*FORMATS), default=None,
    help="Format of {in} and {out} [default: png; tiff with --depth float].",
)  # fmt: skip
@click.option(
    "--depth", type=types.choice("8", "16", "float"), default="8", show_default=True,
    help="Bits of the pictures, or float (0 to 255) in .npy and .tiff.",
)  # fmt: skip
@click.option("--timeout", type=types.number(), default="10", show_default=True, help="Seconds for each run.")
@click.option(
    "--memory", type=types.whole(1, 1 << 24), default="2048", show_default=True, help="MiB for each run, all processes."
)
@click.option("--emit", type=types.choice(*TOOLS), default=None, help="Print what does the same with that tool.")
@options.output_to("Draw the report: probes, answers, what was predicted, differences: .png, .svg, .pdf ...")
@options.enlarging
@options.force
@options.layout
@options.reading
@options.json_option
@options.verbose
@options.quiet_verdict
def command(**given: Any) -> None:
    from convcli.cli.app import stop
    from convcli.cli.commands.identify.asked import IdentifyOptions
    from convcli.cli.commands.identify.run import identify_filter

    if not identify_filter(IdentifyOptions(**given)):
        stop(1)
