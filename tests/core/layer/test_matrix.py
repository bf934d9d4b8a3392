"""A layer's matrix against the nested-loop definition, the closed forms, and known matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.core.geometry import Padding
from convcli.core.kernel.kernel import Kernel
from convcli.core.layer.cost import KINDS
from convcli.core.layer.matrix import SEVERAL, LayerMatrix, layer_matrix
from convcli.core.layer.matrix_check import Agreement, Count, agreement, counts, probe_picture
from convcli.core.problem.options import Window
from convcli.errors import GeometryError, OptionError, UnknownNameError
from tests.oracles import correlate_plane

BORDERS = ["edge", "zero", "symmetric", "reflect", "wrap", "constant:7"]


def kernel(rows: Any, name: str = "k") -> Kernel:
    """A kernel from nested lists."""
    return Kernel(name, np.asarray(rows, np.float64))


@st.composite
def matrices(draw: st.DrawFn) -> LayerMatrix:
    """Matrices of small layers with any border, size, stride and dilation whose windows fit."""
    n, k = st.integers(1, 5), st.integers(1, 3)
    shape, height, width = (draw(n), draw(n), draw(st.integers(1, 3))), draw(k), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    own = (shape[2],) if draw(st.booleans()) else ()
    kernels = [Kernel(f"k{i}", rng.integers(-4, 5, (*own, height, width))) for i in range(draw(st.integers(1, 2)))]
    try:
        return layer_matrix(
            shape,
            kernels,
            draw(st.sampled_from(KINDS)),
            window=Window.of(
                border=draw(st.sampled_from(BORDERS)),
                size=draw(st.sampled_from(["same", "valid", "full"])),
                stride=draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
                dilation=draw(st.tuples(st.integers(1, 2), st.integers(1, 2))),
            ),
        )
    except GeometryError:
        reject()


def by_loops(matrix: LayerMatrix, picture: NDArray[Any]) -> NDArray[np.float64]:
    """The layer's response by the definition: every channel's plane correlated, channels added."""
    layer = matrix.layer
    out = np.zeros(matrix.outputs)
    for f, filters in enumerate(matrix.weights):
        for c in range(layer.shape[2]):
            plane = correlate_plane(
                picture[..., c],
                filters[..., c],
                border="zero" if matrix.border.fills else matrix.border.name,
                padding=tuple(layer.padding),
                stride=layer.stride,
                dilation=layer.dilation,
                fill=matrix.border.fill,
            )
            out[..., f] += plane.astype(np.float64)
    return out


@given(matrices())
@settings(max_examples=250, derandomize=True, deadline=None)
def test_matrix_times_picture_is_the_nested_loops_response(matrix: LayerMatrix) -> None:
    """For whole numbers exactly, whatever the border, size, stride and dilation."""
    picture = probe_picture(matrix.layer.shape, seed=3)
    assert np.array_equal(matrix.times(picture), by_loops(matrix, picture))
    agrees = agreement(matrix, picture)
    assert agrees.holds
    assert agrees.tolerance == 0


@given(matrices())
@settings(max_examples=400, derandomize=True, deadline=None)
def test_counts_in_the_matrix_equal_the_closed_forms(matrix: LayerMatrix) -> None:
    """Entries, connections and distinct weights; and an entry is connected just where its tie is not 0."""
    assert all(count.holds for count in counts(matrix)), counts(matrix)
    ties = matrix.tied()
    assert np.count_nonzero(ties) == matrix.connected()
    assert not matrix.values()[ties == 0].any()


def test_the_known_matrix_of_a_valid_correlation() -> None:
    """A 3x3 picture and the kernel 0 1; 2 3, written out by hand."""
    matrix = layer_matrix((3, 3, 1), [kernel([[0, 1], [2, 3]])], window=Window.of(size="valid"))
    assert matrix.values().tolist() == [
        [0, 1, 0, 2, 3, 0, 0, 0, 0],
        [0, 0, 1, 0, 2, 3, 0, 0, 0],
        [0, 0, 0, 0, 1, 0, 2, 3, 0],
        [0, 0, 0, 0, 0, 1, 0, 2, 3],
    ]
    assert matrix.times(np.arange(9).reshape(3, 3, 1)).ravel().tolist() == [19, 25, 37, 43]
    assert matrix.tied()[0].tolist() == [1, 2, 0, 3, 4, 0, 0, 0, 0]
    assert matrix.tied()[3].tolist() == [0, 0, 0, 0, 1, 2, 0, 3, 4]


def test_wrap_makes_a_circulant_matrix() -> None:
    """Each row is the one above, moved on by one: what a circular convolution is."""
    values = layer_matrix((1, 6, 1), [kernel([[1, 2, 5]])], window=Window.of(border="wrap")).values()
    assert values[0].tolist() == [2, 5, 0, 0, 0, 1]
    assert all(np.array_equal(values[i + 1], np.roll(values[i], 1)) for i in range(5))


def test_a_border_that_folds_taps_adds_their_weights() -> None:
    """Edge: the first of 1 2 5 falls onto the first pixel, where 1 + 2 stand together."""
    matrix = layer_matrix((1, 4, 1), [kernel([[1, 2, 5]])], window=Window.of(border="edge"))
    assert matrix.values()[0].tolist() == [3, 5, 0, 0]
    assert matrix.tied()[0].tolist() == [SEVERAL, 3, 0, 0]
    assert matrix.values()[3].tolist() == [0, 0, 1, 7]


def test_a_constant_border_adds_an_offset_and_no_entry() -> None:
    """constant:7 under the weight 1: 7 more in the first output, and the same matrix as zero."""
    filled = layer_matrix((1, 3, 1), [kernel([[1, 2, 5]])], window=Window.of(border="constant:7"))
    zero = layer_matrix((1, 3, 1), [kernel([[1, 2, 5]])], window=Window.of(border="zero"))
    assert filled.offset.tolist() == [7, 0, 35]
    assert np.array_equal(filled.values(), zero.values())


def test_the_three_kinds_have_one_matrix_and_different_ties() -> None:
    """3 outputs, 4 inputs, a window of 2: 12, 6 and 2 weights of their own."""
    built = [layer_matrix((1, 4, 1), [kernel([[-1, 1]])], kind, window=Window.of(size="valid")) for kind in KINDS]
    assert all(np.array_equal(matrix.values(), built[0].values()) for matrix in built)
    assert [matrix.distinct() for matrix in built] == [12, 6, 2]
    assert built[0].tied().tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    assert built[1].tied().tolist() == [[1, 2, 0, 0], [0, 3, 4, 0], [0, 0, 5, 6]]
    assert built[2].tied().tolist() == [[1, 2, 0, 0], [0, 1, 2, 0], [0, 0, 1, 2]]


def test_filters_and_channels_stand_in_channel_last_order() -> None:
    """Two filters on two channels, each weight telling where it is from."""
    first, second = kernel([[[1]], [[2]]], "a"), kernel([[[3]], [[4]]], "b")
    matrix = layer_matrix((1, 2, 2), [first, second])
    assert matrix.values().tolist() == [[1, 2, 0, 0], [3, 4, 0, 0], [0, 0, 1, 2], [0, 0, 3, 4]]
    assert matrix.outputs == (1, 2, 2)


def test_weights_that_only_meet_padding_are_not_in_the_matrix() -> None:
    """A 3x3 window on one pixel with zeros around it: one weight of nine, and the closed form says why."""
    matrix = layer_matrix((1, 1, 1), [kernel(np.arange(1, 10).reshape(3, 3))], window=Window.of(border="zero"))
    assert matrix.values().tolist() == [[5]]
    assert counts(matrix)[2] == Count("distinct weights", 1, 1, "k × filters = 9 less those that only meet padding")


def test_rounding_is_allowed_for_and_faults_are_not() -> None:
    """Ninths agree within a bound that is far below a wrong weight."""
    matrix = layer_matrix((6, 5, 1), [kernel(np.full((3, 3), 1 / 9))], window=Window.of(padding=Padding(1, 0, 2, 1)))
    agrees = agreement(matrix, probe_picture((6, 5, 1)))
    assert agrees.holds
    assert 0 < agrees.tolerance < 1e-9
    assert not Agreement(1.0, agrees.tolerance).holds
    shifted = LayerMatrix(**{**matrix.__dict__, "column": (matrix.column + 1) % 30})
    assert not agreement(shifted, probe_picture((6, 5, 1))).holds


def test_what_does_not_fit_is_refused_with_its_figure() -> None:
    """10^12 entries are 8 * 10^12 bytes; kernels have one size; channels agree; the kind is known."""
    with pytest.raises(GeometryError, match=r"1,000,000,000,000 entries, 8,000,000,000,000 bytes; at most 16,777,216"):
        layer_matrix((1000, 1000, 1), [kernel([[1, 2]])])
    with pytest.raises(GeometryError, match=r"connections; at most 8,388,608"):
        layer_matrix((64, 64, 1), [kernel(np.ones((60, 60)))])
    with pytest.raises(OptionError, match="1x2, 2x1 is not allowed; give kernels of one size"):
        layer_matrix((4, 4, 1), [kernel([[1, 2]]), kernel([[1], [2]])])
    with pytest.raises(GeometryError, match="'k' has weights for 2 channels, but SHAPE has 3"):
        layer_matrix((4, 4, 3), [kernel(np.ones((2, 1, 1)))])
    with pytest.raises(UnknownNameError, match="shared"):
        layer_matrix((4, 4, 1), [kernel([[1]])], "share")
