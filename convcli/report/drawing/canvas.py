"""A canvas to put marks on: lettering, shapes and pictures, in units of the drawing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from numpy.typing import NDArray

from convcli.report.drawing import lettering
from convcli.report.drawing.marks import Align, Circle, Drawing, Embedded, Line, Mark, Point, Polygon, Rectangle, Text
from convcli.report.drawing.palette import INK, PAPER, RGB
from convcli.report.drawing.pieces import spelled
from convcli.report.drawing.resizing import as_rgb
from convcli.report.language.chosen import Name
from convcli.report.language.spoken import translated

LINE_HEIGHT = 1.3  # of the lettering's size

# Names such as sobel-compass-n:size=3 have no blanks: they may break behind a hyphen, colon or comma,
# numbers such as 31,680 and 9.36e-7 nowhere.
_BREAKS = r"(?= )|(?<=[A-Za-z]-)(?<!\d[eE]-)(?=\S)|(?<=[:,])(?<!\d,)(?=\S)|(?<=\d,)(?=[^\s\d])"
# Chinese, Japanese and Korean break between any two characters, but not before a closing sign or behind an opening one.
_EAST = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_NOT_FIRST, _NOT_LAST = "，。；：、？！）》」』】〉…％ー・,.;:?!)\\]}%", "（《「『【〈(\\[{"
_BEHIND_EASTERN = rf"(?<=[{_EAST}])(?<![{_NOT_LAST}])(?=[^\s{_NOT_FIRST}])"
_BEFORE_EASTERN = rf"(?<![\s{_NOT_LAST}])(?=[{_EAST}])(?![{_NOT_FIRST}])"
_EASTERN_BREAKS = f"{_BREAKS}|{_BEHIND_EASTERN}|{_BEFORE_EASTERN}"
Vertical = Literal["top", "middle", "baseline"]


class Box(NamedTuple):
    """A place on a canvas: left, top, width and height in units."""

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
    """A drawing in the making: width x height units, x to the right and y down from the top left corner.

    Args:
        title: what the drawing shows, in a few words; the first words drawn where it is not given.
    """

    def __init__(self, width: float, height: float, *, ground: RGB = PAPER, title: str = "") -> None:
        self.width, self.height = math.ceil(width), math.ceil(height)
        self._ground, self._title = ground, title
        self._marks: list[Mark] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 14,
        colour: RGB = INK,
        align: Align = "left",
        vertical: Vertical = "top",
        max_width: float | None = None,
    ) -> float:
        """Draw one line of words and return its width.

        Args:
            x, y: where the line begins, has its middle or ends (`align`), and its top, the
                middle of its capitals, or its baseline (`vertical`).
            words: in English, and drawn in the language that was chosen; a Name is drawn as it is.
            max_width: words that are wider end in an ellipsis.
        """
        shown = one_line(translated(words)) if max_width is None else fitted(words, max_width, size)
        return self._line(x, y, shown, size, colour, align, vertical)

    def _line(
        self, x: float, y: float, shown: str, size: float, colour: RGB, align: Align, vertical: Vertical
    ) -> float:
        wide = _width(shown, size)
        y += {"top": 0.97, "middle": lettering.CAP_HEIGHT / 2, "baseline": 0.0}[vertical] * size
        if shown:
            self._marks.append(Text(x, y, shown, size, colour, align, wide))
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
        lines: int | None = None,
    ) -> float:
        """Draw words over as many lines as they need (at most `lines`); return the y below them."""
        for line in wrapped(words, width, size, lines):
            self._line(x, y, line, size, colour, "left", "top")
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
        """A rectangle at whole units; its outline lies inside it."""
        left, top, right, bottom = (round(v) for v in (x, y, x + width, y + height))
        solid = None if dashed else outline
        if right > left and bottom > top and (fill or solid):
            self._marks.append(Rectangle(left, top, right, bottom, fill, solid, thickness))
        if outline is not None and dashed:
            i = thickness / 2
            corners = [(x + i, y + i), (x + width - i, y + i), (x + width - i, y + height - i), (x + i, y + height - i)]
            self.line([*corners, corners[0]], colour=outline, thickness=thickness, dashed=True)
        return Box(x, y, width, height)

    def line(
        self, points: Sequence[Point], *, colour: RGB = INK, thickness: float = 1, dashed: bool = False, dash: float = 4
    ) -> None:
        """A line through points."""
        self._marks.append(Line(tuple(points), colour, thickness, dash if dashed else 0.0))

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
        self._marks.append(Polygon(tuple(points), fill))

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
        """A circle around (x, y), its outline inside it."""
        self._marks.append(Circle(x, y, radius, fill, outline, thickness))

    def picture(
        self, x: float, y: float, pixels: NDArray[Any], width: int | None = None, height: int | None = None
    ) -> Box:
        """A uint8 picture, (H, W), (H, W, 1) or (H, W, 3), enlarged by nearest neighbour or averaged down."""
        rows, columns = as_rgb(pixels).shape[:2]
        width, height = width or columns, height or rows
        self._marks.append(Embedded(round(x), round(y), width, height, pixels))
        return Box(round(x), round(y), width, height)

    def finished(self) -> Drawing:
        """The drawing."""
        first = next((mark.words for mark in self._marks if isinstance(mark, Text)), "")
        return Drawing(self.width, self.height, tuple(self._marks), self._ground, translated(self._title) or first)


def one_line(words: str) -> str:
    """The words on one line, blanks between them, letters and their accents composed."""
    shown = " ".join(words.split())
    return shown if shown.isascii() else unicodedata.normalize("NFC", shown)


def spell(words: str) -> str:
    """The words as the raster's lettering has them, on one line."""
    return spelled(one_line(words))


def text_width(words: str, size: float) -> float:
    """Width of one line of words in units, in the language that was chosen."""
    return _width(translated(words), size)


@lru_cache(maxsize=4096)
def _width(words: str, size: float) -> float:
    return lettering.width(words, round(size * 4)) / 4


def fitted(words: str, width: float, size: float) -> str:
    """The words in the language that was chosen, or as many of their first letters as fit, with an ellipsis."""
    return Name(_fitted(translated(words), width, size))  # not to be translated again


def _fitted(words: str, width: float, size: float) -> str:
    shown = one_line(words)
    if _width(shown, size) <= width:
        return shown
    low, high = 0, len(shown)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _width(shown[:middle].rstrip() + "…", size) <= width else (low, middle - 1)
    return shown[:low].rstrip() + "…" if low else ""


def wrapped(words: str, width: float, size: float, lines: int | None = None) -> list[str]:
    """The words over several lines, in the language that was chosen; the last line allowed ends in an ellipsis.

    They are broken at newlines, at blanks, and where their script breaks without blanks.
    """
    broken = [line for part in translated(words).splitlines() for line in _wrap(one_line(part), width, size)]
    if lines is not None and len(broken) > lines:
        broken = [*broken[: lines - 1], _fitted(_rejoined(broken[lines - 1 :]), width, size)]
    return list(map(Name, broken))


def _rejoined(lines: Sequence[str]) -> str:
    """Lines as one again, a blank between them but where two characters of Chinese meet."""
    whole = lines[0]
    for line in lines[1:]:
        whole += line if re.search(f"[{_EAST}]$", whole) or re.match(f"[{_EAST}]", line) else f" {line}"
    return whole


def _wrap(words: str, width: float, size: float) -> list[str]:
    lines, line = [], ""
    for piece in re.split(_BREAKS if words.isascii() else _EASTERN_BREAKS, words):
        if line and _width(line + piece, size) > width:
            lines.append(line)
            line = piece.lstrip()
        else:
            line += piece
    return [_fitted(line, width, size) for line in [*lines, line]]
