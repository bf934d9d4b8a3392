"""Networks of the language, with weights, against PyTorch, layer by layer: where it is installed."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed; pip install torch to compare with it")

from convcli.core.forward import Constant, graph_of, run
from tests.core.forward.by_torch import by_torch
from tests.core.forward.random_networks import random_text, random_weights
from tests.core.forward.test_from_layers import EVERY_KIND
from tests.core.network.networks import network

# Of an lrn of even size PyTorch and ONNX mean different channels, and PyTorch has none of numbers in a row.
UNLIKE = ("lrn:size=4", "flatten lrn")
TEXTS = [text for text in EVERY_KIND if not any(words in text for words in UNLIKE)]
RANDOM = [random_text(random.Random(seed), 7) for seed in range(100, 140)]


@pytest.mark.parametrize("text", [*TEXTS, *RANDOM])
def test_every_layer_equals_pytorchs(text: str) -> None:
    """A batch of two, to float32's rounding."""
    built = network(text)
    weights = random_weights(built, len(text))
    shape = (2, built.shape[2], *built.shape[:2]) if len(built.shape) == 3 else (2, *built.shape)
    given = np.random.default_rng(len(text)).standard_normal(shape).astype(np.float32)
    graph = graph_of(built, {name: Constant.of(array) for name, array in weights.items()})
    seen: dict[str, np.ndarray] = {}
    run(graph, given, watch=lambda node, maps: seen.update({node.outputs[0]: maps}))
    for name, wanted in by_torch(built, weights, given).items():
        assert seen[name].shape == wanted.shape
        assert np.abs(seen[name] - wanted).max() <= 1e-5 * max(1.0, np.abs(wanted).max()), (text, name)
