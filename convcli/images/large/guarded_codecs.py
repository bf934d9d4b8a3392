"""zarr's codecs, which decode nothing that becomes far more than a chunk of its array."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numcodecs.abc import Codec

from convcli.images.large.zarr_expansion import GUARDED, allowed, decoded


@contextlib.contextmanager
def guarding() -> Iterator[None]:
    """What is opened meanwhile, of version 3, has guarded codecs."""
    import zarr

    with zarr.config.set({"codecs": {**zarr.config.get("codecs", {}), **_registered()}}):
        yield


@cache
def _registered() -> dict[str, str]:
    """By each codec's name that of its guarded class, which zarr knows then."""
    from zarr.registry import get_codec_class, register_codec

    made: dict[str, str] = {}
    for codec in GUARDED:
        for key in (codec, f"numcodecs.{codec}"):
            with contextlib.suppress(KeyError):
                register_codec(key, _guarded(get_codec_class(key), codec), qualname=f"{__name__}.{key}")
                made[key] = f"{__name__}.{key}"
    return made


def _guarded(base: Any, codec: str) -> Any:
    async def decode_single(self: Any, chunk: Any, spec: Any) -> Any:
        native = spec.dtype.to_native_dtype() if hasattr(spec.dtype, "to_native_dtype") else np.dtype(spec.dtype)
        made = decoded(codec, chunk.to_bytes(), allowed(math.prod(spec.shape) * native.itemsize))
        if made is not None:
            return spec.prototype.buffer.from_bytes(made)
        return await base._decode_single(self, chunk, spec)

    return type(f"Guarded{base.__name__}", (base,), {"_decode_single": decode_single})


class GuardedCodec(Codec):  # type: ignore[misc]
    """The compressor of an array of version 2.

    Args:
        most: bytes that a chunk may become.
    """

    codec_id = "guarded"  # nobody finds it by that: it is not registered

    def __init__(self, codec: Any, most: int) -> None:
        self._codec, self._most = codec, most

    def encode(self, buf: Any) -> Any:
        """As the codec does."""
        return self._codec.encode(buf)

    def decode(self, buf: Any, out: Any = None) -> Any:
        """As the codec does.

        Raises:
            ValueError: it becomes more.
        """
        made = decoded(self._codec.codec_id, bytes(buf), self._most)
        return self._codec.decode(buf, out) if made is None else made


def guarded(array: Any) -> Any:
    """An array that is open, of version 2, with a guarded compressor and guarded filters."""
    from zarr import Array, AsyncArray

    most = allowed(math.prod(array.chunks) * array.dtype.itemsize)
    metadata, filters = array.metadata, array.metadata.filters
    used = filters and tuple(_of_version_2(codec, most) for codec in filters)
    metadata = replace(metadata, compressor=_of_version_2(metadata.compressor, most), filters=used)
    return Array(AsyncArray(metadata, array.store_path))


def _of_version_2(codec: Any, most: int) -> Any:
    return GuardedCodec(codec, most) if codec is not None and codec.codec_id in GUARDED else codec
