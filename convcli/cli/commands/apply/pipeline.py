"""One picture through one layer: read, correlate, make raw values or pixels.

Settings are what `apply` was asked for; a Result is what came out, still in
memory.  Where it goes is decided in `destinations`, many pictures in `batch`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.response import Response, Timed
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.colormap import colormap
from convcli.core.display.displays import AUTO, DISPLAYS, PER_KERNEL, RAW
from convcli.core.display.mapping import Mapping, mapping, resolve_display
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.pooling import Pool
from convcli.core.problem.check import check_pixels
from convcli.core.problem.exactness import is_rounded
from convcli.core.problem.options import Options
from convcli.core.samples import count_not_finite
from convcli.errors import UsageError, listed
from convcli.images.codec import MAX_PIXELS
from convcli.images.formats import format_named, raw_names
from convcli.images.picture import Picture


@dataclass(frozen=True, eq=False)
class Settings:
    """What is done to each picture.

    Attributes:
        kernels: flipped and scaled already, as they are applied.
        options: of the correlation.
        combine, relu, pool: what follows the response.
        display, colormap: how a response becomes pixels.
        sheet_scale, columns: how several maps become one picture.
        max_pixels: the most that a response may have, as a picture that is read.
    """

    kernels: KernelStack
    options: Options = field(default_factory=Options)
    combine: str | None = None
    relu: bool = False
    pool: Pool | None = None
    display: str = AUTO
    colormap: str | None = None
    sheet_scale: str = "shared"
    columns: int | None = None
    max_pixels: int = MAX_PIXELS

    def only(self, index: int) -> Settings:
        """The same for one of the kernels."""
        return replace(self, kernels=self.kernels.only(index), options=self.options.only_bias(index))


@dataclass(frozen=True, eq=False)
class Result:
    """What came out for one picture.

    Attributes:
        picture: raw values or pixels, to be written.
        display: the one used, or "raw".
        engine, plan: which engine ran, and the plan's own words.
        seconds: spent in correlation and display.
        shape: of the raw response, for `-v`.
        not_finite: responses that are NaN or infinite, where they were looked at.
        rounded: whole responses beyond 2^53 were rounded to float64, for no integer holds them all.
        range: of the response, where it was looked at.
    """

    picture: Picture
    display: str
    engine: str
    plan: str
    seconds: float
    shape: tuple[int, ...]
    not_finite: int = 0
    rounded: bool = False
    range: tuple[float, float] | None = None

    def without_samples(self) -> Result:
        """The facts alone, so that a long batch does not keep its pictures."""
        return replace(self, picture=self.picture.with_pixels(np.empty((0, 0))))


def run(picture: Picture, settings: Settings, file_format: str, jobs: int | None) -> Result:
    """Correlate one picture for an output of that format."""
    began = time.perf_counter()
    correlation = prepare(picture.pixels, settings.kernels, replace(settings.options, jobs=jobs))
    check_pixels(correlation.problem, settings.max_pixels)
    response = Response(correlation, settings.combine, settings.relu, settings.pool)
    alpha = _carried_alpha(picture, response)
    if keeps_raw(file_format, settings, picture, response):
        (values, took), display, ranges = response.raw(), RAW, None
        made, not_finite = picture.with_pixels(values), count_not_finite(values)
    else:
        spare = format_named(file_format).codec.spare_byte
        (pixels, took), display, ranges = _render(picture, response, settings, spare=spare)
        made = picture.with_pixels(pixels, alpha if _alpha_fits(alpha, pixels) else None)
        not_finite = ranges.not_finite if ranges else 0
    return Result(
        picture=made,
        display=display,
        engine=correlation.plan.engine,
        plan=correlation.plan.reason(took),
        seconds=time.perf_counter() - began,
        shape=(*response.shape, *correlation.shape[2:]),
        not_finite=not_finite,
        rounded=display == RAW and is_rounded(made.pixels, correlation.problem),
        range=(ranges.low.min().item(), ranges.high.max().item()) if ranges else None,
    )


def keeps_raw(file_format: str, settings: Settings, picture: Picture, response: Response) -> bool:
    """Whether an output of this format holds the raw response.

    Arrays and text always do; TIFF for float pictures, for stacks, and when asked.
    """
    chosen = format_named(file_format)
    if chosen.kind != "picture":
        if settings.display not in (AUTO, RAW) or settings.colormap:
            raise UsageError(f"--display and --colormap make pixels; {file_format} output holds the raw response")
        return True
    if settings.display == RAW and not chosen.raw:
        held = listed(raw_names(), "or")
        raise UsageError(f"--display raw needs a format that holds raw values: {held}, not {file_format}")
    several = response.filters > 1 or response.channels not in (1, 3)
    asked = settings.display == RAW or (settings.display == AUTO and not settings.colormap)
    return chosen.raw and asked and (settings.display == RAW or several or picture.pixels.dtype.kind == "f")


def _render(
    picture: Picture, response: Response, settings: Settings, *, spare: bool
) -> tuple[Timed, str, RangeSink | None]:
    """Pixels of one map, or a sheet of several; the display used, and the range if it was measured."""
    several = response.filters > 1 or response.channels not in (1, 3)
    sixteen = picture.pixels.dtype == np.uint16 and not several and not settings.colormap
    dtype = np.dtype(np.uint16 if sixteen else np.uint8)
    displays = _displays(response, settings)
    floating = response.dtype.kind == "f" and picture.pixels.dtype.kind == "f"
    ranges = response.range() if floating or any(_needs_range(displays)) else None
    mappings = _mappings(displays, dtype, ranges, settings.sheet_scale if several else "shared", response)
    made = response.pixels(mappings, dtype, spare=spare and not several)
    shown = displays[0] if len(set(displays)) == 1 else PER_KERNEL
    drawn = _sheet(made.array, settings) if several else _plain(made.array, settings)
    return made._replace(array=drawn), shown, ranges


def _plain(pixels: Array, settings: Settings) -> Array:
    """One picture, (H, W) or (H, W, C), coloured where that is asked for."""
    plain = pixels.reshape(pixels.shape[0], pixels.shape[1], -1)
    plain = plain[:, :, 0] if plain.shape[2] == 1 else plain
    if settings.colormap and settings.colormap != "gray":
        if plain.ndim != 2:
            raise UsageError("--colormap colours one channel; add --channels gray or --channels sum")
        return colormap(settings.colormap)[plain]
    return plain


def _displays(response: Response, settings: Settings) -> list[str]:
    """The display of each map along the kernel axis."""
    kernels = settings.kernels
    if settings.combine:
        return [resolve_display(settings.display, kernels, nonnegative=response.nonnegative)]
    return [resolve_display(settings.display, [kernel], nonnegative=response.nonnegative) for kernel in kernels]


def _needs_range(displays: Sequence[str]) -> list[bool]:
    return [DISPLAYS.find(display).needs_range for display in displays]


def _mappings(
    displays: Sequence[str], dtype: Any, ranges: RangeSink | None, scale: str, response: Response
) -> list[Mapping]:
    """One mapping per kernel, or one per map where every map has a scale of its own."""
    if ranges is None:
        return [mapping(display, dtype) for display in displays]
    lows, highs = ranges.low, ranges.high
    if scale == "each":
        per_map = range(response.channels) if response.channels not in (1, 3) else [slice(None)]
        return [
            mapping(display, dtype, lows[f, c].min().item(), highs[f, c].max().item())
            for f, display in enumerate(displays)
            for c in per_map
        ]
    ranged = _needs_range(displays)  # a clipped mean must not dim the edges beside it
    low, high = (lows[ranged].min().item(), highs[ranged].max().item()) if any(ranged) else (0.0, 0.0)
    return [mapping(display, dtype, low, high) for display in displays]


def _sheet(pixels: Array, settings: Settings) -> Array:
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
    return contact_sheet(maps, labels, drawn, columns=settings.columns)


def _coloured(pixels: Array, settings: Settings) -> Array:
    if settings.colormap and settings.colormap != "gray" and pixels.ndim == 2:
        return colormap(settings.colormap)[pixels]
    return pixels


def _drawable(kernel: Kernel | None) -> Array | None:
    """Weights to draw: of a filter with weights per channel, their sum over channels."""
    if kernel is None:
        return None
    return kernel.weights if kernel.weights.ndim == 2 else kernel.weights.sum(axis=0)


def _carried_alpha(picture: Picture, response: Response) -> Array | None:
    """Alpha as it was under the centre of each output's window."""
    if picture.alpha is None or response.pool:
        return None
    problem = response.correlation.problem
    if (problem.out_height, problem.out_width) == picture.alpha.shape and problem.stride == 1:
        return picture.alpha
    top = problem.dilation * (problem.kernel_height // 2) - problem.padding.top
    left = problem.dilation * (problem.kernel_width // 2) - problem.padding.left
    rows = np.clip(np.arange(problem.out_height) * problem.stride + top, 0, problem.height - 1)
    columns = np.clip(np.arange(problem.out_width) * problem.stride + left, 0, problem.width - 1)
    return np.ascontiguousarray(picture.alpha[np.ix_(rows, columns)])


def _alpha_fits(alpha: Array | None, pixels: Array) -> bool:
    return alpha is not None and alpha.shape == pixels.shape[:2] and alpha.dtype == pixels.dtype
