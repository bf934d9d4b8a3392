"""Displays and colour maps as rows: what they promise, and that a row more is all it takes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from convcli.core.display.colormap import colormap
from convcli.core.display.colormaps import COLORMAPS, ColourMap
from convcli.core.display.displays import DISPLAYS, Display, Line, display_choices
from convcli.core.display.mapping import to_pixels
from convcli.core.display.suiting import resolve_display
from convcli.core.kernel.kernel import Kernel

FLOOR = Display("floor", "v - min", "the smallest is black", "floor (smallest is black)",
                lambda top, middle, low, high: Line(1.0, -low), needs_range=True)  # fmt: skip


def test_listing_displays_and_colour_maps_loads_no_numpy() -> None:
    """Names, formulas and anchors are read by a process that has no NumPy in it."""
    code = (
        "import sys; from convcli.core.display import colormaps, displays;"
        "print([row.name for row in displays.DISPLAYS], colormaps.COLORMAPS.names(), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = "['clip', 'abs', 'offset', 'signed', 'magnitude', 'stretch'] ['gray', 'diverging', 'viridis']"
    assert done.stdout == f"{names} False\n"


@pytest.mark.parametrize("row", list(DISPLAYS), ids=lambda row: row.name)
def test_a_formula_says_what_its_line_does(row: Display) -> None:
    """Python's own reading of the formula that help shows, for 8 bits, gives the pixels of responses -40..60."""
    formula = row.formula.replace("|v|", "abs(v)").replace("min", "low").replace("max", "high").replace("×", "*")
    responses = np.array([[-40.0, -7.0, 0.0, 3.0, 60.0]])
    names = {"low": -40.0, "high": 60.0, "peak": 60.0, "abs": abs}
    expected = [min(max(round(eval(formula, {}, {**names, "v": v})), 0), 255) for v in responses[0].tolist()]
    assert to_pixels(responses, row.name).tolist() == [expected]


@pytest.mark.parametrize("row", list(DISPLAYS), ids=lambda row: row.name)
def test_only_displays_that_need_the_range_depend_on_it(row: Display) -> None:
    """A line for other responses is another line exactly where the row says that it needs to know them."""
    assert (row.line(255, 128, -40.0, 60.0) != row.line(255, 128, -3.0, 200.0)) == row.needs_range


def test_a_row_more_is_a_display_more() -> None:
    """v - min, of -7..300: its choice, its pixels, its range; and it is gone afterwards."""
    with DISPLAYS.having(FLOOR):
        assert display_choices()[-1] == "floor" == resolve_display("floor", [Kernel("k", [[1]])])
        assert to_pixels(np.array([[-7, 0, 20, 300]]), "floor").tolist() == [[0, 7, 27, 255]]
    assert "floor" not in display_choices()


def test_a_colour_map_of_three_ramps_passes_through_every_anchor() -> None:
    """Parts of 85, 85 and 86 entries: each begins and ends with its own colours, also where they meet in a step."""
    row = ColourMap("flags", "three parts", ("000000 0000ff", "ff0000 00ff00", "102030 405060 ffffff"), "made up")
    with COLORMAPS.having(row):
        table = colormap("flags")
    assert table.shape == (256, 3)
    ends = [0, 84, 85, 169, 170, 255]
    assert ["".join(f"{c:02x}" for c in table[n]) for n in ends] == [
        "000000", "0000ff", "ff0000", "00ff00", "102030", "ffffff"
    ]  # fmt: skip
    assert table[42].tolist() == [0, 0, 128]  # 255 * 42 / 84 = 127.5, to the even neighbour
