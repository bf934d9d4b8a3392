"""A drawing as SVG: lines stay lines and text stays text."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from html import escape

from PIL import Image

from convcli.core.arrays import Bytes
from convcli.report.drawing.marks import (
    Circle,
    Drawing,
    Embedded,
    Inset,
    Line,
    Mark,
    Point,
    Polygon,
    Rectangle,
    Text,
)
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.pieces import spelled
from convcli.report.drawing.vectors import number, readable, samples_of

# The raster's own font first, then those that are as wide as it, or nearly; then what systems have for Chinese.
FONTS = (
    "Aileron, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'PingFang SC', 'Hiragino Sans GB', "
    "'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
ANCHORS = {"left": "start", "centre": "middle", "right": "end"}
# Each browser takes the last that it knows; the attribute is for viewers without style sheets.
SQUARES = ' image-rendering="optimizeSpeed" style="image-rendering:crisp-edges;image-rendering:pixelated"'


def svg(drawing: Drawing, scale: float = 1.0) -> bytes:
    """The drawing as an SVG file in UTF-8: the same bytes for the same drawing.

    Each line of words is one element, as wide as the raster's lettering, by whichever font it is
    shown.  Pictures are embedded, with at most 300 samples an inch.

    Args:
        scale: CSS pixels to a unit: the size in which a viewer shows it, and nothing else.
    """
    across, down = number(drawing.width), number(drawing.height)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img"'
        f' width="{number(drawing.width * scale)}" height="{number(drawing.height * scale)}"'
        f' viewBox="0 0 {across} {down}" font-family="{FONTS}" xml:space="preserve">',
        f"<title>{_escaped(drawing.title)}</title>",
        *_drawn(drawing, scale),
        "</svg>\n",
    ]
    return "\n".join(lines).encode("utf-8")


def _escaped(words: str) -> str:
    return escape(readable(words), quote=False)


def _drawn(drawing: Drawing, scale: float) -> Iterator[str]:
    ground = _colour(drawing.ground)
    yield f'<rect width="{number(drawing.width)}" height="{number(drawing.height)}" fill="{ground}"/>'
    for mark in drawing.marks:
        yield from _element(mark, scale)


def _element(mark: Mark, scale: float) -> Iterator[str]:
    match mark:
        case Text():
            yield _text(mark)
        case Line():
            yield _line(mark)
        case Polygon():
            corners = " ".join(f"{number(x)},{number(y)}" for x, y in mark.points)
            yield f'<polygon points="{corners}" fill="{_colour(mark.fill)}"/>'
        case Rectangle():
            yield _rectangle(mark)
        case Circle():
            inner = mark.thickness / 2 if mark.outline else 0.0
            place = f'cx="{number(mark.x)}" cy="{number(mark.y)}" r="{number(mark.radius - inner)}"'
            yield f"<circle {place}{_painted(mark.fill, mark.outline, mark.thickness)}/>"
        case Embedded():
            yield _image(mark, scale)
        case Inset():
            yield f'<g transform="translate({mark.left} {mark.top})">'
            yield from _drawn(mark.drawing, scale)
            yield "</g>"


def _text(mark: Text) -> str:
    anchor = "" if mark.align == "left" else f' text-anchor="{ANCHORS[mark.align]}"'
    # What the raster has to spell otherwise has a width of its own here.
    known = spelled(mark.words) == mark.words
    wide = f' textLength="{number(mark.width)}" lengthAdjust="spacingAndGlyphs"' if known else ""
    place = f'x="{number(mark.x)}" y="{number(mark.baseline)}" font-size="{number(mark.size)}"'
    return f'<text {place} fill="{_colour(mark.colour)}"{anchor}{wide}>{_escaped(mark.words)}</text>'


def _line(mark: Line) -> str:
    path = " ".join(_path(stroke) for stroke in mark.strokes)
    joined = ' stroke-linejoin="round"' if len(mark.points) > 2 and not mark.dash else ""
    return f'<path d="{path}"{_painted(None, mark.colour, mark.thickness)}{joined}/>'


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _rectangle(mark: Rectangle) -> str:
    left, top, right, bottom = mark.left, mark.top, mark.right, mark.bottom
    inner = mark.thickness / 2 if mark.outline else 0.0
    fill, outline = mark.fill, mark.outline
    if min(right - left, bottom - top) <= 2 * inner:  # nothing but outline
        fill, outline, inner = mark.outline, None, 0.0
    place = f'x="{number(left + inner)}" y="{number(top + inner)}"'
    size = f'width="{number(right - left - 2 * inner)}" height="{number(bottom - top - 2 * inner)}"'
    return f"<rect {place} {size}{_painted(fill, outline, mark.thickness)}/>"


def _painted(fill: RGB | None, outline: RGB | None, thickness: float) -> str:
    painted = f' fill="{_colour(fill)}"' if fill else ' fill="none"'
    if outline:
        painted += f' stroke="{_colour(outline)}"'
        painted += f' stroke-width="{number(thickness)}"' if thickness != 1 else ""
    return painted


def _image(mark: Embedded, scale: float) -> str:
    pixels, enlarged = samples_of(mark, scale)
    place = f'x="{mark.left}" y="{mark.top}" width="{mark.width}" height="{mark.height}"'
    content = base64.b64encode(_png(pixels)).decode("ascii")
    squares = SQUARES if enlarged else ""
    return f'<image {place} preserveAspectRatio="none"{squares} xlink:href="data:image/png;base64,{content}"/>'


def _png(pixels: Bytes) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def _colour(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
