"""Networks: a graph of layers, followed and counted in exact integers; nothing here loads NumPy.

`kinds` says what a layer can be, `language` reads what was typed, `build` follows the shapes.

>>> from convcli.core.network import build_network, parse_network
>>> build_network(*parse_network("28x28x1 conv:6,5,pad=2 relu pool:avg,2 flatten fc:10")).parameters
11926
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.network.build import build_network as build_network
    from convcli.core.network.language import parse_network as parse_network
    from convcli.core.network.rows import Network as Network
    from convcli.core.network.zoo import known_network as known_network

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.network.build": ("build_network",),
        "convcli.core.network.language": ("parse_network",),
        "convcli.core.network.rows": ("Network",),
        "convcli.core.network.zoo": ("known_network",),
    },
)
