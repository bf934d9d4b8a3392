"""A layer's matrix as text, with what was counted in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convcli.errors import many
from convcli.report.printing.aligned import NOTHING, aligned, number_words
from convcli.report.printing.numbers import grouped, short, spoken

if TYPE_CHECKING:
    from convcli.core.layer.matrix import LayerMatrix
    from convcli.core.layer.matrix_check import Agreement, Count

DIGITS = 4  # a terminal's; a pipe gets all
MOST_PRINTED = 64  # rows and columns


def is_small(matrix: LayerMatrix) -> bool:
    """Whether it is printed."""
    return max(matrix.shape) <= MOST_PRINTED


def matrix_lines(matrix: LayerMatrix, width: int | None = None) -> list[str]:
    """Rows of aligned numbers for a terminal, a dot where nothing is connected, cut with a count."""
    connected = matrix.tied() != 0
    cells = [
        [word if joined else NOTHING for word, joined in zip(words, links, strict=True)]
        for words, links in zip(number_words(matrix.values().tolist(), DIGITS), connected.tolist(), strict=True)
    ]
    return aligned(cells, width)


def facts(matrix: LayerMatrix, counted: Sequence[Count], agrees: Agreement) -> list[str]:
    """One line for each thing that was counted or compared, with its closed form."""
    height, width, filters = matrix.outputs
    rows, columns, channels = matrix.layer.shape
    shapes = f"{height}x{width}x{filters} outputs (rows), {rows}x{columns}x{channels} inputs (columns)"
    lines = [f"{matrix.kind} layer: {shapes}, border {matrix.border.label}"]
    lines += [_fact(count) for count in counted]
    verdict = "equals" if agrees.holds else "DIFFERS from"
    lines.append(
        f"matrix times picture {verdict} the response of apply: "
        f"largest difference {short(agrees.max_error)}, {short(agrees.tolerance)} allowed"
    )
    nonzero = int((matrix.values() != 0).sum())
    if nonzero != counted[1].counted:
        entries = f"{many(nonzero, 'entry', 'entries')} {'is' if nonzero == 1 else 'are'}"
        lines.append(f"{entries} not 0: some weights are 0, or add up to it")
    if matrix.offset.any():
        lines.append(
            f"border {matrix.border.label} adds up to {spoken(abs(matrix.offset).max())} to an output, "
            "which is no entry"
        )
    return lines


def _fact(count: Count) -> str:
    if count.holds:
        return f"{count.name}: {grouped(count.counted)} = {count.rule}"
    return f"{count.name}: {grouped(count.counted)}, but {count.rule} is {grouped(count.expected)}"
