"""Chunks that become far more than their array says: refused before they are decoded."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.errors import InputError
from convcli.images.large import zarr_rows
from convcli.images.large.large_formats import Wish
from convcli.images.large.zarr_expansion import decoded

zarr = pytest.importorskip("zarr")
numcodecs = pytest.importorskip("numcodecs")
BOMB = bytes(1 << 26)
SMALL = np.arange(40 * 30, dtype=np.uint16).reshape(40, 30)
OLD = [numcodecs.Blosc(), numcodecs.Zstd(), numcodecs.Zlib(), numcodecs.GZip(), numcodecs.BZ2(), numcodecs.LZ4(),
       numcodecs.LZMA()]  # fmt: skip
NEW = [zarr.codecs.BloscCodec(), zarr.codecs.ZstdCodec(), zarr.codecs.GzipCodec()]


def made(path: Path, codec: Any, version: int, **how: Any) -> Path:
    """A small array; where its first chunk is."""
    array = zarr.create_array(path, shape=SMALL.shape, dtype="u2", chunks=(20, 30), compressors=codec,
                              zarr_format=version, **how)  # fmt: skip
    array[...] = SMALL
    return path / ("0.0" if version == 2 else "c/0/0")


def rows(path: Path) -> np.ndarray:
    found = zarr_rows.open_rows(str(path), Wish())
    assert found is not None
    return found.rows.read(0, 40)


@pytest.mark.parametrize(
    ("codec", "version"),
    [*((each, 2) for each in OLD), *((each, 3) for each in NEW)],
    ids=lambda given: type(given).__name__ if given not in (2, 3) else str(given),
)
def test_a_chunk_that_becomes_far_more_is_refused_before_it_takes_memory(
    codec: Any, version: int, tmp_path: Path
) -> None:
    """64 MiB in the place of 1,200 bytes; what is whole is read as ever."""
    chunk = made(tmp_path / "a.zarr", codec, version)
    np.testing.assert_array_equal(rows(tmp_path / "a.zarr"), SMALL)
    bomb = np.frombuffer(BOMB, np.uint8)
    names = {"BloscCodec": numcodecs.Blosc(), "ZstdCodec": numcodecs.Zstd(), "GzipCodec": numcodecs.GZip()}
    chunk.write_bytes(names.get(type(codec).__name__, codec).encode(bomb))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"one of its chunks becomes more than the 26[0-9],[0-9]{3} bytes that it may"):
        rows(tmp_path / "a.zarr")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 25  # of which its metadata may take half


@pytest.mark.filterwarnings("ignore:Numcodecs codecs are not in")
@pytest.mark.parametrize("version", [2, 3])
def test_a_compressor_behind_another_is_bounded_too(version: int, tmp_path: Path) -> None:
    """Among the filters of version 2, and by numcodecs' name in version 3; zeros deflated twice are few bytes."""
    path = tmp_path / "a.zarr"
    if version == 2:
        chunk = made(path, numcodecs.Zlib(), 2, filters=[numcodecs.Zlib()])
    else:
        from zarr.codecs import numcodecs as named

        chunk = made(path, [named.Zlib(), named.Zlib()], 3)
    np.testing.assert_array_equal(rows(path), SMALL)
    chunk.write_bytes(numcodecs.Zlib().encode(numcodecs.Zlib().encode(BOMB)))
    with pytest.raises(InputError, match="becomes more than"):
        rows(path)


def test_the_chunks_of_a_shard_are_bounded_too(tmp_path: Path) -> None:
    """A shard is put together of one array's chunks, and said to be another's, whose chunks are smaller."""
    large = zarr.create_array(tmp_path / "a.zarr", shape=(4096, 4096), dtype="u1", chunks=(4096, 4096),
                              shards=(4096, 4096), zarr_format=3)  # fmt: skip
    large[...] = np.ones((4096, 4096), np.uint8)
    said = tmp_path / "a.zarr" / "zarr.json"
    said.write_text(said.read_text().replace("4096", "64"))
    found = zarr_rows.open_rows(str(tmp_path / "a.zarr"), Wish())
    assert found is not None
    with pytest.raises(InputError, match="becomes more than"):
        found.rows.read(0, 64)


def test_a_zstd_frame_that_does_not_say_its_size_is_measured_by_its_blocks() -> None:
    """RFC 8878: no content size, a window of 128 KiB, three blocks of one byte repeated 100,000 times."""
    block = [(100_000 << 3 | 1 << 1 | last).to_bytes(3, "little") + b"x" for last in (0, 0, 1)]
    frame = bytes.fromhex("28b52ffd00") + bytes([7 << 3]) + b"".join(block)
    assert bytes(numcodecs.Zstd().decode(frame)) == b"x" * 300_000
    assert decoded("zstd", frame, 300_000) is None
    with pytest.raises(ValueError, match=r"more than the 299,999 bytes"):
        decoded("zstd", frame, 299_999)


def test_members_of_a_stream_are_added_up() -> None:
    """Two of gzip, one behind the other."""
    both = gzip.compress(b"a" * 700) + gzip.compress(b"b" * 500)
    assert decoded("gzip", both, 1200) == b"a" * 700 + b"b" * 500
    with pytest.raises(ValueError, match="more than"):
        decoded("gzip", both, 1199)
