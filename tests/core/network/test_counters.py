"""Counters: what each tool says of a layer, as their own sources have it."""

from __future__ import annotations

from convcli.core.network.counters import COUNTERS
from tests.core.network.networks import network


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
