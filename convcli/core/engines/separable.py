"""Separable: a kernel of low rank as passes down the columns and across the rows.

    kernel = sum over terms of outer(column, row)

Whole numbers go by shift and add in the narrowest exact integers, each factor
taken apart into a ladder of shorter ones; everything else by band matrices.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from convcli.core.arithmetic.factors import Term, float_terms, is_each_weight, whole_term
from convcli.core.arrays import Weights
from convcli.core.engines.engine import NANOSECOND, Offer
from convcli.core.engines.evenness import TINY_TAP, even_enough
from convcli.core.engines.separable_float import FloatRunner
from convcli.core.engines.separable_ways import way_of
from convcli.core.engines.separable_whole import WholeRunner, climbs
from convcli.core.problem.exactness import exact_dtype, exact_sums
from convcli.core.problem.problem import Problem

LONG = 32  # steps times bytes of a ladder beyond which band matrices are faster
# Measured on two cores with AVX-512, November 2026, one thread:
NS_PER_BYTE = 0.025  # one addition, per byte of the dtype
NS_PER_SAMPLE = 0.3  # gather, and hand over
NS_FIXED = 40_000.0  # a picture of next to nothing


def offer(problem: Problem) -> Offer | None:
    """Passes of short rows; none where a kernel has no few terms or channels are added."""
    if problem.mixing or min(problem.kernel_height, problem.kernel_width) == 1 or problem.filters > 4:
        return None
    return _whole_offer(problem) or _float_offer(problem)


def _whole_offer(problem: Problem) -> Offer | None:
    """Ladders in integers; None where the weights have no whole factors, or ladders too long to pay."""
    dtype, weights, factor = exact_sums(problem)
    if dtype.kind != "i":
        return None
    terms: list[Term] = []
    for kernel in weights:
        term = whole_term(kernel[0])
        if term is None:
            return None
        terms.append(term)
    additions = sum(map(climbs, terms))
    if additions * dtype.itemsize > LONG * problem.filters:
        return None
    floats = 3 * problem.float_dtype.itemsize if factor != 1.0 else 0
    bytes_passed = dtype.itemsize * (2 * problem.filters + additions) + floats * problem.filters
    nanoseconds = NS_FIXED / 2 + _samples(problem) * NS_PER_BYTE * bytes_passed
    return Offer(nanoseconds * NANOSECOND, partial(WholeRunner, problem, dtype, terms, factor))


def _float_offer(problem: Problem) -> Offer | None:
    """Band matrices; None where a kernel has no few terms."""
    dtype = exact_dtype(problem)
    filters: list[list[Term]] = []
    for kernel in problem.weights:
        terms = _float_terms(kernel[0], problem, dtype)
        if terms is None:
            return None
        filters.append(terms)
    ranks = sum(len(terms) for terms in filters)
    way = way_of(problem)
    per_sample = NS_PER_SAMPLE + ranks * way.term + problem.filters * way.once
    nanoseconds = NS_FIXED * ranks + _samples(problem) * (dtype.itemsize / 4) * per_sample
    local = all(
        len(terms) == 1 and (problem.exact or is_each_weight(terms[0], kernel[0], _tolerance(dtype)))
        for terms, kernel in zip(filters, problem.weights, strict=True)
    )
    if not local and not even_enough(problem, dtype):
        return None
    runner = partial(FloatRunner, problem, filters=filters, local=local)
    wider = None if local or dtype == np.float64 else partial(runner, dtype=np.dtype(np.float64))
    return Offer(nanoseconds * NANOSECOND, partial(runner, dtype=dtype), local, wider)


def _float_terms(weights: Weights, problem: Problem, dtype: np.dtype[Any]) -> list[Term] | None:
    """Terms whose sums stay exact where the problem is, of taps that the dtype holds."""
    if problem.exact:
        term = whole_term(weights)
        return None if term is None else [term]
    terms = float_terms(weights, _tolerance(dtype))
    return terms if terms is None or all(map(_is_held, terms)) or dtype == np.float64 else None


def _tolerance(dtype: np.dtype[Any]) -> float:
    """What terms may leave out, in parts of sum |k|."""
    return 1e-7 if dtype == np.float32 else 1e-14


def _is_held(term: Term) -> bool:
    """Whether no tap leaves float32 behind."""
    sizes = np.abs(np.concatenate((term.column, term.row)))
    return bool(((sizes == 0) | ((sizes >= TINY_TAP) & (sizes <= 1 / TINY_TAP))).all())


def _samples(problem: Problem) -> int:
    """Samples that the passes down the columns leave for those across, with the rows that a stride skips."""
    return problem.out_height * problem.stride[0] * problem.padded_width * problem.channels
