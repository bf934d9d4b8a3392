"""What is seen of a network while a picture goes through it: each layer's range, zeros and strongest unit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from math import prod
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.following import Followed, follow
from convcli.core.forward.graph import ForwardGraph, Node
from convcli.core.forward.layer_rows import Layers
from convcli.core.forward.passing import run
from convcli.core.network.rows import LayerRow
from convcli.core.network.seen import NOTHING
from convcli.errors import GeometryError

MOST_BYTES = 3 << 30  # of all tensors that are there at once


class Unit(NamedTuple):
    """One unit of a layer, and what it really sees of the network's input.

    Attributes:
        channel: which map, from 0; of a row of numbers, which number.
        row, column: where it stands; 0 in a row of numbers.
        rows, columns: first and last row and column of the input that it sees; None where it sees none.
    """

    channel: int
    row: int
    column: int
    value: float
    rows: tuple[int, int] | None
    columns: tuple[int, int] | None


class LayerSeen(NamedTuple):
    """What a layer made of one picture.

    Attributes:
        low, high: the smallest and the largest finite number; 0 where there is none.
        zeros: the share of numbers that are exactly 0.
        not_finite: how many are NaN or infinite.
        strongest: the unit with the largest number; None where none is finite.
        seconds: that it took.
    """

    row: LayerRow
    shape: tuple[int, ...]
    low: float
    high: float
    zeros: float
    not_finite: int
    strongest: Unit | None
    seconds: float


class Observed(NamedTuple):
    """A pass: what was seen of each layer, in order, and each output by its name."""

    layers: tuple[LayerSeen, ...]
    outputs: Mapping[str, Array]


Sink = Callable[[LayerSeen, Array], None]


def observed(graph: ForwardGraph, fed: Array, layers: Layers, sink: Sink | None = None) -> Observed:
    """Send one input through a network and look at every layer.

    Args:
        fed: the input, with a batch of one.
        layers: the graph's, of inputs of that shape.
        sink: is given every layer and its output as soon as it is there; (1, C, H, W), (1, K) or as the network has
            it.  The array may be kept, not changed.

    Raises:
        GeometryError: more than 3 GiB would be there at once.
    """
    check_memory(graph, follow(graph, {graph.inputs[0].name: fed.shape}))
    rows = {id(node): row for node, row in zip(layers.nodes, layers.network.rows, strict=True)}
    seen: list[LayerSeen] = []
    began = time.perf_counter()

    def watch(node: Node, output: Array) -> None:
        nonlocal began
        seconds = time.perf_counter() - began
        row = rows.get(id(node))
        if row is not None:
            seen.append(look(row, output, seconds))
            if sink is not None:
                sink(seen[-1], output)
        began = time.perf_counter()

    outputs = run(graph, fed, watch=watch)
    return Observed(tuple(seen), outputs)


def look(row: LayerRow, output: Array, seconds: float = 0.0) -> LayerSeen:
    """What there is to be seen of one layer's output."""
    flat, places = _in_memory_order(output)
    low, high = float(flat.min(initial=np.inf)), float(flat.max(initial=-np.inf))
    not_finite = 0
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = np.isfinite(flat)
        not_finite = int(flat.size - np.count_nonzero(finite))
        low, high = (float(flat.min(initial=np.inf, where=finite)), float(flat.max(initial=-np.inf, where=finite)))
        flat = np.where(finite, flat, -np.inf)
    strongest = None
    if low <= high:
        strongest = _unit(row, output.shape, places(int(flat.argmax())), high)
    else:
        low = high = 0.0
    zeros = (flat.size - int(np.count_nonzero(flat))) / flat.size if flat.size else 0.0
    return LayerSeen(row, output.shape, low, high, zeros, not_finite, strongest, seconds)


def _in_memory_order(output: Array) -> tuple[Array, Callable[[int], tuple[int, ...]]]:
    """The numbers in a row as they lie, without a copy of maps whose channels lie last, and where each stands."""
    if output.ndim == 4 and not output.flags.c_contiguous:
        last = output.transpose(0, 2, 3, 1)

        def place(at: int) -> tuple[int, ...]:
            n, y, x, c = np.unravel_index(at, last.shape)
            return int(n), int(c), int(y), int(x)

        return last.reshape(-1), place
    return output.reshape(-1), lambda at: tuple(int(i) for i in np.unravel_index(at, output.shape))


def _unit(row: LayerRow, shape: tuple[int, ...], place: tuple[int, ...], value: float) -> Unit:
    channel, y, x = 0, 0, 0
    if len(shape) == 4:
        _, channel, y, x = place
    elif len(shape) == 3:
        channel, x = place[1:]
    elif place:
        channel = place[-1]
    at = (y, x)
    if len(row.output) == 1 and prod(row.grid) > 1 and row.output[0] % prod(row.grid) == 0:  # flattened maps
        at = divmod(channel % prod(row.grid), row.grid[-1]) if len(row.grid) == 2 else (0, channel)
    rows, columns = _seen(row, at)
    return Unit(channel, y, x, value, rows, columns)


def _seen(row: LayerRow, at: tuple[int, int]) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """First and last row, and column, of the input that a unit sees; all of them where that was not followed."""
    spans = []
    for axis, reach in enumerate(row.reach[:2]):
        if reach.spans is None:
            spans.append((0, reach.n - 1))
        else:
            spans.append(reach.spans[at[axis] if at[axis] < len(reach.spans) else 0])
    spans = [(0, 0), *spans] if len(spans) == 1 else spans
    there = [None if span == NOTHING else span for span in spans] or [None, None]
    return there[0], there[1]


def check_memory(graph: ForwardGraph, followed: Followed, kept: int = 0) -> None:
    """Refuse a pass that would hold too much at once, before it begins.

    Args:
        kept: bytes that are held beside it.

    Raises:
        GeometryError: more than 3 GiB.
    """
    needed = kept + peak_bytes(graph, followed)
    if needed > MOST_BYTES:
        raise GeometryError(
            f"a pass would hold {needed / 1e9:.1f} GB of tensors at once; at most {MOST_BYTES / 1e9:.1f} GB are held: "
            "use a smaller picture or network"
        )


def peak_bytes(graph: ForwardGraph, followed: Followed) -> int:
    """Bytes of the tensors that are there at once, at most: weights, and each output until it was read last."""

    def size(name: str) -> int:
        return prod(followed.shapes[name]) * bytes_of(followed.dtypes[name])

    read = {name for node in graph.nodes for name in node.inputs if name}
    held = sum(size(name) for name in read & graph.constants.keys())
    last = {name: place for place, node in enumerate(graph.nodes) for name in node.inputs if name}
    last |= dict.fromkeys(graph.outputs, len(graph.nodes))
    alive = held + size(graph.inputs[0].name)
    most = alive
    for place, node in enumerate(graph.nodes):
        alive += sum(size(name) for name in node.outputs if name in followed.shapes)
        most = max(most, alive)
        gone = {name for name in (*node.inputs, *node.outputs) if name and last.get(name, place) == place}
        alive -= sum(size(name) for name in gone - graph.constants.keys() if name in followed.shapes)
    return most


def bytes_of(dtype: str) -> int:
    """Bytes of one number."""
    return int(np.dtype(dtype).itemsize)
