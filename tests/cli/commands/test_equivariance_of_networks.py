"""`convcli equivariance --network`: shifts through every layer, as a user sees them."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest
from PIL import Image

from tests.command_line import convcli
from tests.core.forward.models import model_of, node

RNG = np.random.default_rng(36)
NODES = [
    node("Conv", "x w", "c", pads=[1, 1, 1, 1]),
    node("MaxPool", "c", "p", kernel_shape=[3, 3], strides=[3, 3]),
    node("Flatten", "p", "f"),
    node("MatMul", "f m", "y"),
]


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A network with a pool of 3, and a picture of another size than its input."""
    weights = {"w": RNG.normal(0, 1, (4, 1, 3, 3)), "m": RNG.normal(0, 1, (4 * 7 * 9, 5))}
    model = model_of(NODES, (1, 1, 21, 27), {name: array.astype(np.float32) for name, array in weights.items()})
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    Image.fromarray(RNG.integers(0, 256, (21, 27), dtype=np.uint8)).save(tmp_path / "in.png")
    return tmp_path


def test_every_shift_is_a_record_and_layers_stand_in_it(folder: pathlib.Path) -> None:
    """The pool of 3 lets multiples of 3 through, and is named for all others; exit 1 where one does not hold."""
    done = convcli(
        "equivariance", "in.png", "--network", "net.onnx", "--dx", "0..6", "--per-layer", "--json", cwd=folder
    )
    assert done.code == 1
    assert [record["dx"] for record in done.records] == list(range(7))
    for record in done.records:
        conv, pool, _, last = record["layers"]
        assert conv["holds"]
        assert pool["holds"] == (record["dx"] % 3 == 0)
        assert record["holds"] == pool["holds"]
        assert ({"name": "pooling", "layer": "p"} in pool["causes"]) == (record["dx"] % 3 > 0)
        assert conv["border"]["predicted_band"] == {"top": 1, "bottom": 1, "left": 1 + record["dx"], "right": 1}
        assert (pool["stride"], last["stride"]) == ([3, 3], [None, None])
        assert record["unchanged"] == (record["verdict"]["shifted"] == record["verdict"]["still"])
    assert {"interior", "border", "transform", "panel"} <= set(done.records[0])
    assert convcli("equivariance", "in.png", "--network", "net.onnx", "--dx", "3", "-q", cwd=folder).code == 0


def test_the_table_has_a_row_a_layer_and_a_column_a_shift(folder: pathlib.Path) -> None:
    """With --per-layer all, else the last that moves and the last; the consistency is the share of equal verdicts."""
    line = ("equivariance", "in.png", "--network", "net.onnx", "--dx", "0..3")
    lines = convcli(*line, "--per-layer", cwd=folder).text.splitlines()
    assert lines[1].split("\t") == ["layer", "type", "stride", "dx 0", "dx 1", "dx 2", "dx 3"]
    assert lines[2].split("\t") == ["c", "conv", "1", "0", "0", "0", "0"]
    pool = lines[3].split("\t")
    assert (pool[3], pool[6]) == ("0", "0")
    assert pool[4].endswith(" %")
    records = convcli(*line, "--json", cwd=folder).records
    same = sum(record["unchanged"] for record in records[1:])
    assert lines[-1].endswith(f"stays in {same} of 3 shifts.")
    short = convcli(*line, cwd=folder).text.splitlines()
    assert [short[row].split("\t")[0] for row in (2, 3)] == ["f", "y"]


def test_rows_and_columns_are_shifted_in_pairs_and_drawn(folder: pathlib.Path) -> None:
    """Every dx with every dy; the map names the layers."""
    line = ("equivariance", "in.png", "--network", "net.onnx", "--dx", "0..1", "--dy", "-1..0")
    done = convcli(*line, "--json", "-o", "map.svg", "--per-layer", cwd=folder)
    assert [(record["dx"], record["dy"]) for record in done.records] == [(0, -1), (1, -1), (0, 0), (1, 0)]
    assert {record["panel"] for record in done.records} == {"map.svg"}
    text = (folder / "map.svg").read_text()
    assert "p · pool" in text
    assert "dx 1 dy -1" in text.replace("−", "-")


def test_digits_that_ship_are_named_rightly_and_lose_their_place() -> None:
    """The bundled network: aligned shifts agree inside, its pools do not let others through."""
    done = convcli("equivariance", "sample:digit-3", "--network", "digits", "--dx", "1..2", "--per-layer", "--json")
    first, second = done.records
    assert first["verdict"]["still"] == 3
    held = {layer["name"]: layer["holds"] for layer in first["layers"] if layer["interior"]["pixels"]}
    assert held["conv-2"]
    assert not held["pool-1"]
    assert all(layer["holds"] for layer in second["layers"] if layer["interior"]["pixels"] and layer["moves"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--network", "net.onnx", "-k", "box"], 2, ("-k", "--network")),
        (["--network", "net.onnx", "--stride", "2"], 2, ("--stride", "--network")),
        (["--network", "net.onnx", "--border", "zero"], 2, ("--border",)),
        (["--network", "net.onnx", "--jobs", "2"], 2, ("--jobs",)),
        (["--network", "net.onnx", "--sweep", "dx=0..2"], 2, ("--sweep",)),
        (["--network", "net.onnx", "--transform", "flip-x"], 2, ("--transform",)),
        (["--network", "net.onnx", "--dx", "1/2"], 2, ("--dx", "whole pixels")),
        (["--network", "net.onnx", "--dx", "27"], 2, ("--dx", "27 pixels wide")),
        (["--network", "net.onnx", "--dx", "3..1"], 2, ("--dx", "upwards")),
        (["--network", "net.onnx", "--dx", "0..500"], 2, ("--dx", "at most 64")),
        (["--network", "net.onnx", "--dx", "0..40", "--dy", "0..40"], 2, ("1681 shifts", "256")),
        (["--network", "net.onnx", "--weights", "net.npz"], 2, ("--weights",)),
        (["--network", "vgg-16"], 2, ("--weights",)),
        (["--network", "net.onnx", "-o", "map.txt"], 2, (".txt",)),
        (["-k", "box", "--per-layer"], 2, ("--per-layer", "--network")),
        (["-k", "box", "--fit", "crop"], 2, ("--fit", "--network")),
        (["-k", "box", "--dx", "0..4"], 2, ("--dx", "--sweep dx=0..4")),
    ],
)
def test_what_is_of_kernels_and_what_of_networks_are_kept_apart(
    folder: pathlib.Path, arguments: list[str], code: int, words: tuple[str, ...]
) -> None:
    """One message; nothing is accepted and ignored."""
    done = convcli("equivariance", "in.png", *arguments, cwd=folder)
    assert done.refused(code, *words)
    assert done.out == b""
