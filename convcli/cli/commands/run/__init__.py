"""`convcli run`: a picture through every layer of a network."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About(
    "Look",
    "A picture through every layer of a network.",
    ("predict", "classify", "infer", "inference", "forward", "activations", "feature-maps"),
)
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
