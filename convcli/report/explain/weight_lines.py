"""What one weight meets, in words."""

from __future__ import annotations

from convcli.core.explain.walk import Walk
from convcli.core.explain.weight_reach import AlongAxis, WeightReach
from convcli.errors import many
from convcli.report.explain.text import wrapped_line
from convcli.report.explain.words import border_words, rule_words, weight_words
from convcli.report.printing.numbers import grouped

FULLY_CONNECTED = "A fully connected layer's weight meets one input, for one output"


def weight_lines(walk: Walk, reach: WeightReach, *, width: int | None = None) -> list[str]:
    """Which weight it is, the inputs that it touches and those that it does not, the outputs that it does so for.

    Args:
        width: columns that there are; None: any.
    """
    lines = [_which(walk, reach), touched_words(reach)]
    lines += [f"not touched: {words}"] if (words := untouched_words(reach)) else []
    lines += [outputs_words(walk, reach)]
    lines += ["; ".join(rule_words(walk))] if rule_words(walk) else []
    if not any(reach.values):
        lines.append("It is 0: no output changes with these inputs through it, until it does")
    lines.append(FULLY_CONNECTED)
    return [line for each in lines for line in wrapped_line(each, width)]


def _which(walk: Walk, reach: WeightReach) -> str:
    name = walk.given.name
    values = ", ".join(weight_words(value) for value in reach.values)
    channels = f", one for each of {len(reach.values)} channels" if len(reach.values) > 1 else ""
    words = f"weight [{reach.weight[0]}, {reach.weight[1]}] of {name} as given: {values}{channels}"
    if not walk.convolves:
        return words
    row, column = reach.stands_at
    return f"{words}; convolution flips the kernel, so that it stands at [{row}, {column}] when it is multiplied"


def touched_words(reach: WeightReach) -> str:
    """How many inputs, and the box of rows and columns that they lie in."""
    each = " of its channel" if len(reach.values) > 1 else ""
    count = f"{grouped(reach.touched)} of {many(reach.inputs, 'input')}{each}"
    if not reach.touched:
        return f"touches {count}: it stands beyond the edge for every output"
    return f"touches {count}: {_span('row', reach.rows)}, {_span('column', reach.columns)}"


def _span(axis: str, along: AlongAxis) -> str:
    if along.span is None:
        return f"no {axis}"
    first, last = along.span
    if first == last:
        return f"{axis} {first}"
    steps = {1: "", 0: ", not all of them"}.get(along.step, f" in steps of {along.step}")
    return f"{axis}s {first} to {last}{steps}"


def untouched_words(reach: WeightReach) -> str:
    """The rows and columns at the input's rim that it never meets; empty where there are none."""
    ends = [*_rim("row", reach.rows), *_rim("column", reach.columns)] if reach.touched else []
    return ", ".join(ends)


def _rim(axis: str, along: AlongAxis) -> list[str]:
    if along.span is None:
        return []
    first, last, n = *along.span, along.met.size
    ends = [(0, first - 1)] * (first > 0) + [(last + 1, n - 1)] * (last < n - 1)
    return [f"{axis} {a}" if a == b else f"{axis}s {a} to {b}" for a, b in ends]


def outputs_words(walk: Walk, reach: WeightReach) -> str:
    """For how many outputs, and what happens at the border."""
    words = f"for {grouped(reach.outputs)} of {many(reach.all_outputs, 'output')}"
    if not reach.beyond:
        return words
    if reach.outputs < reach.all_outputs:
        return f"{words}: for the others it meets what border {border_words(walk)} puts beyond the edge"
    return f"{words}: for {grouped(reach.beyond)} of them through the border, {border_words(walk)}"
