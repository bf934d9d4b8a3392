"""A whole first layer's maps on one sheet."""

from __future__ import annotations

import numpy as np

from convcli.core.claims.finding import Finding
from convcli.core.display.scale import Scale
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.resizing import signed_picture
from convcli.report.drawing.sheet import contact_sheet

COLUMNS = 12


def about_a_hundred(finding: Finding) -> Drawing:
    """96 kernels and their maps, in signed colours on one scale."""
    part, bank, maps = finding.seen
    largest = float(np.abs(maps).max()) or 1.0
    count = len(bank)
    return contact_sheet(
        [signed_picture(maps[:, :, index].astype(np.float64), largest) for index in range(count)],
        [str(index) for index in range(count)],
        list(bank),
        columns=COLUMNS,
        title=f"{count} maps in one pass",
        footer=f"Kernels of {bank.shape[1]} × {bank.shape[2]} random weights, each above its map, "
        f"on {part.shape[0]} × {part.shape[1]} pixels; red is positive, blue negative, white 0.",
        scales=[Scale(-largest, largest)] * count,
        colormap="diverging",
    )
