"""Shapes and colours as the operators of a page."""

from __future__ import annotations

from collections.abc import Iterable

from convcli.report.drawing.marks import Point, Rectangle
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.vectors import number

ROUND = 0.5522847498  # handles of the four curves that make a circle of radius 1


def rectangle(mark: Rectangle) -> str:
    """A rectangle, its outline inside it."""
    left, top, wide, high = mark.left, mark.top, mark.right - mark.left, mark.bottom - mark.top
    inner = mark.thickness / 2 if mark.outline else 0.0
    fill, outline = mark.fill, mark.outline
    if min(wide, high) <= 2 * inner:  # nothing but outline
        fill, outline, inner = mark.outline, None, 0.0
    corner = f"{number(left + inner)} {number(top + inner)}"
    return painted(f"{corner} {number(wide - 2 * inner)} {number(high - 2 * inner)} re", fill, outline, mark.thickness)


def painted(path: str, fill: RGB | None, outline: RGB | None, thickness: float) -> str:
    """A path filled, stroked, or both."""
    colours = f"{colour(fill)} rg " if fill else ""
    colours += f"{colour(outline)} RG {number(thickness)} w 0 j " if outline else ""
    return f"{colours}{path} {'B' if fill and outline else 'f' if fill else 'S' if outline else 'n'}"


def circle(x: float, y: float, r: float) -> str:
    """A circle's path, of four curves."""
    h = ROUND * r
    curves = [
        ((x + r, y + h), (x + h, y + r), (x, y + r)),
        ((x - h, y + r), (x - r, y + h), (x - r, y)),
        ((x - r, y - h), (x - h, y - r), (x, y - r)),
        ((x + h, y - r), (x + r, y - h), (x + r, y)),
    ]
    parts = [" ".join(f"{number(px)} {number(py)}" for px, py in curve) + " c" for curve in curves]
    return f"{number(x + r)} {number(y)} m {' '.join(parts)} h"


def path(points: Iterable[Point]) -> str:
    """The path through points."""
    return " ".join(f"{number(x)} {number(y)} {'l' if index else 'm'}" for index, (x, y) in enumerate(points))


def colour(of: RGB) -> str:
    """A colour's three numbers."""
    return " ".join(number(part / 255) for part in of)
