"""Sight by rows: what of a picture that is never held counts, and the alpha of what is made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convcli.cli.commands.apply.linear import light_of, options_in_light
from convcli.cli.commands.apply.missing import Missing
from convcli.cli.commands.apply.opacity import Opacity, averaging_kernels, decided, fitted, opaque_border
from convcli.cli.commands.apply.sight import Notes, Seeing, Sight, missing_remark
from convcli.core.arrays import Array
from convcli.core.correlation.correlate import Correlation, prepare_rows
from convcli.core.correlation.ratio_sink import centres
from convcli.core.correlation.response import Response
from convcli.core.correlation.row_source import Rows, rows_at
from convcli.core.correlation.row_views import ComputedRows, blocks
from convcli.core.correlation.stacking import Weights
from convcli.core.correlation.weighted import prepare_weighted_rows
from convcli.core.display.mapping import mapping
from convcli.core.kernel.stack import KernelStack
from convcli.core.light import Light
from convcli.core.problem.options import Options
from convcli.images.large.by_rows import RowPicture
from convcli.images.picture import Picture


@dataclass(frozen=True, eq=False)
class RowSight:
    """One picture as kernels see it, by rows.

    Attributes:
        sight: as of a picture that is held; its opacity has no values.
        alpha: from 0 to full, (H, W); None where there is none.
    """

    sight: Sight
    alpha: Rows | None

    def alpha_rows(self, response: Response, *, lost: bool) -> AlphaRows | None:
        """Alpha of the output; None where it has none, or none is `lost`."""
        opacity = self.sight.opacity
        if opacity is None or self.alpha is None or opacity.mode == "drop" or response.pool or lost:
            return None
        return AlphaRows(opacity, self.alpha, response, self.sight.kernels, self.sight.options)


def see_rows(
    rows: RowPicture,
    picture: Picture,
    kernels: KernelStack,
    options: Options,
    seeing: Seeing,
    checked: CheckedRows,
    ends: tuple[int, int] | None = None,
) -> RowSight:
    """As `sight.see`, of rows: the responses are the same, byte for byte.

    Alpha is gone through once before, for whether it is all opaque.

    Args:
        picture: stands in for the rows.
        checked: the samples.
        ends: see `prepare_rows`.
    """
    opacity, alpha = _opacity(rows, kernels, seeing.alpha)
    notes: Notes = ()
    source, used, light = _as_rows(checked), options, None
    if seeing.linear:
        light, notes = light_of(picture)
        source, used = _lit(source, light), options_in_light(options, light)
    weights = _weights(_as_rows(checked), opacity, alpha, seeing.missing)
    correlation: Correlation
    if weights is None:
        correlation = prepare_rows(source, kernels, used, ends)
    else:
        correlation = prepare_weighted_rows(source, kernels, weights, used)
    notes += missing_remark(picture, seeing.missing)
    return RowSight(Sight(picture, kernels, options, seeing, correlation, opacity, light, notes), alpha)


class CheckedRows:
    """Rows that are looked at as they are read.

    Attributes:
        not_finite: whether NaN or infinity was among them.
    """

    def __init__(self, source: Rows) -> None:
        self._source, self.shape, self.dtype = source, source.shape, source.dtype
        self.not_finite = False

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        rows = self._source.read(start, stop)
        if not self.not_finite:  # min and max carry NaN along and need no array of their own
            self.not_finite = not (np.isfinite(rows.min()) and np.isfinite(rows.max()))
        return rows


def _as_rows(checked: CheckedRows) -> Rows:
    """Whole numbers are always finite, and an array that is in memory is best taken as it is."""
    return checked if checked.dtype.kind == "f" else checked._source


def _lit(rows: Rows, light: Light) -> Rows:
    """Rows as amounts of light."""
    dtype = light.linear(np.zeros((1, 1, *rows.shape[2:]), rows.dtype)).dtype
    return ComputedRows((rows,), rows.shape, dtype, light.linear)


def _opacity(rows: RowPicture, kernels: KernelStack, mode: str) -> tuple[Opacity | None, Rows | None]:
    """As `opacity_of`; alpha is read once, or until it is not opaque."""
    if rows.alpha is None:
        return None, None
    if mode == "drop":
        return decided(np.zeros((0, 0), rows.alpha.dtype), 0.0, kernels, mode, opaque=False), rows.alpha
    full, alpha = _full(rows.alpha), rows.alpha
    if alpha.dtype.kind == "f":
        alpha = ComputedRows((alpha,), alpha.shape, alpha.dtype, lambda values: np.nan_to_num(values).clip(0, full))
    opaque = mode in ("weight", "separate") and all(bool((block == full).all()) for block in blocks(alpha))
    return decided(np.zeros((0, 0), alpha.dtype), full, kernels, mode, opaque=opaque), alpha


def _full(alpha: Rows) -> float:
    """As `opacity.full_of`."""
    if alpha.dtype.kind != "f":
        return float(np.iinfo(alpha.dtype).max)
    highest = max(float(np.fmax.reduce(block, axis=None, initial=0.0)) for block in blocks(alpha))
    return next((full for full in (1.0, 255.0, 65535.0) if highest <= full), highest)


def _weights(rows: Rows, opacity: Opacity | None, alpha: Rows | None, missing: Missing | None) -> Weights | None:
    """As `sight._weights`."""
    visible = opacity if opacity and opacity.mode == "weight" else None
    if visible is not None and (missing is None or not missing.possible(rows.dtype)):
        assert alpha is not None
        return Weights(alpha, visible.full, alone=True)
    if missing is None:
        return None
    if visible is None:
        return Weights(ComputedRows((rows,), rows.shape, np.dtype(bool), missing.there), 1.0, missing.least)
    assert alpha is not None

    def visible_there(samples: Array, values: Array) -> Array:
        there = missing.there(samples)
        return np.asarray(there * (values if there.ndim == 2 else values[:, :, np.newaxis]))

    return Weights(ComputedRows((rows, alpha), rows.shape, alpha.dtype, visible_there), visible.full, missing.least)


class AlphaRows:
    """Alpha of a response, as `opacity.alpha_after` has it: under each window's centre, or filtered."""

    def __init__(
        self, opacity: Opacity, alpha: Rows, response: Response, kernels: KernelStack, options: Options
    ) -> None:
        self._opacity, self._alpha = opacity, alpha
        self._centres = centres(response.correlation.problem)
        self._filtered: Response | None = None
        if opacity.mode in ("weight", "separate") and not any(kernel.sums_to_zero for kernel in kernels):
            used = opaque_border(options, opacity.full)
            correlation = prepare_rows(alpha, averaging_kernels(kernels), used)
            self._filtered = Response(correlation, "max" if kernels.several else None)

    def rows(self, rows: slice, dtype: np.dtype[np.generic]) -> Array:
        """Some rows of it, (n, W'), to go with samples of a dtype."""
        made = self._kept(rows) if self._filtered is None else self._made(self._filtered, rows)
        return fitted(made, self._opacity.full, np.zeros(0, dtype))

    def _kept(self, rows: slice) -> Array:
        down, across = self._centres
        used, at = np.unique(down[rows], return_inverse=True)
        return np.asarray(rows_at(self._alpha, used)[at.reshape(-1)][:, across])

    def _made(self, filtered: Response, rows: slice) -> Array:
        dtype, parts = self._alpha.dtype, list[Array]()

        def keep(part: Array) -> None:
            parts.append(part.reshape(part.shape[:2]).copy())

        if dtype.kind != "f" and dtype.itemsize <= 2 and dtype.kind != "i":
            filtered.pixel_rows([mapping("clip", dtype)], dtype, keep, rows)
            return np.concatenate(parts)
        filtered.raw_rows(keep, rows)
        values = np.concatenate(parts)
        return (values if dtype.kind == "f" else np.rint(values)).clip(0, self._opacity.full).astype(dtype, copy=False)


def with_jobs(sight: RowSight, correlation: Correlation) -> RowSight:
    """The same, its correlation on other threads."""
    return replace(sight, sight=replace(sight.sight, correlation=correlation))
