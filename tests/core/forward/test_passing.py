"""A pass through a network: what is fed, what is seen on the way, and what stays untouched."""

from __future__ import annotations

import gc
import pathlib
import weakref
from typing import Any

import numpy as np
import pytest

from convcli.core.forward import run
from convcli.errors import UsageError
from tests.core.forward.models import by_onnxruntime, graph_of, model_of, node

RNG = np.random.default_rng(3)
W, V = (RNG.standard_normal(shape, np.float32) for shape in ((4, 3, 3, 3), (4, 4, 1, 1)))
BRANCHED = [
    node("Conv", "x w", "a", pads=[1, 1, 1, 1]),
    node("Relu", "a", "b"),
    node("Conv", "b v", "c"),
    node("Add", "c a", "d"),  # a is read again, after the Relu that could have been written over it
    node("Sigmoid", "d", "e"),
    node("Mul", "d e", "y"),
]
X = RNG.standard_normal((1, 3, 8, 8), np.float32)


def branched() -> Any:
    return model_of(BRANCHED, weights={"w": W, "v": V})


def test_what_branches_is_not_written_over(tmp_path: pathlib.Path) -> None:
    """The first run, the second with what was made ready, and with somebody watching: all equal onnxruntime."""
    (truth,) = by_onnxruntime(branched(), {"x": X})
    graph, given = graph_of(branched(), tmp_path), X.copy()
    for watch in (None, None, lambda node, maps: None):
        (found,) = run(graph, given, watch=watch).values()
        np.testing.assert_allclose(found, truth, rtol=1e-5, atol=1e-5)
        assert (given == X).all()


def test_who_watches_sees_every_node_and_may_keep_it(tmp_path: pathlib.Path) -> None:
    """In order, each the numbers that onnxruntime has there; none is written over later."""
    seen: list[tuple[str, Any]] = []
    run(graph_of(branched(), tmp_path), X, watch=lambda node, maps: seen.append((node.outputs[0], maps)))
    assert [name for name, _ in seen] == list("abcdey")
    truths = by_onnxruntime(model_of(BRANCHED, weights={"w": W, "v": V}, outputs=list("abcdey")), {"x": X})
    for (_, maps), truth in zip(seen, truths, strict=True):
        np.testing.assert_allclose(maps, truth, rtol=1e-5, atol=1e-5)


def test_tensors_are_let_go_after_their_last_reader(tmp_path: pathlib.Path) -> None:
    """In a chain of ten, at most three are there at once."""
    chain = [node("Exp", "x" if i == 0 else f"t{i - 1}", "y" if i == 9 else f"t{i}") for i in range(10)]
    alive: list[weakref.ref[Any]] = []
    most = 0

    def watch(node: Any, maps: Any) -> None:
        nonlocal most
        alive.append(weakref.ref(maps))
        del maps
        gc.collect()
        most = max(most, sum(ref() is not None for ref in alive))

    run(graph_of(model_of(chain), tmp_path), X * 0, watch=watch)
    assert len(alive) == 10
    assert most <= 3


def test_another_picture_and_another_size_are_run_anew(tmp_path: pathlib.Path) -> None:
    """What is remembered of one shape is not used for the next."""
    model = model_of(BRANCHED, shape=(1, 3, "h", "w"), weights={"w": W, "v": V})
    graph = graph_of(model, tmp_path)
    for height, width in ((8, 8), (5, 11), (8, 8)):
        x = RNG.standard_normal((1, 3, height, width), np.float32)
        (truth,) = by_onnxruntime(model, {"x": x})
        np.testing.assert_allclose(run(graph, x)["y"], truth, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("feeds", "words"),
    [
        (np.zeros((1, 3, 8, 9), np.float32), "is 1x3x8x8"),
        (np.zeros((3, 8, 8), np.float32), "is 1x3x8x8"),
        (np.zeros((1, 3, 8, 8), complex), "complex128 was given"),
        ({"z": np.zeros((1, 3, 8, 8), np.float32)}, "no input is called 'z'; the network has: x"),
        ({}, "input 'x' is missing"),
    ],
)
def test_what_does_not_fit_the_input_is_refused(feeds: Any, words: str, tmp_path: pathlib.Path) -> None:
    """With the input's name and shape."""
    with pytest.raises(UsageError) as refusal:
        run(graph_of(branched(), tmp_path), feeds)
    assert words in str(refusal.value)


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.uint8])
def test_numbers_that_the_input_holds_are_taken(dtype: Any, tmp_path: pathlib.Path) -> None:
    """As the float32 that the network asks for."""
    x = (X * 0 + 2).astype(dtype)
    found = run(graph_of(branched(), tmp_path), x)["y"]
    assert found.dtype == np.float32
    assert (found == run(graph_of(branched(), tmp_path), x.astype(np.float32))["y"]).all()
