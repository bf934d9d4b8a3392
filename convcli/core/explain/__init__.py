"""Explain: the window on its way over one plane, and the arithmetic at each stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.explain.walk import Step as Step
    from convcli.core.explain.walk import Walk as Walk

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.explain.walk": (
            "Step",
            "Walk",
        ),
    },
)
