"""A drawing in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from convcli.core.arrays import Bytes
from convcli.report.drawing import lettering
from convcli.report.drawing.marks import Circle, Drawing, Embedded, Inset, Line, Mark, Point, Polygon, Rectangle, Text
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.resizing import as_rgb, resized

FINE = 6_000_000  # pixels of a drawing at scale 1 that is drawn twice as large
FINEST = 22_000_000  # and of any: drawn twice as large, it takes 264 MB


def size_in_pixels(drawing: Drawing, scale: float = 1.0) -> tuple[int, int]:
    """(height, width) of a drawing in pixels, `scale` to a unit."""
    return max(1, whole_pixels(drawing.height * scale)), max(1, whole_pixels(drawing.width * scale))


def rasterized(drawing: Drawing, scale: float = 1.0) -> Bytes:
    """The drawing in pixels: drawn twice as large and averaged down, so that slanted lines are smooth.

    Shapes and pictures stand at whole pixels, so that their edges are sharp.  Everything is
    drawn at its scale: lettering by the font's outlines, pictures by as many samples as they have.

    Args:
        scale: pixels to a unit; any number above 0.

    Returns:
        uint8, shape (height, width, 3), of `size_in_pixels`.
    """
    height, width = size_in_pixels(drawing, scale)
    fine = fineness(height, width, scale)
    insets = [mark for mark in drawing.marks if isinstance(mark, Inset)]
    fine = fine if len(insets) < len(drawing.marks) else 1
    brush = Brush(Image.new("RGB", (width * fine, height * fine), drawing.ground), scale, fine)
    for mark in drawing.marks:
        brush.draw(mark)
    pixels = brush.pixels()
    for inset in insets:
        top, left = whole_pixels(inset.top * scale), whole_pixels(inset.left * scale)
        _paste(pixels, rasterized(inset.drawing, scale), top, left)
    return pixels


def fineness(height: int, width: int, scale: float) -> int:
    """How many times as large a drawing of so many pixels is drawn."""
    return 2 if height * width <= min(FINE * max(1.0, scale), FINEST) else 1


def _paste(pixels: Bytes, inset: Bytes, top: int, left: int) -> None:
    height, width = pixels[top : top + inset.shape[0], left : left + inset.shape[1]].shape[:2]
    pixels[top : top + height, left : left + width] = inset[:height, :width]


def whole_pixels(value: float) -> int:
    """The nearest whole number, halves upwards, so that parts as wide stay as wide."""
    return math.floor(value + 0.5)


class Brush:
    """Pillow's, at so many fine pixels to a unit.

    Args:
        image: what is drawn on, in fine pixels.
        left, top: of its corner in the drawing, in pixels: of a part of it, which is drawn as in the whole.
    """

    def __init__(self, image: Image.Image, scale: float, fine: int, *, left: int = 0, top: int = 0) -> None:
        self._image = image
        self._brush = ImageDraw.Draw(self._image)
        self._scale, self._fine, self._s = scale, fine, scale * fine
        self._left, self._top = left, top

    def draw(self, mark: Mark) -> None:
        """Draw one mark above what is there; insets are pasted when it is done."""
        match mark:
            case Text():
                self._text(mark)
            case Line():
                for points in mark.strokes:
                    self._stroke(points, mark.colour, self._width(mark.thickness))
            case Polygon():
                self._brush.polygon([self._fine_point(point) for point in mark.points], fill=mark.fill)
            case Rectangle():
                self._rectangle(mark)
            case Circle():
                self._circle(mark)
            case Embedded():
                self._picture(mark)

    def pixels(self) -> Bytes:
        """What was drawn."""
        return np.array(self._image.reduce(self._fine) if self._fine > 1 else self._image)

    def _fine_point(self, point: Point) -> Point:
        return point[0] * self._s - self._left * self._fine, point[1] * self._s - self._top * self._fine

    def _width(self, thickness: float) -> int:
        return max(1, round(thickness * self._s))

    def _corner(self, x: int, y: int) -> tuple[int, int]:
        # At whole pixels of the finished drawing, or edges would be grey.
        return (whole_pixels(x * self._scale) - self._left) * self._fine, (
            whole_pixels(y * self._scale) - self._top
        ) * self._fine

    def _text(self, mark: Text) -> None:
        x, size = mark.left * self._s - self._left * self._fine, round(mark.size * self._s)
        baseline = round(mark.baseline * self._s) - self._top * self._fine
        lettering.draw(self._brush, x, baseline, mark.words, max(1, size), mark.colour)

    def _stroke(self, given: Sequence[Point], colour: RGB, width: int) -> None:
        points = [self._fine_point(point) for point in given]
        (x0, y0), (x1, y1) = points[0], points[-1]
        if len(points) == 2 and (x0 == x1 or y0 == y1):  # a rule: a rectangle has sharp sides wherever it stands
            left, top = (min(x0, x1), y0 - width / 2) if y0 == y1 else (x0 - width / 2, min(y0, y1))
            across, down = (abs(x1 - x0), width) if y0 == y1 else (width, abs(y1 - y0))
            corner = (round(left + across) - 1, round(top + down) - 1)
            if corner[0] >= round(left) and corner[1] >= round(top):
                self._brush.rectangle((round(left), round(top), *corner), fill=colour)
        else:
            self._brush.line(points, fill=colour, width=width, joint="curve")

    def _rectangle(self, mark: Rectangle) -> None:
        corners = [*self._corner(mark.left, mark.top), *self._corner(mark.right, mark.bottom)]
        if corners[2] <= corners[0] or corners[3] <= corners[1]:
            return
        whole = mark.thickness == round(mark.thickness)  # of pixels, then, as the edges
        width = (
            max(1, whole_pixels(mark.thickness * self._scale)) * self._fine if whole else self._width(mark.thickness)
        )
        place = (corners[0], corners[1], corners[2] - 1, corners[3] - 1)
        self._brush.rectangle(place, fill=mark.fill, outline=mark.outline, width=width)

    def _circle(self, mark: Circle) -> None:
        (left, top) = self._fine_point((mark.x - mark.radius, mark.y - mark.radius))
        (right, bottom) = self._fine_point((mark.x + mark.radius, mark.y + mark.radius))
        place = (left, top, max(left, right - 1), max(top, bottom - 1))
        self._brush.ellipse(place, fill=mark.fill, outline=mark.outline, width=self._width(mark.thickness))

    def _picture(self, mark: Embedded) -> None:
        left, top = whole_pixels(mark.left * self._scale), whole_pixels(mark.top * self._scale)
        width = max(1, whole_pixels((mark.left + mark.width) * self._scale) - left)
        height = max(1, whole_pixels((mark.top + mark.height) * self._scale) - top)
        shown = as_rgb(resized(mark.pixels, height, width))
        # Of a part of the drawing, no more of the picture than is seen there.
        rows, columns = max(0, self._top - top), max(0, self._left - left)
        size = (self._image.height // self._fine, self._image.width // self._fine)
        bottom, right = (
            max(0, start + length) for start, length in zip((self._top - top, self._left - left), size, strict=True)
        )
        seen = shown[rows:bottom, columns:right]
        if seen.size:
            fine = seen.repeat(self._fine, axis=0).repeat(self._fine, axis=1)
            place = (left + columns - self._left) * self._fine, (top + rows - self._top) * self._fine
            self._image.paste(Image.fromarray(fine), place)
