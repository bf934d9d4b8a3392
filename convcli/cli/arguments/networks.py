"""NETWORK of the commands that run one: an ONNX file, a bundled network, or layers with weights."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from convcli.errors import ConvcliError, InputError, UsageError, nearest, printable

if TYPE_CHECKING:
    from convcli.core.forward.graph import Constant, ForwardGraph
    from convcli.core.forward.preparing import Preparation


class Loaded(NamedTuple):
    """A network that can be run.

    Attributes:
        name: what messages and records call it.
        labels: of its classes, where they are known.
        preparation: of its pictures, where it is known.
        notes: what was decided while its weights were found.
    """

    name: str
    graph: ForwardGraph
    labels: tuple[str, ...] = ()
    preparation: Preparation | None = None
    notes: tuple[str, ...] = ()

    def blamed(self, error: UsageError) -> ConvcliError:
        """An error of the core, with the network's name where it is a file's."""
        return InputError(self.name, str(error)) if os.path.isfile(self.name) else error


def load_network(text: str, weights: Sequence[str] = ()) -> Loaded:
    """The network, its operators and attributes looked at.

    Raises:
        UsageError: layers without weights, weights beside what has some.
        InputError: a file that cannot be read, is another framework's, or holds what is not run.
    """
    from convcli.core.forward import check_operators
    from convcli.core.forward.entrance import channels_first
    from convcli.core.network.trained import TRAINED
    from convcli.files.onnx_model import foreign_model, is_onnx, read_onnx

    if (refusal := foreign_model(text)) is not None:
        raise InputError(text, refusal)
    if is_onnx(text) and (len(text.split()) == 1 or os.path.exists(text)):
        _check_no_weights(weights, f"{text} has its own")
        loaded = Loaded(text, read_onnx(text))
    elif TRAINED.get(text.strip()) is not None and not weights:
        loaded = _trained(text.strip())
    else:
        loaded = _of_layers(text, weights)
    try:
        check_operators(loaded.graph)
    except UsageError as error:
        raise loaded.blamed(error) from error
    return loaded._replace(graph=channels_first(loaded.graph))


def check_stdin(network: str, picture: str) -> None:
    """Refuse a network's text and a picture that would both be read from stdin."""
    if network.strip() == "@-" and picture == "-":
        raise UsageError("NETWORK @- and PICTURE - would both be read from stdin; give one of them a file")


def _check_no_weights(weights: Sequence[str], why: str) -> None:
    if weights:
        raise UsageError(f"--weights {weights[0]}: {why}; leave it out")


def _trained(name: str) -> Loaded:
    """A network that ships with its weights, labels and the scale of its pictures."""
    from convcli.core.forward.preparing import Preparation
    from convcli.files.trained import read_trained

    bundle = read_trained(name)
    return Loaded(name, bundle.graph, bundle.row.labels, Preparation(scale=bundle.row.scale))


def _of_layers(text: str, weights: Sequence[str]) -> Loaded:
    from convcli.cli.commands.summary.network import read_network, weight_files
    from convcli.core.forward import graph_of, matched_weights, wanted_weights
    from convcli.files.weights import read_model
    from convcli.files.weights.constants import constants_of

    if weight_files((text,)):
        raise UsageError(f"{text} holds weights, not layers: give the network first, and --weights {text}")
    network = read_network(text)
    if not weights:
        raise UsageError(
            f"{text!r} is layers without weights: add --weights FILE (.safetensors, .npz); digits has its own"
        )
    tensors = constants_of(read_model(*weights))
    _check_names(wanted_weights(network), tensors, weights[0])
    try:
        matched = matched_weights(network, tensors)
    except UsageError as error:
        raise InputError(weights[0], str(error)) from error
    return Loaded(
        text, graph_of(network, matched.weights), notes=_notes(matched.tensors, matched.by_name, matched.left)
    )


def _check_names(wanted: Mapping[str, tuple[int, ...]], tensors: Mapping[str, Constant], path: str) -> None:
    """Where most weights bear their layers' names, say which do not, and what may have been meant.

    Raises:
        InputError: some are missing, or of another shape.
    """
    missing = [name for name in wanted if name not in tensors]
    if 2 * len(missing) > len(wanted):
        return  # another's names: they are told by their shapes
    faults = []
    for name in missing:
        near = nearest(name, [tensor for tensor in tensors if tensor not in wanted], 1)
        faults.append(
            f"{name} {_shape(wanted[name])} is not there{f', but {printable(near[0], 40)} is' if near else ''}"
        )
    for name in wanted:
        if name in tensors and tensors[name].shape != wanted[name]:
            faults.append(f"{name} is {_shape(tensors[name].shape)}, and the layer needs {_shape(wanted[name])}")
    if faults:
        more = f"; and {len(faults) - 4} more" if len(faults) > 4 else ""
        raise InputError(path, f"{'; '.join(faults[:4])}{more}")


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "a single number"


def _notes(tensors: dict[str, str], by_name: bool, left: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if not by_name:
        pairs = [f"{name} = {tensor}" for name, tensor in tensors.items() if name.endswith(".weight")]
        more = f" and {len(pairs) - 4} more" if len(pairs) > 4 else ""
        notes.append(f"weights told by their shapes and the order of their names: {', '.join(pairs[:4])}{more}")
    if left:
        more = f" and {len(left) - 4} more" if len(left) > 4 else ""
        notes.append(f"tensors that no layer takes: {', '.join(left[:4])}{more}")
    return tuple(notes)
