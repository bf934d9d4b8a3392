"""Problems: one correlation, checked and completed before a pixel is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.problem.options import Options as Options
    from convcli.core.problem.options import Window as Window
    from convcli.core.problem.problem import Problem as Problem

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.problem.options": (
            "Options",
            "Window",
        ),
        "convcli.core.problem.problem": ("Problem",),
    },
)
