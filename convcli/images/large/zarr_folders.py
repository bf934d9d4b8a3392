"""Where a Zarr lies: a folder on this machine, which nothing in it leads out of, or an address."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import Any

from convcli.errors import InputError
from convcli.files.reasons import reason
from convcli.images.addresses import is_address
from convcli.images.large import remote_files
from convcli.images.large.zarr_metadata import Folder


def folder_of(text: str, *, network: bool) -> Folder:
    """The folder of a path or an address.

    Raises:
        InputError, UsageError: see `remote_files`.
    """
    if is_address(text):
        return RemoteFolder(text, *remote_files.file_system(text, network=network))
    return LocalFolder(text)


class LocalFolder:
    """A folder on this machine; links in it that lead out of it, pipes and devices are refused."""

    def __init__(self, path: str) -> None:
        self.name = path
        self._root = os.path.realpath(path)

    def content(self, key: str, most: int) -> bytes | None:
        """See `Folder`."""
        if not self.has(key):
            return None
        try:
            with open(os.path.join(self._root, key), "rb") as stream:
                return stream.read(most)
        except OSError as error:
            raise InputError(self.name, f"its {key}: {reason(error)}") from error

    def has(self, key: str) -> bool:
        """Whether a file is there.

        Raises:
            InputError: it is no file of this folder.
        """
        path = os.path.join(self._root, key)
        real = os.path.realpath(path)
        try:
            status = os.stat(real)
        except OSError:
            return False
        if os.path.commonpath([self._root, real]) != self._root or not stat.S_ISREG(status.st_mode):
            raise InputError(self.name, f"its {key} is no file in it; links that lead out of a Zarr are not followed")
        return True

    def store(self) -> Any:
        """For zarr to read from."""
        from convcli.images.large.plain_store import PlainStore

        return PlainStore(self)

    def holds_chunks(self, path: str) -> bool:
        """Whether any file but its metadata is there."""
        top = os.path.join(self._root, path)
        for _, _, names in os.walk(top):
            if any(not name.startswith(".z") and name != "zarr.json" for name in names):
                return True
        return False

    @property
    def root(self) -> str:
        """The folder itself, behind links."""
        return self._root


class RemoteFolder:
    """A folder at an address."""

    def __init__(self, name: str, system: Any, path: str) -> None:
        self.name, self._system, self._path = name, system, path.rstrip("/")

    def content(self, key: str, most: int) -> bytes | None:
        """See `Folder`."""
        with contextlib.suppress(FileNotFoundError), remote_files.explained(self.name, missing=True):
            return bytes(self._system.cat_file(f"{self._path}/{key}", end=most))
        return None

    def store(self) -> Any:
        """For zarr to read from."""
        from zarr.storage import FsspecStore

        return FsspecStore.from_url(self.name, read_only=True)

    def holds_chunks(self, path: str) -> bool:
        """Not asked: a server need not list what it has."""
        return True
