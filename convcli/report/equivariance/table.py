"""Equivariance in words and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convcli.core.equivariance.causes import Cause, Remedy
from convcli.core.equivariance.ledger import Ledger, Part
from convcli.core.equivariance.moves import Move, Shift
from convcli.core.equivariance.proofs import SymmetryProof
from convcli.core.equivariance.study import Study
from convcli.core.geometry import ONES
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.labels import kernel_labels
from convcli.core.text.whole_numbers import pair_text
from convcli.errors import many
from convcli.report.printing.numbers import grouped, plain, short
from convcli.report.printing.spelling import as_options
from convcli.report.printing.table import Column, Rounded, Table

LONGEST_SOURCE = 40  # a literal matrix may be long


def study_tables(found: Study, source: str) -> list[Table]:
    """The ledger; the causes where there are any; the symmetries for moves that are no shifts."""
    tables = [_ledger_table(found, source)]
    if found.causes or found.remedy:
        tables.append(_causes_table(found.causes, found.remedy))
    if found.proofs:
        tables.append(_symmetry_table(found))
    return tables


def title_of(found: Study, source: str) -> str:
    """What is compared, on one line."""
    kernels = kernels_words(found.layer.kernels.kernels)
    kind = "unshared weights in place of " if found.layer.seed is not None else ""
    return f"{kind}{kernels} under {move_words(found.move)} ({source_words(source)})"


def kernels_words(kernels: Sequence[Kernel]) -> str:
    """Up to three kernels by their labels, more by their number."""
    labels = kernel_labels(kernels)
    return ", ".join(labels) if len(labels) <= 3 else many(len(labels), "kernel")


def source_words(source: str) -> str:
    """The input's name, cut where it is long."""
    return source if len(source) <= LONGEST_SOURCE else f"{source[: LONGEST_SOURCE - 3]}..."


def move_words(move: Move) -> str:
    """The move as a phrase."""
    if isinstance(move, Shift):
        return f"a shift by dx {plain(move.dx)}, dy {plain(move.dy)}"
    return move.name


def settings_words(found: Study) -> str:
    """Border and steps, as they were."""
    rule = found.layer.window.border
    words = [f"border {rule.label}: {rule.pattern}"]
    if isinstance(found.move, Shift) and found.move.fill.label != rule.label:
        words.append(f"fill {found.move.fill.label}: {found.move.fill.pattern}")
    if max(found.layer.stride) > 1:
        words.append(f"stride {pair_text(found.layer.stride)}")
    if found.layer.window.dilation != ONES:
        words.append(f"dilation {pair_text(found.layer.window.dilation)}")
    if found.layer.kernels.anchor is not None:
        words.append("anchor {},{}".format(*found.layer.kernels.anchor))
    if found.layer.pool:
        words.append(f"pool {found.layer.pool.label}")
    if found.layer.blurpool:
        words.append(f"blurpool {found.layer.blurpool}")
    return ", ".join(words)


def verdict(found: Study) -> str:
    """Whether the interior agrees, with its figures."""
    inside = found.ledger.interior
    if not inside.pixels:
        return "nothing to compare: padding or fill can reach every place of the output"
    if not found.ledger.holds:
        sign = "; the one is the negative of the other" if found.ledger.opposite else ""
        return (
            f"does not hold: {grouped(inside.mismatched)} of {grouped(inside.pixels)} places of the interior "
            f"differ{_by_up_to(inside.max_error)}{sign}"
        )
    exactly = "exactly" if inside.max_error == 0 else f"up to rounding ({short(inside.max_error)})"
    return f"holds: f(g(x)) = g(f(x)) {exactly} at all {grouped(inside.pixels)} places of the interior"


def _by_up_to(error: float) -> str:
    if math.isinf(error):
        return "; at some, one route alone gives NaN or infinity"
    return f", by up to {short(error)}"


def band_words(ledger: Ledger) -> str:
    """The predicted band, and whether the mismatches keep inside it."""
    band = ledger.band
    outside = ledger.interior.mismatched
    kept = "none outside it" if not outside else f"{grouped(outside)} in the interior"
    if not ledger.border.pixels:
        return f"predicted border band: none, padding and fill change nothing; mismatches: {kept}"
    return (
        f"predicted border band: top {band.top}, bottom {band.bottom}, left {band.left}, right {band.right}; "
        f"{grouped(ledger.border.mismatched)} of its {grouped(ledger.border.pixels)} places differ, {kept}"
    )


def _ledger_table(found: Study, source: str) -> Table:
    ledger = found.ledger
    columns = [Column("part"), *(Column(name, "right") for name in ("pixels", "mismatched", "largest error", "rms"))]
    columns.append(Column("allowed", "right"))
    rows = [_row("interior", ledger.interior, ledger), _row("border", ledger.border, ledger)]
    notes = [verdict(found), band_words(ledger)]
    shift = found.output_shift
    if shift is not None and max(found.layer.steps) > 1:
        notes.append(f"the output is shifted by dx {plain(shift[0])}, dy {plain(shift[1])}{_between(shift)}")
    if found.ledger.opposite:
        names = ", ".join(kernel_labels(found.layer.kernels.kernels))
        notes.append(f"{names} changes sign under {found.move.name}: f(g(x)) = -g(f(x))")
    return Table(columns, rows, title=title_of(found, source), notes=[*notes, settings_words(found)])


def _between(shift: tuple[float, float]) -> str:
    return ": between its samples, interpolated linearly" if shift[0] % 1 or shift[1] % 1 else ""


def _row(name: str, part: Part, ledger: Ledger) -> list[object]:
    return [
        name,
        part.pixels,
        part.mismatched,
        Rounded(part.max_error),
        Rounded(part.rms_error),
        Rounded(ledger.tolerance),
    ]


def _causes_table(causes: Sequence[Cause], remedy: Remedy | None) -> Table:
    columns = [Column("cause"), Column("run again without"), Column("error left", "right"), Column("rms left", "right")]
    columns.append(Column("verdict"))
    rows = [
        [
            cause.name,
            as_options(cause.without),
            Rounded(cause.ledger.interior.max_error),
            Rounded(cause.ledger.interior.rms_error),
            _verdict(cause, causes),
        ]
        for cause in causes
    ]
    return Table(columns, rows, title="Why", notes=remedy_words(remedy))


def _verdict(cause: Cause, causes: Sequence[Cause]) -> str:
    if cause.ledger.holds:
        return "the cause: it holds without" if cause.name != "all of these" else "the causes: it holds without them"
    return "part of it" if cause.helps else "not by itself"


def remedy_words(remedy: Remedy | None) -> list[str]:
    """What the low-pass does, in one line."""
    if remedy is None:
        return []
    before, after = remedy.without.interior, remedy.with_blur.interior
    times = f"{times_words(remedy.factor)} (rms {short(before.rms_error)} to {short(after.rms_error)})"
    if remedy.applied:
        return [
            f"--blurpool {remedy.taps} takes the largest error from {short(before.max_error)} "
            f"to {short(after.max_error)}, {times}"
        ]
    return [
        f"remedy: a low-pass before subsampling, --blurpool {remedy.taps}, leaves {short(after.max_error)} "
        f"of {short(before.max_error)}, {times}"
    ]


def times_words(factor: float) -> str:
    """A factor in words."""
    if factor == float("inf"):
        return "down to none"
    return f"{short(factor)} times smaller" if factor >= 1 else f"{short(1 / factor)} times larger"


def _symmetry_table(found: Study) -> Table:
    columns = [Column("symmetry", wrap=False), Column("of the kernel", wrap=False), Column("on this picture")]
    columns.append(Column("largest error", "right"))
    rows = [_proof_row(proof) for proof in found.proofs]
    own = [proof.name for proof in found.proofs if proof.kernel == 1]
    note = f"the kernel has {len(own)} of the eight symmetries of the square: {', '.join(own)}"
    return Table(columns, rows, title="The eight symmetries of the square", notes=[note])


def _proof_row(proof: SymmetryProof) -> list[object]:
    words = {1: "yes", -1: "changes sign", 0: "no"}[proof.kernel]
    if proof.ledger is None:
        return [proof.name, words, "the two routes have different shapes", None]
    shown = "holds" if proof.ledger.holds else "changes sign" if proof.ledger.opposite else "does not hold"
    return [proof.name, words, shown, Rounded(proof.ledger.interior.max_error)]
