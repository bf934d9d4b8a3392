"""Tables: drawn for a terminal, tab-separated for a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple, SupportsIndex

from convcli.report.printing.numbers import grouped, plain, short, spoken
from convcli.report.printing.wrapping import terminal_width, wrapped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable


class Column(NamedTuple):
    """A heading and how its cells stand.

    Attributes:
        align: "right" for numbers, which are never wrapped or cut; "left" for words.
        wrap: whether the cells may run over several lines; by default words of more than 20 letters, which are prose.
    """

    name: str
    align: Literal["left", "right"] = "left"
    wrap: bool | None = None

    def wraps(self, cells: Sequence[str]) -> bool:
        """Whether these cells may run over several lines."""
        prose = self.align == "left" and any(len(cell) > 20 for cell in cells)
        return prose if self.wrap is None else self.wrap


class Table(NamedTuple):
    """What a table says; how it looks depends on where it goes.

    Attributes:
        rows: cells are text, whole numbers (grouped in a terminal, bare digits
            in a pipe), floats, booleans or None (an empty cell).
        notes: lines that stand below the table.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    title: str | None = None
    notes: Sequence[str] = ()


class Rounded(float):
    """A cell that is a measurement or an error: three digits are drawn, a pipe gets them all."""

    def __str__(self) -> str:
        return short(self)


class Cell(NamedTuple):
    """A cell that is written in two ways: for people, and for a pipe, where numbers are bare."""

    drawn: str
    piped: str


def show_table(table: Table, *, stream: IO[str] | None = None, as_text: bool | None = None) -> None:
    """Print a table: drawn when the stream is a terminal, else tab-separated lines.

    In a pipe the first line holds the headings and nothing is squeezed, wrapped or
    grouped; the title goes before it and the notes come last as lines that begin with "# ".

    Args:
        stream: stdout unless given.
        as_text: True for tab-separated lines, False for a drawn table, None to look at the stream.
    """
    stream = sys.stdout if stream is None else stream
    if as_text is None:
        as_text = not stream.isatty()
    if as_text:
        stream.write(writable("".join(f"{line}\n" for line in text_lines(table)), stream))
    else:
        _draw(table, stream)


def text_lines(table: Table) -> list[str]:
    """The tab-separated form, line by line.

    >>> text_lines(Table([Column("layer"), Column("parameters", "right")], [("conv1", 1000)]))
    ['layer\\tparameters', 'conv1\\t1000']
    """
    lines = [f"# {_one_line(table.title)}"] if table.title else []
    lines.append("\t".join(_one_line(column.name) for column in table.columns))
    lines += ["\t".join(_one_line(cell_text(cell, grouping=False)) for cell in row) for row in table.rows]
    return lines + [f"# {_one_line(note)}" for note in table.notes]


def cell_text(cell: Any, *, grouping: bool = True) -> str:
    """A cell's words: numbers in their shortest form, True as "yes", None as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, Cell):
        return cell.drawn if grouping else cell.piped
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, SupportsIndex):  # NumPy's whole numbers too
        return grouped(cell.__index__()) if grouping else str(cell.__index__())
    if isinstance(cell, Rounded) and grouping:
        return str(cell)
    if isinstance(cell, float):
        return spoken(cell) if grouping else plain(cell)
    return str(cell)


def writable(text: str, stream: IO[str]) -> str:
    """The text with what the stream's encoding lacks (stray bytes of file names too) escaped."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\t", " ").splitlines())


def _draw(table: Table, stream: IO[str]) -> None:
    from rich.console import Console
    from rich.measure import Measurement

    # rich takes a terminal that it calls dumb for 80 columns, unless it is told both sizes
    width = terminal_width(stream)
    console = Console(file=stream, width=width, height=width and 25, highlight=False, markup=False, emoji=False)
    drawn = _rich_table(table, stream)
    console.print()
    if table.title:
        console.print(writable(table.title, stream), style="bold")
    unbounded = console.options.update(max_width=1_000_000)
    if Measurement.get(console, unbounded, drawn).minimum <= console.width:
        console.print(drawn)
        console.print()
    else:  # a number cut short would be a wrong number
        _draw_stacked(table, console, stream)
    for note in table.notes:
        console.print(writable(note, stream))


def _rich_table(table: Table, stream: IO[str]) -> RichTable:
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table as RichTable
    from rich.text import Text

    # Bold and the terminal's own colours only: legible on a light ground and on a dark one.
    drawn = RichTable(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False, collapse_padding=True)
    words = [[Text(writable(cell_text(cell), stream)) for cell in row] for row in table.rows]
    for index, column in enumerate(table.columns):
        cells = [Text(writable(column.name, stream)), *(row[index] for row in words)]
        wraps = column.wraps([cell.plain for cell in cells])
        # Nothing is broken inside a word: a column that wraps is as wide as its longest one.
        parts = [part for cell in cells for part in (cell.plain.split() if wraps else (cell.plain,))]
        least = max((cell_len(part) for part in parts), default=0)
        drawn.add_column(cells[0], justify=column.align, no_wrap=not wraps, min_width=least, overflow="fold")
    for row in words:
        drawn.add_row(*row)
    return drawn


def _draw_stacked(table: Table, console: Console, stream: IO[str]) -> None:
    margin = max(len(column.name) for column in table.columns) + 2
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            line = wrapped(f"{column.name:<{margin}}{cell_text(cell)}", console.width, " " * margin)
            console.print(writable(line, stream), soft_wrap=True)
        console.print()
