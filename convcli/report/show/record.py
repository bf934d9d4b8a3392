"""The record of `show`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.display.clipped import Clipped
from convcli.report.apply.record import Facts, clipped_record


def show_record(
    given: Facts,
    ranges: Sequence[tuple[float, float]],
    display: str,
    output: str | None,
    sheet: Facts,
    clipped: Clipped,
) -> dict[str, Any]:
    """A stack, the range of each of its maps, the sheet that was drawn of it, and what was clipped on it."""
    return {
        "command": "show",
        "input": given.record(),
        "maps": [{"min": low, "max": high} for low, high in ranges],
        "display": display,
        "output": {**sheet.record(), "path": output, "clipped": clipped_record(clipped)},
    }
