"""The plan: which engine, why, and what does not depend on the clock."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import prepare
from convcli.core.engines import ENGINES
from convcli.core.problem.options import Options
from convcli.core.threads import processors
from convcli.errors import UnknownNameError

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
COLOUR = np.zeros((600, 800, 3), np.uint8)
GREY = np.zeros((1000, 1000), np.float32)


def full(size: int, filters: int | None = None) -> Any:
    """Weights of full rank."""
    shape = (size, size) if filters is None else (filters, size, size)
    return np.random.default_rng(size).normal(size=shape)


@pytest.mark.parametrize(
    ("picture", "kernel", "engine", "arithmetic"),
    [
        (COLOUR, SOBEL, "separable", "int16"),
        (COLOUR, LAPLACIAN, "direct", "int16"),
        (COLOUR, np.outer([1, 2, 1], [1, 2, 1]) / 16, "separable", "int16"),
        (COLOUR, np.outer(np.hanning(13)[1:-1], np.hanning(9)[1:-1]), "separable", "float32"),
        (COLOUR, full(7), "banded", "float32"),
        (GREY, full(5), "banded", "float32"),
        (GREY, full(5, filters=16), "patches", "float32"),
        (GREY, full(61), "fourier", "float32"),
        (GREY.astype(np.float64), full(61), "fourier", "float64"),
        (GREY.astype(np.float64), full(5), "banded", "float64"),
        (COLOUR, np.random.default_rng(2).integers(-99, 99, (11, 11)), "banded", "float32"),
    ],
)
def test_the_engine_fits_the_kernel(picture: Any, kernel: Any, engine: str, arithmetic: str) -> None:
    """Whole numbers of low rank in integers, full rank by BLAS, banks in one product, large kernels by FFT."""
    chosen = prepare(picture, kernel).plan
    assert (chosen.engine, chosen.arithmetic) == (engine, arithmetic), chosen.reason


def test_exactness_comes_before_speed() -> None:
    """No engine offers arithmetic that could lose a digit of an exact response."""
    picture = np.full((64, 64), 2**15 - 1, np.int16)
    for kernel in (np.full((5, 5), 40.0), np.random.default_rng(3).integers(1, 2000, (5, 5))):
        bound = int(kernel.sum()) * 2**15
        for name, _ in prepare(picture, kernel).plan.costs:
            arithmetic = np.dtype(prepare(picture, kernel, Options.of(engine=name)).plan.arithmetic)
            limit = np.iinfo(arithmetic).max if arithmetic.kind == "i" else 2 ** (np.finfo(arithmetic).nmant + 1)
            assert limit >= bound - 2**15, name
    huge = np.full((64, 64), 2**44)  # 25 * 40 * 2^44 < 2^54: the transforms' rounding would show
    assert "fourier" not in [name for name, _ in prepare(huge, np.full((5, 5), 8.0)).plan.costs]


def test_the_plan_prints_its_choice_and_what_it_took() -> None:
    """Engine, arithmetic, threads, the estimate, the others' estimates; after a run the measured time."""
    correlation = prepare(COLOUR, full(5), Options.of(jobs=2))
    assert correlation.plan.measured is None
    before = correlation.plan.reason
    assert before.startswith("banded in float32, 2 threads, about ")
    assert "beside" in before
    assert "direct" in before
    assert "took" not in before
    correlation.response()
    assert correlation.plan.measured is not None
    assert f"took {correlation.plan.measured * 1e3:.3g} ms" in correlation.plan.reason


def test_estimates_come_cheapest_first_and_shrink_with_threads() -> None:
    """Two threads are estimated to halve the time; a tiny picture gets one."""
    one, two = prepare(COLOUR, full(5), Options.of(jobs=1)).plan, prepare(COLOUR, full(5), Options.of(jobs=2)).plan
    assert [seconds for _, seconds in one.costs] == sorted(seconds for _, seconds in one.costs)
    assert two.seconds == pytest.approx(one.seconds / 2)
    assert prepare(COLOUR[:20, :20], full(5), Options.of(jobs=8)).plan.jobs == 1
    assert prepare(COLOUR, full(5)).plan.jobs == processors()


def test_a_named_engine_is_used_or_refused_by_name() -> None:
    """An engine that does not apply is no choice; the message names those that are."""
    assert prepare(GREY, full(5), Options.of(engine="direct")).plan.engine == "direct"
    with pytest.raises(UnknownNameError, match="direct"):
        prepare(GREY, full(5), Options.of(engine="separable"))  # full rank
    with pytest.raises(UnknownNameError, match="banded"):
        prepare(GREY, full(5), Options.of(engine="banned"))


def test_engines_have_names_of_their_own() -> None:
    """A menu can be made of them."""
    names = [engine.NAME for engine in ENGINES]
    assert len(set(names)) == len(names) == 5


def test_a_plan_is_remembered_for_an_equal_problem_alone() -> None:
    """The same runner for the next picture of the same size; another for other weights, borders or shapes."""
    weights = full(5)
    first = prepare(COLOUR, weights).plan
    assert prepare(COLOUR.copy(), weights.copy(), Options.of(jobs=1)).plan.runner is first.runner
    assert prepare(COLOUR, weights).plan.runs is not first.runs
    others = [
        prepare(COLOUR, weights + 1e-9),
        prepare(COLOUR, weights.T),
        prepare(COLOUR[:-1], weights),
        prepare(COLOUR, weights, Options.of(border="constant:1")),
        prepare(COLOUR, weights, Options.of(border="constant:2")),
        prepare(COLOUR, weights, Options.of(bias=1)),
        prepare(COLOUR.astype(np.uint16), weights),
        prepare(COLOUR, weights, Options.of(precision="float64")),
        prepare(COLOUR, weights, Options.of(padding=(2, 2, 1, 3))),
        prepare(COLOUR, weights, Options.of(engine="direct")),
    ]
    runners = {id(plan.plan.runner) for plan in others}
    assert id(first.runner) not in runners
    assert len(runners) == len(others)
