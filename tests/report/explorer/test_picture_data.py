"""A picture in the page's data: every sample as it was, read back by its definition."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.samples import check_picture
from convcli.errors import GeometryError
from convcli.report.explorer.picture_data import fitting, picture_record, shown_picture

NUMBERS = np.random.default_rng(41)
HELD = {
    "uint8": NUMBERS.integers(0, 256, (5, 7), dtype=np.uint8),
    "colours": NUMBERS.integers(0, 256, (5, 7, 3), dtype=np.uint8),
    "uint16": NUMBERS.integers(0, 65536, (5, 7), dtype=np.uint16),
    "big-endian": NUMBERS.integers(0, 65536, (5, 7)).astype(">u2"),
    "int8": NUMBERS.integers(-128, 128, (5, 7), dtype=np.int8),
    "int16": NUMBERS.integers(-32768, 32768, (5, 7), dtype=np.int16),
    "uint32": NUMBERS.integers(0, 2**32, (5, 7), dtype=np.uint32),
    "int64": NUMBERS.integers(-(2**53), 2**53, (5, 7)),
    "truths": NUMBERS.integers(0, 2, (5, 7)).astype(bool),
    "float16": NUMBERS.normal(0, 9, (5, 7)).astype(np.float16),
    "float32": NUMBERS.normal(0, 9, (5, 7, 2)).astype(np.float32),
    "float64": NUMBERS.normal(0, 1e200, (5, 7)),
    "no numbers": np.array([[np.nan, np.inf, -np.inf, 0.1]]),
    "one": np.array([[200]], np.uint8),
    "one channel": NUMBERS.integers(0, 256, (5, 7, 1), dtype=np.uint8),
}


def read_back(record: dict[str, Any]) -> NDArray[Any]:
    """By the words of the module: base64, zlib, each row plus the row above it."""
    little = np.dtype(record["dtype"]).newbyteorder("<")
    samples = np.frombuffer(zlib.decompress(base64.b64decode(record["samples"])), little)
    shape = (record["height"], record["width"], record["channels"])
    rows = samples.reshape(shape).copy()
    for row in range(1, record["height"]) if record["filter"] == "up" else ():
        rows[row] += rows[row - 1]
    return rows


@pytest.mark.parametrize("name", list(HELD))
def test_every_sample_is_held_exactly(name: str) -> None:
    """Whatever its type; those that a page lacks in one that holds each of their numbers."""
    pixels = HELD[name]
    record = picture_record(shown_picture(check_picture(pixels)), "x", "x", {})
    held = read_back(record)
    assert record["dtype"] in ("uint8", "uint16", "float32", "float64")
    np.testing.assert_array_equal(held.astype(np.longdouble), np.atleast_3d(pixels).astype(np.longdouble))
    assert record["shrunk"] is None


def test_integers_that_a_browser_would_round_are_refused_by_name() -> None:
    """The first beyond 2^53, above or below."""
    for value in (2**53 + 1, -(2**53) - 2):
        with pytest.raises(GeometryError, match=f"holds {value}; a page's numbers are exact up to 2\\^53"):
            shown_picture(np.array([[1, value]]))


def test_more_channels_than_a_page_shows_are_refused() -> None:
    """A stack of maps is no picture to take hold of."""
    with pytest.raises(GeometryError, match="has 17 channels; the page shows 16"):
        shown_picture(np.zeros((4, 4, 17), np.uint8))


def test_up_to_512_times_512_pixels_nothing_is_made_smaller() -> None:
    """However they lie; one row more, and the shape stays while the pixels become fewer."""
    for size in ((512, 512), (400, 600), (3, 500), (128, 2048)):
        assert fitting(*size) == size
    assert fitting(513, 512) == (512, 511)
    assert fitting(3000, 4000) == (443, 591)
    assert fitting(1, 100_000) == (1, 16_384)
    assert fitting(2_000_000, 1) == (16_384, 1)


def test_a_larger_picture_is_made_of_means() -> None:
    """A ramp stays the ramp, fine stripes become their mean and do not turn into coarse ones."""
    rows, columns = np.mgrid[:900, :1000]
    ramp = shown_picture((rows + columns / 4).astype(np.float32))
    (height, width), found = fitting(900, 1000), ramp.samples
    assert (found.shape, ramp.shrunk) == ((height, width), (900, 1000))
    centres = (np.arange(height) + 0.5) * 900 / height - 0.5, (np.arange(width) + 0.5) * 1000 / width - 0.5
    truth = centres[0][:, np.newaxis] + centres[1] / 4
    np.testing.assert_allclose(found[2:-2, 2:-2], truth[2:-2, 2:-2], atol=0.3)
    stripes = shown_picture((columns % 2 * 200).astype(np.uint8)).samples
    assert np.ptp(stripes[:, 2:-2].astype(int)) < 80
    assert abs(stripes.mean() - 100) < 1


def test_channels_are_made_smaller_each_by_itself() -> None:
    """A red picture stays red."""
    pixels = np.zeros((600, 700, 3), np.uint16)
    pixels[:, :, 0] = 60_000
    found = shown_picture(pixels)
    assert found.samples.dtype == np.uint16
    assert np.unique(found.samples.reshape(-1, 3), axis=0).tolist() == [[60_000, 0, 0]]
