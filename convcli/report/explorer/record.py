"""The record that `explore --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.kernel.kernel import Kernel
from convcli.report.explorer.page_data import Subject
from convcli.report.language.chosen import chosen


def explore_record(subject: Subject, kernels: Sequence[Kernel], path: str, size: int) -> dict[str, Any]:
    """A page that was written.

    Args:
        path: where; size: in bytes.
    """
    shown = subject.shown
    return {
        "command": "explore",
        "output": {"path": path, "bytes": size},
        "picture": {
            "path": subject.source,
            "height": shown.samples.shape[0],
            "width": shown.samples.shape[1],
            "channels": shown.channels,
            "dtype": shown.samples.dtype.name,
            "shrunk_from": shown.shrunk and {"height": shown.shrunk[0], "width": shown.shrunk[1]},
        },
        "kernels": [
            {"name": kernel.name, "height": kernel.height, "width": kernel.width, "sum": kernel.sum}
            for kernel in kernels
        ],
        "language": chosen(),
    }
