"""Nodes as layers of `core/network`: the kind that an operator is, and its numbers as the language writes them."""

from __future__ import annotations

from collections.abc import Callable

from convcli.core.forward.call import Call
from convcli.core.forward.graph import Shape
from convcli.core.forward.maps import two
from convcli.core.forward.sliding import Slide, kernel_of, slide_out_of, slide_over, spatial_of
from convcli.core.geometry import Padding
from convcli.core.network.spec import LayerSpec, Written

# Operators that are a kind as they stand, number by number.
PLAIN = {
    "Relu": "relu", "LeakyRelu": "leaky-relu", "Elu": "elu", "Gelu": "gelu", "Swish": "silu", "HardSwish": "hard-swish",
    "Sigmoid": "sigmoid", "Tanh": "tanh", "Dropout": "dropout", "BatchNormalization": "batchnorm",
}  # fmt: skip


def spec_of(call: Call, name: str, number: int, path: str | None) -> LayerSpec:
    """The layer that a node is; of a kind called as the operator where there is none.

    Args:
        call: the node with the shapes of what comes in.
        number: which layer it is, from 1.
        path: of the file, for messages.
    """
    op = call.node.op
    made = _SPECS[op](call) if op in _SPECS else LayerSpec(PLAIN.get(op, op), Written(PLAIN.get(op, op), 0))
    written = Written(made.written.text, number, path)
    return made._replace(written=written, name=name)


def _conv(call: Call) -> LayerSpec:
    weights = call.shape(1)
    slide = slide_over(call, spatial_of(call), weights[2:])
    return _windows(call, "conv", weights[0], slide)


def _conv_transpose(call: Call) -> LayerSpec:
    weights = call.shape(1)
    slide = slide_out_of(call, spatial_of(call), weights[2:])
    return _windows(call, "conv-transpose", weights[1] * call.get("group", 1), slide)


def _windows(call: Call, kind: str, filters: int, slide: Slide) -> LayerSpec:
    groups, bias = call.get("group", 1), call.has(2)
    text = f"{kind}:{filters},{_figures(slide.kernel)}{_rest(slide)}"
    text += f",groups={groups}" if groups > 1 else ""
    text += "" if bias else ",bias=no"
    return _sliding(kind, text, slide, filters=filters, groups=groups, bias=bias)


def _pool(how: str) -> Callable[[Call], LayerSpec]:
    def made(call: Call) -> LayerSpec:
        spatial = spatial_of(call)
        slide, ceil = slide_over(call, spatial, kernel_of(call, len(spatial))), bool(call.get("ceil_mode", 0))
        text = f"pool:{how},{_figures(slide.kernel)},stride={_figures(slide.stride)}{_rest(slide, stride=False)}"
        return _sliding("pool", f"{text}{',ceil=yes' if ceil else ''}", slide, how=how, ceil=ceil)

    return made


def _sliding(kind: str, text: str, slide: Slide, **others: object) -> LayerSpec:
    before, after = two(slide.before, 0), two(slide.after, 0)
    return LayerSpec(
        kind,
        Written(text, 0),
        kernel=two(slide.kernel, 1),
        stride=two(slide.stride, 1),
        dilation=two(slide.dilation, 1),
        pad=Padding(before[0], after[0], before[1], after[1]),
        **others,  # type: ignore[arg-type]
    )


def _rest(slide: Slide, *, stride: bool = True) -> str:
    """Stride, padding and dilation, where they are not what is meant without them."""
    text = f",stride={_figures(slide.stride)}" if stride and max(slide.stride) > 1 else ""
    if any((*slide.before, *slide.after)):
        even = slide.before == slide.after
        text += f",pad={_figures(slide.before)}" + ("" if even else f"..{_figures(slide.after)}")
    return text + (f",dilation={_figures(slide.dilation)}" if max(slide.dilation) > 1 else "")


def _figures(figures: Shape) -> str:
    return str(figures[0]) if len(set(figures)) == 1 else "x".join(map(str, figures))


def _global_pool(how: str) -> Callable[[Call], LayerSpec]:
    return lambda call: LayerSpec("global-pool", Written(f"global-pool:{how}", 0), how=how)


def _lrn(call: Call) -> LayerSpec:
    size = call.get("size", 5)
    return LayerSpec("lrn", Written(f"lrn:{size}", 0), size=size)


_SPECS: dict[str, Callable[[Call], LayerSpec]] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "MaxPool": _pool("max"),
    "AveragePool": _pool("avg"),
    "GlobalAveragePool": _global_pool("avg"),
    "GlobalMaxPool": _global_pool("max"),
    "LRN": _lrn,
}
