"""Words of frameworks and textbooks for layers are answered with the layer as it is written here."""

from __future__ import annotations

import pytest

from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.language import parse_network
from convcli.core.network.other_words import OTHERS
from convcli.errors import UsageError

WORDS = [(word, other) for other in OTHERS for word in other.words]


@pytest.mark.parametrize(("word", "other"), WORDS, ids=[word for word, _ in WORDS])
def test_a_word_of_others_is_answered_with_what_to_write(word: str, other: object) -> None:
    """It is no kind itself; the numbers are kept; what is suggested is read, and is of the kind that it begins with."""
    assert LAYER_KINDS.get(word) is None
    numbers = {"UNITS": "10", "FILTERS,K": "6,3", "K": "2", "": ""}[other.numbers]
    with pytest.raises(UsageError) as refused:
        parse_network(f"8x8x3 {word}{':' * bool(numbers)}{numbers}")
    written = other.start + numbers
    assert f"no layer is called '{word}'; it is written {written}" in str(refused.value)
    _, (layer,) = parse_network(f"8x8x3 {written}")
    assert layer.kind == other.start.partition(":")[0]


@pytest.mark.parametrize("word", ["Max-Pool", "max_pool", "MaxPool2D", "Batch-Norm", "GAP", "fully_connected"])
def test_capitals_hyphens_and_underscores_do_not_matter(word: str) -> None:
    """As it is spelled elsewhere."""
    with pytest.raises(UsageError, match="it is written"):
        parse_network(f"8x8x3 {word}")


def test_what_is_nobodys_word_gets_the_nearest_kind() -> None:
    """As before."""
    with pytest.raises(UsageError, match="did you mean flatten"):
        parse_network("8x8x3 flaten")
