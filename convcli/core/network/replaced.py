"""The ladder for a real network: each convolution as it is, with its weights unshared, and fully connected."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from convcli.core.network.rows import LayerRow, Network


class Rungs(NamedTuple):
    """Parameters and MACs of one convolution, three ways; the output's shape stays.

    A bias, where the layer has one, is each filter's when shared and each unit's otherwise.
    """

    name: str
    shared: int
    local: int
    fc: int
    macs: int
    fc_macs: int


def rungs_of(row: LayerRow) -> Rungs:
    """The three ways of one conv or local layer: k*F, k*n and m*n weights."""
    units, inputs = row.units, prod(row.given)
    height, width = row.spec.kernel
    window = height * width * (row.given[2] // row.spec.groups)
    biased = 1 if row.biases else 0
    shared = (window + biased) * row.spec.filters
    return Rungs(row.name, shared, (window + biased) * units, (inputs + biased) * units, row.macs, inputs * units)


def ladder(network: Network) -> list[Rungs]:
    """The rungs of every conv and local layer, in order."""
    return [rungs_of(row) for row in network.rows if row.kind in ("conv", "local")]


def replaced_total(network: Network, way: str) -> tuple[int, int]:
    """Parameters and MACs of the network with every convolution unshared ("local") or fully connected ("fc").

    Weights that two layers share stay shared: an owner's rung counts once.
    """
    parameters, macs = network.parameters, network.macs
    for row in network.rows:
        if row.kind in ("conv", "local"):
            rungs = rungs_of(row)
            parameters += (rungs.fc if way == "fc" else rungs.local) * (row.shares is None) - row.parameters
            macs += (rungs.fc_macs if way == "fc" else rungs.macs) - row.macs
    return parameters, macs
