"""What a classifier says: its classes by their numbers, and as probabilities only where they are some.

softmax(x)[k] = exp(x[k]) / sum_j exp(x[j]); what a network gives without it are logits, whose order alone means
something.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.graph import ForwardGraph
from convcli.core.forward.operators import row_of
from convcli.errors import UsageError

MEANINGS = {
    "Softmax": "probabilities, by the network's own softmax",
    "LogSoftmax": "probabilities, the exponentials of the network's log-softmax",
    "Sigmoid": "sigmoids, each of its own: no probabilities that sum to 1",
}
LOGITS = "logits, no probabilities: the network ends without softmax"
ASKED = "probabilities, by a softmax that was asked for"


class Guess(NamedTuple):
    """One class.

    Attributes:
        number: which number of the output, from 0.
        value: as the network gives it.
        probability: None where it gives none.
    """

    label: str
    number: int
    value: float
    probability: float | None


class Verdict(NamedTuple):
    """The classes with the largest numbers, largest first.

    Attributes:
        meaning: what the numbers are.
        classes: how many there are in all.
    """

    top: tuple[Guess, ...]
    meaning: str
    classes: int


def last_operator(graph: ForwardGraph, name: str) -> str:
    """The operator that an output's numbers come from; those that give it another shape are looked through."""
    givers = {output: node for node in graph.nodes for output in node.outputs}
    node = givers.get(name)
    while node is not None and row_of(node.op).keeps and node.inputs and node.inputs[0] in givers:
        node = givers[node.inputs[0]]
    return node.op if node is not None else ""


def classes_of(shape: Sequence[int]) -> int:
    """How many classes an output of that shape tells apart: (1, K), (1, K, 1, 1), K; 0 where it is no list of them.

    >>> classes_of((1, 10)), classes_of((1, 10, 1, 1)), classes_of((1, 21, 64, 64)), classes_of((1, 1))
    (10, 10, 0, 0)
    """
    count = max(shape, default=0)
    return count if count > 1 and prod(shape) == count else 0


def verdict(
    output: Array, operator: str, *, labels: Sequence[str] = (), count: int = 5, softmax: bool = False
) -> Verdict:
    """The classes with the largest numbers.

    Args:
        output: a list of classes, `classes_of`.
        operator: that gave it, `last_operator`.
        labels: one a class; their numbers where there are none.
        softmax: make probabilities of logits.

    Raises:
        UsageError: a softmax of what is one already; labels of another number than the classes.
    """
    values = output.reshape(-1).astype(np.float64)
    meaning, shares = _meaning(values, operator, softmax)
    if labels and len(labels) != len(values):
        raise UsageError(f"{len(labels)} labels for {len(values)} classes; give one a class, in the network's order")
    ranked = np.argsort(-np.where(np.isnan(values), -np.inf, values), kind="stable")[:count]
    return Verdict(
        tuple(
            Guess(
                labels[k] if labels else str(k), int(k), float(values[k]), None if shares is None else float(shares[k])
            )
            for k in ranked
        ),
        meaning,
        len(values),
    )


def _meaning(values: Array, operator: str, softmax: bool) -> tuple[str, Array | None]:
    if softmax and operator in MEANINGS:
        raise UsageError(f"a softmax was asked for, and the network ends in {operator} already; leave it out")
    if softmax:
        with np.errstate(invalid="ignore"):
            shares = np.exp(values - values.max())
            return ASKED, shares / shares.sum()
    shares = {"Softmax": values, "LogSoftmax": np.exp(values)}.get(operator)
    return MEANINGS.get(operator, LOGITS), shares
