"""Counting: weights, connections and bytes by closed form, against layers that are built and counted link by link."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from convcli.core.claims.finding import Finding, Subject
from convcli.core.layer.cost import Layer, plan_layer
from convcli.core.layer.matrix import layer_matrix
from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.network.rows import FROM_INPUT
from convcli.core.network.zoo import known_network
from convcli.core.problem.options import Window
from convcli.core.quantities import grouped

FLOAT32 = 4  # bytes
SIDES = (10, 20, 40, 60)  # of layers that are built in full
CLAIMED_SIDES = (10, 100, 1000, 10_000, 10**6)


def dense_bill(subject: Subject) -> Finding:
    """3,000,000 inputs x 256 units, by the layer's closed form, against the product and a small layer's own matrix."""
    layer = plan_layer((1000, 1000, 3), hidden=256)
    weights, stored = layer.cost("fc").weights, layer.cost("fc").bytes("float32")
    small = _built_weights("fc", (5, 7, 3), (3, 2))
    expected = 1000 * 1000 * 3 * 256
    holds = weights == expected and stored == expected * FLOAT32 and small.closed == small.counted
    return Finding(
        holds,
        f"{grouped(weights)} weights, {grouped(stored)} bytes",
        (
            f"1,000 × 1,000 × 3 = {grouped(3 * 10**6)} inputs, each joined to 256 units: {grouped(weights)} weights",
            f"4 bytes each: {grouped(stored)} bytes, {stored / 2**30:.2f} GiB",
            f"A layer small enough to build, {small.words}, has {grouped(small.counted)} weights of its own, "
            f"counted one by one; the formula says {grouped(small.closed)}",
        ),
        {"weights": weights, "bytes": stored, "built": small.counted, "formula": small.closed},
    )


def kernel_reused(subject: Subject) -> Finding:
    """Each weight of the kernel is counted in the layer's matrix: it stands there once an output that it reaches."""
    h, w = subject.kernel.weights.shape
    matrix = layer_matrix((h + 9, w + 12, 1), subject.kernel)
    uses = np.bincount(matrix.tap, minlength=h * w)
    outputs, stored = math.prod(matrix.outputs), matrix.distinct()
    whole = plan_layer((*subject.picture.shape, 1), (h, w))
    holds = stored == h * w == whole.cost("shared").weights and int(uses.min()) > 1
    return Finding(
        holds,
        f"{grouped(stored)} weights for {grouped(outputs)} outputs",
        (
            f"As a matrix of {grouped(matrix.shape[0])} × {grouped(matrix.shape[1])}, the layer has {grouped(stored)} "
            f"different weights, each used {grouped(int(uses.min()))} to {grouped(int(uses.max()))} times",
            f"On the picture, {grouped(whole.units)} outputs share the same {grouped(whole.cost('shared').weights)}",
        ),
        {"weights": stored, "outputs": outputs, "uses": [int(uses.min()), int(uses.max())]},
    )


def grid_network(subject: Subject) -> Finding:
    """LeNet-5's layers in order: each reads only what stands before it, and convolution and pooling are among them."""
    network = build_network(*parse_network(known_network("lenet-5").text))
    known = {FROM_INPUT}
    forward = True
    for row in network.rows:
        forward = forward and set(row.inputs) <= known
        known.add(row.name)
    kinds = [row.kind for row in network.rows]
    convolutions = sum(kind == "conv" for kind in kinds)
    pools = sum("pool" in kind for kind in kinds)
    return Finding(
        forward and convolutions > 0 and pools > 0,
        f"{len(kinds)} layers: {convolutions} convolutions, {pools} pools",
        (
            f"LeNet-5: {', '.join(kinds)}",
            "Each layer reads only what stands before it: nothing flows back",
        ),
        {"layers": kinds, "feed_forward": forward},
    )


def fully_connected(subject: Subject) -> Finding:
    """m x n, against a small layer whose weights are counted in its matrix."""
    return _built("fc", "every input joined to every output: m × n")


def sparse(subject: Subject) -> Finding:
    """k x n, against a small layer whose weights are counted in its matrix."""
    return _built("sparse", "k inputs to an output: k × n")


def ten_thousand_times(subject: Subject) -> Finding:
    """10^12 against 10^8: closed forms, and by the same forms layers that are built and counted."""
    layer = plan_layer((1000, 1000, 1), (10, 10), hidden=10**6)
    dense, local = layer.cost("fc").weights, layer.cost("sparse").weights
    small = [_built_weights(kind, (12, 13, 1), (5, 4)) for kind in ("fc", "sparse")]
    holds = (dense, local) == (10**12, 10**8) and all(one.closed == one.counted for one in small)
    return Finding(
        holds and layer.cost("sparse").connections == 10**8,
        f"10^12 / 10^8 = {grouped(dense // local)}",
        (
            f"A million units on a picture of 1,000 × 1,000, fully connected: {grouped(dense)} weights",
            f"On windows of 10 × 10: {grouped(local)} connections and weights, {grouped(dense // local)} times less",
            f"A layer of {small[0].words}, counted link by link: {grouped(small[0].counted)} and "
            f"{grouped(small[1].counted)}, as the formulas say",
        ),
        {"fully_connected": dense, "sparse": local, "ratio": dense // local},
    )


def hundred_weights(subject: Subject) -> Finding:
    """One 10 x 10 kernel on ever larger pictures: counted in layers that are built, and by formula far beyond."""
    built = []
    for side in SIDES:
        matrix = layer_matrix((side, side, 1), np.arange(1.0, 101.0).reshape(1, 1, 10, 10), window=_valid())
        built.append((side, math.prod(matrix.outputs), matrix.distinct()))
    claimed = [(side, *_shared(side)) for side in CLAIMED_SIDES]
    holds = all(weights == 100 for *_, weights in (*built, *claimed))
    return Finding(
        holds,
        f"100 weights for {grouped(claimed[0][1])} to {grouped(claimed[-1][1])} units",
        (
            "Built and counted: " + "; ".join(_sweep_words(*row) for row in built),
            "By formula: " + "; ".join(_sweep_words(*row) for row in claimed),
        ),
        {"built": [list(row) for row in built], "formula": [list(row) for row in claimed]},
        seen=[*((*row, True) for row in built), *((*row, False) for row in claimed)],
    )


def stored(subject: Subject) -> Finding:
    """height x width x depth for each filter, counted over many layers in their matrices."""
    tried, wrong = 0, []
    for (h, w), depth, filters in product(((1, 1), (3, 2), (4, 5)), (1, 3), (1, 4)):
        weights = np.arange(1.0, 1 + filters * depth * h * w).reshape(filters, depth, h, w)
        counted = layer_matrix((7, 9, depth), weights, window=_valid()).distinct()
        closed = plan_layer((7, 9, depth), (h, w), filters=filters).cost("shared").weights
        tried += 1
        if not counted == closed == h * w * depth * filters:
            wrong.append((h, w, depth, filters))
    return Finding(
        not wrong,
        f"{tried} of {tried} layers" if not wrong else f"{len(wrong)} of {tried} layers differ",
        (f"{tried} layers of other kernels, depths and numbers of filters were built and their weights counted",),
        {"layers": tried, "differing": wrong},
    )


class _Count:
    """A layer's weights twice: by the closed form, and counted in its matrix."""

    def __init__(self, layer: Layer, kind: str, counted: int, words: str) -> None:
        self.closed, self.counted, self.words = layer.cost(kind).weights, counted, words


def _built_weights(kind: str, shape: tuple[int, int, int], kernel: tuple[int, int]) -> _Count:
    weights = np.arange(1.0, 1 + shape[2] * kernel[0] * kernel[1]).reshape(1, shape[2], *kernel)
    matrix = layer_matrix(shape, weights, kind, window=_valid())
    words = f"{'×'.join(map(str, shape))} into {math.prod(matrix.outputs)} units"
    return _Count(matrix.layer, kind, matrix.distinct(), words)


def _built(kind: str, rule: str) -> Finding:
    counts = [
        _built_weights(kind, shape, kernel)
        for shape, kernel in (((9, 11, 1), (3, 4)), ((6, 5, 3), (2, 3)), ((20, 30, 1), (5, 5)))
    ]
    holds = all(count.closed == count.counted for count in counts)
    return Finding(
        holds,
        f"{grouped(counts[-1].counted)} weights of {grouped(counts[-1].closed)}",
        (rule, *(f"{c.words}: {grouped(c.counted)} counted, {grouped(c.closed)} by formula" for c in counts)),
        {"counted": [c.counted for c in counts], "formula": [c.closed for c in counts]},
    )


def _valid() -> Window:
    return Window.of(size="valid")


def _shared(side: int) -> tuple[int, int]:
    layer = plan_layer((side, side, 1), (10, 10), size="valid")
    return layer.units, layer.cost("shared").weights


def _sweep_words(side: int, units: int, weights: int) -> str:
    return f"{grouped(side)} × {grouped(side)}: {grouped(units)} units, {grouped(weights)} weights"
