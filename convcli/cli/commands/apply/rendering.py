"""Rendering: from a response to pixels of one map, or to a sheet of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from convcli.cli.commands.apply.map_sheet import Sheet, Shown, sheet_of, sheet_pixels
from convcli.core.arrays import Array
from convcli.core.correlation.band_steps import NotFinite
from convcli.core.correlation.response import Response, Timed
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.colormap import colormap
from convcli.core.display.displays import AUTO, DISPLAYS
from convcli.core.display.mapping import Mapping, mapping
from convcli.core.display.suiting import resolve_display, sheet_displays
from convcli.core.kernel.stack import KernelStack
from convcli.errors import OptionError, UsageError, listed
from convcli.images.picture import Picture

Displays = tuple[str, ...]


class Rendered(NamedTuple):
    """Pixels, and the seconds of the engine's last pass; the display of each kernel's maps; the range if measured.

    Attributes:
        spread: of a scale that several maps share, the part that half of them stay within.
        sheet: what was drawn, where there are several maps.
    """

    made: Timed
    displays: Displays
    range: RangeSink | None
    spread: float | None = None
    sheet: Sheet | None = None


def is_sheet(response: Response) -> bool:
    """Whether there are several maps, which a picture shows as a sheet."""
    return response.filters > 1 or response.channels not in (1, 3)


def render(
    picture: Picture, response: Response, settings: Shown, ranges: RangeSink | None = None, *, spare: bool
) -> Rendered:
    """Pixels of one map, or a sheet of several; of one frame, `ranges` are those of all frames."""
    several = is_sheet(response)
    response = watched(picture, response, settings)
    way = way_to_pixels(picture, response, settings, ranges)
    made = response.pixels(way.mappings, way.dtype, spare=spare and not several)
    if response.watch and way.ranges:
        way.ranges.not_finite = response.watch.count
    made = made._replace(array=way.in_bytes(made.array))
    displays, ranges = way.displays, way.ranges
    if not several:
        return Rendered(made._replace(array=plain_pixels(made.array, settings)), displays, ranges)
    sheet = sheet_of(made, way.mappings, settings)
    spread = _spread(ranges, _needs_range(displays)) if settings.sheet_scale == "shared" and ranges else None
    pixels = sheet_pixels(sheet.drawing, settings.dpi)
    return Rendered(made._replace(array=pixels), displays, ranges, spread, sheet)


def watched(picture: Picture, response: Response, settings: Shown) -> Response:
    """The same, looked at for what is not finite where floats are drawn from a range that was given, not measured."""
    floating = response.dtype.kind == "f" and picture.pixels.dtype.kind == "f"
    return replace(response, watch=NotFinite()) if floating and settings.range is not None else response


class Way(NamedTuple):
    """From responses to pixels, decided before the first one is made.

    Attributes:
        displays: of each kernel's maps.
        ranges: of the responses, where they were looked at or given.
        mappings: one per kernel, or one per map.
        dtype: of the pixels that mappings make.
        narrowed: those are of 16 bits, and become bytes.
    """

    displays: Displays
    ranges: RangeSink | None
    mappings: list[Mapping]
    dtype: np.dtype[Any]
    narrowed: bool

    def in_bytes(self, pixels: Array) -> Array:
        """What the mappings made, in bytes where that is wanted."""
        return _in_bytes(pixels) if self.narrowed else pixels


def way_to_pixels(picture: Picture, response: Response, settings: Shown, ranges: RangeSink | None) -> Way:
    """How a response becomes pixels; the range is looked for where it is needed and not there."""
    displays = displays_of(response, settings.kernels, settings.combine, settings.display)
    eight = is_sheet(response) or settings.colormap is not None
    # Samples of 16 bits have a white of their own, which displays that take no range would miss in 8 bits.
    sixteen = picture.pixels.dtype == np.uint16 and not (eight and all(_needs_range(displays)))
    dtype = np.dtype(np.uint16 if sixteen else np.uint8)
    ranges = ranges or range_of(picture, response, settings, displays)
    mappings = _mappings(displays, dtype, ranges, settings, response)
    return Way(tuple(displays), ranges, mappings, dtype, eight and sixteen)


def range_of(picture: Picture, response: Response, settings: Shown, displays: Sequence[str]) -> RangeSink | None:
    """The range that was given, or the responses' own where a display needs it or floats may not be finite.

    Raises:
        OptionError: one was given, and no display takes it.
    """
    if settings.range is not None:
        if not any(_needs_range(displays)):
            takers = listed(row.name for row in DISPLAYS if row.needs_range)
            given = ",".join(f"{end:g}" for end in settings.range)
            raise OptionError("range", given, f"{takers} draw from a range, and the display is {displays[0]}")
        return RangeSink.given(*settings.range, (response.filters, response.channels))
    return response.range() if _is_looked_at(picture, response, displays) else None


def needs_range(picture: Picture, response: Response, settings: Shown) -> bool:
    """Whether the responses are gone through for their range before the first pixel is made."""
    displays = displays_of(response, settings.kernels, settings.combine, settings.display)
    return settings.range is None and _is_looked_at(picture, response, displays)


def _is_looked_at(picture: Picture, response: Response, displays: Sequence[str]) -> bool:
    floating = response.dtype.kind == "f" and picture.pixels.dtype.kind == "f"
    return floating or any(_needs_range(displays))


def _spread(ranges: RangeSink, ranged: Sequence[bool]) -> float | None:
    """The median of the maps' ranges beside the range of all; None where they share none."""
    lows, highs = (ends[list(ranged)].astype(np.float64) for ends in (ranges.low, ranges.high))
    whole = float(highs.max() - lows.min()) if lows.size else 0.0
    return float(np.median(highs - lows)) / whole if whole > 0 else None


def _in_bytes(pixels: Array) -> Array:
    """Pixels of 16 bits as bytes: 255 * v / 65535, rounded."""
    narrow = np.empty(pixels.shape, np.uint8)
    for row, target in zip(pixels, narrow, strict=True):  # never the whole of them in 32 bits
        np.copyto(target, (row.astype(np.uint32) + 128) // 257, casting="unsafe")
    return narrow


def plain_pixels(pixels: Array, settings: Shown) -> Array:
    """One picture, (H, W) or (H, W, C), coloured where that is asked for."""
    plain = pixels.reshape(pixels.shape[0], pixels.shape[1], -1)
    plain = plain[:, :, 0] if plain.shape[2] == 1 else plain
    if settings.colormap and settings.colormap != "gray":
        if plain.ndim != 2:
            raise UsageError("--colormap colours one channel; add --channels gray or --channels sum")
        return colormap(settings.colormap)[plain]
    return plain


def displays_of(response: Response, kernels: KernelStack, combine: str | None, display: str) -> list[str]:
    """The display of each map along the kernel axis."""
    if combine == "magnitude" and display == AUTO:
        return ["magnitude"]
    if combine:
        return [resolve_display(display, kernels, nonnegative=response.nonnegative)]
    biases = response.correlation.problem.bias.tolist()
    return sheet_displays(display, kernels.kernels, biases=biases, nonnegative=response.nonnegative)


def _needs_range(displays: Sequence[str]) -> list[bool]:
    return [DISPLAYS.find(display).needs_range for display in displays]


def _mappings(
    displays: Sequence[str], dtype: Any, ranges: RangeSink | None, settings: Shown, response: Response
) -> list[Mapping]:
    """One mapping per kernel, or one per map where every map has a scale of its own."""
    if ranges is None:
        return [_mapping(display, dtype, settings) for display in displays]
    lows, highs = ranges.low, ranges.high
    if settings.sheet_scale == "each" and is_sheet(response):
        per_map = range(response.channels) if response.channels not in (1, 3) else [slice(None)]
        return [
            _mapping(display, dtype, settings, lows[f, c].min().item(), highs[f, c].max().item())
            for f, display in enumerate(displays)
            for c in per_map
        ]
    ranged = _needs_range(displays)  # a clipped mean must not dim the edges beside it
    low, high = (lows[ranged].min().item(), highs[ranged].max().item()) if any(ranged) else (0.0, 0.0)
    return [_mapping(display, dtype, settings, low, high) for display in displays]


def _mapping(display: str, dtype: Any, settings: Shown, low: float = 0.0, high: float = 0.0) -> Mapping:
    """The display's mapping; light goes back to samples where it is clipped, and is shown as it is otherwise."""
    plain = mapping(display, dtype, low, high)
    plain = replace(plain, spans=False) if settings.range is not None else plain  # responses may lie beyond
    curve = settings.curve if display == "clip" else None
    return replace(plain, curve=curve, absent=settings.absent) if curve or settings.absent else plain
