"""What other counters report for the same network, and by which rule.

Each counter is one row of `COUNTERS`: its rule for weighted sums.  What it
charges beside them for a kind of layer stands in that kind's row.  Read from
the counters' own sources (layer_info.py of torchinfo, jit_handles.py of
fvcore, basic_hooks.py of thop, pytorch_ops.py of ptflops and of calflops), for
inference.
"""

from __future__ import annotations

from dataclasses import dataclass

from convcli.core.network.kinds import Sums, kind_of
from convcli.core.network.rows import LayerRow, Network
from convcli.registry import Registry


@dataclass(frozen=True)
class Counter:
    """One tool's rule.

    Attributes:
        unit: what it calls its number.
        why: the difference in words.
        per_mac: 1 where a multiply-add is one operation, 2 where it is two.
        biases: the sums to which adding a bias is one operation, for each output.
    """

    name: str
    unit: str
    why: str
    per_mac: int = 1
    biases: tuple[Sums, ...] = ()

    def of_layer(self, row: LayerRow) -> int:
        """What it reports for one layer, one picture: per_mac * MACs, a bias an output, and the kind's charge."""
        kind = kind_of(row.kind)
        biases = row.units if kind.sums in self.biases and row.biases else 0
        charge = kind.charges.get(self.name)
        return self.per_mac * row.macs + biases + (charge(row) if charge else 0)

    def total(self, network: Network) -> int:
        """What it reports for the network."""
        return sum(self.of_layer(row) for row in network.rows)


COUNTERS = Registry(
    "counter",
    (
        Counter("convcli", "MACs", "one for each connection; no biases, nothing elementwise"),
        Counter("FLOPs", "FLOPs", "2 MACs: a multiplication and an addition", per_mac=2),
        Counter(
            "fvcore",
            "flops",
            "MACs under the name of flops; no biases; batchnorm 2 and global average pools 1 an input",
        ),
        Counter(
            "thop",
            "MACs",
            "no biases; batchnorm 4 an input; average pools 1 an output, global ones also 1 an input",
        ),
        Counter(
            "torchinfo",
            "mult-adds",
            "parameters times positions, so a bias counts as one; batchnorm its parameters",
            biases=("window", "spread", "all"),
        ),
        Counter(
            "ptflops",
            "MACs",
            "a bias is one; batchnorm 2, ReLU 1 and pools 1 an input",
            biases=("window", "spread", "all"),
        ),
        Counter(
            "calflops",
            "FLOPs",
            "2 MACs; a convolution's bias is one, a fully connected layer's none; "
            "batchnorm 2, ReLU 1 and pools 1 an input",
            per_mac=2,
            biases=("window",),
        ),
    ),
)
