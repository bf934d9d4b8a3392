"""Tables in a pipe and in a terminal."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import numpy as np
import pytest

from convcli.report.printing.table import Column, Table, cell_text, show_table, text_lines

ABOUT = "positive where brightness rises to the right, negative where it falls"
TABLE = Table(
    [Column("name"), Column("parameters", "right"), Column("share", "right"), Column("about")],
    [("sobel-x", 1234567890123, 0.125, ABOUT), ("box", 9, None, "a\tb\nc"), ("[bold]", True, 1.0, ":smile:")],
    title="Kernels",
    notes=["kept for correlation"],
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def _drawn(table: Table, width: int, monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"COLUMNS": str(width), "TERM": "xterm-256color", **variables}.items():
        monkeypatch.setenv(name, value)
    stream = Terminal()
    show_table(table, stream=stream)
    return stream.getvalue()


def test_a_pipe_gets_tab_separated_lines() -> None:
    """Headings, then one line a row with bare digits; nothing is wrapped, and tabs in a cell cannot add a column."""
    stream = io.StringIO()
    show_table(TABLE, stream=stream)
    assert stream.getvalue().splitlines() == [
        "# Kernels",
        "name\tparameters\tshare\tabout",
        f"sobel-x\t1234567890123\t0.125\t{ABOUT}",
        "box\t9\t\ta b c",
        "[bold]\tyes\t1\t:smile:",
        "# kept for correlation",
    ]


def test_a_table_without_title_and_notes_begins_with_its_headings() -> None:
    """The first line is the header, so that cut and awk see columns only."""
    assert text_lines(Table([Column("n", "right")], [[1000], [False]])) == ["n", "1000", "no"]


def test_cells_of_numpy_read_like_pythons_own() -> None:
    """Whole numbers are grouped in a terminal only; floats take their shortest form."""
    assert [cell_text(cell) for cell in (np.int64(4096), np.float64(2.0), np.uint8(7))] == ["4,096", "2", "7"]
    assert cell_text(np.int64(4096), grouping=False) == "4096"


def test_a_terminal_gets_aligned_columns_with_grouped_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Right-aligned columns end in the same place, and markup or emoji in a cell is only text."""
    lines = _drawn(TABLE, 120, monkeypatch, NO_COLOR="1").splitlines()
    wide, narrow = (next(line for line in lines if mark in line) for mark in ("sobel-x", "box"))
    end = wide.index("1,234,567,890,123") + len("1,234,567,890,123")
    assert narrow[:end].endswith(" 9")
    assert any("[bold]" in line and ":smile:" in line for line in lines)
    assert "Kernels" in lines[1]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_table_fits_its_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prose wraps, numbers stay whole, no line is wider than the terminal, no word is lost."""
    shown = _drawn(TABLE, width, monkeypatch, NO_COLOR="1", TERM="dumb" if width == 80 else "xterm")
    assert max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in shown.splitlines()) <= width
    assert "1,234,567,890,123" in shown
    assert all(word in shown for word in ABOUT.split())


def test_numbers_that_do_not_fit_are_stacked_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal too narrow for the columns each row becomes lines of heading and value."""
    table = Table([Column("weights", "right"), Column("MACs", "right")], [(10**30, 10**28), (1, 2)])
    shown = _drawn(table, 40, monkeypatch)
    assert f"weights  {10**30:,}" in shown
    assert f"MACs     {10**28:,}" in shown
    assert "…" not in shown


def test_no_color_means_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR nothing sets a colour; without it headings are bold, never coloured."""
    for variables in ({"NO_COLOR": "1"}, {}):
        shown = _drawn(TABLE, 100, monkeypatch, **variables)
        codes = {code for found in re.findall(r"\x1b\[([\d;]*)m", shown) for code in found.split(";")}
        assert codes <= {"0", "1", "2", ""}


@pytest.mark.parametrize("as_text", [True, False])
def test_any_stream_can_hold_any_name(as_text: bool) -> None:
    """An ASCII stream gets escapes for what it lacks, stray bytes of a file name included."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    show_table(Table([Column("Σ")], [["caf\udce9 ×"]], title="→"), stream=stream, as_text=as_text)
    stream.flush()
    assert rb"caf\udce9 \xd7" in raw.getvalue()


def test_stdout_is_where_tables_go(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream the table is data: on stdout."""
    show_table(Table([Column("n")], [["x"]]))
    assert capsys.readouterr().out == "n\nx\n"


def test_a_piped_table_imports_neither_rich_nor_numpy() -> None:
    """What only counts starts at once: the text half of the report needs the standard library alone."""
    program = (
        "import sys\n"
        "from convcli.report.printing import json_lines, numbers, progress, table\n"
        "table.show_table(table.Table([table.Column('n')], [[1]]))\n"
        "with progress.progress(3, 'x'): pass\n"
        "print(sorted({'numpy', 'rich', 'PIL', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["n", "1", "[]"]
