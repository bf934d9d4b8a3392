"""SVG: lines where the raster has them, text that is text, and a file that every parser reads."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from convcli.report.drawing.canvas import Canvas, text_width
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.svg import svg
from tests.report.drawing.gallery import FEW, HOSTILE, PHOTOGRAPH, WORDS, everything, hostile

NS = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def tree(drawing: Drawing, scale: float = 1.0) -> ElementTree.Element:
    """The file, parsed."""
    return ElementTree.fromstring(svg(drawing, scale))


def texts(root: ElementTree.Element) -> list[str]:
    """Every line of words."""
    return ["".join(element.itertext()) for element in root.iter(f"{NS}text")]


def numbers(element: ElementTree.Element, *names: str) -> list[float]:
    """Some attributes that are lengths."""
    return [float(element.attrib[name]) for name in names]


def test_the_size_is_the_drawings_and_scale_changes_nothing_else() -> None:
    """Twice as large is the same picture in another width and height."""
    once, twice = svg(everything()).decode(), svg(everything(), 2).decode()
    root = tree(everything(), 2)
    assert numbers(root, "width", "height") == [600, 420]
    assert root.attrib["viewBox"] == "0 0 300 210"
    assert root.attrib[SPACE] == "preserve"
    assert twice.replace('width="600" height="420"', 'width="300" height="210"', 1) == once
    assert svg(everything()) == svg(everything())


def test_text_stays_text_as_wide_as_the_raster_has_it() -> None:
    """Every line is an element of its own, anchored where it is aligned, in the raster's place and width."""
    root = tree(everything())
    assert texts(root) == [*WORDS, "a drawing below"]
    title, centred, ends, *_ = root.iter(f"{NS}text")
    assert numbers(title, "x", "font-size") == [12, 20]
    assert "text-anchor" not in title.attrib
    assert numbers(centred, "x") == [150]
    assert centred.attrib["text-anchor"] == "middle"
    assert ends.attrib["text-anchor"] == "end"
    assert ends.attrib["fill"] == "#b2182b"
    for element, words, size in ((title, WORDS[0], 20), (centred, WORDS[1], 14), (ends, WORDS[2], 12.5)):
        assert numbers(element, "textLength")[0] == pytest.approx(text_width(words, size), abs=0.001)
        assert element.attrib["lengthAdjust"] == "spacingAndGlyphs"
    fonts = root.attrib["font-family"]
    assert all(family in fonts for family in ("Helvetica", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei"))
    assert fonts.endswith("sans-serif")


def test_the_title_and_the_ground_come_first() -> None:
    """A reader of titles finds it, and no viewer's own ground shows."""
    root = tree(everything())
    assert root[0].tag == f"{NS}title"
    assert root[0].text == "every <mark> & more"
    assert root[1].tag == f"{NS}rect"
    assert numbers(root[1], "width", "height") == [300, 210]
    assert root[1].attrib["fill"] == "#ffffff"


def test_shapes_stand_where_the_raster_has_them() -> None:
    """Outlines lie inside: half their thickness in from the rectangle's edge, off the circle's radius."""
    root = tree(everything())
    rectangles = [element for element in root.iter(f"{NS}rect") if element.get("stroke") == "#b07000"]
    assert [numbers(r, "x", "y", "width", "height", "stroke-width") for r in rectangles] == [[13, 81, 38, 28, 2]]
    thin = [element for element in root.iter(f"{NS}rect") if numbers(element, "width")[0] == 1]
    assert [(numbers(r, "x", "y", "height"), r.get("fill"), r.get("stroke")) for r in thin] == [
        ([100, 80, 30], "#000000", None)
    ]
    (circle,) = root.iter(f"{NS}circle")
    assert numbers(circle, "cx", "cy", "r", "stroke-width") == [120, 95, 11, 2]
    paths = [element.attrib["d"] for element in root.iter(f"{NS}path")]
    assert "M140 80L180 110L205 85" in paths
    assert any(path.count("M") > 8 for path in paths), "a dashed frame is many strokes"


def test_pictures_are_embedded_with_their_own_samples() -> None:
    """A small one sample by sample, to be shown in squares; a photograph with all that print can show."""
    small, photograph = tree(everything()).iter(f"{NS}image")
    assert numbers(small, "x", "y", "width", "height") == [12, 115, 60, 40]
    assert small.attrib["preserveAspectRatio"] == "none"
    assert "pixelated" in small.attrib["style"]
    assert "style" not in photograph.attrib
    for element, pixels in ((small, FEW), (photograph, PHOTOGRAPH)):
        head, _, content = element.attrib[LINK].partition(",")
        assert head == "data:image/png;base64"
        shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))
        if pixels is FEW:
            np.testing.assert_array_equal(shown, pixels)
        assert shown.shape[1] <= np.ceil(numbers(element, "width")[0] * 300 / 96)


@pytest.mark.parametrize("index", range(len(HOSTILE)), ids=lambda index: ascii(HOSTILE[index])[:20])
def test_hostile_words_are_only_words(index: int) -> None:
    """No element, no reference, no control character and no turn of direction comes out of a name."""
    shown = texts(tree(hostile()))[index]
    want = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(HOSTILE[index].split()))
    assert shown == want
    assert {element.tag for element in tree(hostile()).iter()} == {
        f"{NS}{tag}" for tag in ("svg", "title", "rect", "text")
    }
    assert tree(hostile())[0].text == HOSTILE[0]


def test_what_the_raster_spells_out_is_itself() -> None:
    """σ and 日 stay what they are, in a width of their own."""
    canvas = Canvas(100, 30)
    canvas.text(5, 5, "σ = 2 日")
    (element,) = tree(canvas.finished()).iter(f"{NS}text")
    assert element.text == "σ = 2 日"
    assert "textLength" not in element.attrib


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_a_browser_shows_what_the_raster_shows(tmp_path: Path) -> None:
    """Shapes and pictures pixel by pixel but for their rims; words where they stand, whichever font it has."""
    drawing = everything()
    (tmp_path / "a.svg").write_bytes(svg(drawing))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    size = f"--window-size={drawing.width},{drawing.height}"
    command = ["chromium", *options, size, f"--screenshot={tmp_path}/a.png", str(tmp_path / "a.svg")]
    subprocess.run(command, capture_output=True, check=True, timeout=60)
    shown = np.asarray(Image.open(tmp_path / "a.png").convert("RGB")).astype(int)
    ours = rasterized(drawing).astype(int)
    np.testing.assert_array_equal(shown[115:155, 12:72], ours[115:155, 12:72])
    np.testing.assert_array_equal(shown[80:110, 12:52], ours[80:110, 12:52])
    assert np.abs(shown[75:115, 55:260] - ours[75:115, 55:260]).mean() < 6
    for top, bottom, left, right in ((8, 34, 0, 300), (42, 58, 0, 300), (60, 76, 150, 300), (158, 178, 0, 300)):
        edges = []
        for picture in (shown, ours):
            inked = np.nonzero((picture[top:bottom, left:right] < 200).any(axis=(0, 2)))[0]
            edges.append((inked.min(), inked.max()))
        assert np.abs(np.subtract(*edges)).max() <= 3, (top, edges)
