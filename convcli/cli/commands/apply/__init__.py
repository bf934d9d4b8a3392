"""`convcli apply`: correlate pictures or arrays with kernels."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About(
    "Filter",
    "Correlate pictures or arrays with kernels.",
    ("filter", "correlate", "convolve", "conv", "run", "process"),
)
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
