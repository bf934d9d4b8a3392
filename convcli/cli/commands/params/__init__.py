"""`params`: one layer fully connected, sparse and shared."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About(
    "Count", "What a layer costs: fully connected, sparse, shared.", ("parameters", "weights", "cost", "count")
)
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
