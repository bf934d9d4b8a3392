"""Correlation: check, plan, and run band by band into a sink.  `convcli.correlate` is the way in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.correlation.correlate import Correlation as Correlation
    from convcli.core.correlation.correlate import convolve as convolve
    from convcli.core.correlation.correlate import prepare as prepare
    from convcli.core.correlation.correlate import prepare_rows as prepare_rows
    from convcli.core.correlation.stacking import Weights as Weights
    from convcli.core.correlation.weighted import prepare_weighted as prepare_weighted

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.correlation.correlate": ("Correlation", "convolve", "prepare", "prepare_rows"),
        "convcli.core.correlation.stacking": ("Weights",),
        "convcli.core.correlation.weighted": ("prepare_weighted",),
    },
)
