"""`verify`: the laws of convolution, checked on a picture and a kernel."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Prove", "Check the laws of convolution, with error figures.", ("prove", "laws", "test"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
