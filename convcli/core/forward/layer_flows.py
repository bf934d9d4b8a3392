"""How units look at the input behind an operator: by the steps of `core/network`, or by its shape."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from convcli.core.forward.call import Call
from convcli.core.forward.filling_rules import borders_of, cuts_of, scales_of
from convcli.core.network import steps
from convcli.core.network.flow import Flow
from convcli.core.network.joints import Bilinear, Nearest, Taps, Window
from convcli.core.network.meeting import met
from convcli.core.network.seen import Reach
from convcli.core.network.spec import LayerSpec, Shape, steps_of
from convcli.core.network.steps import Counted

JOINED = {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "GlobalAveragePool", "GlobalMaxPool"}
MERGED = {"Add": "add", "Sum": "add", "Mul": "multiply"}


def counted(call: Call, spec: LayerSpec, flows: Sequence[Flow], shape: Shape) -> tuple[LayerSpec, Counted]:
    """The layer and what it comes to, but for weights that are no layer's of windows or fully connected.

    Args:
        flows: of the inputs that depend on the network's.
        shape: that goes out, (H, W, C) or (N,).
    """
    spec, found = _counted(call, spec, flows, shape)
    if found.out.shape != shape:  # the shapes that operators really give are the file's
        found = found._replace(out=_seen(flows[0], shape))
    return spec, found


def _counted(call: Call, spec: LayerSpec, flows: Sequence[Flow], shape: Shape) -> tuple[LayerSpec, Counted]:
    op, given = call.node.op, flows[0]
    maps = len(given.shape) == 3 and given.grid == given.shape[:2]
    if op == "Conv" and maps and len(flows) == 1:
        return spec, steps.conv(spec, given)
    if op == "ConvTranspose" and maps and len(flows) == 1:
        return spec, _transposed(spec, given, shape)
    if spec.kind == "pool" and maps:
        return spec, Counted(given.slid(spec, steps_of(spec), given.shape[2]))
    if op in ("Gemm", "MatMul"):
        return _product(call, spec, flows, shape)
    if len(flows) > 1:
        return _meeting(call, spec, flows, shape)
    if op in JOINED:
        return spec, Counted(given.joined(shape))
    if op == "InstanceNormalization" and maps:  # by the mean and deviation of the whole map
        return spec, Counted(given.joined(shape)._replace(grid=given.grid, reach=given.unfollowed().reach))
    if op in ("Softmax", "LogSoftmax"):
        kind = "softmax" if op == "Softmax" and len(shape) in (1, 3) else op
        return spec._replace(kind=kind, written=spec.written._replace(text=kind)), steps.softmax(spec, given)
    taps = _taps(call) if maps and len(shape) == 3 else None
    if taps is not None:
        return spec, Counted(given.through(spec, taps, shape))
    if op in ("Flatten", "Reshape", "Squeeze") and len(shape) == 1:
        return spec._replace(kind="flatten", written=spec.written._replace(text="flatten")), Counted(
            given._replace(shape=shape)
        )
    return spec, Counted(_seen(given, shape))


def _seen(given: Flow, shape: Shape) -> Flow:
    """The same units in another shape; where maps of another size come of it, each is taken to see everything."""
    if len(shape) != 3 or shape[:2] == given.grid or len(given.grid) != 2:
        return given._replace(shape=shape)
    joined = given.joined(shape)
    reach = tuple(Reach(seen.n, None) for seen in given.reach)
    return Flow(shape, joined.fields, shape[:2], reach)


def _transposed(spec: LayerSpec, given: Flow, shape: Shape) -> Counted:
    """As `steps.transposed`, with padding that may differ on all sides."""
    from convcli.core.network.joints import Spread
    from convcli.core.network.spec import padding_of

    pad, strides = padding_of(spec), steps_of(spec)
    taps = [Spread(spec.kernel[axis], strides[axis], spec.dilation[axis], pad[2 * axis]) for axis in (0, 1)]
    weights = (given.shape[2], spec.filters // spec.groups, *spec.kernel)
    out = given.through(spec, taps, shape)
    return Counted(out, weights, spec.filters * spec.bias, prod(weights) * prod(given.shape[:2]))


def _product(call: Call, spec: LayerSpec, flows: Sequence[Flow], shape: Shape) -> tuple[LayerSpec, Counted]:
    """A fully connected layer where one matrix is constant and the other one row of numbers."""
    given = flows[0]
    inner = call.shape(0)[0 if call.get("transA") else -1]
    if len(flows) > 1:
        return spec, Counted(met(spec, flows, shape)[0], macs=prod(shape) * inner)
    if len(given.shape) == len(shape) == 1:
        bias = call.has(2)
        text = f"fc:{shape[0]}{'' if bias else ',bias=no'}"
        spec = spec._replace(kind="fc", units=shape[0], bias=bias, written=spec.written._replace(text=text))
        return spec, steps.fully_connected(spec, given)
    return spec, Counted(_seen(given, shape), macs=prod(shape) * inner)


def _meeting(call: Call, spec: LayerSpec, flows: Sequence[Flow], shape: Shape) -> tuple[LayerSpec, Counted]:
    """Branches that are added, multiplied, put behind each other, or otherwise joined unit by unit."""
    kind = MERGED.get(call.node.op)
    if call.node.op == "Concat" and call.axis(call.get("axis", 1), len(call.shape())) == 1 and len(shape) in (1, 3):
        kind = "concat"
    if kind:
        spec = spec._replace(kind=kind, written=spec.written._replace(text=kind))
    out, remark = met(spec, flows, shape)
    return spec, Counted(out, remark=remark)


def _taps(call: Call) -> list[Taps] | None:
    """A rule for each axis of maps, for operators that move or repeat rows and columns; None for others."""
    op, axes = call.node.op, slice(2, None)
    taps: list[Taps] | None = None
    if op == "Pad":
        taps = [Window(1, before=before) for before, _ in borders_of(call)[axes]]
    elif op == "Slice":
        cuts = [cut.indices(n) for cut, n in zip(cuts_of(call), call.shape(), strict=True)][axes]
        if all(step > 0 for _, _, step in cuts):
            taps = [Window(1, step, before=-start) for start, _, step in cuts]
    elif op in ("Resize", "Upsample"):
        scales = scales_of(call)[0][axes]
        if all(scale == int(scale) for scale in scales):
            rule = Nearest if call.get("mode", "nearest") == "nearest" else Bilinear
            taps = [rule(int(scale)) for scale in scales]
    return [Window(1), *taps] if taps is not None and len(taps) == 1 else taps
