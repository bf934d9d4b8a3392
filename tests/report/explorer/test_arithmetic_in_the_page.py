"""The page's arithmetic, function by function, against the core's: borders, numbers, facts, displays, colours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from convcli.core.border import BORDERS
from convcli.core.display.colormap import colormap
from convcli.core.display.colormaps import COLORMAPS
from convcli.core.display.displays import DISPLAYS
from convcli.core.display.mapping import to_pixels
from convcli.core.display.suiting import sheet_displays
from convcli.core.geometry import SIZES, output_length, padding_for
from convcli.core.kernel.facts import matrix_rank, rank_one_factors
from convcli.core.kernel.kernel import Kernel
from convcli.report.explain.words import weight_words
from convcli.report.explorer.assembling import PAGE
from convcli.report.printing.numbers import plain
from tests.browser import Browser, Pages

PURE = ("words", "numbers", "geometry", "packed", "taps", "arithmetic", "facts", "display", "checking", "explaining")
HANDED_OUT = (
    "plain, weightWords, exactSum, borderIndex, outputSize, paddingOf, rank, separability, DISPLAYS, toPixels, "
    "displayOf, finiteRange, colourTable, factorsOf, correlate, paddedPicture, pooled, parsePool"
)
OPTIONS = {
    "border": "edge",
    "fill": 0,
    "padding": None,
    "stride": [1, 1],
    "dilation": [1, 1],
    "bias": 0,
    "channels": "each",
}


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page's pure functions, as `inner`, without a page around them: they keep nothing from test to test."""
    script = "".join((PAGE / f"{name}.js").read_text(encoding="utf-8") for name in PURE)
    data = '<meta charset="utf-8"><script type="application/json" id="data">{}</script>'
    pages = Pages(chromium, tmp_path_factory.mktemp("pure"))
    yield pages.open(f"{data}<script>(() => {{{script} window.inner = {{{HANDED_OUT}}}; }})();</script>", ready=False)
    pages.close()
    pages.heard.nothing()


def test_numbers_are_written_as_explain_writes_them(page: Any) -> None:
    """Six significant digits, ties to even; fractions where they are the weight."""
    numbers = np.random.default_rng(5)
    values = [*(numbers.normal(size=400) * 10.0 ** numbers.integers(-7, 16, 400)).tolist()]
    values += [
        12345.25,
        12345.35,
        -0.0,
        1 / 9,
        -5 / 16,
        1e5 + 0.5,
        1e5 + 1.5,
        999999.5,
        1e15,
        99999.95,
        1e-4,
        0.00009999995,
    ]
    values += [p / q for p in range(-9, 10) for q in (3, 7, 9, 16, 159, 273, 1024)]
    assert page.evaluate("(vs) => vs.map(inner.plain)", values) == [plain(value) for value in values]
    assert page.evaluate("(vs) => vs.map(inner.weightWords)", values) == [weight_words(value) for value in values]


def test_sums_are_rounded_once(page: Any) -> None:
    """Where floats cancel, and at a tie that only the last part decides, as Python's fsum."""
    numbers = np.random.default_rng(6)
    lists = [[1e16, 1.0, -1e16], [1.0, 2**-53, 2**-106], [1.0, 2**-53, -(2**-106)], [0.1] * 10, []]
    lists += [(numbers.normal(size=30) * 10.0 ** numbers.integers(-18, 18, 30)).tolist() for _ in range(50)]
    found = page.evaluate("(lists) => lists.map(inner.exactSum)", lists)
    assert [float(each) for each in found] == [math.fsum(each) for each in lists]


def test_borders_repeat_however_far_outside(page: Any) -> None:
    """Every rule at every position to four lengths beyond, of axes down to one pixel."""
    asked = [(rule, p, n) for rule in BORDERS.names() for n in (1, 2, 3, 5) for p in range(-4 * n, 5 * n)]
    found = page.evaluate("(asked) => asked.map(([rule, p, n]) => inner.borderIndex(rule, p, n))", asked)
    assert found == [max(-1, BORDERS.find(rule).rule(p, n)) for rule, p, n in asked]


def test_sizes_are_the_cores(page: Any) -> None:
    """Each named size, even and odd kernels, strides and dilations, along both axes."""
    asked = [(size, k, s, d) for size in SIZES for k in (1, 2, 4, 5) for s in (1, 3) for d in (1, 2)]
    found = page.evaluate(
        """(asked) => asked.map(([size, k, s, d]) => inner.outputSize({height: 9, width: 14}, {height: k, width: 3},
             {size, padding: null, stride: [s, 2], dilation: [d, 1]}))""",
        asked,
    )
    for (size, k, s, d), shape in zip(asked, found, strict=True):
        top, bottom, left, right = padding_for(size, (k, 3), (d, 1))
        assert shape["height"] == output_length(9, k, before=top, after=bottom, stride=s, dilation=d)
        assert shape["width"] == output_length(14, 3, before=left, after=right, stride=2)


@pytest.mark.parametrize("whole", [True, False])
def test_rank_and_factors_are_the_cores(page: Any, whole: bool) -> None:
    """Of products of columns and rows, sums of two of them, and zeros."""
    numbers = np.random.default_rng(7)
    pick = (
        (lambda size: numbers.integers(-3, 4, size).astype(float))
        if whole
        else (lambda size: numbers.normal(size=size))
    )
    ones = [np.outer(pick(h), pick(w)) for h, w in ((3, 3), (5, 2), (1, 4), (9, 9))]
    kernels = [*ones, ones[0] + np.outer(pick(3), pick(3)), np.zeros((2, 3)), pick((6, 7))]
    found = page.evaluate(
        "(ks) => ks.map((k) => [inner.rank(k), inner.separability(k)])", [k.tolist() for k in kernels]
    )
    for kernel, (rank, factors) in zip(kernels, found, strict=True):
        assert rank == matrix_rank(kernel)
        assert (factors is not None) == (rank == 1)
        if factors:
            column, row = rank_one_factors(kernel)
            np.testing.assert_allclose(factors["column"], column, rtol=1e-12)
            np.testing.assert_allclose(factors["row"], row, rtol=1e-12)


@pytest.mark.parametrize("display", DISPLAYS.names())
def test_pixels_of_every_display_are_the_cores(page: Any, display: str) -> None:
    """Rounded half to even and clamped: halves, ends and beyond them."""
    values = [-300.5, -3.5, -2.5, -0.5, 0.0, 0.5, 1.5, 2.5, 99.25, 127.5, 254.5, 255.5, 301.0]
    found = page.evaluate(
        """([display, values]) => {
          const line = inner.DISPLAYS[display](...inner.finiteRange(values));
          const pixels = inner.toPixels({height: 1, width: values.length, maps: 1, values}, line);
          return [...pixels].filter((_, i) => i % 4 === 0);
        }""",
        [display, values],
    )
    assert found == to_pixels(np.array(values), display).tolist()


def test_the_display_that_suits_is_the_cores(page: Any) -> None:
    """Signed where weights nearly cancel or pull below zero, magnitude after a ReLU, else clipped."""
    kernels = [[[-1, 1]], [[-1, 1.01]], [[-1, 1.2]], [[1, -3]], [[0.5, 0.5]], [[0]], [[-1, 2, -1], [0, 0, 0]]]
    asked = [(k, bias, relu) for k in kernels for bias in (0, 5) for relu in (False, True)]
    found = page.evaluate(
        """(asked) => asked.map(([kernel, bias, relu]) =>
             inner.displayOf({display: "auto", kernel, bias, relu}, {dtype: "uint8"}))""",
        asked,
    )
    assert found == [sheet_displays("auto", [Kernel("k", k)], biases=[b], nonnegative=r)[0] for k, b, r in asked]


def test_colours_are_the_cores(page: Any) -> None:
    """All 256 of each map."""
    for name in COLORMAPS.names():
        found = page.evaluate("(name) => [...inner.colourTable(name)]", name)
        assert found == colormap(name).ravel().tolist(), name


def test_large_kernels_are_exact_by_their_factors(page: Any) -> None:
    """A separable kernel of whole numbers gives what inseparable ones give: one weight more, taken back."""
    numbers = np.random.default_rng(8)
    picture = numbers.integers(0, 256, (12, 15))
    kernel = np.outer(numbers.integers(1, 6, 7), numbers.integers(-5, 6, 9))
    spoilt, spike = kernel.copy(), np.zeros_like(kernel)
    spoilt[1, 2] += 1
    spike[1, 2] = 1
    found = page.evaluate(
        """([rows, kernels, options]) => {
          const [height, width, samples] = [rows.length, rows[0].length, Float64Array.from(rows.flat())];
          const picture = {height, width, channels: 1, dtype: "uint8", samples};
          const padded = inner.paddedPicture(picture, [3, 3, 4, 4], "reflect", 0);
          return kernels.map((k) => [inner.factorsOf(k) !== null, [...inner.correlate(padded, k, options).values]]);
        }""",
        [picture.tolist(), [kernel.tolist(), spoilt.tolist(), spike.tolist()], OPTIONS],
    )
    (factored, one), (other, two), (_, three) = found
    assert (factored, other) == (True, False)
    assert one == (np.array(two) - np.array(three)).tolist()


@pytest.mark.parametrize(("channels", "largest"), [(3, 5), (3, 400), (3, 90_000), (2, 5), (4, 5), (5, 60)])
def test_planes_that_share_a_number_come_apart_exactly(page: Any, channels: int, largest: int) -> None:
    """Bytes times whole weights, black and white beside each other; up to sums that share no number any more."""
    numbers = np.random.default_rng(channels + largest)
    picture = numbers.choice([0, 255, 254, 1], (channels, 6, 7))
    kernel = numbers.integers(-largest, largest + 1, (3, 4))
    found = page.evaluate(
        """([planes, kernel, options]) => {
          const samples = Float64Array.from(planes.flat(2));
          const picture = {height: 6, width: 7, channels: planes.length, dtype: "uint8", samples};
          const padded = inner.paddedPicture(picture, [0, 0, 0, 0], "edge", 0);
          return [...inner.correlate(padded, kernel, options).values];
        }""",
        [picture.tolist(), kernel.tolist(), OPTIONS],
    )
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 4), axis=(1, 2))
    assert found == np.einsum("crkij,ij->crk", windows, kernel).ravel().tolist()


@pytest.mark.parametrize("width", [4, 5, 6, 9, 11])
@pytest.mark.parametrize("stride", [1, 2])
def test_runs_of_taps_are_all_taps(page: Any, width: int, stride: int) -> None:
    """Rows of five weights and more, a zero among them, odd and even many; at a stride there are no runs."""
    numbers = np.random.default_rng(width)
    picture, kernel = numbers.normal(size=(9, 16)), numbers.normal(size=(3, width))
    kernel[1, 2] = 0
    found = page.evaluate(
        """([rows, kernel, options]) => {
          const samples = Float64Array.from(rows.flat());
          const picture = {height: 9, width: 16, channels: 1, dtype: "float64", samples};
          return [...inner.correlate(inner.paddedPicture(picture, [0, 0, 0, 0], "edge", 0), kernel, options).values];
        }""",
        [picture.tolist(), kernel.tolist(), OPTIONS | {"stride": [1, stride]}],
    )
    windows = np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)[:, ::stride]
    np.testing.assert_allclose(found, np.einsum("rkij,ij->rk", windows, kernel).ravel(), rtol=1e-12, atol=1e-12)
