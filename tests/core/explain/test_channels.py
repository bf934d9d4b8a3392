"""The walk of a kernel with weights per channel: products of each channel, and their sum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.explain.walk import walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.report.explain.record import explain_record

RNG = np.random.default_rng(84)


@pytest.mark.parametrize("window", [{}, {"size": "full"}, {"border": "wrap", "stride": 2}, {"dilation": 2}])
@pytest.mark.parametrize("flips", [False, True])
def test_every_output_is_the_sum_over_channels(window: dict[str, Any], *, flips: bool) -> None:
    """What the engines say; each channel's part by itself, by hand."""
    picture, weights = RNG.integers(0, 256, (5, 6, 3), dtype=np.uint8), RNG.integers(-5, 6, (3, 2, 3))
    kernel = Kernel("k", weights)
    found = walk(picture, kernel, Window.of(**window), bias=7.0, convolve=flips)
    response = (convolve if flips else correlate)(picture, kernel, bias=7.0, **window)
    used = weights[:, ::-1, ::-1] if flips else weights
    assert found.shape == response.shape
    for step in found.steps():
        assert step.value == response[step.at]
        assert step.window.shape == (3, 2, 3)
        assert np.array_equal(step.products, step.window * used)
        parts = [channel.step(*step.at) for channel in found.channels]
        assert [part.value for part in parts] == step.products.sum(axis=(1, 2)).tolist()
        assert all(np.array_equal(part.window, step.window[c]) for c, part in enumerate(parts))
        assert sum(part.value for part in parts) + 7 == step.value


def test_the_record_keeps_the_contract_for_scripts() -> None:
    """window, kernel and products are matrices, channels below one another; their product and sum are as ever."""
    picture = RNG.normal(size=(4, 5, 2))
    found = walk(picture, Kernel("k", RNG.normal(size=(2, 3, 3))), bias=0.5)
    record = explain_record(found, found.step(0, 1))
    window, kernel, products = (np.array(record[key]) for key in ("window", "kernel", "products"))
    assert window.shape == kernel.shape == products.shape == (6, 3)
    np.testing.assert_allclose(window * kernel, products)
    assert products.sum() + record["bias"] == pytest.approx(record["value"])
    assert record["rows"] == (-1, 0, 1, -1, 0, 1)
    assert np.array(record["beyond"]).tolist() == ([[True] * 3] + [[False] * 3] * 2) * 2
    assert [part["channel"] for part in record["channels"]] == [0, 1]
    assert np.array_equal(np.concatenate([part["products"] for part in record["channels"]]), products)
    assert sum(part["sum"] for part in record["channels"]) == pytest.approx(record["value"] - 0.5)


def test_a_plain_kernel_has_no_channels() -> None:
    """Its record has no further key, and a picture of one channel may be (H, W)."""
    found = walk(np.ones((3, 3)), Kernel("k", [[1]]))
    assert found.channels == ()
    assert "channels" not in explain_record(found, found.step(0, 0))
    assert walk(np.ones((3, 3)), Kernel("k", [[[2]]])).step(1, 1).value == 2
