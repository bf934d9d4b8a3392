"""Networks of the language, with weights, run: against loops over their definitions."""

from __future__ import annotations

import random

import numpy as np
import pytest

from convcli.core.forward import Constant, check_runnable, graph_of, matched_weights, run, wanted_weights
from convcli.core.network.kinds import LAYER_KINDS
from convcli.errors import UsageError
from tests.core.forward.by_loops import RULES, by_loops
from tests.core.forward.random_networks import random_text, random_weights
from tests.core.network.more_kinds import SCALE
from tests.core.network.networks import network

# Each kind of layer, its options uneven on purpose.
EVERY_KIND = (
    "7x9x2 conv:4,3x2,stride=1x2,pad=1x0,name=a relu batchnorm add( conv:4,3,pad=1 | skip | conv:4,1,bias=no )",
    "7x9x4 conv:6,3,pad=tf-same,stride=2,groups=2 relu6 pool:avg,3,stride=2,pad=1,ceil=yes leaky-relu",
    "7x9x4 conv:6,2,pad=same,dilation=2 leaky-relu:slope=0.3 pool:max,3,stride=2,ceil=yes elu:slope=0.7",
    "6x5x4 conv-transpose:6,3,stride=2,pad=1,output-pad=1,groups=2 gelu pool:avg,2x3,pad=tf-same",
    "4x5x2 conv-transpose:3,3x2,stride=2x3,pad=tf-same silu pool:avg,3,stride=2,pad=1",
    "4x5x2 conv-transpose:3,2,stride=3,pad=tf-same,bias=no tanh conv-transpose:2,3,dilation=2 sigmoid",
    "4x3x5 upsample:2x3 lrn:size=3 crop:1x2 hard-swish concat( skip | conv:2,1 hard-sigmoid )",
    "4x3x5 upsample:3x2,bilinear elu lrn:size=4 dropout:0.3 multiply( skip | global-pool:max conv:5,1 sigmoid | skip )",
    "5x4x3 softmax conv:2,3,pad=full flatten fc:5 batchnorm dropout fc:4,bias=no softmax",
    "5x4x3 global-pool:avg flatten fc:6 flatten lrn",
    "11 fc:7 relu fc:3,bias=no tanh add( skip | fc:3 )",
)


@pytest.mark.parametrize("text", EVERY_KIND)
def test_every_kind_equals_loops_over_its_definition(text: str) -> None:
    """Layer by layer, to float32's rounding."""
    _compare(text, 3)


def test_every_kind_is_run_or_refused_by_name() -> None:
    """None is forgotten: what the loops have is run, and the others say what they are."""
    texts = {"local": "5x5x1 relu local:2,3"}
    used = {row.kind for text in EVERY_KIND for row in network(text).rows}
    for kind in LAYER_KINDS:
        if kind.name in texts:
            with pytest.raises(UsageError, match=r"layer 2 \(local:2,3\): layers of the kind 'local' are counted"):
                check_runnable(network(texts[kind.name]))
        else:
            assert kind.name in used & {*RULES, "flatten"}
    with LAYER_KINDS.having(SCALE), pytest.raises(UsageError, match="'scale' are counted, not run"):
        graph_of(network("5x5x1 scale"), {})


@pytest.mark.parametrize("seed", range(20))
def test_random_networks_equal_loops(seed: int) -> None:
    """Branches, strides, padding of every kind."""
    _compare(random_text(random.Random(seed), 5), seed)


@pytest.mark.parametrize("order", ["chw", "hwc"])
def test_flatten_lays_maps_in_the_order_that_is_said(order: str) -> None:
    """PyTorch's weights and Keras' differ in nothing but that."""
    _compare("4x3x2 conv:5,2 flatten fc:6 relu", 5, order)


def test_what_is_shared_is_its_owners() -> None:
    """Two layers, one array of weights; the file has it once."""
    text = "6x5x3 conv:3,3,pad=1,name=stem relu conv:3,3,pad=1,share=stem batchnorm"
    assert list(wanted_weights(network(text)))[:2] == ["stem.weight", "stem.bias"]
    assert not any(name.startswith("conv-2") for name in wanted_weights(network(text)))
    _compare(text, 6)


def _compare(text: str, seed: int, order: str = "chw") -> None:
    built = network(text)
    weights = random_weights(built, seed)
    given = np.random.default_rng(seed + 1).standard_normal(built.shape).astype(np.float32)
    graph = graph_of(built, {name: Constant.of(array) for name, array in weights.items()}, order=order)
    seen: dict[str, np.ndarray] = {}
    first = given.transpose(2, 0, 1) if given.ndim == 3 else given
    run(graph, first[np.newaxis], watch=lambda node, maps: seen.update({node.outputs[0]: maps}))
    for name, wanted in by_loops(built, weights, given, order=order).items():
        if name == "input":
            continue
        (found,) = seen[name]
        found = found.transpose(1, 2, 0) if found.ndim == 3 else found
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() <= 1e-5 * max(1.0, np.abs(wanted).max()), (text, name)


def _constants(**shapes: tuple[int, ...]) -> dict[str, Constant]:
    return {name.replace("__", "."): Constant.of(np.zeros(shape, np.float32)) for name, shape in shapes.items()}


TWO = "8x8x1 conv:4,3,pad=1 relu conv:4,3,pad=1,name=last flatten fc:3"


def test_weights_are_found_by_their_names() -> None:
    """Whatever stands beside them; counters of batches are nothing to tell."""
    built = network("8x8x1 conv:4,3 batchnorm")
    tensors = {name: Constant.of(array) for name, array in random_weights(built, 1).items()}
    more = {**tensors, "batchnorm-1.num_batches_tracked": Constant.of(np.zeros(())), "head.weight": tensors[
        "conv-1.weight"]}  # fmt: skip
    found = matched_weights(built, more)
    assert found.by_name
    assert found.weights == tensors
    assert found.left == ("head.weight",)


def test_weights_of_other_names_are_told_by_shape_and_number() -> None:
    """features.9 stands before features.10, in whatever order the file has them."""
    text = "8x8x2 conv:2,3,pad=1 relu conv:2,3,pad=1 flatten fc:3"
    names = ("classifier.0.weight", "classifier.0.bias", "f.10.weight", "f.10.bias", "f.9.weight", "f.9.bias")
    shapes = ((3, 128), (3,), (2, 2, 3, 3), (2,), (2, 2, 3, 3), (2,))
    tensors = {name: Constant.of(np.zeros(shape)) for name, shape in zip(names, shapes, strict=True)}
    found = matched_weights(network(text), tensors)
    assert not found.by_name
    assert found.tensors == {
        "conv-1.weight": "f.9.weight", "conv-1.bias": "f.9.bias", "conv-2.weight": "f.10.weight",
        "conv-2.bias": "f.10.bias", "fc-1.weight": "classifier.0.weight", "fc-1.bias": "classifier.0.bias",
    }  # fmt: skip


REFUSED = [
    ({"conv-1__weight": (4, 1, 3, 3)}, r"1 layer \(conv-1\) with weight \(4, 1, 3, 3\), bias \(4,\); the weights have"),
    ({"a__weight": (4, 1, 3, 3), "a__bias": (4,), "b__weight": (4, 4, 5, 5), "b__bias": (4,)},
     r"1 layer \(last\) with weight \(4, 4, 3, 3\), bias \(4,\); the weights have none among 2 layers \(a, b\)"),
    ({"conv-1__weight": (4, 1, 3, 3), "conv-1__bias": (4,), "last__weight": (3, 3, 4, 4), "last__bias": (4,),
      "fc-1__weight": (3, 256), "fc-1__bias": (3,)},
     r"tensor 'last.weight' has shape \(3, 3, 4, 4\); \(4, 4, 3, 3\) is needed, \(filters, channels/groups"),
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "words"), REFUSED)
def test_weights_that_do_not_fit_are_explained(shapes: dict[str, tuple[int, ...]], words: str) -> None:
    """What is there, what is needed, and how it is written."""
    with pytest.raises(UsageError, match=words):
        matched_weights(network(TWO), _constants(**shapes))


def test_layers_that_could_change_places_are_not_guessed() -> None:
    """Two of a shape whose names do not count."""
    shapes = {"enter__weight": (2, 2, 3, 3), "exit__weight": (2, 2, 3, 3)}
    with pytest.raises(UsageError, match=r"2 layers \(enter, exit\) have the same shapes .* which comes first"):
        matched_weights(network("8x8x2 conv:2,3,bias=no conv:2,3,bias=no"), _constants(**shapes))


def test_what_is_missing_or_misshapen_is_said() -> None:
    """By the graph too, for callers that have weights of their own."""
    with pytest.raises(UsageError, match=r"the weights 'conv-1.weight' of shape \(4, 1, 3, 3\) are missing"):
        graph_of(network(TWO), {})
    with pytest.raises(UsageError, match=r"'conv-1.weight' have shape \(1, 4, 3, 3\); the layer needs \(4, 1, 3, 3\)"):
        graph_of(network(TWO), _constants(**{"conv-1__weight": (1, 4, 3, 3)}))


def test_half_precision_weights_are_widened() -> None:
    """Sums are done in float32: the same as with the widened numbers."""
    built = network("6x5x2 conv:3,3 flatten fc:2")
    halves = {name: array.astype(np.float16) for name, array in random_weights(built, 2).items()}
    x = np.random.default_rng(2).standard_normal((2, 2, 6, 5)).astype(np.float32)
    found = [
        next(iter(run(graph_of(built, {name: Constant.of(array.astype(dtype)) for name, array in halves.items()}), x)
                  .values()))
        for dtype in (np.float16, np.float32, np.float64)
    ]  # fmt: skip
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])
    assert found[0].shape == (2, 2)
