"""Sight: what of a picture counts, and how much, before kernels see it: alpha, missing samples, linear light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from convcli.cli.commands.apply.linear import light_of, options_in_light
from convcli.cli.commands.apply.missing import Missing
from convcli.cli.commands.apply.opacity import Opacity, alpha_after, alpha_note, fitted, opacity_of
from convcli.cli.commands.apply.rendering import is_sheet
from convcli.core.arrays import Array
from convcli.core.correlation.correlate import Correlation, prepare
from convcli.core.correlation.response import Response
from convcli.core.correlation.stacking import Weights
from convcli.core.correlation.weighted import WeightedCorrelation, prepare_weighted
from convcli.core.display.displays import RAW
from convcli.core.kernel.stack import KernelStack
from convcli.core.light import Light
from convcli.core.problem.options import Options
from convcli.core.quantities import plain
from convcli.errors import many
from convcli.images.formats import format_named
from convcli.images.picture import Picture
from convcli.report.apply.record import Seen

Notes = tuple[str, ...]
NOT_FINITE = "NaN and infinity reach every response with a weight for them; --missing nan leaves NaN out"


class Seeing(NamedTuple):
    """How pictures are to be seen.

    Attributes:
        alpha: "weight", "separate", "keep" or "drop".
        missing: which samples are missing, or None.
        linear: convert to linear light first.
    """

    alpha: str = "weight"
    missing: Missing | None = None
    linear: bool = False


@dataclass(frozen=True, eq=False)
class Sight:
    """One picture as kernels see it.

    Attributes:
        picture, kernels, options: as they were given.
        seeing: how it was to be seen.
        correlation: planned; of a plain picture an ordinary one.
        opacity: what is done with its alpha; None where it has none.
        light: the curves of its samples, where it is seen in linear light.
        notes: what is to be said of that.
        counted: responses that are missing, where more than one run was for it.
    """

    picture: Picture
    kernels: KernelStack
    options: Options
    seeing: Seeing
    correlation: Correlation
    opacity: Opacity | None
    light: Light | None
    notes: Notes
    counted: int | None = None

    @property
    def absent(self) -> int:
        """Responses that are missing, after a run."""
        if self.counted is not None:
            return self.counted
        counted = self.correlation.absent if isinstance(self.correlation, WeightedCorrelation) else []
        return counted[-1] if counted else 0

    @property
    def missing_pixel(self) -> int:
        """The pixel of a missing response."""
        missing = self.seeing.missing
        return (missing.pixel(self.picture.pixels.dtype) or 0) if missing else 0

    def alpha_of(
        self, response: Response, pixels: Array, file_format: str, *, drawn: bool
    ) -> tuple[Array | None, Notes]:
        """Alpha of the output, and why there is none where there was some."""
        opacity = self.opacity
        if opacity is None or opacity.mode == "drop":
            return None, ()
        lost, notes = self.alpha_lost(response, drawn=drawn)
        if lost:
            return None, notes
        holds = drawn or (format_named(file_format).kind == "picture" and not is_sheet(response))
        used = opacity if holds else opacity._replace(mode="keep")  # then the format says that it is lost
        alpha = alpha_after(used, response, self.kernels, self.options)
        return fitted(alpha, opacity.full, pixels), notes

    def alpha_lost(self, response: Response, *, drawn: bool) -> tuple[bool, Notes]:
        """Whether the result cannot have the alpha that there is, and what is said of alpha."""
        if self.opacity is None or self.opacity.mode == "drop":
            return False, ()
        lost = "pooled maps have" if response.pool else "a sheet of maps has" if drawn and is_sheet(response) else ""
        note = alpha_note(self.opacity, lost)
        return bool(lost), (note,) if note else ()

    def remarks(self, display: str, drawn: np.dtype[np.generic]) -> Notes:
        """What a run has shown: how many responses are missing, and what those in linear light are."""
        remarks: Notes = ()
        missing = self.seeing.missing
        if missing and self.absent:
            share = f"less than {plain(missing.least)}" if missing.least else "nothing"
            verb = "is" if self.absent == 1 else "are"
            are = "NaN" if display == RAW else self.missing_pixel if drawn == self.picture.pixels.dtype else 0
            remarks += (
                f"{many(self.absent, 'response')} {verb} missing, with {share} of the window there: written as {are}",
            )
        return remarks + light_remarks(self.light, display)

    def seen(self) -> Seen:
        """The part of it that records have."""
        missing = self.seeing.missing
        return Seen(
            alpha=self.opacity.mode if self.opacity else None,
            missing=(missing.value, missing.least, self.absent) if missing else None,
            linear=self.light is not None,
        )


def light_remarks(light: Light | None, display: str) -> Notes:
    """What responses in linear light are, where they were not converted back."""
    if light is None or display == "clip":
        return ()
    units = f"from 0 to {light.top}" if display == RAW else "shown as they are, not as samples"
    return (f"the responses are amounts of light, {units}",)


def see(picture: Picture, kernels: KernelStack, options: Options, seeing: Seeing) -> Sight:
    """Plan a picture's correlation, weighted where its samples do not all count alike.

    Raises:
        UsageError: linear light of samples that have no curve.
    """
    opacity = opacity_of(picture, kernels, seeing.alpha)
    notes: Notes = ()
    pixels, used, light = picture.pixels, options, None
    if seeing.linear:
        light, notes = light_of(picture)
        pixels, used = light.linear(pixels), options_in_light(options, light)
    weights = _weights(picture, opacity, seeing.missing)
    if weights is None:
        correlation = prepare(pixels, kernels, used)
    else:
        correlation = prepare_weighted(pixels, kernels, weights, used)
    notes += missing_remark(picture, seeing.missing)
    return Sight(picture, kernels, options, seeing, correlation, opacity, light, notes)


def _weights(picture: Picture, opacity: Opacity | None, missing: Missing | None) -> Weights | None:
    """What each sample counts; None where all count alike.  Where samples are missing, transparent ones are, too."""
    visible = opacity if opacity and opacity.mode == "weight" else None
    if missing is None:
        return Weights(visible.values, visible.full, alone=True) if visible else None
    there = missing.there(picture.pixels)
    if visible is None:
        return Weights(there, 1.0, missing.least)
    if not missing.possible(picture.pixels.dtype):
        return Weights(visible.values, visible.full, alone=True)
    values = visible.values if there.ndim == 2 else visible.values[:, :, np.newaxis]
    return Weights(there * values, visible.full, missing.least)


def missing_remark(picture: Picture, missing: Missing | None) -> Notes:
    """A word where NaN is there and none is expected, or none can be there and some is."""
    dtype = picture.pixels.dtype
    if missing is None:
        found = any("NaN" in note for note in picture.notes)
        return (NOT_FINITE,) if found else ()
    return () if missing.possible(dtype) else (f"no {dtype.name} sample can be {missing.label}: nothing is missing",)
