"""The line that does the same: run, it gives what the model predicts; what apply has not is said."""

from __future__ import annotations

import shlex
from dataclasses import replace

import numpy as np
import pytest

from convcli.cli.commands.identify.proof import applied
from convcli.core.identify.model import Axis, Edges, Model
from convcli.core.identify.prediction import predict_picture
from convcli.report.identify.apply_line import apply_lines

RNG = np.random.default_rng(20)
PICTURE = RNG.integers(0, 256, (23, 19)).astype(np.uint8)
KINDS = ("same", "valid", "full", "padded", "beyond")


def axis(kind: str, length: int, stride: int) -> Axis:
    """An axis of some kind: where its first window stands, and how many there are."""
    if kind == "same":
        return Axis(stride, int(RNG.integers(0, length)), -1, length)
    if kind == "valid":
        return Axis(stride, 0, -length, length)
    if kind == "full":
        return Axis(stride, length - 1, length - 2, length)
    if kind == "padded":
        before, after = RNG.integers(0, 4, 2).tolist()
        return Axis(stride, before, before + after - length, length)
    return Axis(stride, -int(RNG.integers(1, 4)), -1, length)  # the origin is outside the kernel


def model(kind: str, border: str, **changed: object) -> Model:
    """A filter of that kind; its sums over a power of two are exact in every arithmetic."""
    height, width = RNG.integers(1, 6, 2).tolist()
    numerators = RNG.integers(-3, 7, (height, width))
    numerators[0, 0] = numerators[-1, -1] = 5
    down, across = RNG.integers(1, 4, 2).tolist() if RNG.random() < 0.5 else (1, 1)
    edges = Edges(border, float(RNG.choice([0, 7, -3, 200])) if border == "constant" else 0.0)
    given = {"offset": float(RNG.choice([0, 3, -20])), "rounding": "half even"} | changed
    return Model(numerators / 16, numerators, 16, axis(kind, height, down), axis(kind, width, across), edges, **given)


@pytest.mark.parametrize("border", ["edge", "constant", "symmetric", "reflect", "wrap"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_line_does_what_the_model_says(kind: str, border: str) -> None:
    """Every size, stride, anchor and border, as whole numbers and as decimals: byte for byte."""
    for _ in range(2):
        filter = model(kind, border)
        expected = predict_picture(filter, PICTURE)
        for line in apply_lines(filter, ".png"):
            assert line.unlike == ()
            assert np.array_equal(applied(line, PICTURE), expected), shlex.join(line.words)


def test_magnitudes_and_raw_responses_have_lines_too() -> None:
    """--display abs for pixels; .npy keeps what is negative and between whole numbers."""
    magnitude = model("same", "edge", absolute=True, offset=-90.0)
    assert np.array_equal(applied(next(apply_lines(magnitude, ".png")), PICTURE), predict_picture(magnitude, PICTURE))
    raw = model("same", "wrap", rounding=None, dtype="float64")
    assert np.array_equal(applied(next(apply_lines(raw, ".npy")), PICTURE), predict_picture(raw, PICTURE))


@pytest.mark.parametrize("way", ["half up", "half away", "half down", "down", "toward zero", "up"])
def test_every_way_of_rounding_fractions_has_a_line(way: str) -> None:
    """A bias brings them to the side where they belong: byte for byte, halves and whole numbers included."""
    for denominator in (2, 12, 16, 255):
        weights = RNG.integers(-2, 9, (3, 3))
        filter = model("same", "reflect", rounding=way)
        filter = replace(filter, numerators=weights, weights=weights / denominator, denominator=denominator,
                         rows=axis("same", 3, 1), columns=axis("same", 3, 1))  # fmt: skip
        line = next(apply_lines(filter, ".png"))
        assert line.unlike == ()
        assert np.array_equal(applied(line, PICTURE), predict_picture(filter, PICTURE)), shlex.join(line.words)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rounding": "down", "absolute": True}, "apply rounds half to even, the filter down"),
        ({"rounding": "down", "numerators": None}, "apply rounds half to even, the filter down"),
        ({"overflow": "wrap"}, "the filter wraps it round"),
        ({"gamma": 2.2}, "powers of 2.2"),
        ({"edges": Edges("copied", band=(1, 1, 1, 1))}, "leaves its pixels as they were"),
        ({"edges": Edges("blank", 9.0, (1, 1, 1, 1))}, "fills it with 9"),
        ({"edges": Edges("edge", across="wrap")}, "border is rows edge, columns wrap, and apply has one for both"),
        ({"edges": Edges("renormalised")}, "leaves out weights beyond the ends and makes the others larger"),
    ],
)
def test_what_apply_has_not_is_said(changed: dict[str, object], words: str) -> None:
    """Another rounding, overflow, curve or border than apply has."""
    numerators = np.array([[1, 2, 3]])
    fixed = {"edges": Edges("edge"), "rounding": "half even"} | changed
    fixed = {"weights": numerators / 8, "numerators": numerators, "denominator": 8} | fixed
    filter = Model(rows=Axis(1, 0, -1, 1), columns=Axis(1, 1, -1, 3), **fixed)
    (unlike,) = next(apply_lines(filter, ".png")).unlike
    assert words in unlike


def test_a_name_comes_first_and_a_linear_filter_is_called_so() -> None:
    """The shortest line first."""
    numerators = np.array([[1, 2, 1]])
    filter = Model(numerators / 4, numerators, 4, Axis(1, 0, -1, 1), Axis(1, 1, -1, 3), Edges("edge"), gamma="srgb")
    lines = [" ".join(line.words) for line in apply_lines(filter, ".png", ("binomial",))]
    assert lines[0].startswith("convcli apply in.png -k binomial --border edge --linear --display clip")
    assert "-k 1 2 1 --scale 1/4" in lines[1]
    assert "-k 0.25 0.5 0.25" in lines[2]
