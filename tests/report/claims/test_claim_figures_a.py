"""The claims' figures: each is drawn of whatever may be asked about, and its numbers are the finding's."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest

from convcli.core.claims.finding import Finding, Subject
from convcli.core.kernel.kernel import Kernel
from convcli.core.quantities import grouped
from convcli.lazy import load
from convcli.report.claims.claim_tiles import shown_number, small_picture
from convcli.report.claims.claims import CLAIMS, try_claim
from convcli.report.claims.flattening_figure import _shuffled
from convcli.report.claims.plot import Axis, Curve, draw_plot
from convcli.report.claims.reaching_figure import inputs_met
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing, Embedded, Inset, Line, Mark, Text

ROOMS = ("flattening", "two_orders", "reaching", "by_hand", "flipping", "training", "feature_maps")
NAMES = [claim.name for claim in CLAIMS if any(f".{room}_figure:" in claim.figure for room in ROOMS)]
RANDOM = np.random.default_rng(4)
SUBJECTS = {
    "photograph": Subject(RANDOM.integers(0, 256, (90, 110)).astype(np.uint8), Kernel("a", [[-1, 0, 1], [-2, 3, 2]])),
    "tiny": Subject(RANDOM.normal(size=(16, 19)), Kernel("b", [[1, 0.5, -2, 0, 3.25], [0, 1, 2, -1, 1]])),
}


@cache
def found(name: str, subject: str) -> tuple[Finding, Drawing]:
    """The finding and its figure."""
    claim = CLAIMS.find(name)
    finding = try_claim(claim, SUBJECTS[subject])
    return finding, load(claim.figure)(finding)


def marks_of(drawing: Drawing) -> list[Mark]:
    """All marks, those of insets too."""
    return [m for mark in drawing.marks for m in (marks_of(mark.drawing) if isinstance(mark, Inset) else [mark])]


def words_of(drawing: Drawing) -> list[str]:
    """All lines of words."""
    return [mark.words for mark in marks_of(drawing) if isinstance(mark, Text)]


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("name", NAMES)
def test_all_words_and_pictures_lie_on_the_paper(name: str, subject: str) -> None:
    """Nothing is cut off at an edge, no words end in an ellipsis."""
    finding, drawing = found(name, subject)
    assert finding.holds
    parts = [mark.drawing for mark in drawing.marks if isinstance(mark, Inset)] or [drawing]
    for part in parts:
        for mark in part.marks:
            if isinstance(mark, Text):
                assert 0 <= mark.left <= mark.left + mark.width <= part.width, mark.words
                assert 0.9 * mark.size <= mark.baseline <= part.height, mark.words
                assert "…" not in mark.words
            if isinstance(mark, Embedded):
                assert 0 <= mark.left <= mark.left + mark.width <= part.width
                assert 0 <= mark.top <= mark.top + mark.height <= part.height


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_numbers_that_are_drawn_are_the_findings(subject: str) -> None:
    """Each figure's deciding numbers are words of it."""

    def of(name: str) -> tuple[dict[str, Any], str]:
        finding, drawing = found(name, subject)
        return finding.values, " | ".join(words_of(drawing))

    values, words = of("neighbours-apart")
    assert f"stands {grouped(values['below'][0])} places on" in words
    values, words = of("flat-vector-blind")
    assert {shown_number(value) for value in values.values()} <= set(words.split(" | "))
    values, words = of("two-to-the-right")
    assert f"{grouped(values['outputs'])} outputs" in words
    values, words = of("receptive-field")
    assert f"{values['reaching']} of {values['inputs']} inputs | " in words
    assert f"{values['dense']} of {values['inputs']} inputs" in words
    values, words = of("local-to-global")
    assert [f"{h} × {w}" for h, w in values["measured"]] == re.findall(r"(\d+ × \d+) pixels reach", words)
    values, words = of("nineteen")
    assert "0·0 + 1·1 + 3·2 + 4·3 = 19" in words
    values, words = of("usually-differ")
    assert f"{shown_number(100 * values['share'])} % of the outputs differ" in words
    values, words = of("learned-by-steps")
    assert f"{shown_number(values['first_loss'])} at first, {shown_number(values['last_loss'])} at last" in words


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_weights_inputs_are_as_many_as_were_counted(subject: str) -> None:
    """The area that is coloured for each weight has the number of inputs that the layer gave."""
    finding, _ = found("weight-meets-all", subject)
    _, weights, met, room = finding.seen
    assert [[int(inputs_met(weights, (i, j), room).sum()) for j in range(met.shape[1])] for i in range(len(met))] == (
        finding.values["met"]
    )


def test_the_kernels_of_learned_flip_stand_as_they_were_learned() -> None:
    """The convolution's numbers are the correlation's, from last to first."""
    finding, drawing = found("learned-flip", "tiny")
    words = words_of(drawing)
    first, second = words.index("One layer: correlation"), words.index("Convolution")
    kernel = [float(word.replace("−", "-")) for word in words[first + 1 : second]]
    flip = [float(word.replace("−", "-")) for word in words[second + 1 : second + 1 + len(kernel)]]
    assert kernel == flip[::-1] != flip
    assert kernel == pytest.approx(finding.seen[0][0].weights[0].ravel().tolist(), abs=5e-4)


def test_shuffling_moves_each_pieces_pixels_by_the_same_order() -> None:
    """Every piece is its own pixels in the order that the layers were given; the rim is left."""
    plane = RANDOM.integers(0, 256, (19, 27)).astype(np.uint8)
    order = RANDOM.permutation(64)
    mixed = _shuffled(plane, order)
    for r, c in ((0, 0), (0, 16), (8, 8)):
        piece = plane[r : r + 8, c : c + 8].ravel().tolist()
        assert mixed[r : r + 8, c : c + 8].ravel().tolist() == [piece[at] for at in order]
    assert np.array_equal(mixed[16:], plane[16:])


def test_a_small_picture_is_the_whole_one() -> None:
    """Its left half is dark where the picture's is, and black is not black under colours."""
    plane = np.zeros((40, 60), np.uint8)
    plane[:, 30:] = 255
    small = small_picture(plane, (5, 8))
    assert small[:, :3].max() == 90
    assert small[:, 5:].min() == 255


def test_a_plot_puts_values_where_its_axes_say() -> None:
    """On a linear and on a logarithmic axis; what is 0 stands at a logarithmic axis' foot."""
    canvas = Canvas(400, 300)
    plot = draw_plot(
        canvas, Box(10, 10, 380, 280), [Curve("a", [0, 5, 10], [1, 100, 0])], Axis("x"), Axis("y", log=True)
    )
    assert plot.at(5, 10)[0] == pytest.approx(plot.box.x + plot.box.width / 2)
    assert plot.at(0, 10)[1] == pytest.approx(plot.box.y + plot.box.height / 2)
    curve = next(
        mark
        for mark in canvas.finished().marks
        if isinstance(mark, Line) and mark.thickness == 2 and len(mark.points) == 3
    )
    assert curve.points == (plot.at(0, 1), plot.at(5, 100), (plot.box.right, plot.box.bottom))
    assert {"1", "10", "100", "a", "x", "y"} <= set(words_of(canvas.finished()))
