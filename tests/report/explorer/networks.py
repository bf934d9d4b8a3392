"""Networks and the pages that walk through them, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from convcli.core.forward import graph_of
from convcli.core.forward.entrance import fixed
from convcli.core.forward.graph import Constant, ForwardGraph
from convcli.core.forward.layer_rows import layers_of
from convcli.core.forward.observing import observed
from convcli.core.network import build_network, parse_network
from convcli.report.explorer.network_data import Walked, network_data
from tests.core.forward.random_networks import random_weights

BRANCHES = (
    "9x11x3 conv:4,3,pad=1 batchnorm add( skip | conv:4,3,pad=1 relu conv:4,3,pad=1 ) "
    "concat( conv:2,1x2,stride=2 | pool:max,3,stride=2,pad=1x0 conv:3,1 ) conv:10,3x2,pad=2x1,dilation=2x1,groups=5 "
    "leaky-relu pool:avg,2,pad=1 flatten fc:4 softmax"
)


def graph_with_weights(text: str, seed: int) -> ForwardGraph:
    """A network of the language with random weights."""
    network = build_network(*parse_network(text))
    weights = {name: Constant.of(numbers) for name, numbers in random_weights(network, seed).items()}
    return graph_of(network, weights)


def walked(text: str, seed: int) -> Walked:
    """A network and random numbers that go through it."""
    graph = graph_with_weights(text, seed)
    _, channels, height, width = graph.inputs[0].shape or ()
    fed = np.random.default_rng(seed).normal(0, 1, (1, channels or 1, height or 1, width or 1)).astype(np.float32)
    seen = np.moveaxis(fed[0], 0, -1)
    return Walked("net", "noise", fixed(graph, fed.shape), fed, seen, False, [])


def told(text: str, seed: int) -> dict[str, Any]:
    """What the page is told of it."""
    return network_data(walked(text, seed))


def outputs_of(given: Walked) -> list[list[float]]:
    """Every layer's numbers, as `run` has them, in the order of (C, H, W)."""
    found: list[list[float]] = []
    observed(
        given.graph, given.fed, layers_of(given.graph), lambda _, output: found.append(output.reshape(-1).tolist())
    )
    return found


def write_text_network(text: str, folder: Path, name: str, seed: int) -> list[str]:
    """The options that give the network: its text, and a file of weights."""
    network = build_network(*parse_network(text))
    np.savez(folder / f"{name}.npz", **random_weights(network, seed))
    return ["--network", text, "--weights", str(folder / f"{name}.npz")]
