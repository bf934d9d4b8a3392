"""A drawing of every kind of mark, and words that have broken files before."""

from __future__ import annotations

import numpy as np

from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import Drawing, stacked

RNG = np.random.default_rng(4)
PHOTOGRAPH = RNG.integers(0, 256, (120, 90, 3), dtype=np.uint8)
FEW = np.array([[0, 60, 120], [180, 220, 255]], np.uint8)
WORDS = ("Title × 3", "centred 31,680 −3.5", "ends here", "Σ ≤ ≥ ≠ ≈ ✓ → ← ↑ ↓ – —")
HOSTILE = (
    "</text><script>alert(1)</script>",
    "\"quotes\" & 'apostrophes'",
    "]]>&amp;<![CDATA[",
    "\udcff\ud800 stray surrogates",
    "\x00\x01\x1b[31m\x7f\x85 controls",
    "a\u202eb\u2066c\u200fd bidirectional",
    "\ufffe\uffff no characters",
    "日本語 カーネル 核",
    "עברית العربية",
    "é σ² ½ \U0001f600 \U00020000",
    "(parentheses) \\ backslash %d",
)


def everything() -> Drawing:
    """Each kind of mark once, asymmetric, and a second drawing below."""
    canvas = Canvas(300, 190, title="every <mark> & more")
    canvas.text(12, 8, WORDS[0], size=20)
    canvas.text(150, 50, WORDS[1], align="centre", vertical="middle")
    canvas.text(290, 60, WORDS[2], align="right", size=12.5, colour=(178, 24, 43))
    canvas.text(12, 160, WORDS[3])
    canvas.rectangle(12, 80, 40, 30, fill=(255, 226, 156), outline=(176, 112, 0), thickness=2)
    canvas.rectangle(62, 80, 31, 30, outline=(0, 0, 0), dashed=True)
    canvas.rectangle(100, 80, 1, 30, outline=(0, 0, 0))
    canvas.circle(120, 95, 12, fill=(190, 234, 205), outline=(0, 110, 72), thickness=2)
    canvas.line([(140, 80), (180, 110), (205, 85)], thickness=3)
    canvas.arrow((215, 95), (255, 95), thickness=2)
    canvas.picture(12, 115, FEW, 60, 40)
    canvas.picture(90, 115, PHOTOGRAPH, 30, 40)
    below = Canvas(120, 20, ground=(238, 241, 244))
    below.text(4, 4, "a drawing below")
    return stacked([canvas.finished(), below.finished()])


def hostile() -> Drawing:
    """A line of each of the words, the first also its title."""
    canvas = Canvas(420, 24 * len(HOSTILE) + 8, title=HOSTILE[0])
    for index, words in enumerate(HOSTILE):
        canvas.text(6, 6 + 24 * index, words)
    return canvas.finished()
