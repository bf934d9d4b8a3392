"""`explain` in a terminal: window, kernel and products side by side, then the sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.core.explain.walk import Step, Walk
from convcli.core.kernel.kernel import Kernel
from convcli.errors import many
from convcli.report.explain.words import border_words, parts_words, place_words, rule_words, sum_lines, weight_words
from convcli.report.printing.aligned import cut
from convcli.report.printing.numbers import grouped, plain

INDENT = "  "
MOST_WRITTEN, FEW = 49, 6  # weights of a kernel that is written out whole; rows and columns of a larger one


@dataclass(frozen=True)
class Block:
    """A matrix as text under its title; `sign` stands before it.

    Attributes:
        cells: of one width in each column.
        gap: between them.
    """

    title: str
    cells: tuple[tuple[str, ...], ...]
    sign: str = ""
    gap: str = "  "

    @property
    def rows(self) -> list[str]:
        return [self.gap.join(row) for row in self.cells]

    @property
    def width(self) -> int:
        return max(len(self.title), *(len(row) for row in self.rows))


def step_lines(walk: Walk, step: Step, *, width: int | None = None) -> list[str]:
    """Everything about one output value.

    Args:
        width: columns that there are; sums and matrices that are wider go over several lines. None: any.
    """
    row, column = step.at
    lines = [f"output [{row}, {column}] = {plain(step.value)}", *wrapped_line(whereabouts(walk, step), width)]
    if walk.convolves:
        lines += ["", *beside([kernel_block(walk.given, "kernel"), kernel_block(walk.kernel, "flipped", "→")], width)]
    lines += ["", *beside(arithmetic(walk, step), width), ""]
    for line in left_out(walk, step) or sum_lines(walk, step):
        lines += wrapped_line(line, width)
    if step.beyond.any():
        lines += wrapped_line(f"[ ]: from beyond the edge, by the border rule {border_words(walk)}", width)
    return lines


def whereabouts(walk: Walk, step: Step) -> str:
    rules = [words for words in rule_words(walk) if not words.startswith("border")]
    return "; ".join([place_words(step), *rules])


def arithmetic(walk: Walk, step: Step) -> list[Block]:
    title = "flipped kernel" if walk.convolves else "kernel"
    part = _part(walk.kernel)
    return [
        block("window", step.window[part], step.beyond[part]),
        kernel_block(walk.kernel, title, "×"),
        block("products", step.products[part], sign="="),
    ]


def _part(kernel: Kernel) -> tuple[slice, slice]:
    """Rows and columns of the window that are written out: all, or of a large kernel the first few."""
    return (slice(None), slice(None)) if kernel.weights.size <= MOST_WRITTEN else (slice(FEW), slice(FEW))


def left_out(walk: Walk, step: Step) -> list[str]:
    """Of a large kernel, in place of the sum: how much of it is written out, and what the rest adds."""
    height, width, size = walk.kernel.height, walk.kernel.width, walk.kernel.weights.size
    if size <= MOST_WRITTEN:
        return []
    part = step.products[_part(walk.kernel)]
    written, rest = float(part.sum()), float(step.products.sum()) - float(part.sum())
    sides = f"the first {min(height, FEW)} of {many(height, 'row')} and {min(width, FEW)} of {many(width, 'column')}"
    return [
        f"{grouped(part.size)} of {many(size, 'product')} are shown: those of {sides}",
        parts_words(step, written, rest),
    ]


def kernel_block(kernel: Kernel, title: str, sign: str = "") -> Block:
    return block(title, kernel.weights[_part(kernel)], sign=sign, words=weight_words)


def walk_lines(walk: Walk, steps: Sequence[Step], *, width: int | None = None) -> list[str]:
    """All output values: the input with its border, the kernel and the output, then a sum a line."""
    values, beyond = framed(walk)
    output = np.array([step.value for step in steps]).reshape(walk.shape)
    title = "flipped kernel" if walk.convolves else "kernel"
    blocks = [
        block("input", values, beyond),
        kernel_block(walk.kernel, title, "⋆"),
        block("output", output, sign="="),
    ]
    lines: list[str] = []
    if walk.convolves:
        lines += [*beside([kernel_block(walk.given, "kernel"), kernel_block(walk.kernel, "flipped", "→")], width), ""]
    lines += [*beside(blocks, width), ""]
    if rule_words(walk):
        lines += [*wrapped_line("; ".join(rule_words(walk)), width), ""]
    for step in steps:
        lines += _step_sum(walk, step, width)
    if any(step.beyond.any() for step in steps):
        lines += ["", "[ ]: from beyond the edge, by the border rule"]
    return lines


def framed(walk: Walk) -> tuple[Array, NDArray[np.bool_]]:
    """The input with its border, and what of it is beyond the edge."""
    height, columns = walk.framed_shape
    top, _, left, _ = walk.problem.padding
    return walk.seen(np.arange(height) - top, np.arange(columns) - left)


def _step_sum(walk: Walk, step: Step, width: int | None) -> list[str]:
    label = f"[{step.at[0]}, {step.at[1]}]"
    sums = left_out(walk, step) or sum_lines(walk, step)
    if len(sums) == 1:
        return wrapped_line(f"{label}  {sums[0]}", width)
    return [
        label,
        *(INDENT + line for each in sums for line in wrapped_line(each, None if width is None else width - 2)),
    ]


def block(
    title: str,
    values: Array,
    beyond: NDArray[np.bool_] | None = None,
    *,
    sign: str = "",
    words: Callable[[Any], str] = plain,
) -> Block:
    """Aligned rows; values from beyond the edge stand in square brackets."""
    marked = beyond is not None and bool(beyond.any())
    cells = [[words(value) for value in row] for row in values.tolist()]
    if marked and beyond is not None:
        cells = [
            [f"[{cell}]" if outside else f" {cell} " for cell, outside in zip(row, places, strict=True)]
            for row, places in zip(cells, beyond.tolist(), strict=True)
        ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    padded = (tuple(f"{cell:>{wide}}" for cell, wide in zip(row, widths, strict=True)) for row in cells)
    return Block(title, tuple(padded), sign, " " if marked else "  ")


def beside(blocks: Sequence[Block], width: int | None) -> list[str]:
    """Matrices side by side with signs between them, or one below the other where there is no room."""
    total = len(INDENT) + sum(block.width for block in blocks) + sum(len(block.sign) + 6 for block in blocks[1:])
    if width is not None and total > width:
        stacked = [line for block in blocks for line in (*_titled(block, width - len(INDENT)), "")]
        return stacked[:-1]
    height = max(len(block.rows) for block in blocks)
    lines = [INDENT + _joined(blocks, [block.title for block in blocks], signs=False)]
    for index in range(height):
        cells = [_row(block, index, height) for block in blocks]
        lines.append(INDENT + _joined(blocks, cells, signs=index == (height - 1) // 2))
    return [line.rstrip() for line in lines]


def _titled(block: Block, width: int) -> list[str]:
    """A matrix below its title: the columns that there is room for, and how many more there are."""
    sign = f"{block.sign} " if block.sign else ""
    return [f"{INDENT}{sign}{block.title}", *(f"{INDENT}{row}" for row in cut(block.cells, block.gap, width))]


def _row(block: Block, index: int, height: int) -> str:
    """The block's row at that line, the block standing in the middle."""
    first = (height - len(block.rows)) // 2
    return block.rows[index - first] if first <= index < first + len(block.rows) else ""


def _joined(blocks: Sequence[Block], cells: Sequence[str], *, signs: bool) -> str:
    parts = []
    for block, cell in zip(blocks, cells, strict=True):
        if block.sign:
            parts.append(f"   {block.sign if signs else ' ' * len(block.sign)}   ")
        parts.append(f"{cell:<{block.width}}")
    return "".join(parts)


def wrapped_line(line: str, width: int | None) -> list[str]:
    """The line over several, broken before a plus or behind a blank; what follows is indented."""
    if width is None or len(line) <= width:
        return [line]
    lines, now = [], ""
    for piece in _pieces(line):
        if now and len(now) + len(piece) > width:
            lines.append(now.rstrip())
            now = INDENT + piece.lstrip()
        else:
            now += piece
    return [*lines, now.rstrip()]


def _pieces(line: str) -> list[str]:
    """Parts that stay whole: a product with its plus sign, a word."""
    pieces: list[str] = []
    for word in line.split(" "):
        if pieces and pieces[-1].strip() in ("+", "=", "≈"):
            pieces[-1] += f" {word}"
        else:
            pieces.append(f" {word}" if pieces else word)
    return pieces


def plain_signs(text: str) -> str:
    """The text for a stream that has no mathematics: ASCII signs instead.

    >>> plain_signs("1×2 → 2")
    '1*2 -> 2'
    """
    for sign, spelled in (("×", "*"), ("→", "->"), ("⋆", "(*)"), ("≈", "~")):
        text = text.replace(sign, spelled)
    return text
