"""Operators: a row each, under the names that ONNX gives them; the code is reached on use.

A row says what is run and nothing more: an attribute, a value or an output that
it does not list is refused by name before anything runs.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from convcli.registry import Registry

ANY: tuple[Any, ...] = ()
OLDEST, NEWEST = 1, 28  # versions of ONNX's operators that the rows were written for


class Operator(NamedTuple):
    """One operator.

    Attributes:
        run, shape: "module:function" in this room: what carries it out, and what finds the shape it gives.
        about: what it does, in a few words.
        inputs: how many it takes, at least and at most; None is any number.
        attributes: those that are understood, each with the only values that are; ANY for all.
        outputs: how many are given; one more is refused where it is wanted.
        settings: which inputs are not learned, though they may be constant floats.
        statistics: which inputs were measured in training, not learned.
        keeps: it gives its input's numbers again, in another shape or order.
        since: the version of ONNX's operators that it came with.
    """

    name: str
    run: str
    shape: str
    about: str
    inputs: tuple[int, int | None] = (1, 1)
    attributes: Mapping[str, tuple[Any, ...]] = MappingProxyType({})
    outputs: int | None = 1
    settings: tuple[int, ...] = ()
    statistics: tuple[int, ...] = ()
    keeps: bool = False
    since: int = 1


def _free(*names: str, **only: tuple[Any, ...]) -> Mapping[str, tuple[Any, ...]]:
    return MappingProxyType({**dict.fromkeys(names, ANY), **only})


def _simple(name: str, about: str, *attributes: str, home: str = "activations", since: int = 1) -> Operator:
    """Number by number."""
    legacy = ("consumed_inputs",)
    return Operator(name, f"{home}:{_snake(name)}", "shape_rules:same", about, attributes=_free(*attributes, *legacy),
                    since=since)  # fmt: skip


def _binary(name: str, about: str) -> Operator:
    free = _free("axis", "broadcast", "consumed_inputs")
    return Operator(name, f"arithmetics:{_snake(name)}", "shape_rules:broadcast", about, (2, 2), free)


def _many(name: str, about: str) -> Operator:
    return Operator(name, f"arithmetics:{_snake(name)}_of_all", "shape_rules:broadcast", about, (1, None),
                    _free("consumed_inputs"))  # fmt: skip


def _reduction(name: str, about: str) -> Operator:
    return Operator(name, f"reductions:{_snake(name)}", "shape_rules:reduction", about, (1, 2),
                    _free("axes", "keepdims", "noop_with_empty_axes"), settings=(1,))  # fmt: skip


def _snake(name: str) -> str:
    """ReduceMean as reduce_mean."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


_PADS = {"auto_pad": ("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")}
_WINDOW = ("kernel_shape", "pads", "strides", "dilations")

OPERATORS = Registry(
    "operator",
    (
        Operator("Conv", "convolutions:conv", "shape_rules:conv", "correlation with learned kernels", (2, 3),
                 _free(*_WINDOW, "group", **_PADS)),
        Operator("ConvTranspose", "transposing:conv_transpose", "shape_rules:conv_transpose",
                 "each sample spread out by a learned kernel", (2, 3),
                 _free(*_WINDOW, "group", "output_padding", "output_shape", **_PADS)),
        Operator("MaxPool", "pools:max_pool", "shape_rules:pool", "the window's maximum",
                 attributes=_free(*_WINDOW, "ceil_mode", storage_order=(0,), **_PADS)),
        Operator("AveragePool", "pools:average_pool", "shape_rules:pool", "the window's mean",
                 attributes=_free(*_WINDOW, "ceil_mode", "count_include_pad", **_PADS)),
        Operator("GlobalAveragePool", "pools:global_average_pool", "shape_rules:global_pool", "each map's mean"),
        Operator("GlobalMaxPool", "pools:global_max_pool", "shape_rules:global_pool", "each map's maximum"),
        Operator("BatchNormalization", "normalising:batch_normalization", "shape_rules:per_channel",
                 "each channel scaled and offset", (5, 5),
                 _free("epsilon", "momentum", "consumed_inputs", is_test=(1,), spatial=(1,), training_mode=(0,)),
                 statistics=(3, 4)),
        Operator("InstanceNormalization", "normalising:instance_normalization", "shape_rules:per_channel",
                 "each map by its own mean and deviation", (3, 3), _free("epsilon", "consumed_inputs")),
        Operator("LRN", "normalising:lrn", "shape_rules:same", "divided by what neighbouring channels hold",
                 attributes=_free("alpha", "beta", "bias", "size")),
        Operator("Softmax", "normalising:softmax", "shape_rules:same", "exponentials that sum to 1",
                 attributes=_free("axis")),
        Operator("LogSoftmax", "normalising:log_softmax", "shape_rules:same", "the logarithm of softmax",
                 attributes=_free("axis")),
        Operator("Gemm", "products:gemm", "shape_rules:gemm", "alpha A B + beta C", (2, 3),
                 _free("alpha", "beta", "transA", "transB", "broadcast")),
        Operator("MatMul", "products:mat_mul", "shape_rules:matmul", "matrices multiplied", (2, 2)),
        _binary("Add", "a + b"),
        _binary("Sub", "a - b"),
        _binary("Mul", "a b"),
        _binary("Div", "a / b"),
        _binary("Pow", "a to the power of b")._replace(settings=(1,)),
        Operator("PRelu", "arithmetics:p_relu", "shape_rules:sloped", "x, or slope x below 0", (2, 2),
                 _free("consumed_inputs")),
        _many("Sum", "all added"),
        _many("Max", "the largest"),
        _many("Min", "the smallest"),
        _many("Mean", "the mean of all"),
        _simple("Relu", "max(0, x)"),
        _simple("LeakyRelu", "x, or alpha x below 0", "alpha"),
        _simple("ThresholdedRelu", "x above alpha, else 0", "alpha"),
        _simple("Elu", "x, or alpha (exp x - 1) below 0", "alpha"),
        _simple("Celu", "x, or alpha (exp(x / alpha) - 1) below 0", "alpha"),
        _simple("Selu", "gamma x, or gamma alpha (exp x - 1) below 0", "alpha", "gamma"),
        _simple("Gelu", "x by the normal distribution up to x", "approximate", since=20),
        _simple("Sigmoid", "1 / (1 + exp -x)"),
        _simple("HardSigmoid", "alpha x + beta between 0 and 1", "alpha", "beta"),
        _simple("HardSwish", "x by a hard sigmoid", since=14),
        _simple("Swish", "x by its sigmoid", "alpha", since=24),
        _simple("Mish", "x tanh(softplus x)", since=18),
        _simple("Tanh", "tanh x"),
        _simple("Erf", "the error function"),
        _simple("Softplus", "log(1 + exp x)"),
        _simple("Softsign", "x / (1 + |x|)"),
        _simple("Exp", "exp x", home="arithmetics"),
        _simple("Log", "log x", home="arithmetics"),
        _simple("Sqrt", "the root", home="arithmetics"),
        _simple("Abs", "|x|", home="arithmetics"),
        _simple("Neg", "the sign turned", home="arithmetics"),
        _simple("Reciprocal", "1 / x", home="arithmetics"),
        _simple("Floor", "rounded down", home="arithmetics"),
        _simple("Ceil", "rounded up", home="arithmetics"),
        Operator("Clip", "arithmetics:clip", "shape_rules:same", "between min and max", (1, 3),
                 _free("min", "max", "consumed_inputs"), settings=(1, 2)),
        _reduction("ReduceMean", "the mean along axes"),
        _reduction("ReduceSum", "the sum along axes"),
        _reduction("ReduceMax", "the largest along axes"),
        _reduction("ReduceMin", "the smallest along axes"),
        Operator("Reshape", "shaping:reshaped", "shape_rules:reshape", "another shape", (1, 2),
                 _free("shape", "allowzero", "consumed_inputs"), keeps=True),
        Operator("Flatten", "shaping:reshaped", "shape_rules:flatten", "two axes", attributes=_free("axis"),
                 keeps=True),
        Operator("Unsqueeze", "shaping:reshaped", "shape_rules:unsqueeze", "axes of length 1 put in", (1, 2),
                 _free("axes"), keeps=True),
        Operator("Squeeze", "shaping:reshaped", "shape_rules:squeeze", "axes of length 1 taken out", (1, 2),
                 _free("axes"), keeps=True),
        Operator("Transpose", "shaping:transpose", "shape_rules:transpose", "axes in another order",
                 attributes=_free("perm"), keeps=True),
        Operator("Identity", "shaping:identity", "shape_rules:same", "what comes in", keeps=True),
        Operator("Dropout", "shaping:dropout", "shape_rules:dropout", "training only", (1, 3),
                 _free("ratio", "seed", "consumed_inputs", is_test=(1,)), outputs=2, settings=(1, 2), keeps=True),
        Operator("Cast", "shaping:cast", "shape_rules:same", "another type of numbers",
                 attributes=_free("to", "saturate"), keeps=True),
        Operator("Concat", "shaping:concat", "shape_rules:concat", "one behind the other", (1, None), _free("axis")),
        Operator("Split", "cutting:split", "filling_rules:split", "taken apart along an axis", (1, 2),
                 _free("axis", "split", "num_outputs"), outputs=None),
        Operator("Slice", "cutting:cut", "filling_rules:cut", "from starts to ends", (1, 5),
                 _free("starts", "ends", "axes")),
        Operator("Gather", "cutting:gather", "filling_rules:gather", "slices by number", (2, 2), _free("axis")),
        Operator("Pad", "cutting:pad", "filling_rules:pad", "a border put around", (1, 4),
                 _free("pads", "paddings", "value", mode=("constant", "reflect", "edge", "wrap")), settings=(2,)),
        Operator("Shape", "filling:shape_of", "filling_rules:shape_of", "the lengths of the axes",
                 attributes=_free("start", "end")),
        Operator("Constant", "filling:constant", "filling_rules:constant", "numbers written down", (0, 0),
                 _free("value", "value_float", "value_int", "value_floats", "value_ints")),
        Operator("ConstantOfShape", "filling:constant_of_shape", "filling_rules:constant_of_shape",
                 "a shape full of one number", attributes=_free("value"), since=9),
        Operator("Expand", "filling:expand", "filling_rules:expand", "stretched to a shape", (2, 2), since=8),
        Operator("Resize", "rescaling:resize", "filling_rules:resize", "made larger or smaller", (1, 4),
                 _free("cubic_coeff_a", "extrapolation_value", "axes",
                       mode=("nearest", "linear"), antialias=(0,), exclude_outside=(0,),
                       keep_aspect_ratio_policy=("stretch",),
                       coordinate_transformation_mode=("half_pixel", "asymmetric", "align_corners",
                                                       "pytorch_half_pixel", "half_pixel_symmetric"),
                       nearest_mode=("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")),
                 settings=(1, 2, 3), since=10),
        Operator("Upsample", "rescaling:resize", "filling_rules:resize", "made larger", (1, 2),
                 _free("scales", "height_scale", "width_scale", mode=("nearest", "linear", "bilinear")), settings=(1,)),
    ),
)  # fmt: skip


@functools.cache
def row_of(op: str) -> Operator:
    """The row of an operator; a network asks thousands of times."""
    return OPERATORS.find(op)
