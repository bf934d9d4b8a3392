"""zarr's store of a folder on this machine that reads its own files and no others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zarr.storage import LocalStore

if TYPE_CHECKING:
    from convcli.images.large.zarr_folders import LocalFolder


class PlainStore(LocalStore):
    """Looks at each file before it is opened."""

    def __init__(self, folder: LocalFolder) -> None:
        super().__init__(Path(folder.root), read_only=True)
        self._folder = folder

    async def get(self, key: str, prototype: Any = None, byte_range: Any = None) -> Any:
        """See `zarr.abc.store.Store.get`."""
        if not self._folder.has(key):
            return None
        return await super().get(key, prototype, byte_range)
