"""The laws of kernels with weights per channel, and correlations that get the channels wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from convcli.core.correlation.correlate import correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.checks import check_laws
from convcli.core.laws.contrast import contrast

SECOND = Kernel("g", [[1, 2, 0], [0, -1, 3]])
ALL = {"flip", "commutativity", "associativity", "linearity", "convolution-theorem", "adjoint"}
RNG = np.random.default_rng(83)


def picture(channels: int, dtype: Any = np.uint8) -> np.ndarray:
    """Uneven in every axis."""
    return RNG.integers(0, 256, (9, 11, channels)).astype(dtype)


@pytest.mark.parametrize("border", ["edge", "zero", "symmetric", "reflect", "wrap", "constant:7"])
@pytest.mark.parametrize("channels", [1, 2, 3, 5])
def test_the_laws_hold_exactly_for_whole_numbers(channels: int, border: str) -> None:
    """Both routes add the channels, and differ by nothing."""
    kernel = Kernel("k", RNG.integers(-5, 6, (channels, 3, 4)))
    checks = check_laws(picture(channels), kernel, SECOND, rule=border)
    assert {check.name for check in checks} == ALL | {"young"}
    assert [(check.max_error, check.tolerance) for check in checks] == [(0.0, 0.0)] * len(checks)


@pytest.mark.parametrize("anchor", [None, (0, 2)])
def test_the_laws_hold_to_rounding_for_real_weights(anchor: tuple[int, int] | None) -> None:
    """An anchor of its own, too; a kernel larger than the picture."""
    for shape in ((3, 2, 3), (3, 12, 13)):
        kernel = Kernel("k", RNG.normal(size=shape), anchor)
        for check in check_laws(picture(3, np.float64), kernel, SECOND):
            assert check.holds, check
            assert 0 < check.tolerance < 1e-3


def test_a_picture_of_one_plane_is_one_channel() -> None:
    """(H, W) and (1, h, w)."""
    kernel = Kernel("k", RNG.integers(-5, 6, (1, 2, 3)))
    assert all(check.holds for check in check_laws(picture(1)[:, :, 0], kernel, SECOND))


def _first_channel_alone(given: np.ndarray, kernel: Kernel, /, **keywords: Any) -> Any:
    if kernel.channels is None:
        return correlate(given, kernel, **keywords)
    return correlate(given[:, :, 0], Kernel("k", kernel.weights[0], kernel.anchor), **keywords)


def _weights_in_another_order(given: np.ndarray, kernel: Kernel, /, **keywords: Any) -> Any:
    weights = kernel.weights[::-1] if kernel.channels else kernel.weights
    return correlate(given, Kernel("k", weights, kernel.anchor), **keywords)


def _the_mean_of_the_channels(given: np.ndarray, kernel: Kernel, /, **keywords: Any) -> Any:
    response = correlate(given, kernel, **keywords)
    return response // kernel.channels if kernel.channels else response


@pytest.mark.parametrize("wrong", [_first_channel_alone, _weights_in_another_order, _the_mean_of_the_channels])
def test_a_correlation_that_gets_the_channels_wrong_breaks_the_laws(wrong: Callable[..., Any]) -> None:
    """The independent routes see it."""
    checks = check_laws(picture(3), Kernel("k", RNG.integers(1, 6, (3, 2, 3))), SECOND, correlate=wrong)
    # Young's inequality sees only what makes the sum of magnitudes too large.
    assert {check.name for check in checks if not check.holds} - {"young"} == ALL


def test_the_contrast_adds_the_channels() -> None:
    """Both responses are SciPy's, channel by channel, added up."""
    given, weights = picture(3), RNG.integers(-5, 6, (3, 3, 3))
    found = contrast(given, Kernel("k", weights))
    for response, each in ((found.correlation, weights), (found.convolution, weights[:, ::-1, ::-1])):
        expected = sum(ndimage.correlate(given[:, :, c].astype(int), each[c], mode="nearest") for c in range(3))
        assert np.array_equal(response, expected)
