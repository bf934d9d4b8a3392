"""`explore`: one HTML file in which a person can take hold of the convolution."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About(
    "Look",
    "One HTML file to take hold of a convolution in.",
    ("html", "page", "interactive", "browser", "web", "play", "demo"),
)
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
