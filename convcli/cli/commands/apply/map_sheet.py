"""A sheet of several maps: each kernel beside its response, drawn with what the greys mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from convcli.core.arrays import Array
from convcli.core.correlation.response import Timed
from convcli.core.display.colormap import colormap
from convcli.core.display.mapping import Mapping
from convcli.core.display.scale import scale_of
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.labels import kernel_labels
from convcli.core.kernel.stack import KernelStack
from convcli.report.language.chosen import Name

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


def sheet_pixels(sheet: Drawing, dpi: float | None) -> Array:
    """A sheet in pixels, so many an inch.

    Raises:
        OptionError: more pixels than a picture that is read may have.
    """
    from convcli.cli.arguments.drawings import in_pixels
    from convcli.cli.asked import DrawingOptions

    return in_pixels(sheet, DrawingOptions(drawing_scale=None, dpi=dpi, force=False, quiet=True))


def sheet_of(made: Timed, mappings: Sequence[Mapping], settings: Shown) -> Sheet:
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
