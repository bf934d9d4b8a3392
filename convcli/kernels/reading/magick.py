"""ImageMagick's kernel text: `[W][xH][+X+Y][flags]: numbers`.

Read as ImageMagick's parser reads it: `3:` means 3x3, the numbers, W * H of
them, are separated by blanks or commas, and +X+Y is the kernel's anchor in
column X and row Y; without one it is ((W - 1) // 2, (H - 1) // 2).  The numbers
stand for correlation as they are, like every kernel here.  `#` begins a comment.
"""

from __future__ import annotations

import re

from convcli.core.arrays import Array
from convcli.core.geometry import Pair
from convcli.core.text.matrices import parse_numbers
from convcli.core.text.row_stack import Place, Stack
from convcli.errors import KernelTextError, many

_HEAD = re.compile(r"\s*(?P<head>[0-9xX+\-.@<>^!%]{1,60}):", re.ASCII)
_SIZE = re.compile(
    r"(?P<w>[0-9]{1,4})?([xX](?P<h>[0-9]{1,4}))?(?P<origin>[+-][0-9]{1,9}[+-][0-9]{1,9})?(?P<flags>[@<>^!%]*)"
)
_ORIGIN = re.compile("[+-][0-9]+", re.ASCII)
_COMMENT = re.compile(r"#[^\n]*")
_HOLES = ("nan", "-")


def looks_like(text: str) -> bool:
    """Whether the text begins as ImageMagick's does: a size and a colon."""
    return _HEAD.match(text) is not None


def parse(text: str, where: str, *, from_file: bool = False) -> tuple[Array, Pair | None]:
    """One kernel in ImageMagick's notation: its weights, shape (H, W), and its anchor (row, column).

    The anchor is None where it is in the middle of odd sizes, as without one.

    Raises:
        KernelTextError: for a wrong size or count, for an origin outside the kernel, and by name for
            what is not supported: holes, flags, several kernels.

    >>> weights, anchor = parse("2x1+0+0: -1,1", "-k")
    >>> weights.tolist(), anchor
    ([[-1, 1]], (0, 0))
    """
    head, _, numbers = text.strip().partition(":")
    refusal = _why_bad_head(head)
    if refusal:
        raise KernelTextError(where, refusal, from_file=from_file)
    width, height = _sides(head)
    x, y = _origin(head)
    middle = (2 * y + 1, 2 * x + 1) == (height, width)
    return _weights(numbers, width, height, Place(where, 1, len(head) + 1, from_file)), None if middle else (y, x)


def _sides(head: str) -> tuple[int, int]:
    """Width and height, 0 where none is given; `3` and `x3` both mean 3x3."""
    size = _SIZE.fullmatch(head)
    if size is None:
        return 0, 0
    width = int(size["w"] or size["h"] or 0)
    return width, int(size["h"] or width)


def _origin(head: str) -> tuple[int, int]:
    """Column and row of the anchor; ImageMagick's own choice where none is written."""
    size, (width, height) = _SIZE.fullmatch(head), _sides(head)
    if size is None or size["origin"] is None:
        return (width - 1) // 2, (height - 1) // 2
    x, y = _ORIGIN.findall(size["origin"])
    return int(x), int(y)


def _why_bad_head(head: str) -> str:
    """Why the part before the colon is refused; empty if it is not."""
    size = _SIZE.fullmatch(head)
    width, height = _sides(head)
    if size is None or width * height == 0:
        return f"'{head}:' is no size; write WxH: and then W × H numbers, as in '3x1: -1,0,1'"
    if size["flags"]:
        return f"the flag {size['flags']!r} (turned copies) is not supported; give each kernel by itself"
    x, y = _origin(head)
    if x not in range(width) or y not in range(height):
        return f"the origin {size['origin']} is outside; in {width}x{height} it is +0+0 to +{width - 1}+{height - 1}"
    return ""


def _weights(text: str, width: int, height: int, place: Place) -> Array:
    text = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    if ";" in text.rstrip("; \t\n"):
        place.refuse("several kernels in one text are not supported; give each by itself", text.index(";"))
    # a line break is one character, so columns still count from the beginning
    row = text.rstrip("; \t\n").replace("\n", " ").replace("\r", " ")
    tokens = row.replace(",", " ").split()
    for token in tokens:
        if token.lower() in _HOLES:
            place.refuse(f"the hole {token!r} (no neighbour) is not supported; every weight must be a number")
    if len(tokens) != width * height:
        place.refuse(f"{width}x{height} needs {many(width * height, 'number')}, not {len(tokens)}")
    numbers = parse_numbers(row, place)
    stack = Stack(place.where, place.from_file, None)
    for first in range(0, len(numbers), width):
        stack.add(numbers[first : first + width], place, row)
    return stack.array(None)
