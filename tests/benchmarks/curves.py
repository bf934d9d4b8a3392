"""Two curves: time against megapixels, and against the kernel's size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from convcli.core.correlation.correlate import prepare
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.palette import FAINT, INK, MUTED, RGB
from convcli.report.drawing.raster import rasterized
from tests.benchmarks.contest import Entry, alternate, machine
from tests.benchmarks.core import _filter2d, _ndimage, full, installed, to_bytes

COLOURS: dict[str, RGB] = {"convcli": (0, 114, 178), "cv2.filter2D": (213, 94, 0), "scipy.ndimage": (0, 130, 100)}
SHORT = {"convcli": "convcli", "cv2.filter2D": "OpenCV", "scipy.ndimage": "SciPy"}


@dataclass
class Panel:
    """One plot: for each tool its points (x, milliseconds)."""

    title: str
    across: str
    ticks: list[float]
    lines: dict[str, list[tuple[float, float]]]


def run(rounds: int, quick: bool, plot: Path) -> list[str]:
    """Measure, draw, and give the figures as text."""
    panels = [_over_pixels(rounds, quick), _over_sizes(rounds, quick)]
    draw(panels, plot)
    lines = [f"### Curves: {plot}", ""]
    for panel in panels:
        for tool, points in panel.lines.items():
            lines.append(f"- {panel.title}, {tool}: " + ", ".join(f"{x:g}: {y:.3g} ms" for x, y in points))
    return [*lines, ""]


def _entries(picture: Any, kernel: Any, scipy: bool) -> list[Entry]:
    floats = picture.dtype.kind == "f"
    work = (lambda: prepare(picture, kernel).response()) if floats else (lambda: to_bytes(picture, kernel))
    entries = [Entry("convcli", work)]
    if installed("cv2"):
        entries.append(Entry("cv2.filter2D", _filter2d(picture, kernel)))
    if scipy and installed("scipy"):
        entries.append(Entry("scipy.ndimage", _ndimage(picture, kernel)))
    return entries


def _over_pixels(rounds: int, quick: bool) -> Panel:
    panel = Panel("5x5 of full rank, grey bytes", "megapixels", [1, 3, 10, 30, 100], {})
    rng, kernel = np.random.default_rng(1), full(5)
    for megapixels in (1, 3, 10) if quick else (1, 3, 10, 30, 100):
        side = round(math.sqrt(megapixels * 1e6))
        picture = rng.integers(0, 256, (side, side), dtype=np.uint8)
        _measure(panel, megapixels, _entries(picture, kernel, scipy=False), rounds)
    return panel


def _over_sizes(rounds: int, quick: bool) -> Panel:
    panel = Panel("4 MP of float32, full rank", "kernel size, k x k", [3, 5, 11, 31, 101], {})
    plane = np.random.default_rng(2).random((512, 512) if quick else (2048, 2048), dtype=np.float32)
    for size in (3, 5, 7, 9, 11, 15, 21, 31, 51, 101):
        _measure(panel, size, _entries(plane, full(size), scipy=size <= 15), rounds)
    return panel


def _measure(panel: Panel, x: float, entries: list[Entry], rounds: int) -> None:
    alternate(entries, rounds)
    for entry in entries:
        panel.lines.setdefault(entry.tool, []).append((x, entry.median * 1e3))


def draw(panels: list[Panel], path: Path) -> None:
    """Both panels side by side, on logarithmic axes."""
    from PIL import Image

    canvas = Canvas(960, 420)
    for index, panel in enumerate(panels):
        _draw_panel(canvas, panel, Box(64 + 470 * index, 56, 330, 280))
    canvas.text(64, 392, machine(), size=11, colour=MUTED)
    Image.fromarray(rasterized(canvas.finished())).save(path, optimize=True)


def _draw_panel(canvas: Canvas, panel: Panel, box: Box) -> None:
    times = [y for points in panel.lines.values() for _, y in points]
    decades = range(math.floor(math.log10(min(times))), math.ceil(math.log10(max(times))) + 1)

    def place(x: float, y: float) -> tuple[float, float]:
        first, last = math.log10(panel.ticks[0]), math.log10(panel.ticks[-1])
        right = (math.log10(x) - first) / (last - first)
        up = (math.log10(y) - decades[0]) / (decades[-1] - decades[0])
        return box.x + right * box.width, box.bottom - up * box.height

    canvas.text(box.x, box.y - 34, panel.title, size=16)
    for decade in decades:
        _, y = place(panel.ticks[0], 10.0**decade)
        canvas.line([(box.x, y), (box.right, y)], colour=FAINT, thickness=1)
        canvas.text(box.x - 8, y, f"{10.0**decade:g}", size=12, colour=MUTED, align="right", vertical="middle")
    canvas.text(box.x - 8, box.y - 14, "ms", size=12, colour=MUTED, align="right", vertical="middle")
    for tick in panel.ticks:
        x, _ = place(tick, 10.0 ** decades[0])
        canvas.line([(x, box.bottom), (x, box.bottom + 5)], colour=INK)
        canvas.text(x, box.bottom + 9, f"{tick:g}", size=12, colour=MUTED, align="centre")
    canvas.line([(box.x, box.bottom), (box.right, box.bottom)], colour=INK)
    canvas.text(box.x + box.width / 2, box.bottom + 28, panel.across, size=13, align="centre")
    _draw_lines(canvas, panel, place)


def _draw_lines(canvas: Canvas, panel: Panel, place: Any) -> None:
    taken: list[float] = []
    for tool, points in sorted(panel.lines.items(), key=lambda item: item[1][-1][1]):
        dots = [place(x, y) for x, y in points]
        canvas.line(dots, colour=COLOURS[tool], thickness=2)
        for x, y in dots:
            canvas.circle(x, y, 3.5, fill=COLOURS[tool])
        x, y = dots[-1]
        while any(abs(y - other) < 16 for other in taken):  # labels from the fastest upwards, never on each other
            y -= 2
        taken.append(y)
        canvas.text(x + 9, y, SHORT[tool], size=13, colour=COLOURS[tool], vertical="middle")
