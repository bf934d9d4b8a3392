"""`convcli claims`: every claim of the chapter, shown and checked."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Prove", "Every claim of the chapter, shown and checked.", ("claim", "chapter", "facts", "book"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
