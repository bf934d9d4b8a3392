"""Reaching in pictures: the inputs of a unit, layer by layer, and the inputs that a weight meets."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.claims.finding import Finding
from convcli.core.geometry import padding_for
from convcli.core.quantities import grouped
from convcli.report.claims.claim_tiles import Numbers, kernel_row, small_picture, tinted
from convcli.report.drawing import palette
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.drawing.panel import Outline, Tile, panel

WIDTH = 1100
LAYERS = ("Convolution 3 × 3", "ReLU", "Max pooling 2 × 2", "Convolution 3 × 3", "Convolution 3 × 3")


def receptive_field(finding: Finding) -> Drawing:
    """The unit's inputs in the layer and in a fully connected one, on a part of the picture."""
    picture, reached, _, (row, column), dense = finding.seen
    part = small_picture(picture, reached.shape)
    unit = Outline(row, column, 1, 1, palette.OUTPUT_EDGE)
    tiles = [
        Tile(tinted(part, mask), title, f"{grouped(int(mask.sum()))} of {grouped(mask.size)} inputs", [unit])
        for title, mask in (("Convolution", reached), ("Fully connected", dense))
    ]
    footer = "Each input was changed by itself: those in colour change the unit in the green frame."
    return panel(tiles, columns=2, width=WIDTH, title="Which inputs reach one unit", footer=footer)


def local_to_global(finding: Finding) -> Drawing:
    """The unit's inputs after each layer."""
    picture, fields, measured = finding.seen
    part = small_picture(picture, fields[0].shape)
    tiles = [
        Tile(tinted(part, field), f"{index + 1}. {name}", f"{high} × {wide} pixels reach the unit in the middle")
        for index, (name, field, (high, wide)) in enumerate(zip(LAYERS, fields, measured, strict=True))
    ]
    return panel(tiles, columns=3, width=WIDTH, title="Layer by layer a unit sees more of the picture")


def weight_meets_all(finding: Finding) -> Drawing:
    """How many inputs each weight meets, and those of the first, the middle and the last one."""
    picture, weights, met, room = finding.seen
    part = small_picture(picture, room)
    h, w = weights.shape
    names = {(0, 0): "The first weight", (h // 2, w // 2): "The middle weight", (h - 1, w - 1): "The last weight"}
    tiles = []
    for (i, j), name in names.items():
        mask = inputs_met(weights, (i, j), room)
        words = f"Row {i}, column {j}: {grouped(int(mask.sum()))} of {grouped(mask.size)} inputs"
        tiles.append(Tile(tinted(part, mask), name, words))
    pictures = panel(
        tiles,
        columns=3,
        width=WIDTH,
        footer=f"In colour: the inputs that the weight meets; those that stay grey it never touches. "
        f"Without padding each weight meets {grouped(finding.values['without_padding'])}.",
    )
    grids = kernel_row(
        "One weight meets nearly all inputs",
        [Numbers("Weights", weights), Numbers("Inputs that each meets", np.asarray(met), signed=False)],
        width=pictures.width,
    )
    return stacked([grids, pictures])


def inputs_met(weights: Array, tap: tuple[int, int], shape: tuple[int, int]) -> np.ndarray:
    """Input (r, c) meets weight (i, j) at output (r - i + top, c - j + left), where there is one."""
    pad = padding_for("same", weights.shape)
    rows, columns = (np.arange(n) - at + before for n, at, before in zip(shape, tap, (pad.top, pad.left), strict=True))
    return np.asarray(np.outer((rows >= 0) & (rows < shape[0]), (columns >= 0) & (columns < shape[1])))
