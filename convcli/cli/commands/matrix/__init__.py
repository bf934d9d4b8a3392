"""`matrix`: a layer as the matrix it is."""

from __future__ import annotations

from convcli.cli.about import About
from convcli.lazy import handing_out

ABOUT = About("Count", "The layer as a matrix: dense, sparse, tied.", ("toeplitz",))
__getattr__, __dir__ = handing_out(__name__, {f"{__name__}.command_line": ("command",)}, ("ABOUT",))
