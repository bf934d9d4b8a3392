"""Inputs: a folder stands for the pictures in it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from convcli.errors import InputError
from convcli.files.reasons import reason
from convcli.images.formats import input_suffixes


def expand(inputs: Sequence[str]) -> list[str]:
    """Every input once more, each folder replaced by its pictures.

    Args:
        inputs: paths, "-", samples, literals; a folder gives the files in it (not in its
            folders) whose suffix is that of a picture or an array, sorted by name.

    Raises:
        InputError: a folder without pictures, or one that cannot be listed.
    """
    return [path for text in inputs for path in (_pictures_in(text) if _is_folder(text) else [text])]


def _is_folder(text: str) -> bool:
    return "\0" not in text and os.path.isdir(text)


def _pictures_in(folder: str) -> list[str]:
    suffixes = input_suffixes()
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise InputError(folder, reason(error)) from error
    paths = [os.path.join(folder, name) for name in names if name.lower().endswith(suffixes) and name[0] != "."]
    pictures = [path for path in paths if not os.path.isdir(path)]
    if not pictures:
        raise InputError(folder, f"the folder holds no pictures ({' '.join(suffixes)})")
    return pictures
