"""`convcli equivariance`: shift then correlate, against correlate then shift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options, types
from convcli.cli.arguments.inputs_of_networks import preparing
from convcli.cli.commands.equivariance import ABOUT
from convcli.cli.help import completion

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

EXAMPLES = """\b
Examples:
  convcli equivariance sample:camera -k sobel-x --dx 2 --dy 0
  convcli equivariance photo.jpg -k sobel-x --dx 1 --stride 2 --blurpool 3 -o panel.png
  convcli equivariance -k sobel-x --dx 1 --pool max:2
  convcli equivariance sample:digit-3 --network digits --dx 0..4 --per-layer -o layers.png
  convcli equivariance -k sobel-x --sweep dx=0..4,stride=1..3,border=all -o map.png
  if convcli equivariance photo.png -k box --dx 4 --stride 2 -q; then echo it holds; fi
"""


def _settings(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What Tab offers for a sweep."""
    from convcli.cli.commands.equivariance.sweep import swept

    return completion.settings(swept(), incomplete)


@click.command(
    cls=options.LiteralCommand,
    about=ABOUT,
    help=f"""{EXAMPLES}
Compare f(g(x)), the moved INPUT correlated, with g(f(x)), the response moved (INPUT: sample:camera
unless given; the move: one pixel to the right).

Both routes are run. The border band that padding or fill can reach is predicted first; the interior
is the rest. Exit code 0 when the interior agrees, 1 when a pixel of it does not: the cause is then
found by running without each suspect. On an output of stride s a shift moves the response by dx/s; a
fraction is interpolated linearly.
""",
)
@click.argument("source", metavar="[INPUT]", default="sample:camera", shell_complete=completion.inputs)
@options.kernels
@click.option("--dx", type=types.SHIFTS, default=None, help="Pixels to the right; may be negative or a fraction.")
@click.option("--dy", type=types.SHIFTS, default=None, help="Pixels down.")
@click.option(
    "--network",
    default=None,
    metavar="NETWORK",
    shell_complete=completion.networks,
    help="After the layers of a network instead: digits, ONNX, or layers with --weights; --dx 0..8 takes a range.",
)
@click.option("--per-layer", is_flag=True, help="With --network: every layer, not the last ones alone.")
@preparing
@click.option(
    "--fill",
    type=types.BORDER,
    default=None,
    show_default="as --border",
    help="What comes in at the vacated side: a border's name; wrap makes the shift circular.",
)
@click.option(
    "--transform",
    metavar="MOVE",
    default=None,
    shell_complete=completion.transforms,
    help="Another move: rotate90, rotate180, rotate270, flip-x, flip-y, transpose, anti-transpose, "
    "rotate:DEG (counter-clockwise), scale:Z.",
)
@options.geometry
@options.channels
@options.precision
@click.option(
    "--pool",
    metavar="KIND:N",
    default=None,
    shell_complete=completion.poolings,
    help="Pool the response: max:2, avg:2, max:3,stride=2.",
)
@click.option(
    "--blurpool",
    type=types.whole(2, 64),
    default=None,
    metavar="N",
    help="Before every subsampling a binomial low-pass of NxN.",
)
@click.option("--quantize", is_flag=True, help="Round and clip every picture on the way to the range of pixels.")
@click.option("--unshared", is_flag=True, help="A locally connected layer: random weights of its own at every place.")
@click.option("--seed", type=types.whole(0, 2**32 - 1), default=None, help="Seed of --unshared's weights [default: 0].")
@click.option(
    "--sweep",
    metavar="NAME=VALUES,...",
    default=None,
    shell_complete=_settings,
    help="Every combination of values, as in dx=0..4,stride=1..3,border=all.",
)
@options.output_to("A panel (.png, .svg, .pdf ...), a walk (.gif, .webp, .apng), or the heat map of a sweep.")
@options.enlarging
@options.force
@options.layout
@options.jobs
@options.reading
@options.json_option
@options.quiet_verdict
def command(**given: Any) -> None:
    from convcli.cli.commands.equivariance.asked import EquivarianceOptions
    from convcli.cli.commands.equivariance.of_networks import of_kernels, of_network, through_network
    from convcli.cli.commands.equivariance.run import investigate, sweep

    if given["network"] is not None:
        through_network(of_network(given))
        return
    given = of_kernels(given)
    options = EquivarianceOptions(**given)
    if options.sweep is None:
        investigate(options)
    else:
        sweep(options, options.sweep)
