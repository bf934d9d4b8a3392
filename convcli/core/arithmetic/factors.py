"""Separable terms of a kernel: sum over terms of outer(column, row)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convcli.core.arrays import Weights

NEGLIGIBLE = 2.0**-80  # times the error that is allowed in all: weights that are no normal numbers


@dataclass(frozen=True, eq=False)
class Term:
    """One separable part of a kernel: outer(column, row).

    Of float terms the row's largest tap is 1: it is added without being multiplied.
    """

    column: Weights
    row: Weights


def whole_term(weights: Weights) -> Term | None:
    """Whole factors of whole-number weights of rank 1, exactly; None where there are none.

    >>> term = whole_term(np.array([[-2.0, 0.0, 2.0], [-4.0, 0.0, 4.0]]))
    >>> term.column.tolist(), term.row.tolist()
    ([2.0, 4.0], [-1.0, 0.0, 1.0])
    """
    i, j = np.unravel_index(np.abs(weights).argmax(), weights.shape)
    if weights[i, j] == 0:
        return Term(np.zeros(weights.shape[0]), np.zeros(weights.shape[1]))
    row = weights[i] / float(np.gcd.reduce(np.abs(weights[i]).astype(np.int64)))
    column = weights[:, j] / row[j]
    exact = (column == np.rint(column)).all() and (np.outer(column, row) == weights).all()
    return Term(column, row) if exact else None


def float_terms(weights: Weights, tolerance: float) -> list[Term] | None:
    """Few separable terms whose sum is the kernel up to tolerance * sum |weights|.

    None where the terms would take as many multiplications as the kernel, or where they
    cancel so much that rounding would show.
    """
    height, width = weights.shape
    allowed = tolerance * float(np.abs(weights).sum())
    cross = _cross(weights)
    if is_each_weight(cross, weights, tolerance):
        return [cross]
    left, values, right = np.linalg.svd(weights, full_matrices=False)
    most = (height * width - 1) // (height + width)
    if float(np.linalg.norm(values[most:])) > allowed:
        return None  # what is left of so many terms: its root of squares is no larger than its sum of magnitudes
    terms: list[Term] = []
    rest, gain = weights.copy(), 0.0
    while float(np.abs(rest).sum()) > allowed:
        rank = len(terms)
        if (rank + 1) * (height + width) >= height * width:
            return None
        largest = float(right[rank][np.abs(right[rank]).argmax()])
        term = Term(left[:, rank] * (values[rank] * largest), right[rank] / largest)
        gain += float(np.abs(term.column).sum() * np.abs(term.row).sum())
        rest -= np.outer(term.column, term.row)
        terms.append(term)
    return terms if gain <= 8 * float(np.abs(weights).sum()) else None


def is_each_weight(term: Term, weights: Weights, tolerance: float) -> bool:
    """Whether one term is the kernel up to 4 * tolerance of every weight, the smallest ones too: nothing cancels."""
    sizes = np.abs(weights)
    allowed = tolerance * float(sizes.sum())
    missed = np.abs(np.outer(term.column, term.row) - weights)
    return float(missed.sum()) <= allowed and bool((missed <= 4 * tolerance * sizes + allowed * NEGLIGIBLE).all())


def _cross(weights: Weights) -> Term:
    """The column and the row through the largest weight: exactly the kernel where its rank is 1."""
    i, j = np.unravel_index(np.abs(weights).argmax(), weights.shape)
    return Term(weights[:, j], weights[i] / (weights[i, j] or 1.0))
