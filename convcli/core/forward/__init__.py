"""Forward: a network run in NumPy, operator by operator, its convolutions by the package's own correlation.

`graph` holds a network, `operators` lists what is run (a row each, under ONNX's names), `following` finds
every shape before a number is computed, `passing` runs it, and `layer_rows` counts it as `core/network` does::

    graph = read_onnx("model.onnx")                      # convcli.files.onnx_model
    graph.inputs                                         # names, shapes, dtypes of what it takes
    run(graph, picture, watch=lambda node, maps: ...)    # {output's name: array}

>>> from convcli.core.forward import OPERATORS
>>> OPERATORS.find("Conv").about
'correlation with learned kernels'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.forward.following import follow as follow
    from convcli.core.forward.from_layers import check_runnable as check_runnable
    from convcli.core.forward.from_layers import graph_of as graph_of
    from convcli.core.forward.graph import Constant as Constant
    from convcli.core.forward.graph import Entry as Entry
    from convcli.core.forward.graph import ForwardGraph as ForwardGraph
    from convcli.core.forward.graph import Node as Node
    from convcli.core.forward.layer_rows import network_of as network_of
    from convcli.core.forward.operators import OPERATORS as OPERATORS
    from convcli.core.forward.passing import run as run
    from convcli.core.forward.refusals import check_operators as check_operators
    from convcli.core.forward.wanted import matched_weights as matched_weights
    from convcli.core.forward.wanted import wanted_weights as wanted_weights

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.forward.following": ("follow",),
        "convcli.core.forward.from_layers": ("check_runnable", "graph_of"),
        "convcli.core.forward.graph": ("Constant", "Entry", "ForwardGraph", "Node"),
        "convcli.core.forward.layer_rows": ("network_of",),
        "convcli.core.forward.operators": ("OPERATORS",),
        "convcli.core.forward.passing": ("run",),
        "convcli.core.forward.refusals": ("check_operators",),
        "convcli.core.forward.wanted": ("matched_weights", "wanted_weights"),
    },
)
