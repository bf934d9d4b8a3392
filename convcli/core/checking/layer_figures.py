"""Mistakes with the figures of a layer: what each makes of the layer that is counted.  Plain integers, no NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from convcli.core.checking.mistakes import MISTAKES
from convcli.core.geometry import ONES, Padding, output_length
from convcli.core.layer.cost import Layer
from convcli.errors import ConvcliError
from convcli.lazy import load

FIGURES = ("parameters", "weights", "biases", "connections", "macs", "bytes")
Layers = Iterator[tuple[str, Layer]]
Named = tuple[str, str]  # the way of connecting, the figure


class Counted(NamedTuple):
    """Figures, marked: those that are wrong, each with the right and the given one, and the mistakes that explain all.

    Attributes:
        outputs: how many figures were given.
        wrong: (way, figure), right, given.
        diagnoses: names and words.
    """

    outputs: int
    wrong: tuple[tuple[Named, int, int], ...]
    diagnoses: tuple[tuple[str, str], ...]


def figure(layer: Layer, named: Named, dtype: str) -> int:
    """One figure of a layer."""
    way, name = named
    cost = layer.cost(way)
    return cost.bytes(dtype) if name == "bytes" else int(getattr(cost, name))


def mark_figures(layer: Layer, given: Mapping[Named, int], dtype: str) -> Counted:
    """Mark figures of a layer, by way and name."""
    right = {named: figure(layer, named, dtype) for named in given}
    wrong = tuple((named, right[named], value) for named, value in given.items() if right[named] != value)
    return Counted(len(given), wrong, tuple(_found(layer, given, dtype)) if wrong else ())


def _found(layer: Layer, given: Mapping[Named, int], dtype: str) -> Iterator[tuple[str, str]]:
    for mistake in MISTAKES:
        for words, other in load(mistake.counts)(layer) if mistake.counts else ():
            try:
                fits = all(figure(_placed(other), named, dtype) == value for named, value in given.items())
            except ConvcliError:
                continue
            if fits:
                yield mistake.name, words
                break


def padding(layer: Layer) -> Layers:
    """No padding; one more or less on all sides."""
    for sides in (Padding(0, 0, 0, 0), *(Padding(*(side + n for side in layer.padding)) for n in (-1, 1))):
        if min(sides) >= 0 and sides != layer.padding:
            yield f"the padding is {','.join(map(str, sides))}", layer._replace(padding=sides)


def stride(layer: Layer) -> Layers:
    """A step of 1."""
    if layer.stride != ONES:
        yield "the stride is forgotten", layer._replace(stride=ONES)


def _placed(layer: Layer) -> Layer:
    """The layer with the grid and the units that its window gives; as it was where they are only counted."""
    if layer.grid is None or layer.kernel is None:
        return layer
    (height, width, _), pad = layer.shape, layer.padding
    rows, columns = (
        output_length(n, k, before=before, after=after, stride=step, dilation=spread)
        for n, k, before, after, step, spread in (
            (height, layer.kernel[0], pad.top, pad.bottom, layer.stride[0], layer.dilation[0]),
            (width, layer.kernel[1], pad.left, pad.right, layer.stride[1], layer.dilation[1]),
        )
    )
    return layer._replace(grid=(rows, columns), units=rows * columns * layer.filters)


def bias(layer: Layer) -> Layers:
    """With a bias for without, and the other way round."""
    words = "the biases are forgotten" if layer.bias else "biases are counted, and there are none"
    yield words, layer._replace(bias=not layer.bias)


def channels(layer: Layer) -> Layers:
    """A window of one channel."""
    if layer.shape[2] > 1:
        yield "one channel alone is counted", layer._replace(shape=(*layer.shape[:2], 1), groups=1)
