"""What a classifier says: probabilities only where there are some."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convcli.core.forward.graph import Entry, ForwardGraph, Node
from convcli.core.forward.verdict import last_operator, verdict
from convcli.errors import UsageError

LOGITS = np.float32([[0.5, -1.0, 3.0, 0.0]])


def test_logits_have_no_probabilities_until_softmax_is_asked_for() -> None:
    """By hand: exp(3) over the sum of all."""
    bare = verdict(LOGITS, "Gemm", labels=("ant", "bee", "cat", "dog"), count=2)
    assert [(guess.label, guess.number, guess.value, guess.probability) for guess in bare.top] == [
        ("cat", 2, 3.0, None),
        ("ant", 0, 0.5, None),
    ]
    assert "logits" in bare.meaning
    asked = verdict(LOGITS, "Gemm", softmax=True)
    whole = sum(math.exp(value) for value in (0.5, -1.0, 3.0, 0.0))
    assert asked.top[0].probability == pytest.approx(math.exp(3) / whole)
    assert sum(guess.probability or 0 for guess in asked.top) == pytest.approx(1)


@pytest.mark.parametrize(
    ("operator", "values", "probability"),
    [
        ("Softmax", [0.25, 0.75], 0.75),
        ("LogSoftmax", [math.log(0.25), math.log(0.75)], 0.75),
        ("Sigmoid", [0.2, 0.9], None),
    ],
)
def test_the_networks_own_ending_says_what_the_numbers_are(
    operator: str, values: list[float], probability: float | None
) -> None:
    """A second softmax is refused."""
    found = verdict(np.array([values]), operator)
    assert found.top[0].number == 1
    assert found.top[0].probability == pytest.approx(probability)
    with pytest.raises(UsageError, match=f"ends in {operator} already"):
        verdict(np.array([values]), operator, softmax=True)


def test_labels_are_one_a_class() -> None:
    """Others are refused with both counts."""
    with pytest.raises(UsageError, match="3 labels for 4 classes"):
        verdict(LOGITS, "Gemm", labels=("a", "b", "c"))


def test_nan_is_never_first() -> None:
    """It stands behind all numbers."""
    assert [guess.number for guess in verdict(np.array([[np.nan, -5.0, -4.0]]), "Gemm").top] == [2, 1, 0]


def test_the_last_operator_is_found_behind_changes_of_shape() -> None:
    """Softmax, then Flatten and Identity."""
    nodes = [Node("Softmax", ("x",), ("a",)), Node("Flatten", ("a",), ("b",)), Node("Identity", ("b",), ("y",))]
    graph = ForwardGraph.in_order(nodes, {}, [Entry("x", (1, 4, 1, 1))], ["y"], 13)
    assert last_operator(graph, "y") == "Softmax"
