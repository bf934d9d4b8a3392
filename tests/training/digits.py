"""Trains the network `digits` and writes the file that ships: python -m tests.training.digits.

The pictures are scikit-learn's 1797 handwritten digits (`pip install scikit-learn`), 8x8, made 8-bit as the samples
are.  Held out are the last 360 in the data set's order: a stretch, which is harder than a draw at
random.  The settings below were chosen by leaving out fifths of the first 1437.  A minute or two.

The first layer starts at four lines and four edges, so that a class can read what it looks for, and
is trained on from there like all the others, which start at random.  It has no bias: where there is
no ink, nothing answers.

The same bytes come out whenever it is run again on the same machine with the same versions and
threads of NumPy and its BLAS; elsewhere sums may be rounded in another order.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.training.backprop import (
    Adam,
    Array,
    Conv,
    Dropout,
    Flatten,
    FullyConnected,
    Layer,
    MaxPool,
    Relu,
    cross_entropy,
)

SEED, EPOCHS, BATCH, RATE, DECAY = 18, 120, 64, 3e-3, 0.02
DROPPED, SMOOTHING = 0.3, 0.05
SHIFTED = 0.3  # the share of pictures that are moved by up to one pixel, each time they are seen
HELD_OUT = 360
TARGET = Path(__file__).resolve().parents[2] / "convcli" / "files" / "trained" / "digits.safetensors"

_LINES = (((0, 0, 0), (1, 1, 1), (0, 0, 0)), ((0, 1, 0), (0, 1, 0), (0, 1, 0)),
          ((0, 0, 1), (0, 1, 0), (1, 0, 0)), ((1, 0, 0), (0, 1, 0), (0, 0, 1)))  # fmt: skip
_EDGES = (((-1, -1, -1), (0, 0, 0), (1, 1, 1)), ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
          ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)), ((1, 0, -1), (1, 0, -1), (1, 0, -1)))  # fmt: skip


class Digits(NamedTuple):
    """Pictures (N, 8, 8, 1), float32 from 0 to 1, bright on black, and what they show; to learn from, and held out."""

    pictures: Array
    labels: Array
    held_out: Array
    held_out_labels: Array


def eight_bit() -> tuple[Array, Array]:
    """scikit-learn's digits as 8-bit pictures (1797, 8, 8), their 0..16 spread over 0..255, and what they show."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return np.rint(digits.images * 255 / 16).astype(np.uint8), digits.target


def load() -> Digits:
    """The pictures, divided."""
    pictures, labels = eight_bit()
    maps = (pictures / 255).astype(np.float32)[..., np.newaxis]
    return Digits(maps[:-HELD_OUT], labels[:-HELD_OUT], maps[-HELD_OUT:], labels[-HELD_OUT:])


def network(rng: np.random.Generator) -> dict[str, Layer]:
    """The layers of `digits` by the names that the tool gives them, and the dropout that only training has."""
    layers = {
        "conv-1": Conv(1, 8, rng, bias=False),
        "relu-1": Relu(),
        "conv-2": Conv(8, 16, rng),
        "relu-2": Relu(),
        "pool-1": MaxPool(),
        "conv-3": Conv(16, 32, rng),
        "relu-3": Relu(),
        "pool-2": MaxPool(),
        "flatten-1": Flatten(),
        "dropout": Dropout(DROPPED, rng),
        "fc-1": FullyConnected(128, 10, rng),
    }
    layers["conv-1"].numbers["weight"][:, 0] = lines_and_edges()
    return layers


def lines_and_edges() -> Array:
    """(8, 3, 3): four lines and four edges, each of sum 0 and length 1."""
    start = np.array([*_LINES, *_EDGES], np.float64)
    start -= start.mean(axis=(1, 2), keepdims=True)
    return start / np.sqrt((start**2).sum(axis=(1, 2), keepdims=True))


def moved(pictures: Array, rng: np.random.Generator) -> Array:
    """Some of them moved by up to a pixel each way; what comes in is black."""
    steps = rng.integers(-1, 2, (len(pictures), 2))
    steps[rng.random(len(pictures)) >= SHIFTED] = 0
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return np.stack([one[1 - y : 9 - y, 1 - x : 9 - x] for one, (y, x) in zip(padded, steps, strict=True)])


def forward(layers: dict[str, Layer], pictures: Array) -> Array:
    """The scores of the ten classes, (N, 10)."""
    maps = pictures
    for layer in layers.values():
        maps = layer.forward(maps)
    return maps


def backward(layers: dict[str, Layer], gradient: Array) -> None:
    """The loss's gradient through all layers, from the last."""
    for layer in reversed(layers.values()):
        gradient = layer.backward(gradient)


def train(digits: Digits, epochs: int = EPOCHS) -> dict[str, Layer]:
    """The network after that many times through the pictures; the steps become smaller along half a cosine."""
    rng = np.random.default_rng(SEED)
    layers = network(rng)
    dropout, adam = layers["dropout"], Adam(list(layers.values()), DECAY)
    assert isinstance(dropout, Dropout)
    batches = -(-len(digits.pictures) // BATCH)
    for epoch in range(epochs):
        order = rng.permutation(len(digits.pictures))
        for batch in range(batches):
            seen = order[batch * BATCH : (batch + 1) * BATCH]
            scores = forward(layers, moved(digits.pictures[seen], rng))
            backward(layers, cross_entropy(scores, digits.labels[seen], SMOOTHING)[1])
            share = (epoch * batches + batch) / (epochs * batches)
            adam.step(RATE * 0.5 * (1 + np.cos(np.pi * share)))
    dropout.learning = False
    return layers


def right(layers: dict[str, Layer], pictures: Array, labels: Array) -> int:
    """How many are named rightly."""
    return int((forward(layers, pictures).argmax(axis=1) == labels).sum())


def safetensors(layers: dict[str, Layer], notes: dict[str, str]) -> bytes:
    """The numbers of all layers as a .safetensors file of float32, named conv-1.weight and so on."""
    arrays = {f"{name}.{role}": array for name, layer in layers.items() for role, array in layer.numbers.items()}
    header: dict[str, object] = {"__metadata__": notes}
    end = 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": (end, end + array.nbytes)}
        end += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join(
        [len(text).to_bytes(8, "little"), text, *(array.astype("<f4").tobytes() for array in arrays.values())]
    )


def main() -> None:
    """Train, say how good it is, and write the file."""
    from convcli.core.network.zoo import known_network

    digits = load()
    layers = train(digits)
    learned, held_out = (
        right(layers, digits.pictures, digits.labels),
        right(layers, digits.held_out, digits.held_out_labels),
    )
    print(f"trained on {len(digits.labels)}: {learned} right; held out {HELD_OUT}: {held_out} right")
    notes = {
        "network": known_network("digits").text,
        "order": "chw",
        "input": "8x8, values 0..255 divided by 255, bright on black",
        "labels": "0 1 2 3 4 5 6 7 8 9",
        "source": "Optical Recognition of Handwritten Digits, E. Alpaydin, C. Kaynak, UCI 1998, CC BY 4.0",
        "made by": "tests/training/digits.py",
    }
    TARGET.write_bytes(safetensors(layers, notes))


if __name__ == "__main__":
    main()
