"""Separable: a kernel of low rank as passes down the columns and across the rows.

    kernel = sum over terms of outer(column, row)

Whole numbers go by shift and add in the narrowest exact integers, each factor
taken apart into a ladder of shorter ones; everything else by band matrices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convcli.core.arithmetic.factors import Term, float_terms, whole_term
from convcli.core.engines.separable_float import FloatRunner, cost_of_layout, cost_of_term
from convcli.core.engines.separable_whole import WholeRunner, climbs
from convcli.core.problem.exactness import arithmetic, exact_dtype
from convcli.core.problem.problem import Problem

NAME = "separable"

LONG = 32  # steps times bytes of a ladder beyond which band matrices are faster
# Measured on two cores with AVX-512, November 2026, one thread:
NS_PER_BYTE = 0.025  # one addition, per byte of the dtype
NS_PER_SAMPLE = 0.3  # gather, and hand over
NS_FIXED = 40_000.0  # a picture of next to nothing


def cost(problem: Problem) -> float | None:
    """Nanoseconds, one thread; None where a kernel has no few terms or channels are added."""
    if problem.mixing or min(problem.kernel_height, problem.kernel_width) == 1 or problem.filters > 4:
        return None
    wide = problem.out_height * problem.stride * problem.padded_width * problem.channels
    whole = _whole_terms(problem)
    if whole is not None:
        dtype, terms, factor = whole
        floats = 3 * problem.float_dtype.itemsize if factor != 1.0 else 0
        bytes_passed = dtype.itemsize * (2 * problem.filters + sum(map(climbs, terms))) + floats * problem.filters
        return NS_FIXED / 2 + wide * NS_PER_BYTE * bytes_passed
    terms_of = _float_terms(problem)
    if terms_of is None:
        return None
    dtype, filters = terms_of
    ranks = sum(len(terms) for terms in filters)
    per_sample = NS_PER_SAMPLE + ranks * cost_of_term(problem) + cost_of_layout(problem)
    return NS_FIXED * ranks + wide * (dtype.itemsize / 4) * per_sample


def prepare(problem: Problem) -> WholeRunner | FloatRunner:
    """A runner of integer ladders where the weights are whole, else of band matrices."""
    whole = _whole_terms(problem)
    if whole is not None:
        return WholeRunner(problem, *whole)
    terms = _float_terms(problem)
    assert terms is not None
    return FloatRunner(problem, *terms)


def _whole_terms(problem: Problem) -> tuple[np.dtype[Any], list[Term], float] | None:
    """Integer dtype, one term per kernel, and the factor left over; None where ladders do not apply."""
    dtype, weights, factor = arithmetic(problem)
    if dtype.kind != "i":
        return None
    found = [whole_term(kernel[0]) for kernel in weights]
    terms = [term for term in found if term is not None]
    if len(terms) < len(found):
        return None
    long = sum(map(climbs, terms)) * dtype.itemsize > LONG * problem.filters
    return None if long and exact_dtype(problem) is not None else (dtype, terms, factor)


def _float_terms(problem: Problem) -> tuple[np.dtype[Any], list[list[Term]]] | None:
    dtype = exact_dtype(problem)
    if dtype is None:
        return None
    filters = []
    for kernel in problem.weights:
        if problem.exact:
            term = whole_term(kernel[0])
            terms = [term] if term is not None else None
        else:
            terms = float_terms(kernel[0], 1e-7 if dtype == np.float32 else 1e-14)
        if terms is None:
            return None
        filters.append(terms)
    return dtype, filters
