"""ONNX files that lie, are cut, hostile or not ONNX at all: one message each, and nothing large is ever made."""

from __future__ import annotations

import os
import pathlib
import random
import sys
import tracemalloc
from typing import Any

import numpy as np
import pytest

from convcli.core.forward import network_of, run
from convcli.errors import ConvcliError, InputError
from convcli.files.onnx_model import foreign_model, read_onnx
from tests.core.forward.models import SUITES, graph_of, helper, model_of, node, numpy_helper

WEIGHTS = np.arange(54, dtype=np.float32).reshape(2, 3, 3, 3)
LARGE = np.array([10**9])
HOSTILE = {
    "10^9 of one number": ([node("ConstantOfShape", "s", "c"), node("Add", "x c")], {"s": LARGE}, "2^28 numbers"),
    "10^25": ([node("ConstantOfShape", "s", "c"), node("Add", "x c")], {"s": np.array([10**5] * 5)}, "2^28 numbers"),
    "expanded": ([node("Expand", "x s")], {"s": np.array([10**7, 3, 8, 8])}, "2^28 numbers"),
    "padded": ([node("Pad", "x s")], {"s": np.array([0, 0, 2**40, 0, 0, 0, 0, 0])}, "2^28 numbers"),
    "resized": ([node("Resize", "x - s")], {"s": np.array([1, 1, 1e9, 1], np.float32)}, "2^28 numbers"),
    "resized by NaN": ([node("Resize", "x - s")], {"s": np.array([1, 1, np.nan, 1], np.float32)}, "nan"),
    "conv padded": (
        [node("Conv", "x w", pads=[2**30] * 4, strides=[2**30] * 2)], {"w": WEIGHTS}, "with its padding",
    ),
    "spread padded": (
        [node("ConvTranspose", "x w", pads=[2**29] * 4, strides=[2**29] * 2)],
        {"w": WEIGHTS.reshape(3, 2, 3, 3)},
        "with its padding",
    ),
    "a circle": ([node("Relu", "z"), node("Relu", "y", "z")], {}, "in a circle"),
    "given twice": ([node("Relu", "x"), node("Tanh", "x")], {}, "'y' is given twice"),
    "from nowhere": ([node("Relu", "nope")], {}, "which nothing gives"),
    "no output": ([node("Relu", "x", "z")], {}, "nothing gives the output 'y'"),
    "unknown": ([node("LSTM", "x"), node("NonZero", "x", "z")], {}, "LSTM (1), NonZero (1)"),
    "its indices": ([node("MaxPool", "x", "z i", kernel_shape=[2, 2]), node("Cast", "i", to=1)], {}, "with output 2"),
    "no window": ([node("MaxPool", "x", kernel_shape=[0, 3])], {}, "kernel_shape (0, 3)"),
    "no step": ([node("MaxPool", "x", kernel_shape=[2, 2], strides=[0, 1])], {}, "at least 1"),
    "an attribute": ([node("Relu", "x", gain=2.0)], {}, "with attribute gain"),
    "cubic": ([node("Resize", "x - s", mode="cubic")], {"s": np.ones(4, np.float32)}, "mode=cubic"),
    "training": ([node("BatchNormalization", "x b b b b", training_mode=1)], {"b": np.ones(3, np.float32)}, "training"),
    "other weights": ([node("Conv", "x w")], {"w": WEIGHTS[:, :2]}, "weights have shape (2, 2, 3, 3)"),
    "shapes apart": ([node("Add", "x c")], {"c": np.ones((5, 7), np.float32)}, "do not fit together"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_graphs_are_refused_before_anything_is_made(kind: str, tmp_path: pathlib.Path) -> None:
    """By name, counted or run, in less than 20 MB."""
    nodes, weights, words = HOSTILE[kind]
    tracemalloc.start()
    try:
        for use in (network_of, lambda graph: run(graph, np.zeros((1, 3, 8, 8), np.float32))):
            with pytest.raises(ConvcliError) as refusal:
                use(graph_of(model_of(nodes, weights=weights), tmp_path))
            assert words in str(refusal.value)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def external(location: str, folder: pathlib.Path, **entries: str) -> str:
    """A model whose weights lie in a file."""
    model = model_of([node("Conv", "x w")], weights={"w": WEIGHTS})
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = 1
    for key, value in {"location": location, **entries}.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return str(path)


def test_weights_in_a_file_beside_the_model_are_read(tmp_path: pathlib.Path) -> None:
    """From their offset on."""
    (tmp_path / "w.bin").write_bytes(b"1234" + WEIGHTS.tobytes())
    graph = read_onnx(external("w.bin", tmp_path, offset="4", length=str(WEIGHTS.nbytes)))
    assert (graph.constants["w"].read() == WEIGHTS).all()


@pytest.mark.parametrize(
    "location",
    ["../w.bin", "/etc/passwd", "sub/../../w.bin", "link.bin", "none.bin", "C:\\w.bin", "..\\w.bin", "", "a\0b", "sub"],
)
def test_weights_elsewhere_are_refused(location: str, tmp_path: pathlib.Path) -> None:
    """Above the folder, at an absolute path, behind a link, nowhere, or in a folder."""
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "w.bin").write_bytes(WEIGHTS.tobytes())
    (folder / "link.bin").symlink_to(tmp_path / "w.bin")
    with pytest.raises(InputError, match="tensor 'w'"):
        read_onnx(external(location, folder))


@pytest.mark.parametrize("entries", [{"offset": "4"}, {"offset": "-1"}, {"length": "8"}, {"offset": "9" * 30}])
def test_a_file_that_does_not_hold_the_weights_is_refused(entries: dict[str, str], tmp_path: pathlib.Path) -> None:
    """Beyond its end, before its beginning, or of another length."""
    (tmp_path / "w.bin").write_bytes(WEIGHTS.tobytes())
    with pytest.raises(InputError, match="does not hold them"):
        read_onnx(external("w.bin", tmp_path, **entries))


@pytest.mark.parametrize("dims", [[10**9, 3, 3, 3], [2, 3, 3, 4], [-2, 3, 3, 3], [1] * 40])
def test_a_shape_that_its_numbers_contradict_is_refused(dims: list[int], tmp_path: pathlib.Path) -> None:
    """Too large, other than what is there, negative, of too many axes."""
    model = model_of([node("Conv", "x w")], weights={"w": WEIGHTS})
    model.graph.initializer[0].dims[:] = dims
    with pytest.raises(InputError, match="tensor 'w'"):
        graph_of(model, tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello" * 99, b"\x08\x07\x3a\x00", b"\x89PNG\r\n\x1a\n" * 9])
def test_what_is_no_model_is_said(content: bytes, tmp_path: pathlib.Path) -> None:
    """Nothing, text, a graph of nothing, a picture."""
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no ONNX model"):
        read_onnx(str(path))


def test_a_graph_of_millions_is_refused_before_it_is_parsed(tmp_path: pathlib.Path) -> None:
    """Two bytes a node: parsed, they would take a hundred times as much."""
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x08\x07\x3a\x80\x89\x7a" + b"\x0a\x00" * 1_000_000)
    with pytest.raises(InputError, match="more than 200,000"):
        read_onnx(str(path))


def test_mutated_models_are_read_or_refused() -> None:
    """Bytes changed, put in, taken out, cut off: never anything but an error of ours."""
    rng = random.Random(7)
    names = [
        "test_Conv1d",
        "test_Conv2d_groups",
        "test_ConvTranspose2d",
        "test_Linear",
        "test_PixelShuffle",
        "test_GLU",
    ]
    seeds = [(SUITES / "pytorch-converted" / name / "model.onnx").read_bytes() for name in names]
    verdicts = {True: 0, False: 0}
    path = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"mutated-{os.getpid()}.onnx"
    try:
        for _ in range(250):
            path.write_bytes(mutated(bytearray(rng.choice(seeds)), rng))
            verdicts[survives(str(path))] += 1
    finally:
        path.unlink()
    assert min(verdicts.values()) > 10


def mutated(content: bytearray, rng: random.Random) -> bytes:
    """One to three bytes that are others, more, or fewer; or a cut."""
    for _ in range(rng.randint(1, 3)):
        place, kind = rng.randrange(len(content) - 9), rng.random()
        if kind < 0.7:
            content[place] = rng.choice([0, 1, 127, 128, 255, rng.randrange(256)])
        elif kind < 0.85:
            content[place : place + rng.randint(0, 4)] = rng.randbytes(rng.randint(0, 4))
        elif kind < 0.9:
            return bytes(content[: place + 1])
    return bytes(content)


def survives(path: str) -> bool:
    """Whether it is a network still, counted and run."""
    try:
        graph = read_onnx(path)
        network_of(graph, path)
        shapes = [entry.shape or () for entry in graph.inputs]
        if all(np.prod([float(n or 1) for n in shape]) < 1e5 for shape in shapes):
            feeds: dict[str, Any] = {
                entry.name: np.ones([n or 1 for n in shape], entry.dtype)
                for entry, shape in zip(graph.inputs, shapes, strict=True)
            }
            run(graph, feeds)
    except ConvcliError:
        return False
    return True


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """How to install it."""
    path = tmp_path / "model.onnx"
    path.write_bytes(model_of([node("Relu", "x")]).SerializeToString())
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match=r"needs the extra 'onnx': pip install 'convcli\[onnx\]'"):
        read_onnx(str(path))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "int32", "uint8", "int8", "bool"])
@pytest.mark.parametrize("raw", [True, False])
def test_numbers_are_read_however_they_are_stored(dtype: str, raw: bool, tmp_path: pathlib.Path) -> None:
    """As bytes, or one by one in the list that belongs to their type."""
    array = np.array([[0, 1, 3], [5, 8, 100]]).astype(dtype)
    model = model_of([node("Relu", "x")], weights={"w": array})
    if not raw:
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        values = array.reshape(-1)
        model.graph.initializer[0].CopyFrom(helper.make_tensor("w", kind, array.shape, values.tolist()))
    found = graph_of(model, tmp_path).constants["w"].read()
    assert found.dtype == array.dtype
    assert (found == array).all()
    assert (numpy_helper.to_array(model.graph.initializer[0]) == array).all()


def test_bfloat16_is_read_as_the_float32_it_is_cut_from(tmp_path: pathlib.Path) -> None:
    """1.5 and -2 have few digits enough."""
    model = model_of([node("Relu", "x")], weights={"w": np.zeros(2, np.float32)})
    tensor = model.graph.initializer[0]
    tensor.data_type, tensor.raw_data = 16, np.array([0x3FC0, 0xC000], "<u2").tobytes()
    assert graph_of(model, tmp_path).constants["w"].read().tolist() == [1.5, -2.0]


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.pt", "PyTorch"), ("a.PTH", "PyTorch"), ("pytorch_model.bin", "PyTorch"), ("m.keras", "Keras"),
     ("m.h5", "Keras"), ("m.tflite", "TensorFlow Lite"), ("frozen.pb", "TensorFlow"), ("saved_model", "TensorFlow")],
)  # fmt: skip
def test_other_frameworks_files_are_named_with_their_export(path: str, name: str) -> None:
    """And not opened: they need not even be there."""
    words = foreign_model(path)
    assert words is not None
    assert words.startswith(f"a {name} file is not read; export it: ")


@pytest.mark.parametrize("path", ["model.onnx", "net.txt", "lenet-5", "8x8x1 conv:4,3 relu", "a.safetensors"])
def test_what_is_read_is_no_other_frameworks(path: str) -> None:
    """Neither our own kinds of networks nor weights."""
    assert foreign_model(path) is None
