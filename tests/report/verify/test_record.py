"""What `verify` says: its record whole, its sentences, for hand-made findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convcli.core.border import border
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.checks import Check
from convcli.core.laws.contrast import Contrast
from convcli.report.verify.record import verify_record
from convcli.report.verify.table import contrast_words, verify_table, verify_words

KERNEL, SECOND = Kernel("k", [[1, -2, 7]]), Kernel("g", [[1], [2]])
CHECK = Check("flip", "x * k = x ⋆ flip(k)", "one way", "another", 3.0, 0.5, "rounding", 70.0, (1, 0, 2))
FOUND = Contrast(np.full((2, 1, 3), 9.0), np.full((2, 1, 3), 4.0), 5.0, (1, 0, 2), 4, False, False)
PICTURE = np.zeros((2, 1, 3), np.float32)


def test_the_record_holds_the_picture_both_kernels_every_check_and_the_contrast() -> None:
    """Every key, in order, of a colour picture whose one law is broken."""
    record = verify_record("x.npy", PICTURE, (KERNEL, SECOND), border("constant:9"), [CHECK], FOUND)
    assert list(record.items()) == [
        ("command", "verify"),
        ("kernel", {"name": "k", "height": 1, "width": 3}),
        ("with", {"name": "g", "height": 2, "width": 1}),
        ("holds", False),
        ("checks", [{"name": "flip", "statement": "x * k = x ⋆ flip(k)", "left": "one way", "right": "another",
                     "max_error": 3.0, "tolerance": 0.5, "reason": "rounding", "magnitude": 70.0, "at": (1, 0, 2),
                     "holds": False}]),
        ("correlation_against_convolution", {"max_difference": 5.0, "at": (1, 0, 2), "differing": 4, "outputs": 6,
                                             "symmetric": False, "antisymmetric": False}),
        ("input", {"path": "x.npy", "height": 2, "width": 1, "channels": 3, "dtype": "float32"}),
        ("border", "constant:9"),
    ]  # fmt: skip
    grey = verify_record(
        "-", PICTURE[:, :, 0], (KERNEL, SECOND), border("wrap"), [replace(CHECK, max_error=0.5)], FOUND
    )
    assert (grey["holds"], grey["input"]["channels"], grey["border"]) == (True, 1, "wrap")


def test_a_broken_law_is_said_below_the_table_with_its_place() -> None:
    """Its row says no; the line below says by how much and where, channel included."""
    table = verify_table([CHECK], "title", routes=True)
    assert list(table.rows) == [("flip", "x * k = x ⋆ flip(k)", "3", "0.5", False)]
    assert list(table.notes) == [
        "tolerance of flip: rounding",
        "flip does NOT hold: the sides differ by 3 at row 1, column 0, channel 2",
        "flip: one way | another",
    ]


def test_the_contrast_is_said_in_numbers_or_explained() -> None:
    """Where it is largest, out of how many; or why there is none."""
    words = "Correlation and convolution with k differ at 4 of 6 outputs (66.7 %), most at row 1, column 0, channel 2"
    assert contrast_words(FOUND, KERNEL) == f"{words}: 9 against 4"
    assert "only the sign changes" in contrast_words(replace(FOUND, antisymmetric=True), KERNEL)
    assert "symmetric under a turn" in contrast_words(replace(FOUND, symmetric=True), KERNEL)
    assert "agree on this input" in contrast_words(replace(FOUND, at=None), KERNEL)


def test_the_title_names_g_only_where_a_law_has_a_second_kernel() -> None:
    """And a constant's note stands only where a law is checked without its value."""
    given = "x.npy", PICTURE, FOUND, (KERNEL, SECOND), border("constant:9")
    assert verify_words(*given, ["flip"])[0] == "x = x.npy, 2x1 float32; k = k (1x3); border constant:9"
    assert verify_words(*given, ["associativity"])[0].endswith("; k = k (1x3); g = g (2x1); border constant:9")
    assert [len(verify_words(*given, [law])[1]) for law in ("flip", "linearity", "adjoint")] == [1, 2, 2]
