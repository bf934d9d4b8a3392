"""The report of a filter: the verdict with its kernel, then what went in, what came back, and what was expected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convcli.core.arrays import Weights
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.drawing.type_sizes import CAPTION, HEADING, TITLE, sentence
from convcli.report.identify.exchange import Exchange, Exchanged
from convcli.report.identify.exchange_tiles import NOT_COMPARED, Shown, tiles
from convcli.report.identify.exchanges import exchanges
from convcli.report.identify.text import REFUTED_WORDS, apply_line, within_words
from convcli.report.identify.verdict_rows import Row, missing_kinds, proof_words, verdict_rows
from convcli.report.language.chosen import Name

MARGIN, GAP = 24, 20
TILE = 272  # the ramp of every level, a pixel each
WIDTH = 2 * MARGIN + 4 * TILE + 3 * GAP
SIDE = 312  # of the kernel
NAMES = 130  # the column of the points' names
WORDS = 14.0
MOST_NUMBERED = 9  # rows or columns whose cells hold a number that can be read
MOST_LINES = 4  # of a command
BETWEEN = 30  # rows of pairs
TITLED = HEADING * LINE_HEIGHT + CAPTION * LINE_HEIGHT + 8  # above the pictures of a row
SIGNED = "red is positive, blue negative, white 0"
SIGNS = "Differences: white is none, red where more came back than expected, blue where less"


def report_figure(found: Exchanged) -> Drawing:
    """One drawing, 1196 wide and as high as the pairs need."""
    rows = _paired(found)
    heading, verdict = _Heading(found), _Verdict(found)
    bands = [_Band(row) for row in rows]
    height = MARGIN - 6 + heading.height + verdict.height + sum(band.height + BETWEEN for band in bands) + MARGIN
    canvas = Canvas(WIDTH, height + CAPTION * LINE_HEIGHT)
    y = heading.draw(canvas, MARGIN - 6)
    y = verdict.draw(canvas, y)
    for band in bands:
        canvas.line([(MARGIN, y), (WIDTH - MARGIN, y)], colour=palette.FAINT)
        band.draw(canvas, y + BETWEEN / 2)
        y += band.height + BETWEEN
    _draw_signs(canvas, y, rows)
    return canvas.finished()


def _paired(found: Exchanged) -> list[list[tuple[Exchange, list[Shown]]]]:
    """Pairs as rows: those with four pictures alone, of two pictures two beside each other."""
    rows: list[list[tuple[Exchange, list[Shown]]]] = []
    for pair in exchanges(found):
        shown = tiles(pair, TILE)
        if len(shown) <= 2 and rows and len(rows[-1]) == 1 and len(rows[-1][0][1]) <= 2:
            rows[-1].append((pair, shown))
        else:
            rows.append([(pair, shown)])
    return rows


def _draw_signs(canvas: Canvas, y: float, rows: Sequence[Sequence[tuple[Exchange, list[Shown]]]]) -> None:
    pairs = [pair for row in rows for pair, _ in row]
    if any(pair.difference is not None for pair in pairs):
        unknown = any(
            (gap := pair.difference) is not None and np.isnan(gap).any() for pair in pairs if not pair.grounds
        )
        words = f"{SIGNS}; {NOT_COMPARED}" if unknown else SIGNS
        canvas.text(MARGIN, y, words, size=CAPTION, colour=palette.MUTED)


class _Heading:
    """What was asked, and what it is."""

    def __init__(self, found: Exchanged) -> None:
        told = found.told
        self._title = Name(told.called)
        self._colour: RGB = palette.RIGHT if told.holds else palette.WRONG
        if told.holds:
            within = within_words(told)
            self._words = f"Identified{within}: {told.name}" if told.name else f"Identified{within}"
        else:
            head = "Not a convolution" if told.verdict.excluded else "Not identified"
            self._words = REFUTED_WORDS if told.verdict.identified else f"{head}: {told.verdict.sentence}"
        lines = len(wrapped(self._title, WIDTH - 2 * MARGIN, TITLE, 2))
        below = len(wrapped(self._words, WIDTH - 2 * MARGIN, HEADING))
        self.height = lines * TITLE * LINE_HEIGHT + below * HEADING * LINE_HEIGHT + 18

    def draw(self, canvas: Canvas, y: float) -> float:
        end = canvas.paragraph(MARGIN, y, self._title, width=WIDTH - 2 * MARGIN, size=TITLE, lines=2)
        canvas.paragraph(MARGIN, end + 2, self._words, width=WIDTH - 2 * MARGIN, size=HEADING, colour=self._colour)
        return y + self.height


class _Verdict:
    """The kernel, and beside it the points; below them the line that does the same."""

    def __init__(self, found: Exchanged) -> None:
        told, verdict = found.told, found.told.verdict
        self._weights = None if verdict.kernel.value is None else np.asarray(verdict.kernel.value, dtype=np.float64)
        self._fractions = verdict.fractions.value
        self._rows = verdict_rows(verdict)
        missing = missing_kinds(found.answers)
        if missing:
            self._rows.append(Row("not taken", ", ".join(missing)))
        if told.prediction is not None:
            self._rows.append(Row("proof", proof_words(told.prediction, told.source)))
        self._left = MARGIN if self._weights is None else MARGIN + SIDE + 40
        self._width = WIDTH - MARGIN - self._left - NAMES
        self._line = Name(apply_line(told)) if told.apply is not None else ""
        same = told.applied is not None and told.applied.largest <= 1
        self._does = "The same with convcli" if same else "The nearest with convcli, which is not the same"
        kernel = 0.0 if self._weights is None else self._kernel_height()
        beside = sum(self._row_height(row) for row in self._rows) + self._line_height()
        self.height = max(kernel, beside) + 20

    def _kernel_height(self) -> float:
        assert self._weights is not None
        height, width = (int(n) for n in self._weights.shape)
        return HEADING * LINE_HEIGHT + 6 + _cell(height, width) * float(height) + 8 + 2 * CAPTION * LINE_HEIGHT

    def _row_height(self, row: Row) -> float:
        lines = max(1, len(wrapped(row.words, self._width, WORDS)))
        return (lines + len(row.letters)) * WORDS * LINE_HEIGHT + 4

    def _line_height(self) -> float:
        if not self._line:
            return 0.0
        return WORDS * LINE_HEIGHT * (1 + len(wrapped(self._line, self._width + NAMES, WORDS, MOST_LINES))) + 8

    def draw(self, canvas: Canvas, y: float) -> float:
        if self._weights is not None:
            self._draw_kernel(canvas, y)
        below = y
        for row in self._rows:
            below = self._draw_row(canvas, below, row)
        if self._line:
            canvas.text(self._left, below + 8, self._does, size=WORDS, colour=palette.MUTED)
            at = below + 8 + WORDS * LINE_HEIGHT
            canvas.paragraph(self._left, at, self._line, width=self._width + NAMES, size=WORDS, lines=MOST_LINES)
        return y + self.height

    def _draw_row(self, canvas: Canvas, y: float, row: Row) -> float:
        canvas.text(self._left, y, row.name, size=WORDS, colour=palette.MUTED)
        x, end = self._left + NAMES, y
        end = canvas.paragraph(x, end, row.words, width=self._width, size=WORDS)
        for letters in row.letters:
            canvas.text(x, end, Name(letters), size=WORDS, colour=palette.ACCENT)
            end += WORDS * LINE_HEIGHT
        return y + self._row_height(row)

    def _draw_kernel(self, canvas: Canvas, y: float) -> None:
        weights = self._weights
        assert weights is not None
        height, width = weights.shape
        canvas.text(MARGIN, y, f"Kernel, {height}×{width}, for correlation", size=HEADING)
        y += HEADING * LINE_HEIGHT + 6
        cell = _cell(height, width)
        numbers, words = _numbers(weights, self._fractions)
        if max(height, width) <= MOST_NUMBERED:
            colours = signed_picture(weights)
            fills = {(int(r), int(c)): _rgb(colours[r, c]) for r, c in np.ndindex(*weights.shape)}
            draw_grid(canvas, MARGIN, y, numbers, cell=cell, fills=fills)
        else:
            canvas.picture(MARGIN, y, signed_picture(weights), cell * width, cell * height)
            canvas.rectangle(MARGIN - 1, y - 1, cell * width + 2, cell * height + 2, outline=palette.LINE)
        words = f"{words}; {SIGNED}"
        canvas.paragraph(MARGIN, y + cell * height + 8, words, width=SIDE, size=CAPTION, colour=palette.MUTED)


def _cell(height: int, width: int) -> int:
    return max(1, SIDE // max(height, width, 5))


def _numbers(weights: Weights, fractions: tuple[Sequence[Sequence[int]], int] | None) -> tuple[list[list[float]], str]:
    """Whole numbers where fractions fit, else the weights; and what the numbers are."""
    if fractions is None:
        rounded = [[float(f"{value:.4g}") for value in row] for row in weights.tolist()]
        return rounded, f"Sum {float(weights.sum()):.4g}".replace("-", "−")
    rows, denominator = fractions
    each = "Whole numbers" if denominator == 1 else f"Each 1/{denominator} of the number"
    return [[float(value) for value in row] for row in rows], each


def _rgb(pixel: np.ndarray) -> RGB:
    red, green, blue = (int(value) for value in pixel)
    return red, green, blue


class _Band:
    """One row of pairs: four pictures of one, or two and two."""

    def __init__(self, row: Sequence[tuple[Exchange, list[Shown]]]) -> None:
        self._row = row
        sizes = [_sizes(pictures) for _, pictures in row]
        self._sizes = sizes
        captions = [len(wrapped(shown.caption, TILE, CAPTION)) for _, pictures in row for shown in pictures]
        self._highest = max(high for part in sizes for high, _ in part)
        self.height = TITLED + self._highest + 6 + max(captions) * CAPTION * LINE_HEIGHT

    def draw(self, canvas: Canvas, y: float) -> None:
        for index, ((pair, pictures), sizes) in enumerate(zip(self._row, self._sizes, strict=True)):
            left = MARGIN + index * 2 * (TILE + GAP)
            room = WIDTH - 2 * MARGIN if len(self._row) == 1 else 2 * TILE + GAP
            canvas.text(left, y, pair.title, size=HEADING, max_width=room)
            for place, (shown, size) in enumerate(zip(pictures, sizes, strict=True)):
                self._draw_tile(canvas, left + place * (TILE + GAP), y + HEADING * LINE_HEIGHT + 2, shown, size)

    def _draw_tile(self, canvas: Canvas, x: float, y: float, shown: Shown, size: tuple[int, int]) -> None:
        canvas.text(x, y, shown.heading, size=CAPTION, colour=palette.MUTED, max_width=TILE)
        top = y + CAPTION * LINE_HEIGHT + 6
        box = canvas.picture(x, top, shown.pixels, size[1], size[0])
        canvas.rectangle(box.x - 1, box.y - 1, size[1] + 2, size[0] + 2, outline=palette.LINE)
        words = sentence(shown.caption)
        canvas.paragraph(x, top + size[0] + 6, words, width=TILE, size=CAPTION, colour=palette.MUTED)


def _sizes(pictures: Sequence[Shown]) -> list[tuple[int, int]]:
    """Heights and widths: an output is as large as the input under it where that can be."""
    sent, came = (shown.pixels.shape for shown in pictures[:2])
    first = fitting_size(sent[0], sent[1], TILE, TILE)
    second = fitting_size(came[0], came[1], TILE, TILE)
    factor = first[0] // sent[0] * round(sent[0] / came[0])
    if first[0] >= sent[0] and factor and max(came[:2]) * factor <= TILE:
        second = came[0] * factor, came[1] * factor
    return [(max(high, 3), max(wide, 3)) for high, wide in [first, *[second] * (len(pictures) - 1)]]
