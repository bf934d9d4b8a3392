"""The anchor: which weight stands on an output's own place, against nested loops, SciPy and OpenCV."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.engines import ENGINES
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.moves import GridMove
from convcli.core.equivariance.routes import measure
from convcli.core.kernel.facts import kernel_facts
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.normalize import normalized
from convcli.core.kernel.stack import KernelStack
from convcli.core.kernel.symmetry import SYMMETRIES, moved_anchor
from convcli.core.laws.checks import check_laws
from convcli.core.laws.contrast import contrast
from convcli.core.layer.matrix import layer_matrix
from convcli.core.layer.matrix_check import agreement, probe_picture
from convcli.core.learning.lesson import learn
from convcli.core.problem.options import Window
from convcli.errors import GeometryError, KernelError, OptionError, UnknownNameError
from tests.oracles import correlate_plane

RNG = np.random.default_rng(11)
PICTURE = RNG.integers(0, 256, (9, 11, 3), dtype=np.uint8)
SCIPY = {"edge": "nearest", "zero": "constant", "symmetric": "reflect", "reflect": "mirror", "wrap": "wrap"}
SIZES = [(2, 2), (3, 2), (1, 4), (4, 5), (3, 3)]


def kernel(size: tuple[int, int], anchor: tuple[int, int] | None) -> Kernel:
    """Whole weights without symmetry."""
    return Kernel("k", np.random.default_rng(size[0] * 9 + size[1]).integers(-4, 6, size), anchor)


@pytest.mark.parametrize("border", SCIPY)
@pytest.mark.parametrize("size", SIZES)
def test_every_anchor_is_scipys_origin(size: tuple[int, int], border: str) -> None:
    """ndimage.correlate with origin = anchor - k // 2, on a colour picture, wherever the anchor stands."""
    for anchor in np.ndindex(*size):
        one = kernel(size, anchor)
        origin = (anchor[0] - size[0] // 2, anchor[1] - size[1] // 2, 0)
        truth = ndimage.correlate(
            PICTURE.astype(int), one.weights[..., None].astype(int), mode=SCIPY[border], origin=origin
        )
        assert np.array_equal(correlate(PICTURE, one, border=border), truth), anchor


@pytest.mark.parametrize("size", SIZES)
def test_every_anchor_is_opencvs(size: tuple[int, int]) -> None:
    """filter2D's anchor is (x, y)."""
    for row, column in np.ndindex(*size):
        one = kernel(size, (row, column))
        truth = cv2.filter2D(
            PICTURE.astype(float), cv2.CV_64F, one.weights, anchor=(column, row), borderType=cv2.BORDER_REFLECT_101
        )
        assert np.array_equal(correlate(PICTURE, one, border="reflect"), truth), (row, column)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A plane, a kernel, its anchor, steps and a border."""
    size = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    return {
        "shape": draw(st.tuples(st.integers(1, 7), st.integers(1, 8))),
        "size": size,
        "anchor": (draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))),
        "stride": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "dilation": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "border": draw(st.sampled_from([*SCIPY, "constant:-3"])),
        "dtype": draw(st.sampled_from([np.uint8, np.int16, np.float32, np.float64])),
        "seed": draw(st.integers(0, 999)),
    }


@settings(derandomize=True, deadline=None, max_examples=120)
@given(cases())
def test_the_window_begins_an_anchor_before_its_output(case: dict[str, Any]) -> None:
    """Padding of dilation * anchor before and the rest after, for every engine, size, step and dtype."""
    rng = np.random.default_rng(case["seed"])
    plane = rng.integers(0, 99, case["shape"]).astype(case["dtype"])
    weights, (down, across) = rng.integers(-5, 6, case["size"]).astype(float), case["dilation"]
    (h, w), (row, column) = case["size"], case["anchor"]
    name, _, fill = case["border"].partition(":")
    steps = {"stride": case["stride"], "dilation": case["dilation"]}
    exact = correlate_plane(
        plane,
        weights,
        border="zero" if fill else name,
        fill=float(fill or 0),
        padding=(down * row, down * (h - 1 - row), across * column, across * (w - 1 - column)),
        **steps,
    )
    for engine in ENGINES.names():
        try:
            got = correlate(plane, Kernel("k", weights, case["anchor"]), border=case["border"], engine=engine, **steps)
        except UnknownNameError:
            continue  # the engine does not offer to run this one
        assert np.allclose(got, exact.astype(float), rtol=1e-5, atol=1e-2), engine


@pytest.mark.parametrize("border", SCIPY)
def test_a_convolution_is_the_flipped_kernels_correlation_bit_for_bit(border: str) -> None:
    """With every anchor and without, even sizes included; an anchor that is given turns, one that is not does not."""
    for size in SIZES:
        for anchor in (None, *np.ndindex(*size)):
            one = kernel(size, anchor)
            assert np.array_equal(
                convolve(PICTURE, one, border=border), correlate(PICTURE, one.flipped(), border=border)
            )
            assert one.flipped().flipped().anchor == one.anchor
            assert one.flipped().anchor == (anchor and (size[0] - 1 - anchor[0], size[1] - 1 - anchor[1]))


@pytest.mark.parametrize("size", SIZES)
def test_a_convolution_puts_the_anchor_where_the_point_was(size: tuple[int, int]) -> None:
    """Of a single 9: the flip turns the anchor too, so the kernel itself appears with its anchor on the 9."""
    point = np.zeros((11, 12), int)
    point[5, 6] = 9
    for anchor in np.ndindex(*size):
        one = kernel(size, anchor)
        top, left = 5 - anchor[0], 6 - anchor[1]
        expected = np.zeros_like(point)
        expected[top : top + size[0], left : left + size[1]] = 9 * one.weights
        assert np.array_equal(convolve(point, one, border="zero"), expected)


@pytest.mark.parametrize("sizes", [[(2, 2), (3, 3)], [(1, 4), (4, 1), (2, 3)], [(3, 3), (3, 3)]])
def test_anchors_of_several_kernels_meet(sizes: list[tuple[int, int]]) -> None:
    """Every response is what that kernel gives by itself, and none is moved by another's anchor."""
    rng = np.random.default_rng(3)
    for _ in range(6):
        several = [kernel(size, (int(rng.integers(size[0])), int(rng.integers(size[1])))) for size in sizes]
        several.append(Kernel("plain", rng.integers(-3, 4, (3, 4))))
        together = correlate(PICTURE[..., 0], several, border="reflect")
        for f, one in enumerate(several):
            assert np.array_equal(together[..., f], correlate(PICTURE[..., 0], one, border="reflect"))
    stack = KernelStack.of(several)
    assert stack.anchor == stack.origin
    assert KernelStack.of([np.ones((2, 2)), np.ones((3, 3))][:1]).anchor is None


def test_sizes_without_same_do_not_know_an_anchor() -> None:
    """valid, full and padding by number stand where they stand."""
    for settings_ in ({"size": "valid"}, {"size": "full"}, {"padding": 2}):
        plain = correlate(PICTURE, kernel((2, 3), None), **settings_)
        assert np.array_equal(correlate(PICTURE, kernel((2, 3), (0, 2)), **settings_), plain)


@pytest.mark.parametrize("anchor", [(2, 0), (0, 3), (-1, 0), (0,), (0, 1, 2), (0.5, 0), 1])
def test_an_anchor_outside_the_kernel_is_refused(anchor: Any) -> None:
    """With the kernel's size and the rule."""
    with pytest.raises(KernelError, match="in 2x3 weights it is ROW,COLUMN from 0,0 to 1,2"):
        Kernel("k", np.ones((2, 3)), anchor)


def test_one_anchor_for_all_is_refused_where_a_kernel_has_another() -> None:
    """The given one is never silently dropped; the same once more is no contradiction."""
    stack = KernelStack.of([kernel((2, 2), (0, 1)), kernel((3, 3), None)])
    assert [k.anchor for k in stack.anchored((0, 1))] == [(0, 1), (0, 1)]
    assert stack.anchored(None) is stack
    with pytest.raises(KernelError, match="has an anchor of its own, 0,1; leave anchor out"):
        stack.anchored((0, 0))
    with pytest.raises(OptionError, match=r"anchor: 2,2 is not allowed; kernel 'k': in 2x2 weights"):
        KernelStack.of([kernel((3, 3), None), kernel((2, 2), None)]).anchored((2, 2))


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_an_anchor_moves_with_its_weight(symmetry: str) -> None:
    """Whatever turn or mirror: the weight under it stays the same one."""
    weights = np.arange(12).reshape(3, 4)
    for anchor in np.ndindex(3, 4):
        moved = moved_anchor(anchor, (3, 4), symmetry)
        assert SYMMETRIES[symmetry](weights)[moved] == weights[anchor]
    assert moved_anchor(None, (3, 4), symmetry) is None


def test_a_kernel_keeps_its_anchor_when_it_is_renamed_or_scaled() -> None:
    """Neither has to do with where it stands."""
    one = kernel((2, 3), (1, 0))
    assert one.renamed("other").anchor == normalized(one, "l1", 3).anchor == (1, 0)
    assert KernelStack.of(one).only(0).kernels[0].anchor == (1, 0)


@pytest.mark.parametrize("border", SCIPY)
@pytest.mark.parametrize(("size", "anchor"), [((2, 2), (0, 1)), ((3, 2), (2, 0)), ((1, 4), (0, 3)), ((3, 3), (0, 1))])
def test_the_laws_hold_with_an_anchor(size: tuple[int, int], anchor: tuple[int, int], border: str) -> None:
    """All six, by two routes, exactly; a correlation that ignores the anchor is found out."""
    plane, second = PICTURE[..., 1], Kernel("g", [[1, 2], [0, -1]])

    def forgetful(picture: NDArray[Any], given: Kernel, **options: Any) -> NDArray[Any]:
        return correlate(picture, Kernel(given.name, given.weights), **options)

    assert all(check.max_error == 0 for check in check_laws(plane, kernel(size, anchor), second, rule=border))
    found = check_laws(plane, kernel(size, anchor), second, rule=border, correlate=forgetful)
    failed = {check.name for check in found if not check.holds}
    assert {"flip", "linearity"} <= failed <= {"flip", "linearity", "adjoint"}


def test_a_symmetric_kernel_off_its_middle_is_not_its_own_convolution() -> None:
    """The contrast and the facts say so: the weights turn onto themselves, the anchor does not."""
    middle, corner = Kernel("box", np.ones((3, 3))), Kernel("box", np.ones((3, 3)), (0, 0))
    assert contrast(PICTURE, middle).symmetric
    assert not contrast(PICTURE, corner).symmetric
    assert contrast(PICTURE, corner).differing
    assert kernel_facts(corner).symmetries == ("identity", "transpose")
    assert len(kernel_facts(middle).symmetries) == 8


@pytest.mark.parametrize("border", ["zero", "edge", "wrap"])
def test_the_matrix_has_the_anchor_in_it(border: str) -> None:
    """matrix @ picture is the response; filters of one layer have one anchor."""
    several = [kernel((2, 3), (0, 2)), kernel((2, 3), (0, 2))]
    matrix = layer_matrix((4, 5, 1), several, window=Window.of(border))
    picture = probe_picture((4, 5, 1))
    assert np.array_equal(matrix.times(picture)[..., 1], correlate(picture[..., 0], several[1], border=border))
    assert agreement(matrix, picture).holds
    with pytest.raises(OptionError, match=r"anchors 0,1 and 0,2.*one anchor"):
        layer_matrix((4, 5, 1), [kernel((2, 3), (0, 2)), kernel((2, 3), (0, 1))])


def test_a_mirror_moves_a_symmetric_kernel_whose_anchor_is_aside() -> None:
    """By twice as far as it is from the middle; in the middle, and with valid, the mirror holds."""
    for anchor, size, holds in (((1, 1), "same", True), ((1, 0), "same", False), ((1, 0), "valid", True)):
        layer = ConvLayer.of(Kernel("box", np.ones((3, 3), int), anchor), size=size)
        assert measure(PICTURE[..., 0], layer, GridMove("flip-x")).holds is holds


@pytest.mark.parametrize("mode", ["correlate", "convolve"])
@pytest.mark.parametrize("border", [None, "edge"])
@pytest.mark.parametrize("anchor", [(0, 0), (1, 2), (0, 1)])
def test_what_was_applied_with_an_anchor_is_learnt_with_it(
    anchor: tuple[int, int], border: str | None, mode: str
) -> None:
    """The kernel comes back to 1e-9; without the anchor another one does."""
    from convcli.core.border import border as named

    before, one = RNG.normal(size=(17, 19)), kernel((2, 3), anchor)
    after = (correlate if mode == "correlate" else convolve)(before, one, border="edge")
    rule = None if border is None else named(border)
    (found,) = learn(before, after, (2, 3), mode=mode, border=rule, anchor=anchor)
    assert np.allclose(found.kernel, one.weights, atol=1e-9)
    (other,) = learn(before, after, (2, 3), mode=mode, border=rule)
    same_place = anchor == ((1, 1) if mode == "correlate" else (0, 1))
    assert np.allclose(other.kernel, one.weights, atol=1e-3) is same_place


def test_a_learnt_anchor_has_to_make_sense() -> None:
    """Inside the kernel, and where AFTER has a place for it."""
    before = RNG.normal(size=(9, 9))
    with pytest.raises(OptionError, match=r"anchor: 2,0 is not allowed; in a 2x3 kernel"):
        learn(before, before, (2, 3), anchor=(2, 0))
    with pytest.raises(GeometryError, match=r"valid size.*leave anchor out"):
        learn(before, before[1:, 2:], (2, 3), anchor=(0, 0))
