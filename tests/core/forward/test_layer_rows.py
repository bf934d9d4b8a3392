"""A file's nodes as layers: what is learned, and how units look at the input."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest

from convcli.core.forward import network_of, run
from convcli.core.network import build_network, parse_network
from convcli.errors import UsageError
from tests.core.forward.models import graph_of, model_of, node

RNG = np.random.default_rng(4)


def floats(*shape: int) -> Any:
    """Positive, so that nothing that is seen cancels."""
    return RNG.uniform(0.5, 1.5, shape).astype(np.float32)


def test_a_chain_counts_as_the_same_chain_in_words(tmp_path: pathlib.Path) -> None:
    """Parameters, MACs, fields, strides and memory, layer by layer."""
    nodes = [
        node("Conv", "x w b", "a", pads=[2, 1, 2, 1], strides=[2, 1]),
        node("BatchNormalization", "a s s s s", "c"),
        node("Relu", "c", "d"),
        node("MaxPool", "d", "e", kernel_shape=[2, 2], strides=[2, 2]),
        node("Flatten", "e", "f"),
        node("Gemm", "f g h"),
    ]
    weights = {"w": floats(4, 3, 5, 3), "b": floats(4), "s": floats(4), "g": floats(10, 4 * 5 * 6), "h": floats(10)}
    nodes[-1].CopyFrom(node("Gemm", "f g h", transB=1))
    weights |= {f"s{i}": floats(4) for i in range(4)}
    nodes[1].CopyFrom(node("BatchNormalization", "a s0 s1 s2 s3", "c"))
    del weights["s"]
    found = network_of(graph_of(model_of(nodes, (1, 3, 20, 12), weights), tmp_path))
    text = "20x12x3 conv:4,5x3,stride=2x1,pad=2x1 batchnorm relu pool:max,2 flatten fc:10"
    truth = build_network(*parse_network(text))
    assert (found.parameters, found.macs) == (truth.parameters, truth.macs)
    for row, wanted in zip(found.rows, truth.rows, strict=True):
        assert (row.kind, row.output, row.fields, row.reach, row.parameters, row.macs, row.kept) == (
            wanted.kind, wanted.output, wanted.fields, wanted.reach, wanted.parameters, wanted.macs, wanted.kept,
        )  # fmt: skip


def test_weights_count_once_however_often_and_in_whatever_shape_they_are_read(tmp_path: pathlib.Path) -> None:
    """A kernel used twice, once through a Transpose; a lone number in arithmetic is a setting, a vector is learned."""
    nodes = [
        node("Conv", "x w", "a"),
        node("Transpose", "w", "t", perm=[1, 0, 2, 3]),
        node("Conv", "a t", "b"),
        node("Mul", "b half", "c"),
        node("Add", "c v", "d"),
        node("Clip", "d low high"),
    ]
    weights = {"w": floats(3, 3, 2, 2), "half": floats(1), "v": floats(3, 1, 1), "low": floats(), "high": floats()}
    network = network_of(graph_of(model_of(nodes, weights=weights), tmp_path))
    assert network.parameters == 36 + 3
    first, second, scaled, added, clipped = network.rows
    assert (second.shares, second.parameters, second.weights) == (first.name, 0, 36)
    assert (scaled.parameters, added.biases, clipped.parameters) == (0, 3, 0)
    assert (scaled.kind, clipped.kind) == ("Mul", "Clip")


def test_what_follows_from_shapes_alone_is_no_layer(tmp_path: pathlib.Path) -> None:
    """Shape, Gather, Unsqueeze and Concat before a Reshape, as exporters write a flatten."""
    nodes = [
        node("Conv", "x w", "a"),
        node("Shape", "a", "s"),
        node("Gather", "s zero", "n", axis=0),
        node("Unsqueeze", "n axes", "u"),
        node("Concat", "u rest", "target", axis=0),
        node("Reshape", "a target"),
    ]
    weights = {"w": floats(2, 3, 3, 3), "zero": np.array(0), "axes": np.array([0]), "rest": np.array([-1])}
    network = network_of(graph_of(model_of(nodes, weights=weights), tmp_path))
    assert [(row.kind, row.output) for row in network.rows] == [("conv", (6, 6, 2)), ("flatten", (72,))]
    assert network.parameters == 54


SEEN = {
    "branches": [node("Conv", "x w", "a", pads=[1, 1, 1, 1]), node("Conv", "a w", "b", dilations=[2, 2], pads=[2] * 4),
                 node("Add", "b x")],
    "concatenated": [node("MaxPool", "x", "a", kernel_shape=[3, 3], pads=[1] * 4),
                     node("Conv", "x w", "b", pads=[1] * 4), node("Concat", "a b", axis=1)],
    "spread": [node("ConvTranspose", "x w", "a", strides=[2, 2]), node("Conv", "a w", strides=[3, 2])],
    "padded and cut": [node("Pad", "x pads", "a"), node("Slice", "a starts ends axes steps", "b"), node("Conv", "b w")],
    "resized": [node("Resize", "x - scales", "a", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
                node("Conv", "a w", strides=[2, 2])],
    "same, the odd one before": [node("Conv", "x v", auto_pad="SAME_LOWER", strides=[2, 1])],
    "rounded up": [node("AveragePool", "x", kernel_shape=[3, 2], strides=[2, 2], ceil_mode=1)],
    "global": [node("Conv", "x w", "a"), node("GlobalAveragePool", "a", "g"), node("Mul", "a g")],
}  # fmt: skip


@pytest.mark.parametrize("kind", SEEN)
def test_units_see_what_moves_them(kind: str, tmp_path: pathlib.Path) -> None:
    """Each input is changed in turn; the rows and columns that a unit's reach spans are those that move it."""
    weights = {
        "w": floats(1, 1, 3, 3), "v": floats(1, 1, 4, 2), "scales": np.array([1, 1, 2, 3], np.float32),
        "pads": np.array([0, 0, 2, 1, 0, 0, 0, 3]), "starts": np.array([1, 0]), "ends": np.array([11, 12]),
        "axes": np.array([2, 3]), "steps": np.array([2, 1]),
    }  # fmt: skip
    graph = graph_of(model_of(SEEN[kind], (1, 1, 11, 9), weights), tmp_path)
    row = network_of(graph).rows[-1]
    x = np.full((1, 1, 11, 9), 2, np.float32) + np.arange(99, dtype=np.float32).reshape(1, 1, 11, 9) / 50
    plain = run(graph, x)["y"]
    moved = np.zeros((*plain.shape[2:], 11, 9), bool)
    for r, c in np.ndindex(11, 9):
        for step in (100, -1):  # a maximum moves up by what grows, and down by what was largest
            other = x.copy()
            other[0, 0, r, c] += step
            moved[..., r, c] |= (run(graph, other)["y"] != plain).any(axis=(0, 1))
    assert row.output[:2] == plain.shape[2:]
    for axis, along in enumerate((moved.any(axis=(1, 3)), moved.any(axis=(0, 2)))):
        spans = row.reach[axis].spans
        assert spans is not None
        for unit, places in enumerate(along):
            seen = np.flatnonzero(places)
            assert spans[unit] == ((seen[0], seen[-1]) if len(seen) else (0, -1)), (axis, unit)


@pytest.mark.parametrize(
    ("shape", "words"), [((1, 3, "h", "w"), "1x3x?x?"), ((1, 2, 3, 4, 5), "1x2x3x4x5"), ((7,), "is 7;")]
)
def test_an_input_without_fixed_rows_and_columns_is_refused(
    shape: tuple[int | str, ...], words: str, tmp_path: pathlib.Path
) -> None:
    """With the shape that it says."""
    with pytest.raises(UsageError) as refusal:
        network_of(graph_of(model_of([node("Relu", "x")], shape), tmp_path))
    assert words in str(refusal.value)


@pytest.mark.parametrize("batch", [1, 5, "n"])
def test_the_batch_multiplies_nothing(batch: int | str, tmp_path: pathlib.Path) -> None:
    """Counts are for one picture."""
    model = model_of([node("Conv", "x w")], (batch, 3, 8, 8), {"w": floats(2, 3, 3, 3)})
    network = network_of(graph_of(model, tmp_path))
    assert (network.macs, network.rows[0].output) == (6 * 6 * 54, (6, 6, 2))


def test_a_line_is_one_row(tmp_path: pathlib.Path) -> None:
    """(N, C, L) with a window of 5: 1x16x2, as 1x5 windows over 1x20x3."""
    model = model_of([node("Conv", "x w")], (1, 3, 20), {"w": floats(2, 3, 5)})
    (row,) = network_of(graph_of(model, tmp_path)).rows
    assert (row.output, row.macs, [field.size for field in row.fields]) == ((1, 16, 2), 16 * 30, [1, 5])
