"""`verify`, as a user runs it."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.core.correlation import correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws import checks
from convcli.core.laws.laws import LAWS
from tests.command_line import convcli

NAMES = ["flip", "commutativity", "associativity", "linearity", "convolution-theorem", "adjoint", "young"]


@pytest.mark.parametrize("kernel", ["sobel-x", "roberts-x", "1 -2 3 4", "1; 2; -4", "3"])
def test_integer_laws_hold_at_error_zero(kernel: str) -> None:
    """The bundled photograph and a whole-number kernel, even-sized and 1xN ones too: every error is 0."""
    done = convcli("verify", "sample:camera", "-k", kernel, "--json")
    (record,) = done.records
    assert (done.code, record["command"], record["holds"]) == (0, "verify", True)
    assert [(c["name"], c["max_error"], c["tolerance"], c["holds"]) for c in record["checks"]] == [
        (name, 0, 0, True) for name in NAMES
    ]
    assert all(c["statement"] and "whole numbers" in c["reason"] for c in record["checks"])


def test_real_weights_hold_within_a_tolerance_below_a_billionth() -> None:
    """A Gaussian: errors below tolerances, and those below 1e-9 of what is added up."""
    (record,) = convcli("verify", "-k", "gaussian", "--json").records
    assert record["border"] == "edge"
    assert record["input"] == {"path": "sample:camera", "height": 512, "width": 512, "channels": 1, "dtype": "uint8"}
    for check in record["checks"]:
        assert check["max_error"] <= check["tolerance"] <= 1e-9 * check["magnitude"]
        assert check["holds"]
    assert record["correlation_against_convolution"]["symmetric"] is True


def test_the_table_says_what_was_checked_and_how_both_ways_differ() -> None:
    """One law a row; where correlation and convolution of 0..8 with 0 1; 2 3 differ most, by hand."""
    done = convcli("verify", "0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "-v")
    lines = done.text.splitlines()
    assert done.code == 0
    assert lines[0].startswith("# x = 0 1 2; 3 4 5; 6 7 8, 3x3 int64; k = kernel (2x2); g = sobel-y (3x3); border edge")
    assert [line.split("\t")[0] for line in lines[2:9]] == NAMES
    assert all(line.split("\t")[2:] == ["0", "0", "yes"] for line in lines[2:9])
    # out[1, 1]: 0*0 + 1*1 + 3*2 + 4*3 = 19 without, 0*3 + 1*2 + 3*1 + 4*0 = 5 with the flip
    assert "differ at 8 of 9 outputs (88.9 %), most at row 1, column 1: 19 against 5" in done.text
    assert "# associativity: apply with k, then with g | one sum with the kernel k * g" in done.text


def test_a_symmetric_kernel_is_explained() -> None:
    """Where both ways are the same it says why, and where only the picture hides it, that too."""
    assert "the same: it is symmetric under a turn by 180 degrees" in convcli("verify", "1 2; 3 4", "-k", "box").text
    assert "agree on this input, though" in convcli("verify", "5 5; 5 5", "-k", "1 2").text
    edge = convcli("verify", "sample:clock", "-k", "sobel-x").text
    assert "the flip is the negative of the kernel" in edge


def test_only_the_laws_asked_for_are_checked() -> None:
    """--only is repeatable, and its choices are the laws there are."""
    (record,) = convcli("verify", "1 2 4", "-k", "1 -1", "--only", "adjoint", "--only", "flip", "--json").records
    assert [check["name"] for check in record["checks"]] == ["flip", "adjoint"]
    assert LAWS.names() == NAMES


def test_sequences_have_a_second_kernel_of_their_own() -> None:
    """One row with one row, or one column with one column, keeps to its axis; a picture, or two axes, take sobel-y."""
    given = ("verify", "--json", "--only", "associativity")
    found = {
        (picture, kernel): convcli(*given, picture, "-k", kernel).records[0]["with"]
        for picture, kernel in (("3 1 2", "1 -1"), ("3; 1; 2", "1; -1"), ("3 1 2", "1; -1"), ("3 1 2", "1 2 -1"))
    }
    names = [(record["name"], record["height"], record["width"]) for record in found.values()]
    assert names == [("1 2 -1", 1, 3), ("1; 2; -1", 3, 1), ("sobel-y", 3, 3), ("2 1 -1", 1, 3)]
    assert "g = 1 2 -1 (1x3)" in convcli("verify", "3 1 2", "-k", "1 -1").text


def test_an_inequality_says_which_side_is_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Young's, with responses twice too large: 8 x 2 against 8, by hand."""
    wrong = partial(checks.check_laws, correlate=lambda *given, **options: 2 * correlate.correlate(*given, **options))
    monkeypatch.setattr(checks, "check_laws", wrong)
    done = convcli("verify", "1 2 5", "-k", "1", "--only", "young")
    assert done.code == 1
    assert "young does NOT hold: the left side is larger by 8" in done.text


def test_the_second_kernel_is_chosen_or_given() -> None:
    """sobel-y by default, sobel-x beside sobel-y itself, or what --with says, stdin included."""
    given = ("verify", "1 2 4; 0 1 9", "--json", "--only", "associativity")
    assert convcli(*given, "-k", "1 2").records[0]["with"]["name"] == "sobel-y"
    assert convcli(*given, "-k", "sobel-y").records[0]["with"]["name"] == "sobel-x"
    (record,) = convcli(*given, "-k", "1 2", "--with", "@-", stdin=b"1 2 3 4\n").records
    assert (record["with"]["height"], record["with"]["width"], record["holds"]) == (1, 4, True)


def test_a_wrong_implementation_ends_with_1_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel flipped along one axis only: exit 1, the laws named, the largest error with its place."""
    monkeypatch.setattr(Kernel, "flipped", lambda self: Kernel("k", self.weights[::-1]))
    done = convcli("verify", "0 1 2; 3 4 5; 6 7 9", "-k", "0 1; 2 3")
    assert done.code == 1
    # the right flip less the wrong one is 1 -1; 1 -1; on the last window, 4 5; 7 9, that gives -3, elsewhere -2 or 0
    assert "flip\tx * k = x ⋆ flip(k)\t3\t0\tno" in done.text
    assert "flip does NOT hold: the sides differ by 3 at row 2, column 2" in done.text
    (record,) = convcli("verify", "0 1 2; 3 4 5; 6 7 9", "-k", "0 1; 2 3", "--json").records
    assert record["holds"] is False
    assert record["checks"][0]["at"] == [2, 2]


@pytest.mark.parametrize("fault", ["anchor", "border"])
def test_wrong_anchors_and_borders_end_with_1(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's own correlation, shifted by a row or given another border."""

    def wrong(picture: Any, kernel: Any, **options: Any) -> Any:
        if fault == "border":
            options["border"] = "wrap"
        response = correlate.correlate(picture, kernel, **options)
        return np.roll(response, 1, axis=0) if fault == "anchor" else response

    monkeypatch.setattr(checks, "check_laws", partial(checks.check_laws, correlate=wrong))
    assert convcli("verify", "sample:clock", "-k", "emboss", "-q").code == 1


def test_inputs_of_every_kind_are_verified(tmp_path: Path) -> None:
    """A colour picture with alpha, a float array and stdin; alpha is named as left out."""
    rng = np.random.default_rng(8)
    path = tmp_path / "x.png"
    Image.fromarray(rng.integers(0, 256, (9, 7, 4), dtype=np.uint8)).save(path)
    done = convcli("verify", path, "-k", "emboss")
    assert (done.code, done.err.strip()) == (0, f"{path}: alpha is left out")
    np.save(tmp_path / "x.npy", rng.normal(size=(5, 6, 2)))
    (record,) = convcli("verify", tmp_path / "x.npy", "-k", "1 2; 3 5", "--border", "reflect", "--json").records
    assert (record["holds"], record["border"], record["input"]["dtype"]) == (True, "reflect", "float64")
    assert record["checks"][0]["tolerance"] > 0
    assert convcli("verify", "-", "-k", "1 2", "--json", stdin=b"1 2 3\n4 5 7\n").records[0]["input"]["width"] == 3


def test_a_bank_is_verified_kernel_by_kernel() -> None:
    """One record for each kernel of a bank; its picture is refused."""
    records = convcli("verify", "1 2 4; 8 0 3", "-k", "bank:sobel", "--json").records
    assert [record["kernel"]["name"] for record in records] == ["sobel-x", "sobel-y"]
    assert convcli("verify", "-k", "bank:sobel", "-o", "x.png").refused(2, "one kernel's results")


def test_a_constant_border_is_said_to_be_affine() -> None:
    """constant:9 makes the layer no longer linear: linearity and adjoint are checked with zero, and it says so."""
    done = convcli("verify", "1 2; 3 5", "-k", "1 2; 0 4", "--border", "constant:9")
    assert done.code == 0
    assert "With constant:9 the layer is not linear" in done.text
    assert "not linear" not in convcli("verify", "1 2", "-k", "1 2", "--border", "constant:9", "--only", "flip").text


@pytest.mark.parametrize(
    ("source", "falls"), [("sample:shapes", True), ("0 1 2; 3 4 5", False), ("wide.npy", False), ("two.npy", True)]
)
def test_the_panel_shows_input_results_and_difference(source: str, falls: bool, tmp_path: Path) -> None:
    """sobel-x: above its scale the difference is red where brightness rises to the right, blue where it falls."""
    np.save(tmp_path / "wide.npy", np.arange(600, dtype=np.uint16).reshape(20, 30) * 100)
    np.save(tmp_path / "two.npy", np.random.default_rng(0).normal(size=(8, 9, 2)))
    done = convcli("verify", source, "-k", "sobel-x", "-o", "-", cwd=tmp_path)
    drawing = np.asarray(Image.open(io.BytesIO(done.out)))
    quarter = drawing[drawing.shape[0] // 2 : -150, drawing.shape[1] // 2 :].astype(int)
    reddish, bluish = (quarter[..., 0] - quarter[..., 2] > 60).sum(), (quarter[..., 2] - quarter[..., 0] > 60).sum()
    assert done.code == 0
    assert reddish > 50
    assert (bluish > 50) == falls


def test_the_panel_of_a_symmetric_kernel_has_no_difference(tmp_path: Path) -> None:
    """White, and the caption says so; the file is announced on stderr and the table still printed."""
    done = convcli("verify", "sample:shapes", "-k", "laplacian", "-o", "p.png", cwd=tmp_path)
    drawing = np.asarray(Image.open(tmp_path / "p.png")).astype(int)
    quarter = drawing[drawing.shape[0] // 2 + 60 : -170, drawing.shape[1] // 2 + 40 : -60]
    assert (quarter == 255).all()
    assert "p.png" in done.err
    assert done.text.count("\tyes") == 7


def test_bad_usage_is_refused_with_the_rule() -> None:
    """No kernel with -q, an unknown law, a --with that nothing uses, several of them, deep kernels, NaN."""
    assert convcli("verify", "-q").refused(2, "give a kernel with -k", "convcli verify -q -k sobel-x")
    assert convcli("verify", "-k", "1 2", "--only", "flop").refused(2, "flip", "adjoint")
    assert convcli("verify", "-k", "1 2", "--with", "box", "--only", "flip").refused(2, "--only leaves out")
    assert convcli("verify", "-k", "1 2", "--with", "bank:sobel").refused(2, "2 kernels; give one")
    assert convcli("verify", "-", "-k", "@-", stdin=b"1").refused(2, "stdin can be read once")
    assert convcli("verify", "1 2", "-k", "@-", "--with", "@-", stdin=b"1").refused(2, "stdin can be read once")
    assert convcli("verify", "-k", "1 2; 3").refused(2, "line 1, column")
    assert convcli("verify", "-k", "1 2", "--json", "-o", "-").refused(2, "stdout")


def test_numbers_that_are_none_are_an_unusable_input(tmp_path: Path) -> None:
    """NaN in a file: exit 3, the file named."""
    np.save(tmp_path / "x.npy", np.array([[1.0, np.nan]]))
    assert convcli("verify", tmp_path / "x.npy", "-k", "1 2").refused(3, "x.npy", "finite numbers")


def test_quiet_leaves_only_the_exit_code() -> None:
    """For tests in a shell: nothing on either stream, unless JSON is asked for."""
    done = convcli("verify", "1 2; 3 4", "-k", "1 -1", "-q")
    assert (done.code, done.out, done.err) == (0, b"", "")
    assert convcli("verify", "1 2; 3 4", "-k", "1 -1", "-q", "--json").records[0]["holds"] is True
