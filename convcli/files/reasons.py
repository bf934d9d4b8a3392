"""Why a file cannot be read, in words that follow its name."""

from __future__ import annotations

import os

from convcli.errors import nearest


def system_words(error: OSError) -> str:
    """What the system says, in lower case.

    >>> system_words(FileNotFoundError(2, "No such file or directory"))
    'no such file or directory'
    """
    return (error.strerror or str(error)).lower()


def reason(error: OSError) -> str:
    """Why the system refused, as a sentence about the file.

    >>> reason(IsADirectoryError(21, "Is a directory"))
    'this is a folder, not a file'
    """
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a file"
    return f"cannot be read: {error.strerror or error}"


def no_such_file(path: str, words: str, *, with_folder: bool = False) -> str:
    """The words, and the names in the path's folder that are most like the one that is not there.

    Args:
        with_folder: suggest whole paths, not names alone.
    """
    folder, name = os.path.split(path)
    try:
        near = nearest(name, os.listdir(folder or "."))
    except (OSError, ValueError):  # no such folder; a NUL in it
        return words
    shown = " or ".join(os.path.join(folder, found) if with_folder else found for found in near)
    return f"{words}; did you mean {shown}?" if near else words
