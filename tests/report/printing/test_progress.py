"""Progress: drawn in a terminal, silent elsewhere."""

from __future__ import annotations

import io

import pytest

from convcli.report.printing.progress import Bar, Silence, progress, rate


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_label_count_and_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar counts what was advanced, and is wiped away at the end."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    stream = Terminal()
    with progress(40, "filtering [bold]", unit="files", stream=stream) as meter:
        assert isinstance(meter, Bar)
        meter.advance(10)
        meter.advance()
    shown = stream.getvalue()
    assert "filtering [bold]" in shown
    assert "11/40" in shown
    assert shown.rstrip().endswith("\x1b[2K")


def test_a_pipe_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither stdout nor stderr gets a byte, and the work can advance all the same."""
    with progress(None, "descending") as meter:
        assert isinstance(meter, Silence)
        meter.advance(3)
    assert capsys.readouterr() == ("", "")


def test_a_program_without_stderr_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """stderr may be closed before the program starts."""
    monkeypatch.setattr("sys.stderr", None)
    with progress(2, "x") as meter:
        assert isinstance(meter, Silence)


def test_an_error_in_the_work_passes_through() -> None:
    """The bar stops and the error goes on."""
    with pytest.raises(ZeroDivisionError), progress(1, "x", stream=Terminal()):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("speed", "text"),
    [(None, ""), (1234.5, "1,234 runs/s"), (9.87, "9.87 runs/s"), (0.5, "30 runs/min"), (0.0, "")],
)
def test_rates_are_per_second_or_per_minute(speed: float | None, text: str) -> None:
    """Slow work is counted by the minute."""
    assert rate(speed, "runs") == text
