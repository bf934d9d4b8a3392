"""What a model gives for a picture: byte for byte what the filter would give, if the verdict is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.border import border
from convcli.core.identify.curves import decode, encode
from convcli.core.identify.model import ALONE, RENORMALISED, RULES, Edges, Model
from convcli.core.identify.rounding import kept_in, round_floats, round_fractions
from convcli.core.identify.verdict import Verdict

Array = NDArray[Any]
STEP = 1e-7  # sums of floats are not wrong by more


class Part(NamedTuple):
    """A rectangle of outputs: rows first..stop, columns first..stop."""

    rows: tuple[int, int]
    columns: tuple[int, int]

    @property
    def place(self) -> tuple[slice, slice]:
        """Where it stands in the output."""
        return slice(*self.rows), slice(*self.columns)


class Values(NamedTuple):
    """Values before rounding: numerators / denominator (whole numbers), or floats with denominator 0."""

    numbers: Array
    denominator: int


def predict(verdict: Verdict, picture: Array) -> Array:
    """What the filter gives for a picture, by the verdict's model.

    Args:
        picture: (H, W) or (H, W, C) of the probes' kind; never modified.

    Returns:
        (H', W') or (H', W', C'), of the answers' dtype.
    """
    if verdict.model is None:
        raise ValueError("nothing was identified: there is no model to predict by")
    return predict_picture(verdict.model, picture)


def predict_picture(model: Model, picture: Array) -> Array:
    """As `predict`, by a model."""
    if picture.ndim == 2:
        return predict_plane(model, picture)
    return predict_channels(model, picture)


def predict_plane(model: Model, plane: Array) -> Array:
    """One plane, (H, W) to (H', W')."""
    whole = whole_output(model, plane.shape)
    out = finish(values(model, plane, whole), model)
    if model.edges.name in ALONE:
        stand_alone(model, plane, out)
    return out


def predict_channels(model: Model, picture: Array) -> Array:
    """(H, W, C) by a model of one plane: each channel by itself or mixed, alpha as it was seen to be treated."""
    colours = picture[:, :, :3] if picture.shape[2] >= 3 else picture[:, :, :1]
    planes = _mixed(model, colours) if model.mix is not None else _each(model, colours)
    if picture.shape[2] in (2, 4) and model.alpha != "dropped":
        alpha = picture[:, :, -1]
        planes.append(predict_plane(replace(model, mix=None), alpha) if model.alpha == "filtered" else alpha)
    return planes[0] if len(planes) == 1 else np.stack(planes, axis=2)


def _each(model: Model, colours: Array) -> list[Array]:
    return [predict_plane(model, colours[:, :, c]) for c in range(colours.shape[2])]


def _mixed(model: Model, colours: Array) -> list[Array]:
    """Channels mixed as floats, then the kernel."""
    assert model.mix is not None
    floats = replace(model, numerators=None, arithmetic="float")
    plane = colours.astype(np.float64)
    return [predict_plane(floats, plane @ np.array(row)) for row in model.mix]


def whole_output(model: Model, shape: tuple[int, ...]) -> Part:
    """All outputs of a plane of that shape."""
    return Part((0, model.rows.count(shape[0])), (0, model.columns.count(shape[1])))


def inner_output(model: Model, shape: tuple[int, ...]) -> Part:
    """The outputs whose windows lie within a plane of that shape."""
    return Part(model.rows.inside(shape[0]), model.columns.inside(shape[1]))


def border_parts(model: Model, shape: tuple[int, ...]) -> list[Part]:
    """The other outputs: above, below, left, right; none empty."""
    rows, columns = whole_output(model, shape)
    inner_rows, inner_columns = inner_output(model, shape)
    parts = (
        Part((0, inner_rows[0]), columns),
        Part((inner_rows[1], rows[1]), columns),
        Part(inner_rows, (0, inner_columns[0])),
        Part(inner_rows, (inner_columns[1], columns[1])),
    )
    return [part for part in parts if part.rows[0] < part.rows[1] and part.columns[0] < part.columns[1]]


def values(model: Model, plane: Array, part: Part) -> Values:
    """The values of a part of the outputs before rounding."""
    renormalised = model.edges.name == RENORMALISED
    if plane.dtype.kind in "ui" and model.exact and float(model.edges.value).is_integer() and not renormalised:
        sums = correlate_part(model, plane.astype(np.int64), model.numerators, part, model.edges.value)
        return Values(sums + round(model.offset * model.denominator), model.denominator)
    light = decode(plane, model.gamma, model.white)
    fill = float(decode(np.array([model.edges.value]), model.gamma, model.white)[0])
    sums = correlate_part(model, light, model.weights, part, fill)
    if renormalised:
        sums = sums * _made_up(model, plane.shape, part)
    sums = sums + model.offset
    return Values(np.abs(sums) if model.absolute else encode(sums, model.gamma, model.white), 0)


def _made_up(model: Model, shape: tuple[int, ...], part: Part) -> Array:
    """What the weights that lie on the picture are multiplied by, to have the sum of all; 0 where they have none."""
    there = correlate_part(model, np.ones(shape), model.weights, part, 0.0)
    total = float(model.weights.sum())
    least = 1e-9 * float(np.abs(model.weights).sum())
    return np.where(np.abs(there) > least, total / np.where(np.abs(there) > least, there, 1.0), 0.0)


def correlate_part(model: Model, samples: Array, weights: Array, part: Part, fill: float) -> Array:
    """sum_ij weights[i, j] * samples[r * s + i - top, c * s + j - left], for outputs r, c of a part."""
    height, width = weights.shape
    out_rows, out_columns = part.rows[1] - part.rows[0], part.columns[1] - part.columns[0]
    row_step, column_step = model.rows.stride, model.columns.stride
    total = np.zeros((out_rows, out_columns), dtype=samples.dtype)
    if not total.size:
        return total
    top = part.rows[0] * row_step - model.rows.before
    left = part.columns[0] * column_step - model.columns.before
    rows = np.arange(top, top + (out_rows - 1) * row_step + height)
    columns = np.arange(left, left + (out_columns - 1) * column_step + width)
    seen = gather(samples, rows, columns, model.edges, fill)
    for i, j in zip(*np.nonzero(weights), strict=True):
        window = seen[i : i + (out_rows - 1) * row_step + 1 : row_step]
        total += weights[i, j] * window[:, j : j + (out_columns - 1) * column_step + 1 : column_step]
    return total


def gather(samples: Array, rows: Array, columns: Array, edges: Edges, fill: float) -> Array:
    """Samples at a grid of positions, beyond the ends as the border has it."""
    within = rows[0] >= 0 and rows[-1] < samples.shape[0] and columns[0] >= 0 and columns[-1] < samples.shape[1]
    if within:
        return samples[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    down, across = (_rule(name, fill) for name in (edges.name, edges.across or edges.name))
    if down == across:
        return border(down).take(samples, rows, columns, samples.dtype)
    seen = border(down).take(samples, rows, np.arange(samples.shape[1]), samples.dtype)
    return border(across).take(seen, np.arange(len(rows)), columns, samples.dtype)


def _rule(name: str, fill: float) -> str:
    return name if name in RULES and name != "constant" else f"constant:{fill!r}"


def finish(found: Values, model: Model) -> Array:
    """From values to the output's dtype: magnitude, rounding, overflow."""
    dtype = np.dtype(model.dtype)
    if dtype.kind == "f":
        numbers = found.numbers / found.denominator if found.denominator else found.numbers
        return np.asarray(np.abs(numbers) if model.absolute else numbers, dtype=dtype)
    way = model.rounding or "half up"
    if not found.denominator:
        return kept_in(round_floats(on_steps(found.numbers), way), model.overflow, dtype)
    whole: Array = np.abs(found.numbers) if model.absolute else found.numbers
    return kept_in(round_fractions(whole, found.denominator, way), model.overflow, dtype)


def on_steps(numbers: Array) -> Array:
    """Floats; those that are whole or half-way but for an error of rounding exactly so."""
    near = np.rint(2 * numbers) / 2
    return np.where(np.abs(numbers - near) < STEP, near, numbers)


def stand_alone(model: Model, plane: Array, out: Array) -> None:
    """Write the border that is no rule of positions: pixels that stay, or one value."""
    top, bottom, left, right = model.edges.band
    band = np.ones(out.shape, dtype=bool)
    band[top : out.shape[0] - bottom, left : out.shape[1] - right] = False
    if model.edges.name == "blank":
        out[band] = model.edges.value
    elif plane.shape == out.shape:
        out[band] = plane[band]
