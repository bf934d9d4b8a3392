"""A canvas to draw results on: lettering, shapes and pictures, in pixels of the finished drawing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from convcli.core.arrays import Bytes
from convcli.report.drawing import lettering
from convcli.report.drawing.palette import INK, PAPER, RGB
from convcli.report.drawing.resizing import as_rgb, resized

Point = tuple[float, float]
LINE_HEIGHT = 1.3  # of the lettering's size


class Box(NamedTuple):
    """A place on a canvas: left, top, width and height in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


class Canvas:
    """A drawing of width x height pixels, x to the right and y down from the top left corner.

    It is drawn `scale` times as large and averaged down by `to_array`, so that
    slanted lines are smooth; shapes and pictures at whole pixels stay exact.
    """

    def __init__(self, width: float, height: float, *, scale: int = 2, ground: RGB = PAPER) -> None:
        self.width, self.height, self._scale = math.ceil(width), math.ceil(height), scale
        self._image = Image.new("RGB", (self.width * scale, self.height * scale), ground)
        self._brush = ImageDraw.Draw(self._image)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 14,
        colour: RGB = INK,
        bold: bool = False,
        align: Literal["left", "centre", "right"] = "left",
        vertical: Literal["top", "middle", "baseline"] = "top",
        max_width: float | None = None,
    ) -> float:
        """Draw one line of words and return its width.

        Args:
            x, y: where the line begins, has its middle or ends (`align`), and its top, the
                middle of its capitals, or its baseline (`vertical`).
            max_width: words that are wider end in an ellipsis.
        """
        shown = spell(words) if max_width is None else fitted(words, max_width, size)
        wide = text_width(shown, size)
        x -= {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        y += {"top": 0.97, "middle": lettering.CAP_HEIGHT / 2, "baseline": 0.0}[vertical] * size
        s = self._scale
        lettering.draw(self._brush, x * s, round(y * s), shown, round(size * s), colour, bold=bold)
        return wide

    def paragraph(
        self,
        x: float,
        y: float,
        words: str,
        *,
        width: float,
        size: float = 14,
        colour: RGB = INK,
        bold: bool = False,
        lines: int | None = None,
    ) -> float:
        """Draw words over as many lines as they need (at most `lines`); return the y below them."""
        for line in wrapped(words, width, size, lines):
            self.text(x, y, line, size=size, colour=colour, bold=bold)
            y += size * LINE_HEIGHT
        return y

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: RGB | None = None,
        outline: RGB | None = None,
        thickness: float = 1,
        dashed: bool = False,
    ) -> Box:
        """A rectangle; its outline lies inside it."""
        left, top, right, bottom = (self._whole(v) for v in (x, y, x + width, y + height))
        if right > left and bottom > top:
            t = max(1, round(thickness * self._scale))
            solid = None if dashed else outline
            self._brush.rectangle((left, top, right - 1, bottom - 1), fill=fill, outline=solid, width=t)
        if outline is not None and dashed:
            i = thickness / 2
            corners = [(x + i, y + i), (x + width - i, y + i), (x + width - i, y + height - i), (x + i, y + height - i)]
            self.line([*corners, corners[0]], colour=outline, thickness=thickness, dashed=True)
        return Box(x, y, width, height)

    def line(
        self, points: Sequence[Point], *, colour: RGB = INK, thickness: float = 1, dashed: bool = False, dash: float = 4
    ) -> None:
        """A line through points."""
        s, width = self._scale, max(1, round(thickness * self._scale))
        for piece in _dashes(points, dash) if dashed else [list(points)]:
            self._stroke([(px * s, py * s) for px, py in piece], colour, width)

    def _stroke(self, points: list[Point], colour: RGB, width: int) -> None:
        (x0, y0), (x1, y1) = points[0], points[-1]
        if len(points) == 2 and (x0 == x1 or y0 == y1):  # a rule: a rectangle has sharp sides wherever it stands
            left, top = (min(x0, x1), y0 - width / 2) if y0 == y1 else (x0 - width / 2, min(y0, y1))
            across, down = (abs(x1 - x0), width) if y0 == y1 else (width, abs(y1 - y0))
            corner = (round(left + across) - 1, round(top + down) - 1)
            if corner[0] >= round(left) and corner[1] >= round(top):
                self._brush.rectangle((round(left), round(top), *corner), fill=colour)
        else:
            self._brush.line(points, fill=colour, width=width, joint="curve")

    def arrow(self, start: Point, end: Point, *, colour: RGB = INK, thickness: float = 1.5, head: float = 7) -> None:
        """A straight line from start to end with a filled head at the end."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = math.hypot(dx, dy) or 1.0
        ux, uy = dx / length, dy / length
        neck = (end[0] - head * ux, end[1] - head * uy)
        self.line([start, neck], colour=colour, thickness=thickness)
        wing = 0.42 * head
        sides = [end, (neck[0] - wing * uy, neck[1] + wing * ux), (neck[0] + wing * uy, neck[1] - wing * ux)]
        self.polygon(sides, fill=colour)

    def polygon(self, points: Sequence[Point], *, fill: RGB) -> None:
        """A filled polygon."""
        self._brush.polygon([(px * self._scale, py * self._scale) for px, py in points], fill=fill)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: RGB | None = None,
        outline: RGB | None = None,
        thickness: float = 1,
    ) -> None:
        """A circle around (x, y)."""
        s, width = self._scale, max(1, round(thickness * self._scale))
        corners = ((x - radius) * s, (y - radius) * s, (x + radius) * s - 1, (y + radius) * s - 1)
        self._brush.ellipse(corners, fill=fill, outline=outline, width=width)

    def picture(
        self, x: float, y: float, pixels: NDArray[Any], width: int | None = None, height: int | None = None
    ) -> Box:
        """Paste a uint8 picture, (H, W), (H, W, 1) or (H, W, 3), enlarged by nearest neighbour or averaged down."""
        rows, columns = pixels.shape[:2]
        width, height = width or columns, height or rows
        pasted = as_rgb(resized(pixels, height, width))
        enlarged = pasted.repeat(self._scale, axis=0).repeat(self._scale, axis=1)
        self._image.paste(Image.fromarray(enlarged), (self._whole(x), self._whole(y)))
        return Box(round(x), round(y), width, height)

    def to_array(self) -> Bytes:
        """The finished drawing: uint8, shape (height, width, 3)."""
        return np.array(self._image.reduce(self._scale) if self._scale > 1 else self._image)

    def _whole(self, value: float) -> int:
        # At whole pixels of the finished drawing, or its edges would be grey.
        return round(value) * self._scale


def spell(words: str) -> str:
    """The words as they can be drawn, on one line."""
    return lettering.spelled(" ".join(words.split()))


def text_width(words: str, size: float) -> float:
    """Width of one line of words in pixels."""
    return lettering.width(lettering.spelled(words), round(size * 4)) / 4


def fitted(words: str, width: float, size: float) -> str:
    """The words, or as many of their first letters as fit, with an ellipsis."""
    shown = spell(words)
    if text_width(shown, size) <= width:
        return shown
    low, high = 0, len(shown)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(shown[:middle].rstrip() + "…", size) <= width else (low, middle - 1)
    return shown[:low].rstrip() + "…" if low else ""


def wrapped(words: str, width: float, size: float, lines: int | None = None) -> list[str]:
    """The words over several lines, broken at blanks and newlines; the last line allowed ends in an ellipsis."""
    broken = [line for part in words.splitlines() for line in _wrap(spell(part), width, size)]
    if lines is not None and len(broken) > lines:
        broken = [*broken[: lines - 1], fitted(" ".join(broken[lines - 1 :]), width, size)]
    return broken


def _wrap(words: str, width: float, size: float) -> list[str]:
    # Names such as sobel-compass-n:size=3 have no blanks: they may break behind a hyphen, colon or comma,
    # numbers such as 31,680 nowhere.
    lines, line = [], ""
    for piece in re.split(r"(?= )|(?<=[A-Za-z]-)(?=\S)|(?<=[:,])(?<!\d,)(?=\S)|(?<=\d,)(?=[^\s\d])", words):
        if line and text_width(line + piece, size) > width:
            lines.append(line)
            line = piece.lstrip()
        else:
            line += piece
    return [fitted(line, width, size) for line in [*lines, line]]


def _dashes(points: Sequence[Point], dash: float) -> list[list[Point]]:
    pieces = []
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        count = max(1, round((length / dash + 1) / 2))  # dashes, with a gap of one dash between two of them
        part = length / (2 * count - 1)
        at = [(2 * i * part / length, (2 * i + 1) * part / length) for i in range(count)] if length else []
        pieces += [[(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for t in ends] for ends in at]
    return pieces
