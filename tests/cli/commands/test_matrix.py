"""`matrix`, as a user runs it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from PIL import Image
from scipy import signal

from convcli.core.layer import matrix_check
from convcli.core.layer.matrix_check import Agreement
from tests.command_line import convcli


def numbers(text: str) -> list[list[float]]:
    """The rows of a printed matrix, without the comments."""
    return [[float(n) for n in line.split()] for line in text.splitlines() if not line.startswith("#")]


def test_a_small_matrix_is_printed_and_reads_back() -> None:
    """The worked example; the facts are comments, so that the output is a matrix again."""
    done = convcli("matrix", "3x3", "-k", "0 1; 2 3", "--size", "valid")
    assert done.code == 0
    assert numbers(done.text)[0] == [0, 1, 0, 2, 3, 0, 0, 0, 0]
    for words in (
        "entries: 36 = m × n",
        "connected: 16 = k × n",
        "distinct weights: 4 = k × filters",
        "equals the response",
    ):
        assert f"# {words}" in done.text or words in done.text
    again = convcli("flip", "@-", "--transpose", stdin=done.out)
    assert numbers(again.text) == np.array(numbers(done.text)).T.tolist()


@pytest.mark.parametrize("border", ["zero", "edge", "wrap", "symmetric"])
def test_the_matrix_is_the_correlation_that_scipy_computes(border: str) -> None:
    """Matrix times picture, compared with SciPy's correlation of the same picture."""
    rng = np.random.default_rng(5)
    picture, kernel = rng.integers(0, 99, (5, 4)), np.array([[1, -2, 3], [4, 5, -6], [0, 8, 9]])
    done = convcli("matrix", "5x4", "-k", "1 -2 3; 4 5 -6; 0 8 9", "--border", border)
    product = (np.array(numbers(done.text)) @ picture.ravel()).reshape(5, 4)
    mode = {"zero": "constant", "edge": "edge", "wrap": "wrap", "symmetric": "symmetric"}[border]
    padded = np.pad(picture, 1, mode=mode)
    assert np.array_equal(product, signal.correlate2d(padded, kernel, mode="valid"))


def test_the_record_holds_counts_and_closed_forms() -> None:
    """--json: counted and closed form side by side; the matrix where it is small, null where not."""
    (record,) = convcli("matrix", "4x4", "-k", "laplacian", "--border", "zero", "--stride", "2", "--json").records
    assert (record["rows"], record["columns"], record["holds"]) == (4, 16, True)
    assert [(c["name"], c["counted"], c["closed_form"]) for c in record["counts"]] == [
        ("entries", 64, 64),
        ("connected", 25, 25),
        ("distinct weights", 9, 9),
    ]
    assert record["nonzeros"] == 16
    assert record["apply"] == {"max_error": 0.0, "tolerance": 0.0, "holds": True}
    assert record["matrix"][0][:5] == [-4, 1, 0, 0, 1]
    (large,) = convcli("matrix", "9x9", "-k", "laplacian", "--json").records
    assert large["matrix"] is None
    (filled,) = convcli("matrix", "1x3", "-k", "1 2 5", "--border", "constant:7", "--json").records
    assert filled["offset"] == [7, 0, 35]
    assert filled["largest_offset"] == 35


def test_a_large_layer_has_every_number_that_a_small_one_has() -> None:
    """What the border adds is a list of zeros or more where it is printed; its largest, in any size."""
    (small,) = convcli("matrix", "2x2", "-k", "1 1", "--json").records
    assert (small["offset"], small["largest_offset"]) == ([0, 0, 0, 0], 0)
    (large,) = convcli("matrix", "9x9", "-k", "1 1", "--border", "constant:4", "--json").records
    assert {key for key, value in large.items() if value is None} == {"matrix", "offset"}
    assert (large["largest_offset"], large["apply"]["max_error"]) == (4, 0)


@pytest.mark.parametrize("more", [["--border", "constant:1e200"], []])
def test_weights_whose_sums_overflow_are_refused(more: list[str]) -> None:
    """No error figure can be had of them: 1e200 times 1e200, 255 times 1e308."""
    done = convcli("matrix", "1x9", "-k", "1e200 1" if more else "1e308 1", *more, "--json")
    assert (done.code, done.text) == (2, "")
    assert "too large" in done.err


@pytest.mark.parametrize(("kind", "distinct"), [("fc", 12), ("sparse", 6), ("shared", 2)])
def test_layers_differ_in_their_distinct_weights(kind: str, distinct: int) -> None:
    """4 inputs, 3 units, a window of 2."""
    (record,) = convcli("matrix", "4", "-k", "-1 1", "--size", "valid", "--layer", kind, "--json").records
    assert record["counts"][2]["counted"] == distinct
    assert record["layer"] == kind


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        (["--size", "full"], (7 * 8, 30)),
        (["--padding", "1,0,0,2"], (4 * 6, 30)),
        (["--stride", "2"], (3 * 3, 30)),
        (["--dilation", "2", "--size", "valid"], (1 * 2, 30)),
        (["-k", "sobel-y"], (60, 30)),
    ],
)
def test_every_option_of_the_geometry_changes_the_matrix(options: list[str], shape: tuple[int, int]) -> None:
    """3x3 windows on 5x6, by hand."""
    (record,) = convcli("matrix", "5x6", "-k", "sobel-x", *options, "--json").records
    assert (record["rows"], record["columns"]) == shape


def test_files_hold_the_picture_or_the_numbers(tmp_path: Path) -> None:
    """.npy and .txt hold the matrix exactly, .png a picture of it; stdout has the facts alone."""
    printed = numbers(convcli("matrix", "4x5", "-k", "gaussian").text)
    done = convcli("matrix", "4x5", "-k", "gaussian", "-o", tmp_path / "m.npy")
    assert np.array_equal(np.load(tmp_path / "m.npy"), printed)
    assert all(line.startswith("#") for line in done.text.splitlines())
    assert "20 rows, 20 columns" in done.err
    convcli("matrix", "4x5", "-k", "gaussian", "-o", tmp_path / "m.txt")
    assert np.array_equal(np.loadtxt(tmp_path / "m.txt"), printed)
    assert convcli("matrix", "4x5", "-k", "gaussian", "-o", tmp_path / "m.png", "-q").err == ""
    with Image.open(tmp_path / "m.png") as picture:
        assert picture.size[0] > 400
    assert convcli("matrix", "4x5", "-k", "box", "-o", tmp_path / "m.npy").refused(3, "exists", "--force")
    streamed = convcli("matrix", "4x5", "-k", "box", "-o", "-")
    assert Image.open(io.BytesIO(streamed.out)).format == "PNG"


def test_large_matrices_are_not_printed() -> None:
    """81 columns: the facts, and where the numbers are to be had."""
    text = convcli("matrix", "9x9", "-k", "box").text
    assert "too large to print" in text
    assert numbers(text) == []


def test_terminals_get_aligned_numbers_and_no_comments() -> None:
    """Dots where nothing is connected, and no picture's bytes."""
    with (
        mock.patch("tests.command_line._Stream.isatty", return_value=True),
        mock.patch.dict("os.environ", COLUMNS="80"),
    ):
        text = convcli("matrix", "4", "-k", "0 -12", "--size", "valid").text
        refused = convcli("matrix", "4", "-k", "1 2", "-o", "-")
        wide = convcli("matrix", "8x8", "-k", "gaussian").text.splitlines()
        large = convcli("matrix", "9x9", "-k", "box").text
    assert text.splitlines()[0] == "  0 -12   .   ."
    assert text.splitlines()[3] == ""
    assert max(map(len, wide)) <= 80
    cut = wide.index("... 55 more columns")
    assert cut == 64
    assert all(len(line.removesuffix(" ...").split()) == 9 and line.endswith(" ...") for line in wide[:cut])
    assert "too large to print" in large
    assert "#" not in text
    assert refused.refused(2, "not written to a terminal")


def test_a_claim_that_does_not_hold_is_exit_1() -> None:
    """With a core that answered otherwise, the difference is shown and the exit code says so."""

    def differs(*_: Any) -> Agreement:
        return Agreement(3.0, 0.0)

    with mock.patch.object(matrix_check, "agreement", differs):
        done = convcli("matrix", "3x3", "-k", "box")
    assert done.code == 1
    assert "DIFFERS from the response of apply: largest difference 3, 0 allowed" in done.text


def test_a_count_that_does_not_hold_is_shown_with_both_numbers() -> None:
    """Counted and closed form, side by side."""
    wrong = [matrix_check.Count("entries", 5, 4, "m × n"), matrix_check.Count("connected", 9, 9, "k × n")]
    with mock.patch.object(matrix_check, "counts", return_value=wrong):
        done = convcli("matrix", "3x3", "-k", "box")
    assert done.code == 1
    assert "entries: 5, but m × n is 4" in done.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["1000x1000", "-k", "box"], ["1,000,000,000,000 entries", "8,000,000,000,000 bytes"]),
        (["5x5"], ["-k"]),
        (["5x5", "-k", "nothing"], ["'nothing'"]),
        (["2x2", "-k", "box", "--size", "valid"], ["spans 3 positions", "has only 2"]),
        (["5x5", "-k", "box", "-k", "1 2"], ["-k: 1x2, 3x3", "one size"]),
        (["0x5", "-k", "box"], ["SHAPE: 0x5"]),
        (["5x5", "-k", "box", "--padding", "1", "--size", "same"], ["--size and --padding"]),
        (["5x5", "-k", "box", "--border", "mirrored"], ["mirrored"]),
        (["5x5", "-k", "box", "--layer", "dense"], ["dense", "sparse"]),
    ],
)
def test_bad_input_is_refused_by_option_value_and_rule(arguments: list[str], words: list[str]) -> None:
    """Exit 2 and one message."""
    assert convcli("matrix", *arguments).refused(2, *words)
