"""`params`, as a user runs it."""

from __future__ import annotations

import io
from pathlib import Path
from unittest import mock

import pytest
from PIL import Image

from convcli.cli.arguments import shapes
from tests.command_line import convcli

CHAPTER = ("params", "1000x1000", "--kernel", "10x10", "--hidden", "1000000")


def test_the_chapters_table() -> None:
    """The three numbers, the two factors, the two assumptions and what they cost."""
    text = convcli(*CHAPTER).text
    for words in ("1,000,000,000,000 weights", "100,000,000 weights, 10,000 times", "100 weights, 1,000,000 times"):
        assert words in text
    for words in ("locality", "translation symmetry", "computes no less", "The price"):
        assert words in text
    rows = {line.split("\t")[0]: line.split("\t") for line in text.splitlines() if "\t" in line}
    assert rows["fully connected"][1:7] == [
        "1000000000000",
        "0",
        "1000000000000",
        "1000000000000",
        "1000000000000",
        "4000000000000",
    ]
    assert rows["sparse (local)"][5] == rows["shared (convolution)"][5] == "100000000"
    assert [row[-1] for row in list(rows.values())[1:]] == ["", "10,000", "1,000,000"]


def test_the_chapters_record() -> None:
    """--json has the exact integers under the keys of the contract."""
    (record,) = convcli(*CHAPTER, "--json").records
    assert record["command"] == "params"
    assert record["input"] == {"height": 1000, "width": 1000, "channels": 1}
    assert record["kernel"] == {"height": 10, "width": 10}
    assert (record["hidden"], record["filters"], record["bias"], record["dtype"]) == (10**6, 1, False, "float32")
    layers = record["layers"]
    assert [layers[kind]["weights"] for kind in ("fc", "sparse", "shared")] == [10**12, 10**8, 100]
    assert [layers[kind]["times_fewer_weights"] for kind in ("sparse", "shared")] == [10_000, 1_000_000]
    assert layers["sparse"]["macs"] == layers["shared"]["macs"] == 10**8
    assert set(layers["fc"]) == {"weights", "biases", "parameters", "connections", "macs", "bytes"}


def test_a_fully_connected_layer_of_a_photograph() -> None:
    """768,000,000 weights, 3.07 GB (2.86 GiB) in float32; and MNIST's 200,704."""
    text = convcli("params", "1000x1000x3", "--hidden", "256", "--layer", "fc").text
    assert "768,000,000 weights" in text
    assert "3.07 GB (2.86 GiB)" in text
    assert "sparse" not in text.split("# give --kernel")[0]
    assert "200,704 weights" in convcli("params", "28x28", "--hidden", "256").text


def test_integers_stay_exact_at_any_size() -> None:
    """10^30 x 10^30 inputs: 121 digits without a float among them."""
    (record,) = convcli("params", f"{10**30}x{10**30}", "--kernel", f"{10**15}", "--json").records
    assert record["layers"]["fc"]["weights"] == 10**120
    assert record["layers"]["shared"]["weights"] == 10**30


@pytest.mark.parametrize(
    ("options", "key", "value"),
    [
        (["--filters", "6"], "shared", 150),
        (["--filters", "6", "--bias"], "shared", 156),
        (["--stride", "2"], "sparse", 14 * 14 * 25),
        (["--size", "valid"], "sparse", 24 * 24 * 25),
        (["--padding", "1,0,0,0"], "sparse", 25 * 24 * 25),
        (["--dilation", "2", "--size", "valid"], "sparse", 20 * 20 * 25),
        (["--hidden", "50"], "sparse", 1250),
    ],
)
def test_every_option_changes_the_count_as_it_should(options: list[str], key: str, value: int) -> None:
    """5x5 windows on 28x28, by hand."""
    (record,) = convcli("params", "28x28", "--kernel", "5", *options, "--json").records
    assert record["layers"][key]["parameters"] == value


def test_groups_dtype_and_layer() -> None:
    """Depthwise: a 3x3 window a channel; float16: two bytes; --layer: only those, in the ladder's order."""
    (record,) = convcli(
        "params", "8x8x32", "--kernel", "3", "--groups", "depthwise", "--dtype", "float16",
        "--layer", "shared", "--layer", "sparse", "--json",
    ).records  # fmt: skip
    assert record["filters"] == record["groups"] == 32
    assert list(record["layers"]) == ["sparse", "shared"]
    assert record["layers"]["shared"]["weights"] == 288
    assert record["layers"]["shared"]["bytes"] == 576


def test_a_plain_vector_has_windows_of_one_row() -> None:
    """5 inputs, 3 taps: 25, 15, 3; --padding pads its two ends; factors that are not whole are fractions."""
    (record,) = convcli("params", "5", "--kernel", "3", "--json").records
    assert [layer["weights"] for layer in record["layers"].values()] == [25, 15, 3]
    assert record["kernel"] == {"height": 1, "width": 3}
    assert record["layers"]["sparse"]["times_fewer_weights"] == "5/3"
    (padded,) = convcli("params", "5", "--kernel", "1x3", "--padding", "2", "--json").records
    assert padded["grid"] == [1, 7]
    assert convcli("params", "5", "--kernel", "3x3").refused(2, "--kernel: 3x3", "one number, or 1xN")
    assert convcli("params", "5", "--kernel", "3", "--padding", "1,0,2,2").refused(2, "no rows above or below")


def test_formulas_are_shown_when_asked_for() -> None:
    """m × n, k × n and k × filters with the numbers in them; in the record too."""
    text = convcli(*CHAPTER, "--formula").text
    assert "shared: weights = k × filters = 100 × 1 = 100" in text
    assert "k*filters" not in convcli(*CHAPTER).text
    (record,) = convcli(*CHAPTER, "--formula", "--json").records
    assert "fc: weights = m × n = 1,000,000 × 1,000,000 = 1,000,000,000,000" in record["formulas"]


def test_padding_is_told_apart_from_the_input() -> None:
    """3x3 on 8x8x3, two filters: 552 of 3456 connections meet padding."""
    text = convcli("params", "8x8x3", "--kernel", "3", "--filters", "2").text
    assert "552 of the 3,456 connections reach into the padding; 2,904 reach the input" in text
    assert "padding" not in convcli("params", "8x8x3", "--kernel", "3", "--size", "valid").text


def test_the_shape_of_a_picture_comes_from_its_header(tmp_path: Path) -> None:
    """A picture whose pixels are missing is good enough; a sample, too; a file wins over a shape."""
    picture = tmp_path / "photo.png"
    Image.effect_noise((31, 17), 90).convert("RGB").save(picture)
    picture.write_bytes(picture.read_bytes()[: picture.stat().st_size // 2])
    (record,) = convcli("params", picture, "--kernel", "3", "--json").records
    assert record["input"] == {"height": 17, "width": 31, "channels": 3}
    (sample,) = convcli("params", "sample:coffee", "--hidden", "2", "--json").records
    assert sample["input"]["channels"] == 3
    Image.new("L", (5, 4)).save(tmp_path / "9x9", format="png")
    (named,) = convcli("params", "9x9", "--kernel", "3", "--json", cwd=tmp_path).records
    assert named["input"] == {"height": 4, "width": 5, "channels": 1}
    assert convcli("params", "photo.png", "--kernel", "3").refused(3, "photo.png")


def test_diagrams_are_written_and_never_over_a_file(tmp_path: Path) -> None:
    """-o file, -o - (bytes only), an existing file, a format that is none, JSON beside bytes."""
    target = tmp_path / "layer.png"
    done = convcli("params", "9", "--kernel", "3", "-o", target)
    assert done.code == 0
    assert "pixels" in done.err
    assert "fully connected" in done.text
    before = target.read_bytes()
    assert convcli("params", "9", "--kernel", "5", "-o", target).refused(3, "exists", "--force")
    assert target.read_bytes() == before
    assert convcli("params", "9", "--kernel", "5", "-o", target, "-f", "-q").err == ""
    assert target.read_bytes() != before
    streamed = convcli("params", "9", "--kernel", "3", "-o", "-")
    assert Image.open(io.BytesIO(streamed.out)).format == "PNG"
    assert convcli("params", "9", "--kernel", "3", "-o", "-", "--json").refused(2, "--json")
    assert convcli("params", "9", "--kernel", "3", "-o", tmp_path / "layer.xyz").refused(2, ".png")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["0x5", "--kernel", "3"], ["SHAPE: 0x5", "at least 1"]),
        (["-3x5", "--kernel", "3"], ["SHAPE: ", "-3x5", "at least 1"]),
        (["3.5", "--kernel", "3"], ["SHAPE: 3.5", "a whole number of at least 1"]),
        (["1_000", "--kernel", "3"], ["SHAPE: 1_000", "in the digits 0 to 9 only"]),
        (["１０x10", "--kernel", "3"], ["SHAPE: １０x10", "in the digits 0 to 9 only"]),
        (["5x5x5x5", "--kernel", "3"], ["SHAPE: 5x5x5x5", "HxWxC"]),
        (["", "--kernel", "3"], ["SHAPE: an empty text"]),
        (["9x9", "--kernel", "0"], ["--kernel: 0", "at least 1"]),
        (["9x9", "--kernel", "-3"], ["--kernel: -3"]),
        (["9x9", "--kernel", "3.5"], ["--kernel: 3.5", "a whole number of at least 1"]),
        (["9x9", "--kernel", "3x3x3"], ["--kernel: 3x3x3", "HxW"]),
        (["9x9", "--hidden", "1_000"], ["--hidden: 1_000"]),
        (["9x9", "--hidden", "0"], ["--hidden: 0"]),
        (["9x9", "--kernel", "3", "--filters", "２"], ["--filters: ２"]),
        (["9x9", "--kernel", "3", "--stride", "0"], ["--stride: 0", "at least 1"]),
        (["9x9", "--kernel", "3", "--dilation", "-1"], ["--dilation: -1"]),
        (["9x9", "--kernel", "3", "--padding", "-1"], ["--padding: -1"]),
        (["9x9", "--kernel", "3", "--padding", "1", "--size", "same"], ["--size and --padding"]),
        (["9x9", "--kernel", "3", "--stride", "9" * 200], ["--stride", "200 digits"]),
        (["9x9x4", "--kernel", "3", "--groups", "3", "--filters", "6"], ["--groups: 3", "4 channels", "6 filters"]),
        (["9x9", "--kernel", "3", "--groups", "0"], ["--groups: 0"]),
        (["9x9", "--kernel", "20", "--size", "valid"], ["spans 20 positions", "has only 9"]),
        (["9x9", "--kernel", "3", "--stride", "2", "--hidden", "7"], ["--hidden: 7", "25 units"]),
        (["9x9", "--kernel", "3", "--layer", "spars"], ["spars", "sparse"]),
        (["9x9", "--kernel", "3", "--dtype", "float33"], ["float33", "float32"]),
        (["9x9", "--hidden", "3", "--layer", "shared"], ["--layer: shared", "--kernel HxW"]),
        (["9x9"], ["--kernel HxW", "--hidden N"]),
        ([], ["SHAPE"]),
    ],
)
def test_bad_input_is_refused_by_option_value_and_rule(arguments: list[str], words: list[str]) -> None:
    """Exit 2 and one message."""
    assert convcli("params", *arguments).refused(2, *words)


def test_narrow_terminals_get_a_column_for_each_way() -> None:
    """Below 170 columns the table stands upright; numbers are whole in it."""
    with mock.patch.object(shapes, "narrow_terminal", return_value=True):
        lines = [line.split("\t") for line in convcli(*CHAPTER).text.splitlines() if "\t" in line]
    assert lines[0] == ["", "fc", "sparse", "shared"]
    assert ["MACs", "1000000000000", "100000000", "100000000"] in lines
    assert not shapes.narrow_terminal(170)  # no terminal here: nothing is squeezed in a pipe


def test_help_begins_with_examples() -> None:
    """Examples stand before the options."""
    assert convcli("params", "--help").text.index("Examples:") < convcli("params", "--help").text.index("Options:")
