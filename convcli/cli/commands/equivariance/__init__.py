"""`convcli equivariance`: shift then correlate, against correlate then shift."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Prove", "Where shifting and correlating commute, and why not.", ("invariance", "translate", "shift"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
