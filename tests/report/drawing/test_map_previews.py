"""Several maps in a terminal: each below its name."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest

from convcli.report.drawing.map_previews import preview_maps


class Terminal(io.StringIO):
    """A terminal that keeps what it was sent."""

    def isatty(self) -> bool:
        return True


def _lines(
    monkeypatch: pytest.MonkeyPatch, maps: list[np.ndarray], names: list[str], size: tuple[int, int], **options: object
) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(size[0]))
    monkeypatch.setenv("LINES", str(size[1]))
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    preview_maps(maps, names, stream=stream, **options)  # type: ignore[arg-type]
    return [re.sub(r"\x1b\[[\d;]*m", "", line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 60)])
@pytest.mark.parametrize("colours", ["truecolor", "256", "none"])
def test_each_map_stands_below_its_name(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], colours: str) -> None:
    """Three names in reading order, each where its own map begins; nothing wider or higher than the terminal."""
    maps = [np.full((300, 400), grey, np.uint8) for grey in (255, 200, 150)]
    lines = _lines(monkeypatch, maps, ["sobel-x", "0 1; 2 3", "box"], size, colours=colours)
    assert [name for line in lines for name in re.findall("sobel-x|0 1; 2 3|box", line)] == [
        "sobel-x",
        "0 1; 2 3",
        "box",
    ]
    assert max(map(len, lines)) <= size[0]
    assert len(lines) <= size[1] - 3
    for row, line in enumerate(lines):
        for name in re.finditer("sobel-x|0 1; 2 3|box", line):
            below = lines[row + 1]
            assert below[name.start()] != " "
            assert not name.start() or below[name.start() - 2 : name.start()] == "  "


def test_the_maps_have_their_own_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without colours: a white and a dark map beside each other are dense and thin."""
    maps = [np.full((20, 30), 255, np.uint8), np.full((20, 30), 60, np.uint8)]
    lines = _lines(monkeypatch, maps, ["white", "dark"], (80, 24), colours="none")
    start = lines[0].index("dark")
    assert set("".join(line[: start - 2] for line in lines[1:])) <= {"@", " "}
    assert set("".join(line[start:] for line in lines[1:])) == {":"}


def test_many_maps_scroll_and_keep_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred: four in a row of 80 columns, each name once."""
    maps = [np.full((9, 9), n, np.uint8) for n in range(100)]
    lines = _lines(monkeypatch, maps, [f"random-{n:02d}" for n in range(100)], (80, 24), colours="256")
    assert re.findall(r"random-\d\d", "\n".join(lines)) == [f"random-{n:02d}" for n in range(100)]
    assert sum("random-00" in line and "random-03" in line for line in lines) == 1


@pytest.mark.parametrize(("columns", "rows"), [(1, 3), (2, 2), (9, 1)])
def test_columns_are_as_many_as_asked(monkeypatch: pytest.MonkeyPatch, columns: int, rows: int) -> None:
    """--columns counts here, too."""
    maps = [np.full((30, 30), 90, np.uint8)] * 3
    lines = _lines(monkeypatch, maps, ["map 0", "map 1", "map 2"], (80, 60), colours="256", columns=columns)
    assert sum("map" in line for line in lines) == rows


def test_a_name_wider_than_its_map_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an ellipsis; wide characters count twice, so that the next name stands above its own map."""
    maps = [np.full((30, 30), 90, np.uint8)] * 2
    names = ["gaussian:sigma=2,size=31 of a very long name, longer than half of eighty columns", "next"]
    lines = _lines(monkeypatch, maps, names, (80, 24), colours="256")
    assert "…" in lines[0]
    assert lines[0].index("next") == 41
    lines = _lines(monkeypatch, maps, ["核核核", "next"], (80, 24), colours="256")
    assert lines[0].index("next") == 41 - 3
