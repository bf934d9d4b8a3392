"""`convcli show`: a stack of feature maps as a labelled sheet."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Look", "A stack of feature maps as a sheet.", ("view", "display", "open", "sheet", "maps"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
