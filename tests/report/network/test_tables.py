"""Tables: a row a layer, notes where there is something to say, and what replacing costs."""

from __future__ import annotations

import pytest

from convcli.core.network.kinds import LAYER_KINDS
from convcli.report.network.comparisons import conventions_table, replaced_table
from convcli.report.network.table import network_table
from convcli.report.printing.table import cell_text
from tests.core.network.more_kinds import SCALE
from tests.core.network.networks import known, network


def test_a_kinds_note_stands_once_below_the_table_where_it_occurs() -> None:
    """Two batchnorms, one sentence; none without them; each kind's own, in the order in which they occur."""
    sentence = "batchnorm: its running mean and variance are not learned and are not counted."
    table = network_table(network("9x8x2 batchnorm relu batchnorm"), batch=1, dtype="float32")
    assert list(table.notes).count(sentence) == 1
    assert not any("running" in note for note in network_table(network("9x8x2 relu"), batch=1, dtype="float32").notes)
    with LAYER_KINDS.having(SCALE):
        table = network_table(network("9x8x2 scale batchnorm"), batch=1, dtype="float32")
        assert list(table.notes)[-2:] == ["scale: its factors multiply in place.", sentence]
        assert list(table.rows[0])[:4] == ["scale-1", "scale", "9x8x2", 2]


def test_branches_are_drawn_beside_the_names_in_a_terminal_and_not_in_a_pipe() -> None:
    """Each branch begins with a corner, a branch without layers is a line of its own, and what joins them ends it."""
    net = network("8x8x2 add( conv:2,1 concat( skip | relu ) conv:2,1 | skip ) tanh")
    drawn = network_table(net, batch=1, dtype="float32", width=200)
    assert [row[0] for row in drawn.rows] == [
        "\u250c conv-1",
        "\u2502\u250c skip",
        "\u2502\u251c relu-1",
        "\u2502\u2514 concat-1",
        "\u2502 conv-2",
        "\u251c skip",
        "\u2514 add-1",
        "tanh-1",
        "total",
    ]
    assert [row[1] for row in drawn.rows if "add" in row[0] or "concat" in row[0]] == [
        "concat( conv-1 | relu-1 )",
        "add( conv-2 | input )",
    ]
    piped = network_table(net, batch=1, dtype="float32")
    assert [row[0] for row in piped.rows] == ["conv-1", "relu-1", "concat-1", "conv-2", "add-1", "tanh-1", "total"]


@pytest.mark.parametrize("name", ["resnet-50", "u-net", "densenet-121", "googlenet", "mobilenet-v2"])
@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_known_networks_fit_a_terminal(name: str, width: int) -> None:
    """No line of the table is longer, and what is left out for it is said."""
    net = known(name)
    table = network_table(net, batch=1, dtype="float32", width=width)
    columns = zip([column.name for column in table.columns], *table.rows, strict=True)
    widths = [max(len(cell_text(cell)) for cell in cells) for cells in columns]
    assert sum(widths) + 2 * (len(widths) - 1) <= width
    said = [note for note in table.notes if note.startswith("a wider terminal")]
    missing = 9 - len(table.columns)
    assert len(said) == (missing > 0)
    assert not said or said[0].count(",") == missing - 1


def test_what_is_odd_about_branches_is_said_once_for_all_layers_it_is_odd_of() -> None:
    """Five joins that are a pixel off: three are named, and two more."""
    shift = "add( conv:1,2,pad=same | conv:1,2,pad=tf-same ) "
    notes = network_table(network(f"9x9 {shift * 5}"), batch=1, dtype="float32").notes
    assert [note for note in notes if "apart" in note] == [
        "add-1, add-2, add-3 and 2 more: its branches' views are centred 1 pixel apart."
    ]


def test_memory_at_once_is_said_where_branches_meet() -> None:
    """By hand: 16 in, a skip of 16 kept beside 16 and 16; in a line of layers nothing is said of it."""
    net = network("4x4 add( relu tanh | skip ) flatten fc:3")
    assert net.peak_bytes() == 3 * 16 * 4
    assert network("4x4 relu tanh flatten fc:3").peak_bytes(2, "float16") == 2 * 16 * 2 * 2
    assert network("4x4 relu flatten fc:40").peak_bytes() == 56 * 4
    assert any("192 B" in note and "at once" in note for note in network_table(net, batch=1, dtype="float32").notes)
    plain = network_table(network("4x4 relu"), batch=1, dtype="float32")
    assert not any("at once" in note for note in plain.notes)


def test_replaced_layers_side_by_side() -> None:
    """3x3 windows of 2 maps for 4 on 6x6: 76 shared, 1216 unshared, 4672 joined to everything."""
    net = network("6x6x2 conv:4,3 relu")
    table = replaced_table(net, "fc", "float32")
    assert [list(row) for row in table.rows] == [["conv-1", 76, 1216, "16", 4672, "3.84", 1152, 4608]]
    assert [list(row) for row in replaced_table(net, "local", "float32").rows] == [["conv-1", 76, 1216, "16", 1152]]
    assert [list(row) for row in replaced_table(net, "fc", "float32", narrow=True).rows] == [
        ["conv-1", 76, 1216, "16", 4672, "3.84"]
    ]
    assert table.title == "the convolutions, unshared (local) and fully connected"
    assert "every convolution fully connected: 4,672 parameters" in table.notes[0]


def test_every_counter_has_its_line() -> None:
    """A pool is nothing to most; calflops counts its 72 inputs, ptflops twice, thop its 18 outputs."""
    rows = {row[0]: (row[1], row[2]) for row in conventions_table(network("6x6x2 pool:avg,2")).rows}
    assert rows == {
        "convcli": (0, "MACs"),
        "FLOPs": (0, "FLOPs"),
        "fvcore": (0, "flops"),
        "thop": (18, "MACs"),
        "torchinfo": (0, "mult-adds"),
        "ptflops": (144, "MACs"),
        "calflops": (72, "FLOPs"),
        "onnx-tool": (72, "MACs"),
        "keras": (0, "parameters"),
    }


def test_counters_stand_with_their_versions() -> None:
    """Ours have none; a day of building is left out, and where branches meet it is said who counts that."""
    table = conventions_table(network("6x6x2 add( skip | relu )"))
    versions = {row[0]: row[3] for row in table.rows}
    assert (versions["convcli"], versions["fvcore"], versions["ptflops"]) == ("", "0.1.5", "0.7.5")
    assert any("all but onnx-tool" in note for note in table.notes)
    assert not any("onnx-tool" in note for note in conventions_table(network("6x6x2 relu")).notes)
