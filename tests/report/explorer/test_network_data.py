"""What a page is told of a network: what fits into it, what is refused, and what the command says."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.core.forward.layer_rows import layers_of
from convcli.core.forward.observing import observed
from convcli.errors import GeometryError
from convcli.report.explorer import network_data as network_data_module
from convcli.report.explorer import network_maps
from convcli.report.explorer.network_data import network_data
from convcli.report.explorer.network_maps import described_maps
from tests.command_line import convcli
from tests.report.explorer.networks import BRANCHES, told, walked

PLAIN = "8x6x2 conv:3,3x2 relu flatten fc:4"


def page_data(text: str) -> Any:
    """What a page's script reads."""
    begin = text.index('id="data">') + len('id="data">')
    return json.loads(text[begin : text.index("</script>", begin)])


def test_weights_go_into_the_page_in_single_precision_and_in_their_order() -> None:
    """(F, C, h, w), little-endian; the window as the network has it."""
    given = walked(PLAIN, 3)
    step = network_data(given)["layers"][0]["do"]
    assert (step["kernel"], step["stride"], step["dilation"], step["before"]) == ([3, 2], [1, 1], [1, 1], [0, 0])
    weights = np.frombuffer(base64.b64decode(step["weights"]), "<f4").reshape(step["shape"])
    assert (weights == given.graph.constants["conv-1.weight"].read()).all()


@pytest.mark.parametrize(
    ("limit", "reason"), [("MOST_WEIGHTS", "weights"), ("MOST_MACS", "macs"), ("MOST_NUMBERS", "numbers")]
)
def test_beyond_a_limit_the_maps_go_into_the_page_and_no_weights(
    monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    """Why is told with both figures; windows stay, so that what units read is known."""
    monkeypatch.setattr(network_data_module, limit, 10)
    found = told(PLAIN, 3)
    assert not found["recomputed"]
    assert found["why"]["reason"] == reason
    assert found["why"]["most"] == "10"
    assert found["input"]["numbers"] is None
    assert all("weights" not in layer["do"] and layer["maps"] for layer in found["layers"])
    assert found["layers"][0]["do"]["kernel"] == [3, 2]


def test_maps_are_drawn_as_the_sheets_of_run_draw_them() -> None:
    """v * 127 / peak + 128 where a layer has negative numbers, |v| * 255 / peak where it has none."""
    given = walked(PLAIN, 3)
    layers, outputs = layers_of(given.graph), []
    observed(given.graph, given.fed, layers, lambda _, out: outputs.append(out[0]))
    for shown, output in zip(described_maps(given.graph, given.fed, layers).layers[:2], outputs, strict=False):
        peak = np.abs(output).max()
        wanted = output * 127 / peak + 128 if output.min() < 0 else output * 255 / peak
        pixels = np.frombuffer(zlib.decompress(base64.b64decode(shown["pixels"])), np.uint8)
        assert shown["numbers"] == [0, 1, 2]
        assert np.abs(pixels - wanted.reshape(-1)).max() <= 0.5 + 1e-3


def test_large_maps_are_shown_every_so_many_rows() -> None:
    """300 x 130: every third row and second column, of the maps with the largest numbers."""
    given = walked("300x130x1 conv:20,1", 5)
    layers = layers_of(given.graph)
    (shown,) = described_maps(given.graph, given.fed, layers).layers
    outputs: list[np.ndarray] = []
    observed(given.graph, given.fed, layers, lambda _, out: outputs.append(out[0]))
    largest = np.argsort(-outputs[0].max(axis=(1, 2)), kind="stable")[:12]
    assert shown["every"] == [1, 3, 2]
    assert shown["numbers"] == sorted(largest.tolist())
    pixels = np.frombuffer(zlib.decompress(base64.b64decode(shown["pixels"])), np.uint8).reshape(12, 100, 65)
    peak = np.abs(outputs[0]).max()
    assert np.abs(pixels - (outputs[0][shown["numbers"], ::3, ::2] * 127 / peak + 128)).max() <= 0.5 + 1e-3


def test_fewer_maps_are_shown_where_a_page_has_no_room_and_one_is_the_least(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve become three; where not even one fits, the message has the figures and what to do."""
    given = walked("9x7x1 conv:20,1", 5)
    monkeypatch.setattr(network_maps, "MOST_BYTES", 3 * 63)
    (shown,) = described_maps(given.graph, given.fed, layers_of(given.graph)).layers
    assert len(shown["numbers"]) == 3
    monkeypatch.setattr(network_maps, "MOST_BYTES", 62)
    with pytest.raises(GeometryError, match=r"takes 63 bytes of the page; at most 62 are put into one: use a smaller"):
        described_maps(given.graph, given.fed, layers_of(given.graph))


def test_branches_name_what_they_read_in_the_order_of_their_operands() -> None:
    """-1 is the input; each layer reads only what stands before it."""
    layers = told(BRANCHES, 7)["layers"]
    places = {layer["name"]: place for place, layer in enumerate(layers)}
    assert layers[0]["of"][0] == -1
    assert layers[places["add-1"]]["of"] == [places["batchnorm-1"], places["conv-3"]]
    assert layers[places["concat-1"]]["of"] == [places["conv-4"], places["conv-5"]]
    assert all(max(layer["inputs"]) < place for place, layer in enumerate(layers))


def test_digits_begins_with_its_own_sample_and_a_picture_with_itself() -> None:
    """The workbench's picture is another matter where none was named."""
    first = page_data(convcli("explore", "-k", "box", "--network", "digits", "-o", "-").text)
    assert (first["picture"]["source"], first["network"]["input"]["picture"]) == ("sample:camera", "sample:digit-3")
    named = convcli("explore", "sample:clock", "-k", "box", "--network", "digits", "-o", "-")
    assert page_data(named.text)["network"]["input"]["picture"] == "sample:clock"
    assert "digits: sample:clock, its middle, 300 × 300 pixels, resized to 8 × 8" in named.err


def test_a_page_without_a_network_has_none() -> None:
    """Its data say so."""
    assert page_data(convcli("explore", "sample:digit-3", "-k", "box", "-o", "-").text)["network"] is None


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (["--weights", "w.npz"], 2, "--weights is of a network; give --network too"),
        (["--labels", "names.txt"], 2, "--labels is of a network; give --network too"),
        (["--mean", "0.5"], 2, "--mean is of a network; give --network too"),
        (["--network", "digit"], 2, "digits"),
        (["--network", "8x8x1 conv:2,3"], 2, "layers without weights: add --weights"),
        (["--network", "missing.onnx"], 3, "missing.onnx"),
        (["--network", "digits", "--labels", "names.txt"], 3, "names.txt: 3 labels for 10 classes"),
        (["--network", "digits", "--mean", "1,2"], 2, "give one number, or one for each of the network's 1 channels"),
    ],
)
def test_what_does_not_fit_is_said_once_and_nothing_is_written(
    tmp_path: Path, given: list[str], code: int, words: str
) -> None:
    """What, where, the rule."""
    (tmp_path / "names.txt").write_text("one\ntwo\nthree\n")
    done = convcli("explore", "sample:digit-3", "-k", "box", *given, "-o", "page.html", cwd=tmp_path)
    assert (done.code, words in done.err) == (code, True), done.err
    assert len(done.err.splitlines()) <= 4
    assert not (tmp_path / "page.html").exists()


def test_labels_are_the_verdicts(tmp_path: Path) -> None:
    """In the network's order."""
    names = [f"the {number}" for number in range(10)]
    (tmp_path / "names.txt").write_text("\n".join(names))
    given = ["--network", "digits", "--labels", "names.txt"]
    done = convcli("explore", "sample:digit-3", "-k", "box", *given, "-o", "-", cwd=tmp_path)
    assert page_data(done.text)["network"]["verdict"]["labels"] == names
