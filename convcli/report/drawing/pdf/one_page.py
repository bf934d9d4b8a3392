"""The page: marks as operators, with y downwards as in the drawing."""

from __future__ import annotations

from collections.abc import Iterator

from convcli.core.arrays import Bytes
from convcli.report.drawing.marks import (
    UNITS_PER_INCH,
    Circle,
    Drawing,
    Embedded,
    Inset,
    Line,
    Mark,
    Polygon,
    Rectangle,
    Text,
)
from convcli.report.drawing.pdf.document import Document, text_string
from convcli.report.drawing.pdf.fonts import Letters
from convcli.report.drawing.pdf.painting import circle, colour, painted, path, rectangle
from convcli.report.drawing.vectors import number, readable, samples_of

POINTS = 72 / UNITS_PER_INCH  # PDF's unit, of which an inch has 72, to one of the drawing's
LONGEST = 14_400 / POINTS  # a side of a page, in units: beyond it viewers differ


def pdf(drawing: Drawing, scale: float = 1.0) -> bytes:
    """The drawing as a PDF file of one page: the same bytes for the same drawing.

    Text is text, in the raster's own font, which is embedded; pictures have at most 300 samples an inch.

    Args:
        scale: the drawing's size: 1 makes a unit 1/96 inch.  `LONGEST` / scale is the longest side.
    """
    document, page = Document(), _Page(scale)
    content = "\n".join(page.drawn(drawing)).encode("ascii")
    unit, high = number(POINTS * scale), number(drawing.height * POINTS * scale)
    stream = document.add_stream(f"{unit} 0 0 -{unit} 0 {high} cm\n".encode("ascii") + content)
    pictures = " ".join(f"/{name} {_add_picture(document, pixels)} 0 R" for name, pixels in page.pictures)
    fonts = page.letters.added_to(document)
    pages = document.reserve()
    box = f"[0 0 {number(drawing.width * POINTS * scale)} {high}]"
    resources = f"<< /Font << {fonts} >> /XObject << {pictures} >> >>"
    sheet = document.add(
        f"<< /Type /Page /Parent {pages} 0 R /MediaBox {box} /Resources {resources} /Contents {stream} 0 R >>"
    )
    document.define(pages, f"<< /Type /Pages /Kids [{sheet} 0 R] /Count 1 >>")
    viewer = "/ViewerPreferences << /DisplayDocTitle true >>"
    root = document.add(f"<< /Type /Catalog /Pages {pages} 0 R {viewer} >>")
    info = document.add(f"<< /Title {text_string(readable(drawing.title))} /Producer (convcli) >>")
    return document.written(root, info)


def _add_picture(document: Document, pixels: Bytes) -> int:
    space = "/DeviceGray" if pixels.ndim == 2 else "/DeviceRGB"
    size = f"/Width {pixels.shape[1]} /Height {pixels.shape[0]}"
    entries = f"/Type /XObject /Subtype /Image {size} /ColorSpace {space} /BitsPerComponent 8"
    return document.add_stream(pixels.tobytes(), entries)


class _Page:
    """What a page is made of, gathered while it is drawn."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self.letters = Letters()
        self.pictures: list[tuple[str, Bytes]] = []

    def drawn(self, drawing: Drawing) -> Iterator[str]:
        """A drawing's operators, its ground first."""
        yield f"{colour(drawing.ground)} rg 0 0 {number(drawing.width)} {number(drawing.height)} re f"
        for mark in drawing.marks:
            yield from self._operators(mark)

    def _operators(self, mark: Mark) -> Iterator[str]:
        match mark:
            case Text():
                yield self._text(mark)
            case Line():
                joined = 1 if len(mark.points) > 2 and not mark.dash else 0
                paths = " ".join(path(stroke) for stroke in mark.strokes)
                yield f"{colour(mark.colour)} RG {number(mark.thickness)} w {joined} j {paths} S"
            case Polygon():
                yield f"{colour(mark.fill)} rg {path(mark.points)} f"
            case Rectangle():
                yield rectangle(mark)
            case Circle():
                inner = mark.thickness / 2 if mark.outline else 0.0
                yield painted(circle(mark.x, mark.y, mark.radius - inner), mark.fill, mark.outline, mark.thickness)
            case Embedded():
                yield self._picture(mark)
            case Inset():
                yield f"q 1 0 0 1 {mark.left} {mark.top} cm"
                yield from self.drawn(mark.drawing)
                yield "Q"

    def _text(self, mark: Text) -> str:
        """A line of words, as wide as in the raster: kerning, which PDF has not, is spread over the line."""
        runs = list(self.letters.line(mark.words))
        natural = sum(wide for _, _, wide in runs) / 1000 * mark.size
        stretch = number(100 * mark.width / natural) if natural else "100"
        ink, size = colour(mark.colour), number(mark.size)
        shown = " ".join(f"/{font} {size} Tf <{codes}> Tj" for font, codes, _ in runs)
        place = f"1 0 0 -1 {number(mark.left)} {number(mark.baseline)} Tm"
        return f"BT {ink} rg {ink} RG {stretch} Tz {place} {shown} ET"

    def _picture(self, mark: Embedded) -> str:
        name = f"P{len(self.pictures) + 1}"
        self.pictures.append((name, samples_of(mark, self._scale).pixels))
        # A picture's own place is a square with y upwards.
        return f"q {mark.width} 0 0 -{mark.height} {mark.left} {mark.top + mark.height} cm /{name} Do Q"
