"""`check`: answers to exercises of five commands, marked as a student sees it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.command_line import convcli

NINE, KERNEL = "0 1 2; 3 4 5; 6 7 8", "0 1; 2 3"
APPLY = ("apply", NINE, "-k", KERNEL, "--size", "valid")


def record(answer: str, *exercise: str) -> dict[str, object]:
    """What --json says of one answer."""
    done = convcli("check", answer, "--json", "--", *exercise)
    (found,) = done.records
    assert done.code == (0 if found["right"] else 1)
    return found  # type: ignore[no-any-return]


def test_the_right_answer_is_right_and_a_wrong_one_comes_with_its_arithmetic() -> None:
    """2*1 + 4*2 + 5*3 = 25, and 24 was written."""
    assert convcli("check", "19 25; 37 43", "--", *APPLY).code == 0
    done = convcli("check", "19 24; 37 43", "--", *APPLY)
    assert done.code == 1
    assert "3 of 4 outputs are right; the first wrong one is [0, 1]: 24 is given, 25 is right" in done.text
    assert "1×0 + 2×1 + 4×2 + 5×3 = 25" in done.text
    assert "no mistake that is known" in done.text
    found = record("19 24; 37 43", *APPLY)
    assert (found["at"], found["expected"], found["given"], found["diagnosis"]) == ([0, 1], 25, 24, None)
    assert found["score"] == 0.75


@pytest.mark.parametrize(
    ("answer", "exercise", "diagnosis"),
    [
        ("5 11; 23 29", APPLY, "flipped"),  # 0*3 + 1*2 + 3*1 + 4*0 = 5
        ("5", ("explain", NINE, "-k", KERNEL, "--size", "valid", "--at", "0,0"), "flipped"),
        ("19; 29", ("explain", NINE, "-k", KERNEL, "--size", "valid", "--at", "0,0", "--at", "1,1"), None),
        ("0 1; 2 3", ("flip", KERNEL), "flipped"),
        ("1 0; 3 2", ("flip", KERNEL), "flipped-lr"),
        ("2 3; 0 1", ("flip", KERNEL), "flipped-ud"),
        ("0 2; 1 3", ("flip", KERNEL, "--axis", "lr"), None),
        ("-1 1 0; 0 -1 1", ("matrix", "1x3", "-k", "1 -1", "--size", "valid"), "flipped"),
        ("1 0; -1 1; 0 -1", ("matrix", "1x3", "-k", "1 -1", "--size", "valid"), "transposed"),
        ("150", ("params", "28x28x1", "--kernel", "5", "--filters", "6", "--bias", "--layer", "shared"), "bias"),
        ("shared.weights=25", ("params", "8x8x3", "--kernel", "5"), "channels-summed"),
        ("sparse.connections=576", ("params", "8x8x1", "--kernel", "3", "--stride", "2"), "stride"),
        ("fc.macs=2304", ("params", "8x8x1", "--kernel", "3"), "padding"),  # 64 inputs * 36 units
    ],
)
def test_each_command_sets_exercises_whose_mistakes_are_named(
    answer: str, exercise: tuple[str, ...], diagnosis: str | None
) -> None:
    """Sums by hand, each wrong in one way, or in none that is known."""
    found = record(answer, *exercise)
    assert (found["right"], found["diagnosis"]) == (False, diagnosis)


@pytest.mark.parametrize(
    ("answer", "exercise"),
    [
        ("25", ("explain", NINE, "-k", KERNEL, "--size", "valid", "--at", "0,1")),
        ("19 25; 37 43", ("explain", NINE, "-k", KERNEL, "--size", "valid")),
        ("3 2; 1 0", ("flip", KERNEL)),
        ("1 -1 0; 0 1 -1", ("matrix", "1x3", "-k", "1 -1", "--size", "valid")),
        ("fc.weights=614,656 shared.weights=25; sparse.weights=19600", ("params", "28x28x1", "--kernel", "5")),
        ("614656 19600 25", ("params", "28x28x1", "--kernel", "5")),
        ("1.33", ("apply", "1 1 2", "-k", "1/3 1/3 1/3", "--size", "valid")),
        ("-1 -2", ("apply", "1 2", "-k", "-1")),
    ],
)
def test_right_answers_of_every_kind_are_right(answer: str, exercise: tuple[str, ...]) -> None:
    """A number, a matrix, figures by name or in the table's order, fewer digits, a minus sign in front."""
    assert record(answer, *exercise)["right"] is True


def test_answers_are_read_from_files_and_from_stdin(tmp_path: Path) -> None:
    """.npy, .csv, text, and '-'."""
    right = np.array([[19, 25], [37, 43]])
    np.save(tmp_path / "a.npy", right.astype(np.float32))
    (tmp_path / "a.csv").write_text("19,25\n37,43\n")
    (tmp_path / "a.txt").write_text("19 25\n37 43\n")
    for name in ("a.npy", "a.csv", "a.txt"):
        assert convcli("check", str(tmp_path / name), "--", *APPLY).code == 0
    assert convcli("check", "-", "--", *APPLY, stdin=b"19 25\n37 44\n").code == 1


def test_of_a_picture_the_pixels_that_apply_writes_are_compared(tmp_path: Path) -> None:
    """Mid-grey is 0 for an edge detector; overflow and a flip in what another tool made."""
    picture = np.random.default_rng(5).integers(0, 256, (9, 7), dtype=np.uint8)
    Image.fromarray(picture).save(tmp_path / "in.png")
    source = str(tmp_path / "in.png")
    exercise = ("apply", source, "-k", "1 2; 3 4", "--border", "zero", "--display", "clip")
    edges = ("apply", source, "-k", "sobel-x")
    assert convcli(*edges, "-o", str(tmp_path / "edges.png")).code == 0
    assert record(str(tmp_path / "edges.png"), *edges)["right"] is True
    padded = np.pad(picture.astype(int), ((1, 0), (1, 0)))
    sums = padded[:-1, :-1] + 2 * padded[:-1, 1:] + 3 * padded[1:, :-1] + 4 * padded[1:, 1:]
    Image.fromarray(np.clip(sums, 0, 255).astype(np.uint8)).save(tmp_path / "right.png")
    Image.fromarray((sums % 256).astype(np.uint8)).save(tmp_path / "wrapped.png")
    assert record(str(tmp_path / "right.png"), *exercise)["right"] is True
    assert record(str(tmp_path / "wrapped.png"), *exercise)["diagnosis"] == "overflow"


def test_bytes_that_are_clamped_before_a_magnitude_are_noticed() -> None:
    """max(gx, 0) for gx under the root."""
    picture = np.array([[9, 1, 4, 7], [2, 8, 0, 5], [6, 3, 9, 1]])
    text = "; ".join(" ".join(map(str, row)) for row in picture)
    across = picture[:, 1:] - picture[:, :-1]
    exercise = ("apply", text, "-k", "-1 1", "-k", "1 -1", "--size", "valid", "--combine", "magnitude")
    right, wrong = np.sqrt(2.0) * np.abs(across), np.abs(across)
    written = ["; ".join(" ".join(f"{v:.6f}" for v in row) for row in values) for values in (right, wrong)]
    assert record(written[0], *exercise)["right"] is True
    assert record(written[1], *exercise)["diagnosis"] == "clamped"


def test_shapes_that_differ_are_said_with_both() -> None:
    """Three by three for two by two: the border was padded."""
    done = convcli("check", "0 3 8; 15 19 25; 30 37 43", "--", *APPLY)
    assert done.code == 1
    assert "the answer has 3 × 3 values, and the right one 2 × 2 values" in done.text
    found = record("0 3 8; 9 19 25; 27 37 43", "apply", NINE, "-k", KERNEL, "--size", "valid", "--border", "zero")
    assert found["shape"] == {"expected": [2, 2], "given": [3, 3]}
    assert found["at"] is None


def test_a_sheet_has_a_line_for_each_answer_and_fails_for_one_that_cannot_be_read(tmp_path: Path) -> None:
    """Right, flipped, nothing known, of another size, no matrix; hidden files and folders are left out."""
    folder = tmp_path / "class"
    (folder / "sub").mkdir(parents=True)
    answers = {"ada": "19 25; 37 43", "bob": "5 11; 23 29", "cem": "19 25; 37 44", "dan": "19", "eve": "twelve"}
    for name, text in answers.items():
        (folder / f"{name}.txt").write_text(text)
    (folder / ".hidden").write_text("1")
    marks = folder / "marks.csv"
    for _ in range(2):  # the sheet is no answer, even where it is there
        done = convcli("check", "--sheet", str(folder), "-f", "-o", str(marks), "--", *APPLY)
        assert done.code == 3
        assert "5 answers: 1 right, 3 wrong, 1 not read" in done.err
        rows = list(csv.DictReader(marks.read_text("utf-8").splitlines()))
        assert [(row["name"][:3], row["right"], row["score"], row["at"], row["diagnosis"]) for row in rows] == [
            ("ada", "yes", "1", "", ""),
            ("bob", "no", "0", "0,0", "flipped"),
            ("cem", "no", "0.75", "1,1", ""),
            ("dan", "no", "0", "", ""),
            ("eve", "", "", "", ""),
        ]
        assert rows[3]["note"] == "1x1 for 2x2"
        assert "eve.txt" in rows[4]["note"]
    assert convcli("check", "--sheet", str(folder), "-o", str(marks), "--", *APPLY).refused(3, "marks.csv")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("25",), 2, ["the exercise behind --"]),
        ((), 2, ["ANSWER"]),
        (("25", "apply", "0 1", "-k", "1"), 2, ["-k", "behind --"]),
        (("25", "--", "verify", "0 1"), 2, ["verify", "apply"]),
        (("25", "--", "apply", "0 1", "-k", "1", "-o", "x.png"), 2, ["--output has no place"]),
        (("25", "--", "explain", "0 1", "-k", "1", "--json"), 2, ["--json has no place"]),
        (("25", "--", "apply", "0 1", "2 3", "-k", "1"), 2, ["one INPUT"]),
        (("25", "--", "apply", "0 1", "-k", "1", "--padding", "x"), 2, ["--padding", "whole number"]),
        (("25", "--", "explain", "0 1", "-k", "1", "--at", "5,5"), 2, ["--at", "1x2"]),
        (("25", "-o", "x.csv", "--", *APPLY), 2, ["--sheet"]),
        (("--sheet", "nowhere", "-o", "x.txt", "--", *APPLY), 2, [".csv"]),
        (("--sheet", "nowhere", "--", *APPLY), 3, ["nowhere"]),
        (("none.npy", "--", *APPLY), 3, ["none.npy"]),
        (("-", "--", "apply", "-", "-k", "1"), 2, ["stdin can be read once"]),
        (("weights=25", "--", "params", "8x8", "--kernel", "5"), 3, ["shared.weights=N"]),
        (("bites=25", "--", "params", "8x8", "--hidden", "5"), 3, ["bites", "bytes"]),
        (("1 2 3 4", "--", "params", "8x8", "--kernel", "5"), 3, ["3 numbers"]),
        (("2.5", "--", "params", "8x8", "--hidden", "5"), 3, ["2.5", "whole numbers"]),
    ],
)
def test_what_cannot_be_marked_is_refused_with_one_message(
    arguments: tuple[str, ...], code: int, words: list[str]
) -> None:
    """No answer, no exercise, what has no place in one, figures that are none."""
    assert convcli("check", *arguments).refused(code, *words)
