"""Records: what --json says of a network and of a weight file."""

from __future__ import annotations

from convcli.core.network.kinds import LAYER_KINDS
from convcli.files.weights import Tensor
from convcli.report.network.record import network_record, weights_record
from tests.core.network.more_kinds import DEPTHWISE, SCALE
from tests.core.network.networks import network


def test_a_layer_in_every_key() -> None:
    """By hand: 6x7 maps of 2, windows of 3x2 two rows apart, 4 filters; a batch of 5 in float16."""
    record = network_record(network("6x7x2 conv:4,3x2,stride=2x1 flatten"), batch=5, dtype="float16")
    assert record["layers"][0] == {
        "name": "conv-1",
        "type": "conv",
        "text": "conv:4,3x2,stride=2x1",
        "inputs": ["input"],
        "output": [2, 6, 4],
        "weights": 48,
        "biases": 4,
        "parameters": 52,
        "shares": None,
        "macs": 12 * 48,
        "receptive_field": [3, 2],
        "stride": [2, 1],
        "centre": [1, 0.5],
        "bytes": 104,
        "activation_bytes": 48 * 5 * 2,
    }
    assert record["layers"][1]["activation_bytes"] == 0
    assert record["activation_bytes"] == (84 + 48) * 5 * 2
    assert "conventions" not in record
    assert "replace" not in record


def test_a_layers_inputs_and_fractional_strides_stand_in_the_record() -> None:
    """Names in order, input for the network's own; a quarter of a pixel; what is odd about the branches."""
    net = network("8x8 upsample:4 add( conv:1,2,pad=same | skip )")
    up, conv, add = network_record(net, batch=1, dtype="float32")["layers"]
    assert (up["inputs"], conv["inputs"], add["inputs"]) == (["input"], ["upsample-1"], ["conv-1", "upsample-1"])
    assert (up["stride"], up["receptive_field"], add["receptive_field"]) == ([0.25, 0.25], [1, 1], [2, 2])
    assert add["remark"] == "its branches' views are centred 1/8 pixels apart"
    assert "remark" not in conv
    record = network_record(net, batch=2, dtype="float32")
    assert record["peak_activation_bytes"] == 3 * 1024 * 2 * 4


def test_what_was_asked_for_stands_in_the_record_last() -> None:
    """Conventions, then the layers replaced: 3x3 windows of 2 maps for 4, and 72 inputs joined to 64 units."""
    record = network_record(network("6x6x2 conv:4,3"), batch=1, dtype="float32", conventions=True, way="fc")
    assert list(record)[-2:] == ["conventions", "replace"]
    assert record["conventions"][0] == {
        "counter": "convcli",
        "value": 1152,
        "unit": "MACs",
        "version": None,
        "call": None,
        "why": "one for each connection; no biases, nothing elementwise",
    }
    tools = {row["counter"]: (row["version"], row["call"]) for row in record["conventions"] if row["version"]}
    assert tools["thop"] == ("0.1.1.post2209072238", "thop.profile(model, (picture,))")
    assert all(call for _, call in tools.values())
    assert record["replace"] == {
        "way": "fc",
        "layers": [
            {
                "name": "conv-1",
                "shared": {"parameters": 76, "macs": 1152},
                "local": {"parameters": 19 * 64, "macs": 1152},
                "fc": {"parameters": 73 * 64, "macs": 72 * 64},
            }
        ],
        "parameters": 73 * 64,
        "macs": 72 * 64,
    }
    (local,) = network_record(network("6x6x2 conv:4,3"), batch=1, dtype="float32", way="local")["replace"]["layers"]
    assert list(local) == ["name", "shared", "local"]


def test_a_kind_more_stands_in_the_record_as_its_row_says() -> None:
    """A scale in place keeps no memory; a depthwise layer is replaced as windows are, 9 weights and a bias a unit."""
    with LAYER_KINDS.having(SCALE), LAYER_KINDS.having(DEPTHWISE):
        net = network("5x6x2 scale depthwise:3")
        record = network_record(net, batch=3, dtype="float32", conventions=True, way="local")
    scaled, windows = record["layers"]
    assert (scaled["type"], scaled["weights"], scaled["activation_bytes"]) == ("scale", 2, 0)
    assert (windows["name"], windows["output"], windows["parameters"]) == ("depthwise-1", [3, 4, 2], 20)
    assert windows["activation_bytes"] == 24 * 3 * 4
    assert {row["counter"]: row["value"] for row in record["conventions"]}["thop"] == 3 * 60 + 24 * 9
    assert [layer["name"] for layer in record["replace"]["layers"]] == ["depthwise-1"]
    assert record["replace"]["layers"][0]["local"] == {"parameters": 10 * 24, "macs": 9 * 24}
    assert record["replace"]["parameters"] == 2 + 240


def test_a_weight_file_has_tensors_and_no_macs() -> None:
    """Two tensors, 6 and 4 numbers, and their bytes."""
    record = weights_record("m.npz", [Tensor("w", "<f4", (2, 3), 24), Tensor("b", "<f8", (4,), 32)])
    assert record["layers"][1] == {
        "name": "b", "type": "tensor", "dtype": "<f8", "shape": [4], "parameters": 4, "bytes": 32,
    }  # fmt: skip
    assert (record["parameters"], record["macs"], record["bytes"]) == (10, None, 56)
