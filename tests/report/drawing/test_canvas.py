"""The canvas, its lettering and its scaling: pixels where they belong."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.report.drawing import lettering, palette
from convcli.report.drawing.canvas import Box, Canvas, fitted, spell, text_width, wrapped
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.resizing import as_rgb, fitting_size, resized, signed_picture

RNG = np.random.default_rng(5)


def _inked(drawing: np.ndarray) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of everything that is not paper."""
    rows, columns = np.nonzero((drawing != 255).any(axis=2))
    return rows.min(), rows.max(), columns.min(), columns.max()


def test_a_rectangle_covers_exactly_its_pixels() -> None:
    """x goes right, y goes down, the outline lies inside, and nothing outside is touched."""
    canvas = Canvas(30, 20)
    box = canvas.rectangle(5, 3, 10, 6, fill=(1, 2, 3), outline=(200, 0, 0))
    drawing = rasterized(canvas.finished())
    want = np.full((20, 30, 3), 255, np.uint8)
    want[3:9, 5:15] = (200, 0, 0)
    want[4:8, 6:14] = (1, 2, 3)
    np.testing.assert_array_equal(drawing, want)
    assert (box.right, box.bottom) == (15, 9)


def test_a_pasted_picture_keeps_every_sample() -> None:
    """Supersampling changes no pixel of a picture; grey is repeated over the channels."""
    colour = RNG.integers(0, 256, (4, 7, 3), dtype=np.uint8)
    grey = RNG.integers(0, 256, (3, 2), dtype=np.uint8)
    canvas = Canvas(20, 12)
    assert canvas.picture(6, 2, colour) == Box(6, 2, 7, 4)
    canvas.picture(1, 1, grey, 4, 9)
    drawing = rasterized(canvas.finished())
    np.testing.assert_array_equal(drawing[2:6, 6:13], colour)
    np.testing.assert_array_equal(drawing[1:10, 1:5], np.kron(grey, np.ones((3, 2), np.uint8))[..., None].repeat(3, 2))


def test_lettering_stands_where_it_is_told() -> None:
    """Ink begins at, lies around, or ends at x, but for the letters' own margins."""
    for align, before in (("left", 0.0), ("centre", 0.5), ("right", 1.0)):
        canvas = Canvas(200, 40)
        wide = canvas.text(100, 20, "HHH", size=20, align=align, vertical="middle")  # type: ignore[arg-type]
        top, bottom, left, right = _inked(rasterized(canvas.finished()))
        assert left == pytest.approx(100 - before * wide, abs=3)
        assert right == pytest.approx(100 + (1 - before) * wide, abs=3)
        assert (top + bottom) / 2 == pytest.approx(20, abs=1.5)


def test_lettering_hangs_from_its_top_and_stands_on_its_baseline() -> None:
    """A capital's foot is the baseline; hung from the top it lies wholly below."""
    canvas = Canvas(60, 60)
    canvas.text(5, 30, "H", size=20, vertical="baseline")
    assert _inked(rasterized(canvas.finished()))[1] in (29, 30)
    canvas = Canvas(60, 60)
    canvas.text(5, 30, "H", size=20)
    assert _inked(rasterized(canvas.finished()))[0] >= 30


def test_every_sign_of_the_mathematics_is_drawn() -> None:
    """Signs that the font lacks are drawn by strokes, each different from all others and from the empty box."""
    signs = "×−–—→←↑↓Σ≤≥≠≈✓·…±°"
    seen = set()
    for sign in signs + "\U000f1234":
        canvas = Canvas(40, 40)
        canvas.text(10, 10, sign, size=24)
        seen.add(rasterized(canvas.finished()).tobytes())
    assert len(seen) == len(signs) + 1


def test_the_multiplication_sign_is_symmetric_and_the_minus_is_flat() -> None:
    """× equals its own mirror image, − is one bar about as high as the middle of a digit."""
    canvas = Canvas(40, 40)
    canvas.text(8, 8, "×", size=28)
    top, bottom, left, right = _inked(rasterized(canvas.finished()))
    cross = rasterized(canvas.finished())[top : bottom + 1, left : right + 1].astype(int)
    assert np.abs(cross - cross[:, ::-1]).mean() < 12
    canvas = Canvas(40, 40)
    canvas.text(8, 30, "−", size=28, vertical="baseline")
    top, bottom, left, right = _inked(rasterized(canvas.finished()))
    assert bottom - top <= 3 < 9 <= right - left
    assert 18 <= top <= bottom <= 24


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("Café", "Cafe"),
        ("σ=2", "sigma=2"),
        ("a\tb\nc", "a b c"),
        ("½ x²", "1/2 x^2"),
        ("日", "▢"),
        ("\udce9", "□"),
        ("①Å", "1A"),
        ("a\u2003b", "a b"),
        ("±3°…", "±3°…"),
    ],
)
@pytest.mark.usefixtures("no_installed_fonts")
def test_what_cannot_be_drawn_is_spelled(given: str, drawn: str) -> None:
    """Where no font is installed accents go, Greek is spelled out, and the rest becomes a box of its width."""
    assert spell(given) == drawn


def test_words_that_do_not_fit_end_in_an_ellipsis() -> None:
    """The result is the longest prefix that fits; words that fit stay as they are, and no room gives nothing."""
    words = "gabor:theta=45,wavelength=8"
    assert fitted(words, 1000, 14) == words
    short = fitted(words, 90, 14)
    assert short.endswith("…")
    assert text_width(short, 14) <= 90 < text_width(words[: len(short)] + "…", 14)
    assert fitted(words, 2, 14) == ""


def test_words_wrap_at_blanks_hyphens_and_colons() -> None:
    """No line is too wide, nothing is lost but blanks, and a limit on lines ends in an ellipsis."""
    words = "sobel-compass-n:size=3 responds to edges, brighter above"
    lines = wrapped(words, 100, 14)
    assert all(text_width(line, 14) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert "sobel-" in lines[0]
    assert wrapped(words, 100, 14, 2)[0] == lines[0]
    assert wrapped(words, 100, 14, 2)[1].endswith("…")
    assert wrapped("-5 + -3", 20, 14) == ["-5", "+", "-3"]
    assert wrapped("a\nb", 100, 14) == ["a", "b"]
    assert wrapped("", 100, 14) == []


def test_a_paragraph_returns_the_place_below_it() -> None:
    """Three lines end three line heights further down, and the ink stays above."""
    canvas = Canvas(100, 100)
    below = canvas.paragraph(2, 10, "one\ntwo\nthree", width=90, size=10)
    assert below == pytest.approx(10 + 3 * 13)
    assert _inked(rasterized(canvas.finished()))[1] < below


def test_an_arrow_is_thickest_at_its_head() -> None:
    """The head is at the end, not at the start."""
    canvas = Canvas(60, 40)
    canvas.arrow((5, 20), (55, 20))
    columns = (rasterized(canvas.finished()) < 128).all(axis=2).sum(axis=0)
    assert columns[45:55].max() > columns[5:40].max()
    assert columns[57:].sum() == columns[:4].sum() == 0


def test_dashed_lines_have_gaps_and_both_ends() -> None:
    """A dashed line begins and ends with ink; a dashed frame keeps its four corners."""
    canvas = Canvas(60, 9)
    canvas.line([(5, 4.5), (55, 4.5)], dashed=True)
    row = (rasterized(canvas.finished())[4] < 128).all(axis=1)
    assert row[6]
    assert row[53]
    assert 5 < np.abs(np.diff(row.astype(int))).sum() < 20
    canvas = Canvas(40, 40)
    canvas.rectangle(4, 4, 30, 20, outline=palette.INK, dashed=True)
    canvas.line([(1, 1), (1, 1)], dashed=True)  # no length: nothing to draw
    canvas.rectangle(20, 20, 0, 5, fill=palette.INK)
    frame = (rasterized(canvas.finished()) < 200).all(axis=2)
    assert all(frame[r - 2 : r + 2, c - 2 : c + 2].any() for r in (5, 23) for c in (5, 33))


def test_a_circle_is_round() -> None:
    """Its ink fills pi/4 of its square."""
    canvas = Canvas(50, 50)
    canvas.circle(25, 25, 20, fill=(0, 0, 0), outline=(0, 0, 0))
    assert (255 - rasterized(canvas.finished())[..., 0].astype(float)).sum() / 255 == pytest.approx(
        np.pi * 400, rel=0.02
    )


def test_enlarging_repeats_and_shrinking_averages() -> None:
    """By whole factors: np.kron one way, the mean of blocks, within a level, the other way."""
    picture = RNG.integers(0, 256, (12, 8, 3), dtype=np.uint8)
    np.testing.assert_array_equal(resized(picture, 24, 24), picture.repeat(2, 0).repeat(3, 1))
    blocks = picture.astype(float).reshape(6, 2, 2, 4, 3).mean(axis=(1, 3))
    assert np.abs(resized(picture, 6, 2) - blocks).max() <= 1
    tall = resized(picture[:, :, 0], 2, 16)  # down along one axis, up along the other
    np.testing.assert_array_equal(tall[:, ::2], tall[:, 1::2])
    assert np.abs(tall[:, ::2] - picture[:, :, 0].astype(float).reshape(2, 6, 8).mean(axis=1)).max() <= 1
    assert resized(picture[:, :, :1], 6, 4).shape == (6, 4, 1)


def test_a_frame_is_filled_by_a_whole_factor_or_exactly() -> None:
    """Small pictures grow by whole factors, large ones shrink to touch the frame; one pixel stays one at least."""
    assert fitting_size(3, 5, 100, 104) == (60, 100)
    assert fitting_size(3, 5, 100, 104, enlarge=8) == (24, 40)
    assert fitting_size(300, 900, 100, 100) == (33, 100)
    assert fitting_size(1, 5000, 100, 100) == (1, 100)


@pytest.mark.parametrize("shape", [(2, 2, 4), (2,), (0, 3), (2, 2, 2)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    """A drawing takes grey or RGB bytes and nothing else."""
    with pytest.raises(ValueError, match="a drawing takes"):
        as_rgb(np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match="float64"):
        as_rgb(np.zeros((2, 2)))


def test_signed_pictures_keep_zero_white_and_scale_by_the_largest() -> None:
    """Half the largest weight is the colour halfway; all zeros are white; a given scale is used."""
    picture = signed_picture(np.array([[0.0, -2.0, 1.0]]))
    assert picture[0, 0].tolist() == [255, 255, 255]
    assert picture[0, 1].tolist() == [5, 48, 97]
    np.testing.assert_array_equal(signed_picture(np.array([[5.0]]), largest=10.0)[0, 0], picture[0, 2])
    assert (signed_picture(np.zeros((2, 3))) == 255).all()


def test_tied_colours_are_all_different_and_readable() -> None:
    """Forty-nine tied weights have forty-nine colours, and numbers on each are legible (contrast at least 3)."""

    def luminance(colour: palette.RGB) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    colours = palette.tied_colours(49)
    assert len(set(colours)) == 49
    for ground in [*colours, palette.WINDOW, palette.KERNEL, palette.OUTPUT, palette.POSITIVE, palette.NEGATIVE]:
        low, high = sorted((luminance(ground), luminance(palette.readable_on(ground))))
        assert (high + 0.05) / (low + 0.05) >= 3.0, ground


def test_the_font_is_the_one_that_ships_with_pillow() -> None:
    """No font of the machine is used, so that a drawing is the same everywhere."""
    assert lettering.font(20).getname()[0] == "Aileron"


def test_a_number_is_never_broken_at_the_comma_that_groups_it() -> None:
    """Names may break behind a comma; 31,680 stays whole."""
    lines = wrapped("1,010 of 31,680 places differ from gaussian:size=3,sigma=2", 60, 12.5)
    assert "31,680" in lines
    assert lines[-2:] == ["size=3,", "sigma=2"]


def test_a_number_is_never_broken_at_its_exponent() -> None:
    """9.36e-7 and 2E-5 stay whole; a name that ends in an e may break behind its hyphen."""
    for number in ("9.36e-7", "-1.5e-300", "2E-5"):
        lines = wrapped(f"column [{number} {number} {number} {number}] times a row", 70, 12.5)
        assert sum(line.count(number) for line in lines) == 4, lines
    assert wrapped("some-fine-name-for-a-kernel", 60, 12.5)[0].endswith("-")
