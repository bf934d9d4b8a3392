"""From bytes to bytes: every engine's response, left where the engine likes it, makes the same pixels."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from convcli.core import spare_byte
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import PixelSink
from convcli.core.display.mapping import Mapping, mapping
from convcli.core.engines import ENGINES
from convcli.core.problem.options import Options

RNG = np.random.default_rng(33)
COLOUR = RNG.integers(0, 256, (41, 53, 3), dtype=np.uint8)
KERNELS = {
    "sobel-x": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "box": np.full((3, 3), 1 / 9),
    "blur": np.outer([0.1, 0.2, 0.4, 0.2, 0.1], [0.3, 0.4, 0.3]),
    "long blur": np.outer(np.hanning(25), np.hanning(27)) / 200,
    "full rank": RNG.normal(size=(4, 5)),
}
NO_OFFERS = {("separable", "full rank"), ("opencv", "long blur")}
PAIRS = [pair for pair in itertools.product(ENGINES.names(), KERNELS) if pair not in NO_OFFERS]


def by_hand(picture: Any, kernel: Any) -> Any:
    """Raw responses of size valid, in float64."""
    windows = sliding_window_view(picture.astype(np.float64), kernel.shape, axis=(0, 1))
    return np.einsum("rcdij,ij->rcd", windows, kernel)


@pytest.mark.parametrize(("name", "of"), PAIRS)
@pytest.mark.parametrize("display", ["clip", "abs", "offset"])
def test_pixels_are_the_rounded_response(name: str, of: str, display: str) -> None:
    """Rounded and clamped by hand; knowing the responses' range changes nothing but the time."""
    kernel = KERNELS[of]
    correlation, raw = prepare(COLOUR, kernel, Options.of(size="valid", engine=name)), by_hand(COLOUR, kernel)
    shown = {"clip": raw, "abs": np.abs(raw), "offset": raw + 128}[display]
    pixels = Response(correlation).pixels([mapping(display, np.uint8)], np.uint8).array[:, :, 0]
    blind = PixelSink(np.empty(correlation.problem.response_shape, np.uint8), [mapping(display, np.uint8)])
    correlation.run(blind)
    assert np.array_equal(pixels, blind.pixels[:, :, 0])
    clear = np.abs(shown % 1 - 0.5) > 1e-4  # float32 may round a tie either way
    assert np.array_equal(pixels[clear], np.clip(np.rint(shown), 0, 255)[clear])


@pytest.mark.parametrize("name", ENGINES.names())
def test_a_bank_of_pixels_comes_kernel_by_kernel(name: str) -> None:
    """Two kernels on three channels, each as it is alone."""
    bank = np.stack([np.outer([1, 2, 1], [0.1, 0.2]), np.outer([3, 0, -1], [0.5, 0.25])])
    correlation = prepare(COLOUR, bank, Options.of(size="valid", engine=name))
    pixels = Response(correlation).pixels([mapping("clip", np.uint8)], np.uint8).array
    for f in range(2):
        raw = by_hand(COLOUR, bank[f])
        clear = np.abs(raw % 1 - 0.5) > 1e-4
        assert np.array_equal(pixels[:, :, f][clear], np.clip(np.rint(raw), 0, 255)[clear])


@pytest.mark.parametrize("display", ["clip", "abs", "offset", "signed"])
@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS.keys())
def test_a_spare_byte_leaves_the_pixels_as_they_are(kernel: Any, display: str) -> None:
    """Memory of four bytes a pixel where there are colours of bytes, and the same colours."""
    response = Response(prepare(COLOUR, kernel))
    mappings = [mapping(display, np.uint8, -700, 900)]
    plain = response.pixels(mappings, np.uint8).array
    spaced = response.pixels(mappings, np.uint8, spare=True).array
    assert spaced.shape == plain.shape == (*COLOUR.shape[:2], 1, 3)
    assert np.array_equal(spaced, plain)
    memory = spare_byte.memory_of(spaced[:, :, 0])
    assert memory is not None
    assert np.array_equal(memory[..., :3], plain[:, :, 0])
    grey = Response(prepare(COLOUR[:, :, 0], kernel)).pixels(mappings, np.uint8, spare=True).array
    assert grey.flags.c_contiguous  # colours alone have a spare byte


@pytest.mark.parametrize(
    ("kernel", "low", "high"),
    [([[1, 1]], 0, 510), ([[-1, 1]], -255, 255), ([[0.25, 0.75]], 0, 255), ([[-2, 0]], -510, 0)],
)
def test_the_range_of_responses_is_known_beforehand(kernel: Any, low: float, high: float) -> None:
    """For bytes: 255 times the sums of the negative and of the positive weights."""
    problem = prepare(COLOUR, kernel).problem
    assert problem.response_range == (low, high)
    assert prepare(COLOUR, kernel, Options.of(bias=7)).problem.response_range == (low + 7, high + 7)


def test_a_negative_fill_and_signed_samples_widen_the_range() -> None:
    """Beyond the edge there may be what no byte holds; floats have no range at all."""
    assert prepare(COLOUR, [[1, 1]], Options.of(border="constant:-9")).problem.response_range == (-510, 510)
    assert prepare(COLOUR.astype(np.int16), [[1, 0]]).problem.response_range == (-32768, 32768)
    assert prepare(COLOUR.astype(np.float32), [[1, 0]]).problem.response_range == (-np.inf, np.inf)


def test_a_mapping_clamps_unless_it_knows_better() -> None:
    """0..255 needs no clamp, -1..255 does; nothing is known of infinite ranges."""
    plain = mapping("clip", np.uint8)
    assert not plain.knowing(0, 255).clamps
    assert plain.knowing(-1, 255).clamps
    assert plain.knowing(0, 256).clamps
    assert plain.knowing(-np.inf, np.inf) == plain
    assert not mapping("abs", np.uint8).knowing(-255, 3).clamps
    assert not Mapping(255, slope=-1, offset=255).knowing(0, 255).clamps
    assert not mapping("offset", np.uint8).knowing(-128, 127).clamps
