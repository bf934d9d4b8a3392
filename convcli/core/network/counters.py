"""What other counters report for the same network, and by which rule.

Each counter is one row of `COUNTERS`: its rule for a convolution and for a
fully connected layer, and what it charges for the layers that learn little or
nothing.  Read from the counters' own sources (layer_info.py of torchinfo,
jit_handles.py of fvcore, basic_hooks.py of thop, pytorch_ops.py of ptflops and
of calflops), for inference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from convcli.core.network.rows import LayerRow, Network

Charge = Callable[[LayerRow], int]


def _nothing(row: LayerRow) -> int:
    return 0


def _each_input(row: LayerRow) -> int:
    return prod(row.given)


def _twice_each_input(row: LayerRow) -> int:
    return 2 * prod(row.given)


def _average_only(charge: Charge) -> Charge:
    return lambda row: charge(row) if row.spec.how == "avg" else 0


@dataclass(frozen=True)
class Counter:
    """One tool's rule.

    Attributes:
        unit: what it calls its number.
        per_mac: 1 where a multiply-add is one operation, 2 where it is two.
        conv_bias, fc_bias: whether adding a bias to one output is one operation.
        batchnorm, relu, pool, global_pool: what it charges for such a layer.
        why: the difference in words.
    """

    name: str
    unit: str
    why: str
    per_mac: int = 1
    conv_bias: bool = False
    fc_bias: bool = False
    batchnorm: Charge = _nothing
    relu: Charge = _nothing
    pool: Charge = _nothing
    global_pool: Charge = _nothing

    def of_layer(self, row: LayerRow) -> int:
        """What it reports for one layer, one picture."""
        if row.kind in ("conv", "local", "fc"):
            counts_bias = self.fc_bias if row.kind == "fc" else self.conv_bias
            return self.per_mac * row.macs + (row.units if counts_bias and row.biases else 0)
        charges = {"batchnorm": self.batchnorm, "relu": self.relu, "pool": self.pool, "global-pool": self.global_pool}
        return charges.get(row.kind, _nothing)(row)

    def total(self, network: Network) -> int:
        """What it reports for the network."""
        return sum(self.of_layer(row) for row in network.rows)


COUNTERS: tuple[Counter, ...] = (
    Counter("convcli", "MACs", "one for each connection; no biases, nothing elementwise"),
    Counter("FLOPs", "FLOPs", "2 MACs: a multiplication and an addition", per_mac=2),
    Counter(
        "fvcore",
        "flops",
        "MACs under the name of flops; no biases; batchnorm 2 and global average pools 1 an input",
        batchnorm=_twice_each_input,
        global_pool=_average_only(_each_input),
    ),
    Counter(
        "thop",
        "MACs",
        "no biases; batchnorm 4 an input; average pools 1 an output, global ones also 1 an input",
        batchnorm=lambda row: 4 * prod(row.given),
        pool=_average_only(lambda row: row.units),
        global_pool=_average_only(lambda row: prod(row.given) + row.units),
    ),
    Counter(
        "torchinfo",
        "mult-adds",
        "parameters times positions, so a bias counts as one; batchnorm its parameters",
        conv_bias=True,
        fc_bias=True,
        batchnorm=lambda row: row.weights + row.biases,
    ),
    Counter(
        "ptflops",
        "MACs",
        "a bias is one; batchnorm 2, ReLU 1 and pools 1 an input",
        conv_bias=True,
        fc_bias=True,
        batchnorm=_twice_each_input,
        relu=_each_input,
        pool=_each_input,
        global_pool=_each_input,
    ),
    Counter(
        "calflops",
        "FLOPs",
        "2 MACs; a convolution's bias is one, a fully connected layer's none; batchnorm 2, ReLU 1 and pools 1 an input",
        per_mac=2,
        conv_bias=True,
        batchnorm=_twice_each_input,
        relu=_each_input,
        pool=_each_input,
        global_pool=_each_input,
    ),
)
