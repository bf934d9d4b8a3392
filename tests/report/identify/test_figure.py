"""The report of a filter: what stands beside what, what is said of it, and that all of it is there in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

import convcli
from convcli.core.identify.identifying import identify
from convcli.core.identify.material import gather_material
from convcli.core.identify.pointing import refused_verdict
from convcli.core.identify.probes import probes
from convcli.report.drawing.marks import Drawing, Embedded, Text
from convcli.report.identify.disproof import disproving
from convcli.report.identify.exchange import Exchange, Exchanged
from convcli.report.identify.exchange_tiles import tiles
from convcli.report.identify.exchanges import exchanges, mosaic
from convcli.report.identify.figure import report_figure
from convcli.report.identify.told import Compared, Told
from convcli.report.language import chosen, spoken

WEIGHTS = np.array([[0, 1, 2], [0, -3, 0], [1, 0, 4]])
NAMES = {"tool", "in", "png", "sample", "camera", "edge", "symmetric", "wrap", "convcli", "apply", "box"}


def _dropout(picture: np.ndarray) -> np.ndarray:
    """The brightest of three beside each other: not linear, and quickly judged."""
    return np.maximum(np.maximum(np.roll(picture, 1, axis=1), picture), np.roll(picture, -1, axis=1))


def _first_column_black(picture: np.ndarray) -> np.ndarray:
    dark = picture.copy()
    dark[:, : picture.shape[1] // 2] //= 2
    return dark


FILTERS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "correlation": lambda x: convcli.correlate(x, WEIGHTS, border="wrap"),
    "stride": lambda x: convcli.correlate(x, np.ones((2, 3), int), stride=2),
    "maximum": _dropout,
    "position": _first_column_black,
    "turned": lambda x: np.rot90(x),
}


@cache
def exchanged(name: str) -> Exchanged:
    """What went to and fro, of grey pictures."""
    answers: dict[str, Any] = {probe.name: FILTERS[name](probe.pixels) for probe in probes(extras=False)}
    verdict = refused_verdict(gather_material(answers, 8), "not-linear") if name == "maximum" else identify(answers)
    told = Told(("tool", "{in}"), verdict)
    if not verdict.identified:
        return Exchanged(told, answers, 8)
    unseen = convcli.sample("camera")[:60, :80]
    told = Told(("tool", "{in}"), verdict, source="sample:camera", prediction=Compared(4800, 0, 0.0))
    return Exchanged(told, answers, 8, (unseen, FILTERS[name](unseen)))


def words_of(drawing: Drawing) -> list[str]:
    """Every line of words."""
    return [mark.words for mark in drawing.marks if isinstance(mark, Text)]


def titled(found: Exchanged, title: str) -> Exchange:
    """The pair of that title."""
    return next(pair for pair in exchanges(found) if pair.title.startswith(title))


def test_impulses_show_the_kernel_turned_and_the_border() -> None:
    """An impulse of 127 gives 127 times the kernel, turned by half a turn; at the corner it is wrapped round."""
    pair = titled(exchanged("correlation"), "Impulses")
    assert pair.grounds == (128, 128 * WEIGHTS.sum())
    size = (pair.came.shape[0] - 2) // 3
    middle = pair.came[size + 1 : 2 * size + 1, size + 1 : 2 * size + 1] - pair.grounds[1]
    top = size // 2 - 1
    assert np.array_equal(middle[top : top + 3, top : top + 3], 127 * WEIGHTS[::-1, ::-1])
    assert np.count_nonzero(middle) == np.count_nonzero(WEIGHTS)
    assert pair.came[0, 0] - pair.grounds[1] == 127 * (-3 + 1)  # its own place, and the last row's below the 1
    assert np.isnan(pair.came[size]).all()
    assert pair.difference is not None
    assert np.nanmax(np.abs(pair.difference)) == 0


def test_a_difference_is_what_came_less_what_was_expected() -> None:
    """Of colours the largest by magnitude, with its sign; nothing where sizes differ; counted in the caption."""
    came = np.array([[[9, 5, 5], [1, 2, 3]]])
    expected = np.array([[[5, 5, 11], [1, 2, 3]]])
    pair = Exchange("a", came, came, expected)
    assert pair.difference is not None
    assert pair.difference.tolist() == [[-6.0, 0.0]]
    assert Exchange("a", came, came, expected[:, :1]).difference is None
    grey = np.arange(6, dtype=np.uint8).reshape(2, 3)
    shown = tiles(Exchange("a", grey, grey, grey + np.array([[0, 2, 0], [0, 0, 0]])), 9)[-1]
    assert shown.caption == "1 of 6 pixels differ, by 2 at most"
    assert shown.pixels[0, 1, 2] > shown.pixels[0, 1, 0]  # blue: less came back
    assert (shown.pixels[1] == 255).all()


def test_one_pixel_of_many_is_still_seen() -> None:
    """Of a large picture the largest difference of each block is shown."""
    zeros = np.zeros((700, 500))
    off = zeros.copy()
    off[513, 377] = 1
    shown = tiles(Exchange("a", zeros, off, zeros), 272)[-1]
    assert max(shown.pixels.shape[:2]) <= 272
    marked = np.argwhere((shown.pixels != 255).any(axis=2))
    assert marked.tolist() == [[513 // 4, 377 // 4]]


def test_nine_parts_stand_where_they_lie() -> None:
    """The middle of one picture, edges and corners of another, lines between."""
    middle, ends = np.full((9, 11), 5), np.arange(99).reshape(9, 11)
    made = mosaic(middle, ends, (2, 3))
    assert made.shape == (8, 11)
    assert made[:2, :3].tolist() == ends[:2, :3].tolist()
    assert made[-2:, -3:].tolist() == ends[-2:, -3:].tolist()
    assert (made[3:5, 4:7] == 5).all()
    assert made[:2, 4:7].tolist() == ends[:2, 4:7].tolist()


def test_why_it_is_no_convolution_stands_first() -> None:
    """A maximum: the answer to a sum beside the sum of the answers. Half the picture darkened: the noise, shifted."""
    found = exchanged("maximum")
    (first,) = disproving(found)
    one, two, both = (found.answers[name].astype(int) for name in ("a", "b", "a-and-b"))
    assert exchanges(found)[0].title == first.title == "The sum of two noises"
    free = np.isfinite(first.expected)
    assert free.mean() > 0.9
    assert np.array_equal(first.difference[free], (both - one - two)[free])
    moved = next(iter(disproving(exchanged("position"))))
    assert moved.title == "The noise shifted by 12 rows and 24 columns"
    assert np.isnan(moved.expected[:12]).all()
    assert np.isnan(moved.expected[:, :24]).all()
    assert moved.expected[12, 24] == exchanged("position").answers["noise"][0, 0]


@pytest.mark.parametrize("name", FILTERS)
def test_nothing_is_drawn_over_anything(name: str) -> None:
    """Words and pictures of a report keep their places: no two lines of words meet, none leaves the drawing."""
    drawing = report_figure(exchanged(name))
    boxes = [(m.left, m.baseline - 0.72 * m.size, m.left + m.width, m.baseline) for m in drawing.marks
             if isinstance(m, Text)]  # fmt: skip
    boxes += [(m.left, m.top, m.left + m.width, m.top + m.height) for m in drawing.marks
              if isinstance(m, Embedded)]  # fmt: skip
    for index, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left <= right <= drawing.width
        assert 0 <= top <= bottom <= drawing.height
        for a, b, c, d in boxes[:index]:
            assert right <= a or c <= left or bottom <= b or d <= top


def test_an_output_is_as_large_as_the_input_under_it() -> None:
    """Under stride 2 a pixel that came back is drawn twice as wide as one that was sent."""
    drawing = report_figure(exchanged("stride"))
    noise = [m for m in drawing.marks if isinstance(m, Embedded) and m.pixels.shape[:2] in ((113, 97), (57, 49))]
    assert {m.pixels.shape[:2]: m.width // m.pixels.shape[1] for m in noise} == {(113, 97): 2, (57, 49): 4}


@pytest.fixture
def in_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Drawings speak Chinese, on a machine whose fonts have all characters."""
    monkeypatch.setattr(spoken, "is_lettered", lambda code: True)
    with monkeypatch.context():
        chosen.choose("zh")
        yield
    chosen.choose("en")


@pytest.mark.parametrize("name", FILTERS)
def test_a_report_is_all_in_chinese(name: str, in_chinese: None) -> None:
    """What is left of English is a name."""
    left = [(word, line) for line in words_of(report_figure(exchanged(name)))
            for word in re.findall(r"[A-Za-z]{2,}", line)]  # fmt: skip
    assert [pair for pair in left if pair[0] not in NAMES] == []
