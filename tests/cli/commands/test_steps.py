"""Stride and dilation by rows and columns, in every command that has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.command_line import convcli
from tests.oracles import correlate_plane, same_padding

PLANE = np.arange(63).reshape(7, 9) ** 2 % 97
TEXT = "; ".join(" ".join(map(str, row)) for row in PLANE.tolist())
KERNEL = np.array([[1, -2, 3], [4, 5, -6]])
WEIGHTS = "1 -2 3; 4 5 -6"


def defined(stride: tuple[int, int], dilation: tuple[int, int]) -> list[list[int]]:
    """The response by nested loops, zero beyond the edge."""
    padding = same_padding(2, 3, dilation)
    plane = correlate_plane(PLANE, KERNEL, border="zero", padding=padding, stride=stride, dilation=dilation)
    return plane.astype(int).tolist()


STEPS = [
    ("1x1", "1x1", (1, 1), (1, 1)),
    ("3x2", "1", (3, 2), (1, 1)),
    ("1x4", "2x1", (1, 4), (2, 1)),
    ("2", "1x3", (2, 2), (1, 3)),
    ("2X3", "2", (2, 3), (2, 2)),
]


@pytest.mark.parametrize(("stride", "dilation", "steps", "apart"), STEPS)
def test_steps_down_and_across_are_the_definitions(
    stride: str, dilation: str, steps: tuple[int, int], apart: tuple[int, int]
) -> None:
    """`apply`, `matrix` times the picture, and `explain` all give the nested loops' values."""
    given = ("--stride", stride, "--dilation", dilation, "--border", "zero")
    expected = defined(steps, apart)
    text = convcli("apply", TEXT, "-k", WEIGHTS, *given).text
    assert [[int(n) for n in line.split()] for line in text.splitlines()] == expected
    (record,) = convcli("matrix", "7x9", "-k", WEIGHTS, *given, "--json").records
    outputs = np.array(record["matrix"]) @ PLANE.ravel()
    assert record["holds"] is True
    assert outputs.reshape(len(expected), -1).tolist() == expected
    last = f"{len(expected) - 1},{len(expected[0]) - 1}"
    (record,) = convcli("explain", TEXT, "-k", WEIGHTS, *given, "--at", last, "--json").records
    assert record["value"] == expected[-1][-1]


@pytest.mark.parametrize(("stride", "kept"), [("2", 2), ("2x2", 2), ("3x2", [3, 2]), ("1x2", [1, 2]), ("1", 1)])
def test_records_keep_one_number_where_both_are_equal(tmp_path: Path, stride: str, kept: Any) -> None:
    """The contract's integer; two numbers, rows first, only where they differ."""
    Image.fromarray(PLANE.astype(np.uint8)).save(tmp_path / "p.png")
    given = ("--stride", stride, "--dilation", stride, "--json")
    for words in (
        ("apply", tmp_path / "p.png", "-k", "1 2; 3 4", "-o", tmp_path / "o.npy"),
        ("matrix", "7x9", "-k", "1 2; 3 4"),
        ("params", "7x9", "--kernel", "2"),
        ("explain", TEXT, "-k", "1 2; 3 4", "--at", "0,0"),
    ):
        (record,) = convcli(*words, *given).records
        assert (record["stride"], record["dilation"]) == (kept, kept), words


def test_params_counts_the_grid_of_unequal_steps() -> None:
    """64x48, 3x5 taps, "same", steps of 3 and 2: 22 x 24 units; taps of 4 and 1 apart meet the padding less often."""
    (record,) = convcli("params", "64x48", "--kernel", "3x5", "--stride", "3x2", "--dilation", "4x1", "--json").records
    assert record["grid"] == [22, 24]
    rows = sum(0 <= 3 * o + 4 * i - 4 < 64 for o in range(22) for i in range(3))
    columns = sum(0 <= 2 * o + j - 2 < 48 for o in range(24) for j in range(5))
    assert record["connections_inside"] == rows * columns


def test_alpha_follows_the_centre_by_rows_and_columns(tmp_path: Path) -> None:
    """valid with steps of 2 and 3: alpha is taken at rows 1, 3 ... and columns 2, 5 ... for taps 1 and 2 apart."""
    rgba = np.random.default_rng(8).integers(0, 256, (11, 15, 4), dtype=np.uint8)
    rgba[:, :, :3] = 90  # a flat colour: whatever weighs it, it stays
    Image.fromarray(rgba).save(tmp_path / "p.png")
    steps = ("--size", "valid", "--stride", "2x3", "--dilation", "1x2")
    convcli("apply", tmp_path / "p.png", "-k", "0 0 0; 0 1 0; 0 0 0", *steps, "-o", tmp_path / "o.png")
    with Image.open(tmp_path / "o.png") as opened:
        assert np.array_equal(np.asarray(opened)[:, :, 3], rgba[1:10:2, 2:13:3, 3])


def test_a_shift_by_each_steps_own_multiple_holds() -> None:
    """Steps of 3 down and 2 across: a shift by (3, 2) commutes, by (2, 3) it does not, and the step is the cause."""
    run = ("equivariance", "sample:shapes", "-k", "sobel-x", "--stride", "3x2", "--json")
    (record,) = convcli(*run, "--dx", "2", "--dy", "3").records
    assert record["holds"] is True
    (record,) = convcli(*run, "--dx", "3", "--dy", "2").records
    assert record["causes"][0]["name"] == "stride phase"


def test_taps_of_unequal_distance_break_a_turn() -> None:
    """A kernel of all symmetries under dilation 3x2: the dilation is named, and without it the turn holds."""
    run = ("equivariance", "sample:shapes", "-k", "box", "--transform", "rotate90", "--dilation", "3x2", "--json")
    (record,) = convcli(*run).records
    assert [(cause["name"], cause["holds"]) for cause in record["causes"]] == [("dilation", True)]


def test_a_sweep_runs_over_unequal_steps() -> None:
    """Each text of --stride is a value."""
    run = ("equivariance", "sample:shapes", "-k", "sobel-x", "--sweep", "dx=1..3,stride=2,1x3,3x1", "--json")
    found = {(r["sweep"]["dx"], r["sweep"]["stride"]): r["holds"] for r in convcli(*run).records}
    assert {key for key, holds in found.items() if holds} == {("2", "2"), ("3", "1x3"), *((d, "3x1") for d in "123")}


@pytest.mark.parametrize("option", ["--stride", "--dilation"])
@pytest.mark.parametrize("text", ["0", "2x0", "0x2", "-1", "1x2x3", "x2", "2x", "1.5", "2,3", "a", "", "3 2"])
def test_what_is_no_step_is_refused_by_its_rule(option: str, text: str) -> None:
    """Usage, with the option, the value and the rule."""
    for words in (("apply", "1 2; 3 4", "-k", "1 1"), ("params", "9x9", "--kernel", "3"), ("matrix", "3x3", "-k", "1")):
        assert convcli(*words, f"{option}={text}").refused(2, f"{option}: ", "at least 1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("params", "100", "--kernel", "5", "--stride", "3x2"), "plain vector"),
        (("matrix", "6", "-k", "1 1", "--dilation", "2x3"), "plain vector"),
        (
            ("equivariance", "sample:shapes", "-k", "box", "--transform", "rotate90", "--stride", "3x2"),
            "3 down and 2 across",
        ),
    ],
)
def test_steps_that_have_no_effect_or_no_sense_are_refused(words: tuple[str, ...], said: str) -> None:
    """A vector has no rows to step over; a turn needs steps of one size."""
    assert convcli(*words).refused(2, said)
