"""Weight files: the list of tensors from the headers alone, whichever format they are in."""

from __future__ import annotations

import os

from convcli.errors import InputError
from convcli.files.reasons import system_words
from convcli.files.weights.tensor import Tensor

SUFFIXES = (".safetensors", ".npz")
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"


def is_weight_file(path: str) -> bool:
    """Whether an existing file is named as weights are, or begins as a zip does."""
    if not os.path.isfile(path):
        return False
    if path.lower().endswith(SUFFIXES):
        return True
    try:
        with open(path, "rb") as file:
            return file.read(4) == ZIP
    except OSError as error:
        raise InputError(path, system_words(error)) from error


def read_tensors(path: str) -> list[Tensor]:
    """The tensors that the headers of a .safetensors or .npz file list, in the file's order.

    Raises:
        InputError: unreadable, or a header that the file's size or its other entries contradict.
    """
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            zipped = file.read(4) in (ZIP, EMPTY_ZIP)
            file.seek(0)
            if zipped:
                from convcli.files.weights.npz import npz_tensors

                return npz_tensors(path, file, size)
            from convcli.files.weights.safetensors import safetensors_tensors

            return safetensors_tensors(path, file, size)
    except OSError as error:
        raise InputError(path, system_words(error)) from error
