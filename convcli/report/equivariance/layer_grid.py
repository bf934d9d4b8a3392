"""A network under shifts, layer by layer: a table of errors and unchanged verdicts, and the same as a heat map."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convcli.core.display.colormap import colormap
from convcli.core.equivariance.suspects import Suspect
from convcli.core.equivariance.through_layers import Agreement, Shifted
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, text_width, wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.type_sizes import CAPTION, TITLE, sentence
from convcli.report.printing.table import Column, Table

HOLDS: RGB = (190, 234, 205)
MARGIN, HEAD, ROW, SIZE = 28, 118, 28, CAPTION
LEAST_CELL = 62


def shift_words(shifted: Shifted) -> str:
    """dx 3, or dx 3 dy 1."""
    return f"dx {shifted.dx}" + (f" dy {shifted.dy}" if shifted.dy else "")


def chosen_rows(shifts: Sequence[Shifted], per_layer: bool) -> list[int]:
    """Which layers are shown: all, or the last that moves with the picture and the last of all."""
    count = len(shifts[0].layers)
    if per_layer:
        return list(range(count))
    deepest = max((i for i, found in enumerate(shifts[0].layers) if found.moves), default=count - 1)
    return sorted({deepest, count - 1})


def error_words(found: Agreement) -> str:
    """One cell: 0 where it holds, a share of the layer's largest magnitude where not; (in parentheses) of a border."""
    if found.ledger.interior.pixels:
        return "0" if found.ledger.holds else percent(found.error)
    return f"({percent(found.error)})"


def percent(part: float) -> str:
    """A share in per cent, to two digits.

    >>> percent(0.0314), percent(0.5), percent(0.0), percent(0.00012)
    ('3.1 %', '50 %', '0 %', '0.012 %')
    """
    if not math.isfinite(part):
        return "inf"
    value = float(f"{100 * part:.2g}")
    return f"{value:g} %" if value < 1e4 else f"{value:.0f} %"


def layer_tables(shifts: Sequence[Shifted], title: str, *, per_layer: bool) -> list[Table]:
    """Errors, a row a layer and a column a shift; then how many verdicts stay."""
    rows, names = chosen_rows(shifts, per_layer), [shift_words(shifted) for shifted in shifts]
    head = [Column("layer", wrap=False), Column("type", wrap=False), Column("stride", "right")]
    columns = [*head, *(Column(name, "right") for name in names)]
    errors = [[*_named(shifts, i), *(error_words(shifted.layers[i]) for shifted in shifts)] for i in rows]
    stays = [[*_named(shifts, i), *(_unchanged_words(shifted.layers[i]) for shifted in shifts)] for i in rows]
    return [
        Table(columns, errors, title=f"{title}: error of f(g(x)) against g(f(x))", notes=_error_notes(shifts)),
        Table(columns, stays, title="places whose strongest map stays the same", notes=[_consistency_words(shifts)]),
    ]


def _named(shifts: Sequence[Shifted], index: int) -> list[str]:
    row = shifts[0].layers[index].row
    steps = [str(field.jump) if field.step else "all" for field in row.fields]
    return [row.name, row.kind, steps[0] if len(set(steps)) == 1 else "x".join(steps)]


def _unchanged_words(found: Agreement) -> str:
    return "" if found.unchanged is None else percent(found.unchanged)


def _error_notes(shifts: Sequence[Shifted]) -> list[str]:
    notes = ["in parts of the layer's largest magnitude; 0: the interior agrees up to rounding."]
    if any(not found.ledger.interior.pixels for shifted in shifts for found in shifted.layers):
        notes.append("(in parentheses): no interior is left, every unit sees padding or what the shift brought in.")
    return [*notes, *cause_lines(shifts)]


def cause_lines(shifts: Sequence[Shifted]) -> list[str]:
    """Each layer that shifts do not pass unharmed, once, with the shifts."""
    harmed: dict[Suspect, list[str]] = {}
    at: dict[Suspect, list[Agreement]] = {}
    for shifted in shifts:
        for suspect in shifted.layers[-1].causes:
            harmed.setdefault(suspect, []).append(shift_words(shifted))
            own = next(found for found in shifted.layers if found.row.name == suspect.layer)
            at.setdefault(suspect, []).append(own)
    lines = []
    for suspect, names in harmed.items():
        shown = ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")
        if suspect.name == "fully connected":
            lines.append(f"{suspect.layer} is fully connected: every place has weights of its own.")
        elif suspect.name == "whole maps":
            lines.append(f"{suspect.layer} sees whole maps, and so padding and what the shift brought in.")
        else:
            step = "x".join(dict.fromkeys(str(step) for step in suspect.step))
            seen = _outcome(at[suspect])
            lines.append(
                f"{suspect.layer} ({suspect.name}) takes one place in {step}; no multiple of that: {shown}{seen}."
            )
    return lines


def _outcome(found: Sequence[Agreement]) -> str:
    """What came of a step in the interior of its own layer, where that is not plain to see."""
    if not any(each.ledger.interior.pixels for each in found):
        return ", where no interior is left to see it in"
    return "" if any(not each.ledger.holds for each in found) else ", though here nothing comes of it inside"


def _consistency_words(shifts: Sequence[Shifted]) -> str:
    asked = [shifted.verdict for shifted in shifts if shifted.verdict is not None and (shifted.dx or shifted.dy)]
    if not asked:
        return "the network's output is no row of numbers: there is no verdict."
    same = sum(first == second for first, second in asked)
    return f"consistency: the network's verdict (its largest number) stays in {same} of {len(asked)} shifts."


def layer_heat_map(shifts: Sequence[Shifted], title: str, *, per_layer: bool) -> Drawing:
    """The errors as a drawing: a row a layer, a column a shift; green where the interior agrees."""
    rows, names = chosen_rows(shifts, per_layer), [shift_words(shifted) for shifted in shifts]
    labels = [" · ".join(_named(shifts, i)[:2]) for i in rows]
    left = MARGIN + 16 + max(text_width(label, SIZE) for label in labels)
    cell = max(LEAST_CELL, *(text_width(name, SIZE) + 12 for name in names))
    notes = [*_error_notes(shifts), _consistency_words(shifts)]
    width = max(left + cell * len(names) + MARGIN, 720)
    foot = sum(SIZE * LINE_HEIGHT * len(wrapped(note, width - 2 * MARGIN, SIZE, 2)) + 2 for note in notes)
    canvas = Canvas(width, HEAD + ROW * len(rows) + 18 + foot + 14, title=title)
    canvas.text(MARGIN, 18, title, size=TITLE, max_width=width - 2 * MARGIN)
    words = "Error of f(g(x)) against g(f(x)); green: the interior agrees; grey: no interior is left"
    canvas.text(MARGIN, 50, words, size=SIZE, colour=palette.MUTED, max_width=width - 2 * MARGIN)
    for place, name in enumerate(names):
        canvas.text(left + (place + 0.5) * cell, HEAD - 24, name, size=SIZE, align="centre", colour=palette.MUTED)
    largest = max((f.error for s in shifts for i in rows if not (f := s.layers[i]).ledger.holds), default=0.0)
    for line, i in enumerate(rows):
        above = HEAD + line * ROW
        canvas.text(left - 12, above + ROW / 2, labels[line], size=SIZE, align="right", vertical="middle")
        for place, shifted in enumerate(shifts):
            _cell(canvas, left + place * cell, above, cell, shifted.layers[i], largest)
    y = HEAD + ROW * len(rows) + 18.0
    for note in notes:
        words, room = sentence(note), width - 2 * MARGIN
        y = canvas.paragraph(MARGIN, y, words, width=room, size=SIZE, colour=palette.MUTED, lines=2) + 2
    return canvas.finished()


def _cell(canvas: Canvas, x: float, y: float, wide: float, found: Agreement, largest: float) -> None:
    ground = _colour(found, largest)
    canvas.rectangle(x, y, wide, ROW, fill=ground, outline=palette.PAPER)
    words = error_words(found)
    canvas.text(x + wide / 2, y + ROW / 2, words, size=SIZE, align="centre", vertical="middle",
                colour=palette.readable_on(ground))  # fmt: skip


def _colour(found: Agreement, largest: float) -> RGB:
    if not found.ledger.interior.pixels:
        return palette.FAINT
    if found.ledger.holds:
        return HOLDS
    share = math.sqrt(found.error / largest) if math.isfinite(largest) and largest else 1.0
    red, green, blue = colormap("diverging")[128 + int(127 * (0.25 + 0.6 * share))]
    return int(red), int(green), int(blue)
