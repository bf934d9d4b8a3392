"""The records of `show`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.display.clipped import Clipped
from convcli.core.kernel.kernel import Kernel
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


def filters_record(source: str, filters: Sequence[Kernel], output: str | None, sheet: Facts) -> dict[str, Any]:
    """A layer's filters, the range of the weights of each, and the sheet that was drawn of them."""
    first = filters[0]
    shape = {"filters": len(filters), "channels": first.channels, "height": first.height, "width": first.width}
    return {
        "command": "show",
        "input": {"path": source, **shape},
        "filters": [{"name": k.name, "min": k.weights.min(), "max": k.weights.max()} for k in filters],
        "output": {**sheet.record(), "path": output},
    }
