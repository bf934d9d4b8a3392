"""Maps of a network that the page does not compute: as pixels, as many as fit, every so many rows of large ones."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from convcli.core.arrays import Array, Bytes
from convcli.core.display.mapping import mapping, to_pixels
from convcli.core.forward.graph import ForwardGraph
from convcli.core.forward.layer_rows import Layers
from convcli.core.forward.observing import LayerSeen, observed
from convcli.core.quantities import spoken
from convcli.errors import GeometryError
from convcli.report.explorer.network_operations import size_of
from convcli.report.explorer.packing import deflated
from convcli.report.forward.map_tiles import strongest_maps

MOST_SHOWN = 12  # maps of a layer, as on `run`'s sheets
MOST_SIDE = 128  # rows and columns of a map that are shown
MOST_IN_ROW = 4096  # numbers of a row
MOST_BYTES = 3_000_000  # of all maps in a page, a byte a sample


class ShownMaps(NamedTuple):
    """The maps of each layer, as the page reads them, and the numbers that the network gives."""

    layers: list[dict[str, Any]]
    output: Array


def described_maps(graph: ForwardGraph, fed: Array, layers: Layers) -> ShownMaps:
    """The maps of a picture: of each layer the strongest ones, on one scale.

    Raises:
        GeometryError: even one map of each layer is too much for a page.
    """
    sizes = [_shown_size(row.output) for row in layers.network.rows]
    most = _most_maps(sizes)
    shown: list[dict[str, Any]] = []

    def take(seen: LayerSeen, output: Array) -> None:
        shown.append(_described(seen, output, most))

    found = observed(graph, fed, layers, take)
    return ShownMaps(shown, found.outputs[graph.outputs[0]])


def _shown_size(output: Sequence[int]) -> tuple[int, int]:
    """Maps, and samples of each that are shown; of (H, W, C), or a row."""
    if len(output) == 3:
        return output[2], prod(-(-n // every_of(n)) for n in output[:2])
    return 1, min(prod(output), MOST_IN_ROW)


def every_of(length: int) -> int:
    """Of so many rows every how many are shown."""
    return -(-length // MOST_SIDE)


def _most_maps(sizes: Sequence[tuple[int, int]]) -> int:
    """How many maps of a layer fit into a page.

    >>> _most_maps([(64, 128 * 128)] * 20)
    9
    """
    for most in range(MOST_SHOWN, 0, -1):
        needed = sum(min(count, most) * samples for count, samples in sizes)
        if needed <= MOST_BYTES:
            return most
    raise GeometryError(
        f"one map of each of its {len(sizes)} layers takes {spoken(needed)} bytes of the page; at most "
        f"{spoken(MOST_BYTES)} are put into one: use a smaller picture or network"
    )


def _described(seen: LayerSeen, output: Array, most: int) -> dict[str, Any]:
    """One layer's maps: which, and their samples; negative numbers make mid-grey 0, as `run` draws them."""
    channels, height, width = size_of(output.shape)
    maps = output.reshape(channels, height, width)
    every = [1, every_of(height), every_of(width)]
    if height * width == 1:
        every, numbers = [-(-channels // MOST_IN_ROW), 1, 1], list(range(channels))
        part = maps[:: every[0]]
    else:
        numbers = strongest_maps(maps, most)
        part = maps[numbers, :: every[1], :: every[2]]
    signed = seen.low < 0
    pixels = np.empty(part.shape, np.uint8)
    mapping("signed" if signed else "magnitude", np.uint8, seen.low, seen.high).write(
        np.array(part, np.float32), pixels
    )
    return {"numbers": numbers if height * width > 1 else None, "every": every, "low": seen.low, "high": seen.high,
            "pixels": deflated(pixels)}  # fmt: skip


def input_pixels(seen: Array, *, eight_bits: bool) -> dict[str, Any]:
    """The network's input in the picture's own colours: uint8, (H, W, 1) or (H, W, 3)."""
    shown = seen if seen.shape[2] in (1, 3) else seen[:, :, : 3 if seen.shape[2] > 3 else 1]
    pixels: Bytes = np.asarray(to_pixels(np.array(shown, np.float32), "clip" if eight_bits else "stretch"), np.uint8)
    return {"size": list(pixels.shape), "samples": deflated(pixels)}
