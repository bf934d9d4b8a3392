"""Groups: grouped and depthwise layers against a nested loop and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from convcli import correlate
from convcli.core.kernel.grouping import spread
from convcli.errors import KernelError, OptionError
from tests.oracles import correlate_plane, same_padding

RNG = np.random.default_rng(81)


def looped(picture: np.ndarray, weights: np.ndarray, groups: int, border: str = "edge") -> np.ndarray:
    """The definition, plane by plane: filter f sees the channels of its own group."""
    filters, own, h, w = weights.shape
    maps = []
    for f in range(filters):
        first = f // (filters // groups) * own
        planes = [
            correlate_plane(picture[:, :, first + c], weights[f, c], border=border, padding=same_padding(h, w))
            for c in range(own)
        ]
        maps.append(sum(np.asarray(plane, dtype=float) for plane in planes))
    return np.stack(maps, axis=-1)


@pytest.mark.parametrize(
    ("channels", "filters", "groups"),
    [(3, 3, 3), (3, 6, 3), (4, 2, 2), (4, 6, 2), (6, 3, 3), (2, 2, 2), (4, 4, 1), (6, 12, 6), (4, 8, 4), (6, 4, 2)],
)
def test_groups_are_the_nested_loop(channels: int, filters: int, groups: int) -> None:
    """Whole numbers exactly, floats to rounding; the filters of a group see its channels and no others."""
    picture = RNG.integers(0, 256, (7, 9, channels), dtype=np.uint8)
    weights = RNG.integers(-4, 5, (filters, channels // groups, 3, 2)).astype(float)
    assert np.array_equal(correlate(picture, weights, groups=groups), looped(picture, weights, groups))
    real, given = RNG.normal(size=weights.shape), picture.astype(float)
    np.testing.assert_allclose(correlate(given, real, groups=groups), looped(given, real, groups), atol=1e-9)


def test_depthwise_is_scipy_channel_by_channel() -> None:
    """Plain kernels, one for each channel, need no axis of one."""
    picture, kernels = RNG.normal(size=(12, 10, 4)), RNG.normal(size=(4, 5, 3))
    expected = [ndimage.correlate(picture[:, :, c], kernels[c], mode="nearest") for c in range(4)]
    np.testing.assert_allclose(correlate(picture, kernels, groups=4), np.stack(expected, axis=-1), atol=1e-9)


def test_nan_in_one_channel_stays_in_its_group() -> None:
    """The zeros of the other groups are no weights."""
    picture = RNG.normal(size=(5, 5, 2))
    picture[2, 2, 0] = np.nan
    response = correlate(picture, np.ones((2, 1, 3, 3)), groups=2)
    assert np.isnan(response[1:4, 1:4, 0]).all()
    assert np.isfinite(response[..., 1]).all()


@pytest.mark.parametrize(
    ("shape", "depth", "groups", "words"),
    [
        ((4, 1, 3, 3), 3, 2, "shares out the 3 channels of the picture evenly"),
        ((4, 1, 3, 3), 3, 3, "shares out the 4 kernels evenly"),
        ((4, 3, 3, 3), 4, 2, "weights for 3 channels, with 2 groups of a picture of 6; this one has 4"),
        ((2, 3, 3), 4, 2, "weights for 1 channels"),
        ((1, 1, 3, 3), 3, 0, "groups: 0 is not allowed"),
    ],
)
def test_groups_that_share_nothing_out_are_refused(shape: tuple[int, ...], depth: int, groups: int, words: str) -> None:
    """With the rule and both numbers."""
    with pytest.raises((KernelError, OptionError), match=words):
        spread(np.ones(shape), depth, groups, "k")


def test_more_weights_than_a_machine_should_hold_are_refused() -> None:
    """Zeros included: a depthwise layer of very many channels."""
    with pytest.raises(KernelError, match="2\\^26 weights"):
        spread(np.ones((9000, 1, 3, 3)), 9000, 9000, "k")
