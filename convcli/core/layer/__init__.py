"""One layer: what it costs fully connected, sparse and shared, and the matrix that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.layer.cost import Layer as Layer
    from convcli.core.layer.cost import plan_layer as plan_layer
    from convcli.core.layer.matrix import LayerMatrix as LayerMatrix
    from convcli.core.layer.matrix import layer_matrix as layer_matrix

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.layer.cost": (
            "Layer",
            "plan_layer",
        ),
        "convcli.core.layer.matrix": (
            "LayerMatrix",
            "layer_matrix",
        ),
    },
)
