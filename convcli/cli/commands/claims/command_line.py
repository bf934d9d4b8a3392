"""`convcli claims`: every claim of the chapter, shown and checked."""

from __future__ import annotations

from typing import Any

import click

from convcli.cli import options, types
from convcli.cli.commands.claims import ABOUT
from convcli.cli.help import completion

HELP = """\b
Examples:
  convcli claims
  convcli claims ten-thousand-times
  convcli claims learned-flip photo.jpg -k emboss -o learned.png
  convcli claims --all sample:coffee

What a textbook chapter says of convolutional layers, claim by claim: without a NAME the list; with one
(or its number) the claim is tried on PICTURE [default: sample:camera] and a kernel, and what was done, found
and measured is said.  --all tries all of them.

Each claim is checked by a route that shares no code with what it checks. Pictures are tried in their grey
values, large ones on the part in the middle. Exit code 1 says that a claim did not hold here.
"""


def _names() -> list[str]:
    from convcli.report.claims.claims import CLAIMS

    return CLAIMS.names()


@click.command(
    cls=options.LiteralCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("name", required=False, shell_complete=completion.claims)
@click.argument("picture", required=False, shell_complete=completion.inputs)
@options.kernels
@click.option("--all", "everything", is_flag=True, help="Try all claims, a line each.")
@click.option("--seed", type=types.whole(0), default=0, show_default=True, help="Seed of whatever is random.")
@click.option(
    "--functions",
    type=types.FUNCTIONS,
    default="box,exponential",
    show_default=True,
    help="Two functions on a line, for the claims about such: box, triangle, exponential, gaussian, or samples of "
    "your own, as in '0 1 2,gaussian'.",
)
@options.output_to("Draw the claim: .png, .svg, .pdf ...; .gif, .webp or .apng where something moves.")
@options.enlarging_beside_text
@options.force
@options.layout
@options.reading
@options.json_option
@options.quiet_verdict
def command(**given: Any) -> None:
    from convcli.cli.commands.claims.asked import ClaimsOptions
    from convcli.cli.commands.claims.run import run

    run(ClaimsOptions(**given))
