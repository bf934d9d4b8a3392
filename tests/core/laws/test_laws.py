"""Laws as rows: what each row promises, without computing anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from convcli.core.laws.laws import LAWS, Law
from convcli.lazy import load


def test_listing_the_laws_loads_no_numpy() -> None:
    """Neither the room nor its rows need it; the code of a row does, when it is attached."""
    code = (
        "import sys; import convcli.core.laws; from convcli.core.laws.laws import LAWS; from convcli.lazy import load;"
        "before = 'numpy' in sys.modules; load(next(iter(LAWS)).sides);"
        "print(LAWS.names()[:2], before, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['flip', 'commutativity'] False True\n"


@pytest.mark.parametrize("row", list(LAWS), ids=lambda row: row.name)
def test_a_row_says_how_both_sides_are_computed_and_names_their_code(row: Law) -> None:
    """Two routes in different words; its code is a function of one bench; it states an equation, or an inequality."""
    assert row.left != row.right
    assert row.statement.count(" ≤ " if row.at_most else " = ") == 1
    assert callable(load(row.sides))
    assert row.two_kernels == ("g" in row.statement)


def test_letters_beyond_x_y_k_and_g_are_said_beside_the_statement() -> None:
    """A, of the adjoint; nowhere else."""
    assert LAWS.find("adjoint").full_statement == "⟨Ax, y⟩ = ⟨x, Aᵀy⟩, Ax = x ⋆ k"
    assert LAWS.find("flip").full_statement == "x * k = x ⋆ flip(k)"
