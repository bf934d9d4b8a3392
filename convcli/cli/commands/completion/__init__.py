"""`convcli completion`: the script that makes Tab work."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Help", "The script that makes Tab complete names.", ("tab", "autocomplete"))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
