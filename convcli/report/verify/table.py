"""What `verify` found: a table of laws, and how far correlation and convolution are apart."""

from __future__ import annotations

from collections.abc import Sequence

from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.labels import LITERAL
from convcli.core.laws.checks import Check
from convcli.core.laws.contrast import Contrast
from convcli.core.laws.laws import LAWS
from convcli.errors import listed
from convcli.report.printing.numbers import grouped, short, spoken
from convcli.report.printing.table import Column, Table


def verify_table(checks: Sequence[Check], title: str, *, notes: Sequence[str] = (), routes: bool = False) -> Table:
    """The laws, one a row, with largest errors, tolerances and verdicts.

    Args:
        notes: lines below; where the tolerances come from follows them.
        routes: add how the two sides of each law were computed.
    """
    columns = [
        Column("law"),
        Column("statement", wrap=False),
        Column("error", "right"),
        Column("tolerance", "right"),
        Column("holds"),
    ]
    rows = [(c.name, c.statement, _short(c.max_error), _short(c.tolerance), c.holds) for c in checks]
    below = [*_reasons(checks), *(_failure(check) for check in checks if not check.holds), *notes]
    if routes:
        below += [f"{check.name}: {check.left} | {check.right}" for check in checks]
    return Table(columns, rows, title, below)


def _short(value: float) -> str:
    return short(value, 2)


def _reasons(checks: Sequence[Check]) -> list[str]:
    """Where the tolerances come from, each reason once with the laws that it is for."""
    laws: dict[str, list[str]] = {}
    for check in checks:
        laws.setdefault(check.reason, []).append(check.name)
    if len(laws) == 1 and len(checks) > 1:
        return [f"tolerance: {reason}" for reason in laws]
    return [f"tolerance of {', '.join(names)}: {reason}" for reason, names in laws.items()]


def _failure(check: Check) -> str:
    place = f" at {place_words(check.at)}" if check.at else ""
    if LAWS.find(check.name).at_most:
        return f"{check.name} does NOT hold: the left side is larger by {short(check.max_error)}"
    return f"{check.name} does NOT hold: the sides differ by {short(check.max_error)}{place}"


def place_words(at: tuple[int, ...]) -> str:
    """A position in words.

    >>> place_words((3, 5)), place_words((0, 1, 2))
    ('row 3, column 5', 'row 0, column 1, channel 2')
    """
    return ", ".join(f"{axis} {n}" for axis, n in zip(("row", "column", "channel"), at, strict=False))


def contrast_words(found: Contrast, kernel: Kernel) -> str:
    """How far correlation and convolution with the same kernel are apart, or why they are not."""
    name = "this kernel" if kernel.name == LITERAL else kernel.name
    if found.symmetric:
        return f"Correlation and convolution with {name} are the same: it is symmetric under a turn by 180 degrees"
    if found.at is None:
        return f"Correlation and convolution with {name} agree on this input, though {name} is not its own flip"
    words = (
        f"Correlation and convolution with {name} differ at {grouped(found.differing)} of "
        f"{grouped(found.correlation.size)} outputs ({_percent(found.share)}), "
        f"most at {place_words(found.at)}: {spoken(found.correlation[found.at])} against "
        f"{spoken(found.convolution[found.at])}"
    )
    if found.antisymmetric:
        words += "; the flip is the negative of the kernel, so away from the border only the sign changes"
    return words


def verify_words(
    source: str,
    picture: Array,
    found: Contrast,
    kernels: tuple[Kernel, Kernel],
    rule: Border,
    laws: Sequence[str],
) -> tuple[str, list[str]]:
    """The table's title, and its notes: what else is true of this picture and these kernels."""
    kernel, second = kernels
    x = f"x = {source if len(source) <= 40 else 'the input'}, {picture.shape[0]}x{picture.shape[1]} {picture.dtype}"
    title = f"{x}; k = {_named(kernel)}"
    if any(LAWS.find(name).two_kernels for name in laws):
        title += f"; g = {_named(second)}"
    notes = [contrast_words(found, kernel)]
    if rule.fill and any(LAWS.find(name).zero_fill for name in laws):
        without = listed(law.name for law in LAWS if law.zero_fill)
        notes.append(f"With {rule.label} the layer is not linear: {without} are checked with zero")
    return f"{title}; border {rule.label}", notes


def _named(kernel: Kernel) -> str:
    channels = "" if kernel.channels is None else f" on {kernel.channels} channels, added"
    return f"{kernel.name} ({kernel.size_words}{channels})"


def _percent(share: float) -> str:
    shown = 100 * share
    if 0 < shown < 0.1 or 99.9 < shown < 100:
        return "less than 0.1 %" if shown < 50 else "more than 99.9 %"
    return f"{short(shown)} %"
