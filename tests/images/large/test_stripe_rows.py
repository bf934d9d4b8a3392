"""Stripes: decoded once whoever asks, kept a few, and never more rows than were asked for."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from convcli.errors import OptionError
from convcli.images.large.cropped_rows import CroppedRows, Region
from convcli.images.large.stripe_rows import StripeRows

PICTURE = np.arange(53 * 7 * 3, dtype=np.uint16).reshape(53, 7, 3)


def striped(decoded: list[int], wait: float = 0.0, **how: object) -> StripeRows:
    """PICTURE in stripes of 5 rows."""

    def decode(index: int, left: int, right: int) -> np.ndarray:
        decoded.append(index)
        time.sleep(wait)
        return PICTURE[index * 5 : index * 5 + 5, left:right]

    return StripeRows(PICTURE.shape, PICTURE.dtype, 5, decode, **how)


def test_random_ranges_by_many_threads_are_the_pictures_rows() -> None:
    """Whatever is thrown away meanwhile."""
    rows = striped([], 0.0005)
    chosen = random.Random(3)
    ranges = [sorted(chosen.sample(range(54), 2)) for _ in range(300)]
    with ThreadPoolExecutor(8) as team:
        found = list(team.map(lambda pair: rows.read(*pair), ranges))
    for (start, stop), got in zip(ranges, found, strict=True):
        np.testing.assert_array_equal(got, PICTURE[start:stop].reshape(stop - start, -1))


def test_a_stripe_that_several_threads_ask_for_is_decoded_once() -> None:
    """The others wait for the first."""
    decoded: list[int] = []
    rows = striped(decoded, 0.05)
    ready = threading.Barrier(6)

    def ask(_: int) -> np.ndarray:
        ready.wait()
        return rows.read(11, 14)

    with ThreadPoolExecutor(6) as team:
        found = list(team.map(ask, range(6)))
    assert decoded == [2]
    assert all(np.array_equal(each, PICTURE[11:14].reshape(3, -1)) for each in found)


def test_what_is_kept_is_what_is_told_and_may_be_kept() -> None:
    """One stripe of 5 × 7 × 3 numbers of two bytes where 300 bytes are allowed; the oldest goes first."""
    decoded: list[int] = []
    rows = striped(decoded, held=300)
    assert rows.held == 210
    for start in (0, 0, 5, 0):
        rows.read(start, start + 1)
    assert decoded == [0, 1, 0]


def test_a_stripe_that_fails_fails_for_all_who_wait_and_is_tried_anew() -> None:
    """A damaged tile is everybody's; a network that comes back is not."""
    tries: list[int] = []

    def decode(index: int, left: int, right: int) -> np.ndarray:
        tries.append(index)
        if len(tries) == 1:
            raise ValueError("damaged")
        return PICTURE[:5, left:right]

    rows = StripeRows((5, 7, 3), PICTURE.dtype, 5, decode)
    with pytest.raises(ValueError, match="damaged"):
        rows.read(0, 5)
    np.testing.assert_array_equal(rows.read(0, 5), PICTURE[:5].reshape(5, -1))


def test_a_region_decodes_its_own_columns_alone() -> None:
    """Rows 12..17 and columns 2..4; and a region that is not inside is refused with the size."""
    asked: list[tuple[int, int]] = []

    def decode(index: int, left: int, right: int) -> np.ndarray:
        asked.append((left, right))
        return PICTURE[index * 5 : index * 5 + 5, left:right]

    whole = StripeRows(PICTURE.shape, PICTURE.dtype, 5, decode)
    part = CroppedRows(whole, Region(12, 2, 6, 3))
    assert part.shape == (6, 3, 3)
    np.testing.assert_array_equal(part.read(1, 6), PICTURE[13:18, 2:5].reshape(5, -1))
    assert set(asked) == {(2, 5)}
    with pytest.raises(OptionError, match=r"53 × 7"):
        CroppedRows(whole, Region(50, 0, 4, 7))
