"""The panel: input and moved input, both outputs, and where they differ."""

from __future__ import annotations

import numpy as np

from convcli.core.equivariance.ledger import Part
from convcli.core.equivariance.moves import Shift
from convcli.core.equivariance.study import Study
from convcli.report.drawing import palette
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.panel import Outline, Tile, panel
from convcli.report.drawing.type_sizes import sentence
from convcli.report.equivariance.pictures import (
    Errors,
    cropped,
    difference_pixels,
    differences,
    input_pixels,
    reduced,
    response_pixels,
    scaled,
    shown_map,
)
from convcli.report.equivariance.table import move_words, remedy_words, settings_words, title_of, verdict
from convcli.report.printing.numbers import grouped, plain, short
from convcli.report.printing.spelling import as_options

CLOSE = 41  # outputs of the close-up: each is drawn as 9 x 9 pixels of a third of the width
LARGE = 48  # below this every output is seen in the whole picture anyway


def study_panel(found: Study, source: str, *, width: int = 1200) -> Drawing:
    """The drawing."""
    before, after = input_pixels((found.comparison.picture, found.comparison.moved))
    maps, name = shown_map(found)
    responses = response_pixels(found, maps)
    errors = differences(found)
    words = move_words(found.move)
    caption = _output_caption(found, name)
    moved = "Shifted" if isinstance(found.move, Shift) else "Moved"
    verb = "shift" if isinstance(found.move, Shift) else "move"
    tiles = [
        Tile(before, "Input x", f"{before.shape[0]} × {before.shape[1]} pixels"),
        Tile(after, f"{moved} input g(x)", sentence(words)),
        _difference_tile(found, errors),
        Tile(responses.first, f"Correlate, then {verb}: g(f(x))", caption, scale=responses.scale),
        Tile(responses.second, f"{verb.capitalize()}, then correlate: f(g(x))", caption, scale=responses.scale),
        _close_up(found, errors),
    ]
    lines = [verdict(found), _causes(found), *remedy_words(found.remedy), settings_words(found)]
    return panel(
        tiles,
        columns=(1, 3, 6),
        width=width,
        title=f"{title_of(found, source)}: {_answer(found)}",
        footer="\n".join(sentence(line) for line in lines if line),
    )


def _answer(found: Study) -> str:
    if not found.ledger.interior.pixels:
        return "nothing to compare"
    return "holds" if found.ledger.holds else "does not hold"


def _output_caption(found: Study, name: str) -> str:
    shift = found.output_shift
    height, width = found.comparison.layer_then_move.shape[:2]
    size = f"{name}: {height} × {width} outputs"
    if shift is None or max(found.layer.steps) == 1:
        return size
    return f"{size}, shifted by dx {plain(shift[0])}, dy {plain(shift[1])}"


def _causes(found: Study) -> str:
    causes = [f"{cause.name} (without: {as_options(cause.without)})" for cause in found.causes if cause.ledger.holds]
    return f"cause: {'; '.join(causes)}" if causes else ""


def _difference_tile(found: Study, errors: Errors) -> Tile:
    ledger = found.ledger
    largest = float(errors.max())
    shown, block = reduced(errors, 720)
    interior = scaled(ledger.band.interior(*errors.shape), block)
    rows, columns = interior
    frame = Outline(rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start, palette.ACCENT)
    inside, outside = ledger.interior, ledger.border
    framed = bool(outside.pixels and inside.pixels)
    caption = f"Interior{', framed blue' if framed else ''}: {_part(inside)}"
    if outside.pixels:
        caption += f"; border band: {_part(outside)}"
    pixels = difference_pixels(shown, interior, largest)
    return Tile(pixels, "Difference, amplified", caption, [frame] if framed else [])


def _part(part: Part) -> str:
    if not part.mismatched:
        return f"none of {grouped(part.pixels)} places differs"
    return f"{grouped(part.mismatched)} of {grouped(part.pixels)} places differ, by up to {short(part.max_error)}"


def _close_up(found: Study, errors: Errors) -> Tile:
    """The surroundings of the band's corner or of the largest error, output by output."""
    largest = float(errors.max())
    band = found.ledger.band
    interior = band.interior(*errors.shape)
    legend = f"White and pale blue: equal; red: different, dark up to {short(largest)}" if largest else "All are equal"
    caption = f"Predicted band: top {band.top}, bottom {band.bottom}, left {band.left}, right {band.right}. {legend}"
    if max(errors.shape) <= LARGE:
        return Tile(difference_pixels(errors, interior, largest), "Difference and predicted band", caption)
    sides = _window(*errors.shape)
    row, column = (
        max(0, min(at - side // 2, n - side))
        for at, side, n in zip(_centre(found, errors), sides, errors.shape, strict=True)
    )
    seen = errors[row : row + sides[0], column : column + sides[1]]
    window = difference_pixels(seen, cropped(interior, row, column), largest)
    title = f"Close-up at row {row}, column {column}"
    return Tile(window, title, f"{window.shape[0]} × {window.shape[1]} outputs. {caption}")


def _window(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of the close-up: in the picture's proportions, so that it stands as high as the others."""
    columns = min(CLOSE, width, max(1, round(1.25 * CLOSE * width / height)))
    return min(height, max(1, round(columns * height / width))), columns


def _centre(found: Study, errors: Errors) -> tuple[int, int]:
    """The largest error of the interior; where there is none, the corner where the band's widest sides meet."""
    band = found.ledger.band
    if found.ledger.interior.mismatched:
        inner = band.interior(*errors.shape)
        inside = errors[inner]
        worst = np.unravel_index(int(inside.argmax()), inside.shape)
        return inner[0].start + int(worst[0]), inner[1].start + int(worst[1])
    return (
        0 if band.top >= band.bottom else errors.shape[0],
        0 if band.left >= band.right else errors.shape[1],
    )
