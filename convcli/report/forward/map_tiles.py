"""A layer's output as pixels: its maps, as many as are shown, or its numbers in a row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.display.clipped import NOTHING_CLIPPED
from convcli.core.display.colormap import colormap
from convcli.core.display.mapping import mapping
from convcli.core.display.scale import Scale, scale_of
from convcli.core.forward.observing import LayerSeen
from convcli.core.samples import finite_range


class Tiles(NamedTuple):
    """What is drawn of a layer.

    Attributes:
        numbers: which maps these are, from 0.
        pictures: uint8, (H, W) or (H, W, 3), one a map; none where the output is a row of numbers.
        scales: what black and white are, one a map.
        row: the numbers, where there are no maps.
        total: maps, or numbers, in all.
    """

    numbers: tuple[int, ...]
    pictures: tuple[NDArray[Any], ...]
    scales: tuple[Scale, ...]
    row: NDArray[Any] | None
    total: int


def maps_of(output: NDArray[Any]) -> NDArray[Any] | None:
    """The maps of an output, (C, H, W), a line's of one row; None where it is a row of numbers."""
    if output.ndim == 4 and output.shape[0] == 1:
        maps = output[0]
    elif output.ndim == 3 and output.shape[0] == 1:
        maps = output[0][:, np.newaxis]
    else:
        return None
    return None if maps.shape[1:] == (1, 1) or not maps.size else maps


def tiles_of(seen: LayerSeen, output: NDArray[Any], most: int, *, each: bool = False, colours: str = "gray") -> Tiles:
    """The maps of a layer with the largest numbers, in their order.

    Where a layer has negative numbers mid-grey is 0; else black is.

    Args:
        most: maps, at most.
        each: a scale for each map, of its own range; else one of the layer's.
        colours: of the maps, by name.
    """
    maps = maps_of(output)
    if maps is None:
        return Tiles((), (), (), np.array(output, np.float64).reshape(-1), output.size)
    numbers = strongest_maps(maps, most)
    ranges = [finite_range(maps[number]) if each else (seen.low, seen.high) for number in numbers]
    display = "signed" if seen.low < 0 else "magnitude"
    pictures, scales = [], []
    for number, range_ in zip(numbers, ranges, strict=True):
        line, pixels = mapping(display, np.uint8, *range_), np.empty(maps.shape[1:], np.uint8)
        line.write(np.array(maps[number], np.float32), pixels)
        pictures.append(pixels if colours == "gray" else colormap(colours)[pixels])
        scales.append(scale_of(line, NOTHING_CLIPPED))
    return Tiles(tuple(numbers), tuple(pictures), tuple(scales), None, len(maps))


def strongest_maps(maps: NDArray[Any], most: int) -> list[int]:
    """The numbers of the maps (C, H, W) with the largest values, in their order."""
    if len(maps) <= most:
        return list(range(len(maps)))
    largest = np.nan_to_num(maps.max(axis=(1, 2)).astype(np.float64), nan=-np.inf)
    return sorted(int(number) for number in np.argsort(-largest, kind="stable")[:most])
