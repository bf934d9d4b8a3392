"""Rendering: from a response to pixels of one map, or to a sheet of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.correlation.response import Response, Timed
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.colormap import colormap
from convcli.core.display.displays import AUTO, DISPLAYS
from convcli.core.display.mapping import Mapping, mapping
from convcli.core.display.scale import scale_of
from convcli.core.display.suiting import resolve_display, sheet_displays
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.labels import kernel_labels
from convcli.core.kernel.stack import KernelStack
from convcli.errors import OptionError, UsageError, listed
from convcli.images.picture import Picture
from convcli.report.language.chosen import Name

if TYPE_CHECKING:
    from convcli.report.drawing.marks import Drawing

Displays = tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """How responses are shown: the part of the settings that pixels depend on.

    Attributes:
        kernels: whose responses they are.
        combine, display, colormap, sheet_scale, columns, dpi: as in `pipeline.Settings`.
        curve: from responses in linear light to samples, where they are that.
        absent: the pixel of NaN.
        convolves: the kernels were flipped; they are named by the numbers that were given.
        range: that displays draw from and to; None for the responses' own.
    """

    kernels: KernelStack
    combine: str | None
    display: str
    colormap: str | None
    sheet_scale: str
    columns: int | None
    dpi: float | None = None
    curve: Callable[[Array], Array] | None = None
    absent: int = 0
    convolves: bool = False
    range: tuple[float, float] | None = None


class Sheet(NamedTuple):
    """Several maps: the drawing of them all, and each with its name, for a terminal."""

    drawing: Drawing
    maps: tuple[Array, ...]
    names: tuple[str, ...]


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
    displays = displays_of(response, settings.kernels, settings.combine, settings.display)
    eight = several or settings.colormap is not None
    # Samples of 16 bits have a white of their own, which displays that take no range would miss in 8 bits.
    sixteen = picture.pixels.dtype == np.uint16 and not (eight and all(_needs_range(displays)))
    dtype = np.dtype(np.uint16 if sixteen else np.uint8)
    ranges = ranges or range_of(picture, response, settings, displays)
    mappings = _mappings(displays, dtype, ranges, settings, response)
    made = response.pixels(mappings, dtype, spare=spare and not several)
    made = made._replace(array=_in_bytes(made.array)) if eight and sixteen else made
    if not several:
        return Rendered(made._replace(array=_plain(made.array, settings)), tuple(displays), ranges)
    sheet = _sheet(made, mappings, settings)
    spread = _spread(ranges, _needs_range(displays)) if settings.sheet_scale == "shared" and ranges else None
    pixels = sheet_pixels(sheet.drawing, settings.dpi)
    return Rendered(made._replace(array=pixels), tuple(displays), ranges, spread, sheet)


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
    floating = response.dtype.kind == "f" and picture.pixels.dtype.kind == "f"
    return response.range() if floating or any(_needs_range(displays)) else None


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


def _plain(pixels: Array, settings: Shown) -> Array:
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


def sheet_pixels(sheet: Drawing, dpi: float | None) -> Array:
    """A sheet in pixels, so many an inch.

    Raises:
        OptionError: more pixels than a picture that is read may have.
    """
    from convcli.cli.arguments.drawings import in_pixels
    from convcli.cli.asked import DrawingOptions

    return in_pixels(sheet, DrawingOptions(drawing_scale=None, dpi=dpi, force=False, quiet=True))


def _sheet(made: Timed, mappings: Sequence[Mapping], settings: Shown) -> Sheet:
    """A labelled contact sheet: each kernel beside its response, and what the greys mean."""
    from convcli.report.drawing.sheet import contact_sheet

    pixels = made.array
    filters, channels = pixels.shape[2:]
    one_each = channels in (1, 3)
    kernels = settings.kernels.kernels if not settings.combine else (None,) * filters
    names = kernel_labels(settings.kernels.kernels, flipped=settings.convolves)
    maps, drawn = [], []
    labels: list[str] = []
    for f in range(filters):
        kernel = kernels[f]
        name = names[f] if kernel else settings.combine or ""
        if one_each:
            maps.append(_coloured(pixels[:, :, f, 0] if channels == 1 else pixels[:, :, f], settings))
            labels.append(Name(name))
            drawn.append(_drawable(kernel))
            continue
        for c in range(channels):
            maps.append(_coloured(pixels[:, :, f, c], settings))
            labels.append(f"{name} · map {c}" if kernel else f"map {c}")
            drawn.append(_drawable(kernel))
    each = len(maps) // len(mappings)  # mappings are one for all maps, one per kernel, or one per map
    drawing = contact_sheet(
        maps,
        labels,
        drawn,
        columns=settings.columns,
        footer=_swatch_words(kernels),
        scales=[scale_of(mapping, made.clipped) for mapping in mappings for _ in range(each)],
        colormap=(settings.colormap if channels != 3 else None) or "gray",
    )
    return Sheet(drawing, tuple(maps), tuple(labels))


def _coloured(pixels: Array, settings: Shown) -> Array:
    if settings.colormap and settings.colormap != "gray" and pixels.ndim == 2:
        return colormap(settings.colormap)[pixels]
    return pixels


def _drawable(kernel: Kernel | None) -> Array | None:
    """Weights to draw."""
    return None if kernel is None else kernel.weights


def _swatch_words(kernels: Sequence[Kernel | None]) -> str:
    """What the colours of filters with channels mean, where there are some."""
    from convcli.report.drawing.filters import colours_words

    channels = {kernel.channels for kernel in kernels if kernel is not None and kernel.channels is not None}
    return f"Filters: {colours_words(channels.pop())}; each on a scale of its own." if channels else ""
