"""`convcli learn`: the kernel and bias that turn one picture into another."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.commands.learn import ABOUT
from convcli.cli.help import completion

HELP = """\b
Examples:
  convcli learn "1 1 0 0 1; 0 1 1 0 1" "0 1 0 -1; -1 0 1 -1" --kernel-size 1x2
  convcli learn before.png after.png --kernel-size 5
  convcli learn photo.jpg blurred.jpg --kernel-size 7 -o blur.txt --residual left.png
  convcli learn before.png after.png --kernel-size 3 --descend -o learning.gif
  convcli learn before/ after/ --kernel-size 5
  convcli learn before.npy after.npy --kernel-size 3 -q | convcli apply new.npy -k @- -o out.npy

Find the kernel and bias that best turn BEFORE into AFTER (least squares).

BEFORE and AFTER may be folders: one kernel for all pairs of pictures with the same name.
AFTER has BEFORE's size, or its valid size. Windows that touch the border are left out unless
--border says what lies beyond it; so are pixels that were clamped to an end of AFTER's range.

The kernel is printed as rows that -k @- reads, with the digits that mean something; -o and --json
have all of them. Weights that BEFORE cannot determine are named, and the smallest kernel is given.

Exit code 1, and why, where no kernel of that size leaves as little as rounding does: then AFTER is
no convolution of BEFORE (a median, a gamma curve), or one with a larger kernel, or has noise.
"""


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("before", shell_complete=completion.inputs)
@click.argument("after", shell_complete=completion.inputs)
@click.option("--kernel-size", type=types.PAIR, required=True, help="Rows and columns, or one number for both.")
@click.option(
    "--mode",
    type=types.choice("correlate", "convolve"),
    default="correlate",
    show_default=True,
    help="What the kernel is for; for a convolution it is the flip.",
)
@click.option(
    "--channels",
    type=types.choice("one", "each", "gray", "sum"),
    default="one",
    show_default=True,
    help="One kernel for all channels, one for each, for their grey value, or weights for every channel.",
)
@click.option(
    "--border",
    type=types.BORDER,
    default=None,
    cls=options.Described,
    describe=lambda: f"Include the border's pixels: {options.border_list()} [default: left out].",
)
@click.option(
    "--anchor",
    type=types.POSITION,
    default=None,
    help="The kernel's weight that stands on a pixel of AFTER, counted from 0,0 [default: half of each size].",
)
@click.option("--keep-clamped", is_flag=True, help="Use pixels of AFTER at 0 or at the top of their range, too.")
@click.option(
    "--noise",
    type=types.number(),
    default=0.0,
    help="RMS that AFTER may differ by besides rounding, as after JPEG, in its own units [default: 0].",
)
@click.option("--descend", is_flag=True, help="Learn by gradient descent from a random kernel instead.")
@click.option(
    "--steps", type=types.whole(1, 1_000_000), default=None, help="Most steps of the descent [default: 20000]."
)
@click.option(
    "--rate", type=types.number(), default=None, help="Step size of the descent [default: 1 / largest eigenvalue]."
)
@click.option("--seed", type=types.whole(0), default=None, help="Seed of the random kernel [default: 0].")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="OUT",
    shell_complete=completion.files,
    help="The kernel as .txt, .csv, .json or .npy; with --descend also how it took shape, moving (.gif, .webp, .apng) "
    "or at the end (.png, .svg, .pdf ...). Repeatable.",
)
@options.enlarging
@click.option(
    "--residual",
    metavar="OUT",
    default=None,
    shell_complete=completion.files,
    help="A picture of where the kernel's result misses AFTER.",
)
@options.force
@options.layout
@options.jobs
@options.cluster
@options.reading
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.learn.asked import LearnOptions
    from convcli.cli.commands.learn.run import learn_from

    learn_from(LearnOptions(**given))
