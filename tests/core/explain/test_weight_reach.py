"""Which inputs a weight meets, and for which outputs: against what changes when the weight, or an input, is changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.explain.walk import walk
from convcli.core.explain.weight_reach import WeightReach, weight_reach
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.errors import GeometryError, OptionError

Array = NDArray[Any]
SHAPE = (5, 7)
PLANE = np.random.default_rng(3).integers(1, 200, SHAPE)
KERNEL = Kernel("k", [[2, -3, 5, 1], [7, 4, -1, 6], [9, 8, 3, -2]], (0, 3))  # anchored
WINDOWS: dict[str, dict[str, Any]] = {
    "edge": {},
    "zero": {"border": "zero"},
    "reflect, full": {"border": "reflect", "size": "full"},
    "wrap, strided": {"border": "wrap", "stride": (2, 3)},
    "zero, dilated": {"border": "zero", "dilation": (2, 1)},
    "valid, strided": {"size": "valid", "stride": 2},
    "zero, padded unevenly": {"border": "zero", "padding": (3, 0, 1, 4)},
    "symmetric": {"border": "symmetric", "size": "full", "stride": 3},
    "constant": {"border": "constant:9"},
}


def outputs(plane: Array, weights: Array, window: Window, *, convolve: bool) -> Array:
    """All outputs, from the walk's own sums, one by one."""
    found = walk(plane, Kernel("k", weights, KERNEL.anchor), window, convolve=convolve)
    return np.array([step.value for step in found.steps()], dtype=float).reshape(found.shape)


def reached(name: str, weight: tuple[int, int], *, convolve: bool) -> WeightReach:
    """What is said of the weight under that window."""
    return weight_reach(walk(PLANE, KERNEL, Window.of(**WINDOWS[name]), convolve=convolve), weight)


@pytest.mark.parametrize("convolve", [False, True])
@pytest.mark.parametrize("name", WINDOWS)
def test_inputs_are_those_that_change_the_weights_part(name: str, convolve: bool) -> None:
    """Each input has a power of two of its own added, in a layer of that weight alone: an output's gain names it."""
    window = Window.of(**WINDOWS[name])
    for weight in ((0, 1), (2, 3)):
        alone = np.zeros((3, 4))
        alone[weight] = 1
        before = outputs(PLANE, alone, window, convolve=convolve)
        powers = 2 ** np.arange(PLANE.size).reshape(SHAPE)  # of 35 inputs: sums of them are exact
        changes = (outputs(PLANE + powers, alone, window, convolve=convolve) - before).astype(int)
        times = np.array([[np.count_nonzero(changes & power) for power in row] for row in powers])
        found = reached(name, weight, convolve=convolve)
        assert np.array_equal(found.times, times)
        assert (found.touched, found.inputs) == (np.count_nonzero(times), times.size)
        assert found.outputs == times.sum()  # each output reads one input through it, or none


@pytest.mark.parametrize("name", [name for name in WINDOWS if name != "constant"])
def test_outputs_are_those_that_change_with_the_weight(name: str) -> None:
    """A larger weight changes every output that it multiplies an input for, whose pixels are all above 0."""
    window = Window.of(**WINDOWS[name])
    for weight in ((0, 0), (1, 2)):
        larger = KERNEL.weights.copy()
        larger[weight] += 1
        changed = outputs(PLANE, larger, window, convolve=True) != outputs(PLANE, KERNEL.weights, window, convolve=True)
        found = reached(name, weight, convolve=True)
        assert (found.outputs, found.all_outputs) == (np.count_nonzero(changed), changed.size)


def test_the_rim_is_told_by_hand() -> None:
    """3x3 on 5x7, size kept: weight [0, 1] stands one row above, never on the last row; flipped, not on the first."""
    kernel = Kernel("k", [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    plain = weight_reach(walk(PLANE, kernel), (0, 1))
    assert (plain.rows.span, plain.columns.span, plain.beyond, plain.values) == ((0, 3), (0, 6), 7, (2.0,))
    turned = weight_reach(walk(PLANE, kernel, convolve=True), (0, 1))
    assert (turned.rows.span, turned.stands_at, turned.values) == ((1, 4), (2, 1), (2.0,))


def test_a_stride_leaves_gaps() -> None:
    """Every second row and column, from the weight's own place on."""
    found = reached("valid, strided", (1, 2), convolve=False)
    assert (found.rows.span, found.rows.step, found.columns.span, found.columns.step) == ((1, 3), 2, (2, 4), 2)


def test_weights_per_channel_meet_the_same_places_of_their_own_channel() -> None:
    """A value each."""
    weights = np.arange(12.0).reshape(2, 2, 3)
    found = weight_reach(walk(np.ones((4, 5, 2)), Kernel("k", weights)), (1, 2))
    assert (found.values, found.inputs) == ((5.0, 11.0), 20)


def test_a_weight_that_is_none_and_an_endless_output_are_refused() -> None:
    """With the kernel's size; and before memory is asked for."""
    with pytest.raises(OptionError, match="k is 3x4: I is 0 to 2, J is 0 to 3"):
        weight_reach(walk(PLANE, KERNEL), (0, 4))
    with pytest.raises(GeometryError, match="at most 16,777,216 rows or columns"):
        weight_reach(walk(PLANE, KERNEL, Window.of(border="zero", padding=2**35)), (0, 0))
