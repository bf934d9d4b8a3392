"""Counters: what each tool says of a layer, as it said when it was run, and by hand."""

from __future__ import annotations

import pytest

from convcli.core.network.counters import COUNTERS
from convcli.core.network.kinds import LAYER_KINDS
from tests.core.network.networks import network
from tests.core.network.said_by_counters import SAID, TOOLS


@pytest.mark.parametrize("text", SAID)
def test_rows_say_what_the_tools_said(text: str) -> None:
    """Figures of the tools themselves, each of the version in its row."""
    net = network(text)
    for tool, said in zip(TOOLS, SAID[text], strict=True):
        assert said in (None, COUNTERS.find(tool).total(net)), tool


def test_the_tools_were_asked_about_every_kind() -> None:
    """But local layers, which none of them has."""
    asked = {row.kind for text in SAID for row in network(text).rows}
    assert asked == set(LAYER_KINDS.names()) - {"local"}
    assert [counter.name for counter in COUNTERS if counter.version] == list(TOOLS)


def test_a_module_is_counted_twice_by_ptflops_since_0_7_1() -> None:
    """A ReLU of 144 numbers: 4,032 and 144 by 0.6.9 and 0.7.0; the module and the function in it by 0.7.1 and 0.7.5."""
    net = network("8x8x3 conv:4,3 relu")
    assert COUNTERS.find("ptflops").total(net) == 4032 + 2 * 144


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
        "onnx-tool": 252_000,
        "keras": 280,
    }


def test_other_counters_rules_for_the_rest() -> None:
    """By hand, on 4x4x2 = 32 numbers: batchnorm, ReLU, pools, a global pool of 8, and fc 2 -> 5 with biases."""
    net = network("4x4x2 batchnorm relu pool:avg,2 global-pool:avg flatten fc:5")
    said = {counter.name: [counter.of_layer(row) for row in net.rows] for counter in COUNTERS}
    assert said["convcli"] == [0, 0, 0, 0, 0, 10]
    assert said["fvcore"] == [64, 0, 0, 8, 0, 10]
    assert said["thop"] == [128, 0, 8, 10, 0, 10]
    assert said["torchinfo"] == [4, 0, 0, 0, 0, 15]
    assert said["ptflops"] == [64, 64, 64, 16, 0, 15]
    assert said["calflops"] == [64, 32, 32, 8, 0, 20]
    assert said["onnx-tool"] == [31 * 32, 32, 32, 8 + 4 * 2, 0, 15]
    assert said["keras"] == [4 + 4, 0, 0, 0, 0, 15]
    most = network("4x4x2 pool:max,2 global-pool:max")
    assert {c.name: c.total(most) for c in COUNTERS if c.name in ("fvcore", "thop", "ptflops")} == {
        "fvcore": 0,
        "thop": 0,
        "ptflops": 80,
    }


def test_keras_counts_what_is_shared_once() -> None:
    """Weights, and batchnorm's means and variances with them: 40 of the convolution, 8 learned and 8 measured."""
    text = "9x9x4 conv:4,3,groups=4,name=a batchnorm:name=b conv:4,3,groups=4,share=a batchnorm:share=b"
    assert COUNTERS.find("keras").total(network(text)) == 40 + 16
    assert network(text).parameters == 40 + 8


def test_onnx_tool_counts_an_addition_for_each_two_branches_that_meet() -> None:
    """Three of 32 numbers are 64; one of 2 that scales two of 32 is 32 and 32, in whatever order they stand."""
    three = network("4x4x2 add( skip | relu | sigmoid )").rows[-1]
    assert COUNTERS.find("onnx-tool").of_layer(three) == 64
    for text in ("skip | relu | global-pool:avg", "global-pool:avg | skip | relu"):
        assert COUNTERS.find("onnx-tool").of_layer(network(f"4x4x2 multiply( {text} )").rows[-1]) == 64
