"""Whole numbers that float64 does not hold: every response equals Python's integers, or says that it does not."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import Correlation, correlate, prepare
from convcli.core.correlation.response import Response
from convcli.core.equivariance.band import Band
from convcli.core.equivariance.ledger import compare, magnitude
from convcli.core.explain.walk import walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.checks import check_laws
from convcli.core.luma import luma
from convcli.core.problem.exactness import is_rounded
from convcli.core.problem.options import Options, Window
from convcli.core.samples import distance
from convcli.errors import KernelError, OptionError, UnknownNameError
from tests.oracles import correlate_plane

RNG = np.random.default_rng(53)
ODD = 2**53 + 1


def wide(dtype: Any, shape: tuple[int, ...], most: int) -> np.ndarray:
    """Numbers of which hardly any is a float64, the largest among them."""
    low = 0 if np.dtype(dtype).kind == "u" else -most
    values = RNG.integers(low, most, shape, dtype=dtype, endpoint=True)
    values.flat[0] = most
    return values


@pytest.mark.parametrize("border", ["edge", "zero", "wrap", "reflect", "symmetric"])
@pytest.mark.parametrize(("dtype", "most"), [(np.int64, 2**58 + 1), (np.uint64, 2**58 + 1)])
def test_every_border_stride_and_dilation_gives_the_integers(dtype: type, most: int, border: str) -> None:
    """3x2 kernels of both signs, biases beyond 2^53, on 6x7 numbers, against nested loops over Python's integers."""
    picture, kernel = wide(dtype, (6, 7), most), np.array([[3, -1], [0, 2], [-4, 5]])
    for stride, dilation in itertools.product((1, 2), (1, 2)):
        ours = correlate(
            picture, kernel, border=border, stride=stride, dilation=dilation, bias=2**54, padding=(1, 2, 0, 1)
        )
        truth = correlate_plane(
            picture, kernel, border=border, padding=(1, 2, 0, 1), stride=stride, dilation=dilation,
            bias=2**54,
        )  # fmt: skip
        assert ours.dtype == np.int64
        assert ours.tolist() == [[int(v) for v in row] for row in truth]


def test_unsigned_sums_use_all_64_bits() -> None:
    """2^64 - 1 stays; a sum of up to 2^64 - 1 of positive weights too, with a bias below zero and a fill of 2^63."""
    picture = np.array([[2**64 - 1, 2**63 + 3, 0, 5]], np.uint64)
    assert correlate(picture, [[1]]).tolist() == picture.tolist()
    halves = picture // 2
    assert correlate(halves, [[1, 1]], size="valid").tolist() == [[2**63 - 1 + 2**62 + 1, 2**62 + 1, 2]]
    filled = correlate(picture[:, :2] // 4, [[1, 1]], border="constant:9223372036854775808", bias=-1)
    assert (filled.dtype, filled[0, 0]) == (np.uint64, 2**63 + (2**64 - 1) // 4 - 1)


def test_the_ends_of_int64_are_exact() -> None:
    """-2^63 and 2^63 - 1, moved by a kernel of one tap; negated, 2^63 - 1 fits and -2^63 does not."""
    picture = np.array([[2**63 - 1, -(2**63)]], np.int64)
    assert correlate(picture, [[0, 1, 0]]).tolist() == picture.tolist()
    assert correlate(picture[:, :1], [[-1]]).tolist() == [[1 - 2**63]]
    negated = correlate(picture, [[-1]])
    assert negated.dtype == np.float64


@pytest.mark.parametrize("channels", ["each", "sum", "gray"])
def test_colours_are_exact_too(channels: str) -> None:
    """Each channel by itself, their sum, and luma of three equal channels, which is the channel."""
    picture = wide(np.int64, (4, 5, 3), ODD * 4)
    if channels == "gray":
        picture[:] = picture[:, :, :1]
    ours = correlate(picture, [[1, 2]], channels=channels, size="valid")
    planes = picture.astype(object)
    each = planes[:, :-1] + 2 * planes[:, 1:]
    truth = {"each": each, "sum": each.sum(axis=2), "gray": each[:, :, 0]}[channels]
    assert ours.tolist() == truth.tolist()


def test_luma_of_wide_integers_is_the_fraction_rounded() -> None:
    """(299 R + 587 G + 114 B) / 1000 in Python's integers, half to even, at the ends of the dtypes as well."""
    for dtype in (np.int32, np.int64, np.uint64, np.uint32):
        ends = np.iinfo(dtype)
        picture = RNG.integers(ends.min, ends.max, (9, 9, 3), dtype=dtype, endpoint=True)
        picture[0, :3] = [[ends.max] * 3, [ends.min] * 3, [0, 0, 250]]
        from fractions import Fraction

        truth = [[round(Fraction(299 * r + 587 * g + 114 * b, 1000)) for r, g, b in row] for row in picture.tolist()]
        assert luma(picture).tolist() == truth


def test_several_kernels_and_their_combinations_are_exact() -> None:
    """The largest and the sum of two kernels' responses; a sum that might leave 64 bits is in floats."""
    picture = wide(np.int64, (5, 5), ODD * 16)
    stack = np.array([[[1, 0]], [[0, -3]]])
    planes = picture.astype(object)
    first, second = planes[:, :-1], -3 * planes[:, 1:]
    correlation = prepare(picture, stack, Options(Window.of(size="valid")))
    assert Response(correlation, "max").raw().array.tolist() == np.maximum(first, second).tolist()
    assert Response(correlation, "sum").raw().array.tolist() == (first + second).tolist()
    assert Response(correlation, "max", relu=True).raw().array.min() >= 0
    large = prepare(np.full((2, 2), 2**62, np.int64), np.ones((3, 1, 1)))
    assert Response(large, "sum").raw().array.tolist() == [[3 * 2.0**62] * 2] * 2


def test_only_the_engine_that_can_runs() -> None:
    """Shift and add is chosen for a kernel that band matrices would have; the others are refused by name."""
    picture = wide(np.int64, (40, 40), ODD)
    kernel = RNG.integers(-5, 6, (7, 7))
    assert prepare(picture, kernel).plan.engine == "direct"
    truth = correlate_plane(picture, kernel, border="edge", padding=(3, 3, 3, 3))
    assert np.array_equal(correlate(picture, kernel).astype(object), truth)
    for engine in ("separable", "banded", "patches", "fourier"):
        with pytest.raises(UnknownNameError, match="choose from direct"):
            correlate(picture, kernel, engine=engine)


def test_sums_that_64_bits_do_not_hold_are_floats_and_known_to_be() -> None:
    """2^64 - 1 twice is 2^65 - 2: float64, marked as rounded; fractions and float64 by wish are not."""
    picture = np.full((1, 2), 2**64 - 1, np.uint64)

    def made(kernel: list[list[float]], precision: str = "auto") -> tuple[Correlation, np.ndarray]:
        correlation = prepare(picture, kernel, Options(Window.of(size="valid"), precision=precision))
        return correlation, correlation.response()

    for kernel, precision, rounded in (
        ([[1, 1]], "auto", True),
        ([[0.5, 1]], "auto", False),
        ([[1, 1]], "float64", False),
    ):
        correlation, response = made(kernel, precision)
        assert response.dtype == np.float64
        assert is_rounded(response, correlation.problem) == rounded


def test_pixels_of_wide_responses_are_exact() -> None:
    """Stretched from the least to the largest of numbers beyond 2^53 that differ by 255 and less."""
    picture = (ODD + np.arange(256)[::-1]).astype(np.int64)[np.newaxis]
    response = Response(prepare(picture, [[1]]))
    found = response.range()
    from convcli.core.display.mapping import mapping

    shown = mapping("stretch", np.uint8, found.low.min().item(), found.high.max().item())
    assert response.pixels([shown], np.uint8).array.ravel().tolist() == list(range(256))[::-1]


def test_a_walk_shows_whole_numbers_whole_at_any_size() -> None:
    """Windows, products and sums in Python's integers, beyond 64 bits as well; the fill too."""
    picture = np.array([[2**64 - 1, 2**64 - 3]], np.uint64)
    step = walk(picture, Kernel("k", [[3, 4]]), Window.of("constant:9223372036854775808"), bias=1).step(0, 0)
    assert step.window.tolist() == [[2**63, 2**64 - 1]]
    assert step.value == 3 * 2**63 + 4 * (2**64 - 1) + 1


def test_the_laws_hold_without_any_error_where_sums_fit_int64() -> None:
    """Numbers beyond 2^53: five laws at 0, the transforms within their bound."""
    picture = np.array([[ODD, 1, 4, 7], [2**54 + 3, -5, 9, ODD - 2]], np.int64)
    for check in check_laws(picture, Kernel("k", [[1, 0], [2, 1]]), Kernel("g", [[1, -1]])):
        assert check.holds
        assert check.name == "convolution-theorem" or (check.max_error, check.tolerance) == (0, 0)


def test_a_fault_of_1_in_2_to_the_53_is_seen() -> None:
    """A correlation that goes through floats fails the laws that are exact."""

    def through_floats(picture: Any, kernel: Any, **keywords: Any) -> Any:
        return np.rint(correlate(picture.astype(np.float64), kernel, **keywords)).astype(np.int64)

    picture = np.array([[ODD, 1], [2**54 + 3, -5]], np.int64)
    flip = check_laws(
        picture, Kernel("k", [[1, 0], [0, 0]]), Kernel("g", [[1]]), only=["flip"], correlate=through_floats
    )
    assert not flip[0].holds


@pytest.mark.parametrize("dtype", [np.int64, np.uint64, object])
def test_weights_biases_and_fills_that_float64_rounds_are_refused(dtype: Any) -> None:
    """2^53 + 1 is refused by its digits; 2^53, 2^60 and 2^53 + 2 are taken."""
    if dtype is not object:
        with pytest.raises(KernelError, match=str(ODD)):
            Kernel("k", np.array([[ODD, 1]], dtype))
        assert Kernel("k", np.array([[ODD + 1, 2**60]], dtype)).weights.tolist() == [[2.0**53 + 2, 2.0**60]]
    with pytest.raises(OptionError, match=str(ODD)):
        correlate([[1]], [[1]], bias=ODD)
    with pytest.raises(OptionError, match=str(ODD)):
        correlate([[1]], [[1]], border=f"constant:{ODD}")


def test_a_difference_of_1_beyond_2_to_the_53_is_a_difference() -> None:
    """Of int64 and of uint64, at their ends; floats, NaN among them, as ever."""
    for dtype, low, high in ((np.int64, -(2**63), 2**63 - 1), (np.uint64, 0, 2**64 - 1)):
        first, second = np.array([ODD, low, high], dtype), np.array([ODD - 1, high, high], dtype)
        assert distance(first, second).tolist() == [1, 2.0**64, 0]
    assert magnitude(np.array([[[np.nan, np.inf, 1.0]]]), np.array([[[np.nan, 1.0, 3.5]]])).tolist() == [
        [[0, np.inf, 2.5]]
    ]


def test_equivariance_sees_a_fault_of_1_beyond_2_to_the_53() -> None:
    """Two outputs that floats cannot tell apart do not hold."""
    first = np.full((3, 3), ODD, np.int64)
    ledger = compare(first, first - 1, Band(0, 0, 0, 0), 0.0)
    assert (ledger.holds, ledger.interior.max_error, ledger.interior.mismatched) == (False, 1, 9)
