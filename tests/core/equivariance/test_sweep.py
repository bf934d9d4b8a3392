"""A sweep's text means every combination of its values, and no more than can be run."""

import pytest

from convcli.core.equivariance.sweep import parse_sweep
from convcli.errors import OptionError, UnknownNameError

CHOICES = {"dx": (), "stride": (), "border": ("edge", "zero", "wrap"), "quantize": ("no", "yes"), "pool": ()}


@pytest.mark.parametrize(
    ("text", "names", "values"),
    [
        ("dx=0..2", ("dx",), (("0", "1", "2"),)),
        ("dx=2..0,stride=1..5:2", ("dx", "stride"), (("2", "1", "0"), ("1", "3", "5"))),
        ("dx=-1..1:0.5", ("dx",), (("-1", "-0.5", "0", "0.5", "1"),)),
        ("border=all,dx=3", ("border", "dx"), (("edge", "zero", "wrap"), ("3",))),
        ("dx=1,4,9..10,border=zero", ("dx", "border"), (("1", "4", "9", "10"), ("zero",))),
        (" quantize = all , pool = max:2,avg:2", ("quantize", "pool"), (("no", "yes"), ("max:2", "avg:2"))),
    ],
)
def test_texts_and_what_they_mean(text, names, values):
    """Ranges with both ends, steps, lists and "all"; a piece without = belongs to the name before it."""
    sweep = parse_sweep(text, CHOICES)
    assert (sweep.names, sweep.values) == (names, values)


def test_every_combination_once():
    """The last name runs fastest; the length is the product."""
    sweep = parse_sweep("dx=1..2,border=zero,edge", CHOICES)
    assert len(sweep) == 4
    assert [tuple(run.values()) for run in sweep.runs()] == [("1", "zero"), ("1", "edge"), ("2", "zero"), ("2", "edge")]


@pytest.mark.parametrize(
    ("text", "runs"),
    [("dx=0..100,stride=1..100", "10,100"), ("dx=0..999999999999", "1,000,000,000,000"), ("dx=1..2:0", "10,001")],
)
def test_too_many_runs_are_counted_not_made(text, runs):
    """More than 10,000 runs are refused at once, with their number."""
    with pytest.raises(OptionError, match=f"{runs} runs; at most 10,000 are made"):
        parse_sweep(text, CHOICES)


def test_ten_thousand_runs_are_allowed():
    """The limit itself is no error."""
    assert len(parse_sweep("dx=1..100,stride=1..100", CHOICES)) == 10_000


@pytest.mark.parametrize("text", ["", "dx", "dx=", "=3", "dx=1,,2", "dx=1..", "dx=a..b", "dx=1..1e3", "dx=all"])
def test_what_does_not_parse(text):
    """Missing names or values, half ranges, and "all" of what has no list."""
    with pytest.raises((OptionError, UnknownNameError), match=r"sweep|no option"):
        parse_sweep(text, CHOICES)


def test_a_name_stands_once():
    """dx=1,dx=2 is a slip: the message says how to list values."""
    with pytest.raises(OptionError, match="twice"):
        parse_sweep("dx=1,dx=2", CHOICES)


def test_unknown_names_are_refused_with_the_choices():
    """The names that can be swept are listed."""
    with pytest.raises(UnknownNameError, match="choose from dx, stride, border, quantize, pool"):
        parse_sweep("colour=1", CHOICES)
