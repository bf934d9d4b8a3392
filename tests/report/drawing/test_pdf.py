"""PDF: every object where the table says, text that can be copied, and pictures sample by sample."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFont

from convcli.report.drawing import lettering
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.pdf.document import Document
from convcli.report.drawing.pdf.one_page import pdf
from convcli.report.drawing.pdf.truetype import read_face
from convcli.report.drawing.raster import rasterized
from tests.report.drawing.gallery import FEW, HOSTILE, WORDS, everything, hostile

REFERENCE = re.compile(rb"(\d+) 0 R")


def objects_of(content: bytes) -> dict[int, bytes]:
    """The objects of a file, each exactly where the table says that it begins.

    Stricter than any reader: nothing may stand between objects, every length must be right, every
    reference must lead somewhere and every object must be led to.
    """
    assert content.startswith(b"%PDF-1.7\n%")
    tail = re.fullmatch(
        rb"(.*)xref\n0 (\d+)\n((?:\d{10} \d{5} [nf] \n)+)trailer\n(<<.*>>)\nstartxref\n(\d+)\n%%EOF\n",
        content,
        re.DOTALL,
    )
    assert tail is not None
    body, count, table, trailer, start = tail.groups()
    assert int(start) == len(body)
    rows = table.splitlines()
    assert len(rows) == int(count) == int(re.search(rb"/Size (\d+)", trailer)[1])  # type: ignore[index]
    assert rows[0] == b"0000000000 65535 f "
    starts = [int(row[:10]) for row in rows[1:]]
    assert starts == sorted(starts)
    found = {}
    for at, (first, after) in enumerate(zip(starts, [*starts[1:], len(body)], strict=True), start=1):
        held = re.fullmatch(rb"%d 0 obj\n(.*)\nendobj\n" % at, body[first:after], re.DOTALL)
        assert held is not None, at
        found[at] = held[1]
    led_to = {int(number) for each in (trailer, *map(heading, found.values())) for number in REFERENCE.findall(each)}
    assert led_to == set(found)
    return found


def heading(held: bytes) -> bytes:
    """An object without the bytes of its stream."""
    return held.partition(b"stream\n")[0]


def stream_of(held: bytes) -> bytes:
    """A stream's content, whose length must be the one that is said."""
    said, _, rest = held.partition(b"stream\n")
    deflated = rest.removesuffix(b"\nendstream")
    assert len(deflated) == int(re.search(rb"/Length (\d+)", said)[1])  # type: ignore[index]
    return zlib.decompress(deflated)


def operators(drawing: Drawing, scale: float = 1.0) -> str:
    """The page's content."""
    objects = objects_of(pdf(drawing, scale))
    page = next(held for held in objects.values() if b"/Type /Page " in held)
    return stream_of(objects[int(re.search(rb"/Contents (\d+)", page)[1])]).decode("ascii")  # type: ignore[index]


@pytest.mark.parametrize("scale", [0.5, 1, 2.5])
@pytest.mark.parametrize(
    "drawing", [everything(), hostile(), Canvas(7, 5).finished()], ids=["marks", "words", "nothing"]
)
def test_the_file_is_sound_and_its_page_as_large_as_the_drawing(drawing: Drawing, scale: float) -> None:
    """Strictly parsed; a unit is 1/96 inch, a point 1/72; brackets are closed; the same drawing is the same file."""
    content = pdf(drawing, scale)
    objects = objects_of(content)
    for held in objects.values():
        if b"stream\n" in held:
            stream_of(held)
        assert heading(held).count(b"<<") == heading(held).count(b">>")
    (page,) = (held for held in objects.values() if b"/Type /Page " in held)
    box = [float(part) for part in re.search(rb"/MediaBox \[(.*?)\]", page)[1].split()]  # type: ignore[index]
    assert box == pytest.approx([0, 0, drawing.width * 0.75 * scale, drawing.height * 0.75 * scale], abs=0.001)
    shown = operators(drawing, scale).split()
    assert shown.count("q") == shown.count("Q")
    assert shown.count("BT") == shown.count("ET")
    assert content == pdf(drawing, scale)


def test_pictures_are_there_sample_by_sample() -> None:
    """A grey picture of 3 x 2 is six bytes, placed upright where the raster has it."""
    objects = objects_of(pdf(everything()))
    grey = next(held for held in objects.values() if b"/DeviceGray" in held)
    assert b"/Width 3 /Height 2" in grey
    assert stream_of(grey) == FEW.tobytes()
    assert "q 60 0 0 -40 12 155 cm /P1 Do Q" in operators(everything())


def test_the_font_is_read_as_freetype_reads_it() -> None:
    """Widths of single letters, and which letters there are, by Pillow at 1000 pixels."""
    face, font = read_face(lettering.font_file()), ImageFont.load_default(size=1000)
    for character in "AWilm.7@~ é×":
        if character in face.glyphs:
            advance = 1000 * face.advances[face.glyphs[character]] / face.per_em
            assert font.getlength(character) == pytest.approx(advance, abs=1), character  # type: ignore[union-attr]
    assert set(map(chr, range(33, 127))) <= set(face.glyphs)
    assert face.ascent > 0 > face.descent


def test_many_foreign_characters_take_several_fonts() -> None:
    """300 characters that no font here has are 300 glyphs, of which one font holds 255."""
    canvas = Canvas(4000, 30)
    canvas.text(4, 4, "".join(chr(0x4E00 + n) for n in range(300)))
    objects = objects_of(pdf(canvas.finished()))
    sizes = [int(re.search(rb"/LastChar (\d+)", held)[1]) for held in objects.values() if b"/Type3" in held]  # type: ignore[index]
    assert sizes == [255, 45]


def test_an_object_that_was_never_defined_is_our_fault() -> None:
    """Nothing is written then."""
    document = Document()
    document.reserve()
    with pytest.raises(ValueError, match="object 1 was reserved"):
        document.written(1, 1)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_text_can_be_copied(tmp_path: Path) -> None:
    """Signs of mathematics and characters without a glyph come out as what they are."""

    def text(drawing: Drawing) -> str:
        (tmp_path / "a.pdf").write_bytes(pdf(drawing))
        done = subprocess.run(["pdftotext", "-layout", "a.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
        assert done.stderr == b""
        return " ".join(done.stdout.decode().split())

    shown = text(everything())
    assert all(words in shown for words in (*WORDS[:3], "a drawing below"))
    assert WORDS[3].replace(" ", "") in shown.replace(" ", "")  # which gaps are blanks, a reader guesses
    shown = text(hostile())
    for words in (HOSTILE[0], HOSTILE[1], HOSTILE[2], "日本語 カーネル 核", HOSTILE[-1]):
        assert words in shown
    information = subprocess.run(["pdfinfo", "a.pdf"], cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert HOSTILE[0] in information


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
def test_poppler_shows_what_the_raster_shows(tmp_path: Path) -> None:
    """At 192 dots an inch and at twice the scale: in the mean within a few levels, in few places far off."""
    (tmp_path / "a.pdf").write_bytes(pdf(everything()))
    subprocess.run(
        ["pdftoppm", "-r", "192", "-singlefile", "a.pdf", "a"], cwd=tmp_path, capture_output=True, check=True
    )
    shown = np.asarray(Image.open(tmp_path / "a.ppm")).astype(int)
    ours = rasterized(everything(), 2).astype(int)
    assert shown.shape == ours.shape
    off = np.abs(shown - ours).max(axis=2)
    assert off.mean() < 5
    assert (off[:225] > 100).mean() < 0.01  # above the pictures, whose last row and column poppler doubles


@pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not installed")
def test_ghostscript_has_nothing_to_repair(tmp_path: Path) -> None:
    """Any fault stops it."""
    (tmp_path / "a.pdf").write_bytes(pdf(everything()))
    (tmp_path / "b.pdf").write_bytes(pdf(hostile()))
    command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-dPDFSTOPONWARNING", "-sDEVICE=nullpage"]
    done = subprocess.run([*command, "a.pdf", "b.pdf"], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout + done.stderr == b""
