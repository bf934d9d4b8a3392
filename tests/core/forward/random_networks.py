"""Random networks of every kind of layer, with random weights."""

from __future__ import annotations

import random

import numpy as np

from convcli.core.forward import wanted_weights
from convcli.core.network import Network, build_network, parse_network
from convcli.errors import ConvcliError

MOST_UNITS = 3000  # of one layer, so that loops over them are quick


def random_text(rng: random.Random, layers: int) -> str:
    """A network that fits together, a branching or two in it."""
    shape = f"{rng.randint(5, 9)}x{rng.randint(6, 10)}x{rng.choice([1, 2, 3, 4])}"
    words = [shape]
    while len(words) <= layers:
        word = _branching(rng) if rng.random() < 0.2 else _layer(rng)
        if _fits([*words, word]):
            words.append(word)
    tail = ["flatten", f"fc:{rng.randint(2, 6)}", rng.choice(["relu", "softmax", "batchnorm", "tanh"])]
    return " ".join(words + (tail if rng.random() < 0.6 else []))


def random_weights(network: Network, seed: int) -> dict[str, np.ndarray]:
    """Float32 weights of such a size that what runs through stays near 1; variances above 0."""
    rng = np.random.default_rng(seed)
    weights = {}
    for name, shape in wanted_weights(network).items():
        numbers = rng.standard_normal(shape) / max(1.0, np.sqrt(np.prod(shape[1:], dtype=float)))
        numbers = np.abs(numbers) + 0.5 if name.endswith("running_var") else numbers
        weights[name] = numbers.astype(np.float32)
    return weights


def _fits(words: list[str]) -> bool:
    try:
        network = build_network(*parse_network(" ".join(words)))
    except ConvcliError:
        return False
    return max(row.units for row in network.rows) <= MOST_UNITS


def _layer(rng: random.Random) -> str:
    kind = rng.choice(["conv", "conv", "conv", "conv-transpose", "pool", "plain", "plain", "plain", "other"])
    if kind in ("conv", "conv-transpose"):
        return _window(rng, kind)
    if kind == "pool":
        pad = rng.choice(["", ",pad=1", ",pad=1x0", ",pad=tf-same", ",stride=1", ",ceil=yes", ",pad=1,ceil=yes"])
        return f"pool:{rng.choice(['avg', 'max'])},{rng.choice(['2', '3', '2x3'])}{pad}"
    if kind == "plain":
        return rng.choice(
            ["relu", "relu6", "leaky-relu", "leaky-relu:slope=0.2", "elu", "elu:slope=0.5", "gelu", "silu", "sigmoid",
             "hard-swish", "hard-sigmoid", "tanh", "batchnorm", "softmax"]
        )  # fmt: skip
    return rng.choice(["lrn", "lrn:size=3", "dropout:0.4", "upsample:2", "upsample:2x3,bilinear", "crop:1", "crop:0x1",
                       "global-pool:avg", "global-pool:max"])  # fmt: skip


def _window(rng: random.Random, kind: str) -> str:
    groups = rng.choice([1, 1, 1, 2])
    word = f"{kind}:{2 * rng.randint(1, 3)},{rng.choice(['3', '2', '1', '3x2', '2x4', '5'])}"
    if groups > 1:
        word += f",groups={groups}"
    if rng.random() < 0.4:
        word += f",stride={rng.choice(['2', '1x2', '3'])}"
    if rng.random() < 0.3:
        word += f",dilation={rng.choice(['2', '1x2'])}"
    if kind == "conv":
        pads = ["1", "1x2", "same", "tf-same", "full", "valid"]
    else:
        pads = ["1", "0x1", "tf-same"]
        if "stride=2" in word:
            word += ",output-pad=1"
    if rng.random() < 0.7:
        word += f",pad={rng.choice(pads)}"
    return word + rng.choice(["", "", ",bias=no"])


def _branching(rng: random.Random) -> str:
    filters = rng.choice([2, 4])
    one, other = f"conv:{filters},3,pad=1 batchnorm relu", f"conv:{filters},1 elu"
    return rng.choice(
        [
            f"add( {one} | {other} | conv:{filters},5,pad=2 )",
            f"concat( {one} | skip | pool:max,3,stride=1,pad=1 )",
            f"multiply( {one} | global-pool:avg conv:{filters},1 sigmoid )",
            f"multiply( {one} | {other} | conv:{filters},1 tanh )",
        ]
    )
