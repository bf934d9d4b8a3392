"""The closed forms of one layer, held against index maps built cell by cell."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from convcli.core.geometry import Padding
from convcli.core.layer.cost import DTYPE_BYTES, Layer, dtype_bytes, plan_layer
from convcli.core.layer.reach import connections_along, floor_sum, taps_reaching
from convcli.errors import GeometryError, OptionError, UnknownNameError

CHAPTER = plan_layer((1000, 1000, 1), (10, 10), hidden=10**6)


class Built(NamedTuple):
    """An index map: every link of a layer, written down one by one."""

    units: int
    links: list[tuple[object, object, object]]  # (unit, input or None in the padding, weight when shared)


def built(layer: Layer) -> Built:
    """Walk over every unit and every cell of its window, by the definition of correlation."""
    height, width, channels = layer.shape
    kernel_rows, kernel_columns = layer.kernel or (0, 0)
    pad, (down, across), (apart, beside) = layer.padding, layer.stride, layer.dilation
    per_group, filters_per_group = channels // layer.groups, layer.filters // layer.groups
    links: list[tuple[object, object, object]] = []
    units = 0
    for f in range(layer.filters):
        first = f // filters_per_group * per_group
        top = -pad.top
        while top + apart * (kernel_rows - 1) < height + pad.bottom:
            left = -pad.left
            while left + beside * (kernel_columns - 1) < width + pad.right:
                units += 1
                for i in range(kernel_rows):
                    for j in range(kernel_columns):
                        r, c = top + i * apart, left + j * beside
                        inside = 0 <= r < height and 0 <= c < width
                        for z in range(first, first + per_group):
                            links.append(((f, top, left), (r, c, z) if inside else None, (f, i, j, z)))
                left += across
            top += down
    return Built(units, links)


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Small layers of every kind, asymmetric ones too, whose windows fit."""
    n = st.integers(1, 7)
    groups = draw(st.integers(1, 3))
    shape = (draw(n), draw(n), groups * draw(st.integers(1, 2)))
    side = st.integers(0, 3)
    padding = Padding(*(draw(side) for _ in range(4))) if draw(st.booleans()) else None
    try:
        return plan_layer(
            shape,
            (draw(st.integers(1, 4)), draw(st.integers(1, 4))),
            filters=groups * draw(st.integers(1, 2)),
            groups=groups,
            padding=padding,
            size=draw(st.sampled_from(["same", "valid", "full"])),
            stride=draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
            dilation=draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
            bias=draw(st.booleans()),
        )
    except GeometryError:
        reject()


@given(layers())
@settings(max_examples=500, derandomize=True, deadline=None)
def test_closed_forms_equal_counts_of_a_built_index_map(layer: Layer) -> None:
    """Weights, biases, connections and MACs are what counting every link one by one gives."""
    index_map = built(layer)
    links, units = index_map.links, index_map.units
    assert layer.units == units
    fc, sparse, shared = (layer.cost(kind) for kind in ("fc", "sparse", "shared"))
    assert fc.weights == fc.connections == fc.macs == layer.inputs * units
    assert sparse.weights == len({(unit, weight) for unit, _, weight in links})
    assert shared.weights == len({weight for _, _, weight in links})
    assert sparse.connections == shared.connections == sparse.macs == shared.macs == len(links)
    assert layer.connections_inside() == sum(source is not None for _, source, _ in links)
    assert (fc.biases, sparse.biases, shared.biases) == ((units, units, layer.filters) if layer.bias else (0, 0, 0))


small = st.integers(1, 9)


@given(small, small, small, st.integers(0, 14), small, small)
@settings(max_examples=500, derandomize=True, deadline=None)
def test_lattice_counts_equal_loops(n: int, k: int, outputs: int, before: int, stride: int, dilation: int) -> None:
    """Taps on the input, and taps that ever meet it, are what two nested loops find."""
    hits = [(o, i) for o in range(outputs) for i in range(k) if 0 <= o * stride + i * dilation - before < n]
    assert connections_along(n, k, outputs, before, stride, dilation) == len(hits)
    assert taps_reaching(n, k, outputs, before, stride, dilation) == len({i for _, i in hits})


@given(st.integers(0, 30), st.integers(1, 20), st.integers(0, 50), st.integers(0, 50))
@settings(max_examples=500, derandomize=True, deadline=None)
def test_floor_sums_equal_the_sum(n: int, m: int, a: int, b: int) -> None:
    """sum of floor((a*i + b) / m), term by term."""
    assert floor_sum(n, m, a, b) == sum((a * i + b) // m for i in range(n))


def test_the_chapters_numbers() -> None:
    """10^6 inputs and 10^6 units: 10^12 weights, 10^8 with 10x10 windows, 100 when shared; the work is the same."""
    fc, sparse, shared = (CHAPTER.cost(kind) for kind in ("fc", "sparse", "shared"))
    assert (fc.weights, sparse.weights, shared.weights) == (10**12, 10**8, 100)
    assert sparse.macs == shared.macs == 10**8
    assert fc.weights // sparse.weights == 10_000
    assert sparse.weights // shared.weights == 1_000_000


def test_shared_weights_depend_on_neither_the_picture_nor_the_units() -> None:
    """The same window on any picture with any number of units is the same 100 weights."""
    for shape, hidden in (((50, 70, 1), None), ((10**6, 3 * 10**6, 1), None), ((300, 200, 1), 77)):
        assert plan_layer(shape, (10, 10), hidden=hidden).cost("shared").weights == 100


def test_counts_beyond_every_machine_word_are_exact() -> None:
    """10^30 x 10^30 inputs, a window of 10^15 x 10^14, stride 3: integers to the last digit."""
    layer = plan_layer((10**30, 10**30, 1), (10**15, 10**14), stride=3)
    side = -(-(10**30) // 3)
    assert layer.cost("fc").weights == 10**60 * side**2
    assert layer.cost("sparse").weights == side**2 * 10**29
    assert layer.cost("shared").weights == 10**29
    inside = layer.connections_inside()
    assert inside is not None
    assert 0 < layer.cost("sparse").connections - inside < side * 10**46


def test_depthwise_layers_have_one_window_a_channel() -> None:
    """groups = channels: each filter sees one channel, so 5 channels of 3x3 are 45 weights, not 225."""
    layer = plan_layer((8, 9, 5), (3, 3), groups=5)
    assert layer.filters == 5
    assert layer.cost("shared").weights == 45
    assert layer.cost("sparse").weights == 8 * 9 * 45


def test_units_that_are_only_counted_have_no_place() -> None:
    """A number of units that no grid gives is counted with full windows, and nothing is said of padding."""
    layer = plan_layer((1000, 1000, 1), (10, 10), hidden=500)
    assert layer.grid is None
    assert layer.connections_inside() is None
    assert layer.cost("sparse").weights == 50_000


def test_biases_are_one_a_unit_or_one_a_filter() -> None:
    """6 filters on 24x24 positions: 3456 units have 3456 biases, shared ones 6."""
    layer = plan_layer((28, 28, 1), (5, 5), filters=6, size="valid", bias=True)
    assert [layer.cost(kind).biases for kind in ("fc", "sparse", "shared")] == [3456, 3456, 6]
    assert layer.cost("shared").parameters == 156


def test_bytes_follow_the_type() -> None:
    """768,000,000 weights are 3,072,000,000 bytes in float32 and a quarter of that in int8."""
    cost = plan_layer((1000, 1000, 3), hidden=256).cost("fc")
    assert cost.weights == 768_000_000
    assert [cost.bytes(dtype) for dtype in DTYPE_BYTES] == [cost.weights * n for n in (4, 2, 2, 8, 1)]


def test_what_does_not_fit_is_refused_with_its_numbers() -> None:
    """Every refusal carries the value and the rule."""
    with pytest.raises(OptionError, match=r"groups: 3 .* divide the 4 channels and the 6 filters"):
        plan_layer((8, 8, 4), (3, 3), filters=6, groups=3)
    with pytest.raises(GeometryError, match=r"spans 9 positions .* has only 8"):
        plan_layer((8, 8, 1), (9, 1), size="valid")
    with pytest.raises(GeometryError, match=r"kernel HxW .* hidden N"):
        plan_layer((8, 8, 1))
    with pytest.raises(OptionError, match=r"hidden: 7 .* multiple of the 2 filters"):
        plan_layer((8, 8, 1), (3, 3), filters=2, hidden=7)
    with pytest.raises(OptionError, match=r"hidden: 7 .* 4 × 4 positions × 2 filters are 32 units"):
        plan_layer((8, 8, 1), (3, 3), filters=2, hidden=7, stride=2, placed=True)
    with pytest.raises(OptionError, match="give kernel HxW"):
        plan_layer((8, 8, 1), hidden=3).cost("shared")
    with pytest.raises(UnknownNameError, match="no layer is called 'spares'; did you mean sparse"):
        CHAPTER.cost("spares")
    with pytest.raises(UnknownNameError, match="float32"):
        dtype_bytes("float33")
