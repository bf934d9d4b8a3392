"""Shifts through networks: against slices by hand, the arithmetic of strides, and what padding reaches."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest

from convcli.core.border import border
from convcli.core.equivariance.through_layers import Shifted, Through
from convcli.core.forward.layer_rows import layers_of
from tests.core.forward.models import graph_of, model_of, node

RNG = np.random.default_rng(34)
SIZE = (1, 2, 24, 31)


def weights(**shapes: tuple[int, ...]) -> dict[str, Any]:
    """Random ones, float32."""
    return {name: RNG.normal(0, 0.4, shape).astype(np.float32) for name, shape in shapes.items()}


def shifted(folder: pathlib.Path, nodes: list[Any], dx: int, dy: int = 0, fill: str = "edge", **shapes: Any) -> Shifted:
    """One shift of a random input through a network."""
    graph = graph_of(model_of(nodes, SIZE, weights(**shapes)), folder)
    fed = RNG.normal(0, 1, SIZE).astype(np.float32)
    return Through.of(graph, fed, layers_of(graph)).shifted(dx, dy, border(fill))


CONV = node("Conv", "x w", "c", pads=[1, 1, 1, 1])
NET = [
    CONV,
    node("Relu", "c", "r"),
    node("MaxPool", "r", "p", kernel_shape=[2, 2], strides=[2, 2]),
    node("Conv", "p v", "y", strides=[1, 3]),
]
SHAPES: dict[str, Any] = {"w": (4, 2, 3, 3), "v": (3, 4, 3, 3)}


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (5, -3), (-2, 1), (0, 0)])
def test_a_padded_convolution_agrees_but_for_the_band(tmp_path: pathlib.Path, dx: int, dy: int) -> None:
    """The band is one padded place and the shift, on the side that it vacates; by hand."""
    found = shifted(tmp_path, [node("Conv", "x w", pads=[1, 1, 1, 1])], dx, dy, w=(4, 2, 3, 3))
    layer = found.layers[0]
    assert layer.ledger.holds
    band = layer.ledger.band
    assert (band.top, band.bottom) == (1 + max(dy, 0), 1 + max(-dy, 0))
    assert (band.left, band.right) == (1 + max(dx, 0), 1 + max(-dx, 0))
    assert layer.causes == ()
    if dx or dy:
        assert layer.ledger.border.max_error > 0.01


@pytest.mark.parametrize("dx", range(7))
def test_a_layer_agrees_where_the_shift_is_a_multiple_of_its_step(tmp_path: pathlib.Path, dx: int) -> None:
    """Steps of 1, 1, 2 and 6: pooling and stride are named where they are at fault, nowhere else."""
    found = shifted(tmp_path, NET, dx, **SHAPES)
    assert [layer.ledger.holds for layer in found.layers] == [True, True, dx % 2 == 0, dx % 6 == 0]
    causes = [(cause.name, cause.layer) for cause in found.layers[-1].causes]
    assert causes == [("pooling", "p")] * (dx % 2 > 0) + [("stride", "y")] * (dx % 6 > 0)
    assert all(layer.ledger.interior.pixels for layer in found.layers)


def test_rows_have_steps_of_their_own(tmp_path: pathlib.Path) -> None:
    """Down the last step is 2, not 6."""
    found = shifted(tmp_path, NET, 0, 2, **SHAPES)
    assert all(layer.ledger.holds for layer in found.layers)
    assert not shifted(tmp_path, NET, 2, 0, **SHAPES).layers[-1].ledger.holds


def test_the_figures_are_those_of_slices(tmp_path: pathlib.Path) -> None:
    """A 1x1 convolution with stride 2, shifted by 2 with wrap: out[:, 1:] against out[:, :-1], by hand."""
    model = model_of([node("Conv", "x w", strides=[2, 2])], SIZE, weights(w=(2, 2, 1, 1)))
    graph = graph_of(model, tmp_path)
    fed = RNG.normal(0, 1, SIZE).astype(np.float32)
    through = Through.of(graph, fed, layers_of(graph))
    layer = through.shifted(1, 0, border("wrap")).layers[0]
    still = np.einsum("fc,chw->hwf", graph.constants["w"].read()[:, :, 0, 0], fed[0])
    moved = np.roll(still, 1, axis=1)[::2, ::2]
    plain = still[::2, ::2]
    halfway = (plain[:, :-1] + plain[:, 1:]) / 2  # half a unit back, interpolated
    inner = slice(layer.ledger.band.top, plain.shape[0] - layer.ledger.band.bottom)
    left, right = layer.ledger.band.left, plain.shape[1] - layer.ledger.band.right
    error = np.abs(moved[inner, left:right] - halfway[inner, left - 1 : right - 1])
    assert layer.ledger.interior.max_error == pytest.approx(error.max(), rel=1e-5)
    assert layer.largest == pytest.approx(np.abs(plain).max(), rel=1e-5)
    same = moved[inner, left:right].argmax(2) == halfway[inner, left - 1 : right - 1].argmax(2)
    assert layer.unchanged == same.mean()


def test_upsampling_moves_by_twice_as_many_units(tmp_path: pathlib.Path) -> None:
    """A shift by 1 behind a stride of 2 and an upsampling by 4 is one by 2."""
    scales = np.float32([1, 1, 4, 4])
    nodes = [
        node("Conv", "x w", "c"),
        node("Resize", "c - s", "y", mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    ]
    graph = graph_of(model_of(nodes, SIZE, {**weights(w=(2, 2, 3, 3)), "s": scales}), tmp_path)
    found = Through.of(graph, RNG.normal(0, 1, SIZE).astype(np.float32), layers_of(graph)).shifted(3, 1, border("zero"))
    assert [layer.ledger.holds for layer in found.layers] == [True, True]
    assert found.layers[1].ledger.interior.pixels > 1000
    assert (found.layers[1].ledger.band.left, found.layers[1].ledger.band.top) == (12, 4)


def test_branches_that_look_differently_far_have_the_band_of_the_farther_one(tmp_path: pathlib.Path) -> None:
    """A 5x5 beside a 1x1, both padded."""
    nodes = [node("Conv", "x w", "a", pads=[2] * 4), node("Conv", "x v", "b"), node("Add", "a b")]
    found = shifted(tmp_path, nodes, 2, w=(3, 2, 5, 5), v=(3, 2, 1, 1))
    assert [layer.ledger.band.left for layer in found.layers] == [4, 2, 4]
    assert all(layer.ledger.holds for layer in found.layers)


def test_behind_a_fully_connected_layer_the_numbers_themselves_should_stay(tmp_path: pathlib.Path) -> None:
    """It is named; the verdict is that of the largest number, with the shift and without."""
    nodes = [CONV, node("Flatten", "c", "f"), node("MatMul", "f m", "y")]
    model = model_of(nodes, SIZE, weights(w=(4, 2, 3, 3), m=(4 * 24 * 31, 6)))
    graph = graph_of(model, tmp_path)
    fed = RNG.normal(0, 1, SIZE).astype(np.float32)
    found = Through.of(graph, fed, layers_of(graph)).shifted(4, 0, border("wrap"))
    conv, flatten, last = found.layers
    assert (conv.moves, flatten.moves, last.moves) == (True, True, False)
    assert flatten.ledger.interior == conv.ledger.interior
    assert [cause.name for cause in last.causes] == ["fully connected"]
    from convcli.core.forward.passing import run

    first = run(graph, np.roll(fed, 4, axis=3))["y"]
    still = run(graph, fed)["y"]
    assert last.ledger.interior.max_error == pytest.approx(np.abs(first - still).max(), rel=1e-4)
    assert found.verdict == (int(first.argmax()), int(still.argmax()))
    assert last.unchanged == float(first.argmax() == still.argmax())


def test_a_circular_shift_through_a_global_mean_changes_nothing_but_at_the_padding(tmp_path: pathlib.Path) -> None:
    """Of unpadded 1x1 windows the mean is the same up to rounding: nothing is at fault."""
    nodes = [node("Conv", "x w", "c"), node("Relu", "c", "r"), node("GlobalAveragePool", "r")]
    found = shifted(tmp_path, nodes, 7, 3, "wrap", w=(4, 2, 1, 1))
    assert found.layers[-1].ledger.holds
    assert found.layers[-1].causes == ()


def test_normalising_over_whole_maps_leaves_no_interior(tmp_path: pathlib.Path) -> None:
    """InstanceNormalization sees everything, and so what the shift brought in."""
    nodes = [node("Conv", "x w", "c"), node("InstanceNormalization", "c g b", "n"), node("Relu", "n")]
    found = shifted(tmp_path, nodes, 3, w=(4, 2, 3, 3), g=(4,), b=(4,))
    conv, normalised, relu = found.layers
    assert conv.ledger.holds
    assert normalised.ledger.interior.pixels == relu.ledger.interior.pixels == 0
    assert normalised.ledger.border.max_error > 0
    assert [cause.name for cause in relu.causes] == ["whole maps"]


def test_what_is_cut_off_and_padded_again_is_not_taken_for_picture(tmp_path: pathlib.Path) -> None:
    """Behind Slice zeros may stand where the field says picture: no interior is claimed."""
    nodes = [node("Slice", "x s e a", "c"), node("Conv", "c w", pads=[1, 1, 1, 1])]
    fixed: dict[str, Any] = {"s": np.int64([3, 3]), "e": np.int64([20, 20]), "a": np.int64([2, 3])}
    graph = graph_of(model_of(nodes, SIZE, {**weights(w=(2, 2, 3, 3)), **fixed}), tmp_path)
    found = Through.of(graph, RNG.normal(0, 1, SIZE).astype(np.float32), layers_of(graph)).shifted(1, 0, border("edge"))
    cut, padded = found.layers
    assert cut.ledger.holds
    assert cut.ledger.interior.pixels
    assert padded.ledger.interior.pixels == 0


@pytest.mark.parametrize("dx", [31, -40])
def test_a_shift_as_large_as_the_input_is_refused(tmp_path: pathlib.Path, dx: int) -> None:
    """With its width."""
    from convcli.errors import OptionError

    with pytest.raises(OptionError, match="31 pixels wide"):
        shifted(tmp_path, NET, dx, **SHAPES)
