"""`convcli help`: the concepts that several commands share, and any command's help."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Help", "Borders, kernels, display, pipes, sizes, exit codes.", ("topics", "man", "manual", "about"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
