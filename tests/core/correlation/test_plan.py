"""The plan: the engine whose offer is the lowest, and why; what does not depend on the clock."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.plan import Plan
from convcli.core.correlation.sinks import KeepSink
from convcli.core.engines import DIRECT, ENGINES, Engine
from convcli.core.engines.engine import Offer
from convcli.core.problem.options import Options
from convcli.core.problem.problem import Problem
from convcli.core.threads import processors
from convcli.errors import UnknownNameError

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
COLOUR = np.zeros((600, 800, 3), np.uint8)
GREY = np.zeros((1000, 1000), np.float32)


def full(size: int) -> Any:
    """Weights of full rank."""
    return np.random.default_rng(size).normal(size=(size, size))


def at_the_price_of(seconds: float, problem: Problem) -> Offer:
    """What the direct engine does, at a price of our own."""
    offer = DIRECT.make_offer(problem)
    assert offer is not None
    return replace(offer, seconds=seconds)


def at_once(problem: Problem) -> Offer:
    """Cheaper than any engine can be."""
    return at_the_price_of(1e-9, problem)


def in_a_second(problem: Problem) -> Offer:
    """Dearer than any engine is here."""
    return at_the_price_of(1.0, problem)


def never(problem: Problem) -> None:
    """An engine that applies to nothing."""


def listed(offer: Any) -> Any:
    """The house with one of these engines more."""
    return ENGINES.having(Engine(offer.__name__, "made up", f"{__name__}:{offer.__name__}"))


@pytest.mark.parametrize(
    ("picture", "kernel", "options", "names"),
    [
        (
            COLOUR,
            np.outer(np.hanning(13)[1:-1], np.hanning(9)[1:-1]),
            {},
            "direct separable banded columns patches fourier windows",
        ),
        (COLOUR, full(7), {}, "direct banded columns patches fourier windows"),  # of full rank
        (COLOUR, SOBEL[:1], {}, "direct banded columns patches fourier windows"),  # a single row has no factors
        (COLOUR, SOBEL, {"channels": "sum"}, "direct patches fourier windows"),
        (np.full((200, 90), 2**44), np.full((5, 5), 8), {}, "direct separable banded columns patches windows"),
    ],
    ids=["low rank", "full rank", "row", "sum over channels", "near 2^53"],
)
def test_every_engine_offers_what_it_can_do(picture: Any, kernel: Any, options: Any, names: str) -> None:
    """And nothing else; the one whose offer is the lowest is chosen."""
    plan = prepare(picture, kernel, Options.of(**options)).plan
    assert {name for name, _ in plan.costs} == set(names.split())
    assert plan.seconds == min(seconds for _, seconds in plan.costs)
    assert plan.engine == plan.costs[0][0]


@pytest.mark.parametrize(
    ("picture", "kernel", "engine", "arithmetic"),
    [
        (COLOUR, SOBEL, "separable", "int16"),
        (COLOUR, SOBEL, "direct", "int16"),
        (COLOUR, np.outer([1, 2, 1], [1, 2, 1]) / 16, "separable", "int16"),
        (COLOUR, np.outer([0.1, 0.37, 0.2], [0.3, 0.41]), "separable", "float32"),
        (COLOUR, SOBEL, "banded", "float32"),
        (COLOUR, SOBEL * 2**17, "patches", "float64"),
        (COLOUR, SOBEL, "fourier", "float64"),
        (GREY, SOBEL, "direct", "float32"),
        (GREY.astype(np.float64), full(5), "banded", "float64"),
    ],
)
def test_sums_are_done_in_the_fewest_bytes_that_are_exact(
    picture: Any, kernel: Any, engine: str, arithmetic: str
) -> None:
    """Whole numbers in integers, or in floats that hold them; others in the result's own precision."""
    assert prepare(picture, kernel, Options.of(engine=engine)).plan.arithmetic == arithmetic


def test_exactness_comes_before_speed() -> None:
    """No engine offers arithmetic that could lose a digit of an exact response."""
    picture = np.full((200, 90), 2**15 - 1, np.int16)
    for kernel in (np.full((5, 5), 40.0), np.random.default_rng(3).integers(1, 2000, (5, 5))):
        bound = int(kernel.sum()) * 2**15
        names = [name for name, _ in prepare(picture, kernel).plan.costs]
        assert len(names) >= 4
        for name in names:
            arithmetic = np.dtype(prepare(picture, kernel, Options.of(engine=name)).plan.arithmetic)
            limit = np.iinfo(arithmetic).max if arithmetic.kind == "i" else 2 ** (np.finfo(arithmetic).nmant + 1)
            assert limit >= bound - 2**15, name


def test_the_lowest_offer_wins() -> None:
    """A new engine is chosen when it is the cheapest, stands last when it is the dearest, and may offer nothing."""
    usual = prepare(COLOUR, full(5)).plan
    with listed(in_a_second), listed(at_once), listed(never):
        plan = prepare(COLOUR, full(5), Options.of(jobs=1)).plan
    assert plan.engine == "at_once"
    assert [name for name, _ in plan.costs] == ["at_once", *(name for name, _ in usual.costs), "in_a_second"]
    assert [seconds for _, seconds in plan.costs] == sorted(seconds for _, seconds in plan.costs)
    assert prepare(COLOUR, full(5)).plan.engine == usual.engine  # and is forgotten with its row


def test_what_is_tiny_is_not_compared() -> None:
    """Comparing would take longer than computing; a name is heeded all the same."""
    tiny = COLOUR[:20, :20]
    with listed(at_once):
        assert prepare(tiny, SOBEL).plan.costs[0][0] == "direct"
        assert len(prepare(tiny, SOBEL).plan.costs) == 1
        assert prepare(tiny, SOBEL, Options.of(engine="at_once")).plan.engine == "at_once"


def test_threads_share_what_is_worth_sharing() -> None:
    """A second's work is estimated at a third for three threads; an instant's is left to one."""
    with listed(at_once), listed(in_a_second):
        shared = prepare(COLOUR, full(5), Options.of(jobs=3, engine="in_a_second")).plan
        assert (shared.jobs, shared.seconds) == (3, pytest.approx(1 / 3))
        assert prepare(COLOUR, full(5), Options.of(engine="in_a_second")).plan.jobs == processors()
        alone = prepare(COLOUR, full(5), Options.of(jobs=3, engine="at_once")).plan
        assert (alone.jobs, alone.seconds) == (1, 1e-9)


def test_the_plan_prints_its_choice_and_what_it_took() -> None:
    """Engine, arithmetic, threads, the estimate, the others' estimates; the seconds of a run where they are given."""
    relay = prepare(COLOUR, SOBEL, Options.of(engine="direct")).plan.relay
    plan = Plan((("banded", 0.0012), ("direct", 0.034), ("patches", 1.5)), 2, relay)
    assert plan.reason() == "banded in int16, 2 threads, about 1.2 ms (beside direct 34 ms, patches 1.5 s)"
    assert plan.reason(0.0032449) == f"{plan.reason()}; took 3.24 ms"
    assert Plan(plan.costs[:1], 1, relay).reason() == "banded in int16, 1 thread, about 1.2 ms"


def test_a_run_returns_the_seconds_it_took() -> None:
    """More than none, and no more than passed around it."""
    correlation = prepare(COLOUR, SOBEL)
    sink = KeepSink(correlation.problem.response_shape, correlation.problem.result_dtype)
    began = time.perf_counter()
    took = correlation.run(sink)
    assert 0 < took <= time.perf_counter() - began


def test_a_named_engine_is_used_or_refused_by_name() -> None:
    """An engine that does not apply is no choice; the message names those that are."""
    assert prepare(GREY, full(5), Options.of(engine="direct")).plan.engine == "direct"
    with pytest.raises(UnknownNameError) as refused:
        prepare(GREY, full(5), Options.of(engine="separable"))  # full rank
    assert "no engine for this problem is called 'separable'" in str(refused.value)
    assert all(name in str(refused.value) for name in ("direct", "banded", "patches", "fourier"))
    with pytest.raises(UnknownNameError, match="did you mean banded"):
        prepare(GREY, full(5), Options.of(engine="banned"))
    with listed(never), pytest.raises(UnknownNameError, match="called 'never'; choose from"):
        prepare(GREY, full(5), Options.of(engine="never"))


def test_a_plan_is_remembered_for_an_equal_problem_alone() -> None:
    """The same runner for the next picture of the same size; another for other weights, borders or shapes."""
    weights = full(5)
    first = prepare(COLOUR, weights).plan
    assert prepare(COLOUR.copy(), weights.copy(), Options.of(jobs=1)).plan.runner is first.runner
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
