"""Branches: receptive fields by brute force, where views lie apart, and shapes that do not meet."""

from __future__ import annotations

import pytest

from convcli.core.network.field import MOST_PHASES, Field
from convcli.core.network.joints import Bilinear, Nearest, Spread, Window
from convcli.core.network.seen import NOTHING, Reach
from convcli.errors import UsageError
from tests.core.network.networks import network
from tests.core.network.perturbed import seen_by_perturbation

STACKS = [
    "13x9 conv:2,3,pad=1 pool:avg,2 conv:1,3x2,stride=2 relu flatten fc:3",
    "12x17x2 conv:3,5,pad=2 relu pool:max,2 conv:2,3 pool:avg,3,stride=2,pad=1",
    "9x14 conv:2,2,pad=same conv:1,4x3,pad=full,stride=3 batchnorm dropout:0.5",
    "10x10 pool:max,3,stride=2 conv:1,1 conv:1,2,pad=1,stride=2 flatten fc:4 relu fc:2",
    "11x8 conv:1,3,pad=1 conv:1,2,stride=2 global-pool:avg conv:2,3,pad=1",
    "5x6 conv:1,2,pad=4 conv:1,2,stride=2 flatten fc:2",
    "25x21 conv:1,3,dilation=2,pad=2 conv:1,2x3,stride=2",
    "19x26 conv:1,2x3,dilation=3,pad=1 pool:avg,2 conv:2,3 flatten fc:1",
]

BRANCHED = [
    "17x14x2 conv:2,3,pad=1 relu add( conv:2,3,pad=1 batchnorm relu conv:2,3,pad=1 | skip ) relu",
    "19x16 add( conv:2,3,stride=2,pad=1 relu conv:2,3,pad=1 | conv:2,1,stride=2 ) conv:1,2x3",
    "15x18 concat( conv:1,1 | conv:1,3,pad=1 | conv:1,5,pad=2 | pool:max,3,stride=1,pad=1 ) pool:avg,2",
    "18x15 repeat(2, concat( skip | relu conv:1,3,pad=1 )) conv:1,1 pool:avg,2",
    "20x16 concat( crop:4 | conv:1,3 pool:max,2 conv:1,3 conv-transpose:1,2,stride=2 crop:1x1 ) conv:1,3",
    "16x20 concat( skip | pool:max,2 conv:2,3,pad=1 add( skip | pool:avg,2 conv:2,3,pad=1 upsample:2 ) upsample:2 )",
    "14x18 add( conv:1,3,stride=2,pad=1 upsample:2,bilinear | conv:1,3,dilation=2,pad=2 ) conv:1,3,pad=1",
    "13x16 add( conv:1,3,stride=2,pad=tf-same | pool:max,2,stride=2,pad=tf-same ) conv:1,4,pad=tf-same",
    "14x17 concat( pool:max,3,stride=2,ceil=yes | conv:1,2x3,stride=2 | pool:avg,2,pad=1,ceil=yes crop:1x1 "
    "conv-transpose:1,2 )",
    "9x8 conv-transpose:1,3,stride=2,pad=1,output-pad=1 add( conv:1,5,pad=2 | skip ) conv:1,3,stride=2,pad=1",
    "9x7 conv-transpose:1,4,stride=3,dilation=2,pad=2 concat( skip | conv-transpose:1,3,pad=tf-same )",
    "8x7 conv-transpose:1,2,stride=3 add( skip | conv:1,3,pad=1 )",
    "11x9 conv-transpose:2,3,stride=2,pad=tf-same multiply( skip | global-pool:avg conv:2,1 sigmoid ) conv:1,3",
    "10x12 upsample:3x2 concat( conv:1,4,stride=3x2,pad=1x1 | conv:1,3x2,stride=3x2,pad=1x0 ) flatten fc:2",
    "12x11x2 conv:4,3,groups=2 add( conv:4,3,pad=1,groups=4 conv:4,1 | skip ) relu6 concat( skip | skip ) crop:2x1",
    "16x16 add( conv:1,3,stride=2,pad=1 | conv:1,9x9 ) conv:1,3",
    "13x12 add( conv:1,2,pad=same | conv:1,2,pad=tf-same | skip ) upsample:2,bilinear conv:1,5,stride=2,pad=2",
    "9x8 concat( conv:1,2 flatten | flatten fc:3 ) softmax",
]  # fmt: skip


@pytest.mark.parametrize("text", [*STACKS, *BRANCHED])
def test_receptive_fields_agree_with_perturbation(text: str) -> None:
    """Every unit reaches exactly the pixels that move it, none outside its field, and where there is room all of it."""
    net = network(text)
    for row, seen in zip(net.rows, seen_by_perturbation(net), strict=True):
        for unit in ((r, c) for r in range(row.grid[0]) for c in range(row.grid[1])):
            spans = [reach.spans[at] for reach, at in zip(row.reach, unit, strict=True) if reach.spans]
            if unit in seen:
                assert seen[unit] == spans, (row.name, unit)
            else:
                assert NOTHING in spans, (row.name, unit)
        for axis, field in enumerate(row.fields):
            check_field(field, {unit[axis]: spans[axis] for unit, spans in seen.items()}, net.shape[axis])


def check_field(field: Field, seen: dict[int, tuple[int, int]], n: int) -> None:
    """Every unit along an axis looks where its field says; the one that has most room sees all of it."""
    looks = {u: field.span(u) or NOTHING for u in seen}
    assert all(looks[u][0] <= first <= last <= looks[u][1] for u, (first, last) in seen.items())
    if field.step == 0:  # one field for all units together
        assert (min(span[0] for span in seen.values()), max(span[1] for span in seen.values())) == field.span(0)
    elif field.size < n / 2:
        whole = {u % len(field.spans) for u in seen if seen[u] == looks[u]}
        assert whole == {phase for phase, span in enumerate(field.spans) if span}


def test_the_union_of_the_branches_of_an_inception_block_is_its_widest() -> None:
    """1, 3, 5 and a pool of 3: 5 pixels, all centred on the unit's own."""
    row = network("9x9x4 concat( conv:1,1 | conv:1,3,pad=1 | conv:1,5,pad=2 | pool:max,3,stride=1,pad=1 )").rows[-1]
    assert [(field.size, field.jump, field.doubled_centre) for field in row.fields] == [(5, 1, 0)] * 2
    assert row.inputs == ("conv-1", "conv-2", "conv-3", "pool-1")
    assert (row.output, row.remark) == ((9, 9, 7), "")


def test_upsampling_makes_strides_of_parts_of_a_pixel() -> None:
    """Behind a pool of 2 and upsampling by 8, four units stand on every pixel, and stride 4 makes one of them again."""
    rows = network("16x16 pool:max,2 upsample:8 conv:1,3,stride=4,pad=1").rows
    assert [str(row.fields[0].jump) for row in rows] == ["2", "1/4", "1"]
    assert [row.fields[0].size for row in rows] == [2, 2, 4]


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("8x8 add( conv:1,2,pad=same | conv:1,2,pad=tf-same )", "views are centred 1 pixel apart"),
        ("9x9 add( conv:1,3,pad=tf-same,stride=2 | conv:1,1,stride=2 )", ""),
        ("8x8 add( conv:1,3,pad=tf-same,stride=2 | conv:1,1,stride=2 )", "views are centred 1 pixel apart"),
        ("8x8 add( conv:1,2,pad=same | skip )", "views are centred 1/2 pixels apart"),
        ("8x8 concat( skip | pool:max,2 upsample:2 )", ""),
        ("8x8 concat( skip | pool:max,2 conv-transpose:1,2,stride=2 )", ""),
        ("8x8 concat( skip | pool:max,2 conv:1,2,pad=same upsample:2 )", "views are centred 1 pixel apart"),
        ("16x16 add( conv:1,3,stride=2,pad=1 | conv:1,9 )", "step by 2 and 1 pixels"),
        ("8x8x2 multiply( conv:2,3,pad=1 | global-pool:avg )", ""),
    ],
)
def test_where_branches_look_at_different_places_it_is_said(text: str, remark: str) -> None:
    """Half a pixel counts; a unit repeated by upsampling is centred as its copies are on average."""
    said = network(text).rows[-1].remark
    assert (remark in said) if remark else said == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9x9x2 add( conv:3,3,pad=1 | skip )", ["layer 1 (add)", "equal shapes", "9x9x3, 9x9x2"]),
        ("9x9x2 add( conv:2,3 | skip )", ["7x7x2, 9x9x2"]),
        ("9x9x2 concat( conv:2,3 | skip )", ["layer 1 (concat)", "equal rows and columns", "7x7x2, 9x9x2"]),
        ("9x9x2 concat( flatten | skip )", ["162, 9x9x2"]),
        ("9x9x2 multiply( conv:2,3 | skip )", ["or 1x1xC", "7x7x2, 9x9x2"]),
        ("9x9x2 multiply( global-pool:avg conv:3,1 | skip )", ["1x1x3, 9x9x2"]),
        ("9x9x2 crop:5", ["layer 1 (crop:5)", "9x9x2 came in", "leaves nothing"]),
        ("9x9x2 conv-transpose:2,3,pad=9", ["leaves nothing"]),
        ("9x9x2 conv-transpose:2,3,pad=same", ["pad=same", "pad=N or pad=tf-same"]),
        ("9x9x2 conv-transpose:2,3,stride=2,output-pad=2", ["output-pad", "smaller than the stride"]),
        ("9x9x2 conv-transpose:3,3,groups=2", ["groups=2", "3 filters"]),
        ("9x9 flatten upsample:2", ["81 numbers in a row"]),
        ("9x9 upsample:9999999", ["upsamples so finely"]),
        ("9x9 upsample:60 conv-transpose:1,3,stride=90", ["layer 2", "upsamples so finely"]),
    ],
)
def test_shapes_that_do_not_meet_are_refused_by_layer_and_shape(text: str, words: list[str]) -> None:
    """Every branch's shape stands in the message."""
    with pytest.raises(UsageError) as caught:
        network(text)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    "taps", [Window(3, 2, 2, 1), Window(4), Spread(3, 2, 1, 1), Spread(5, 4, 6, 3), Nearest(3), Bilinear(4)]
)
def test_a_rule_repeats_itself_at_its_rate(taps: Window | Spread | Nearest | Bilinear) -> None:
    """Unit o + a sees what unit o sees, b further along."""
    on, along = taps.rate
    for o in range(-20, 20):
        here, there = taps.at(o), taps.at(o + on)
        assert [u + along for u in here] == list(there)


def test_fields_are_as_short_as_can_be() -> None:
    """Upsampling and a stride that takes it back leave one view, and its step."""
    assert Field().after(Nearest(6)).after(Window(1, stride=6)) == Field()
    assert len(Field().after(Nearest(2)).after(Nearest(3)).spans) == 6
    with pytest.raises(ArithmeticError):
        Field().after(Nearest(MOST_PHASES + 1))


def test_what_is_too_long_to_follow_is_taken_to_see_everything() -> None:
    """An axis of 10^9 positions is not walked: what a joined unit sees is all of it."""
    reach = Reach.of_input(10**9).after(Window(3, before=1), 10**9)
    assert reach.spans is None
    assert reach.joined().spans == ((0, 10**9 - 1),)
