"""Input, correlation, convolution and their difference, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from convcli.core.arrays import Array, Bytes
from convcli.core.display.clipped import NOTHING_CLIPPED
from convcli.core.display.colormap import colour
from convcli.core.display.mapping import Mapping, mapping, to_pixels
from convcli.core.display.scale import Scale, scale_of
from convcli.core.display.suiting import resolve_display
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.labels import kernel_labels
from convcli.core.laws.checks import Check
from convcli.core.laws.contrast import Contrast
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.panel import Tile, panel
from convcli.report.printing.numbers import plain
from convcli.report.verify.table import contrast_words

SIGNED = "diverging"  # colours: blue, white at 0, red


def verify_panel(picture: Array, found: Contrast, kernel: Kernel, checks: Sequence[Check]) -> Drawing:
    """Four labelled pictures; both responses are shown on one scale, which stands below each.

    Args:
        picture: (H, W) or (H, W, 3), in its own units.
    """
    low = min(float(found.correlation.min()), float(found.convolution.min()))
    high = max(float(found.correlation.max()), float(found.convolution.max()))
    shown = mapping(resolve_display("auto", [kernel]).replace("clip", "stretch"), np.uint8, low, high)
    tiles = [
        Tile(_input(picture), "Input", f"{picture.shape[0]} rows, {picture.shape[1]} columns"),
        _response(found.correlation, shown, "Correlation: no flip"),
        _response(found.convolution, shown, "Convolution: the kernel flipped"),
        _difference(found),
    ]
    held = [check.name for check in checks if check.holds]
    broken = [check.name for check in checks if not check.holds]
    footer = f"{contrast_words(found, kernel).replace(' -', ' −')}. Laws that hold: {', '.join(held) or 'none'}."
    if broken:
        footer += f" Laws that do NOT hold: {', '.join(broken)}."
    title = f"One kernel, both ways: {kernel_labels([kernel])[0]}"
    return panel(tiles, columns=(1, 2, 4), width=1100, title=title, footer=footer)


def _input(picture: Array) -> Bytes:
    if picture.dtype == np.uint8:
        return _drawable(picture)
    return _drawable(to_pixels(picture.astype(np.float64), "stretch"))


def _response(response: Array, shown: Mapping, title: str) -> Tile:
    pixels = np.empty(response.shape, np.uint8)
    shown.write(response.astype(np.float64), pixels)
    return Tile(_drawable(pixels), title, _range(response), scale=scale_of(shown, NOTHING_CLIPPED))


def _difference(found: Contrast) -> Tile:
    largest = found.max_difference
    scale = None if found.at is None else Scale(-largest, largest)
    return Tile(_coloured(found), "Correlation − convolution", _difference_words(found), scale=scale, colours=SIGNED)


def _coloured(found: Contrast) -> Bytes:
    """Signed colours, white being 0; of a colour picture, the channel that differs most at each place."""
    gap = found.difference if found.at is not None else np.zeros(found.correlation.shape)
    if gap.ndim == 3:
        strongest = np.abs(gap).argmax(axis=2)
        gap = np.take_along_axis(gap, strongest[:, :, np.newaxis], axis=2)[:, :, 0]
    return colour(0.5 + 0.5 * gap / (found.max_difference or 1.0), SIGNED)


def _drawable(pixels: Bytes) -> Bytes:
    if pixels.ndim == 3 and pixels.shape[2] not in (1, 3):
        return pixels[:, :, 0]
    return pixels


def _range(response: Array) -> str:
    return f"{_number(response.min())} to {_number(response.max())}"


def _number(value: Any) -> str:
    short = value if len(plain(value)) <= 7 else float(f"{float(value):.4g}")
    return plain(short).replace("-", "−")


def _difference_words(found: Contrast) -> str:
    if found.at is None:
        return "White: no difference"
    return "White: no difference; red: correlation is larger; blue: smaller"
