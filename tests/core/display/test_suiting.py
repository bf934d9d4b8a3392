"""The display that auto stands for: where a kernel's sum is small, negative, lifted by a bias, or beside others."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from convcli import kernels
from convcli.core.display.suiting import resolve_display, sheet_displays
from convcli.core.kernel.kernel import Kernel
from convcli.errors import UnknownNameError

EDGE, BLUR = Kernel("edge", [[-1, 1]]), Kernel("blur", [[0.5, 0.5]])


@pytest.mark.parametrize(
    ("weights", "display"),
    [
        ([[-1, 1]], "signed"),
        ([[-1, 1.04]], "signed"),  # 0.04 of 2.04: 1.96 %
        ([[-1, 1.05]], "clip"),  # 0.05 of 2.05: 2.4 %
        ([[1, -1.05]], "signed"),  # as much below zero: responses are negative
        ([[-1]], "signed"),
        ([[-1, -2], [-3, 0.5]], "signed"),
        ([[0]], "signed"),
        ([[1]], "clip"),
        ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "clip"),
        ([[[1, -1]], [[2, -2.01]]], "signed"),  # weights for each of two channels, whose responses are added
        ([[[1, -1]], [[2, -1.5]]], "clip"),
    ],
)
def test_the_sum_beside_the_sum_of_magnitudes_decides(weights: list[object], display: str) -> None:
    """At most 2 % is signed; for one kernel by itself and for the only one of a sheet."""
    kernel = Kernel("k", np.array(weights, dtype=float))
    assert resolve_display("auto", [kernel]) == display
    assert sheet_displays("auto", [kernel]) == [display]
    assert sheet_displays("auto", [kernel.flipped()]) == [display]


PICTURES = {"identity", "box", "gaussian", "binomial", "motion", "disk", "sharpen", "sharpen-8", "unsharp", "emboss"}


def test_the_catalogue_has_photographs_and_edges() -> None:
    """Smoothing, sharpening and relief are clipped, whatever else there is is signed; Gabor's kernels too."""
    shown = {recipe.name: resolve_display("auto", [kernels.kernel(recipe.name)]) for recipe in kernels.recipes()}
    assert {name for name, display in shown.items() if display == "clip"} == PICTURES
    assert set(shown.values()) == {"clip", "signed"}


@pytest.mark.parametrize("bank", kernels.banks(), ids=lambda bank: str(bank.name))
def test_a_bank_is_shown_by_one_display(bank: kernels.Bank) -> None:
    """Of every bank of the catalogue each kernel is signed, the mean of Frei and Chen's nine, too."""
    name = bank.name if bank.name.startswith("bank:") else f"bank:{bank.name}"
    assert set(sheet_displays("auto", kernels.kernels_from(name))) == {"signed"}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [3, 5, 7])
def test_random_banks_are_signed_and_most_of_what_they_say_is_negative_or_positive(seed: int, size: int) -> None:
    """Of a hundred random kernels a third at least of the responses to a photograph are negative: black, if clipped."""
    bank = kernels.kernels_from(f"bank:random:size={size},seed={seed}")
    assert set(sheet_displays("auto", bank)) == {"signed"}
    with Image.open("sample_images/camera.png") as picture:
        photo = np.asarray(picture.convert("L"), float)[::8, ::8]
    negative = [float((ndimage.correlate(photo, k.weights, mode="nearest") < 0).mean()) for k in bank]
    assert 1 / 3 < np.mean(negative) < 2 / 3


def test_only_kernels_that_keep_the_brightness_are_clipped_beside_edges() -> None:
    """Kernels that sum to 1 show their photograph; a sum of nine pixels shares the scale of the others."""
    nine, sharp = Kernel("nine", np.ones((3, 3))), Kernel("sharp", [[-1, 3, -1]])
    assert sheet_displays("auto", [BLUR, EDGE, sharp]) == ["clip", "signed", "clip"]
    assert sheet_displays("auto", [nine, EDGE]) == ["signed", "signed"]
    assert sheet_displays("auto", [nine, BLUR, sharp]) == ["clip", "clip", "clip"]
    assert sheet_displays("auto", [Kernel("third", np.full((1, 3), 1 / 3, np.float32)), EDGE]) == ["clip", "signed"]


def test_a_bias_lifts_negative_sums_but_not_edges() -> None:
    """255 - v is a negative picture; an edge with a bias still has two signs."""
    inverted = Kernel("inverted", [[-1]])
    assert sheet_displays("auto", [inverted], biases=[255.0]) == ["clip"]
    assert sheet_displays("auto", [inverted], biases=[-1.0]) == ["signed"]
    assert sheet_displays("auto", [inverted, EDGE], biases=[255.0, 9.0]) == ["signed", "signed"]
    assert sheet_displays("auto", [EDGE], biases=[128.0]) == ["signed"]


def test_where_nothing_is_negative_black_is_zero() -> None:
    """After a ReLU edges are drawn from 0 to the largest; photographs stay what they are."""
    assert resolve_display("auto", [EDGE], nonnegative=True) == "magnitude"
    assert sheet_displays("auto", [EDGE, BLUR], nonnegative=True) == ["magnitude", "clip"]
    assert sheet_displays("auto", [BLUR, BLUR], nonnegative=True) == ["clip", "clip"]


def test_kernels_that_make_one_map_are_judged_by_their_sum() -> None:
    """An edge and a blur together: 1 of 3; a hundred random kernels: below zero."""
    assert resolve_display("auto", [EDGE, BLUR]) == "clip"
    assert resolve_display("auto", [EDGE, EDGE]) == "signed"
    assert resolve_display("auto", kernels.kernels_from("bank:random")) == "signed"


def test_what_is_asked_for_is_shown_and_other_names_are_refused() -> None:
    """For one map and for each of a sheet."""
    assert resolve_display("abs", [EDGE]) == "abs"
    assert sheet_displays("clip", [EDGE, BLUR], nonnegative=True) == ["clip", "clip"]
    for choose in (resolve_display, sheet_displays):
        with pytest.raises(UnknownNameError, match="stretch"):
            choose("strech", [EDGE])
