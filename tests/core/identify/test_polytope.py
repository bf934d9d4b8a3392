"""Weights within bounds, against every corner that two or three bounds make, and against SciPy's programmes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from convcli.core.identify.linear_program import furthest
from convcli.core.identify.polytope import Bounds, extent, middle, roomiest

MANY = 60


def cut_box(rng, size):
    """Random half-spaces that all hold one point, and the unit box around it, so that they enclose a polytope."""
    inside = rng.normal(size=size)
    rows = np.concatenate([rng.normal(size=(MANY, size)), np.eye(size), -np.eye(size)])
    room = np.concatenate([rng.uniform(0.01, 2.0, MANY), np.ones(2 * size)])
    return rows, rows @ inside + room, inside


def corners(rows, limits):
    """Every place where as many bounds meet as there are numbers, and that keeps all the others."""
    found = []
    for chosen in combinations(range(len(rows)), rows.shape[1]):
        try:
            place = np.linalg.solve(rows[list(chosen)], limits[list(chosen)])
        except np.linalg.LinAlgError:
            continue
        if (rows @ place <= limits + 1e-9).all():
            found.append(place)
    return np.array(found)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_direction_goes_as_far_as_the_furthest_corner(size: int) -> None:
    rng = np.random.default_rng(size)
    for _ in range(3):
        rows, limits, start = cut_box(rng, size)
        direction = rng.normal(size=size)
        best = float(((corners(rows, limits) - start) @ direction).max())
        found = furthest(direction, rows, limits, start, lambda value, bound: bound - value < 1e-9)
        assert found.value == pytest.approx(best, abs=1e-7)
        assert found.bound == pytest.approx(best, abs=1e-7)
        assert (rows @ found.numbers <= limits + 1e-7).all()


def test_an_unfinished_bound_is_passed_by_no_corner() -> None:
    rng = np.random.default_rng(7)
    rows, limits, start = cut_box(rng, 3)
    best = float((corners(rows, limits) - start)[:, 0].max())
    found = furthest(np.array([1.0, 0, 0]), rows, limits, start, lambda value, bound: bound < 2 * value)
    assert found.value - 1e-9 <= best <= found.bound < 2 * found.value


def test_ends_are_those_of_the_corners_and_the_middle_lies_between() -> None:
    rng = np.random.default_rng(11)
    rows, limits, start = cut_box(rng, 3)
    bounds = Bounds(rows, np.full(len(rows), -np.inf), limits)
    found, room = roomiest(bounds, start + 40.0)
    assert room == pytest.approx(float((limits - rows @ found).min()))
    assert room > 0
    centre, rays = middle(bounds, found)
    assert (rows @ centre < limits).all()
    low, high = extent(bounds, centre, rays)
    true = corners(rows, limits)
    assert (low <= true.min(axis=0) + 1e-9).all()
    assert (high >= true.max(axis=0) - 1e-9).all()
    assert (high - low <= 1.25 * np.ptp(true, axis=0)).all()


def test_bounds_that_contradict_each_other_have_no_room_and_say_by_how_much() -> None:
    """x + y <= 1, x >= 2, y >= 3 are short of each other by 4, which three bounds share: 4/3 each at best."""
    bounds = Bounds(np.array([[1.0, 1], [1, 0], [0, 1]]), np.array([-np.inf, 2, 3]), np.array([1.0, np.inf, np.inf]))
    assert roomiest(bounds, np.zeros(2))[1] < 0
    assert roomiest(bounds, np.zeros(2), closely=True)[1] == pytest.approx(-4 / 3, rel=0.25)


def test_a_thousand_black_windows_do_not_hide_the_others() -> None:
    """0 <= 0 x <= 1 says nothing, however often it is said."""
    table = np.concatenate([np.zeros((5000, 2)), [[3.0, 1], [1, -2]]])
    lower = np.concatenate([np.full(5000, -1e-3), [6.0, -4]])
    bounds = Bounds(table, lower, lower + 1).distinct()
    assert len(bounds.table) == 3
    found, room = roomiest(bounds, np.zeros(2))
    centre, rays = middle(bounds, found)
    low, high = extent(bounds, centre, rays)
    square = corners(np.concatenate([table[-2:], -table[-2:]]), np.array([7.0, -3, -6, 4]))
    assert room > 0
    np.testing.assert_allclose(low, square.min(axis=0), atol=0.1 * np.ptp(square[:, 0]))
    np.testing.assert_allclose(high, square.max(axis=0), atol=0.1 * np.ptp(square[:, 0]))


def test_ends_of_weights_behind_rounded_answers_are_scipys() -> None:
    """Eight weights from 400 windows of noise, whose answers are rounded; no end is short, none a fifth too far."""
    optimize = pytest.importorskip("scipy.optimize")
    rng = np.random.default_rng(3)
    windows = rng.integers(0, 256, (400, 8)).astype(float)
    answers = np.rint(windows @ (rng.random(8) / 4))
    bounds = Bounds(windows, answers - 0.5, answers + 0.5)
    centre, rays = middle(bounds, roomiest(bounds, np.zeros(8))[0])
    low, high = extent(bounds, centre, rays)
    table, limits = bounds.one_sided()
    for number in range(8):
        cost = np.eye(8)[number]
        least, most = (
            sign * optimize.linprog(sign * cost, table, limits, bounds=(None, None)).fun for sign in (1, -1)
        )  # fmt: skip
        assert low[number] <= least + 1e-9
        assert high[number] >= most - 1e-9
        assert high[number] - low[number] <= 1.25 * (most - least)
