"""A network that ships with its weights, ready to run."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from convcli.core.forward import ForwardGraph, graph_of
from convcli.core.network.build import build_network
from convcli.core.network.language import parse_network
from convcli.core.network.rows import Network
from convcli.core.network.trained import TRAINED, Trained
from convcli.core.network.zoo import known_network
from convcli.files.weights.constants import constants_of
from convcli.files.weights.reading import read_model


class Bundle(NamedTuple):
    """A network that ships with its weights.

    Attributes:
        row: its labels, the scale of its input, how good it is.
        network: its layers, counted.
        graph: the same with weights; takes (N, 1, 8, 8) in the case of digits, picture values times `row.scale`.
    """

    row: Trained
    network: Network
    graph: ForwardGraph


def weights_path(name: str) -> Path:
    """The file with the weights of a trained network.

    Raises:
        UnknownNameError: none has this name.
    """
    return Path(__file__).resolve().parent / TRAINED.find(name).file


def read_trained(name: str) -> Bundle:
    """A network that ships with its weights.

    Raises:
        UnknownNameError: none has this name.
    """
    row = TRAINED.read(name)
    network = build_network(*parse_network(known_network(row.name).text))
    return Bundle(row, network, graph_of(network, constants_of(read_model(str(weights_path(row.name))))))
