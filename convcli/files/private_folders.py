"""Folders that nobody else can look into, and of which nothing is left."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Iterator

from convcli.errors import OutputError
from convcli.files.reasons import system_words

MAX_WAIT = 0.2  # seconds for a folder that is being made
_folders: set[str] = set()
_making = threading.Lock()


@contextlib.contextmanager
def private_folder() -> Iterator[str]:
    """A folder that nobody else can look into, gone with all that is in it when the block ends."""
    import tempfile  # which loads a dozen modules, and a command that starts needs none of them

    with _making:
        try:
            folder = tempfile.mkdtemp(prefix="convcli-")
        except OSError as error:
            raise OutputError(tempfile.gettempdir(), f"no folder can be made there: {system_words(error)}") from error
        _folders.add(folder)
    try:
        yield folder
    finally:
        remove(folder)
        _folders.discard(folder)


def remove(folder: str) -> None:
    """Remove a folder and all that is in it, folders too that somebody has locked."""
    from shutil import rmtree

    for place, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            os.chmod(place, stat.S_IRWXU)
            for name in os.listdir(place):
                inner = os.path.join(place, name)
                if os.path.isdir(inner) and not os.path.islink(inner):
                    os.chmod(inner, stat.S_IRWXU)
    rmtree(folder, ignore_errors=True)


def remove_all() -> None:
    """Remove every private folder, for a process that is about to end; none is made after this."""
    _making.acquire(timeout=MAX_WAIT)
    for folder in tuple(_folders):
        remove(folder)
