"""The nine light models: counted by hand from the protobuf, and their stacks of convolutions run."""

from __future__ import annotations

import pathlib
from math import prod
from typing import Any

import numpy as np
import pytest

from convcli.core.forward import network_of, run
from convcli.files.onnx_model import read_onnx
from tests.core.forward.light import LIGHT, light, readers_of, with_weights
from tests.core.forward.models import by_onnxruntime, graph_of, numpy_helper, onnx


def by_hand(model: Any) -> tuple[int, int]:
    """Learned numbers and MACs, from the protobuf and onnx's own shape inference alone."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    shapes = {}
    graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    for info in (*graph.value_info, *graph.output):
        shapes[info.name] = [n.dim_value for n in info.type.tensor_type.shape.dim]
    shapes |= {name: list(array.shape) for name, array in values.items()}
    readers, learned, macs = readers_of(model), 0, 0
    for name, array in values.items():
        learned += array.size * (array.dtype.kind == "f" and _is_learned(readers.get(name, [])))
    for node in model.graph.node:
        if node.op_type == "ConstantOfShape":
            learned += int(np.prod(values[node.input[0]])) * _is_learned(readers[node.output[0]])
        if node.op_type == "Conv":
            macs += prod(shapes[node.output[0]][1:]) * prod(shapes[node.input[1]][1:])
        if node.op_type == "Gemm":
            macs += prod(shapes[node.input[1]])
    return learned, macs


def _is_learned(readers: list[tuple[Any, int]]) -> bool:
    """Means and variances of batch normalisation are measured."""
    return bool(readers) and not (readers[0][0].op_type == "BatchNormalization" and readers[0][1] in (3, 4))


def test_there_are_nine() -> None:
    """The package ships them all."""
    assert len(LIGHT) == 9


@pytest.mark.parametrize("name", LIGHT)
def test_totals_are_what_counting_by_hand_gives(name: str) -> None:
    """And the statistics of batch normalisation are not learned."""
    network = network_of(read_onnx(str(LIGHT[name])))
    assert (network.parameters, network.macs) == by_hand(light(name))
    assert prod(network.rows[-1].output) == 1000


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("resnet50", 25_557_032), ("squeezenet", 1_235_496), ("vgg19", 143_667_240), ("densenet121", 7_978_856 + 83_648)],
)
def test_totals_are_the_published_ones(name: str, parameters: int) -> None:
    """torchvision's; DenseNet from Caffe scales again after each normalisation, 41,824 channels in all."""
    assert network_of(read_onnx(str(LIGHT[name]))).parameters == parameters


@pytest.mark.parametrize("name", ["squeezenet", "shufflenet", "bvlc_alexnet"])
def test_the_stack_of_convolutions_equals_onnxruntime(name: str, tmp_path: pathlib.Path) -> None:
    """Seeded weights and picture, to 1e-4 of the largest."""
    model = with_weights(name)
    graph = graph_of(model, tmp_path)
    x = np.random.default_rng(1).standard_normal([n or 1 for n in graph.inputs[0].shape], np.float32)
    (truth,) = by_onnxruntime(model, {graph.inputs[0].name: x})
    (found,) = run(graph, x).values()
    assert found.shape == truth.shape
    assert float(np.abs(truth).max()) > 0.1
    assert np.abs(found - truth).max() <= 1e-4 * np.abs(truth).max()
