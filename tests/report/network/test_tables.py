"""Tables: a row a layer, notes where there is something to say, and what replacing costs."""

from __future__ import annotations

from convcli.core.network.kinds import LAYER_KINDS
from convcli.report.network.comparisons import conventions_table, replaced_table
from convcli.report.network.table import network_table
from tests.core.network.more_kinds import SCALE
from tests.core.network.networks import network


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
    """A pool is nothing to most; ptflops and calflops count its 72 inputs, thop its 18 outputs."""
    rows = {row[0]: (row[1], row[2]) for row in conventions_table(network("6x6x2 pool:avg,2")).rows}
    assert rows == {
        "convcli": (0, "MACs"),
        "FLOPs": (0, "FLOPs"),
        "fvcore": (0, "flops"),
        "thop": (18, "MACs"),
        "torchinfo": (0, "mult-adds"),
        "ptflops": (72, "MACs"),
        "calflops": (72, "FLOPs"),
    }
