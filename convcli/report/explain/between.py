"""The signs between the matrices of a figure: correlation, convolution, a flip, equals."""

from __future__ import annotations

import math

from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas


def draw_sign(canvas: Canvas, sign: str, x: float, y: float, *, convolves: bool) -> None:
    """One sign with its middle at (x, y)."""
    if sign == "equals":
        canvas.text(x, y, "=", size=22, align="centre", vertical="middle")
    elif sign.startswith("flip"):
        ends = ((x, y - 11), (x, y + 11)) if sign.endswith("down") else ((x - 11, y), (x + 11, y))
        canvas.arrow(*ends, colour=palette.ACCENT, thickness=2)
    elif convolves:
        _draw_asterisk(canvas, x, y)
    else:
        _draw_star(canvas, x, y)


def _draw_star(canvas: Canvas, x: float, y: float) -> None:
    """⋆, the sign of correlation, which the font lacks."""
    radii = (7.5, 3.0)
    points = [
        (x + radii[i % 2] * math.sin(math.pi * i / 5), y - radii[i % 2] * math.cos(math.pi * i / 5)) for i in range(10)
    ]
    canvas.polygon(points, fill=palette.INK)


def _draw_asterisk(canvas: Canvas, x: float, y: float) -> None:
    """*, the sign of convolution, in the middle of the line."""
    for angle in (90, 210, 330):
        dx, dy = 7 * math.cos(math.radians(angle)), 7 * math.sin(math.radians(angle))
        canvas.line([(x - dx, y - dy), (x + dx, y + dy)], thickness=2)
