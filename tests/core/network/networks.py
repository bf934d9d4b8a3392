"""Networks by their text or their name."""

from __future__ import annotations

from convcli.core.network import Network, build_network, known_network, parse_network


def network(text: str) -> Network:
    """The network of a text."""
    return build_network(*parse_network(text))


def known(name: str) -> Network:
    """A network of the list."""
    return network(known_network(name).text)
