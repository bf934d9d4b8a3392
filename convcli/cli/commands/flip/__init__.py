"""`flip`: a kernel turned or mirrored, as text that `-k @-` reads back."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Filter", "The kernel flipped in both axes, as text.", ("rotate", "mirror", "turn"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
