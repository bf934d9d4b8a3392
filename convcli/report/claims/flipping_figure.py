"""One kernel and its flip on a picture, drawn."""

from __future__ import annotations

import numpy as np

from convcli.core.claims.finding import Finding
from convcli.core.claims.plainly import turned
from convcli.report.claims.claim_tiles import Numbers, grey, kernel_row, shown_number, signed_tile
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.drawing.panel import Tile, panel

WIDTH = 1100


def usually_differ(finding: Finding) -> Drawing:
    """The kernel, its flip, the response to either and the difference of the two."""
    picture, weights, correlation, convolution = finding.seen
    largest = max(float(np.abs(each).max()) for each in (correlation, convolution))
    gap = correlation - convolution
    most = float(np.abs(gap).max())
    share = shown_number(100 * finding.values["share"])
    pictures = panel(
        [
            Tile(grey(picture), "Picture"),
            signed_tile(correlation, "Correlation", "Red is positive, blue negative, white 0", largest),
            signed_tile(convolution, "Convolution", "On the same scale", largest),
            signed_tile(gap, "Difference", f"{share} % of the outputs differ, by up to {shown_number(most)}", most),
        ],
        columns=(2, 4),
        width=WIDTH,
    )
    own = finding.values["own_flip"]
    kernels = kernel_row(
        "The kernel is its own flip: both are the same" if own else "Correlation and convolution differ",
        [Numbers("Kernel", weights), Numbers("Flipped both ways", turned(weights))],
        width=pictures.width,
    )
    return stacked([kernels, pictures])
