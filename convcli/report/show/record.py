"""The record of `show`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.report.apply.record import Facts


def show_record(
    given: Facts, ranges: Sequence[tuple[float, float]], display: str, output: str | None, sheet: Facts
) -> dict[str, Any]:
    """A stack, the range of each of its maps, and the sheet that was drawn of it."""
    return {
        "command": "show",
        "input": given.record(),
        "maps": [{"min": low, "max": high} for low, high in ranges],
        "display": display,
        "output": {**sheet.record(), "path": output},
    }
