"""One-dimensional passes, each against the sum written out: a loop over outputs and taps."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from convcli.core.arithmetic.band_pass import BandPass
from convcli.core.arithmetic.calls import run_steps
from convcli.core.arithmetic.weighted_rows import weighted_rows

RNG = np.random.default_rng(17)
DTYPE = np.dtype(np.float64)
SHAPES = list(itertools.product((1, 3, 4, 16), (1, 2), (1, 3)))  # block, stride, dilation


def by_loop(vectors: Any, taps: Any, count: int, stride: int, dilation: int) -> Any:
    """out[n, r] = sum_i taps[i] * vectors[n, r * stride + i * dilation]."""
    out = np.zeros((len(vectors), count))
    for n, r, i in np.ndindex(len(vectors), count, len(taps)):
        out[n, r] += taps[i] * vectors[n, r * stride + i * dilation]
    return out


@pytest.mark.parametrize(("block", "stride", "dilation"), SHAPES)
@pytest.mark.parametrize("count", [1, 5, 16, 21])
def test_down_turned_and_across_are_the_sum_written_out(block: int, stride: int, dilation: int, count: int) -> None:
    """Whole blocks and what is left of them; memory with gaps between the rows; the same sums in three layouts."""
    taps = RNG.integers(-9, 9, 4).astype(float)  # whole numbers: sums are exact in any order
    needed = (count - 1) * stride + 3 * dilation + 1
    strip = RNG.integers(-9, 9, (needed, 12)).astype(float)[:, :7]
    expected = by_loop(strip.T, taps, count, stride, dilation)
    band = BandPass(taps, stride, dilation, block, DTYPE)
    down, turned, across = np.empty((count, 7)), np.empty((7, count + 2))[:, :count], np.empty((7, count))
    run_steps(band.down(strip, down))
    run_steps(band.turned(strip, turned))
    run_steps(band.across(np.ascontiguousarray(strip.T), across))
    assert np.array_equal(down.T, expected)
    assert np.array_equal(turned, expected)
    assert np.array_equal(across, expected)


def test_a_turned_product_too_large_for_one_call_is_the_same_in_pieces() -> None:
    """20,000 columns times 16 x 116 multiplications."""
    taps, strip = RNG.integers(-9, 9, 101).astype(float), RNG.integers(-9, 9, (116, 20_000)).astype(float)
    band = BandPass(taps, 1, 1, 16, DTYPE)
    down, turned = np.empty((16, 20_000)), np.empty((20_000, 16))
    run_steps(band.down(strip, down))
    run_steps(band.turned(strip, turned))
    assert np.array_equal(turned.T, down)
    assert np.array_equal(down[3], taps @ strip[3:104])


@pytest.mark.parametrize("gap", [1, 3, 4])
def test_weighted_rows_are_the_sum_written_out(gap: int) -> None:
    """Taps without symmetry, samples of other colours between them."""
    taps, strip = RNG.integers(-9, 9, 5).astype(float), RNG.integers(-9, 9, (3, 40)).astype(float)
    out = np.empty((3, 40 - 4 * gap))
    run_steps(weighted_rows(taps, gap, strip, out))
    assert np.array_equal(out, by_loop(strip, taps, out.shape[1], 1, gap))
