"""A picture's way through a network as tables: a row a layer, and what a classifier says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.forward.observing import LayerSeen, Unit
from convcli.core.forward.verdict import Verdict
from convcli.core.network.spec import shape_text
from convcli.report.printing.numbers import grouped, plain
from convcli.report.printing.table import Column, Table

BAR = 24  # characters of the longest bar


def layers_table(layers: Sequence[LayerSeen], title: str, *, whole: tuple[int, ...], bare: bool) -> Table:
    """A row for each layer.

    Args:
        whole: the rows and columns of the network's input.
        bare: for a pipe: nothing is shortened.
    """
    columns = [Column("layer", wrap=False), Column("type", wrap=False), Column("output", wrap=False)]
    columns += [Column(name, "right") for name in ("min", "max", "zeros")]
    columns += [Column("strongest unit", wrap=False), Column("sees", wrap=False)]
    rows: list[list[Any]] = [
        [
            seen.row.name,
            seen.row.kind,
            shape_text(seen.row.output),
            seen.low if bare else figure(seen.low),
            seen.high if bare else figure(seen.high),
            share(seen.zeros),
            unit_words(seen),
            sees_words(seen.strongest, whole),
        ]
        for seen in layers
    ]
    return Table(columns, rows, title=title, notes=_notes(layers))


def _notes(layers: Sequence[LayerSeen]) -> list[str]:
    spoilt = next((seen for seen in layers if seen.not_finite), None)
    notes = ["strongest unit: the largest number, its map and place; sees: rows and columns of the network's input."]
    if spoilt is not None:
        notes.append(f"NaN or infinity first in {spoilt.row.name}: {grouped(spoilt.not_finite)} numbers.")
    return notes


def verdict_table(verdict: Verdict, *, bars: str = "") -> Table:
    """The top classes; with bars of that character."""
    shown = [guess.value if guess.probability is None else guess.probability for guess in verdict.top]
    percents = verdict.top[0].probability is not None if verdict.top else False
    columns = [Column("class", wrap=False), Column("probability" if percents else "value", "right")]
    rows: list[list[Any]] = [
        [guess.label, f"{100 * value:.2f} %" if percents else value]
        for guess, value in zip(verdict.top, shown, strict=True)
    ]
    if bars:
        columns.append(Column("", wrap=False))
        for row, part in zip(rows, bar_shares(verdict), strict=True):
            row.append(bars * round(BAR * part))
    return Table(columns, rows, title=f"top {len(rows)} of {grouped(verdict.classes)} classes", notes=[verdict.meaning])


def bar_shares(verdict: Verdict) -> list[float]:
    """Of each class, how long its bar is, 0..1: its probability, or its value from 0 to the largest magnitude."""
    if not verdict.top:
        return []
    if verdict.top[0].probability is not None:
        return [max(0.0, min(1.0, guess.probability or 0.0)) for guess in verdict.top]
    largest = max(abs(guess.value) for guess in verdict.top)
    finite = 0 < largest < float("inf")
    return [max(0.0, guess.value / largest) if finite else 0.0 for guess in verdict.top]


def figure(value: float) -> str:
    """A number to four digits.

    >>> figure(0.123456), figure(-12345.6), figure(0.0)
    ('0.1235', '-12346', '0')
    """
    return plain(float(f"{value:.4g}")) if abs(value) < 1e4 else plain(round(value))


def share(part: float) -> str:
    """A share in per cent; none and all are said so exactly."""
    if part in (0.0, 1.0):
        return f"{100 * part:.0f} %"
    return f"{min(99.9, max(0.1, 100 * part)):.1f} %"


def unit_words(seen: LayerSeen) -> str:
    """map 5 at 12,7: 3.41."""
    unit = seen.strongest
    if unit is None:
        return "none is finite"
    if len(seen.row.output) == 1:
        return f"number {unit.channel}"
    return f"map {unit.channel} at {unit.row},{unit.column}"


def sees_words(unit: Unit | None, whole: tuple[int, ...]) -> str:
    """Rows and columns of the input that a unit sees: 4..9 x 0..5."""
    if unit is None:
        return ""
    if unit.rows is None or unit.columns is None:
        return "padding alone"
    spans = (unit.rows, unit.columns)
    if all(span == (0, n - 1) for span, n in zip(spans, whole, strict=False)):
        return "everything"
    return " × ".join(f"{first}..{last}" for first, last in spans)
