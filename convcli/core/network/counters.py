"""What other counters report for the same network, and by which rule.

Each counter is one row of `COUNTERS`: its rule for weighted sums, and the
version and the call whose figures these are.  What it charges beside them for a
kind of layer stands in that kind's row.  All are for inference, with a layer a
module of PyTorch (a node of ONNX, a layer of Keras) and branches joined by + and *.
`tests/core/network/test_counters_as_run.py` runs the counters themselves.
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
        version: of the tool, as it is published; "" for a rule that is no tool's.
        call: what gives the number, in the tool's language, with its defaults.
        per_mac: 1 where a multiply-add is one operation, 2 where it is two, 0 where none is counted.
        per_parameter: 1 where learned numbers are what it counts.
        biases: the sums to which adding a bias is one operation, for each output.
    """

    name: str
    unit: str
    why: str
    version: str = ""
    call: str = ""
    per_mac: int = 1
    per_parameter: int = 0
    biases: tuple[Sums, ...] = ()

    def of_layer(self, row: LayerRow) -> int:
        """What it reports for one layer, one picture.

        per_mac * MACs + per_parameter * parameters, a bias an output, and the kind's charge.
        """
        kind = kind_of(row.kind)
        biases = row.units if kind.sums in self.biases and row.biases else 0
        charge = kind.charges.get(self.name)
        sums = self.per_mac * row.macs + self.per_parameter * row.parameters
        return sums + biases + (charge(row) if charge else 0)

    def total(self, network: Network) -> int:
        """What it reports for the network."""
        return sum(self.of_layer(row) for row in network.rows)


_EVERY_SUM: tuple[Sums, ...] = ("window", "spread", "all")

COUNTERS = Registry(
    "counter",
    (
        Counter("convcli", "MACs", "one for each connection; no biases, nothing elementwise"),
        Counter("FLOPs", "FLOPs", "2 MACs: a multiplication and an addition", per_mac=2),
        Counter(
            "fvcore",
            "flops",
            "MACs under the name of flops; no biases; batchnorm 2 and global average pools 1 an input",
            "0.1.5.post20221221",
            "FlopCountAnalysis(model, picture).total()",
        ),
        Counter(
            "thop",
            "MACs",
            "no biases; batchnorm 4 an input; average pools 1 an output, global ones also 1 an input",
            "0.1.1.post2209072238",
            "thop.profile(model, (picture,))",
        ),
        Counter(
            "torchinfo",
            "mult-adds",
            "parameters times positions, so a bias counts as one; batchnorm its parameters",
            "1.8.0",
            "torchinfo.summary(model, input_data=picture)",
            biases=_EVERY_SUM,
        ),
        Counter(
            "ptflops",
            "MACs",
            "a bias is one; batchnorm 2 an input; ReLU, ELU, GELU and pools 2 an input (once as a module, once as "
            "the function in it; 1 before 0.7.1), other activations 1 or none",
            "0.7.5",
            "get_model_complexity_info(model, shape)",
            biases=_EVERY_SUM,
        ),
        Counter(
            "calflops",
            "FLOPs",
            "2 MACs; a convolution's bias is one, a fully connected layer's none; "
            "batchnorm 2, ReLU 1 (ReLU6 none) and pools 1 an input",
            "0.3.2",
            "calculate_flops(model, shape)",
            per_mac=2,
            biases=("window",),
        ),
        Counter(
            "onnx-tool",
            "MACs",
            "every operation: a bias, a sum, ReLU and each number in a pool's window 1, a division 4, "
            "an exponential 32; so batchnorm 31, softmax 36 an input",
            "1.0.1",
            "Model(onnx_file).graph.profile()",
            biases=_EVERY_SUM,
        ),
        Counter(
            "keras",
            "parameters",
            "no operations; the total of model.summary() has batchnorm's means and variances among the parameters",
            "3.15.1",
            "model.count_params()",
            per_mac=0,
            per_parameter=1,
        ),
    ),
)
