"""One picture through one layer: read, correlate, make raw values or pixels.

Settings are what `apply` was asked for; a Result is what came out, still in
memory.  Where it goes is decided in `destinations`, many pictures in `batch`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np

from convcli.cli.arguments.kernels import fitted
from convcli.cli.commands.apply.map_sheet import Sheet, Shown
from convcli.cli.commands.apply.rendering import Displays, is_sheet, render
from convcli.cli.commands.apply.sight import Seeing, Sight, see
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped
from convcli.core.display.displays import AUTO, RAW, name_of_all
from convcli.core.kernel.stack import KernelStack
from convcli.core.pooling import Pool
from convcli.core.problem.check import check_pixels
from convcli.core.problem.exactness import is_rounded
from convcli.core.problem.options import Options
from convcli.core.samples import count_not_finite
from convcli.errors import OptionError, UsageError, listed
from convcli.images.codec import MAX_PIXELS
from convcli.images.formats import Format, format_named, raw_names
from convcli.images.picture import Picture
from convcli.images.writing import check_holds
from convcli.report.apply.record import Seen


@dataclass(frozen=True, eq=False)
class Settings:
    """What is done to each picture.

    Attributes:
        kernels: flipped and scaled already, as they are applied.
        convolves: whether they were flipped.
        options: of the correlation.
        combine, relu, pool: what follows the response.
        display, colormap: how a response becomes pixels.
        sheet_scale, columns: how several maps become one picture.
        dpi: pixels an inch of a sheet.
        max_pixels: the most that a response may have, as a picture that is read.
        range: of the responses, for displays that draw from one; None for their own.
        seeing: what of a picture counts: alpha, missing samples, linear light.
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
    dpi: float | None = None
    max_pixels: int = MAX_PIXELS
    seeing: Seeing = field(default_factory=Seeing)
    convolves: bool = False
    range: tuple[float, float] | None = None

    def of(self, picture: Picture) -> tuple[Settings, str]:
        """The same, its kernels as this picture takes them, and what is to be said of that."""
        if self.kernels.otherwise is None:
            return self, ""
        depth = 1 if self.options.channels == "gray" else picture.channels
        kernels, words = fitted(self.kernels, depth, self.options.groups)
        return replace(self, kernels=kernels), words

    def only(self, index: int) -> Settings:
        """The same for one of the kernels."""
        return replace(self, kernels=self.kernels.only(index), options=self.options.only_bias(index))


@dataclass(frozen=True, eq=False)
class Result:
    """What came out for one picture.

    Attributes:
        picture: raw values or pixels, to be written.
        display: the one used, "raw", or "per kernel" where they differ.
        displays: of each kernel's maps, or one for all.
        clipped: how many values became black or white for lying beyond.
        spread: of a scale that several maps share, the part that half of them stay within.
        engine, plan: which engine ran, and the plan's own words.
        seconds: spent in correlation and display.
        shape: of the raw response, for `-v`.
        not_finite: responses that are NaN or infinite, where they were looked at.
        rounded: whole responses beyond 2^53 were rounded to float64, for no integer holds them all.
        range: of the response, where it was looked at.
        kernels: as they were applied.
        axes: what is to be said of the order of their axes.
        sheet: what was drawn, where there are several maps; of which `picture` is the pixels.
        notes: what became of alpha, of missing samples and of light.
        seen: the same for records.
    """

    picture: Picture
    display: str
    displays: Displays
    engine: str
    plan: str
    seconds: float
    shape: tuple[int, ...]
    clipped: Clipped = NOTHING_CLIPPED
    spread: float | None = None
    not_finite: int = 0
    rounded: bool = False
    range: tuple[float, float] | None = None
    kernels: KernelStack | None = None
    axes: str = ""
    sheet: Sheet | None = None
    notes: tuple[str, ...] = ()
    seen: Seen = field(default_factory=Seen)

    def without_samples(self) -> Result:
        """The facts alone, so that a long batch does not keep its pictures."""
        return replace(self, picture=Picture(np.empty((0, 0)), kind=self.picture.kind), sheet=None)


def run(
    picture: Picture, settings: Settings, file_format: str, jobs: int | None, ranges: RangeSink | None = None
) -> Result:
    """Correlate one picture for an output of that format; of one frame, `ranges` are those of all frames."""
    began = time.perf_counter()
    settings, axes = settings.of(picture)
    sight, response = planned(picture, settings, jobs)
    chosen = format_named(file_format)
    check_drawn(chosen, settings, picture, response)
    displays: Displays
    if keeps_raw(chosen, settings, picture, response):
        made, displays, ranges, spread, sheet = response.raw(), (RAW,), None, None, None
        not_finite = count_not_finite(made.array)
    else:
        spare = chosen.codec.spare_byte
        shown = shown_as(settings, sight, response)
        made, displays, ranges, spread, sheet = render(picture, response, shown, ranges, spare=spare)
        not_finite = ranges.not_finite if ranges else 0
    pixels, display = made.array, name_of_all(displays)
    alpha, notes = sight.alpha_of(response, pixels, file_format, drawn=display != RAW)
    return Result(
        picture=_printed(picture.with_pixels(pixels, alpha), settings.dpi),
        display=display,
        displays=displays,
        clipped=made.clipped,
        spread=spread,
        engine=sight.correlation.plan.engine,
        plan=sight.correlation.plan.reason(made.seconds),
        seconds=time.perf_counter() - began,
        shape=(*response.shape, *sight.correlation.shape[2:]),
        not_finite=0 if sight.absent and not_finite == sight.absent else not_finite,
        rounded=display == RAW and is_rounded(pixels, sight.correlation.problem),
        range=(ranges.low.min().item(), ranges.high.max().item()) if ranges else None,
        kernels=settings.kernels,
        axes=axes,
        sheet=sheet,
        notes=(*sight.notes, *notes, *sight.remarks(display, pixels.dtype)),
        seen=sight.seen(),
    )


def shown_as(settings: Settings, sight: Sight, response: Response) -> Shown:
    """What the pixels depend on; what is missing has a pixel of its own where there is one picture, as it is."""
    plain = not is_sheet(response) and settings.colormap in (None, "gray")
    return Shown(
        kernels=settings.kernels,
        combine=settings.combine,
        display=settings.display,
        colormap=settings.colormap,
        sheet_scale=settings.sheet_scale,
        columns=settings.columns,
        dpi=settings.dpi,
        curve=sight.light.back if sight.light else None,
        absent=sight.missing_pixel if plain else 0,
        convolves=settings.convolves,
        range=settings.range,
    )


def check_drawn(chosen: Format, settings: Settings, picture: Picture, response: Response) -> None:
    """Refuse, before the work, to draw what is no sheet."""
    if is_sheet(response) and not keeps_raw(chosen, settings, picture, response):
        if settings.dpi is not None and chosen.kind == "drawing":
            raise OptionError("dpi", f"{settings.dpi:g}", f"it counts pixels, and {chosen.label} has lines and text")
        return
    if settings.dpi is not None:
        rule = "only a sheet of several maps is drawn; one map, and raw responses, are written as they are"
        raise OptionError("dpi", f"{settings.dpi:g}", rule)
    if chosen.kind == "drawing":
        check_holds(picture, chosen)


def _printed(picture: Picture, dpi: float | None) -> Picture:
    """The picture with the resolution that it was drawn for."""
    return picture.with_metadata(replace(picture.metadata, dpi=(dpi, dpi))) if dpi is not None else picture


def planned(picture: Picture, settings: Settings, jobs: int | None) -> tuple[Sight, Response]:
    """The picture as kernels see it, and the layer's output, checked and planned."""
    settings, _ = settings.of(picture)
    sight = see(picture, settings.kernels, replace(settings.options, jobs=jobs), settings.seeing)
    check_pixels(sight.correlation.problem, settings.max_pixels)
    return sight, Response(sight.correlation, settings.combine, settings.relu, settings.pool)


def keeps_raw(chosen: Format, settings: Settings, picture: Picture, response: Response) -> bool:
    """Whether an output of this format holds the raw response.

    Arrays and text always do; TIFF for float pictures, for stacks, and when asked.
    """
    if chosen.kind in ("array", "text"):
        _refuse_range(settings, f"{chosen.name} output holds the raw response")
        if settings.display not in (AUTO, RAW) or settings.colormap:
            raise UsageError(f"--display and --colormap make pixels; {chosen.name} output holds the raw response")
        return True
    if settings.display == RAW and not chosen.raw:
        held = listed(raw_names(), "or")
        raise UsageError(f"--display raw needs a format that holds raw values: {held}, not {chosen.name}")
    several = is_sheet(response)
    asked = settings.display == RAW or (settings.display == AUTO and not settings.colormap)
    raw = chosen.raw and asked and (settings.display == RAW or several or picture.pixels.dtype.kind == "f")
    if raw:
        _refuse_range(settings, "this output holds the raw response; --display signed or stretch makes pixels")
    return raw


def _refuse_range(settings: Settings, rule: str) -> None:
    if settings.range is not None:
        raise OptionError("range", ",".join(f"{end:g}" for end in settings.range), rule)
