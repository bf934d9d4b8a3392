"""Where a picture enters a network: the one input, and which of its axes are rows, columns and channels."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from convcli.core.forward.graph import Entry, ForwardGraph, Shape
from convcli.errors import UsageError, printable

COLOURS = (1, 3, 4)  # channels that pictures have


class Entrance(NamedTuple):
    """The one input of a network.

    Attributes:
        channels, height, width: of the picture that it takes; None where any number will do.
        channels_last: the input is (N, H, W, C), as TensorFlow has it, not (N, C, H, W).
        is_picture: whether it has rows, columns and channels; a line or a row of numbers has not.
    """

    entry: Entry
    channels: int | None
    height: int | None
    width: int | None
    channels_last: bool = False
    is_picture: bool = True

    @property
    def said(self) -> str:
        """Its shape, as messages have it: "data", 1x3x224x224."""
        return f"{printable(self.entry.name, 40)!r}, {shape_said(self.entry.shape)}"


def shape_said(shape: tuple[int | None, ...] | None) -> str:
    """A shape with the lengths that are open.

    >>> shape_said((None, 3, 224, 224)), shape_said(None)
    ('?x3x224x224', 'of any shape')
    """
    return "of any shape" if shape is None else "x".join("?" if n is None else str(n) for n in shape)


def entrance_of(graph: ForwardGraph) -> Entrance:
    """The one input of a network.

    Raises:
        UsageError: there are none or several, or it takes a batch of more than one.
    """
    if len(graph.inputs) != 1:
        names = ", ".join(printable(entry.name, 40) for entry in graph.inputs[:6]) or "none"
        raise UsageError(f"it has {len(graph.inputs)} inputs ({names}); a picture is sent through networks with one")
    entry = graph.inputs[0]
    shape = (None,) * 4 if entry.shape is None else entry.shape
    if shape and shape[0] not in (None, 1):
        raise UsageError(
            f"its input {printable(entry.name, 40)!r} is {shape_said(shape)}, a batch of {shape[0]}; "
            "export it with a batch of 1, or an open one"
        )
    if len(shape) != 4:
        return Entrance(entry, None, None, None, is_picture=False)
    last = shape[3] in COLOURS and shape[1] not in COLOURS
    channels, height, width = (shape[3], shape[1], shape[2]) if last else shape[1:]
    return Entrance(entry, channels, height, width, last)


def fixed(graph: ForwardGraph, shape: Shape) -> ForwardGraph:
    """The same network for inputs of that shape alone, so that what its units see can be followed."""
    return replace(graph, inputs=(graph.inputs[0]._replace(shape=shape),))


def channels_first(graph: ForwardGraph) -> ForwardGraph:
    """The same network, its input (N, C, H, W) where it was (N, H, W, C) and was turned at once, as TensorFlow's are.

    Other networks are given back as they are.
    """
    if len(graph.inputs) != 1 or graph.inputs[0].shape is None or len(graph.inputs[0].shape) != 4:
        return graph
    entry, shape = graph.inputs[0], graph.inputs[0].shape
    turns = [node for node in graph.nodes if entry.name in node.inputs]
    if len(turns) != 1 or turns[0].op != "Transpose" or tuple(turns[0].attributes.get("perm", ())) != (0, 3, 1, 2):
        return graph
    if turns[0].outputs[0] in graph.outputs or entry.name in graph.outputs:
        return graph
    turned = Entry(turns[0].outputs[0], (shape[0], shape[3], shape[1], shape[2]), entry.dtype)
    return replace(
        graph, nodes=tuple(node for node in graph.nodes if node is not turns[0]), inputs=(turned,), memory={}
    )
