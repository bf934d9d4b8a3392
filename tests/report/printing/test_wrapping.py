"""Lines of a terminal's width: broken between words, nothing lost, commands still commands."""

from __future__ import annotations

import shlex

import pytest

from convcli.cli.help.topics import TOPICS
from convcli.report.printing.wrapping import cells, flowed, shortened, wrapped

WIDTHS = [40, 60, 80, 100, 160]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_fits_and_keeps_its_words(topic: str, width: int) -> None:
    """No line is wider than the terminal but for a word, or an option with its value, which quotes may hold together.

    Every word is there, in order.
    """
    page = TOPICS[topic]()
    shown = flowed(page, width)
    wide = [line.removesuffix(" \\") for line in shown.splitlines() if cells(line) > width]
    assert [line for line in wide if len(shlex.split(line)) > 2] == []
    assert [word for word in shown.split() if word != "\\"] == [word for word in page.split() if word != "\\"]


@pytest.mark.parametrize("width", [30, 40, 60])
@pytest.mark.parametrize(
    "command",
    [
        'convcli apply "0 1 2; 3 4 5; 6 7 8" -k "0 1; 2 3" --size valid --anchor 0,1 -o walk.png',
        "convcli apply heights.tif -k gaussian:sigma=3 --missing -9999 --min-valid 0.5 -o smooth.tif",
        "convcli apply photo.jpg -k gaussian:sigma=2 | convcli apply - -k sobel-x -o edges.png",
        "find . -newer last -print0 | convcli apply --from-file - -0 -k box -o 'out dir/{stem}.png'",
    ],
)
def test_a_command_over_several_lines_is_the_same_command(command: str, width: int) -> None:
    """A shell joins what ends in a backslash; quotes are never opened, nor an option parted from its value."""
    shown = flowed(f"  {command}", width)
    lines = shown.splitlines()
    assert len(lines) > 1
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert shlex.split(shown.replace("\\\n", " ")) == shlex.split(command)
    assert not any(line.removesuffix(" \\").split()[-1] in ("-o", "-k", "--missing", "|") for line in lines)


def test_wide_letters_take_two_columns() -> None:
    """A Chinese sentence has half as many letters in a line."""
    text = "卷积 " * 12
    lines = wrapped(text.strip(), 20, "").splitlines()
    assert [len(line.split()) for line in lines] == [4, 4, 4]
    assert max(map(cells, lines)) == 19


def test_pipes_get_lines_as_they_are() -> None:
    """Without a width nothing is broken."""
    text = "word " * 100
    assert wrapped(text, None) == flowed(text, None) == text


@pytest.mark.parametrize("width", range(12, 46))
def test_what_is_cut_is_cut_between_words(width: int) -> None:
    """An ellipsis stands for whole words."""
    text = "positive where brightness rises to the right"
    shown = shortened(text, width)
    assert cells(shown) <= width
    assert shown == text if width >= len(text) else shown.endswith("…")
    assert f"{text} ".startswith(f"{shown.rstrip('…')} ")
