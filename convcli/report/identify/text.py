"""A verdict in words: what it is, the kernel, each point with its evidence, and the proof."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

import numpy as np

from convcli.core.identify.verdict import OPEN, Point
from convcli.errors import listed, many
from convcli.report.identify.told import Compared, Told
from convcli.report.kernels.card import weight_lines
from convcli.report.printing.aligned import aligned
from convcli.report.printing.numbers import plain, short
from convcli.report.printing.table import Column, Table

REFUTED = "prediction"  # the reason where a model explains the probes, and not the unseen picture
FEW = 3  # choices that cannot be told apart and are still named
SHOWN = 15  # rows or columns whose numbers are still read by people
APART = ("kernel", "fractions")  # points that stand above the table
NOT_TOLD = "cannot be told"
REFUTED_WORDS = "Not identified: what explains the probes does not explain the unseen picture"


def heading(told: Told) -> str:
    """What it is, in one sentence."""
    called = told.called
    verdict = told.verdict
    if told.holds:
        name = f": {told.name}" if told.name else ""
        return f"{called}\nidentified{within_words(told)}{name}"
    if verdict.identified:
        return f"{called}\nNOT identified: what explains the probes does not explain {told.source}"
    return f"{called}\n{'NOT a convolution' if verdict.excluded else 'NOT identified'}: {verdict.sentence}"


def within_words(told: Told) -> str:
    """Where the answers are met to within several levels, to within how many."""
    levels = max(told.verdict.largest_inside, told.prediction.largest if told.prediction is not None else 0.0)
    floats = told.verdict.model is not None and told.verdict.model.dtype.startswith("float")
    return f", to within {short(levels)} levels" if levels > 1 and not floats else ""


def kernel_lines(told: Told, width: int | None = None) -> list[str]:
    """The kernel as `kernels` prints one; as whole numbers over one number where they are fractions."""
    verdict = told.verdict
    if verdict.kernel.value is None:
        return []
    weights = np.asarray(verdict.kernel.value, dtype=np.float64)
    head = f"kernel, {weights.shape[0]}x{weights.shape[1]}, for correlation"
    if verdict.fractions.value is None:
        return [head, *weight_lines(weights, width)]
    numerators, denominator = verdict.fractions.value
    words = [[str(number) for number in row] for row in np.asarray(numerators).tolist()]
    over = f", each 1/{denominator} of" if denominator != 1 else ""
    return [head + over, *aligned(words, width, most_rows=SHOWN, most_columns=SHOWN)]


def verdict_table(told: Told) -> Table:
    """Each point: what was found, how sure it is, and what was seen."""
    columns = [Column("point", wrap=False), Column("found"), Column("sure", wrap=False), Column("seen")]
    rows = [
        [point.name, value_words(point), point.certainty, point.evidence]
        for point in told.verdict.points
        if not (point.name in APART and point.value is not None) and (point.value is not None or point.evidence)
    ]
    return Table(columns, rows, notes=[*told.notes, *proof_lines(told)])


def value_words(point: Point) -> str:
    """What was found of one point.

    >>> value_words(Point("border", None, "", OPEN, ("edge", "symmetric"))), value_words(Point("anchor", (1, 1)))
    ('edge or symmetric', '1, 1')
    """
    if point.certainty == OPEN and 0 < len(point.alternatives) <= FEW:
        return listed(map(_words, point.alternatives), "or")
    return NOT_TOLD if point.value is None else _words(point.value)


def _words(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ", ".join(_words(each) for each in value)
    return plain(value)


def proof_lines(told: Told) -> list[str]:
    """How the prediction does on the unseen picture, and the line that does the same."""
    lines = []
    if told.prediction is not None:
        lines.append(f"proof: the prediction for {told.source}: {compared_words(told.prediction)}")
    if told.apply is not None:
        but = f"; {listed(told.unlike)}" if told.unlike else ""
        does = f" ({compared_words(told.applied)}{but})" if told.applied is not None else ""
        near = told.applied is None or told.applied.largest <= 1
        lines.append(f"{'the same' if near else 'the nearest line of apply, which is not the same'}{does}:")
    elif told.unlike:
        lines.append(f"apply has no such filter: {listed(told.unlike)}")
    return lines


def apply_line(told: Told) -> str:
    """The line that does the same, quoted for a shell."""
    return shlex.join(told.apply or ())


def compared_words(found: Compared) -> str:
    """How many pixels differ.

    >>> compared_words(Compared(240000, 0, 0.0)), compared_words(Compared(240000, 3, 1.0))
    ('240,000 pixels, 0 differ', '3 of 240,000 pixels differ, by 1 at most')
    """
    away = " away from the border" if found.inside else ""
    if found.same:
        return f"{many(found.pixels, 'pixel')}{away}, 0 differ"
    return f"{found.differing:,} of {many(found.pixels, 'pixel')}{away} differ, by {short(found.largest)} at most"
