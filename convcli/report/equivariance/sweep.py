"""A sweep as a grid: where it holds, the error where it does not, and what a low-pass leaves of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from convcli.core.equivariance.causes import Remedy
from convcli.core.equivariance.ledger import Ledger
from convcli.core.kernel.kernel import Kernel
from convcli.errors import many
from convcli.report.equivariance.table import kernels_words, source_words
from convcli.report.printing.numbers import grouped, plain, short
from convcli.report.printing.table import Cell, Column, Rounded, Table

MOST_COLUMNS = 12


@dataclass(frozen=True)
class Outcome:
    """One run: what was set, what came out, and the remedy where subsampling breaks it."""

    set_to: Mapping[str, str]
    ledger: Ledger
    remedy: Remedy | None


@dataclass(frozen=True)
class Grid:
    """Outcomes by rows and columns.

    Attributes:
        row_names, column_name: the options that run down and across; no column option for a single one.
        rows: the values of each row; columns: the value of each column.
        cells: outcomes, row by row.
    """

    row_names: tuple[str, ...]
    column_name: str
    rows: list[tuple[str, ...]]
    columns: list[str]
    cells: list[list[Outcome]]


def grid_of(outcomes: Sequence[Outcome]) -> Grid:
    """The first option across and the others down; one option alone runs down."""
    names = tuple(outcomes[0].set_to)
    across = names[0] if len(names) > 1 else ""
    down = names[1:] if across else names
    columns = list(dict.fromkeys(outcome.set_to[across] for outcome in outcomes)) if across else [""]
    rows = list(dict.fromkeys(tuple(outcome.set_to[name] for name in down) for outcome in outcomes))
    found = {
        (tuple(outcome.set_to[name] for name in down), outcome.set_to.get(across, "")): outcome for outcome in outcomes
    }
    return Grid(down, across, rows, columns, [[found[row, column] for column in columns] for row in rows])


def sweep_table(outcomes: Sequence[Outcome], subject: str) -> Table:
    """The grid; one line for every run where the grid would be too wide or there is one option alone.

    Args:
        subject: kernel and picture, in words.
    """
    grid = grid_of(outcomes)
    if grid.column_name and len(grid.columns) <= MOST_COLUMNS:
        columns = [Column(name, wrap=False) for name in grid.row_names]
        columns += [Column(f"{grid.column_name} {value}", "right") for value in grid.columns]
        rows: list[list[object]] = [
            [*row, *map(_cell, cells)] for row, cells in zip(grid.rows, grid.cells, strict=True)
        ]
        return Table(columns, rows, title=sweep_title(outcomes, subject), notes=_notes(outcomes))
    names = tuple(outcomes[0].set_to)
    columns = [Column(name, wrap=False) for name in names]
    columns += [Column("holds"), Column("interior error", "right"), Column("border mismatches", "right")]
    columns += [Column("with low-pass", "right")]
    runs = [[*outcome.set_to.values(), *_run_row(outcome)] for outcome in outcomes]
    return Table(columns, runs, title=sweep_title(outcomes, subject), notes=_notes(outcomes, arrow=False))


def cell_words(outcome: Outcome, number: Callable[[float], str] = short) -> str:
    """One cell: holds, or the largest error, and what the low-pass leaves of it.

    Args:
        number: how an error is written.
    """
    if not outcome.ledger.interior.pixels:
        return "-"
    if outcome.ledger.holds:
        return "holds"
    error = number(outcome.ledger.interior.max_error)
    return error if outcome.remedy is None else f"{error} -> {number(outcome.remedy.with_blur.interior.max_error)}"


def _cell(outcome: Outcome) -> Cell:
    return Cell(cell_words(outcome), cell_words(outcome, plain))


def _run_row(outcome: Outcome) -> list[object]:
    ledger = outcome.ledger
    left = None if outcome.remedy is None else Rounded(outcome.remedy.with_blur.interior.max_error)
    return [ledger.holds, Rounded(ledger.interior.max_error), ledger.border.mismatched, left]


def sweep_title(outcomes: Sequence[Outcome], subject: str) -> str:
    """In how many runs it holds, and of what; runs without an interior are not among them."""
    holding = sum(outcome.ledger.holds and outcome.ledger.interior.pixels > 0 for outcome in outcomes)
    return f"{subject}: f(g(x)) = g(f(x)) holds in {grouped(holding)} of {many(len(outcomes), 'run')}"


def sweep_subject(outcomes: Sequence[Outcome], kernels: Sequence[Kernel] | None, source: str) -> str:
    """Which kernel on which picture.

    Args:
        kernels: of all runs; None where the sweep names them.
    """
    if kernels is not None:
        return f"{kernels_words(kernels)} on {source_words(source)}"
    several = len({outcome.set_to["kernel"] for outcome in outcomes})
    return f"{many(several, 'kernel')} on {source_words(source)}"


def lies_across(grid: Grid) -> Grid:
    """A grid of one option alone turned to lie across, its values side by side."""
    values = [row[0] for row in grid.rows]
    return Grid((), grid.row_names[0], [()], values, [[row[0] for row in grid.cells]])


def _notes(outcomes: Sequence[Outcome], *, arrow: bool = True) -> list[str]:
    notes = []
    remedies = [outcome.remedy for outcome in outcomes if outcome.remedy]
    if remedies:
        shown = "A -> B: the largest error, and" if arrow else "with low-pass:"
        notes.append(f"{shown} what is left of it with a low-pass before subsampling (--blurpool {remedies[0].taps})")
    if any(not outcome.ledger.interior.pixels for outcome in outcomes):
        notes.append("-: padding or fill can reach every place")
    return notes
