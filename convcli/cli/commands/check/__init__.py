"""`convcli check`: an answer to an exercise, marked, and the mistake named."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About(
    "Prove", "An answer to an exercise, marked, the mistake named.", ("exercise", "mark", "grade", "homework", "answer")
)
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
