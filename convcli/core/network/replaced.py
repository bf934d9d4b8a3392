"""Three ways to join the same units: each convolution as it is, with its weights unshared, and fully connected."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from convcli.core.network.kinds import kind_of

if TYPE_CHECKING:
    from convcli.core.network.rows import LayerRow, Network

WAYS = {"local": "unshared (local)", "fc": "fully connected"}  # what can stand for a convolution, in words


class Cost(NamedTuple):
    """Learned numbers and multiply-accumulate operations."""

    parameters: int
    macs: int


class Replaced(NamedTuple):
    """One layer of windows, three ways; the output's shape stays.

    A bias, where the layer has one, is each filter's when shared and each unit's otherwise.
    """

    name: str
    shared: Cost
    local: Cost
    fc: Cost

    def by(self, way: str) -> Cost:
        """The cost of one of the `WAYS`."""
        return self.fc if way == "fc" else self.local


def replaced_layer(row: LayerRow) -> Replaced:
    """The three ways of one layer of F maps, m inputs, n units, k weights a window: k*F, k*n and m*n weights.

    A transposed convolution's window is laid down at each place that comes in, so that its k*F
    weights, unshared, are as many for each of those.
    """
    units, inputs = row.units, prod(row.given)
    spread = kind_of(row.kind).sums == "spread"
    places = prod(row.given[:-1]) if spread else units // row.output[-1]
    biased = 1 if row.biases else 0
    return Replaced(
        row.name,
        Cost(row.macs // places + biased * row.output[-1], row.macs),
        Cost(row.macs + biased * units, row.macs),
        Cost((inputs + biased) * units, inputs * units),
    )


def replaced_layers(network: Network) -> list[Replaced]:
    """Every layer whose units sum over windows, in order."""
    return [replaced_layer(row) for row in _windows(network)]


def replaced_total(network: Network, way: str) -> Cost:
    """The network with every layer of windows unshared ("local") or fully connected ("fc").

    Weights that two layers share stay shared: an owner's count once.
    """
    parameters, macs = network.parameters, network.macs
    for row in _windows(network):
        cost = replaced_layer(row).by(way)
        parameters += cost.parameters * (row.shares is None) - row.parameters
        macs += cost.macs - row.macs
    return Cost(parameters, macs)


def _windows(network: Network) -> list[LayerRow]:
    return [row for row in network.rows if kind_of(row.kind).sums in ("window", "spread")]
