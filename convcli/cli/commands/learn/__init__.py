"""`convcli learn`: the kernel and bias that turn one picture into another."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Find", "The kernel that turns one picture into another.", ("fit", "train", "find", "estimate"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
