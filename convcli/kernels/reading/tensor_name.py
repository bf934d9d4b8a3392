"""One tensor of a weight file: FILE:NAME, told apart from files with a colon in their names and from drives."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from convcli.core.arrays import Array
from convcli.errors import InputError, nearest, printable
from convcli.files.reasons import no_such_file
from convcli.files.weights import Model, Tensor, is_weight_file, read_model
from convcli.files.weights.reading import named_as_weights

MOST_LISTED = 6


class Found(NamedTuple):
    """A tensor's name and numbers."""

    name: str
    numbers: Array


def split(path: str) -> tuple[str, str] | None:
    """A weight file and the name of a tensor in it, which may be empty; None for any other file.

    A file that exists wins over a shorter one and a name, whatever colons are in it.

    >>> split("conv1.npz:conv/kernel:0"), split("kernel.txt"), split("C:\\\\x.npz:w")
    (('conv1.npz', 'conv/kernel:0'), None, ('C:\\\\x.npz', 'w'))
    """
    if path == "-" or "\0" in path:
        return None
    ends = [len(path), *(at for at in range(len(path) - 1, 0, -1) if path[at] == ":")]
    for end in ends:
        if os.path.isfile(path[:end]):
            if is_weight_file(path[:end]):
                return path[:end], path[end + 1 :]
            if end == len(path):
                return None
    named = next((end for end in reversed(ends) if named_as_weights(path[:end])), None)
    return None if named is None else (path[:named], path[named + 1 :])


def find(path: str, name: str, axes: range, check: Callable[[tuple[int, ...], str], None]) -> Found:
    """The tensor of that name.

    Args:
        axes: how many it may have.
        check: refuses a shape that is too large, before a number is read.

    Raises:
        InputError: no such file or tensor, or no name: with those that there are; another number of axes.
    """
    if not os.path.lexists(path):
        raise InputError(path, no_such_file(path, "there is no such file"))
    model = read_model(path)
    fitting = [tensor for tensor in model.tensors if len(tensor.shape) in axes and 0 not in tensor.shape]
    tensor = next((tensor for tensor in model.tensors if tensor.name == name), None)
    if tensor is None:
        raise InputError(path, _which(path, name, model, fitting))
    if tensor not in fitting:
        wanted = "a bias is a row of numbers" if len(axes) == 1 else "kernels are (h, w), (F, h, w) or (F, C, h, w)"
        problem = f"tensor {printable(name, 60)!r} has shape {tensor.shape}; {wanted}: {_listed(fitting)}"
        raise InputError(path, problem)
    check(tensor.shape, f"{path}, {printable(name, 60)}")
    return Found(name, model.array(name))


def _which(path: str, name: str, model: Model, fitting: Sequence[Tensor]) -> str:
    if not name:
        example = f", as in @{os.path.basename(path)}:{printable(fitting[0].name, 60)}" if fitting else ""
        return f"say which of its {len(model.tensors)} tensors{example}: {_listed(fitting)}"
    names = {tensor.name.lower(): tensor.name for tensor in fitting}
    near = [printable(names[found], 60) for found in nearest(name, names)]
    advice = f"did you mean {' or '.join(near)}?" if near else _listed(fitting)
    return f"no tensor is called {printable(name, 60)!r}; {advice}"


def _listed(fitting: Sequence[Tensor]) -> str:
    """Those that could be taken, of most axes first."""
    if not fitting:
        return "none could be taken"
    ordered = sorted(fitting, key=lambda tensor: -len(tensor.shape))
    shown = [f"{printable(tensor.name, 60)} ({'x'.join(map(str, tensor.shape))})" for tensor in ordered[:MOST_LISTED]]
    more = f" and {len(ordered) - MOST_LISTED} more" if len(ordered) > MOST_LISTED else ""
    return f"there are {', '.join(shown)}{more}"
