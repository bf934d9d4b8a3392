"""Equivariance: f(g(x)) against g(f(x)), where they agree, where not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.equivariance.conv_layer import ConvLayer as ConvLayer
    from convcli.core.equivariance.moves import GridMove as GridMove
    from convcli.core.equivariance.moves import Shift as Shift
    from convcli.core.equivariance.resampling import Resampling as Resampling
    from convcli.core.equivariance.routes import run_routes as run_routes
    from convcli.core.equivariance.study import Study as Study

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.equivariance.conv_layer": ("ConvLayer",),
        "convcli.core.equivariance.moves": (
            "GridMove",
            "Shift",
        ),
        "convcli.core.equivariance.resampling": ("Resampling",),
        "convcli.core.equivariance.routes": ("run_routes",),
        "convcli.core.equivariance.study": ("Study",),
    },
)
