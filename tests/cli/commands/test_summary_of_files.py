"""`summary` of an ONNX file, and of what other frameworks save."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

from tests.command_line import convcli
from tests.core.forward.light import LIGHT
from tests.core.forward.models import model_of, node


def test_a_file_is_counted_as_text_is() -> None:
    """The contract's keys, the totals of the table, and every layer's share of them."""
    path = str(LIGHT["squeezenet"])
    assert "1,235,496 parameters" in convcli("summary", path).text
    (record,) = convcli("summary", path, "--json").records
    assert {"command", "layers", "parameters", "macs", "bytes", "activation_bytes"} <= set(record)
    keys = {"name", "type", "output", "parameters", "macs", "receptive_field", "stride"}
    assert all(keys <= set(layer) for layer in record["layers"])
    assert sum(layer["parameters"] for layer in record["layers"]) == record["parameters"] == 1_235_496
    assert sum(layer["macs"] for layer in record["layers"]) == record["macs"] == 349_151_936
    assert record["layers"][0]["output"] == [111, 111, 64]


def test_what_else_is_asked_of_text_is_asked_of_files() -> None:
    """Other counters, layers replaced, a batch, another type of numbers."""
    path = str(LIGHT["squeezenet"])
    (record,) = convcli("summary", path, "--conventions", "--replace", "fc", "--batch", "4", "--json").records
    counters = {row["counter"]: row["value"] for row in record["conventions"]}
    assert counters["FLOPs"] == 2 * record["macs"]
    assert record["replace"]["parameters"] > record["parameters"]
    assert record["activation_bytes"] == 4 * convcli("summary", path, "--json").records[0]["activation_bytes"]
    assert convcli("summary", path, "--conventions", "--replace", "local").code == 0


def test_running_statistics_are_named_as_not_learned() -> None:
    """53 normalisations of ResNet-50, and no number of theirs among its 25,557,032."""
    text = convcli("summary", str(LIGHT["resnet50"])).text
    assert "its running mean and variance are not learned" in text
    assert "25,557,032 parameters" in text


def test_an_operator_that_is_no_kind_of_layer_is_a_row_with_its_name(tmp_path: pathlib.Path) -> None:
    """Clip costs nothing; what is multiplied by a vector learns it."""
    nodes = [node("Clip", "x", "a"), node("Mul", "a v")]
    path = tmp_path / "model.onnx"
    path.write_bytes(model_of(nodes, weights={"v": np.ones((3, 1, 1), np.float32)}).SerializeToString())
    (record,) = convcli("summary", str(path), "--json").records
    assert [(layer["type"], layer["parameters"]) for layer in record["layers"]] == [("Clip", 0), ("Mul", 3)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net.pt", "a PyTorch file is not read; export it: torch.onnx.export("),
        ("net.pth", "a PyTorch file"),
        ("pytorch_model.bin", "a PyTorch file"),
        ("net.keras", "a Keras file is not read; export it: model.export("),
        ("net.h5", "a Keras file"),
        ("net.tflite", "a TensorFlow Lite file is not read; export it: python -m tf2onnx.convert"),
        ("net.pb", "a TensorFlow file"),
    ],
)
@pytest.mark.parametrize("content", [b"\x80\x04cos\nsystem\n", b"PK\x03\x04 as PyTorch saves", None])
def test_other_frameworks_are_named_with_the_export(
    name: str, words: str, content: bytes | None, tmp_path: pathlib.Path
) -> None:
    """Whether the file is there or not: a pickle is never opened."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert convcli("summary", str(tmp_path / name)).refused(3, words)


def test_a_saved_model_is_a_folder(tmp_path: pathlib.Path) -> None:
    """TensorFlow's, by the file in it."""
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert convcli("summary", str(tmp_path)).refused(3, "a TensorFlow file is not read")


def test_refusals_are_one_message(tmp_path: pathlib.Path) -> None:
    """No such file; operators that are not known; a file cut short."""
    assert convcli("summary", str(tmp_path / "none.onnx")).refused(3, "no such file")
    path = tmp_path / "model.onnx"
    path.write_bytes(model_of([node("LSTM", "x"), node("Einsum", "x", "z", equation="a->a")]).SerializeToString())
    assert convcli("summary", str(path)).refused(3, "not known: LSTM (1), Einsum (1)")
    path.write_bytes(LIGHT["vgg19"].read_bytes()[:5000])
    assert convcli("summary", str(path)).refused(3, "no ONNX model: it is cut short")
