"""A GIF's blocks: the screen, and where each picture lies in the file."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

HEADER = 13  # bytes: signature, screen
PICTURE, EXTENSION, END = 0x2C, 0x21, 0x3B
CONTROL, APPLICATION = 0xF9, 0xFF
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


class Control(NamedTuple):
    """What the block before a picture says of it.

    Attributes:
        after: what becomes of its place: 0 and 1 leave it, 2 clears it, 3 (and, by mistake, 4) restores it.
        hundredths: of a second that the frame is shown.
        transparent: the index that is not drawn, or None.
    """

    after: int = 0
    hundredths: int = 0
    transparent: int | None = None


class Block(NamedTuple):
    """One picture: its place, and where its compressed indices lie."""

    left: int
    top: int
    width: int
    height: int
    flags: int
    palette: bytes
    control: Control
    start: int
    end: int

    @property
    def is_grey(self) -> bool:
        """Whether each index is its own grey, as far as there are colours."""
        return all(
            self.palette[index : index + 3] == bytes([index // 3] * 3) for index in range(0, len(self.palette), 3)
        )


@dataclass
class Screen:
    """The file as a whole.

    Attributes:
        plays: how often it is shown, 0 for ever.
        problem: where the walk had to stop before the end mark.
    """

    width: int
    height: int
    palette: bytes
    plays: int = 1
    blocks: list[Block] = field(default_factory=list)
    problem: str = ""


def walk(content: bytes, most: int) -> Screen:
    """Visit the blocks until the end, or until there are so many pictures."""
    width, height, flags = struct.unpack_from("<HHB", content.ljust(HEADER, b"\0"), 6)
    screen = Screen(width, height, b"")
    screen.palette, position = _palette(content, HEADER, flags)
    control = Control()
    while len(screen.blocks) < most:
        kind = content[position] if position < len(content) else None
        if kind == PICTURE and position + 10 < len(content):
            block = _picture(content, position, screen.palette, control)
            screen.blocks.append(block)
            position, control = block.end, Control()
        elif kind == EXTENSION:
            label, first = content[position + 1 : position + 2], content[position + 3 : position + 14]
            if label == bytes([CONTROL]) and len(first) >= 4:
                control = _control(first)
            elif label == bytes([APPLICATION]) and first in LOOPS:
                screen.plays = _plays(content[position + 14 : position + 18], screen.plays)
            position = _after_pieces(content, position + 2)
        else:
            screen.problem = "" if kind == END else "it ends before its end mark"
            break
    return screen


def _picture(content: bytes, position: int, palette: bytes, control: Control) -> Block:
    left, top, width, height, flags = struct.unpack_from("<HHHHB", content, position + 1)
    own, start = _palette(content, position + 10, flags)
    return Block(left, top, width, height, flags, own or palette, control, start, _after_pieces(content, start + 1))


def _palette(content: bytes, position: int, flags: int) -> tuple[bytes, int]:
    end = position + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    return content[position:end], end


def _control(fields: bytes) -> Control:
    flags, hundredths, transparent = struct.unpack_from("<BHB", fields)
    return Control(flags >> 2 & 7, hundredths, transparent if flags & 1 else None)


def _plays(piece: bytes, otherwise: int) -> int:
    """The number of repeats is one less than that of plays; 0 is for ever."""
    if len(piece) < 4 or piece[:2] != b"\3\1":
        return otherwise
    repeats = int.from_bytes(piece[2:4], "little")
    return repeats + 1 if repeats else 0


def _after_pieces(content: bytes, position: int) -> int:
    """Where a chain of pieces, each with its length before it, ends."""
    end = len(content)
    while position < end and content[position]:
        position += content[position] + 1
    return min(position + 1, end)
