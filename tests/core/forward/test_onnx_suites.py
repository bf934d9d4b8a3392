"""The cases that ship with the onnx package: what runs gives their answers, what does not is refused by name."""

from __future__ import annotations

import contextlib
import importlib
import pathlib
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from convcli.core.forward import OPERATORS, run
from convcli.errors import ConvcliError
from convcli.files.onnx_model import read_onnx
from tests.core.forward.models import SUITES, numpy_helper, onnx

# The reference places samples by the length that was asked for before it is rounded down; PyTorch and onnxruntime
# by the length that there is.
OTHERWISE = {"test_resize_downsample_scales_linear_align_corners"}
SETTINGS = {"Reshape", "Expand", "Slice", "Pad", "Resize", "Upsample", "Squeeze", "Unsqueeze", "Split", "ReduceMean",
            "ReduceSum", "ReduceMax", "ReduceMin", "ConstantOfShape"}  # fmt: skip


def verdict(path: str, names: list[str], feeds: list[Any], answers: list[Any]) -> str:
    """Runs, or why it does not; a wrong answer fails."""
    try:
        graph = read_onnx(path)
        wanted = {entry.name for entry in graph.inputs}
        given = {name: np.asarray(array) for name, array in zip(names, feeds, strict=False) if name in wanted}
        found = run(graph, given)
    except ConvcliError as error:
        return str(error)
    for name, answer in zip(graph.outputs, map(np.asarray, answers), strict=False):
        assert (found[name].shape, found[name].dtype) == (answer.shape, answer.dtype), path
        np.testing.assert_allclose(found[name], answer, rtol=1e-3, atol=1e-5, err_msg=path)
    return "runs"


def tensors(folder: pathlib.Path, kind: str) -> Iterator[Any]:
    """The arrays of a case's input or output files, in order."""
    for number in range(len(list(folder.glob(f"{kind}_*.pb")))):
        tensor = onnx.TensorProto()
        tensor.ParseFromString((folder / f"{kind}_{number}.pb").read_bytes())
        yield numpy_helper.to_array(tensor)


def stored(suite: str) -> dict[str, str]:
    """The verdict of each case of a suite of files."""
    found = {}
    for case in sorted((SUITES / suite).iterdir()):
        path = case / "model.onnx"
        names = [given.name for given in onnx.load(str(path), load_external_data=False).graph.input]
        sets = sorted(case.glob("test_data_set_*"))
        try:
            data = [(list(tensors(part, "input")), list(tensors(part, "output"))) for part in sets]
        except (TypeError, ValueError, onnx.onnx_cpp2py_export.checker.ValidationError):  # sequences
            data = [([], [])]
        verdicts = {verdict(str(path), names, feeds, answers) for feeds, answers in data}
        found[case.name] = " ".join(verdicts)
    return found


@pytest.mark.parametrize(("suite", "running"), [("pytorch-converted", 69), ("pytorch-operator", 33), ("simple", 1)])
def test_the_suites_of_files_give_their_answers(suite: str, running: int) -> None:
    """All but three axes (13), Tile (2), and of `simple` what is no network: sequences, texts, training."""
    found = stored(suite)
    refused = {name: said for name, said in found.items() if said != "runs"}
    assert len(found) - len(refused) == running
    for said in refused.values():
        assert any(
            words in said
            for words in ("(N, C, L) and (N, C, H, W) are run", "operators that are not known", "no tensor of numbers",
                          "has to follow from constants", "is missing")
        ), said  # fmt: skip


def node_cases() -> list[Any]:
    """The cases of single operators that consist of ours."""
    from onnx.backend.test.case import node

    ours = set(OPERATORS.names())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for op in ours:  # importing an operator's module makes its cases
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(f"{node.__name__}.{op.lower()}")
    cases = {case.name: case for case in node._NodeTestCases}
    return [case for case in cases.values() if {node.op_type for node in case.model.graph.node} <= ours]


def test_the_cases_of_operators_give_their_answers(tmp_path: pathlib.Path) -> None:
    """Settings (shapes, pads, scales ..) stand in the model, as exported networks have them."""
    said: Counter[str] = Counter()
    for case in node_cases():
        model, (feeds, answers) = case.model, case.data_sets[0]
        ops = {node.op_type for node in model.graph.node}
        if case.name in OTHERWISE or any("float8" in str(array.dtype) for array in map(np.asarray, feeds)):
            continue
        if ops & SETTINGS:
            firsts = {node.input[0] for node in model.graph.node if node.input}
            for given, array in zip(model.graph.input, feeds, strict=True):
                if given.name not in firsts or ops == {"ConstantOfShape"}:
                    model.graph.initializer.append(numpy_helper.from_array(np.asarray(array), given.name))
        path = tmp_path / "case.onnx"
        path.write_bytes(model.SerializeToString())
        said[verdict(str(path), [given.name for given in model.graph.input], feeds, answers)] += 1
    assert said["runs"] >= 415
    assert not [words for words in said if words != "runs" and "expected" in words]
