"""Identify: probe pictures, and from a filter's answers to them what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.identify.verdict import Verdict as Verdict

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.identify.verdict": ("Verdict",),
    },
)
