"""What `convcli help TOPIC` says is what the code does."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from convcli.cli.help.glossary import WIDTH, WORDS
from convcli.cli.help.limits import LIMITS
from convcli.cli.help.topics import TOPICS, explain_topic
from convcli.cli.root import root
from convcli.core.border import BORDERS
from convcli.core.display.displays import output_choices
from convcli.errors import ConvcliError, UnknownNameError
from convcli.kernels.reading.grammar import kernel


def said(topic: str) -> str:
    """What the tool prints."""
    done = CliRunner().invoke(root, ["help", topic])
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_fits_a_wide_terminal_and_is_listed(topic: str) -> None:
    """No line of more than 120 columns; its one sentence is in the list."""
    assert max(map(len, said(topic).splitlines())) <= 120
    assert f"  {topic:<11} {TOPICS[topic].__doc__}" in CliRunner().invoke(root, ["help"]).stdout


def test_borders_and_displays_are_all_there() -> None:
    """A row for each, with its pattern and its other names."""
    borders, displays = said("borders"), said("display")
    for border in BORDERS:
        assert f"{border.pattern:<25} {', '.join(border.aliases)}".rstrip() in borders
    for name in output_choices():
        assert f"\n  {name} " in displays or name == "auto"


def test_exit_codes_name_the_commands_that_end_with_one() -> None:
    """Those whose help speaks of a claim."""
    for command in ("verify", "equivariance", "matrix"):
        assert command in said("exit-codes")


def test_limits_are_the_constants_that_refuse() -> None:
    """Some of them by hand, all of them positive."""
    by_hand = {"pages of a TIFF": "1,024", "rows and columns of a named kernel": "1,001", "runs of a --sweep": "10,000"}
    lines = {line[2:42].strip(): line[42:].split() for line in said("limits").splitlines() if line.startswith("  ")}
    assert {what: lines[what][0] for what in by_hand} == by_hand
    assert all(limit.value > 0 for limit in LIMITS)


def test_a_kernel_beyond_a_limit_is_refused() -> None:
    """The figure of the topic is where the tool draws the line."""
    (most,) = (limit.value for limit in LIMITS if limit.what == "rows and columns of a named kernel")
    assert kernel(f"box:size={most}").weights.shape == (most, most)
    with pytest.raises(ConvcliError, match="from 1 to 1001"):
        kernel(f"box:size={most + 2}")


def test_words_are_in_order_and_wrapped_at_words() -> None:
    """As a glossary is read: by the alphabet; no line wider than the page, none broken inside a word."""
    assert list(WORDS) == sorted(WORDS, key=str.lower)
    lines = said("words").splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert " ".join(" ".join(lines).split()) == " ".join(f"{word} {meaning}" for word, meaning in WORDS.items())


def test_every_term_of_a_table_is_explained() -> None:
    """The words that params, kernels and summary head their rows with."""
    for term in ("MAC", "DC gain", "rank", "adjoint", "anchor", "bank", "receptive field", "RMS", "stride"):
        assert term in WORDS


def test_an_unknown_topic_is_answered_with_the_nearest() -> None:
    """bordrs is borders."""
    with pytest.raises(UnknownNameError, match="did you mean borders"):
        explain_topic("bordrs", click.Context(root))
