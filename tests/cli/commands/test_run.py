"""`convcli run`, as a user sees it: against onnxruntime, and what is refused before anything runs."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.command_line import convcli
from tests.core.forward.models import by_onnxruntime, model_of, node, onnx

RNG = np.random.default_rng(35)
NODES = [
    node("Conv", "x w1 b1", "c1", pads=[1, 1, 1, 1], name="first/conv"),
    node("Relu", "c1", "r1"),
    node("MaxPool", "r1", "p1", kernel_shape=[2, 2], strides=[2, 2]),
    node("Flatten", "p1", "f"),
    node("MatMul", "f w3", "y"),
]
WEIGHTS = {
    "w1": RNG.normal(0, 0.5, (5, 3, 3, 3)).astype(np.float32),
    "b1": RNG.normal(0, 0.5, 5).astype(np.float32),
    "w3": RNG.normal(0, 0.3, (5 * 4 * 6, 7)).astype(np.float32),
}
NETWORK = "8x12x3 conv:5,3,pad=1 relu pool:max,2 flatten fc:7,bias=no"
NAMED = {"conv-1.weight": WEIGHTS["w1"], "conv-1.bias": WEIGHTS["b1"], "fc-1.weight": WEIGHTS["w3"].T}
PIXELS = RNG.integers(0, 256, (8, 12, 3), dtype=np.uint8)


def save(folder: pathlib.Path, name: str, model: Any) -> None:
    """The model as a file."""
    (folder / name).write_bytes(model.SerializeToString())


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A network as ONNX and as weights, a picture of its input's size, labels."""
    save(tmp_path, "net.onnx", model_of(NODES, (1, 3, 8, 12), WEIGHTS))
    np.savez(tmp_path / "net.npz", **NAMED)
    Image.fromarray(PIXELS).save(tmp_path / "in.png")
    (tmp_path / "names.txt").write_text("".join(f"class {chr(97 + k)}\n" for k in range(7)))
    return tmp_path


def by_ort(*outputs: str, fed: Any = None) -> list[Any]:
    """Tensors of the network, of the picture scaled to 0..1 or of what is fed."""
    x = (PIXELS / 255).astype(np.float32).transpose(2, 0, 1)[np.newaxis] if fed is None else fed
    return by_onnxruntime(model_of(NODES, (1, 3, 8, 12), WEIGHTS, outputs), {"x": x})


def test_the_record_holds_every_layer_and_the_top_classes(folder: pathlib.Path) -> None:
    """Ranges and zeros are onnxruntime's; logits have no probability."""
    done = convcli("run", "net.onnx", "in.png", "--json", "--top", "3", "--labels", "names.txt", cwd=folder)
    (record,) = done.records
    assert (done.code, record["command"], record["network"]) == (0, "run", "net.onnx")
    tensors = by_ort("c1", "r1", "p1", "f", "y")
    assert [layer["name"] for layer in record["layers"]] == ["first/conv", "r1", "p1", "f", "y"]
    assert [layer["type"] for layer in record["layers"]] == ["conv", "relu", "pool", "flatten", "fc"]
    assert [layer["output"] for layer in record["layers"]] == [[8, 12, 5], [8, 12, 5], [4, 6, 5], [120], [7]]
    for layer, tensor in zip(record["layers"], tensors, strict=True):
        assert layer["min"] == pytest.approx(tensor.min(), abs=1e-5)
        assert layer["max"] == pytest.approx(tensor.max(), abs=1e-5)
        assert layer["zeros"] == pytest.approx(np.mean(tensor == 0))
    order = np.argsort(-tensors[-1][0])[:3]
    assert [guess["label"] for guess in record["top"]] == [f"class {chr(97 + k)}" for k in order]
    assert [guess["value"] for guess in record["top"]] == pytest.approx(list(tensors[-1][0][order]), rel=1e-5)
    assert {guess["probability"] for guess in record["top"]} == {None}
    assert "× 1/255" in done.err


def test_softmax_is_made_when_it_is_asked_for(folder: pathlib.Path) -> None:
    """exp over the sum."""
    (record,) = convcli("run", "net.onnx", "in.png", "--json", "--softmax", "--top", "7", cwd=folder).records
    values = np.exp(by_ort("y")[0][0].astype(float))
    wanted = sorted(values / values.sum(), reverse=True)
    assert [guess["probability"] for guess in record["top"]] == pytest.approx(wanted, rel=1e-4)


def test_layers_with_weights_are_the_same_network(folder: pathlib.Path) -> None:
    """By name from .npz; by shape where the names are a framework's own, which is said."""
    convcli("run", "net.onnx", "in.png", "-o", "onnx.npy", "-q", cwd=folder)
    done = convcli("run", NETWORK, "in.png", "--weights", "net.npz", "-o", "layers.npy", "-q", cwd=folder)
    assert done.code == 0, done.err
    assert np.allclose(np.load(folder / "layers.npy"), np.load(folder / "onnx.npy"), atol=1e-5)
    torch_names = {
        "0.weight": WEIGHTS["w1"],
        "0.bias": WEIGHTS["b1"],
        "4.weight": WEIGHTS["w3"].T,
        "4.extra": np.zeros(3),
    }
    np.savez(folder / "torch.npz", **torch_names)
    done = convcli("run", NETWORK, "in.png", "--weights", "torch.npz", "-o", "torch.npy", cwd=folder)
    assert "conv-1.weight = 0.weight" in done.err
    assert "no layer takes: 4.extra" in done.err
    assert np.array_equal(np.load(folder / "torch.npy"), np.load(folder / "layers.npy"))


@pytest.mark.parametrize("axes", ["chw", "nchw"])
def test_an_array_of_the_inputs_shape_is_fed_as_it_is(folder: pathlib.Path, axes: str) -> None:
    """-o out.npy is the output raw, in the network's own axes; so is --layer's."""
    fed = RNG.normal(0, 1, (1, 3, 8, 12)).astype(np.float32)
    np.save(folder / "fed.npy", fed if axes == "nchw" else fed[0])
    assert convcli("run", "net.onnx", "fed.npy", "-o", "y.npy", cwd=folder).code == 0
    assert convcli("run", "net.onnx", "fed.npy", "--layer", "p1", "-o", "p1.npy", cwd=folder).code == 0
    y, p1 = by_ort("y", "p1", fed=fed)
    for name, wanted in (("y", y), ("p1", p1)):
        ours = np.load(folder / f"{name}.npy")
        assert (ours.shape, ours.dtype) == (wanted.shape, np.float32)
        assert np.allclose(ours, wanted, atol=1e-5)


def test_every_option_of_the_preparation_changes_what_is_fed(folder: pathlib.Path) -> None:
    """Against the arithmetic by hand, through the first layer."""
    graph = model_of([node("Identity", "x")], (1, 3, "h", "w"))
    save(folder, "same.onnx", graph)

    def fed(*options: str) -> Any:
        done = convcli("run", "same.onnx", "in.png", "-o", "fed.npy", "--force", *options, cwd=folder)
        assert done.code == 0, done.err
        return np.load(folder / "fed.npy")[0].transpose(1, 2, 0)

    assert np.allclose(fed(), PIXELS / 255, atol=1e-6)
    assert np.allclose(fed("--input-scale", "1"), PIXELS)
    assert np.allclose(fed("--mean", "0.5", "--std", "0.25"), (PIXELS / 255 - 0.5) / 0.25, atol=1e-5)
    assert np.allclose(fed("--channel-order", "bgr"), PIXELS[:, :, ::-1] / 255, atol=1e-6)
    crop = fed("--input-size", "8x8", "--input-scale", "1")
    assert np.allclose(crop, PIXELS[:, 2:10])
    whole = fed("--input-size", "8x6", "--input-scale", "1", "--fit", "resize")
    theirs = Image.fromarray(PIXELS).resize((6, 8), Image.Resampling.BILINEAR)
    assert np.abs(whole - np.asarray(theirs, float)).max() <= 1


def test_a_pipe_gets_tables_apart_by_tabs(folder: pathlib.Path) -> None:
    """Numbers in full, then the classes."""
    lines = convcli("run", "net.onnx", "in.png", "-q", cwd=folder).text.splitlines()
    assert lines[1].split("\t")[:6] == ["layer", "type", "output", "min", "max", "zeros"]
    relu = lines[3].split("\t")
    tensor = by_ort("r1")[0]
    assert (relu[0], relu[2], relu[3]) == ("r1", "8x12x5", "0")
    assert float(relu[4]) == pytest.approx(tensor.max(), rel=1e-5)
    assert relu[5] == f"{100 * np.mean(tensor == 0):.1f} %"
    channel, row, column = np.unravel_index(tensor[0].argmax(), tensor.shape[1:])
    assert relu[6] == f"map {channel} at {row},{column}"
    assert "class\tvalue" in lines


def test_maps_are_a_sheet_a_layer_and_one_sheet_has_them_all(folder: pathlib.Path) -> None:
    """Numbered in the order of the pass; with --layer that one alone; existing files are refused before the work."""
    done = convcli("run", "net.onnx", "in.png", "--maps", "maps/", "-o", "all.png", "--json", cwd=folder)
    assert done.code == 0, done.err
    names = ["01-first-conv.png", "02-r1.png", "03-p1.png", "04-f.png", "05-y.png"]
    assert sorted(path.name for path in (folder / "maps").iterdir()) == names
    assert done.records[0]["files"] == [*(f"maps/{name}" for name in names), "all.png"]
    with Image.open(folder / "all.png") as sheet:
        assert sheet.width > 600
    assert convcli("run", "net.onnx", "in.png", "--maps", "maps/", cwd=folder).refused(3, "maps/01", "--force")
    one = convcli("run", "net.onnx", "in.png", "--maps", "one/", "--layer", "p1", cwd=folder)
    assert one.code == 0
    assert [path.name for path in (folder / "one").iterdir()] == ["03-p1.png"]
    assert len(one.text.splitlines()) == 4  # title, heading, the layer, a note


@pytest.mark.parametrize("name", ["sheet.svg", "sheet.pdf", "sheet.jpg", "sheet.tiff"])
def test_the_sheet_is_drawn_in_every_format(folder: pathlib.Path, name: str) -> None:
    """Of all layers, and of one."""
    assert convcli("run", "net.onnx", "in.png", "-o", name, cwd=folder).code == 0
    assert convcli("run", "net.onnx", "in.png", "--layer", "r1", "-o", f"one-{name}", cwd=folder).code == 0
    if name.endswith("svg"):
        text = (folder / name).read_text()
        assert "first/conv" in text
        assert "Top 5 of 7 classes" in text


def test_a_sheet_goes_to_stdout_alone(folder: pathlib.Path) -> None:
    """The bytes of a PNG and no table."""
    done = convcli("run", "net.onnx", "in.png", "-o", "-", cwd=folder)
    assert done.code == 0
    assert done.out.startswith(b"\x89PNG")
    assert b"first/conv" not in done.out


BAD: dict[str, tuple[Any, tuple[str, ...]]] = {
    "two inputs": (
        onnx.helper.make_model(
            onnx.helper.make_graph(
                [node("Add", "a b")],
                "g",
                [onnx.helper.make_tensor_value_info(name, 1, [1, 3, 8, 8]) for name in "ab"],
                [onnx.helper.make_tensor_value_info("y", 1, None)],
            )
        ),
        ("2 inputs (a, b)",),
    ),
    "a batch": (model_of([node("Relu", "x")], (4, 3, 8, 12)), ("a batch of 4",)),
    "four channels": (model_of([node("Relu", "x")], (1, 4, 8, 12)), ("3 channels", "takes 4")),
    "no picture": (model_of([node("Relu", "x")], (1, 288)), ("1x288", ".npy")),
    "unknown operators": (
        model_of([node("STFT", "x", "a"), node("NonZero", "a")], (1, 3, 8, 12), opset=17),
        ("STFT (1), NonZero (1)",),
    ),
    "an attribute": (model_of([node("Relu", "x", "y", colour=3)], (1, 3, 8, 12)), ("Relu 'y' with attribute colour",)),
    "a shape that does not fit": (model_of(NODES, (1, 3, 9, 40), WEIGHTS), ("MatMul",)),
    "absurd sizes": (
        model_of([node("Expand", "x s")], (1, 3, 1, 12), {"s": np.int64([1, 3, 10**8, 12])}),
        ("2^28",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_networks_that_are_not_run_are_one_message(folder: pathlib.Path, kind: str) -> None:
    """With the network's name and what is wrong; nothing on stdout."""
    model, words = BAD[kind]
    save(folder, "bad.onnx", model)
    done = convcli("run", "bad.onnx", "in.png", cwd=folder)
    assert done.code in (2, 3), done.err
    assert done.refused(done.code, *words)
    assert done.out == b""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["net.pt", "in.png"], 3, ("net.pt", "PyTorch", "torch.onnx.export")),
        (["net.keras", "in.png"], 3, ("Keras", "model.export")),
        (["missing.onnx", "in.png"], 3, ("missing.onnx", "no such file")),
        (["net.onnx", "missing.png"], 3, ("missing.png",)),
        (["in.png", "in.png"], 2, ("NETWORK",)),
        (["lenet-6", "in.png"], 2, ("lenet-5",)),
        (["vgg-16", "in.png"], 2, ("vgg-16", "--weights")),
        (["net.npz", "in.png"], 2, ("net.npz", "--weights")),
        (["net.onnx", "in.png", "--weights", "net.npz"], 2, ("--weights net.npz", "has its own")),
        ([NETWORK, "in.png", "--weights", "in.png"], 3, ("in.png",)),
        (["8x12x3 conv:5,3,pad=1 relu fc:7", "in.png", "--weights", "net.npz"], 2, ("put flatten",)),
        (["8x12x3 conv:6,3,pad=1", "in.png", "--weights", "net.npz"], 3, ("conv-1.weight", "5x3x3x3", "6x3x3x3")),
        (["8x12x3 conv:5,5,pad=2,name=conv", "in.png", "--weights", "net.npz"], 3, ("conv", "(5, 3, 5, 5)")),
        (["net.onnx", "in.png", "--layer", "r2"], 2, ("'r2'", "r1")),
        (["net.onnx", "in.png", "--layer", "r1", "--layer", "p1", "-o", "x.npy"], 2, ("x.npy", "one layer")),
        (["net.onnx", "in.png", "--mean", "1,2"], 2, ("--mean", "3 channels")),
        (["net.onnx", "in.png", "--std", "0"], 2, ("--std", "above 0")),
        (["net.onnx", "in.png", "--input-size", "9x9"], 2, ("--input-size", "8x12")),
        (["net.onnx", "0 1; 2 3", "--fit", "none"], 2, ("2 × 2", "8 × 12", "--fit crop")),
        (["net.onnx", "in.png", "--labels", "in.png"], 3, ("in.png", "one a line")),
        (["net.onnx", "in.png", "--labels", "six.txt"], 3, ("six.txt", "6 labels for 7 classes")),
        (["net.onnx", "in.png", "--labels", "none.txt"], 3, ("none.txt", "no labels")),
        (["net.onnx", "in.png", "-o", "out.txt"], 2, (".txt", ".npy")),
        (["net.onnx", "in.png", "-o", "-", "--json"], 2, ("--json",)),
        (["net.onnx", "in.png", "-o", "x.npy", "--scale", "2"], 2, ("--scale",)),
        (["net.onnx", "in.png", "--maps", "sheet.png"], 2, ("--maps", "folder")),
        (["net.onnx", "in.png", "--maps", "no/such/"], 3, ("no/such",)),
        (["net.onnx", "in.png", "--most-maps", "3"], 2, ("--most-maps",)),
        (["net.onnx", "in.png", "--colormap", "viridis"], 2, ("--colormap",)),
        (["net.onnx", "own.npy", "--mean", "3"], 2, ("--mean", "own.npy")),
        (["net.onnx", "batch.npy"], 2, ("batch of 2",)),
        (["net.onnx", "five.npy"], 3, ("five.npy",)),
        (["@-", "-", "--weights", "net.npz"], 2, ("stdin",)),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_message(
    folder: pathlib.Path, arguments: list[str], code: int, words: tuple[str, ...]
) -> None:
    """What, where, the rule; nothing is written."""
    (folder / "six.txt").write_text("a\nb\nc\nd\ne\nf\n")
    (folder / "none.txt").write_text("\n\n")
    np.save(folder / "own.npy", np.zeros((3, 8, 12), np.float32))
    np.save(folder / "batch.npy", np.zeros((2, 3, 8, 12), np.float32))
    np.save(folder / "five.npy", np.zeros((1, 1, 3, 8, 12), np.float32))
    before = sorted(path.name for path in folder.iterdir())
    done = convcli("run", *arguments, cwd=folder)
    assert done.refused(code, *words)
    assert done.out == b""
    assert sorted(path.name for path in folder.iterdir()) == before


def test_softmax_and_labels_are_for_classifiers(folder: pathlib.Path) -> None:
    """Maps have no classes; a second softmax is refused; both before the pass."""
    save(folder, "maps.onnx", model_of(NODES[:3], (1, 3, 8, 12), WEIGHTS, ("p1",)))
    assert convcli("run", "maps.onnx", "in.png", "--softmax", cwd=folder).refused(2, "--softmax", "classifiers")
    (record,) = convcli("run", "maps.onnx", "in.png", "--json", cwd=folder).records
    assert record["top"] == []
    nodes = [*NODES[:4], node("MatMul", "f w3", "m"), node("Softmax", "m")]
    save(folder, "soft.onnx", model_of(nodes, (1, 3, 8, 12), WEIGHTS))
    assert convcli("run", "soft.onnx", "in.png", "--softmax", cwd=folder).refused(2, "ends in Softmax already")
    (record,) = convcli("run", "soft.onnx", "in.png", "--json", "--top", "7", cwd=folder).records
    assert sum(guess["probability"] for guess in record["top"]) == pytest.approx(1, abs=1e-5)


def test_nan_is_named_with_the_layer_that_has_it_first(folder: pathlib.Path) -> None:
    """Log of negative numbers."""
    save(folder, "log.onnx", model_of([node("Log", "x", "l"), node("Relu", "l")], (1, 3, 8, 12)))
    done = convcli("run", "log.onnx", "in.png", "--mean", "0.5", cwd=folder)
    assert done.code == 0, done.err
    assert "NaN or infinity first in l" in done.text
    assert "Warning" not in done.err


def test_other_outputs_are_said(folder: pathlib.Path) -> None:
    """The first is taken."""
    save(folder, "two.onnx", model_of(NODES, (1, 3, 8, 12), WEIGHTS, ("y", "p1")))
    assert "its first output is taken; 1 other: p1" in convcli("run", "two.onnx", "in.png", cwd=folder).err


def test_weights_stay_what_they_are(folder: pathlib.Path) -> None:
    """A pass changes no file."""
    before = (folder / "net.onnx").read_bytes(), (folder / "net.npz").read_bytes()
    convcli("run", "net.onnx", "in.png", cwd=folder)
    assert ((folder / "net.onnx").read_bytes(), (folder / "net.npz").read_bytes()) == before


@pytest.mark.parametrize("digit", [3, 5, 8])
def test_the_bundled_network_names_its_samples(digit: int) -> None:
    """With the scale it was trained on, and labels; logits, of which --softmax makes probabilities."""
    (record,) = convcli("run", "digits", f"sample:digit-{digit}", "--json", "--softmax", "--top", "1").records
    assert record["top"][0]["label"] == str(digit)
    assert record["top"][0]["probability"] > 0.9
    assert record["input"]["preparation"] == ["samples × 1/255"]
