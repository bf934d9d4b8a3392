"""Progress: drawn in a terminal, silent elsewhere."""

from __future__ import annotations

import io
import re
import threading

import pytest

from convcli.report.printing.progress import Bar, Silence, believed_speed, progress, rate, time_left


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
    drawn = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "\r", shown).splitlines()
    assert max(map(len, drawn)) <= 97  # the ^C of an interrupt stands on the bar's own line, and goes with it


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


def screen(written: str) -> list[str]:
    """What a terminal shows of these bytes in the end: lines, cursor up, carriage returns and erased lines."""
    lines, row, column = [""], 0, 0
    for piece in re.findall(r"\x1b\[[0-9;?]*[a-zA-Z]|[\r\n]|[^\x1b\r\n]+", written):
        if piece == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif piece == "\r":
            column = 0
        elif piece.startswith("\x1b"):
            row -= int(re.sub(r"\D", "", piece) or 1) if piece.endswith("A") else 0
            lines[row] = "" if piece.endswith("2K") else lines[row]
        else:
            lines[row] = lines[row][:column].ljust(column) + piece + lines[row][column + len(piece) :]
            column += len(piece)
    return [line.rstrip() for line in lines if line.strip()]


def test_what_is_printed_aside_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece of the bar is left above, below or in the messages, from whichever thread they come."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()

    def say(words: str) -> None:
        with meter.aside():
            stream.write(f"{words}\n")

    with progress(4, "apply", unit="pictures", stream=stream) as meter:
        say("Error: first")
        meter.advance(2)
        threads = [threading.Thread(target=say, args=("note",)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        say("Error: last")
        assert "2/4" in stream.getvalue()
    assert screen(stream.getvalue()) == ["Error: first", *["note"] * 5, "Error: last"]


def test_a_terminal_that_cannot_wipe_a_line_sees_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """TERM=dumb."""
    monkeypatch.setenv("TERM", "dumb")
    with progress(4, "apply", stream=Terminal()) as meter, meter.aside():
        assert isinstance(meter, Silence)


@pytest.mark.parametrize(
    ("completed", "seconds", "speed"),
    [(4, 0.0002, None), (1000, 1.99, None), (0, 60.0, None), (5, None, None), (30, 10.0, 3.0), (1, 120.0, 1 / 120)],
)
def test_a_rate_needs_seconds_of_evidence(completed: int, seconds: float | None, speed: float | None) -> None:
    """The first pictures come all at once, from as many threads: 21,291 a second was one rate seen."""
    assert believed_speed(completed, seconds) == speed
    assert (time_left(10, speed) == "") == (speed is None)
