"""What a network asks for that is not run: all of it at once, by name, before anything runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from convcli.core.forward.graph import ForwardGraph, Node
from convcli.core.forward.operators import NEWEST, OLDEST, OPERATORS, Operator, row_of
from convcli.errors import UsageError, printable

MOST_SHOWN = 6


def check_operators(graph: ForwardGraph) -> None:
    """Refuse operators, attributes, values and outputs that are not run.

    Raises:
        UsageError: with every operator that is missing, or the first few of what else is.
    """
    if not OLDEST <= graph.opset <= NEWEST:
        raise UsageError(f"it is written in opset {graph.opset}; operators of opsets {OLDEST} to {NEWEST} are run")
    missing = Counter(node.op for node in graph.nodes if OPERATORS.get(node.op) is None)
    if missing:
        names = ", ".join(f"{printable(op, 40)} ({count})" for op, count in missing.most_common(40))
        raise UsageError(f"operators that are not known: {names}; {len(OPERATORS)} are")
    wanted = {name for node in graph.nodes for name in node.inputs} | set(graph.outputs)
    faults = [fault for node in graph.nodes for fault in _faults(node, graph.opset, wanted)]
    if faults:
        more = f"; and {len(faults) - MOST_SHOWN} more" if len(faults) > MOST_SHOWN else ""
        raise UsageError(f"not run: {'; '.join(faults[:MOST_SHOWN])}{more}")


def _faults(node: Node, opset: int, wanted: set[str]) -> Iterator[str]:
    row = row_of(node.op)
    least, most = row.inputs
    if row.since > opset:
        yield f"{node.said} came with opset {row.since}, and the network says {opset}"
    if not least <= len(node.inputs) <= (len(node.inputs) if most is None else most):
        yield f"{node.said} with {len(node.inputs)} inputs"
    for place, name in enumerate(node.outputs):
        if row.outputs is not None and place >= row.outputs and name in wanted:
            yield f"{node.said} with output {place + 1}"
    if not any(node.outputs):
        yield f"{node.said} without an output"
    yield from _attribute_faults(node, row)


def _attribute_faults(node: Node, row: Operator) -> Iterator[str]:
    for name, value in node.attributes.items():
        only = row.attributes.get(name)
        if only is None:
            yield f"{node.said} with attribute {printable(name, 40)}"
        elif only and value not in only:
            choices = ", ".join(map(str, only))
            yield f"{node.said} with {name}={printable(str(value), 40)} (of {choices})"
        elif not _is_kind(value, _KINDS.get(name)):
            yield f"{node.said} with {name}={printable(str(value), 40)}, of another type"


_KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("axis", "group", "ceil_mode", "count_include_pad", "size", "transA", "transB", "keepdims", "to",
                     "allowzero", "value_int", "start", "end", "noop_with_empty_axes", "broadcast"), int),
    **dict.fromkeys(("alpha", "beta", "gamma", "epsilon", "bias", "min", "max", "value_float", "height_scale",
                     "width_scale"), (int, float)),
    **dict.fromkeys(("kernel_shape", "pads", "paddings", "strides", "dilations", "output_padding", "output_shape",
                     "axes", "shape", "perm", "split", "starts", "ends", "scales", "value_floats",
                     "value_ints"), tuple),
    "approximate": str,
}  # fmt: skip


def _is_kind(value: object, kind: type | tuple[type, ...] | None) -> bool:
    return kind is None or isinstance(value, kind)
