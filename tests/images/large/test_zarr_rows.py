"""Zarr by rows: what zarr reads itself, of versions 2 and 3; and what is no picture, or nobody's friend."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.errors import InputError, OptionError
from convcli.images.large import zarr_rows
from convcli.images.large.large_formats import Wish

zarr = pytest.importorskip("zarr")
LENGTHS = {"y": 61, "x": 83, "c": 3, "t": 1, "z": 1}


def stored(path: Path, axes: str, dtype: str, version: int = 3, **how: Any) -> np.ndarray:
    """An array of these axes, in chunks of 20; its samples as (y, x) or (y, x, c)."""
    shape = [LENGTHS[axis] for axis in axes]
    samples = np.random.default_rng(1).integers(0, 2 if dtype == "b1" else 200, shape).astype(dtype)
    names = {"dimension_names": list(axes)} if version == 3 else {"attributes": {"_ARRAY_DIMENSIONS": list(axes)}}
    made = zarr.create_array(path, shape=shape, dtype=dtype, chunks=[min(each, 20) for each in shape],
                             zarr_format=version, **{**names, **how})  # fmt: skip
    made[...] = samples
    kept = "".join(axis for axis in axes if axis in "yxc")
    order = [kept.index(axis) for axis in ("yxc" if "c" in axes else "yx")]
    return samples.reshape([LENGTHS[axis] for axis in kept]).transpose(order)


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("axes", ["yx", "cyx", "yxc", "tczyx"])
@pytest.mark.parametrize("dtype", ["u1", ">u2", "i4", "f2", "f8", "b1"])
def test_rows_are_the_arrays_with_channels_last(version: int, axes: str, dtype: str, tmp_path: Path) -> None:
    """Native bytes; half floats as float32, truth values as bytes."""
    expected = stored(tmp_path / "a.zarr", axes, dtype, version)
    found = zarr_rows.open_rows(str(tmp_path / "a.zarr"), Wish())
    assert found is not None
    assert found.rows.shape == expected.shape
    assert found.rows.dtype == {"b1": np.uint8, "f2": np.float32}.get(dtype, np.dtype(dtype).newbyteorder("="))
    for start, stop in ((0, 61), (19, 21), (60, 61)):
        np.testing.assert_array_equal(found.rows.read(start, stop), expected[start:stop].reshape(stop - start, -1))


def multiscales(path: Path, version: str, **how: Any) -> list[np.ndarray]:
    """An OME-Zarr of two levels, of 0.5 µm and 1 µm."""
    zarr_format = 2 if version == "0.4" else 3
    levels = [stored(path / name, "tczyx", "u2", zarr_format) for name in ("0", "1")]
    axes = [{"name": "t", "type": "time"}, {"name": "c", "type": "channel"},
            *({"name": name, "type": "space", "unit": "micrometer"} for name in "zyx")]  # fmt: skip
    datasets = [{"path": str(level), "coordinateTransformations": [{"type": "scale", "scale": [1, 1, 1, size, size]}]}
                for level, size in enumerate((0.5, 1.0))]  # fmt: skip
    scales = {"multiscales": [{"version": version, "axes": axes, "datasets": datasets, **how}]}
    if version == "0.4":
        (path / ".zgroup").write_text('{"zarr_format": 2}')
        (path / ".zattrs").write_text(json.dumps(scales))
    else:
        group = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": version, **scales}}}
        (path / "zarr.json").write_text(json.dumps(group))
    return levels


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_level_of_multiscales_is_read_with_its_resolution(version: str, tmp_path: Path) -> None:
    """0.5 µm a pixel are 50,800 an inch; there is no level 2."""
    levels = multiscales(tmp_path / "a.zarr", version)
    for level, dpi in enumerate((50_800, 25_400)):
        found = zarr_rows.open_rows(str(tmp_path / "a.zarr"), Wish(level=level))
        assert found is not None
        np.testing.assert_array_equal(found.rows.read(0, 61), levels[level].reshape(61, -1))
        assert found.metadata.dpi == pytest.approx((dpi, dpi))
    with pytest.raises(OptionError, match="levels 0"):
        zarr_rows.open_rows(str(tmp_path / "a.zarr"), Wish(level=2))


def test_several_planes_are_named(tmp_path: Path) -> None:
    """Which axis has how many; which of them is meant nobody knows."""
    zarr.create_array(tmp_path / "a", shape=(5, 9, 9), chunks=(1, 9, 9), dtype="u1",
                      dimension_names=["z", "y", "x"])[...] = 1  # fmt: skip
    with pytest.raises(InputError, match="5 along z"):
        zarr_rows.open_rows(str(tmp_path / "a"), Wish())


def changed(path: Path, **values: Any) -> None:
    """Other values in an array's zarr.json."""
    said = json.loads((path / "zarr.json").read_text())
    (path / "zarr.json").write_text(json.dumps(said | values))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"shape": [1 << 20, 1 << 20]}, "chunks; up to"),
        ({"shape": [1 << 20, 1 << 20], "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 1]}}},
         "1,099,511,627,776 chunks"),
        ({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1 << 31, 1 << 31]}}}, "MiB"),
        ({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [20, 0]}}}, "no picture's"),
        ({"codecs": [{"name": "numcodecs.pickle"}]}, "'pickle' is not read"),
        ({"data_type": {"name": "object"}}, "real numbers"),
        ({"shape": "many"}, "no picture's"),
    ],
    ids=["larger", "tiny-chunks", "huge-chunks", "empty-chunks", "pickle", "objects", "words"],
)  # fmt: skip
def test_hostile_metadata_is_one_message_and_no_memory(values: dict[str, Any], words: str, tmp_path: Path) -> None:
    """Sizes that no file holds, and codecs that would run code."""
    stored(tmp_path / "a", "yx", "u1")
    changed(tmp_path / "a", **values)
    tracemalloc.start()
    with pytest.raises(InputError, match=words):
        zarr_rows.open_rows(str(tmp_path / "a"), Wish())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 25


def test_old_metadata_runs_no_code_either(tmp_path: Path) -> None:
    """Objects, and pickle as a filter, as version 2 has them."""
    stored(tmp_path / "a", "yx", "u1", 2)
    said = json.loads((tmp_path / "a" / ".zarray").read_text())
    for values, words in (({"dtype": "|O"}, "real numbers"), ({"filters": [{"id": "pickle"}]}, "pickle")):
        (tmp_path / "a" / ".zarray").write_text(json.dumps(said | values))
        with pytest.raises(InputError, match=words):
            zarr_rows.open_rows(str(tmp_path / "a"), Wish())


@pytest.mark.parametrize("path", ["../b", "/etc", "0/../../b", "https://example.org/0", "", 7])
def test_a_level_lies_in_its_zarr(path: object, tmp_path: Path) -> None:
    """Metadata that names another folder, or an address, is refused and not followed."""
    multiscales(tmp_path / "a.zarr", "0.5", datasets=[{"path": path}])
    with pytest.raises(InputError, match="leads down into the Zarr"):
        zarr_rows.open_rows(str(tmp_path / "a.zarr"), Wish())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_links_that_lead_out_and_pipes_are_not_followed(tmp_path: Path) -> None:
    """A chunk that is another file of this machine, and one that never ends."""
    stored(tmp_path / "a", "yx", "u1")
    (tmp_path / "secret").write_bytes(bytes(400))
    chunk = tmp_path / "a" / "c" / "1" / "1"
    for make in (lambda: chunk.symlink_to(tmp_path / "secret"), lambda: os.mkfifo(chunk)):
        chunk.unlink()
        make()
        found = zarr_rows.open_rows(str(tmp_path / "a"), Wish())
        assert found is not None
        found.rows.read(0, 20)
        with pytest.raises(InputError, match="no file in it"):
            found.rows.read(20, 40)


def test_damage_and_nothing_at_all_are_one_message(tmp_path: Path) -> None:
    """A chunk that does not decompress; JSON that is none; no chunk; no picture."""
    path = tmp_path / "a"
    stored(path, "yx", "u1")
    (path / "c" / "0" / "2").write_bytes(b"nonsense")
    found = zarr_rows.open_rows(str(path), Wish())
    assert found is not None
    with pytest.raises(InputError, match="damaged or incomplete"):
        found.rows.read(0, 1)
    (path / "zarr.json").write_text("{")
    with pytest.raises(InputError, match=r"zarr\.json is damaged"):
        zarr_rows.open_rows(str(path), Wish())
    zarr.create_array(tmp_path / "b", shape=(9, 9), chunks=(9, 9), dtype="u1")
    with pytest.raises(InputError, match="none of its chunks"):
        zarr_rows.open_rows(str(tmp_path / "b"), Wish())
    zarr.create_group(tmp_path / "c")
    with pytest.raises(InputError, match="without multiscales"):
        zarr_rows.open_rows(str(tmp_path / "c"), Wish())
