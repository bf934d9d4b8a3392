"""`explain`: the arithmetic of one output value, in text, as a figure, as an animation."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Look", "The arithmetic of one output value.", ("arithmetic", "step", "steps", "walk"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
