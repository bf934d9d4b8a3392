"""Small ONNX models made for tests, run here and by onnxruntime."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from convcli.core.forward import ForwardGraph  # noqa: E402
from convcli.files.onnx_model import read_onnx  # noqa: E402

SUITES = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"


def model_of(
    nodes: Sequence[Any],
    shape: Sequence[int | str] = (1, 3, 8, 8),
    weights: Mapping[str, Any] | None = None,
    outputs: Sequence[str] = ("y",),
    opset: int = 13,
) -> Any:
    """A model with the input x."""
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in (weights or {}).items()]
    given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(shape))]
    wanted = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    graph = helper.make_graph(list(nodes), "g", given, wanted, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    return model


def node(op: str, inputs: str, outputs: str = "y", **attributes: Any) -> Any:
    """A node; names apart by blanks, "-" is an input that is left out."""
    names = ["" if name == "-" else name for name in inputs.split()]
    return helper.make_node(op, names, outputs.split(), **attributes)


def graph_of(model: Any, folder: pathlib.Path) -> ForwardGraph:
    """The model as it is read from a file."""
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return read_onnx(str(path))


def by_onnxruntime(model: Any, feeds: Mapping[str, Any]) -> list[Any]:
    """What onnxruntime makes of it, on one thread."""
    onnxruntime = pytest.importorskip("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    answers: list[Any] = session.run(None, dict(feeds))
    return answers
