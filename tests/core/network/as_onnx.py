"""A network as an ONNX model: a node a layer, silu as Sigmoid and Mul, batchnorm not folded; weights are zeros.

Written from ONNX's list of operators, opset 20.  Run it where onnx is installed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convcli.core.network.rows import FROM_INPUT, LayerRow, Network

NODES = {
    "relu": "Relu", "leaky-relu": "LeakyRelu", "elu": "Elu", "gelu": "Gelu", "hard-swish": "HardSwish",
    "hard-sigmoid": "HardSigmoid", "sigmoid": "Sigmoid", "tanh": "Tanh", "flatten": "Flatten", "dropout": "Dropout",
}  # fmt: skip


def onnx_model(net: Network) -> Any:
    """The network as a ModelProto that onnx has checked, every shape of it inferred by onnx and held against ours."""
    onnx = pytest.importorskip("onnx")
    make = onnx.helper.make_tensor_value_info
    writer = _Writer(onnx)
    for row in net.rows:
        writer.write(row)
    given = make(FROM_INPUT, onnx.TensorProto.FLOAT, _nchw(net.shape))
    last = make(net.rows[-1].name, onnx.TensorProto.FLOAT, _nchw(net.rows[-1].output))
    stored = [onnx.numpy_helper.from_array(array, name) for name, array in writer.stored.items()]
    graph = onnx.helper.make_graph(writer.nodes, "network", [given], [last], stored)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)])
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
    shapes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in (*inferred.value_info, last)}
    for row in net.rows:
        assert shapes[row.name] == _nchw(row.output), (row.spec.written.text, row.given, shapes[row.name])
    return model


def _nchw(shape: tuple[int, ...]) -> list[int]:
    return [1, shape[2], *shape[:2]] if len(shape) == 3 else [1, *shape]


class _Writer:
    """Nodes and what they hold, layer by layer."""

    def __init__(self, onnx: Any) -> None:
        self.onnx = onnx
        self.nodes: list[Any] = []
        self.stored: dict[str, Any] = {}

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        """One node with one output."""
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [output], name=f"{kind} {output}", **attributes))

    def store(self, name: str, array: Any) -> str:
        """A constant of the graph, by its name; float32 unless it holds whole numbers."""
        kept = np.asarray(array)
        self.stored[name] = kept if kept.dtype == np.int64 else kept.astype(np.float32)
        return name

    def learned(self, row: LayerRow) -> list[str]:
        """Weights and biases of the layer, or of the one that lends them."""
        owner = row.shares or row.name
        shape = row.weight_shape
        names = [self.store(f"{owner}.weight", np.zeros(shape))]
        return names + ([self.store(f"{owner}.bias", np.zeros(row.biases))] if row.biases else [])

    def write(self, row: LayerRow) -> None:
        """The nodes of one layer."""
        given, name = list(row.inputs), row.name
        if row.kind in NODES:
            self.node(NODES[row.kind], given, name)
        elif row.kind in ("conv", "conv-transpose"):
            self.window(row)
        elif row.kind == "pool":
            self.pool(row)
        elif row.kind == "global-pool":
            self.whole_maps(row)
        elif row.kind == "fc":
            self.node("Gemm", [*given, *self.learned(row)], name, transB=1)
        elif row.kind == "batchnorm":
            measured = [self.store(f"{row.shares or name}.{which}", np.ones(row.weights)) for which in ("mean", "var")]
            self.node("BatchNormalization", [*given, *self.learned(row), *measured], name)
        elif row.kind in ("add", "multiply"):
            self.joined("Add" if row.kind == "add" else "Mul", given, name)
        elif row.kind == "concat":
            self.node("Concat", given, name, axis=1)
        else:
            self.rest(row)

    def joined(self, kind: str, given: list[str], name: str) -> None:
        """Two of them, and what comes of it with the next."""
        for at in range(1, len(given)):
            last = at == len(given) - 1
            self.node(kind, [given[0] if at == 1 else f"{name}:{at - 1}", given[at]], name if last else f"{name}:{at}")

    def pool(self, row: LayerRow) -> None:
        """With a window that hangs over the end as padding there: by ONNX some begin beyond it, by PyTorch none."""
        spec, name = row.spec, "AveragePool" if row.spec.how == "avg" else "MaxPool"
        strides = spec.stride or spec.kernel
        after = [
            max((out - 1) * s + d * (k - 1) + 1 - n - before, 0) if spec.ceil else before
            for n, out, k, s, d, before in zip(
                row.given, row.output, spec.kernel, strides, spec.dilation, spec.pad, strict=False
            )
        ]
        dilations = {} if spec.how == "avg" else {"dilations": spec.dilation}
        asked = {"kernel_shape": spec.kernel, "strides": strides, "pads": [*spec.pad, *after], **dilations}
        self.node(name, list(row.inputs), row.name, **asked)

    def whole_maps(self, row: LayerRow) -> None:
        """Means have a node of their own, and so have maxima, but onnx-tool does not know that one: ReduceMax."""
        if row.spec.how == "avg":
            self.node("GlobalAveragePool", list(row.inputs), row.name)
        else:
            self.node("ReduceMax", [*row.inputs, self.store("axes", np.array([2, 3], np.int64))], row.name)

    def rest(self, row: LayerRow) -> None:
        """What takes more than its name."""
        given, name, spec = list(row.inputs), row.name, row.spec
        if row.kind == "relu6":
            self.node("Clip", [*given, self.store("zero", 0.0), self.store("six", 6.0)], name)
        elif row.kind == "silu":
            self.node("Sigmoid", given, f"{name}:gate")
            self.node("Mul", [*given, f"{name}:gate"], name)
        elif row.kind == "softmax":
            self.node("Softmax", given, name, axis=1)
        elif row.kind == "lrn":
            self.node("LRN", given, name, size=spec.size)
        elif row.kind == "upsample":
            scales = self.store(f"{name}.scales", np.array([1.0, 1.0, *spec.scale]))
            mode = "linear" if spec.how == "bilinear" else "nearest"
            self.node("Resize", [*given, "", scales], name, mode=mode)
        else:
            assert row.kind == "crop", row.kind
            ends = [n - off for n, off in zip(row.given, spec.crop, strict=False)]
            bounds = [np.array(bound, np.int64) for bound in (spec.crop, ends, (2, 3))]
            named = [self.store(f"{name}.{i}", bound) for i, bound in enumerate(bounds)]
            self.node("Slice", [*given, *named], name)

    def window(self, row: LayerRow) -> None:
        """A convolution, or a transposed one."""
        spec = row.spec
        stride = spec.stride or (1, 1)
        asked: dict[str, Any] = {"strides": stride, "dilations": spec.dilation, "group": spec.groups}
        if isinstance(spec.pad, str):
            reach = [d * (k - 1) for d, k in zip(spec.dilation, spec.kernel, strict=True)]
            before = [{"same": r - r // 2, "valid": 0, "full": r}.get(spec.pad, 0) for r in reach]
            after = [{"same": r // 2, "valid": 0, "full": r}.get(spec.pad, 0) for r in reach]
            if spec.pad == "same":
                before = [d * (k // 2) for d, k in zip(spec.dilation, spec.kernel, strict=True)]
                after = [r - b for r, b in zip(reach, before, strict=True)]
            if spec.pad == "tf-same":
                totals = [max(r + 1 - (n % s or s), 0) for r, n, s in zip(reach, row.given, stride, strict=False)]
                before, after = [t // 2 for t in totals], [t - t // 2 for t in totals]
        else:
            before = after = list(spec.pad)
        asked["pads"] = [*before, *after]
        if row.kind == "conv-transpose":
            asked["output_padding"] = spec.output_pad
        self.node(
            "Conv" if row.kind == "conv" else "ConvTranspose", [*row.inputs, *self.learned(row)], row.name, **asked
        )
