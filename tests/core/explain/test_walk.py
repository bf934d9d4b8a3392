"""The walk of `explain`: windows, sources, products and sums against the nested loop and the engines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.explain.walk import walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.errors import GeometryError, KernelError, OptionError
from tests.oracles import correlate_plane

BORDERS = ["edge", "zero", "symmetric", "reflect", "wrap", "constant:7"]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    shape=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    padding=st.tuples(*[st.integers(0, 9)] * 4),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    dilation=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    border=st.sampled_from(BORDERS),
    seed=st.integers(0, 99),
)
def test_every_step_is_the_definition(
    shape: tuple[int, int],
    kernel: tuple[int, int],
    padding: tuple[int, int, int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    border: str,
    seed: int,
) -> None:
    """Value, window and products of each output, for any padding, stride, dilation and border, with a bias."""
    rng = np.random.default_rng(seed)
    plane, weights = rng.integers(-99, 100, shape), rng.integers(-9, 10, kernel)
    span = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    padding = (padding[0] + span[0], padding[1], padding[2] + span[1], padding[3])
    options = {"padding": padding, "stride": stride, "dilation": dilation}
    name, fill = ("zero", 7) if border == "constant:7" else (border, 0)
    expected = correlate_plane(plane, weights, border=name, fill=fill, bias=-3, **options)
    found = walk(plane, Kernel("k", weights), Window.of(border=border, **options), bias=-3)
    steps = list(found.steps())
    assert [step.at for step in steps] == list(np.ndindex(*expected.shape))
    assert [step.value for step in steps] == expected.ravel().tolist()
    for step in steps:
        assert np.array_equal(step.window * weights, step.products)
        assert step.products.sum() + step.bias == step.value


def test_a_step_says_which_samples_it_saw() -> None:
    """Rows and columns in the input's own count, stride and dilation in them, and what came from beyond."""
    plane = np.arange(30).reshape(5, 6)
    kernel, padding = Kernel("k", np.ones((2, 3))), (2, 0, 1, 3)
    step = walk(plane, kernel, Window.of(border="reflect", padding=padding, stride=2, dilation=2)).step(0, 2)
    assert (step.rows, step.columns) == ((-2, 0), (3, 5, 7))
    assert step.window.tolist() == [[15, 17, 15], [3, 5, 3]]
    assert step.beyond.tolist() == [[True, True, True], [False, False, True]]


def test_a_convolution_is_walked_with_the_kernel_flipped() -> None:
    """Given as 0 1; 2 3 and multiplied as 3 2; 1 0; its values are those of `convolve`."""
    plane, kernel = np.arange(12).reshape(3, 4) ** 2, Kernel("k", [[0, 1], [2, 3]])
    found = walk(plane, kernel, Window.of(border="wrap"), convolve=True)
    assert found.kernel.weights.tolist() == [[3, 2], [1, 0]]
    assert found.given.weights.tolist() == [[0, 1], [2, 3]]
    values = np.array([step.value for step in found.steps()]).reshape(found.shape)
    assert np.array_equal(values, convolve(plane, kernel, border="wrap"))


@pytest.mark.parametrize("size", ["same", "valid", "full"])
def test_values_are_those_of_apply(size: str) -> None:
    """Real weights and uint8 samples: what the engines compute, to their rounding; the default border too."""
    rng = np.random.default_rng(4)
    plane, kernel = rng.integers(0, 256, (6, 7), dtype=np.uint8), Kernel("k", rng.normal(size=(3, 2)))
    found = walk(plane, kernel, Window.of(size=size), bias=0.25)
    expected = correlate(plane, kernel, size=size, bias=0.25, precision="float64")
    assert found.shape == expected.shape
    assert np.allclose([step.value for step in found.steps()], expected.ravel(), rtol=1e-12, atol=1e-10)


def test_samples_that_are_no_numbers_stay_what_they_are() -> None:
    """NaN gives NaN, infinity infinity; huge numbers do not overflow on the way; a fraction fills."""
    kernel = Kernel("k", [[1, 1, -1]])
    found = walk([[math.nan, math.inf, 1e308, 1.0, 1.7e308, 1.7e308]], kernel, Window.of(size="valid"))
    assert [str(step.value) for step in found.steps()] == ["nan", "inf", str(1e308 - 1.7e308), "1.0"]
    large = walk([[1.7e308, 1.7e308, 1.7e308]], kernel, Window.of(size="valid")).step(0, 0)
    assert large.value == math.inf  # 3.4e308 on the way
    filled = walk([[2, 4]], Kernel("k", [[1, 0, 1]]), Window.of(border="constant:0.5")).step(0, 0)
    assert (filled.window.tolist(), filled.value) == ([[0.5, 2, 4]], 4.5)


def test_a_weight_of_zero_reads_nothing() -> None:
    """Beside 0 NaN and infinity are no part of the sum, as `correlate` has it."""
    found = walk([[math.nan, 2.0, 3.0, math.inf]], Kernel("k", [[0, 2, 1, 0]]), Window.of(size="valid"))
    step = found.step(0, 0)
    assert (step.value, step.products.tolist()) == (7.0, [[0, 4, 3, 0]])
    assert math.isnan(step.window[0, 0])


def test_unsigned_samples_beyond_int64_are_floats() -> None:
    """2**63 and more has no int64: it is shown as a float, not wrapped round."""
    step = walk(np.array([[2**63 + 4096, 1]], dtype=np.uint64), Kernel("k", [[1]])).step(0, 0)
    assert step.value == 2.0**63 + 4096


def test_positions_outside_and_what_is_no_plane_are_refused() -> None:
    """The message gives the range of rows and columns; colour and deep kernels are refused by name."""
    kernel = Kernel("k", [[0, 1], [2, 3]])
    found = walk(np.ones((3, 4)), kernel, Window.of(size="valid"))
    for at in ((2, 0), (0, 3), (-1, 0)):
        with pytest.raises(OptionError, match="the output is 2x3: ROW is 0 to 1, COL is 0 to 2"):
            found.step(*at)
    with pytest.raises(GeometryError, match="one channel"):
        walk(np.ones((3, 4, 3)), kernel)
    with pytest.raises(KernelError, match="weights for 3 channels; the picture has 1"):
        walk(np.ones((3, 4)), Kernel("deep", np.ones((3, 2, 2))))
    with pytest.raises(GeometryError, match="at most 2\\^40 rows"):
        walk(np.ones((3, 4)), kernel, Window.of(padding=(0, 0, 10**20, 0)))
    with pytest.raises(GeometryError, match="window spans 5"):
        walk(np.ones((3, 4)), Kernel("k", np.ones((5, 1))), Window.of(size="valid"))


def test_huge_strides_paddings_and_dilations_of_one_tap_are_walked() -> None:
    """A single tap spans one sample at any dilation; a far corner of a wide padding is the last sample."""
    found = walk([[5, 6]], Kernel("k", [[2]]), Window.of(dilation=10**20, stride=10**20))
    assert (found.shape, found.step(0, 0).value) == ((1, 1), 10)
    wide = walk([[5, 6]], Kernel("k", [[2]]), Window.of(padding=(10**12, 0, 0, 10**12), border="edge"))
    assert wide.step(10**12, 10**12).value == 12


def test_a_kernel_of_zeros_walks_beside_any_fill() -> None:
    """What the window shows beyond the edge is the fill to the last digit, and the sum is 0."""
    step = walk([[1]], Kernel("k", [[0, 0]]), Window.of(border="constant:10000000000000000000")).step(0, 0)
    assert (step.window.tolist(), step.value) == ([[10**19, 1]], 0)
