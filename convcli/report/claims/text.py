"""Claims in words, English or the language that was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convcli.core.claims.finding import Finding
from convcli.core.quantities import duration
from convcli.report.claims.claim import Claim
from convcli.report.language.phrased import phrased
from convcli.report.printing.table import Column, Table
from convcli.report.printing.wrapping import cells, wrapped

NAMES = 22  # columns of a claim's name


def listed_lines(sections: Sequence[tuple[str, Sequence[Claim]]], width: int) -> Iterator[str]:
    """The list for a terminal, section by section: the sentence, the line that shows it, what would refute it."""
    for title, rows in sections:
        yield phrased(title)
        for claim in rows:
            yield wrapped(f"{claim.number:>3}  {claim.name}: {phrased(claim.sentence)}", width, " " * 5)
            yield f"     {claim.shown}"
            yield wrapped(f"     {phrased('refuted by: ' + claim.refuted)}", width, " " * 7)
        yield ""


def listed_table(sections: Sequence[tuple[str, Sequence[Claim]]]) -> Table:
    """The list for a pipe."""
    titles = [phrased(title) for title in ("name", "claim", "shown by", "refuted by")]
    columns = [Column(phrased("number"), "right"), *(Column(title) for title in titles)]
    rows = [
        (claim.number, claim.name, phrased(claim.sentence), claim.shown, phrased(claim.refuted))
        for _, claims in sections
        for claim in claims
    ]
    return Table(columns, rows)


def tried_lines(claim: Claim, finding: Finding, shown: str, width: int | None) -> Iterator[str]:
    """One claim that was tried: the sentence, what was found, the verdict, the line that shows it."""
    yield wrapped(f"{claim.number}  {claim.name}: {phrased(claim.sentence)}", width)
    yield ""
    yield from (wrapped(phrased(line), width) for line in finding.lines)
    yield wrapped(phrased(f"{'held' if finding.holds else 'NOT held'}: {finding.figure}"), width)
    yield ""
    yield phrased(f"shown by: {shown}")
    yield wrapped(phrased(f"refuted by: {claim.refuted}"), width)


def tried_line(claim: Claim, finding: Finding, seconds: float, width: int | None) -> str:
    """One claim among all: number, name, verdict, the figure, the time it took."""
    verdict = phrased("held" if finding.holds else "NOT held")
    name = claim.name + " " * max(NAMES - cells(claim.name), 1)
    line = f"{claim.number:>3}  {name}{verdict}{' ' * max(10 - cells(verdict), 1)}{phrased(finding.figure)}"
    return wrapped(f"{line}  ({duration(seconds)})", width, " " * (5 + NAMES + 10))


def summary_line(held: int, tried: int, seconds: float) -> str:
    """How many held."""
    return phrased(f"{held} of {tried} claims held, in {duration(seconds)}")
