"""Kinds of layers: a row each, and a row is all there is to say of a kind.

The language, the help, the counters, the tables and the records read the rows;
what a layer does with what comes in is its row's step, a function in `steps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from convcli.core.network import charges, steps
from convcli.core.network.charges import Charge
from convcli.core.network.steps import Step
from convcli.registry import Registry

Sums = Literal["nothing", "window", "spread", "all"]


class LayerKind(NamedTuple):
    """One kind of layer.

    Attributes:
        name: the word that it is written with.
        about, form: what it does and how it is written, for help and messages.
        step: what it does with what comes in.
        needs: options that it cannot do without; they may stand by position, in this order.
        then: options that may stand by position after those, or be left out.
        may: options that are written with their names.  Every option is a field of `LayerSpec`,
            and `language` has a reader for it.
        sums: what one unit's weighted sum runs over.  A sum over a "window" is a convolution to
            those who count, and is what can be unshared or fully connected instead; "spread" is a
            window too, but transposed: each number that comes in is spread over it; a sum over
            "all" is a fully connected layer to them.
        joins: whether several layers' outputs come in; it is written with its branches, add( .. | .. ).
        ways: what its option `how` can be.
        kept: whether its output is an array of its own in memory, and not its input in another shape.
        charges: what a counter charges for it beside that sum, by the counter's name; others charge nothing.
        note: what has to be said below a table where it occurs.
        aliases: other words for it.
    """

    name: str
    about: str
    form: str
    step: Step
    needs: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    sums: Sums = "nothing"
    joins: bool = False
    ways: tuple[str, ...] = ()
    kept: bool = True
    charges: Mapping[str, Charge] = MappingProxyType({})
    note: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """Every option that it understands."""
        return self.needs + self.then + self.may


_TRAINED = ("name", "share")  # what has weights can lend them, by its name
_WINDOW = ("stride", "pad", "dilation", "groups", "bias", *_TRAINED)

LAYER_KINDS = Registry(
    "layer",
    (
        LayerKind(
            "conv", "windows with shared weights", "conv:FILTERS,K[,stride=,pad=..]", steps.conv,
            needs=("filters", "kernel"), may=_WINDOW, sums="window",
        ),
        LayerKind(
            "local", "windows, each with its own weights", "local:FILTERS,K[,..]", steps.local,
            needs=("filters", "kernel"), may=_WINDOW, sums="window",
        ),
        LayerKind(
            "fc", "every unit joined to every input", "fc:UNITS[,bias=no]", steps.fully_connected,
            needs=("units",), may=("bias", *_TRAINED), sums="all",
        ),
        LayerKind(
            "pool", "the window's mean or maximum", "pool:avg|max,K[,stride=]", steps.pool,
            needs=("how", "kernel"), may=("stride", "pad", "dilation", "ceil"), ways=("avg", "max"),
            charges={
                "thop": charges.averages(charges.an_output),
                "onnx-tool": charges.a_window,
                **charges.elementwise(ptflops=2, calflops=1),
            },
        ),
        LayerKind(
            "global-pool", "mean or maximum of each whole map", "global-pool:avg|max", steps.global_pool,
            needs=("how",), ways=("avg", "max"),
            charges={
                "fvcore": charges.averages(charges.an_input),
                "thop": charges.averages(charges.an_input_and_output),
                "onnx-tool": charges.both(charges.an_input, charges.averages(charges.times(4, charges.an_output))),
                **charges.elementwise(ptflops=2, calflops=1),
            },
        ),
        LayerKind(
            "conv-transpose", "windows laid down, added up", "conv-transpose:FILTERS,K[,..]", steps.transposed,
            needs=("filters", "kernel"), may=("output-pad", *_WINDOW), sums="spread", aliases=("deconv",),
            charges={
                "thop": charges.an_output_window,
                "torchinfo": charges.an_output_window,
                "calflops": charges.slid_in_groups_of_groups,
                "onnx-tool": charges.an_output_window_of_filters,
            },
        ),
        LayerKind(
            "upsample", "rows and columns repeated", "upsample:N[,nearest|bilinear]", steps.upsample,
            needs=("scale",), then=("how",), ways=("nearest", "bilinear"),
            charges={
                "fvcore": charges.by_way(charges.an_output, nearest=1, bilinear=4),
                "thop": charges.by_way(charges.an_output, nearest=1, bilinear=11),
                "ptflops": charges.times(2, charges.an_output),
                "calflops": charges.an_input,
                "onnx-tool": charges.by_way(charges.an_output, nearest=0, bilinear=4),
            },
        ),
        LayerKind("crop", "rows, columns off each side", "crop:N", steps.crop, needs=("crop",)),
        LayerKind(
            "add", "branches added", "add( LAYERS | LAYERS )", steps.add, joins=True,
            charges={"onnx-tool": charges.a_meeting},
        ),
        LayerKind("concat", "branches' channels side by side", "concat( LAYERS | LAYERS )", steps.concat, joins=True),
        LayerKind(
            "multiply", "branches multiplied; 1x1xC scales maps", "multiply( LAYERS | LAYERS )", steps.multiply,
            joins=True, charges={"onnx-tool": charges.a_meeting},
        ),
        LayerKind(
            "relu", "max(0, x)", "relu", steps.unchanged,
            charges=charges.elementwise(ptflops=2, calflops=1, onnx_tool=1),
        ),
        LayerKind(
            "relu6", "min(max(0, x), 6)", "relu6", steps.unchanged,
            charges=charges.elementwise(ptflops=1, onnx_tool=2),
        ),
        LayerKind(
            "leaky-relu", "x, below 0 slope*x", "leaky-relu[:slope=0.01]", steps.unchanged, then=("slope",),
            charges=charges.elementwise(ptflops=1, calflops=1, onnx_tool=2),
        ),
        LayerKind(
            "elu", "x, below 0 slope*(e^x - 1)", "elu[:slope=1]", steps.unchanged, then=("slope",),
            charges=charges.elementwise(ptflops=2, calflops=1, onnx_tool=35),
        ),
        LayerKind(
            "gelu", "x times the normal share below x", "gelu", steps.unchanged,
            charges=charges.elementwise(ptflops=2, calflops=1, onnx_tool=34),
        ),
        LayerKind(
            "silu", "x*sigmoid(x)", "silu", steps.unchanged, aliases=("swish",),
            charges=charges.elementwise(ptflops=1, calflops=1, onnx_tool=33),
        ),
        LayerKind(
            "hard-swish", "x*min(max(0, x + 3), 6)/6", "hard-swish", steps.unchanged,
            charges=charges.elementwise(onnx_tool=5),
        ),
        LayerKind(
            "hard-sigmoid", "min(max(0, x + 3), 6)/6", "hard-sigmoid", steps.unchanged,
            charges=charges.elementwise(onnx_tool=4),
        ),
        LayerKind(
            "sigmoid", "1/(1 + e^-x)", "sigmoid", steps.unchanged, charges=charges.elementwise(onnx_tool=32),
        ),
        LayerKind(
            "tanh", "(e^x - e^-x)/(e^x + e^-x)", "tanh", steps.unchanged, charges=charges.elementwise(onnx_tool=76),
        ),
        LayerKind(
            "softmax", "shares that sum to 1, over the channels", "softmax", steps.softmax,
            charges={"thop": charges.shares, **charges.elementwise(ptflops=1, calflops=1, onnx_tool=36)},
        ),
        LayerKind("flatten", "maps in a row", "flatten", steps.flatten, kept=False),
        LayerKind(
            "batchnorm", "2 learned numbers a channel", "batchnorm", steps.batchnorm,
            may=_TRAINED,
            charges={
                "torchinfo": charges.a_parameter,
                "keras": charges.statistics,
                **charges.elementwise(fvcore=2, thop=4, ptflops=2, calflops=2, onnx_tool=31),
            },
            note="its running mean and variance are not learned and are not counted",
        ),
        LayerKind(
            "lrn", "scaled by its neighbours in the channels", "lrn[:size=5]", steps.unchanged, then=("size",),
            charges={
                "ptflops": charges.local_response,
                "calflops": charges.local_response,
                "onnx-tool": charges.neighbours,
            },
        ),
        LayerKind(
            "dropout", "training only; costs nothing", "dropout[:rate=0.5]", steps.unchanged,
            then=("rate",),
        ),
    ),
)  # fmt: skip


# What onnx-tool charges a number that comes out of an ONNX operator that is no kind of layer.
OPERATORS = MappingProxyType({
    "Add": 1, "Sub": 1, "Mul": 1, "Div": 4, "Clip": 2, "HardSigmoid": 4,
    "Reshape": 0, "Transpose": 0, "Squeeze": 0, "Unsqueeze": 0, "Identity": 0, "Slice": 0,
})  # fmt: skip


def kind_of(name: str) -> LayerKind:
    """The row of a kind; of an operator of a file that is no kind, one that learns nothing and does no MACs."""
    kind = LAYER_KINDS.get(name)
    if kind is None:
        cost = {"onnx-tool": charges.times(OPERATORS[name], charges.an_output)} if name in OPERATORS else {}
        about = "an operator that is no kind of layer here"
        kind = LayerKind(name, about, name, steps.unchanged, charges=cost)
    return kind


def charged(name: str) -> bool:
    """Whether it is known what the counters charge for it: for a kind, and for some operators that are none."""
    return name in OPERATORS or LAYER_KINDS.get(name) is not None
