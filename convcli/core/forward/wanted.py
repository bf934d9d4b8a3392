"""Which weights a network in the language of `core/network` needs, and which of a file's tensors they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from convcli.core.forward.graph import Constant
from convcli.core.network.rows import LayerRow, Network
from convcli.core.network.spec import Shape
from convcli.errors import UsageError, printable

ROLES = ("weight", "bias", "running_mean", "running_var")  # PyTorch's names
STATISTICS = ROLES[2:]
MOST_NAMED = 4


class Matched(NamedTuple):
    """A network's weights, found among a file's tensors.

    Attributes:
        weights: by the names that `wanted_weights` gives.
        tensors: which of the file's each of them is.
        by_name: whether they bear the names; else they were told by their shapes, and what is alike by the numbers in
            their names.
        left: the file's tensors that are none of them; without counters of batches.
    """

    weights: dict[str, Constant]
    tensors: dict[str, str]
    by_name: bool
    left: tuple[str, ...]


def wanted_weights(network: Network) -> dict[str, Shape]:
    """Names and shapes of all weights, layer by layer; what is shared is its owner's.

    >>> from convcli.core.network import build_network, parse_network
    >>> wanted_weights(build_network(*parse_network("8x9x3 conv:4,3 batchnorm flatten fc:10,bias=no")))["conv-1.weight"]
    (4, 3, 3, 3)
    """
    return {f"{layer}.{role}": shape for layer, roles in _layers(network) for role, shape in roles.items()}


def matched_weights(network: Network, tensors: Mapping[str, Constant]) -> Matched:
    """The network's weights among a file's tensors: by name, or else by shape.

    Without its names, a file's layers are tensors that share what stands before .weight, .bias,
    .running_mean or .running_var; those of the same shapes follow each other in the network as the
    numbers in their names count up: features.0, features.3, features.10.

    Raises:
        UsageError: a tensor that is missing or of another shape; layers that could as well change places.
    """
    wanted = wanted_weights(network)
    by_name = all(name in tensors for name in wanted)
    pairs = {name: name for name in wanted} if by_name else _by_shape(network, tensors)
    for name, tensor in pairs.items():
        if tensors[tensor].shape != wanted[name]:
            raise UsageError(f"tensor {printable(tensor, 60)!r} has shape {tensors[tensor].shape}; {wanted[name]} is "
                             f"needed, {_form(network, name)}")  # fmt: skip
    taken = set(pairs.values())
    left = tuple(name for name in tensors if name not in taken and not name.endswith("num_batches_tracked"))
    return Matched({name: tensors[tensor] for name, tensor in pairs.items()}, pairs, by_name, left)


def _layers(network: Network) -> Iterator[tuple[str, dict[str, Shape]]]:
    for row in network.rows:
        if row.weight_shape and not row.shares:
            yield row.name, _roles(row)


def _roles(row: LayerRow) -> dict[str, Shape]:
    """Each weight array of a layer; there are as many biases as filters, units or channels."""
    roles = {"weight": row.weight_shape}
    if row.biases:
        roles["bias"] = (row.biases,)
    if row.kind == "batchnorm":
        roles |= dict.fromkeys(STATISTICS, row.weight_shape)
    return roles


_FORMS = {
    "conv": "(filters, channels/groups, rows, columns)",
    "conv-transpose": "(channels, filters/groups, rows, columns)",
    "fc": "(units, inputs)",
}


def _form(network: Network, name: str) -> str:
    row = next(row for row in network.rows if row.name == name.rpartition(".")[0])
    return _FORMS.get(row.kind, "one a channel") if name.endswith(".weight") else "one a channel or unit"


def _by_shape(network: Network, tensors: Mapping[str, Constant]) -> dict[str, str]:
    found: dict[str, dict[str, str]] = {}  # layer -> role -> tensor
    for tensor in tensors:
        layer, _, role = tensor.rpartition(".")
        if role in ROLES:
            found.setdefault(layer, {})[role] = tensor
    alike: dict[tuple[tuple[str, Shape], ...], list[str]] = {}
    for layer in sorted(found, key=_by_numbers):
        alike.setdefault(_signature({role: tensors[name].shape for role, name in found[layer].items()}), []).append(
            layer
        )
    wanted: dict[tuple[tuple[str, Shape], ...], list[str]] = {}
    for layer, roles in _layers(network):
        wanted.setdefault(_signature(roles), []).append(layer)
    pairs: dict[str, str] = {}
    for signature, layers in wanted.items():
        given = alike.get(signature, [])
        _check_alike(layers, given, signature, found)
        for layer, other in zip(layers, given, strict=True):
            pairs |= {f"{layer}.{role}": found[other][role] for role, _ in signature}
    return {name: pairs[name] for name in wanted_weights(network)}


def _signature(roles: Mapping[str, Shape]) -> tuple[tuple[str, Shape], ...]:
    return tuple((role, roles[role]) for role in ROLES if role in roles)


def _by_numbers(name: str) -> list[tuple[str, int]]:
    """features.10 behind features.9."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d{0,18})", name)]


def _check_alike(
    layers: list[str], given: list[str], signature: tuple[tuple[str, Shape], ...], found: Mapping[str, object]
) -> None:
    needed = ", ".join(f"{role} {shape}" for role, shape in signature)
    if len(given) != len(layers):
        raise UsageError(
            f"the network has {_counted(layers)} with {needed}; the weights have "
            f"{_counted(given) if given else f'none among {_counted(list(found))}'}; name them {layers[0]}.weight "
            "and so on, or give the network's own"
        )
    if len({re.sub(r"\d+", "#", name) for name in given}) > 1:
        raise UsageError(
            f"{_counted(given)} have the same shapes ({needed}), and their names do not say which comes first; name "
            f"them {layers[0]}.weight and so on"
        )


def _counted(names: list[str]) -> str:
    shown = ", ".join(printable(name or "(no name)", 40) for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{len(names)} {'layer' if len(names) == 1 else 'layers'} ({shown}{more})"
