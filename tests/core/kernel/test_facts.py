"""What is said of a kernel is true of its numbers."""

import numpy as np
import pytest

from convcli.core.kernel.facts import frequency_response, kernel_facts
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.symmetry import SYMMETRIES, antisymmetries_of, symmetries_of, transformed
from convcli.kernels import build, kernel, recipes

ASYMMETRIC = np.array([[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize(
    ("symmetry", "expected"),
    [
        ("identity", [[1, 2, 3], [4, 5, 6]]),
        ("rotate90", [[3, 6], [2, 5], [1, 4]]),
        ("rotate180", [[6, 5, 4], [3, 2, 1]]),
        ("rotate270", [[4, 1], [5, 2], [6, 3]]),
        ("flip-x", [[3, 2, 1], [6, 5, 4]]),
        ("flip-y", [[4, 5, 6], [1, 2, 3]]),
        ("transpose", [[1, 4], [2, 5], [3, 6]]),
        ("anti-transpose", [[6, 3], [5, 2], [4, 1]]),
    ],
)
def test_the_eight_moves_of_a_square(symmetry, expected):
    """Each move puts every number where one sees it go on the screen, over the last two axes."""
    assert transformed(ASYMMETRIC, symmetry).tolist() == expected
    stack = np.stack([ASYMMETRIC, -ASYMMETRIC])
    assert transformed(stack, symmetry)[1].tolist() == (-np.array(expected)).tolist()


def test_moves_give_copies():
    """A moved kernel shares no memory with the one it came from."""
    assert all(not np.shares_memory(transformed(ASYMMETRIC, name), ASYMMETRIC) for name in SYMMETRIES)


def test_symmetries_are_found():
    """A kernel's own moves, and those that negate it, are told from the others."""
    assert symmetries_of(np.array([[0, 1], [1, 0]])) == ("identity", "rotate180", "transpose", "anti-transpose")
    assert antisymmetries_of(np.array([[0, 1], [-1, 0]])) == ("rotate180", "transpose")
    assert antisymmetries_of(np.zeros((2, 2))) == ()
    assert symmetries_of(ASYMMETRIC) == ("identity",)


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_facts_of_the_catalogue(recipe):
    """Norms, rank and factors are what the numbers give, for every kernel of the catalogue."""
    kernel = build(recipe)
    facts, weights = kernel_facts(kernel), kernel.weights
    assert facts.sum == pytest.approx(sum(weights.ravel().tolist()), abs=1e-12)
    assert facts.l1 == pytest.approx(np.linalg.norm(weights.ravel(), 1))
    assert facts.l2 == pytest.approx(np.linalg.norm(weights.ravel()))
    assert facts.rank == np.linalg.matrix_rank(weights)
    if facts.factors is not None:
        assert np.outer(*facts.factors) == pytest.approx(weights, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("weights", "column", "row"),
    [
        ([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], [-1, 0, 1], [1, 2, 1]),
        ([[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]], [3, 10, 3], [-1, 0, 1]),
        ([[-2, -4]], [2], [-1, -2]),
        ([[1, -1], [-1, 1]], [1, -1], [1, -1]),
        ([[0.25, 0.75], [0.75, 2.25]], [0.25, 0.75], [1, 3]),
        ([[-0.5, 0.5], [-0.5, 0.5]], [0.5, 0.5], [-1, 1]),
        ([[-0.5, -0.5], [0.5, 0.5]], [-1, 1], [0.5, 0.5]),
    ],
)
def test_factors_are_the_ones_of_the_textbook(weights, column, row):
    """Whole kernels have whole factors; the factor that smooths carries no sign."""
    found = kernel_facts(Kernel("k", np.array(weights))).factors
    assert found is not None
    assert [factor.tolist() for factor in found] == [column, row]


def test_a_kernel_of_zeros_has_rank_0():
    """Nothing spans nothing, and nothing divides by zero."""
    facts = kernel_facts(Kernel("zeros", np.zeros((2, 3))))
    assert (facts.rank, facts.factors, facts.zero_crossing) == (0, None, False)


def test_second_derivatives_cross_zero_at_an_edge():
    """The Laplacian family crosses zero at a straight edge; first derivatives and means do not."""
    crossing = {recipe.name for recipe in recipes() if kernel_facts(build(recipe)).zero_crossing}
    assert {"laplacian", "laplacian-8", "log", "dog", "outline", "point", "line-h", "line-v"} == crossing


def test_frequency_response_is_the_defining_sum():
    """|H(u, v)| equals the sum of weights times waves, at every frequency of a small grid."""
    weights = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 4.0]])
    response = frequency_response(weights, 8)
    for r in range(8):
        for c in range(8):
            v, u = (r - 4) / 8, (c - 4) / 8
            total = sum(weights[i, j] * np.exp(-2j * np.pi * (u * j + v * i)) for i in range(2) for j in range(3))
            assert response[r, c] == pytest.approx(abs(total), abs=1e-12)


def test_the_response_grows_with_the_kernel():
    """A kernel larger than the grid is not cut off."""
    assert frequency_response(np.ones((1, 70)), 64).shape == (70, 70)


@pytest.mark.parametrize(
    ("weights", "gain", "at"),
    [
        ([[-1, 0, 1]], 2, (0.25, 0)),
        ([[-1], [0], [1]], 2, (0, 0.25)),
        ([[1, -1]], 2, (0.5, 0)),
        ([[0, 1], [-1, 0]], 2, (0.25, -0.25)),
    ],
)
def test_the_peak_is_where_the_wave_fits(weights, gain, at):
    """A difference passes best the wave whose half length is the distance of its taps."""
    assert kernel_facts(Kernel("k", np.array(weights))).peak == (pytest.approx(gain), at)


@pytest.mark.parametrize("name", ["gabor:theta=45", "gabor:theta=22.5", "log", "dog", "sobel-x", "emboss", "gaussian"])
def test_no_frequency_has_more_gain_than_the_peak(name):
    """Against 509 x 509 frequencies, of which the peak's own grids have none but 0; and the peak has its gain."""
    weights = kernel(name).weights
    gain, (u, v) = kernel_facts(kernel(name)).peak
    fine = frequency_response(weights, 509).max()
    assert fine * (1 - 1e-9) <= gain <= fine * 1.001
    rows, columns = np.mgrid[: weights.shape[0], : weights.shape[1]]
    assert abs((weights * np.exp(-2j * np.pi * (u * columns + v * rows))).sum()) == pytest.approx(gain)
