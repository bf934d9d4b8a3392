"""The chapter's example, drawn: input, kernel, output, and the sum behind its first number."""

from __future__ import annotations

import numpy as np

from convcli.core.claims.finding import Finding
from convcli.core.quantities import spoken
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import block, draw_grid
from convcli.report.drawing.panel import MARGIN
from convcli.report.drawing.type_sizes import HEADING, TITLE

CELL, APART = 64, 76


def nineteen(finding: Finding) -> Drawing:
    """Three by three, two by two, and what the layer makes of them."""
    given, kernel, response = finding.seen
    canvas = Canvas(2 * MARGIN + 7 * CELL + 2 * APART, MARGIN + 40 + 3 * CELL + 92)
    canvas.text(MARGIN, MARGIN - 6, "Cross-correlation by hand", size=TITLE)
    top, x = MARGIN + 40, float(MARGIN)
    h, w = kernel.shape
    first = draw_grid(canvas, x, top, given, cell=CELL, title="Input", shaded=block(0, 0, h, w))
    x = first.cells.right + APART
    second = draw_grid(canvas, x, top, kernel, cell=CELL, title="Kernel", fill=palette.KERNEL)
    x = second.cells.right + APART
    draw_grid(canvas, x, top, response, cell=CELL, title="Output", highlight=[(0, 0)])
    for left, sign in ((first.cells.right, "⋆"), (second.cells.right, "=")):
        canvas.text(left + APART / 2, second.cells.y + CELL, sign, size=26, align="centre", vertical="middle")
    terms = " + ".join(f"{spoken(given[i, j])}·{spoken(kernel[i, j])}" for i, j in np.ndindex(h, w))
    y = first.cells.bottom + 22
    canvas.text(MARGIN, y, f"{terms} = {spoken(response[0][0])}", size=HEADING)
    return canvas.finished()
