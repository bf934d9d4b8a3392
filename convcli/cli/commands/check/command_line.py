"""`convcli check`: an answer to an exercise, marked, and the mistake named."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options
from convcli.cli.commands.check import ABOUT
from convcli.cli.help import completion

HELP = """\b
Examples:
  convcli check "19 25; 37 43" -- apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid
  convcli check 25 -- explain "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid --at 0,1
  convcli check "3 2; 1 0" -- flip "0 1; 2 3"
  convcli check "shared.weights=25" -- params 28x28x1 --kernel 5
  convcli check edges.png -- apply sample:camera -k sobel-x
  convcli check --sheet class/ -o marks.csv -- apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3"

Compare ANSWER with the right one, which is what the command behind -- computes: apply, explain, flip, params or
matrix. The first wrong output is shown with its arithmetic, and the mistake that gives the whole answer is named: a
kernel flipped (in both axes or one) or transposed, another border or padding, an anchor one off, stride or bias
forgotten, numbers rounded or clamped too early, bytes that overflow, channels summed or swapped.

ANSWER is a matrix ("19 25; 37 43"), a number, '-' (stdin), or a file: .npy, .txt, .csv, a picture. Raw responses are
compared, and of a picture the pixels that apply would write. A number with fewer digits is right to its digits; whole
numbers for fractions are rounded. Of explain it holds the value of each --at, or all of them. Of params it names its
figures, [LAYER.]FIGURE=N: LAYER is fc, sparse or shared (left out where --layer says it), FIGURE is parameters,
weights, biases, connections, macs or bytes; a bare N is parameters.

Exit code 0: right; 1: wrong; 3: an answer of the sheet could not be read.
"""


class CheckCommand(options.LiteralCommand):
    """A command whose exercise stands behind --."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As Click; an option of the exercise in front of -- is answered with where it belongs."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if "--" in args:
                raise
            from convcli.errors import UsageError, printable

            name = printable(error.option_name)
            example = 'convcli check 25 -- explain "0 1; 2 3" -k "1 1" --at 0,0'
            raise UsageError(f"check has no option {name}; the exercise stands behind --, as in: {example}") from None


@click.command(
    cls=CheckCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("words", nargs=-1, metavar="[ANSWER] -- COMMAND...", shell_complete=completion.answers)
@click.option(
    "--sheet",
    metavar="FOLDER",
    default=None,
    shell_complete=completion.files,
    help="Mark every file of a folder, a line each: name, right, score, first wrong place, diagnosis.",
)
@options.output_to("The sheet's marks: a .csv file, or '-' (stdout).")
@options.force
@options.layout
@options.reading
@options.json_option
@options.quiet_verdict
def command(**given: Any) -> None:
    from convcli.cli.commands.check.asked import CheckOptions
    from convcli.cli.commands.check.run import check

    check(CheckOptions(**given))
