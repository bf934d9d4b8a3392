"""Kernels in libvips' form, as `vips conv` takes them: `width height [scale [offset]]`, then the rows.

    response = sum_ij number[i, j] * in[r + i - h // 2, c + j - w // 2] / scale + offset

A file whose name ends in .mat is libvips' form or nothing.  Other text is rows
of numbers wherever it can be: only where they would be ragged, and are not
behind such a first line, is it libvips' form.  So plain rows are never misread.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from convcli.core.arrays import Array
from convcli.core.quantities import plain
from convcli.core.text.matrices import parse_numbers
from convcli.core.text.row_stack import Place, Stack
from convcli.errors import many

SUFFIX = ".mat"
_LINE = re.compile(r"[^\r\n]+")
_SEPARATORS = str.maketrans({",": " ", "\t": " ", '"': " "})
_RULE = "libvips' .mat begins with 'width height [scale [offset]]', then come that many rows; save plain rows as .txt"


class _Line(NamedTuple):
    """A line that holds anything, commas, tabs and quotation marks as blanks, and where it stands."""

    text: str
    place: Place

    @property
    def numbers(self) -> int:
        return len(self.text.split())


def looks_like(text: str, where: str) -> bool:
    r"""Whether it has to be libvips' form: by the file's name, or because it can be nothing else.

    >>> looks_like("3 1 2 0\n1 2 1\n", "stdin"), looks_like("2 1\n3 4\n", "stdin")
    (True, False)
    """
    if where.lower().endswith(SUFFIX):
        return True
    head = list(itertools.islice(_lines(text, where), 2))
    size = _size(head[0].text) if len(head) == 2 else None
    if size is None or head[0].numbers == head[1].numbers:
        return False
    return [line.numbers for line in _lines(text, where)][1:] == [size[0]] * size[1]


def parse(text: str, where: str) -> Array:
    r"""The weights, shape (height, width): the numbers divided by the scale.

    Raises:
        KernelTextError: what is not that form; a scale of 0; an offset, which no kernel holds.

    >>> parse("3 1 4 0\n1 2 1\n", "k.mat").tolist()
    [[0.25, 0.5, 0.25]]
    """
    first, *rows = [*_lines(text, where)] or [_Line("", Place(where, 1, 0, True))]
    size = _size(first.text)
    if size is None:
        first.place.refuse(_RULE)
    width, height = size
    scale = _scale(first)
    if len(rows) != height:
        follow = f"{many(len(rows), 'row')} {'follows' if len(rows) == 1 else 'follow'}"
        first.place.refuse(f"it says {width} × {height}, and {follow}; {_RULE}")
    stack = Stack(where, True, None)
    for line in rows:
        stack.add(_row(line, width), line.place, line.text)
    weights = stack.array(None)
    return weights if scale == 1 else weights / scale


def _lines(text: str, where: str) -> Iterator[_Line]:
    number, end = 1, 0
    for found in _LINE.finditer(text):
        number, end = number + text.count("\n", end, found.start()), found.end()
        line = found[0].removeprefix("\ufeff").translate(_SEPARATORS)
        if line.strip():
            yield _Line(line, Place(where, number, 0, True))


def _size(line: str) -> tuple[int, int] | None:
    """Width and height of a first line; None of any other."""
    words = line.split()
    whole = all(word.isascii() and word.isdigit() and len(word) < 7 and int(word) for word in words[:2])
    return (int(words[0]), int(words[1])) if 2 <= len(words) <= 4 and whole else None


def _scale(first: _Line) -> float:
    """What the numbers are divided by."""
    numbers = parse_numbers(first.text, first.place)
    scale, offset = numbers[2] if len(numbers) > 2 else 1, numbers[3] if len(numbers) > 3 else 0
    if not scale:
        first.place.refuse("its scale is 0, and the numbers are divided by it")
    if offset:
        added = f"its offset {plain(offset)} is added to every response and is no weight"
        first.place.refuse(f"{added}; make it 0, and add it as a bias")
    return scale


def _row(line: _Line, width: int) -> list[int | float]:
    row = parse_numbers(line.text, line.place)
    if len(row) != width:
        line.place.refuse(f"this row has {many(len(row), 'number')}, and the first line says {width}")
    return row
