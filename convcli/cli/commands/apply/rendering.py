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
from convcli.core.display.displays import DISPLAYS, PER_KERNEL
from convcli.core.display.mapping import Mapping, mapping, resolve_display
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.errors import UsageError
from convcli.images.picture import Picture

if TYPE_CHECKING:
    from convcli.report.drawing.marks import Drawing


@dataclass(frozen=True)
class Shown:
    """How responses are shown: the part of the settings that pixels depend on.

    Attributes:
        kernels: whose responses they are.
        combine, display, colormap, sheet_scale, columns, dpi: as in `pipeline.Settings`.
        curve: from responses in linear light to samples, where they are that.
        absent: the pixel of NaN.
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


class Rendered(NamedTuple):
    """Pixels, and the seconds of the engine's last pass; the display used; the range if it was measured.

    Attributes:
        sheet: what was drawn, where there are several maps.
    """

    made: Timed
    display: str
    range: RangeSink | None
    sheet: Drawing | None = None


def is_sheet(response: Response) -> bool:
    """Whether there are several maps, which a picture shows as a sheet."""
    return response.filters > 1 or response.channels not in (1, 3)


def render(
    picture: Picture, response: Response, settings: Shown, ranges: RangeSink | None = None, *, spare: bool
) -> Rendered:
    """Pixels of one map, or a sheet of several; of one frame, `ranges` are those of all frames."""
    several = is_sheet(response)
    sixteen = picture.pixels.dtype == np.uint16 and not several and not settings.colormap
    dtype = np.dtype(np.uint16 if sixteen else np.uint8)
    displays = displays_of(response, settings.kernels, settings.combine, settings.display)
    floating = response.dtype.kind == "f" and picture.pixels.dtype.kind == "f"
    if ranges is None and (floating or any(_needs_range(displays))):
        ranges = response.range()
    mappings = _mappings(displays, dtype, ranges, settings, response)
    made = response.pixels(mappings, dtype, spare=spare and not several)
    shown = displays[0] if len(set(displays)) == 1 else PER_KERNEL
    if not several:
        return Rendered(made._replace(array=_plain(made.array, settings)), shown, ranges)
    sheet = _sheet(made.array, settings)
    return Rendered(made._replace(array=sheet_pixels(sheet, settings.dpi)), shown, ranges, sheet)


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
    sets = [kernels] if combine else [[kernel] for kernel in kernels]
    return [resolve_display(display, of, nonnegative=response.nonnegative) for of in sets]


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


def _sheet(pixels: Array, settings: Shown) -> Drawing:
    """A labelled contact sheet: each kernel beside its response."""
    from convcli.report.drawing.sheet import contact_sheet

    filters, channels = pixels.shape[2:]
    kernels = settings.kernels.kernels if not settings.combine else (None,) * filters
    maps, labels, drawn = [], [], []
    for f in range(filters):
        kernel = kernels[f]
        name = kernel.name if kernel else settings.combine or ""
        if channels in (1, 3):
            maps.append(_coloured(pixels[:, :, f, 0] if channels == 1 else pixels[:, :, f], settings))
            labels.append(name)
            drawn.append(_drawable(kernel))
            continue
        for c in range(channels):
            maps.append(_coloured(pixels[:, :, f, c], settings))
            labels.append(f"{name} · map {c}" if kernel else f"map {c}")
            drawn.append(_drawable(kernel))
    return contact_sheet(maps, labels, drawn, columns=settings.columns, footer=_swatch_words(kernels))


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
