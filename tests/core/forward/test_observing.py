"""What is seen of a pass: against onnxruntime's own tensors, and what units see against changing each pixel."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

from convcli.core.forward.entrance import fixed
from convcli.core.forward.following import follow
from convcli.core.forward.graph import Entry, ForwardGraph, Node
from convcli.core.forward.layer_rows import layers_of
from convcli.core.forward.observing import check_memory, look, observed, peak_bytes
from convcli.core.forward.passing import run
from convcli.errors import GeometryError
from tests.core.forward.models import by_onnxruntime, graph_of, model_of, node

RNG = np.random.default_rng(33)
WEIGHTS = {
    "w1": RNG.normal(0, 0.5, (4, 2, 3, 3)).astype(np.float32),
    "b1": RNG.normal(0, 0.5, 4).astype(np.float32),
    "w2": RNG.normal(0, 0.5, (3, 4, 1, 2)).astype(np.float32),
    "w3": RNG.normal(0, 0.5, (36, 5)).astype(np.float32),
}
NODES = [
    node("Conv", "x w1 b1", "c1", pads=[1, 1, 1, 1], name="first"),
    node("Relu", "c1", "r1"),
    node("MaxPool", "r1", "p1", kernel_shape=[2, 2], strides=[2, 2]),
    node("Conv", "p1 w2", "c2", name="second"),
    node("Flatten", "c2", "f"),
    node("MatMul", "f w3", "m"),
    node("Softmax", "m", "y", axis=1),
]
TENSORS = ("c1", "r1", "p1", "c2", "f", "m", "y")


def fed_graph(folder: pathlib.Path) -> ForwardGraph:
    """The network above, of 8 rows and 8 columns."""
    return graph_of(model_of(NODES, (1, 2, 8, 8), WEIGHTS), folder)


def test_range_zeros_and_strongest_unit_are_those_of_the_tensors(tmp_path: pathlib.Path) -> None:
    """Layer by layer, every figure from what onnxruntime gives."""
    x = RNG.normal(0, 1, (1, 2, 8, 8)).astype(np.float32)
    graph = fed_graph(tmp_path)
    found = observed(graph, x, layers_of(graph))
    theirs = by_onnxruntime(model_of(NODES, (1, 2, 8, 8), WEIGHTS, TENSORS), {"x": x})
    assert [seen.row.name for seen in found.layers] == ["first", "r1", "p1", "second", "f", "m", "y"]
    for seen, tensor in zip(found.layers, theirs, strict=True):
        assert seen.shape == tensor.shape
        assert seen.low == pytest.approx(tensor.min(), abs=1e-5)
        assert seen.high == pytest.approx(tensor.max(), abs=1e-5)
        assert seen.zeros == np.mean(tensor == 0)
        unit = seen.strongest
        assert unit is not None
        place = np.unravel_index(tensor.argmax(), tensor.shape)
        assert (unit.channel, unit.row, unit.column)[: tensor.ndim - 1] == tuple(map(int, place[1:]))
    assert np.allclose(found.outputs["y"], theirs[-1], atol=1e-6)


def test_what_the_strongest_unit_sees_is_what_changes_it(tmp_path: pathlib.Path) -> None:
    """Every pixel made infinite in turn: the box around those that reach the unit is what is told."""
    x = RNG.uniform(0, 1, (1, 2, 8, 8)).astype(np.float32)
    graph = fed_graph(tmp_path)
    layers = observed(graph, x, layers_of(graph)).layers
    watched: dict[str, np.ndarray] = {}
    units = {seen.row.name: (seen.strongest, seen.shape) for seen in layers}
    reached: dict[str, list[tuple[int, int]]] = {name: [] for name in units}
    for row in range(8):
        for column in range(8):
            spoilt = x.copy()
            spoilt[:, :, row, column] = np.nan
            run(graph, spoilt, watch=lambda one, out: watched.__setitem__(one.name or one.outputs[0], out))
            for name, (unit, shape) in units.items():
                assert unit is not None
                at = (0, unit.channel, unit.row, unit.column)[: len(shape)]
                if np.isnan(watched[name][at]):
                    reached[name].append((row, column))
    for name, (unit, _) in units.items():
        assert unit is not None
        rows, columns = ({place[axis] for place in reached[name]} for axis in (0, 1))
        assert unit.rows == (min(rows), max(rows)), name
        assert unit.columns == (min(columns), max(columns)), name


def test_nan_and_infinity_are_counted_and_are_not_the_strongest() -> None:
    """The range is that of the finite numbers."""
    graph = ForwardGraph.in_order([Node("Identity", ("x",), ("y",))], {}, [Entry("x", (1, 1, 2, 3))], ["y"], 13)
    row = layers_of(graph).network.rows[0]
    seen = look(row, np.float32([[[[np.nan, 2, 0], [np.inf, -1, -np.inf]]]]))
    assert (seen.low, seen.high, seen.not_finite) == (-1, 2, 3)
    assert seen.zeros == 1 / 6
    assert seen.strongest is not None
    assert (seen.strongest.row, seen.strongest.column) == (0, 1)
    assert look(row, np.full((1, 1, 2, 3), np.nan, np.float32)).strongest is None


def test_channels_last_memory_gives_the_same_places() -> None:
    """Maps whose channels lie last are looked at as they lie."""
    graph = ForwardGraph.in_order([Node("Identity", ("x",), ("y",))], {}, [Entry("x", (1, 3, 4, 5))], ["y"], 13)
    row = layers_of(graph).network.rows[0]
    maps = RNG.normal(0, 1, (1, 3, 4, 5)).astype(np.float32)
    lying = np.ascontiguousarray(maps.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    assert look(row, maps) == look(row, lying)


def test_an_input_of_open_size_is_followed_once_it_is_known(tmp_path: pathlib.Path) -> None:
    """(1, 2, ?, ?) fed with 6 x 9."""
    graph = graph_of(model_of(NODES[:4], (1, 2, "h", "w"), WEIGHTS, ("c2",)), tmp_path)
    x = RNG.normal(0, 1, (1, 2, 6, 9)).astype(np.float32)
    graph = fixed(graph, x.shape)
    assert [seen.row.output for seen in observed(graph, x, layers_of(graph)).layers][-1] == (3, 3, 3)


def test_the_peak_is_what_is_alive_at_once(tmp_path: pathlib.Path) -> None:
    """By hand: x 128, c1 and r1 256, weights; the largest is c1 and r1 beside the weights."""
    graph = fed_graph(tmp_path)
    weights = sum(array.size for array in WEIGHTS.values())
    assert peak_bytes(graph, follow(graph, {"x": (1, 2, 8, 8)})) == 4 * (weights + 256 + 256)


def test_what_would_not_fit_into_memory_is_refused_before_it_runs() -> None:
    """2^27 numbers, concatenated with themselves and added up."""
    nodes = [
        Node("Concat", ("x", "x"), ("a",), {"axis": 1}),
        Node("Exp", ("a",), ("b",)),
        Node("Sum", ("a", "b", "a"), ("c",)),
        Node("Sum", ("a", "b", "c"), ("y",)),
    ]
    graph = ForwardGraph.in_order(nodes, {}, [Entry("x", (1, 128, 1024, 1024))], ["y"], 13)
    with pytest.raises(GeometryError, match=r"would hold 4\.3 GB"):
        check_memory(graph, follow(graph, {"x": (1, 128, 1024, 1024)}))
