"""Networks: totals that everyone knows, receptive fields by brute force, and what is stored."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.core.network.language import MOST_LAYERS, parse_network
from convcli.errors import ConvcliError, UsageError
from tests.core.network.networks import known, network


def test_lenet_layer_by_layer() -> None:
    """The table of the textbook: shapes, parameters and MACs of the layers that learn."""
    rows = [row for row in known("lenet-5").rows if row.parameters]
    assert [row.name for row in rows] == ["conv-1", "conv-2", "fc-1", "fc-2", "fc-3"]
    assert [row.output for row in rows] == [(28, 28, 6), (10, 10, 16), (120,), (84,), (10,)]
    assert [row.parameters for row in rows] == [156, 2416, 48_120, 10_164, 850]
    assert [row.macs for row in rows] == [117_600, 240_000, 48_000, 10_080, 840]


def test_fields_strides_and_centres_of_lenet() -> None:
    """By hand: 5, 6, 14, 16 pixels; steps 1, 2, 2, 4; the first unit looks at 0, 0.5, 4.5, 5.5."""
    rows = [row for row in known("lenet-5").rows if row.kind in ("conv", "pool")]
    assert [row.fields[0].size for row in rows] == [5, 6, 14, 16]
    assert [row.fields[0].jump for row in rows] == [1, 2, 2, 4]
    assert [row.fields[0].doubled_centre / 2 for row in rows] == [0, 0.5, 4.5, 5.5]


@given(st.data())
@settings(max_examples=150, derandomize=True, deadline=None)
def test_conv_counts_equal_the_weights_that_would_be_stored(data: st.DataObject) -> None:
    """Parameters are the size of the arrays a framework allocates; MACs one for each weight and position."""
    n = st.integers(1, 3)
    groups, per_group, filters = data.draw(n), data.draw(n), data.draw(n)
    kernel, shape = (data.draw(n), data.draw(n)), (data.draw(st.integers(5, 9)), data.draw(st.integers(5, 9)))
    channels, outputs = groups * per_group, groups * filters
    bias = data.draw(st.sampled_from(["yes", "no"]))
    options = f"{outputs},{kernel[0]}x{kernel[1]},groups={groups},bias={bias},stride={data.draw(n)}"
    text = f"{shape[0]}x{shape[1]}x{channels}"
    conv, local = network(f"{text} conv:{options}").rows[0], network(f"{text} local:{options}").rows[0]
    stored = np.empty((outputs, per_group, *kernel)).size
    positions = conv.output[0] * conv.output[1]
    assert conv.weights == stored
    assert local.weights == stored * positions
    assert conv.macs == local.macs == stored * positions
    assert (conv.biases, local.biases) == ((outputs, outputs * positions) if bias == "yes" else (0, 0))


def test_batchnorm_learns_two_numbers_a_channel() -> None:
    """Scale and offset; on 16 channels 32, on a row of 10 numbers 20; no MACs."""
    net = network("8x8x3 conv:16,3 batchnorm relu flatten fc:10 batchnorm")
    assert [row.parameters for row in net.rows if row.kind == "batchnorm"] == [32, 20]
    assert [row.macs for row in net.rows if row.kind == "batchnorm"] == [0, 0]


def test_shared_weights_count_once() -> None:
    """Two convolutions with one set of weights: the parameters of one, the MACs of both."""
    alone, tied = network("9x9x4 conv:4,3,pad=1"), network("9x9x4 conv:4,3,pad=1,name=a conv:4,3,pad=1,share=a")
    assert tied.parameters == alone.parameters == 148
    assert tied.macs == 2 * alone.macs
    assert tied.rows[1].shares == "a"
    chain = network("9x9x4 conv:4,3,pad=1,name=a conv:4,3,pad=1,share=a,name=b conv:4,3,share=b")
    assert chain.parameters == 148
    assert chain.rows[2].shares == "a"


@pytest.mark.parametrize(
    "text",
    [
        "9x9x2 conv:4,3,bias=no,name=a relu conv:4,3,groups=2,bias=no,share=a",  # 4x2x3x3 both, of other channels
        "9x8x2 local:2,3,pad=1,name=a local:2,3,share=a",  # fewer units
        "9x9x2 conv:2,3x1,name=a conv:2,1x3,share=a",  # as many weights, turned
        "9x9x2 conv:2,3,name=a conv:2,3,bias=no,share=a",
        "9x9x2 batchnorm:name=a conv:2,1,bias=no,share=a",
        "9x9x2 relu conv:2,1,share=relu-1",
    ],
)
def test_weights_that_differ_in_anything_are_not_shared(text: str) -> None:
    """Groups, the grid of unshared windows, the window's sides, biases and the kind have to agree."""
    with pytest.raises(UsageError, match="cannot share"):
        network(text)


def test_activation_memory_counts_every_output_and_the_batch() -> None:
    """Input 16, conv 4x4x2, relu 32, flatten nothing, fc 3: 83 numbers a picture."""
    net = network("4x4 conv:2,3,pad=1 relu flatten fc:3")
    assert net.activation_bytes() == 83 * 4
    assert net.activation_bytes(10, "float16") == 83 * 10 * 2
    assert net.parameter_bytes("float64") == net.parameters * 8


def test_hostile_networks_are_bounded() -> None:
    """Too many layers, and strides that multiply beyond what can be printed, are refused."""
    with pytest.raises(UsageError, match="at most 10,000 layers"):
        parse_network("8x8" + " relu" * (MOST_LAYERS + 1))
    huge = "9" * 100
    with pytest.raises(ConvcliError, match="wider than any input"):
        network("8x8" + f" conv:1,1,stride={huge},pad={huge}" * 12)
    assert network("8x8" + " relu" * MOST_LAYERS).parameters == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("8x8 repeat(1000000000, relu)", "at most 10,000 layers, repeats and blocks written out"),
        ("8x8 repeat(9999, repeat(9999, repeat(9999, relu)))", "at most 10,000 layers"),
        ("8x8 repeat(999999999, add( skip | relu ))", "at most 10,000 layers"),
        ("8x8 repeat(9999, add( skip | skip | skip ))", "at most 20,000 branches"),
        ("8x8 repeat(999999999, )", "there is no layer in it"),
        ("8x8 add( repeat(999999999, skip) | skip )", "there is no layer in it"),
        ("8x8 block a ( relu relu ) block b ( a a a a ) block c ( b b b b b ) repeat(999, c)", "at most 10,000 layers"),
        ("8x8 " + "add( skip | " * 65 + "relu" + " )" * 65, "at most 64 deep"),
        (
            "8x8 block a0 ( relu ) " + " ".join(f"block a{n + 1} ( a{n} )" for n in range(70)) + " a70",
            "at most 64 deep",
        ),
        ("8x8 repeat(2000, concat( skip | skip | skip | skip ))", "larger than can be written down"),
        ("8x8 repeat(9, upsample:9)", "upsamples so finely"),
        ("64x64 upsample:500 repeat(900, conv:1,3,pad=1)", "upsample too finely"),
    ],
)
def test_what_a_short_text_writes_out_is_bounded(text: str, words: str) -> None:
    """Repeats, blocks and branches that would multiply without end are refused with one message."""
    with pytest.raises(UsageError, match=words) as caught:
        network(text)
    assert "\n" not in str(caught.value)
