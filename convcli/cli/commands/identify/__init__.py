"""`convcli identify`: what another tool's filter really does."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Find", "What another tool's filter really does.", ("recognise", "recognize", "reverse", "which", "what"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
