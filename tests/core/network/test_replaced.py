"""Convolutions replaced: unshared, and fully connected."""

from __future__ import annotations

from convcli.core.network.replaced import replaced_layers, replaced_total
from tests.core.network.networks import network


def test_every_convolution_is_replaced() -> None:
    """What stands in for a convolution is what the network has when it is written with that layer."""
    text = "9x8x2 conv:3,3,pad=1 pool:max,2 conv:4,3 flatten fc:5"
    net, local = network(text), network(text.replace("conv", "local"))
    dense = [network("144 fc:216"), network("48 fc:16"), network("16 fc:5")]
    assert [row.output for row in net.rows] == [(9, 8, 3), (4, 4, 3), (2, 2, 4), (16,), (5,)]
    assert replaced_total(net, "local") == (local.parameters, local.macs)
    assert replaced_total(net, "fc") == (sum(d.parameters for d in dense), sum(d.macs for d in dense))
    assert [layer.shared.parameters for layer in replaced_layers(net)] == [
        row.parameters for row in net.rows if row.kind == "conv"
    ]


def test_a_shared_owner_counts_once() -> None:
    """Tied convolutions stay tied, however they are replaced."""
    tied = network("9x9x4 conv:4,3,pad=1,name=a conv:4,3,pad=1,share=a")
    alone = network("9x9x4 conv:4,3,pad=1")
    assert replaced_total(tied, "fc")[0] == replaced_total(alone, "fc")[0]
    assert replaced_total(tied, "fc")[1] == 2 * replaced_total(alone, "fc")[1]
