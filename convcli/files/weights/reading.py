"""Weight files: the list of tensors from the headers alone, and one tensor's numbers, whichever format they are in."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from convcli.errors import InputError
from convcli.files.reasons import system_words
from convcli.files.weights.shards import INDEX, files_of
from convcli.files.weights.tensor import Tensor
from convcli.files.weights.weight_formats import WEIGHT_FORMATS, WeightFormat, format_of, weight_suffixes
from convcli.lazy import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HEAD = 8


def named_as_weights(path: str) -> bool:
    """Whether a path ends as those of weight files do, or of the index of several."""
    return path.lower().endswith((*weight_suffixes(), INDEX))


def is_weight_file(path: str) -> bool:
    """Whether an existing file is named as weights are, or begins as a zip does."""
    if not os.path.isfile(path):
        return False
    if named_as_weights(path):
        return True
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise InputError(path, system_words(error)) from error
    return any(head.startswith(row.starts[:1]) for row in WEIGHT_FORMATS)


class Part(NamedTuple):
    """One file of a model, and its tensors in the file's order."""

    path: str
    tensors: list[Tensor]


class Model(NamedTuple):
    """What one weight file holds, or several that belong together.

    Attributes:
        path: as it was named.
    """

    path: str
    parts: tuple[Part, ...]

    @property
    def tensors(self) -> list[Tensor]:
        """All of them, file by file."""
        return [tensor for part in self.parts for tensor in part.tensors]

    def array(self, name: str) -> NDArray[Any]:
        """The numbers of one of its tensors; whether it is too large is the caller's to look at first.

        Raises:
            InputError: it cannot be read; or numbers of a type that is not.
        """
        path = next(part.path for part in self.parts if any(tensor.name == name for tensor in part.tensors))
        with _open(path) as (file, size, kind):
            read: NDArray[Any] = load(kind.array)(path, file, size, name)
            return read


def read_model(*paths: str) -> Model:
    """The tensors of a model that one file holds, or several: each names all that belong to it.

    Args:
        paths: weight files, parts of some (`a-00001-of-00002.safetensors`) or their index (`a.safetensors.index.json`).

    Raises:
        InputError: unreadable; a part that is missing; a tensor that two files hold, or none of those that should.
    """
    files: dict[str, str] = {}
    promised: dict[str, str] = {}
    for path in paths:
        found = files_of(path)
        files |= {os.path.realpath(file): file for file in found.files if os.path.realpath(file) not in files}
        promised |= found.promised
    parts = tuple(Part(file, read_tensors(file)) for file in files.values())
    _check_twins(parts)
    _check_promises(parts, promised)
    return Model(paths[0], parts)


def _check_twins(parts: Sequence[Part]) -> None:
    holders: dict[str, str] = {}
    for part in parts:
        for tensor in part.tensors:
            if tensor.name in holders:
                raise InputError(part.path, f"tensor {tensor.name!r} stands in {holders[tensor.name]} as well")
            holders[tensor.name] = part.path


def _check_promises(parts: Sequence[Part], promised: dict[str, str]) -> None:
    held = {tensor.name for part in parts for tensor in part.tensors}
    if lost := [name for name in promised if name not in held]:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise InputError(promised[lost[0]], f"lying index: no file holds tensor {lost[0]!r}{more}")


def read_tensors(path: str) -> list[Tensor]:
    """The tensors that the headers of one file list, in the file's order.

    Raises:
        InputError: unreadable, or a header that the file's size or its other entries contradict.
    """
    with _open(path) as (file, size, kind):
        listed: list[Tensor] = load(kind.tensors)(path, file, size)
        return listed


@contextlib.contextmanager
def _open(path: str) -> Iterator[tuple[BinaryIO, int, WeightFormat]]:
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            kind = format_of(path, file.read(HEAD))
            file.seek(0)
            yield file, size, kind
    except OSError as error:
        raise InputError(path, system_words(error)) from error
