"""One array of a Zarr 3 whose shards are stripes: a file each, whole or not there."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.images.pillow import opening

ZSTD_LEVEL = 3


class ShardedLevel:
    """An array (y, x) or (c, y, x): chunks of (1, tile, tile), shards of all chunks of a row of them.

    zarr makes the bytes, and this puts them on the disk.  It can be sent to other processes.

    Args:
        path: its folder.
        size: (height, width).
        channels: 0 for (y, x).
    """

    def __init__(self, path: str, size: tuple[int, int], channels: int, dtype: np.dtype[Any], tile: int) -> None:
        self._path, self.size, self._channels, self._dtype, self._tile = path, size, channels, dtype, tile
        self._encoder: tuple[Any, dict[str, Any]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_encoder": None}

    def begin(self) -> None:
        """Put its metadata into its folder, which is made; what was left half-written goes."""
        os.makedirs(os.path.join(self._path, self._folder), exist_ok=True)
        _, made = self._made()
        store_file(os.path.join(self._path, "zarr.json"), made["zarr.json"].to_bytes())
        self.sweep()

    def sweep(self) -> None:
        """Remove what is half-written, by whoever was stopped."""
        for folder in (self._path, os.path.join(self._path, self._folder)):
            sweep(folder)

    @property
    def _folder(self) -> str:
        """Where its shards are; the row of a shard is its file's name, or its folder's."""
        return "c/0" if self._channels else "c"

    def write(self, first: int, rows: Array) -> None:
        """Rows from `first` on, a whole stripe, (n, W), (n, W * C) or (n, W, C)."""
        array, made = self._made()
        samples = rows.reshape(len(rows), self.size[1], max(1, self._channels))
        upright = np.moveaxis(samples, 2, 0) if self._channels else samples[:, :, 0]
        with opening.quiet():
            array[..., first : first + len(rows), :] = upright
        key = self._key(first)
        store_file(os.path.join(self._path, key), made.pop(key).to_bytes())

    def _key(self, first: int) -> str:
        return f"{self._folder}/{first // self._tile}/0"

    def finished(self) -> frozenset[int]:
        """First rows of the stripes that are there."""
        there: set[str] = set()
        with contextlib.suppress(FileNotFoundError):  # a listing is asked of a server; what was not there, remembered
            there.update(os.listdir(os.path.join(self._path, self._folder)))
        rows = (first for first in range(0, self.size[0], self._tile) if str(first // self._tile) in there)
        return frozenset(first for first in rows if os.path.isfile(os.path.join(self._path, self._key(first))))

    def read(self, start: int, stop: int) -> Array:
        """Rows that were written, (stop - start, W, C)."""
        import zarr
        from zarr.storage import LocalStore

        with opening.quiet():
            array: Any = zarr.open_array(store=LocalStore(self._path, read_only=True), mode="r", zarr_format=3)
            samples = np.asarray(array[..., start:stop, :])
        return np.moveaxis(samples, 0, 2) if self._channels else samples[:, :, np.newaxis]

    def _made(self) -> tuple[Any, dict[str, Any]]:
        """zarr's array in memory, and what it has made of what was written to it."""
        if self._encoder is None:
            self._encoder = self._new()
        return self._encoder

    def _new(self) -> tuple[Any, dict[str, Any]]:
        import zarr
        from zarr.codecs import ZstdCodec
        from zarr.storage import MemoryStore

        made: dict[str, Any] = {}
        tile, (height, width) = self._tile, self.size
        channels = (self._channels,) if self._channels else ()
        with opening.quiet():
            array = zarr.create_array(
                MemoryStore(made),
                shape=(*channels, height, width),
                dtype=self._dtype.newbyteorder("<"),
                chunks=(*(1 for _ in channels), tile, tile),
                shards=(*channels, tile, -(-width // tile) * tile),
                compressors=ZstdCodec(level=ZSTD_LEVEL),
                fill_value=0,
                dimension_names=["c", "y", "x"] if channels else ["y", "x"],
                zarr_format=3,
                config={"write_empty_chunks": True},
            )
        return array, made


def store_file(path: str, content: bytes) -> None:
    """Write a file under another name, flush it, rename it."""
    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(os.path.dirname(folder) if name != "zarr.json" else folder, f".{os.urandom(4).hex()}")
    with open(temporary, "xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


def sweep(folder: str) -> None:
    """Remove what `store_file` was stopped in the middle of."""
    for name in os.listdir(folder):
        if name.startswith("."):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(folder, name))
