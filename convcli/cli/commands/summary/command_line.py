"""`summary`: a whole network, layer by layer, or a weight file's tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convcli.cli import options, types
from convcli.cli.asked import Asked
from convcli.cli.commands.summary import ABOUT
from convcli.cli.help import completion

if TYPE_CHECKING:
    from convcli.core.network.rows import Network

HELP = """\b
Examples:
  convcli summary lenet-5
  convcli summary "28x28x1 conv:6,5,pad=2 relu pool:avg,2 flatten fc:10"
  convcli summary @net.txt --batch 32 --dtype float16
  convcli summary "32x32x3 conv:10,3" --conventions
  convcli summary vgg-16 --replace fc
  convcli summary "8x8x4 add( conv:4,3,pad=1 | skip ) relu"
  convcli summary model-00001-of-00002.safetensors
  convcli summary model.onnx

Count a network, layer by layer: shapes, parameters, MACs, receptive fields, memory.

NETWORK is a name, the input's shape (HxWxC, HxW or N) and layers in one line, @FILE with the same
(a layer a line, # comments; @- is stdin), a .onnx file (extra 'onnx'), or a .safetensors or .npz file, of which only
the headers are read; of a model in several files any one, all of them, or their .index.json.

\b
Layers (a K, a stride or any N may be ROWSxCOLUMNS):
{forms}
Options: stride=N  pad=N|same|tf-same|valid|full  dilation=N  groups=N  bias=yes|no (yes)
         output-pad=N  ceil=yes|no (no)  name=WORD
         share=WORD (takes that layer's weights; they count once)

\b
Branches (in a shell in quotes; in a file over as many lines as you like):
  add( conv:8,3,pad=1 relu | skip )   both see what comes in; skip leaves it as it is
  repeat(3, conv:8,3,pad=1 relu)      the same layers, three times over
  block unit:f,s=1 ( conv:{{f}},3,stride={{s}},pad=1 batchnorm relu )   layers with a name ...
  unit:64,2 unit:64                   ... and their use
'convcli help networks' says more.

\b
Names:
{names}
"""


def _help() -> str:
    from convcli.core.network.kinds import LAYER_KINDS
    from convcli.core.network.zoo import NETWORKS

    forms = "\n".join(f"  {kind.form:34} {kind.about}" for kind in LAYER_KINDS)
    return HELP.format(forms=forms, names="\n".join(f"  {known.name:14} {known.about}" for known in NETWORKS))


def _ways() -> list[str]:
    from convcli.core.network.replaced import WAYS

    return list(WAYS)


class SummaryOptions(Asked):
    """The options of `summary`, as they were typed.

    Attributes:
        network: words, which a shell may have taken apart.
        batch, dtype: inputs at once, and the numbers' type: for the memory.
        conventions: also what other counters report.
        way: also its convolutions replaced by this one of `replaced.WAYS`.
        quiet: say nothing of a shape that seems to have its channels first.
    """

    network: tuple[str, ...]
    batch: int
    dtype: str
    conventions: bool
    way: str | None
    as_json: bool
    quiet: bool


@click.command(
    cls=options.LiteralCommand,
    describe=_help,
    about=ABOUT,
)
@click.argument("network", nargs=-1, required=True, shell_complete=completion.networks)
@click.option(
    "--batch", type=types.whole(1), default=1, show_default=True, help="Inputs at once, for the activations' memory."
)
@options.dtype
@click.option("--conventions", is_flag=True, help="What other counters report, and why they differ.")
@click.option("--replace", "way", type=types.Names(_ways), help="Cost of each conv unshared, or also as fc.")
@options.json_option
@options.quiet
def command(**given: Any) -> None:
    from convcli.cli.commands.summary.network import onnx_network, read_network, weight_files

    asked = SummaryOptions(**given)
    paths = weight_files(asked.network)
    if paths:
        _show_weights(paths, asked.as_json)
    elif network := onnx_network(" ".join(asked.network)):
        _show(network, asked)
    else:
        network = read_network(" ".join(asked.network))
        _note(network, asked)
        _show(network, asked)


def _note(network: Network, asked: SummaryOptions) -> None:
    from convcli.core.network.spec import channels_first, shape_text

    meant, (rows, *others) = channels_first(network.shape), network.shape
    if meant and not asked.quiet:
        said = f"{shape_text(network.shape)} is {rows} rows, {others[0]} columns and {others[1]} channels"
        click.echo(f"channels first? {said}; write {shape_text(meant)}", err=True)


def _show(network: Network, asked: SummaryOptions) -> None:
    from convcli.cli.arguments.shapes import terminal_width
    from convcli.report.network.table import NARROW, network_table
    from convcli.report.printing.table import show_table

    batch, dtype, way = asked.batch, asked.dtype, asked.way
    if asked.as_json:
        from convcli.report.network.record import network_record
        from convcli.report.printing.json_lines import json_line

        record = network_record(network, batch=batch, dtype=dtype, conventions=asked.conventions, way=way)
        click.echo(json_line(record))
        return
    width = terminal_width()
    show_table(network_table(network, batch=batch, dtype=dtype, width=width))
    if asked.conventions or way:
        from convcli.report.network.comparisons import conventions_table, replaced_table

        if asked.conventions:
            show_table(conventions_table(network))
        if way:
            show_table(replaced_table(network, way, dtype, narrow=width is not None and width < NARROW))


def _show_weights(paths: tuple[str, ...], as_json: bool) -> None:
    from convcli.cli.arguments.shapes import was_given
    from convcli.errors import UsageError
    from convcli.files.weights import read_model
    from convcli.report.network.record import weights_record
    from convcli.report.network.weights import weights_table
    from convcli.report.printing.json_lines import json_line
    from convcli.report.printing.table import show_table

    if refused := was_given("batch", "dtype", "conventions", "way"):
        names = ", ".join("--replace" if name == "way" else f"--{name}" for name in refused)
        raise UsageError(f"{names}: a weight file holds tensors, not a network; leave it out")
    model = read_model(*paths)
    files = [part.path for part in model.parts]
    if as_json:
        click.echo(json_line(weights_record(model.path, model.tensors, files)))
    else:
        show_table(weights_table(model.path, model.tensors, len(files)))
