"""Networks: totals that everyone knows, receptive fields by brute force, refusals that say which layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.core.correlation.correlate import correlate
from convcli.core.network.build import build_network
from convcli.core.network.counters import COUNTERS
from convcli.core.network.field import NOTHING
from convcli.core.network.language import MOST_LAYERS, parse_network
from convcli.core.network.replaced import ladder, replaced_total
from convcli.core.network.rows import LayerRow, Network
from convcli.core.network.spec import padding_of
from convcli.core.network.zoo import NETWORKS, known_network
from convcli.errors import ConvcliError, InputError, UnknownNameError, UsageError


def network(text: str) -> Network:
    """The network of a text."""
    return build_network(*parse_network(text))


def known(name: str) -> Network:
    """A network of the list."""
    return network(known_network(name).text)


@pytest.mark.parametrize(
    ("name", "parameters", "macs"),
    [
        ("lenet-5", 61_706, 416_520),
        ("alexnet", 61_100_840, 714_188_480),
        ("vgg-11", 132_863_336, 7_609_090_048),
        ("vgg-16", 138_357_544, 15_470_264_320),
    ],
)
def test_known_networks_have_the_published_parameters_and_macs(name: str, parameters: int, macs: int) -> None:
    """The totals that frameworks and their counters report."""
    assert known(name).parameters == parameters
    assert known(name).macs == macs


def test_every_known_network_ends_in_its_classes() -> None:
    """10 digits, or 1000 classes of ImageNet; and every one has a source."""
    assert [build_network(*parse_network(k.text)).rows[-1].output for k in NETWORKS] == [
        (10,),
        (1000,),
        (1000,),
        (1000,),
    ]
    assert all(k.source and k.about for k in NETWORKS)


def test_lenet_layer_by_layer() -> None:
    """The table of the textbook: shapes, parameters and MACs of the layers that learn."""
    rows = [row for row in known("lenet-5").rows if row.parameters]
    assert [row.name for row in rows] == ["conv-1", "conv-2", "fc-1", "fc-2", "fc-3"]
    assert [row.output for row in rows] == [(28, 28, 6), (10, 10, 16), (120,), (84,), (10,)]
    assert [row.parameters for row in rows] == [156, 2416, 48_120, 10_164, 850]
    assert [row.macs for row in rows] == [117_600, 240_000, 48_000, 10_080, 840]


def response(row: LayerRow, maps: NDArray[Any], seed: int) -> NDArray[Any]:
    """Run one layer on maps (H, W, C) with positive random weights, by the core."""
    spec = row.spec
    rng = np.random.default_rng(seed)
    if spec.kind == "conv":
        filters = rng.integers(1, 9, (row.output[2], row.given[2], *spec.kernel))
        stride, dilation = (spec.stride or (1, 1))[0], spec.dilation[0]
        out = correlate(maps, filters, border="zero", padding=padding_of(spec), stride=stride, dilation=dilation)
        return out.reshape(row.output).astype(np.int64)
    if spec.kind == "pool":
        ones = np.ones((1, *spec.kernel), np.int64)
        stride = (spec.stride or spec.kernel)[0]
        planes = [
            correlate(maps[..., c], ones, border="zero", padding=padding_of(spec), stride=stride)
            for c in range(maps.shape[2])
        ]
        return np.stack([plane.reshape(row.output[:2]) for plane in planes], axis=-1).astype(np.int64)
    if spec.kind in ("fc", "global-pool"):
        return np.full(row.output, maps.sum())
    return maps.reshape(row.output)


def seen_by_brute_force(net: Network) -> list[dict[tuple[int, int], set[tuple[int, int]]]]:
    """For each layer, which input pixels change which unit when they alone change."""
    height, width = net.shape[0], net.shape[1]
    seen: list[dict[tuple[int, int], set[tuple[int, int]]]] = [{} for _ in net.rows]
    for r in range(height):
        for c in range(width):
            maps = np.zeros(net.shape, np.int64)
            maps[r, c] = 1  # weights are positive and the net has no bias: what is not 0 has seen it
            for index, row in enumerate(net.rows):
                maps = response(row, maps, index)
                grid = maps.reshape(*row.grid, -1).any(axis=-1)
                for unit in np.argwhere(grid):
                    seen[index].setdefault((int(unit[0]), int(unit[1])), set()).add((r, c))
    return seen


STACKS = [
    "13x9 conv:2,3,pad=1 pool:avg,2 conv:1,3x2,stride=2 relu flatten fc:3",
    "12x17x2 conv:3,5,pad=2 relu pool:max,2 conv:2,3 pool:avg,3,stride=2,pad=1",
    "9x14 conv:2,2,pad=same conv:1,4x3,pad=full,stride=3 batchnorm dropout:0.5",
    "10x10 pool:max,3,stride=2 conv:1,1 conv:1,2,pad=1,stride=2 flatten fc:4 relu fc:2",
    "11x8 conv:1,3,pad=1 conv:1,2,stride=2 global-pool:avg conv:2,3,pad=1",
    "5x6 conv:1,2,pad=4 conv:1,2,stride=2 flatten fc:2",
    "25x21 conv:1,3,dilation=2,pad=2 conv:1,2x3,stride=2",
    "19x26 conv:1,2x3,dilation=3,pad=1 pool:avg,2 conv:2,3 flatten fc:1",
]


@pytest.mark.parametrize("text", STACKS)
def test_receptive_fields_agree_with_brute_force(text: str) -> None:
    """Every unit reaches exactly the pixels that change it; inside the picture that is its field."""
    net, inner = network(text), 0
    for row, seen in zip(net.rows, seen_by_brute_force(net), strict=True):
        for unit in np.ndindex(*row.grid):
            spans = [reach.spans[at] for reach, at in zip(row.reach, unit, strict=True) if reach.spans]
            if unit not in seen:
                assert NOTHING in spans, (row.name, unit)
                continue
            found = [(min(along), max(along)) for along in zip(*seen[unit], strict=True)]
            assert found == spans, (row.name, unit)
            for field, at, (first, last), n in zip(row.fields, unit, spans, net.shape[:2], strict=True):
                start = field.first + at * field.jump
                assert start <= first <= last <= start + field.size - 1
                if row.name == "conv-1" and start >= 0 and start + field.size <= n:
                    assert (first, last) == (start, start + field.size - 1), (row.name, unit)
                    inner += 1
    assert inner > 5


def test_fields_strides_and_centres_of_lenet() -> None:
    """By hand: 5, 6, 14, 16 pixels; steps 1, 2, 2, 4; the first unit looks at 0, 0.5, 4.5, 5.5."""
    rows = [row for row in known("lenet-5").rows if row.kind in ("conv", "pool")]
    assert [row.fields[0].size for row in rows] == [5, 6, 14, 16]
    assert [row.fields[0].jump for row in rows] == [1, 2, 2, 4]
    assert [row.fields[0].doubled_centre / 2 for row in rows] == [0, 0.5, 4.5, 5.5]


def test_known_receptive_fields() -> None:
    """195 pixels for AlexNet's and 212 for VGG-16's last pool, as published."""
    assert [row.fields[0].size for row in known("alexnet").rows if row.kind == "pool"][-1] == 195
    assert [row.fields[0].size for row in known("vgg-16").rows if row.kind == "pool"][-1] == 212


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


def test_activation_memory_counts_every_output_and_the_batch() -> None:
    """Input 16, conv 4x4x2, relu 32, flatten nothing, fc 3: 83 numbers a picture."""
    net = network("4x4 conv:2,3,pad=1 relu flatten fc:3")
    assert net.activation_bytes() == 83 * 4
    assert net.activation_bytes(10, "float16") == 83 * 10 * 2
    assert net.parameter_bytes("float64") == net.parameters * 8


def test_other_counters_figures_for_one_convolution() -> None:
    """3 -> 10 channels, 3x3 on 32x32 without padding: what each tool is known to say."""
    net = network("32x32x3 conv:10,3")
    said = {counter.name: counter.total(net) for counter in COUNTERS}
    assert said == {
        "convcli": 243_000,
        "FLOPs": 486_000,
        "fvcore": 243_000,
        "thop": 243_000,
        "torchinfo": 252_000,
        "ptflops": 252_000,
        "calflops": 495_000,
    }


def test_other_counters_rules_for_the_rest() -> None:
    """By hand, on 4x4x2 = 32 numbers: batchnorm, ReLU, pools, a global pool of 8, and fc 2 -> 5 with biases."""
    net = network("4x4x2 batchnorm relu pool:avg,2 global-pool:avg flatten fc:5")
    said = {counter.name: [counter.of_layer(row) for row in net.rows] for counter in COUNTERS}
    assert said["convcli"] == [0, 0, 0, 0, 0, 10]
    assert said["fvcore"] == [64, 0, 0, 8, 0, 10]
    assert said["thop"] == [128, 0, 8, 10, 0, 10]
    assert said["torchinfo"] == [4, 0, 0, 0, 0, 15]
    assert said["ptflops"] == [64, 32, 32, 8, 0, 15]
    assert said["calflops"] == [64, 32, 32, 8, 0, 20]
    most = network("4x4x2 pool:max,2 global-pool:max")
    assert {c.name: c.total(most) for c in COUNTERS if c.name in ("fvcore", "thop", "ptflops")} == {
        "fvcore": 0,
        "thop": 0,
        "ptflops": 40,
    }


def test_the_ladder_replaces_every_convolution() -> None:
    """What stands in for a convolution is what the network has when it is written with that layer."""
    text = "9x8x2 conv:3,3,pad=1 pool:max,2 conv:4,3 flatten fc:5"
    net, local = network(text), network(text.replace("conv", "local"))
    dense = [network("144 fc:216"), network("48 fc:16"), network("16 fc:5")]
    assert [row.output for row in net.rows] == [(9, 8, 3), (4, 4, 3), (2, 2, 4), (16,), (5,)]
    assert replaced_total(net, "local") == (local.parameters, local.macs)
    assert replaced_total(net, "fc") == (sum(d.parameters for d in dense), sum(d.macs for d in dense))
    assert [rungs.shared for rungs in ladder(net)] == [row.parameters for row in net.rows if row.kind == "conv"]


def test_the_ladder_counts_a_shared_owner_once() -> None:
    """Tied convolutions stay tied on every rung."""
    tied = network("9x9x4 conv:4,3,pad=1,name=a conv:4,3,pad=1,share=a")
    alone = network("9x9x4 conv:4,3,pad=1")
    assert replaced_total(tied, "fc")[0] == replaced_total(alone, "fc")[0]
    assert replaced_total(tied, "fc")[1] == 2 * replaced_total(alone, "fc")[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("28x28x1 conv:6,5 cnov:3,3", ["layer 2 (cnov:3,3)", "did you mean conv"]),
        ("28x28 conv:6", ["layer 1 (conv:6)", "kernel missing", "conv:FILTERS,K"]),
        ("28x28 conv:6,5,strid=2", ["no option of conv is called 'strid'", "did you mean stride"]),
        ("28x28 conv:6,5,3", ["value 3", "name="]),
        ("28x28 conv:6,5,kernel=3", ["kernel: 3", "given twice"]),
        ("28x28 conv:6,5,bias=maybe", ["bias: maybe", "yes or no"]),
        ("28x28 conv:6,5,stride=0", ["stride: 0", "at least 1"]),
        ("28x28 conv:６,5", ["filters: ６", "plain digits"]),
        ("28x28 conv:1_0,5", ["filters: 1_0", "plain digits"]),
        ("28x28 conv:6,3.5", ["kernel: 3.5"]),
        ("28x28 conv:6,5,name=", ["name: nothing"]),
        ("28x28 dropout:1.5", ["rate: 1.5", "not including, 1"]),
        ("28x28 dropout:abc", ["rate: abc"]),
        ("28x28 pool:avgg,2", ["how: avgg", "avg or max"]),
        ("28x28 pool:avg,2,pad=2", ["half the window"]),
        ("28x28 fc:10", ["layer 1 (fc:10)", "28x28x1 came in", "flatten"]),
        ("784 conv:6,5", ["784 numbers in a row came in", "HxWxC"]),
        ("784 global-pool:avg", ["784 numbers in a row came in"]),
        ("28x28 conv:6,5 conv:6,30", ["layer 2", "24x24x6 came in", "spans 30 positions", "has 24"]),
        ("28x28x3 conv:4,3,groups=2", ["groups=2", "3 channels", "4 filters"]),
        ("9x9x4 conv:4,3,share=b", ["no layer before it is called 'b'", "none"]),
        ("9x9x4 conv:4,3,pad=1,name=a conv:4,5,share=a", ["cannot share a's weights", "400", "144"]),
        ("9x9x4 conv:4,3,name=a relu conv:4,3,name=a", ["'a'", "names have to differ"]),
        ("28x28", ["no layer follows the shape"]),
        ("", ["nothing there"]),
        ("3.5x3 relu", ["the input's shape", "3.5x3"]),
        ("2x2x2x2 relu", ["the input's shape", "HxWxC"]),
    ],
)
def test_bad_networks_are_refused_by_layer_value_and_rule(text: str, words: list[str]) -> None:
    """The message says which layer, what came in or was written, and what would be right."""
    with pytest.raises(UsageError) as caught:
        network(text)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_network_in_a_file_is_refused_by_its_line() -> None:
    """Comments and blank lines count as lines, not as layers; a file's fault is exit 3."""
    text = "\ufeff# digits\n28x28x1\n\nconv:6,5 # the first\n  cnov:3,3\n"
    with pytest.raises(InputError, match=r"net.txt: line 5, layer 2 \(cnov:3,3\): no layer") as caught:
        parse_network(text, file="net.txt")
    assert caught.value.exit_code == 3
    assert [spec.kind for spec in parse_network(text.replace("cnov", "conv"), file="net.txt")[1]] == ["conv", "conv"]


def test_hostile_networks_are_bounded() -> None:
    """Too many layers, and strides that multiply beyond what can be printed, are refused."""
    with pytest.raises(UsageError, match="at most 10,000 layers"):
        parse_network("8x8" + " relu" * (MOST_LAYERS + 1))
    huge = "9" * 100
    with pytest.raises(ConvcliError, match="wider than any input"):
        network("8x8" + f" conv:1,1,stride={huge},pad={huge}" * 12)
    assert network("8x8" + " relu" * MOST_LAYERS).parameters == 0


def test_names_are_found_whatever_their_case_and_others_refused() -> None:
    """LeNet-5 is lenet-5; lenet5 is not, but near."""
    assert known_network(" LeNet-5 ").name == "lenet-5"
    with pytest.raises(UnknownNameError, match="did you mean lenet-5"):
        known_network("lenet5")
