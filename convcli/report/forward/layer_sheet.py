"""One layer alone on a sheet: its maps, or its numbers as squares."""

from __future__ import annotations

import numpy as np

from convcli.core.display.mapping import to_pixels
from convcli.core.forward.observing import LayerSeen
from convcli.core.network.spec import shape_text
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.sheet import contact_sheet
from convcli.report.forward.map_tiles import Tiles
from convcli.report.forward.table import figure, share

A_LINE = 64  # numbers of a row that stand side by side


def layer_sheet(seen: LayerSeen, tiles: Tiles, colours: str = "gray") -> Drawing:
    """The sheet of one layer."""
    row = seen.row
    title = f"{row.name}: {row.kind}, {shape_text(row.output)}"
    facts = f"from {figure(seen.low)} to {figure(seen.high)}, {share(seen.zeros)} zeros"
    if tiles.row is not None:
        return _squares(tiles, title, facts, negative=seen.low < 0)
    left_out = tiles.total - len(tiles.numbers)
    shown = f"; the {len(tiles.numbers)} strongest of {tiles.total} maps" if left_out else ""
    labels = [f"map {number}" for number in tiles.numbers]
    nothing = [None] * len(labels)
    return contact_sheet(
        tiles.pictures, labels, nothing, title=title, footer=facts + shown, scales=tiles.scales, colormap=colours
    )


def _squares(tiles: Tiles, title: str, facts: str, *, negative: bool) -> Drawing:
    assert tiles.row is not None
    numbers = np.nan_to_num(tiles.row, nan=0.0, posinf=0.0, neginf=0.0)
    wide = min(A_LINE, len(numbers))
    lines = -(-len(numbers) // wide)
    whole = np.zeros(lines * wide)
    whole[: len(numbers)] = numbers
    pixels = to_pixels(whole.reshape(lines, wide), "signed" if negative else "magnitude")
    end = f"; {A_LINE} a line, the last filled up" if lines > 1 else ""
    return contact_sheet([pixels], [f"{len(numbers)} numbers"], [None], title=title, footer=f"{facts}{end}")
