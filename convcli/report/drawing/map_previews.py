"""Several maps in a terminal: beside each other, each below its name, which is text that can be read."""

from __future__ import annotations

import math
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from typing import IO, Any

from numpy.typing import NDArray

from convcli.report.drawing.preview import ENLARGED, PROMPT_ROWS, Colours, ability, preview_lines
from convcli.report.drawing.resizing import fitting_size

BETWEEN = 2  # columns of text between two maps
NARROWEST = 16  # columns of text of a map; where so many do not fit a screen it scrolls
LEAST_ROWS = 5


def preview_maps(
    maps: Sequence[NDArray[Any]],
    names: Sequence[str],
    *,
    columns: int | None = None,
    stream: IO[str] | None = None,
    colours: Colours = "auto",
) -> None:
    """Print maps of one size on a grid that fits the terminal, or scrolls where they are many.

    Args:
        maps: uint8, (H, W) or (H, W, 3); at least one.
        names: a line above each; those that are wider than their map are cut.
        columns: maps in a row; what shows them largest when None.
    """
    stream = sys.stdout if stream is None else stream
    wide, high = shutil.get_terminal_size()
    height, width = maps[0].shape[:2]
    across, room, rows = _grid(len(maps), (int(height), int(width)), (wide, high - PROMPT_ROWS), columns)
    able = ability(stream, colours)
    for first in range(0, len(maps), across):
        shown = slice(first, first + across)
        names_line = (" " * BETWEEN).join(_padded(name, room) for name in names[shown])
        blocks = [_block(picture, room, rows, able) for picture in maps[shown]]
        lines = [(" " * BETWEEN).join(parts).rstrip() for parts in zip(*blocks, strict=True)]
        stream.writelines(f"{line}\n" for line in (names_line.rstrip(), *lines))
        if first + across < len(maps):
            stream.write("\n")


def _grid(count: int, shape: tuple[int, int], terminal: tuple[int, int], columns: int | None) -> tuple[int, int, int]:
    """Maps in a row, and the columns and rows of text that each may take."""
    wide, high = terminal
    most = max(1, min(count, (wide + BETWEEN) // (NARROWEST + BETWEEN)))
    choices = range(1, most + 1) if columns is None else [min(columns, count)]
    grids = []
    for across in choices:
        room = max(1, (wide - BETWEEN * (across - 1)) // across)
        down = math.ceil(count / across)
        rows = (high - 2 * down + 1) // down  # a name and a blank line stand between two maps
        scrolls = rows < LEAST_ROWS
        rows = max(LEAST_ROWS, math.ceil(0.625 * room)) if scrolls else rows
        shown = fitting_size(*shape, 2 * rows, room, enlarge=ENLARGED)
        # What fits the screen goes before what scrolls; of what scrolls, the shortest.
        grids.append((not scrolls, -down if scrolls else shown[0] * shown[1], -across, room, rows))
    _, _, across, room, rows = max(grids)
    return -across, room, rows


def _block(picture: NDArray[Any], room: int, rows: int, able: str) -> list[str]:
    """A map's lines, each as wide as its place."""
    _, wide = fitting_size(picture.shape[0], picture.shape[1], 2 * rows, room, enlarge=ENLARGED)
    lines = preview_lines(picture, room, rows, able)
    if able == "none":
        return [line.ljust(room) for line in lines]
    return [line + " " * (room - wide) for line in lines]


def _padded(name: str, room: int) -> str:
    """A name as wide as its place, cut with an ellipsis."""
    shown = " ".join(name.split())
    if _cells(shown) > room:
        while shown and _cells(shown) > room - 1:
            shown = shown[:-1]
        shown += "…"
    return shown + " " * max(0, room - _cells(shown))


def _cells(words: str) -> int:
    """Columns that words take in a terminal: two for a wide character, none for one that combines."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in words
    )
