"""Signs drawn by strokes: mathematics that the built-in font lacks, and what stands for the unknown."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN, UNKNOWN_WIDE = "□", "▢"  # stand for what cannot be drawn, and for what would be as wide as it is high

STROKE = 0.075  # thickness of a sign's strokes, in the font's size

Stroke = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Sign:
    """A glyph as strokes in units of the font's size: x from the left, y up from the baseline."""

    advance: float
    strokes: tuple[Stroke, ...]


SIGNS = {
    "×": Sign(0.58, (((0.12, 0.13), (0.46, 0.47)), ((0.12, 0.47), (0.46, 0.13)))),
    "−": Sign(0.58, (((0.09, 0.30), (0.49, 0.30)),)),
    "–": Sign(0.56, (((0.04, 0.27), (0.52, 0.27)),)),
    "—": Sign(1.0, (((0.04, 0.27), (0.96, 0.27)),)),
    "→": Sign(1.0, (((0.08, 0.30), (0.90, 0.30)), ((0.66, 0.52), (0.90, 0.30), (0.66, 0.08)))),
    "←": Sign(1.0, (((0.92, 0.30), (0.10, 0.30)), ((0.34, 0.52), (0.10, 0.30), (0.34, 0.08)))),
    "↑": Sign(0.6, (((0.30, 0.02), (0.30, 0.70)), ((0.08, 0.46), (0.30, 0.70), (0.52, 0.46)))),
    "↓": Sign(0.6, (((0.30, 0.70), (0.30, 0.02)), ((0.08, 0.26), (0.30, 0.02), (0.52, 0.26)))),
    "Σ": Sign(0.66, (((0.58, 0.70), (0.09, 0.70), (0.37, 0.36), (0.09, 0.02), (0.58, 0.02)),)),
    "≤": Sign(0.6, (((0.50, 0.60), (0.10, 0.38), (0.50, 0.16)), ((0.10, 0.02), (0.50, 0.02)))),
    "≥": Sign(0.6, (((0.10, 0.60), (0.50, 0.38), (0.10, 0.16)), ((0.10, 0.02), (0.50, 0.02)))),
    "≠": Sign(0.6, (((0.09, 0.40), (0.51, 0.40)), ((0.09, 0.20), (0.51, 0.20)), ((0.44, 0.56), (0.16, 0.04)))),
    "≈": Sign(
        0.6,
        tuple(
            ((0.08, y - 0.04), (0.19, y + 0.04), (0.30, y), (0.41, y - 0.04), (0.52, y + 0.04)) for y in (0.40, 0.20)
        ),
    ),
    UNKNOWN: Sign(0.6, (((0.10, 0.02), (0.50, 0.02), (0.50, 0.70), (0.10, 0.70), (0.10, 0.02)),)),
    UNKNOWN_WIDE: Sign(1.0, (((0.12, 0.02), (0.88, 0.02), (0.88, 0.74), (0.12, 0.74), (0.12, 0.02)),)),
    "✓": Sign(0.7, (((0.08, 0.30), (0.27, 0.06), (0.62, 0.62)),)),
}
