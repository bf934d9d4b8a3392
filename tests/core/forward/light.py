"""The light models of the onnx package: their weights are all one number, given by ConstantOfShape nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.core.forward.models import SUITES, numpy_helper, onnx

LIGHT = {path.stem.removeprefix("light_"): path for path in sorted((SUITES / "light").glob("light_*.onnx"))}


def light(name: str) -> Any:
    """The model as it is."""
    return onnx.load(str(LIGHT[name]))


def readers_of(model: Any) -> dict[str, list[tuple[Any, int]]]:
    """Who reads each tensor, and at which place; Unsqueeze is looked through."""
    readers: dict[str, list[tuple[Any, int]]] = {}
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            readers.setdefault(name, []).append((node, place))

    def real(name: str) -> list[tuple[Any, int]]:
        found = []
        for node, place in readers.get(name, []):
            found += real(node.output[0]) if node.op_type == "Unsqueeze" else [(node, place)]
        return found

    return {name: real(name) for name in readers}


def with_weights(name: str, seed: int = 0) -> Any:
    """The model up to its first fully connected layer or its softmax, with random weights of sane scale."""
    model, rng = light(name), np.random.default_rng(seed)
    readers, shapes = readers_of(model), {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    stack, end = [], ""
    for node in model.graph.node:
        if node.op_type == "ConstantOfShape":
            shape = tuple(int(n) for n in shapes[node.input[0]])
            reader, place = readers[node.output[0]][0]
            if reader.op_type != "Gemm":
                array = _weights(reader.op_type, place, shape, rng).astype(np.float32)
                model.graph.initializer.append(numpy_helper.from_array(array, node.output[0]))
            continue
        if node.op_type in ("Gemm", "Softmax") or (node.op_type == "Reshape" and _is_last(node, readers)):
            break
        stack.append(node)
        end = node.output[0]
    del model.graph.node[:]
    model.graph.node.extend(stack)
    read = {given for node in stack for given in node.input}
    for part in (model.graph.initializer, model.graph.input):
        kept = [given for given in part if given.name in read]
        del part[:]
        part.extend(kept)
    known = {tensor.name for tensor in model.graph.initializer}
    fed = [given for given in model.graph.input if given.name not in known]
    del model.graph.input[:], model.graph.output[:]
    model.graph.input.extend(fed)
    model.graph.output.append(onnx.helper.make_tensor_value_info(end, 1, None))
    model.ir_version = 8
    return model


def _is_last(node: Any, readers: dict[str, list[tuple[Any, int]]]) -> bool:
    return any(reader.op_type == "Gemm" for reader, _ in readers.get(node.output[0], []))


def _weights(op: str, place: int, shape: tuple[int, ...], rng: Any) -> Any:
    if op == "Conv" and place == 1:
        return rng.standard_normal(shape, np.float32) * np.sqrt(2 / np.prod(shape[1:]))
    if op == "Mul" or (op == "BatchNormalization" and place in (1, 4)):
        return rng.uniform(0.5, 1.5, shape)
    return rng.normal(0, 0.1, shape)
