"""A row more in a registry is a choice more everywhere: options, help, completion, messages, records."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from convcli.core.border import BORDERS, Border
from convcli.core.display.colormaps import COLORMAPS, ColourMap
from convcli.core.display.displays import DISPLAYS, Display, Line
from convcli.core.laws.laws import LAWS, Law
from convcli.core.laws.sides import Bench, Sides
from tests.adding.completion import completed
from tests.command_line import convcli

NEGATIVE = Display("negative", "255 - v", "light is dark", "negative (light is dark)",
                   lambda top, middle, low, high: Line(-1.0, float(top)))  # fmt: skip
FLOOR = Display("floor", "v - min", "", "floor (smallest is black)",
                lambda top, middle, low, high: Line(1.0, -low), needs_range=True)  # fmt: skip
EMBER = ColourMap("ember", "black through red to yellow", ("000000 ff0000", "ff0000 ffff00"), "made up")


FAR = Border("far", "d d d | a b c d | a a a", (), lambda p, n: p * (p >= 0) * (p < n) + (n - 1) * (p < 0))
DOUBLING = Law("doubling", "2x * k = 2(x * k)", "apply to 2x", "twice the defining sum", f"{__name__}:doubling",
               where="2 being two", note="a special case", zero_fill=True)  # fmt: skip


def doubling(bench: Bench) -> Sides:
    """Both sides of (2x) * k = 2(x * k)."""
    left = bench.convolved(2 * bench.plane.astype(np.int64), bench.kernel, bench.border)
    return Sides(left, 2 * bench.swept(bench.plane, bench.kernel, bench.border), 1.0, 1, whole=True)


def tripling(bench: Bench) -> Sides:
    """Both sides of (2x) * k = 3(x * k), which is false."""
    both = doubling(bench)
    return both._replace(right=1.5 * both.right)


def pixels(path: Path) -> list[object]:
    """What a written picture holds."""
    listed: list[object] = np.asarray(Image.open(path)).tolist()
    return listed


def test_a_display_more_is_understood_shown_and_recorded(tmp_path: Path) -> None:
    """apply and show take it, its words close the line, JSON names it, help lists its formula."""
    out = tmp_path / "out.png"
    with DISPLAYS.having(NEGATIVE):
        done = convcli("apply", "0 1 2; 3 4 250", "-k", "1", "--display", "negative", "-o", out)
        assert (done.code, pixels(out)) == (0, [[255, 254, 253], [252, 251, 5]])
        assert "display: negative (light is dark)" in done.err
        (record,) = convcli("apply", "1 2", "-k", "1", "--display", "negative", "-o", out, "-f", "--json").records
        assert record["display"] == "negative"
        done = convcli("show", "0 1 2; 3 4 250", "--display", "negative", "-o", out, "-f")
        assert "display: negative (light is dark)" in done.err
        assert "  negative  255 - v                  light is dark\n" in convcli("help", "display").text
        assert "|negative" in convcli("apply", "--help").text.replace("\n", "").replace(" ", "")
        assert "|negative" in convcli("show", "--help").text.replace("\n", "").replace(" ", "")
        assert completed("apply", "--display", "neg") == completed("show", "--display", "neg") == ["negative"]
    assert convcli("apply", "1 2", "-k", "1", "--display", "negative", "-o", out).refused(
        2, "negative is not allowed", "stretch"
    )


def test_a_display_that_needs_the_range_is_given_it(tmp_path: Path) -> None:
    """v - min of the responses -3..2, which apply has to see before it writes the first pixel."""
    out = tmp_path / "out.png"
    with DISPLAYS.having(FLOOR):
        done = convcli("apply", "3 0 2; 1 1 1", "-k", "-1 1", "--display", "floor", "-o", out)
    assert pixels(out) == [[3, 0, 5], [3, 3, 3]]
    assert "display: floor (smallest is black); responses from -3 to 2" in done.err


def test_a_colour_map_more_colours_both_commands(tmp_path: Path) -> None:
    """Its ends and its middle, in apply and in show; help and completion offer it."""
    out = tmp_path / "out.png"
    with COLORMAPS.having(EMBER):
        convcli("apply", "0 255 127", "-k", "1", "--display", "clip", "--colormap", "ember", "-o", out)
        assert pixels(out) == [[[0, 0, 0], [255, 255, 0], [255, 0, 0]]]
        done = convcli("show", "0 255 127; 0 0 0", "--colormap", "ember", "-o", out, "-f")
        seen = {tuple(colour) for row in pixels(out) for colour in row}  # type: ignore[attr-defined]
        assert done.code == 0
        assert {(255, 255, 0), (255, 0, 0), (0, 0, 0)} <= seen
        assert "gray|diverging|viridis|ember" in convcli("show", "--help").text
        assert completed("apply", "--colormap", "e") == completed("show", "--colormap", "e") == ["ember"]
    assert convcli("apply", "1 2", "-k", "1", "--colormap", "ember", "-o", out, "-f").refused(
        2, "--colormap: ember is not allowed", "viridis"
    )


def test_a_law_more_is_checked_shown_and_recorded() -> None:
    """verify checks it unasked, --only takes it, table, record and notes have its words; with 3x it would not hold."""
    given = ("verify", "1 2 7; 3 5 4", "-k", "1 2; 0 4")
    with LAWS.having(DOUBLING):
        done = convcli(*given, "-v", "--border", "constant:9")
        assert done.code == 0
        assert "doubling\t2x * k = 2(x * k), 2 being two\t0\t0\tyes" in done.text
        assert "doubling: apply to 2x | twice the defining sum" in done.text
        assert "the layer is not linear: linearity, adjoint and doubling are checked with zero" in done.text
        (record,) = convcli(*given, "--only", "doubling", "--json").records
        assert [(c["name"], c["statement"], c["left"], c["right"], c["holds"]) for c in record["checks"]] == [
            ("doubling", "2x * k = 2(x * k), 2 being two", "apply to 2x", "twice the defining sum", True)
        ]
        assert convcli(*given, "--with", "box", "--only", "doubling").refused(2, "of associativity")
        assert completed("verify", "--only", "d") == ["doubling"]
    assert convcli(*given, "--only", "doubling").refused(2, "--only: doubling is not allowed", "adjoint")


def test_a_law_more_of_two_kernels_may_have_a_second_one() -> None:
    """--with is accepted for it, and the title names g."""
    with LAWS.having(DOUBLING._replace(two_kernels=True)):
        done = convcli("verify", "1 2 7; 3 5 4", "-k", "1 2; 0 4", "--with", "box", "--only", "doubling")
        assert (done.code, "; g = box (3x3); " in done.text) == (0, True)


def test_a_law_more_that_is_false_ends_with_1() -> None:
    """2x * k is not 3(x * k): with k = 1 they differ by x itself, most by its 7."""
    with LAWS.having(DOUBLING._replace(sides=f"{__name__}:tripling")):
        done = convcli("verify", "1 2 7; 3 5 4", "-k", "1", "--only", "doubling")
    assert done.code == 1
    assert "doubling does NOT hold: the sides differ by 7 at row 0, column 2" in done.text


def test_a_border_more_is_verified_by_its_letters() -> None:
    """Each end repeats the other end's sample: every law holds; letters that nothing can read are refused by name."""
    given = ("verify", "1 2 7; 3 5 4; 0 6 8", "-k", "1 2 3; 0 4 -1; 5 -2 9", "--border", "far")
    with BORDERS.having(FAR):
        (record,) = convcli(*given, "--json").records
        assert (record["border"], record["holds"], len(record["checks"])) == ("far", True, len(LAWS))
    with BORDERS.having(replace(FAR, rule=lambda p, n: p.clip(0, n - 1))):
        done = convcli(*given, "--only", "flip")
        assert (done.code, "flip does NOT hold" in done.text) == (1, True)
    with BORDERS.having(replace(FAR, pattern="e e e | a b c d | a a a")):
        assert convcli(*given).refused(2, "--border: far is not allowed", "'e e e | a b c d | a a a' cannot be read")


def test_verifys_help_is_made_from_the_laws() -> None:
    """In a process that has a law more before the command is loaded: a line of the table, and a choice; no NumPy."""
    code = (
        "import sys; from convcli.core.laws.laws import LAWS, Law; from convcli.cli.app import run;"
        "LAWS.add(Law('doubling', '2x * k = 2(x * k)', '', '', '', note='a special case', two_kernels=True));"
        "run(['verify', '--help']); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert "doubling             2x * k = 2(x * k)           a special case" in lines
    assert "young|doubling]" in done.stdout
    assert "of associativity and doubling" in " ".join(done.stdout.split())
    assert lines[-1] == "False"
