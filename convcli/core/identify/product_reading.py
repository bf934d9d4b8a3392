"""A reading whose weights are a column times a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convcli.core.identify.column_row import as_product
from convcli.core.identify.material import Material
from convcli.core.identify.readings import Reading, noises, tolerance, unclamped
from convcli.core.identify.weighing import Fit
from convcli.core.identify.windows import collect

TAIL = 5  # rows and columns on each side


def by_product(reading: Reading, material: Material) -> Reading:
    """A column times a row, in a box with room for tails that single weights do not show."""
    box, product = reading.box, None
    for room in (TAIL, 0):
        wider = box.grown(room, room, room, room)
        pairs = collect(material.pairs(noises(wider)), wider, reading.strides, band=material.band)
        pairs = unclamped(pairs, material.limits)
        margins = ((max(reading.box.top - wider.top, 0),) * 2, (max(reading.box.left - wider.left, 0),) * 2)
        start = np.pad(reading.weights, margins) if room else reading.weights
        product = as_product(start, pairs.windows, pairs.answers)
        if product is None:
            return reading
        (top, bottom), (left, right) = (_tails(fit) for fit in (product.column, product.row))
        if not room and not any((top, bottom, left, right)):
            break
        box = wider.grown(-top, -bottom, -left, -right)
        rows, columns = wider.shape
        weights = product.fit.weights.reshape(wider.shape)[top : rows - bottom, left : columns - right]
        reading = replace(reading, box=box, fit=replace(product.fit, weights=weights.ravel()))
    if product is None or product.fit.weights.size != box.shape[0] * box.shape[1]:
        return reading
    fit = product.fit
    return replace(reading, fit=fit, outside=float(np.mean(np.abs(fit.left) > tolerance(material))))


def _tails(fit: Fit) -> tuple[int, int]:
    """How many weights at the beginning and at the end are zero within their errors."""
    there = np.flatnonzero(np.abs(fit.weights) > 4 * fit.errors)
    return (int(there[0]), int(fit.weights.size - 1 - there[-1])) if there.size else (0, 0)
