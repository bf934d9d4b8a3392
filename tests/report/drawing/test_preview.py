"""Previews, read back from their escape codes as a terminal would."""

from __future__ import annotations

import io
import os
import re

import numpy as np
import pytest

from convcli.report.drawing import preview as module
from convcli.report.drawing.preview import ability, kernel_preview, nearest_indexed, preview
from convcli.report.drawing.resizing import signed_picture

RNG = np.random.default_rng(2)


class Terminal(io.StringIO):
    """A terminal of 80 x 24 that keeps what it was sent."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "COLORTERM", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


def _xterm(index: int) -> tuple[int, int, int]:
    """xterm's table: a 6 x 6 x 6 cube, then greys."""
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3
    levels = [0, 95, 135, 175, 215, 255]
    return levels[(index - 16) // 36], levels[(index - 16) // 6 % 6], levels[(index - 16) % 6]


def _apply(codes: str, grounds: dict[int, tuple[int, ...]]) -> None:
    values = [int(code) for code in codes.split(";")]
    while values and values[0]:
        ground, kind = values[:2]
        size = 5 if kind == 2 else 3
        grounds[ground] = tuple(values[2:size]) if kind == 2 else _xterm(values[2])
        values = values[size:]


def _seen(text: str) -> np.ndarray:
    """The pixels a terminal shows: upper half the foreground, lower half the background; -1 is its own ground."""
    rows: list[list[tuple[int, ...]]] = []
    for line in text.splitlines():
        grounds: dict[int, tuple[int, ...]] = {38: (-1, -1, -1), 48: (-1, -1, -1)}
        upper, lower = [], []
        for codes, character in re.findall(r"\x1b\[([\d;]*)m|(.)", line):
            if character:
                upper.append(grounds[38] if character == "▀" else grounds[48])
                lower.append(grounds[48])
            else:
                _apply(codes, grounds)
        rows += [upper, lower]
    return np.array(rows)


def _shown(picture: np.ndarray, **options: object) -> str:
    stream = Terminal()
    preview(picture, stream=stream, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def test_a_small_picture_is_shown_pixel_for_pixel() -> None:
    """Truecolour: each sample is a block of eight, upper rows above lower ones, left before right."""
    picture = RNG.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    seen = _seen(_shown(picture, colours="truecolor"))
    np.testing.assert_array_equal(seen, picture.repeat(8, axis=0).repeat(8, axis=1))


def test_flat_runs_are_not_named_again() -> None:
    """A flat picture needs two colour codes a line."""
    text = _shown(np.full((60, 70), 7, np.uint8), colours="truecolor")
    assert all(line.count("\x1b") == 2 for line in text.splitlines())


def test_under_an_odd_last_row_the_terminals_own_ground_shows() -> None:
    """Three rows take two lines; the fourth is not painted."""
    picture = RNG.integers(0, 256, (45, 80, 3), dtype=np.uint8)
    stream = Terminal()
    preview(picture, stream=stream, colours="truecolor", height=40)
    seen = _seen(stream.getvalue())
    np.testing.assert_array_equal(seen[:45], picture)
    assert (seen[45] == -1).all()


@pytest.mark.parametrize(("columns", "lines"), [(60, 24), (80, 24), (200, 60)])
@pytest.mark.parametrize("shape", [(300, 500), (900, 100), (2, 3000)])
def test_a_preview_fits_its_terminal_and_keeps_its_shape(
    columns: int, lines: int, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No wider and no higher than the terminal, with room for the prompt, touching it on one side."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(lines))
    seen = _seen(_shown(RNG.integers(0, 256, shape, dtype=np.uint8), colours="256"))
    high, wide = (seen[:, :, 0] >= 0).any(axis=1).sum(), seen.shape[1]
    assert wide <= columns
    assert seen.shape[0] / 2 <= lines - 3
    assert wide == columns or high == 2 * (lines - 3)
    factor = min(columns / shape[1], 2 * (lines - 3) / shape[0])
    assert high == max(1, round(shape[0] * factor))


def test_the_256_colours_are_the_nearest_ones() -> None:
    """Against a search of all 240 fixed colours: as near as the nearest, but for a rounding of the greys."""
    table = np.array([_xterm(i) for i in range(16, 256)])
    samples = RNG.integers(0, 256, (20, 20, 3), dtype=np.uint8)
    samples[0] = np.arange(0, 240, 12)[:, np.newaxis]
    chosen = table[nearest_indexed(samples) - 16]
    best = ((samples[:, :, np.newaxis].astype(int) - table) ** 2).sum(axis=-1).min(axis=-1)
    np.testing.assert_array_equal(((samples.astype(int) - chosen) ** 2).sum(axis=-1), best)
    text = _shown(samples, colours="256", height=20, width=40)  # enlarged: the squares of samples are not dithered
    np.testing.assert_array_equal(_seen(text), chosen.repeat(2, axis=0).repeat(2, axis=1))


def test_256_colours_are_dithered() -> None:
    """A slope between two of the fixed greys, and a colour between those of the cube, are right on average."""
    slope = np.repeat(np.linspace(18, 28, 64).round().astype(np.uint8)[:, np.newaxis], 64, axis=1)
    for picture in (np.repeat(slope[..., np.newaxis], 3, axis=2), np.full((64, 64, 3), (200, 90, 60), np.uint8)):
        seen = _seen(_shown(picture, colours="256", height=32, width=64))
        blocks = [each.reshape(8, 8, 8, 8, 3).mean(axis=(1, 3)) for each in (seen, picture)]
        assert np.abs(blocks[0] - blocks[1]).max() < 6
        flat = np.array([_xterm(int(i)) for i in nearest_indexed(picture).ravel()]).reshape(8, 8, 8, 8, 3)
        assert np.abs(flat.mean(axis=(1, 3)) - blocks[1]).mean() > 1.5 * np.abs(blocks[0] - blocks[1]).mean()


def test_without_colours_brighter_is_denser() -> None:
    """A ramp from black to white rises through the characters; two rows share a line."""
    ramp = np.tile((np.arange(10) * 25.5 + 13).astype(np.uint8), (2, 1))
    lines = _shown(ramp, colours="none", width=10, height=1).splitlines()
    assert lines == [" .:-=+*#%@"]


@pytest.mark.parametrize(
    ("variables", "able"),
    [
        ({}, "256"),
        ({"COLORTERM": "truecolor"}, "truecolor"),
        ({"COLORTERM": "24bit", "TERM": "screen"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "xterm-kitty"}, "truecolor"),
        ({"WT_SESSION": "1", "TERM": ""}, "truecolor"),
        ({"TERM": "vt100"}, "none"),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, "none"),
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, "none"),
        ({"NO_COLOR": ""}, "256"),
    ],
)
def test_a_terminal_gets_what_it_can_show(
    variables: dict[str, str], able: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_COLOR before all, then COLORTERM, then TERM; the preview itself follows."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ability(Terminal()) == able
    text = _shown(np.full((4, 4), 200, np.uint8))
    assert ("38;2;" in text, "38;5;" in text) == (able == "truecolor", able == "256")


def test_a_pipe_and_an_ascii_terminal_get_plain_characters() -> None:
    """Escape codes never reach a file, nor half blocks a terminal that has none."""
    assert ability(io.StringIO()) == "none"

    class Ascii(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    assert ability(Ascii(io.BytesIO(), encoding="ascii")) == "none"
    assert ability(io.StringIO(), "truecolor") == "truecolor"


@pytest.mark.parametrize("colours", ["truecolor", "256"])
def test_a_kernel_is_shown_in_signed_colours(colours: str) -> None:
    """Each weight is two columns on one line: red to the right of blue for sobel-x."""
    weights = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0]])
    stream = Terminal()
    kernel_preview(weights, stream=stream, colours=colours)  # type: ignore[arg-type]
    want = signed_picture(weights).repeat(2, axis=1).repeat(2, axis=0)
    seen = _seen(stream.getvalue())
    assert np.abs(seen - want).max() <= (0 if colours == "truecolor" else 48)


def test_a_kernel_without_colours_is_shown_by_signs() -> None:
    """Plus and minus, doubled in weight from half the largest."""
    stream = io.StringIO()
    kernel_preview(np.array([[-2.0, 0.0, 0.5], [-0.5, 1.0, 2.0]]), stream=stream)
    assert stream.getvalue().splitlines() == ["==..++", "--####"]
    kernel_preview(np.zeros((1, 2)), stream=stream)
    assert stream.getvalue().splitlines()[-1] == "...."


def test_a_kernel_wider_than_the_terminal_is_averaged_down() -> None:
    """A hundred columns in a terminal of eighty become half blocks that fit."""
    stream = Terminal()
    kernel_preview(np.ones((3, 100)), stream=stream)
    assert _seen(stream.getvalue()).shape[1] == 80


def test_stdout_is_where_previews_go(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream both print to stdout, plainly when it is no terminal."""
    preview(np.full((1, 2), 255, np.uint8))
    kernel_preview(np.array([[1.0]]))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.endswith("##\n")


def test_the_size_comes_from_the_terminal() -> None:
    """The fixture's 80 columns are what the module sees."""
    assert module.shutil.get_terminal_size() == os.terminal_size((80, 24))
