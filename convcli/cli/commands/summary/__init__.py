"""`summary`: a whole network, layer by layer, or a weight file's tensors."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Count", "A whole network, layer by layer.", ("network", "model", "layers", "macs", "flops"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
