"""libvips' matrix files as kernels: what `vips` itself reads, and never plain rows of numbers."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest

from convcli.core.correlation.correlate import correlate
from convcli.errors import KernelTextError
from convcli.kernels import kernels_from
from tests.tools import VIPS


def read(path: Path, content: str) -> list[list[float]]:
    """The weights of one file."""
    path.write_text(content)
    (found,) = kernels_from(f"@{path}")
    return found.weights.tolist()


GOOD = [
    ("3 3 1 0\n0 1 0\n1 -4 1\n0 1 0\n", [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    ("3 1\n1 2 1\n", [[1, 2, 1]]),
    ("3 1 4\n1 2 1\n", [[0.25, 0.5, 0.25]]),
    ("1 3 -2 0\n1\n2\n4\n", [[-0.5], [-1], [-2]]),
    ("4 2 1 0\n1 2 3 4\n5 6 7 8\n", [[1, 2, 3, 4], [5, 6, 7, 8]]),
    ("2 1\n3 4\n", [[3, 4]]),
    ("2 2 8 0\n1\t2\n3   4\n", [[0.125, 0.25], [0.375, 0.5]]),
    ("2 1 0.5 0.0\r\n1e-3 2\r\n", [[0.002, 4]]),
    ("1 1\n7\n", [[7]]),
]


@pytest.mark.parametrize(("content", "weights"), GOOD)
def test_a_mat_file_is_a_size_and_rows(tmp_path: Path, content: str, weights: list[list[float]]) -> None:
    """Width, height, a scale to divide by; blanks, tabs, commas and quotation marks between numbers; by its name."""
    assert read(tmp_path / "k.mat", content) == weights
    assert read(tmp_path / "K.MAT", content) == weights


@pytest.mark.parametrize(
    "content",
    ["\ufeff\n2 2 8 0\n\n1 2\n3 4\n\n", "2,2,8,0\n1,2\n3,4", '"2" "2" "8" "0"\n"1" "2"\n"3" "4"\n'],
    ids=["blank lines", "commas", "quotation marks"],
)
def test_what_spreadsheets_put_between_numbers_is_nothing(tmp_path: Path, content: str) -> None:
    """As libvips' documentation has it, and blank lines as in any text of numbers."""
    assert read(tmp_path / "k.mat", content) == [[0.125, 0.25], [0.375, 0.5]]


@pytest.mark.parametrize(("content", "weights"), GOOD)
@pytest.mark.skipif(VIPS is None, reason="needs the vips command")
def test_libvips_reads_the_same_kernel(tmp_path: Path, content: str, weights: list[list[float]]) -> None:
    """`vips conv` with the file gives the correlation with the weights."""
    picture = np.random.default_rng(2).integers(0, 9, (5, 6)).astype(np.float64)
    (tmp_path / "k.mat").write_text(content)
    rows = "\n".join(" ".join(map(str, row)) for row in picture)
    (tmp_path / "in.mat").write_text(f"6 5\n{rows}\n")
    subprocess.run([str(VIPS), "conv", "in.mat", "out.mat", "k.mat", "--precision", "float"], cwd=tmp_path, check=True)
    truth = np.loadtxt(tmp_path / "out.mat", skiprows=1, ndmin=2)
    assert np.allclose(correlate(picture, weights, border="edge"), truth, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("content", "weights"),
    [
        ("3 3 1 0\n0 1 0\n1 -4 1\n0 1 0\n", [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        ("3 1\n1 2 1\n", [[1, 2, 1]]),
        ("1 2 4 0\n1\n2\n", [[0.25], [0.5]]),
    ],
)
def test_other_text_is_it_where_it_can_be_nothing_else(
    tmp_path: Path, content: str, weights: list[list[float]]
) -> None:
    """Rows that are ragged otherwise, behind a line that says exactly their size; from stdin, too."""
    assert read(tmp_path / "k.txt", content) == weights
    assert kernels_from("@-", stdin=io.BytesIO(content.encode()))[0].weights.tolist() == weights


@pytest.mark.parametrize(
    "rows",
    [
        [[2, 1], [3, 4]],
        [[4, 1, 1, 0], [1, 2, 3, 4]],
        [[4, 2, 1, 0], [1, 2, 3, 4], [5, 6, 7, 8]],
        [[2, 2], [1, 2], [3, 4]],
        [[3, 1, 2], [1, 2, 1]],
        [[3, 1]],
        [[3], [1]],
    ],
)
def test_plain_rows_are_plain_rows(tmp_path: Path, rows: list[list[float]]) -> None:
    """Whatever rectangle of numbers: its first row may look like a size, and is weights."""
    content = "\n".join(" ".join(map(str, row)) for row in rows)
    assert read(tmp_path / "k.txt", content) == rows
    assert kernels_from("@-", stdin=io.BytesIO(content.encode()))[0].weights.tolist() == rows


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("0 1 0\n1 -4 1\n0 1 0\n", "line 1: libvips' .mat begins with 'width height [scale [offset]]'"),
        ("", "begins with"),
        ("3\n1 2 3\n", "begins with"),
        ("3 1 1 0 5\n1 2 3\n", "begins with"),
        ("3.5 1\n1 2 3\n", "begins with"),
        ("-3 1\n1 2 3\n", "begins with"),
        ("0 1\n\n", "begins with"),
        ("3 2\n1 2 3\n", "it says 3 × 2, and 1 row follows"),
        ("3 1\n1 2 3\n4 5 6\n", "it says 3 × 1, and 2 rows follow"),
        ("3 2\n\n1 2 3\n4 5\n", "line 4: this row has 2 numbers, and the first line says 3"),
        ("3 1 0\n1 2 3\n", "its scale is 0"),
        ("3 1 1 128\n1 2 3\n", "its offset 128 is added to every response and is no weight; make it 0"),
        ("3 1\n1 x 3\n", "line 2, column 3: 'x' is not a number"),
        ("3 1 inf\n1 2 3\n", "must be finite"),
        ("MATLAB 5.0 MAT-file, Platform: GLNXA64\n", "begins with"),
    ],
)
def test_what_a_mat_file_is_not_is_refused(tmp_path: Path, content: str, words: str) -> None:
    """With the file, the line and the rule, as a bad input."""
    (tmp_path / "k.mat").write_text(content)
    with pytest.raises(KernelTextError) as refused:
        kernels_from(f"@{tmp_path}/k.mat")
    assert words in str(refused.value)
    assert "k.mat" in str(refused.value)
    assert refused.value.exit_code == 3
