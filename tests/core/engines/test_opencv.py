"""OpenCV as an engine: who asks for it gets it, with the same exactness and locality, and nobody else does."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import prepare
from convcli.core.problem.options import Options
from convcli.errors import OptionError, UnknownNameError

pytest.importorskip("cv2")
RNG = np.random.default_rng(6)


def by_opencv(picture: Any, kernel: Any, **options: Any) -> Any:
    """The correlation as it runs it."""
    correlation = prepare(picture, kernel, Options.of(engine="opencv", **options))
    assert correlation.plan.engine == "opencv"
    return correlation.response()


def valid(plane: Any, kernel: Any) -> tuple[Any, Any]:
    """sum k x and sum |k| |x| of every valid window, in long double."""
    windows = np.lib.stride_tricks.sliding_window_view(plane.astype(np.longdouble), kernel.shape)
    return np.einsum("rcij,ij->rc", windows, kernel), np.einsum("rcij,ij->rc", np.abs(windows), np.abs(kernel))


LARGEST = [(np.float32, (11, 11)), (np.float32, (3, 43)), (np.float64, (7, 7)), (np.float64, (49, 1))]


@pytest.mark.parametrize(("dtype", "size"), LARGEST)
@pytest.mark.parametrize("spike", [1.0, 1e8, 1e20])
def test_up_to_the_largest_kernel_no_error_leaves_its_window(dtype: Any, size: tuple[int, int], spike: float) -> None:
    """One huge sample in noise: were a kernel transformed, it would drown the windows beside it."""
    plane = RNG.random((70, 90)).astype(dtype)
    plane[40, 31] = spike
    kernel = RNG.normal(size=size)
    sums, sizes = valid(plane, kernel)
    share = kernel.size * float(np.finfo(dtype).eps)
    assert (np.abs(by_opencv(plane, kernel, size="valid") - sums) <= share * sizes).all()


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, (10, 13)), (np.float64, (5, 10)), (np.uint8, (12, 11))])
def test_larger_kernels_it_does_not_offer_to_run(dtype: Any, size: tuple[int, int]) -> None:
    """OpenCV transforms from 130 weights on, in float64 from 50 on."""
    with pytest.raises(UnknownNameError, match="opencv"):
        prepare(np.ones((60, 60), dtype), RNG.normal(size=size), Options.of(engine="opencv"))


@pytest.mark.parametrize("largest", [255, 40_000, 2**30])
def test_whole_numbers_are_exact(largest: int) -> None:
    """In float32, and beyond what it holds in float64."""
    picture = RNG.integers(0, largest, (23, 31), endpoint=True)
    picture[3, 4] = largest
    kernel = RNG.integers(-9, 10, (5, 4))
    windows = np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)
    assert np.array_equal(by_opencv(picture, kernel, size="valid"), np.einsum("rcij,ij->rc", windows, kernel))


def test_no_plan_chooses_it_nor_loads_it() -> None:
    """What else is installed changes no result: it has to be named."""
    code = (
        "import sys, numpy as np; from convcli.core.correlation.correlate import prepare;"
        "plan = prepare(np.ones((2000, 2000), np.float32), np.random.default_rng(1).normal(size=(5, 5))).plan;"
        "print('opencv' in dict(plan.costs), 'cv2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_where_it_is_missing_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else of the engine is asked."""
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "cv2" else found(name))
    with pytest.raises(OptionError, match=r"pip install 'convcli\[opencv\]'"):
        prepare(np.ones((5, 9)), [[1.5, 2.5]], Options.of(engine="opencv"))
