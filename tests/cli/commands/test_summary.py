"""`summary`, as a user runs it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from convcli.cli.arguments import shapes
from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.zoo import NETWORKS
from tests.command_line import convcli

LENET = "28x28x1 conv:6,5,pad=2 relu pool:avg,2 conv:16,5 relu pool:avg,2 flatten fc:120 relu fc:84 relu fc:10"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("lenet-5", 61_706), ("alexnet", 61_100_840), ("vgg-11", 132_863_336), ("vgg-16", 138_357_544)],
)
def test_known_networks_by_name(name: str, parameters: int) -> None:
    """The totals that everyone knows, in the table and in the record."""
    assert f"{parameters:,} parameters" in convcli("summary", name).text
    (record,) = convcli("summary", name, "--json").records
    assert record["parameters"] == parameters
    assert record["bytes"] == 4 * parameters
    assert sum(layer["parameters"] for layer in record["layers"]) == parameters
    assert sum(layer["macs"] for layer in record["layers"]) == record["macs"]


def test_one_line_a_file_a_pipe_and_a_name_are_one_network(tmp_path: Path) -> None:
    """LeNet-5 written in one line, over several arguments, a layer a line with comments, and piped in."""
    (tmp_path / "net.txt").write_text("# LeNet-5\n" + LENET.replace(" ", "\n") + "  # ten digits\n")
    records = [
        convcli("summary", *given, "--json", stdin=LENET.encode(), cwd=tmp_path).records
        for given in (["lenet-5"], [LENET], LENET.split(), ["@net.txt"], ["@-"])
    ]
    assert all(record == records[0] for record in records)


def test_the_record_has_the_contracts_keys() -> None:
    """Name, type, output, parameters, MACs, receptive field and stride of every layer."""
    (record,) = convcli("summary", LENET, "--json").records
    layer = record["layers"][3]
    assert (layer["name"], layer["type"], layer["output"]) == ("conv-2", "conv", [10, 10, 16])
    assert (layer["parameters"], layer["macs"]) == (2416, 240_000)
    assert (layer["receptive_field"], layer["stride"], layer["centre"]) == ([14, 14], [2, 2], [4.5, 4.5])
    last = record["layers"][-1]
    assert (last["receptive_field"], last["stride"], last["centre"]) == ([28, 28], None, [13.5, 13.5])


def test_the_table_has_every_layer() -> None:
    """Layer, as written, output, parameters, share, MACs, field, stride and centre; and the sums."""
    rows = [
        line.split("\t") for line in convcli("summary", "9x12x2 conv:3,2x5,stride=2x1 flatten fc:4").text.splitlines()
    ]
    assert rows[2] == ["conv-1", "conv:3,2x5,stride=2x1", "4x8x3", "63", "14.0 %", "1920", "2x5", "2x1", "0.5x2"]
    assert rows[4] == ["fc-1", "fc:4", "4", "388", "86.0 %", "384", "8x12", "", "3.5x5.5"]
    assert rows[5][3:6] == ["451", "100.0 %", "2304"]


def test_narrow_terminals_leave_columns_out_and_say_so() -> None:
    """Below 110 columns "as written" and the centre are left out, and the MACs of replaced layers."""
    with mock.patch.object(shapes, "terminal_width", return_value=100):
        text = convcli("summary", LENET, "--replace", "fc").text
    assert text.splitlines()[1] == "layer\toutput\tparameters\tshare\tMACs\tfield\tstride"
    assert "a wider terminal shows more: as written, centre." in text
    assert "conv-1\t156\t122304\t784\t3692640\t30.2" in text


def test_batch_and_dtype_change_the_memory() -> None:
    """10 pictures in float16: twenty bytes for each number held."""
    (one,) = convcli("summary", LENET, "--json").records
    (ten,) = convcli("summary", LENET, "--batch", "10", "--dtype", "float16", "--json").records
    assert ten["activation_bytes"] == 5 * one["activation_bytes"]
    assert ten["bytes"] == one["bytes"] // 2 == 61_706 * 2
    assert "activations of a batch of 10" in convcli("summary", LENET, "--batch", "10").text


def test_conventions_say_what_other_counters_say() -> None:
    """The convolution that they disagree about, each with its reason."""
    net = ("summary", "32x32x3 conv:10,3", "--conventions")
    (record,) = convcli(*net, "--json").records
    said = {row["counter"]: row["value"] for row in record["conventions"]}
    assert (said["fvcore"], said["thop"]) == (243_000, 243_000)
    assert (said["torchinfo"], said["ptflops"]) == (252_000, 252_000)
    assert (said["calflops"], said["FLOPs"]) == (495_000, 486_000)
    assert all(row["why"] for row in record["conventions"])
    assert "calflops\t495000\tFLOPs" in convcli(*net).text
    assert "conventions" not in convcli("summary", "32x32x3 conv:10,3", "--json").records[0]


def test_replace_shows_each_convolution_three_ways() -> None:
    """One convolution of LeNet: 156 shared, 122,304 unshared, 3,692,640 fully connected."""
    (record,) = convcli("summary", LENET, "--replace", "fc", "--json").records
    first = record["replace"]["layers"][0]
    assert [first[way]["parameters"] for way in ("shared", "local", "fc")] == [156, 122_304, 3_692_640]
    assert first["shared"]["macs"] == first["local"]["macs"] == 117_600
    assert record["replace"]["parameters"] == 5_634_974
    (local,) = convcli("summary", LENET, "--replace", "local", "--json").records
    assert local["replace"]["parameters"] == 423_038
    assert "fc" not in local["replace"]["layers"][0]
    text = convcli("summary", LENET, "--replace", "local").text
    assert "conv-2\t2416\t241600\t100\t240000" in text
    assert "every convolution unshared (local): 423,038 parameters" in text


def test_notes_for_batchnorm_and_shared_weights() -> None:
    """What is not counted, and what is counted once, is said where it occurs and only there."""
    text = convcli("summary", "9x9x4 conv:4,3,pad=1,name=a batchnorm conv:4,3,share=a").text
    assert "running mean and variance" in text
    assert "count once" in text
    assert "conv-2\tconv:4,3,share=a\t7x7x4\tas a\t\t7056" in text
    assert "running" not in convcli("summary", LENET).text


def test_huge_centres_are_exact() -> None:
    """Half of 10^30 - 1 is written out, not rounded to a float."""
    (record,) = convcli("summary", f"{10**30} fc:3", "--json").records
    assert record["layers"][0]["centre"] == ["499999999999999999999999999999.5"]
    assert record["parameters"] == 3 * 10**30 + 3


def test_weight_files_are_listed(tmp_path: Path) -> None:
    """A .safetensors and an .npz: shapes, parameters and bytes; options for networks are refused."""
    header = json.dumps({"w": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}}).encode()
    (tmp_path / "m.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(12))
    np.savez(tmp_path / "m.npz", a=np.zeros((4, 5)), s=np.float32(1))
    (record,) = convcli("summary", tmp_path / "m.safetensors", "--json").records
    assert (record["parameters"], record["bytes"], record["macs"]) == (6, 12, None)
    assert record["layers"][0] == {
        "name": "w", "type": "tensor", "dtype": "BF16", "shape": [2, 3], "parameters": 6, "bytes": 12,
    }  # fmt: skip
    text = convcli("summary", tmp_path / "m.npz").text
    assert "a\t<f8\t4x5\t20\t95.2 %\t160" in text
    assert "s\t<f4\tscalar\t1\t4.8 %\t4" in text
    assert "21 parameters in 2 tensors, 164 B" in text
    assert convcli("summary", tmp_path / "m.npz", "--replace", "fc", "--batch", "2").refused(2, "--batch, --replace")
    (tmp_path / "m.safetensors").write_bytes(struct.pack("<Q", 2**50) + bytes(20))
    assert convcli("summary", tmp_path / "m.safetensors").refused(3, "m.safetensors", "claims")
    assert convcli("summary", "missing.npz").refused(3, "missing.npz: there is no such file")


def test_bad_networks_in_files_are_bad_inputs(tmp_path: Path) -> None:
    """File, line, layer; exit 3.  A file without @ is told apart from a name."""
    (tmp_path / "net.txt").write_text("28x28\n\ncnov:6,5\n")
    assert convcli("summary", "@net.txt", cwd=tmp_path).refused(3, "net.txt: line 3, layer 1", "did you mean conv")
    assert convcli("summary", "net.txt", cwd=tmp_path).refused(2, "@net.txt")
    assert convcli("summary", "@-", stdin=b"28x28 cnov:3").refused(3, "stdin: line 1")


def test_files_that_hold_no_networks_text_are_bad_inputs(tmp_path: Path) -> None:
    """1 MiB at most, whatever it ends in; other bytes, folders and missing files are refused by name."""
    layers = b"28x28x1 conv:6,5 # "
    (tmp_path / "longest.txt").write_bytes(layers.ljust(2**20, b"x"))
    (tmp_path / "long.txt").write_bytes(layers.ljust(2**20 + 1, b"x"))
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "marked.txt").write_text("28x28x1 conv:6,5", encoding="utf-8-sig")
    for name in ("longest.txt", "marked.txt"):
        assert "156 parameters" in convcli("summary", f"@{name}", cwd=tmp_path).text
    assert convcli("summary", "@long.txt", cwd=tmp_path).refused(3, "long.txt: it is too long", "at most 1 MiB")
    assert convcli("summary", "@bytes.txt", cwd=tmp_path).refused(3, "bytes.txt: it is no text (UTF-8)")
    assert convcli("summary", "@none.txt", cwd=tmp_path).refused(3, "none.txt: there is no such file")
    assert convcli("summary", "@lon.txt", cwd=tmp_path).refused(3, "there is no such file; did you mean long.txt")
    assert convcli("summary", "@.", cwd=tmp_path).refused(3, ".: this is a folder, not a file")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lenet5"], ["'lenet5'", "did you mean lenet-5"]),
        (["28x28x1 conv:6,5 cnov:3"], ["layer 2 (cnov:3)", "did you mean conv"]),
        (["28x28", "fc:10"], ["layer 1 (fc:10)", "28x28x1 came in", "flatten"]),
        (["-3x5", "relu"], ["-3x5", "at least 1"]),
        (["conv:6,5"], ["the input's shape", "conv:6,5"]),
        ([""], ["NETWORK", "empty"]),
        (["lenet-5", "--batch", "0"], ["--batch: 0", "at least 1"]),
        (["lenet-5", "--batch", "1_0"], ["--batch: 1_0"]),
        (["lenet-5", "--replace", "dense"], ["dense", "fc"]),
        ([], ["NETWORK"]),
    ],
)
def test_bad_input_is_refused_by_layer_value_and_rule(arguments: list[str], words: list[str]) -> None:
    """Exit 2 and one message."""
    assert convcli("summary", *arguments).refused(2, *words)


def test_help_lists_every_layer_and_name() -> None:
    """Examples first; a line for each kind of layer and for each network, as their rows say."""
    text = convcli("summary", "--help").text
    assert text.index("Examples:") < text.index("Layers") < text.index("Names:")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert len(LAYER_KINDS) >= 26
    assert all(f"{kind.form} {kind.about}" in lines for kind in LAYER_KINDS)
    assert all(f"{known.name} {known.about}" in lines for known in NETWORKS)
    assert "share=WORD" in text


MORE_ROWS = """
import sys
from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.zoo import NETWORKS, Known
from tests.core.network.more_kinds import DEPTHWISE
LAYER_KINDS.add(DEPTHWISE)
NETWORKS.add(Known("tiny", "a net of the test", "8x9x2 depthwise:3", "nobody"))
from convcli.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--help"], 0, ["depthwise:K[,stride=,..]", "one window a channel", "tiny", "a net of the test"]),
        (["8x9x2 depthwise:3"], 0, ["depthwise-1\tdepthwise:3\t6x7x2\t20\t100.0 %\t756"]),
        (["tiny", "--replace", "local"], 0, ["depthwise-1\t20\t840\t42\t756"]),
        (["8x9x2 depthwize:3"], 2, ["did you mean depthwise"]),
        (["8x9x2 depthwise"], 2, ["kernel missing", "write depthwise:K"]),
        (["tinny"], 2, ["did you mean tiny"]),
    ],
)
def test_a_kind_and_a_network_more_are_known_to_the_whole_command(
    arguments: list[str], code: int, words: list[str]
) -> None:
    """A row that is added before the command runs stands in its help, its tables and its messages."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", MORE_ROWS, "summary", *arguments], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    said = done.stderr if code else done.stdout
    assert all(word in said for word in words), said


def test_a_network_with_branches_in_a_file_over_several_lines(tmp_path: Path) -> None:
    """The same as in one line, in its shell's quotes; a branch's output is named in the record."""
    lines = "block unit:f ( # twice\n  conv:{f},3,pad=1\n  relu )\n8x9x2\nadd(\n  unit:2 unit:2\n| skip\n)\nconv:1,2\n"
    (tmp_path / "net.txt").write_text(lines)
    (filed,) = convcli("summary", "@net.txt", "--json", cwd=tmp_path).records
    (typed,) = convcli("summary", "8x9x2 add(conv:2,3,pad=1 relu conv:2,3,pad=1 relu |) conv:1,2", "--json").records
    assert filed == typed
    assert [layer["inputs"] for layer in filed["layers"]][-2:] == [["relu-2", "input"], ["add-1"]]
    assert filed["layers"][-1]["receptive_field"] == [6, 6]
    assert "add-1\tadd( relu-2 | input )\t8x9x2" in convcli("summary", "@net.txt", cwd=tmp_path).text
    counted = convcli("summary", "@net.txt", "--conventions", "--replace", "local", cwd=tmp_path).text
    assert "where branches meet, + and * are free" in counted
    assert "conv-3\t9\t504\t56\t448" in counted


def test_resnet_50_by_name() -> None:
    """25,557,032 parameters and 4.089 GMACs, 175 layers, 16 of them where branches meet; a near name is suggested."""
    (record,) = convcli("summary", "resnet-50", "--json").records
    assert (record["parameters"], record["macs"], record["bytes"]) == (25_557_032, 4_089_184_256, 4 * 25_557_032)
    assert [layer["type"] for layer in record["layers"]].count("add") == 16
    assert record["peak_activation_bytes"] < record["activation_bytes"] / 10
    assert convcli("summary", "resnet50").refused(2, "did you mean resnet-50")


def test_channels_first_are_noticed() -> None:
    """A note on stderr, with the shape to write; --quiet leaves it out, and a shape as it should be has none."""
    done = convcli("summary", "3x224x224 conv:64,3", "--json")
    assert done.err == "channels first? 3x224x224 is 3 rows, 224 columns and 224 channels; write 224x224x3\n"
    assert done.records[0]["layers"][0]["output"] == [1, 222, 64]
    assert convcli("summary", "3x224x224 conv:64,3", "-q").err == ""
    assert convcli("summary", "224x224x3 conv:64,3").err == ""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["resnet-50"], [LENET, "--json", "--conventions", "--replace", "fc"]]
)
def test_summary_loads_no_heavy_library(arguments: list[str]) -> None:
    """Help and counting start without NumPy, Pillow or rich."""
    code = (
        "import sys; from convcli.cli.app import run; code = run(sys.argv[1:]);"
        "print('heavy', sorted({'numpy', 'PIL', 'rich'} & set(sys.modules)), code)"
    )
    done = subprocess.run([sys.executable, "-c", code, "summary", *arguments], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "heavy [] 0", done.stdout + done.stderr
