"""A kernel's weights as a table of HTML, for notebooks."""

from __future__ import annotations

import html
from collections.abc import Iterator

from convcli.core.arrays import Weights

MOST_CELLS = 1024  # of all its channels
POSITIVE, NEGATIVE = "178,24,43", "33,102,172"  # as in drawings: red above 0, blue below, white is 0
DARK = 0.6  # from this opacity on, lettering is white
_CELL = "text-align:right;padding:.2em .5em;border:1px solid #9aa5b1;color:"


def html_table(name: str, weights: Weights) -> str:
    """The weights, each on red or blue by its sign and the darker the larger; of channels a table each.

    Args:
        weights: (h, w), or (C, h, w).

    Returns:
        HTML that fetches nothing and runs nothing; without weights where they are more than MOST_CELLS.
    """
    size = " × ".join(map(str, weights.shape))
    heading = f"<div><bdi>{html.escape(name)}</bdi>, {size}</div>"
    if weights.size > MOST_CELLS:
        return heading
    peak = float(abs(weights).max())
    planes = weights if weights.ndim == 3 else weights[None]
    return heading + "".join(_table(plane, peak) for plane in planes)


def _table(plane: Weights, peak: float) -> str:
    rows = "".join(f"<tr>{''.join(_cells(row, peak))}</tr>" for row in plane.tolist())
    style = "border-collapse:collapse;display:inline-table;margin:.3em .6em .3em 0;background:#fff"
    return f'<table style="{style}">{rows}</table>'


def _cells(row: list[float], peak: float) -> Iterator[str]:
    for weight in row:
        share = abs(weight) / peak if peak else 0.0
        ground = f"rgba({POSITIVE if weight > 0 else NEGATIVE},{share:.3f})"
        ink = "#fff" if share >= DARK else "#1f2933"
        yield f'<td style="{_CELL}{ink};background:{ground}">{f"{weight:.6g}".replace("-", "−")}</td>'
