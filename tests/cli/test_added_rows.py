"""A row more in a registry is a choice more everywhere: options, help, completion, messages, records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from click.shell_completion import ShellComplete
from PIL import Image

from convcli.cli.app import root
from convcli.core.display.colormaps import COLORMAPS, ColourMap
from convcli.core.display.displays import DISPLAYS, Display, Line
from tests.command_line import convcli

NEGATIVE = Display("negative", "255 - v", "light is dark", "negative (light is dark)",
                   lambda top, middle, low, high: Line(-1.0, float(top)))  # fmt: skip
FLOOR = Display("floor", "v - min", "", "floor (smallest is black)",
                lambda top, middle, low, high: Line(1.0, -low), needs_range=True)  # fmt: skip
EMBER = ColourMap("ember", "black through red to yellow", ("000000 ff0000", "ff0000 ffff00"), "made up")


def offered(*words: str) -> list[str]:
    """What Tab offers for the last of these words."""
    complete = ShellComplete(root, {}, "convcli", "_CONVCLI_COMPLETE")
    return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]


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
        assert offered("apply", "--display", "neg") == offered("show", "--display", "neg") == ["negative"]
    assert convcli("apply", "1 2", "-k", "1", "--display", "negative", "-o", out).refused(2, "'negative'", "'stretch'")


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
        assert offered("apply", "--colormap", "e") == offered("show", "--colormap", "e") == ["ember"]
    assert convcli("apply", "1 2", "-k", "1", "--colormap", "ember", "-o", out, "-f").refused(2, "'viridis'")
