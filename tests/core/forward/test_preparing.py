"""A picture as a network's input: by hand, channel by channel, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convcli.core.forward.entrance import Entrance, channels_first, entrance_of
from convcli.core.forward.graph import Constant, Entry, ForwardGraph, Node
from convcli.core.forward.preparing import Preparation, as_it_is, prepared
from convcli.errors import ConvcliError

RNG = np.random.default_rng(32)
COLOUR = RNG.integers(0, 256, (4, 5, 3), dtype=np.uint8)


def entrance(*shape: int | None, dtype: str = "float32") -> Entrance:
    """That of a network with one input of this shape."""
    entry = Entry("x", shape, dtype)
    return entrance_of(ForwardGraph.in_order([Node("Relu", ("x",), ("y",))], {}, [entry], ["y"], 13))


def test_samples_are_scaled_centred_and_divided_channel_by_channel() -> None:
    """(samples / 255 - mean) / std, channels first, one picture."""
    how = Preparation(mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 2))
    fed = prepared(COLOUR, entrance(1, 3, 4, 5), how).fed
    assert fed.shape == (1, 3, 4, 5)
    assert fed.dtype == np.float32
    wanted = (COLOUR[2, 3] / 255 - [0.1, 0.2, 0.3]) / [0.5, 0.25, 2]
    assert np.allclose(fed[0, :, 2, 3], wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "input_dtype", "factor"),
    [("uint8", "float32", 1 / 255), ("uint16", "float32", 1 / 65535), ("float32", "float32", 1),
     ("int64", "float32", 1), ("uint8", "uint8", 1), ("uint8", "float64", 1 / 255), ("float64", "float16", 1)],
)  # fmt: skip
def test_what_is_not_said_makes_0_to_1_of_pixels_and_leaves_other_numbers(
    dtype: str, input_dtype: str, factor: float
) -> None:
    """By the picture's dtype and the network's."""
    picture = RNG.integers(0, 200, (4, 5)).astype(dtype)
    fed = prepared(picture, entrance(1, 1, 4, 5, dtype=input_dtype), Preparation()).fed
    assert fed.dtype == input_dtype
    assert np.allclose(fed[0, 0], picture * factor, rtol=2e-3 if input_dtype == "float16" else 1e-6)


def test_bgr_turns_the_colours_round_and_the_mean_is_in_that_order() -> None:
    """As Caffe's models have it."""
    how = Preparation(scale=1, mean=(104, 117, 123), order="bgr")
    fed = prepared(COLOUR, entrance(None, 3, 4, 5), how).fed
    assert np.allclose(fed[0, 0], COLOUR[:, :, 2] - 104.0)
    assert np.allclose(fed[0, 2], COLOUR[:, :, 0] - 123.0)


def test_grey_and_colour_are_made_of_each_other_and_said() -> None:
    """Luma of colour; grey three times."""
    grey = prepared(COLOUR, entrance(1, 1, 4, 5), Preparation(scale=1))
    red, green, blue = COLOUR[1, 2].astype(int)
    assert grey.fed[0, 0, 1, 2] == (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16
    assert grey.said[0] == "its grey (luma)"
    colour = prepared(COLOUR[:, :, 0], entrance(1, 3, 4, 5), Preparation(scale=1))
    assert all(np.array_equal(plane, COLOUR[:, :, 0]) for plane in colour.fed[0])


def test_the_middle_is_cut_and_said() -> None:
    """A picture twice as wide loses a quarter on each side."""
    picture = RNG.integers(0, 256, (6, 12), dtype=np.uint8)
    found = prepared(picture, entrance(1, 1, 6, 6), Preparation(scale=1))
    assert np.allclose(found.fed[0, 0], picture[:, 3:9])
    assert found.said == ("its middle, 6 × 6 pixels", "samples × 1")
    assert found.part is not None
    assert tuple(found.part) == (0, 3, 6, 6)


def test_open_sizes_take_the_pictures_own_or_the_one_that_is_given() -> None:
    """(1, 1, ?, ?)."""
    assert prepared(COLOUR, entrance(None, None, None, None), Preparation()).fed.shape == (1, 3, 4, 5)
    assert prepared(COLOUR, entrance(1, 3, None, None), Preparation(size=(8, 6))).fed.shape == (1, 3, 8, 6)
    assert prepared(COLOUR, entrance(1, 3, None, 7), Preparation()).fed.shape == (1, 3, 4, 7)


def test_channels_may_stand_last() -> None:
    """(N, H, W, 3), as TensorFlow has it."""
    fed = prepared(COLOUR, entrance(1, 8, 5, 3), Preparation(scale=1, fit="resize")).fed
    assert fed.shape == (1, 8, 5, 3)
    fed = prepared(np.repeat(COLOUR, 2, axis=0), entrance(1, 8, 5, 3), Preparation(scale=1)).fed[:, ::2]
    assert np.array_equal(fed[0], COLOUR)


def test_an_input_that_is_turned_at_once_is_taken_channels_first() -> None:
    """So that rows and columns are followed."""
    nodes = [Node("Transpose", ("x",), ("t",), {"perm": (0, 3, 1, 2)}), Node("Relu", ("t",), ("y",))]
    graph = channels_first(ForwardGraph.in_order(nodes, {}, [Entry("x", (1, 4, 5, 3))], ["y"], 13))
    assert graph.inputs == (Entry("t", (1, 3, 4, 5)),)
    assert [node.op for node in graph.nodes] == ["Relu"]


@pytest.mark.parametrize(
    ("picture", "shape", "how", "words"),
    [
        (COLOUR, (1, 4, 4, 5), {}, "3 channels and the network takes 4"),
        (np.zeros((4, 5, 2)), (1, 3, 4, 5), {}, "2 channels and the network takes 3"),
        (COLOUR, (1, 3, 8, 8), {"fit": "none"}, "4 × 5 pixels and the network takes 8 × 8"),
        (COLOUR, (1, 3, 4, 5), {"mean": (1, 2)}, "3 channels"),
        (COLOUR, (1, 3, 4, 5), {"std": (0.0,)}, "above 0"),
        (COLOUR, (1, 3, 4, 5), {"size": (3, 3)}, "4x5"),
        (COLOUR, (1, 3, None, None), {"size": (10**6, 3)}, "at most 16384"),
        (COLOUR, (1, 60), {}, "no picture's rows"),
    ],
)
def test_what_does_not_fit_is_refused_with_both_figures(
    picture: Any, shape: tuple[int | None, ...], how: dict[str, Any], words: str
) -> None:
    """Before anything runs."""
    with pytest.raises(ConvcliError, match=words):
        prepared(picture, entrance(*shape), Preparation(**how))


@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 3, 4, 5)])
def test_an_array_of_the_inputs_own_shape_is_fed_as_it_is(shape: tuple[int, ...]) -> None:
    """With or without the batch axis."""
    array = RNG.normal(0, 1, shape).astype(np.float32)
    found = as_it_is(array, entrance(None, 3, 4, 5))
    assert found is not None
    assert np.array_equal(found.fed, array.reshape(1, 3, 4, 5))
    assert found.seen is not None
    assert found.seen.shape == (4, 5, 3)


def test_other_arrays_are_no_inputs_and_batches_are_refused() -> None:
    """(H, W, C) is a picture; two at once are one too many."""
    assert as_it_is(np.zeros((4, 5, 3)), entrance(1, 3, 4, 5)) is None
    assert as_it_is(np.zeros((2, 1, 3, 4, 5)), entrance(1, 3, 4, 5)) is None
    with pytest.raises(ConvcliError, match="a batch of 2"):
        as_it_is(np.zeros((2, 3, 4, 5)), entrance(None, 3, 4, 5))


def test_networks_with_several_inputs_or_a_batch_are_refused() -> None:
    """With what they have."""
    nodes, entries = [Node("Add", ("a", "b"), ("y",))], [Entry("a", (1, 3)), Entry("b", (1, 3))]
    with pytest.raises(ConvcliError, match=r"2 inputs \(a, b\)"):
        entrance_of(ForwardGraph.in_order(nodes, {}, entries, ["y"], 13))
    with pytest.raises(ConvcliError, match="a batch of 4"):
        entrance(4, 3, 8, 8)
    constant = {"a": Constant.of(np.zeros((1, 3), np.float32))}
    assert entrance_of(ForwardGraph.in_order(nodes, constant, entries, ["y"], 13)).entry.name == "b"
