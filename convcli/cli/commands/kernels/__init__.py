"""`kernels`: the catalogue, and one kernel in detail."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About(
    "Look", "The catalogue; one kernel with its properties.", ("kernel", "list", "catalogue", "catalog", "filters")
)
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
