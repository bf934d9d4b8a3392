"""Figures and films of claims: what they draw and letter is what was found."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.claims.finding import Finding, Subject
from convcli.core.kernel.kernel import Kernel
from convcli.lazy import load
from convcli.report.claims.claims import CLAIMS, try_claim
from convcli.report.claims.curve_axes import Axes, Axis
from convcli.report.claims.functions_figure import AREA, line_of
from convcli.report.claims.functions_film import UPPER
from convcli.report.drawing.canvas import Box
from convcli.report.drawing.marks import Circle, Drawing, Embedded, Line, Polygon, Text
from convcli.report.language import chosen, spoken

KERNEL = Kernel("asymmetric", np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5], [0.0, 4.0, -5.25]]))
NAMES = [
    "integral",
    "near-belong-together",
    "fewer-examples",
    "one-detector",
    "unshared-for-places",
    "turn-and-zoom",
    "points-and-lines",
    "one-orientation",
    "enough-kernels",
    "corners-from-edges",
    "hundred-weights",
]


def picture(height: int, width: int) -> NDArray[np.uint8]:
    """Waves of no symmetry, with a little grain."""
    rows, columns = np.mgrid[:height, :width]
    grain = np.random.default_rng(4).normal(0, 6, (height, width))
    return np.clip(120 + 70 * np.sin(rows / 5) + 40 * np.cos(columns / 9) + grain, 0, 255).astype(np.uint8)


SUBJECT = Subject(picture(60, 75), KERNEL)
_found: dict[str, Finding] = {}


def finding(name: str) -> Finding:
    """A claim tried once for all tests."""
    if name not in _found:
        _found[name] = try_claim(CLAIMS.find(name), SUBJECT)
    return _found[name]


def drawn(name: str, found: Finding | None = None) -> Drawing:
    drawing: Drawing = load(CLAIMS.find(name).figure)(found or finding(name))
    return drawing


def words(drawing: Drawing) -> list[str]:
    return [mark.words for mark in drawing.marks if isinstance(mark, Text)]


def numbers(text: str) -> list[float]:
    """The numbers that a line of words has."""
    plain = text.replace("−", "-").replace(",", "")
    return [float(each) for each in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?", plain)]


def lettered(drawing: Drawing, pattern: str) -> list[list[float]]:
    return [numbers(line) for line in words(drawing) if re.search(pattern, line)]


def area(points: Sequence[tuple[float, float]]) -> float:
    """Of a polygon, by the shoelace; positive where it runs along its upper side first and back below."""
    shifted = [*points[1:], points[0]]
    return sum(y0 * x1 - x0 * y1 for (x0, y0), (x1, y1) in zip(points, shifted, strict=True)) / 2


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_drawn_lies_on_the_drawing(name: str) -> None:
    """No words, picture or curve is cut off at an edge."""
    drawing = drawn(name)
    for mark in drawing.marks:
        if isinstance(mark, Text):
            assert 0 <= mark.left <= drawing.width - mark.width, mark.words
            assert mark.size <= mark.baseline <= drawing.height - 4, mark.words
        elif isinstance(mark, Embedded):
            assert mark.left + mark.width <= drawing.width
            assert mark.top + mark.height <= drawing.height
        elif isinstance(mark, Line):
            assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in mark.points)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_lines_of_words_overlap(name: str) -> None:
    """Every line can be read."""
    lines = [mark for mark in drawn(name).marks if isinstance(mark, Text)]
    for at, one in enumerate(lines):
        for other in lines[at + 1 :]:
            apart_across = one.left + one.width <= other.left + 1 or other.left + other.width <= one.left + 1
            apart_down = abs(one.baseline - other.baseline) >= 0.7 * min(one.size, other.size)
            assert apart_across or apart_down, (one.words, other.words)


@pytest.mark.parametrize("name", NAMES)
def test_no_english_is_left_where_chinese_was_chosen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of figures and films: names and formulas alone stay."""
    found = finding(name)
    monkeypatch.setattr(spoken, "is_lettered", lambda code: True)
    monkeypatch.setattr(chosen, "_now", "zh")
    film = CLAIMS.find(name).film
    drawings = [drawn(name, found), *(list(load(film)(found))[20:22] if film else [])]
    left = [word for drawing in drawings for line in words(drawing) for word in re.findall(r"[A-Za-z]{2,}", line)]
    kept = {
        "box",
        "exponential",
        "asymmetric",
        "Sobel",
        "two",
        "eight",
        "compass",
        "edges",
        "Frei",
        "and",
        "Chen",
        "nine",
    }
    assert set(left) <= kept


@pytest.mark.parametrize("size", [(24, 24), (24, 90), (70, 33)])
def test_small_pictures_are_drawn(size: tuple[int, int]) -> None:
    """Of 24 rows, wide or tall: the picture keeps its shape."""
    small = SUBJECT._replace(picture=picture(*size))
    for name in ("near-belong-together", "one-detector", "turn-and-zoom"):
        drawing = drawn(name, try_claim(CLAIMS.find(name), small))
        for mark in drawing.marks:
            if isinstance(mark, Embedded) and mark.pixels.shape[0] > 6:
                assert mark.width * mark.pixels.shape[0] == mark.height * mark.pixels.shape[1]


@pytest.mark.parametrize("functions", [("box", "exponential"), ("0 1 -2", "gaussian"), ("triangle", "3 1")])
def test_the_shaded_area_of_every_frame_is_the_convolution(functions: tuple[str, str]) -> None:
    """Measured on the polygon in the axes' units, against the closed form; and so is what the frame letters."""
    found = try_claim(CLAIMS.find("integral"), SUBJECT._replace(functions=functions))
    line = line_of(found)
    unit = UPPER.width / (line.across.high - line.across.low) * UPPER.height / (line.up.high - line.up.low)
    frames = list(load(CLAIMS.find("integral").film)(found))
    assert len(frames) == 60
    for t, frame in zip(np.linspace(*line.shown, 60).tolist(), frames, strict=True):
        shaded = [mark for mark in frame.marks if isinstance(mark, Polygon) and mark.fill == AREA]
        measured = -sum(area(mark.points) for mark in shaded) / unit
        exact = float(found.seen[2](np.array([t]))[0])
        assert measured == pytest.approx(exact, abs=0.02)
        assert lettered(frame, "The area") == [[pytest.approx(exact, rel=6e-3, abs=1e-12)]]
        assert lettered(frame, "at t =") == [[pytest.approx(t, abs=0.005)]]


def test_g_is_drawn_turned_round() -> None:
    """At t = 0.75 the exponential rises to u = 0.75 and is 0 beyond, which unturned it would not be."""
    line = line_of(finding("integral"))
    product = line.product(0.75)
    assert product[line.places > 0.75].max() == 0.0
    inside = (line.places > 0.0) & (line.places < 0.75)
    assert product[inside] == pytest.approx(np.exp(line.places[inside] - 0.75))


def test_three_areas_of_the_figure_are_the_convolution() -> None:
    """(box * exponential)(t) = e^(1-t) - e^-t from t = 1 on, and 1 - e^-t before, by hand."""
    rows = lettered(drawn("integral"), "area [0-9]")
    assert len(rows) == 3
    for t, shaded in rows:
        exact = 1 - math.exp(-t) if t < 1 else math.exp(1 - t) - math.exp(-t)
        assert shaded == pytest.approx(exact, rel=6e-3)


def test_correlations_and_shares_are_those_found() -> None:
    """The first and the last correlation, and a bar as high as each share."""
    found, drawing = finding("near-belong-together"), drawn("near-belong-together")
    curve = found.values["correlation"]
    said = [line[0] for line in map(numbers, words(drawing)) if len(line) == 1]
    assert float(f"{curve[0][1]:.2g}") in said
    assert float(f"{curve[-1][1]:.2g}") in said
    shares = [numbers(line)[0] for line in words(drawing) if line.endswith("%") and numbers(line)]
    assert shares == [pytest.approx(100 * share, rel=5e-3) for share in found.values["explained"].values()]


def test_needed_examples_are_marked() -> None:
    """n below each curve that reaches 0.1."""
    needed = [count for count in finding("fewer-examples").values["needed"].values() if count is not None]
    assert [n for (n,) in lettered(drawn("fewer-examples"), "^n = ")] == needed


def test_crossings_are_ringed() -> None:
    """As many rings as the better layer changes."""
    rows = finding("unshared-for-places").seen
    better = [unshared < shared for _, unshared, shared in rows]
    changes = sum(one != other for one, other in itertools.pairwise(better))
    rings = [mark for mark in drawn("unshared-for-places").marks if isinstance(mark, Circle) and mark.fill is None]
    assert len(rings) == changes > 0


def test_bars_of_detectors_are_lettered() -> None:
    """Each error above its bar."""
    said = [line[0] for line in map(numbers, words(drawn("one-detector"))) if len(line) == 1]
    for _, unshared, shared in finding("one-detector").values["pieces_unshared_shared"]:
        assert float(f"{unshared:.3g}") in said
        assert float(f"{shared:.3g}") in said


def test_maps_of_the_turned_picture_are_named_by_the_permutation() -> None:
    """A quarter turn carries map 4 to map 1, 1 to 2, ...; each map is used once, and is what its caption says."""
    found = finding("turn-and-zoom")
    sources = [int(n) for (n,) in lettered(drawn("turn-and-zoom"), "^Map [0-9], turned")]
    assert sorted(sources) == list(range(1, 9))
    _, _, maps, turned = found.seen
    for source, each in zip(sources, turned, strict=True):
        assert each == pytest.approx(np.rot90(maps[source - 1]))


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_kernel_that_is_its_own_mirror_permutes_all_maps(quarters: int) -> None:
    """Equal kernels of an orbit are each taken once."""
    sobel = Kernel("sobel", np.rot90(np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]), quarters))
    found = try_claim(CLAIMS.find("turn-and-zoom"), SUBJECT._replace(kernel=sobel))
    assert all(sorted(order) == list(range(8)) for order in found.values["permutations"])


def test_bends_and_answers_are_those_found() -> None:
    """Of the five magnifications."""
    steps = finding("points-and-lines").values["steps"]
    bends = [n for (n,) in lettered(drawn("points-and-lines"), "^Its arc bends")]
    assert bends == [pytest.approx(100 * step["bend"], rel=5e-3) for step in steps]
    answers = [n for (n,) in lettered(drawn("points-and-lines"), "^A line detector")]
    assert answers == [pytest.approx(100 * step["line"], rel=5e-3) for step in steps]


def test_the_film_of_the_ring_halves_its_bend() -> None:
    """By the chord: sagitta r - sqrt(r² - 24²) of a circle of radius 60 times the magnification."""
    for frame in load(CLAIMS.find("points-and-lines").film)(finding("points-and-lines")):
        ((zoom,), (bend,)) = (lettered(frame, pattern)[0] for pattern in ("^Magnified", "^Its arc bends"))
        radius = 60 * zoom
        assert bend == pytest.approx(100 * (radius - math.sqrt(radius**2 - 24**2)) / 48, rel=0.06)


def test_orientation_is_lettered_as_found() -> None:
    """The best angle, and the least answer."""
    found = finding("one-orientation")
    ((best, least),) = lettered(drawn("one-orientation"), "^Most at")
    assert (best, least) == (found.values["best"], pytest.approx(100 * found.values["least"], abs=0.06))


def test_missing_kernels_are_those_that_the_bank_does_not_answer_to() -> None:
    """9 less the rank of them, each of no answer with any kernel of its bank; said as it was found."""
    from convcli.report.claims.elements_figure import _missing

    found, lines = finding("enough-kernels"), words(drawn("enough-kernels"))
    for (name, bank), row in zip(found.seen, found.values["banks"], strict=True):
        missing = _missing(bank, row["rank"])
        assert len(missing) == 9 - row["rank"]
        assert np.abs(np.einsum("fij,gij->fg", bank, missing)).max(initial=0.0) < 1e-12
        (line,) = [each for each in lines if each.startswith(f"{name}: ")]
        assert numbers(line.removeprefix(name))[:3] == [row["kernels"], row["rank"], 9]


def test_corners_are_where_they_were_found() -> None:
    """In the captions, row and column."""
    corners = finding("corners-from-edges").values["corners"]
    drawing = drawn("corners-from-edges")
    heard = " ".join(words(drawing))
    for name, ((row, column),) in corners.items():
        assert f"The {name} corner: row {row}, column {column}" in heard


def test_weights_stay_and_units_grow() -> None:
    """The circles of weights on one level, those of units ever higher."""
    rows = sorted(finding("hundred-weights").seen)
    circles = [mark for mark in drawn("hundred-weights").marks if isinstance(mark, Circle)]
    units, weights = circles[0::2], circles[1::2]
    assert len({circle.y for circle in weights}) == 1
    heights = [circle.y for circle in units]
    assert heights == sorted(heights, reverse=True)
    assert len(units) == len(rows)
    assert any(line == "100 weights" for line in words(drawn("hundred-weights")))


def test_axes_place_numbers() -> None:
    """Linear and logarithmic; what lies beyond stands at the end."""
    axes = Axes(Box(10, 20, 100, 50), Axis(1, 100, "n", logarithmic=True), Axis(-1, 4))
    assert axes.at((10, -1)) == pytest.approx((60, 70))
    assert axes.at((1000, 4)) == pytest.approx((110, 20))
    assert Axis(-1, 4).ticks == [-1, 0, 1, 2, 3, 4]
    assert Axis(1, 1000, logarithmic=True).ticks == pytest.approx([1, 10, 100, 1000])
