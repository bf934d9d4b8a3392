"""OME-Zarr, stripe by stripe: what zarr reads of it, whatever the order, and however often it was killed meanwhile."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import OptionError, OutputError, OutputExistsError
from convcli.images.large import zarr_rows, zarr_stripes
from convcli.images.large.large_formats import Order, Wish
from convcli.images.picture import Metadata
from tests.images.large import interrupted
from tests.images.large.large_pictures import order, picture, smaller, written

zarr = pytest.importorskip("zarr")


def array(path: Path, level: int) -> np.ndarray:
    """A level as zarr reads it, channels last."""
    samples = np.asarray(zarr.open_group(path, mode="r")[str(level)][...])
    return np.moveaxis(samples, 0, 2) if samples.ndim == 3 else samples[:, :, np.newaxis]


def contents(path: Path) -> dict[str, str]:
    """Every file in a folder, and what is in it."""
    files = (each for each in path.rglob("*") if each.is_file())
    return {str(each.relative_to(path)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


@pytest.mark.parametrize(
    ("dtype", "channels"),
    [("uint8", 0), ("uint8", 3), ("uint16", 1), ("int32", 5), ("int64", 0), ("float32", 5), ("float64", 0)],
)
def test_every_level_is_what_zarr_reads(dtype: str, channels: int, tmp_path: Path) -> None:
    """In their own dtype; a level's samples are the means of the one above; tiles of 33 divide nothing."""
    samples, path = picture(dtype, channels), tmp_path / "a.ome.zarr"
    assert written(zarr_stripes.create, order(path, samples, tile=33, pyramid=True), samples) == ()
    level = samples.reshape(*samples.shape[:2], -1)
    for number in range(2):
        found = array(path, number)
        assert found.dtype == samples.dtype
        np.testing.assert_array_equal(found, level)
        by_rows = zarr_rows.open_rows(str(path), Wish(level=number))
        assert by_rows is not None
        np.testing.assert_array_equal(by_rows.rows.read(0, len(level)), level.reshape(len(level), -1))
        level = smaller(level)
    assert not (path / "2").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["a.ome.zarr"]


def test_the_metadata_is_ome_zarr_0_5(tmp_path: Path) -> None:
    """Each fact of the specification: version, axes and units, scales, where a level's first pixel is; axes' names."""
    samples, path = picture("uint8", 3), tmp_path / "a.ome.zarr"
    dpi = Metadata(dpi=(254.0, 127.0))
    written(zarr_stripes.create, order(path, samples, pyramid=True, metadata=dpi), samples)
    said = json.loads((path / "zarr.json").read_text())
    assert (said["zarr_format"], said["node_type"], said["attributes"]["ome"]["version"]) == (3, "group", "0.5")
    (scales,) = said["attributes"]["ome"]["multiscales"]
    assert scales["axes"] == [{"name": "c", "type": "channel"}, {"name": "y", "type": "space", "unit": "micrometer"},
                              {"name": "x", "type": "space", "unit": "micrometer"}]  # fmt: skip
    assert [each["path"] for each in scales["datasets"]] == ["0", "1"]
    first, second = (each["coordinateTransformations"] for each in scales["datasets"])
    assert first == [{"type": "scale", "scale": [1.0, 200.0, 100.0]}]
    assert second == [{"type": "scale", "scale": [1.0, 400.0, 200.0]},
                      {"type": "translation", "translation": [0.0, 100.0, 50.0]}]  # fmt: skip
    level = json.loads((path / "0" / "zarr.json").read_text())
    assert level["dimension_names"] == ["c", "y", "x"]
    assert level["codecs"][0]["name"] == "sharding_indexed"
    assert level["chunk_grid"]["configuration"]["chunk_shape"] == [3, 32, 96]
    assert level["codecs"][0]["configuration"]["chunk_shape"] == [1, 32, 32]


def test_stripes_in_any_order_from_a_copy_are_the_same_bytes(tmp_path: Path) -> None:
    """As another process has it, one of which was killed amid a stripe; zeros are stored, too, or a stripe lacks."""
    samples = picture("uint8", 3)
    samples[64:128] = 0
    (tmp_path / "in").mkdir()
    written(zarr_stripes.create, order(tmp_path / "in" / "a.zarr", samples, pyramid=True), samples)
    (tmp_path / "any").mkdir()
    with zarr_stripes.create(order(tmp_path / "any" / "a.zarr", samples, pyramid=True)) as writer:
        copy = pickle.loads(pickle.dumps(writer))
        stripes = list(range(0, len(samples), copy.stripe))
        random.Random(2).shuffle(stripes)
        for first in stripes:
            assert first not in writer.finished()
            copy.write_stripe(first, samples[first : first + copy.stripe])
            assert first in writer.finished()
        (tmp_path / "any" / "a.zarr.part" / "content" / "0" / "c" / "0" / ".half").write_bytes(b"half")
        writer.finish()
    assert contents(tmp_path / "in") == contents(tmp_path / "any")


class StopError(Exception):
    """Something went wrong elsewhere."""


def begun(asked: Order, rows: np.ndarray) -> None:
    """Write some rows, then fail."""
    with zarr_stripes.create(asked) as writer:
        writer.write(rows)
        raise StopError


def test_what_is_unfinished_is_gone_on_with_only_where_the_same_is_asked(tmp_path: Path) -> None:
    """It is kept beside the target, named, refused, begun anew, or gone on with, to the same bytes."""
    samples, path = picture("uint16", 0), tmp_path / "a.zarr"
    asked = order(path, samples, key="gaussian", pyramid=True)
    with pytest.raises(StopError):
        begun(asked, samples[:100])
    assert [each.name for each in tmp_path.iterdir()] == ["a.zarr.part"]
    with pytest.raises(OutputError, match=r"a\.zarr\.part: an earlier write"), zarr_stripes.create(asked):
        pass
    for other, words in ((asked._replace(key="sobel"), "gaussian, and now it is sobel"),
                         (asked._replace(tile=64), "tile 32, and now it is 64")):  # fmt: skip
        with pytest.raises(OutputError, match=words), zarr_stripes.create(other._replace(resume=True)):
            pass
    with zarr_stripes.create(asked._replace(resume=True)) as writer:
        assert writer.finished() == {0, 32, 64}
        writer.write(samples)
        writer.finish()
    once = contents(path)
    with pytest.raises(OutputExistsError), zarr_stripes.create(asked):
        pass
    written(zarr_stripes.create, asked._replace(force=True), samples)
    assert contents(path) == once
    assert [each.name for each in tmp_path.iterdir()] == ["a.zarr"]


def test_a_process_that_comes_late_writes_nothing(tmp_path: Path) -> None:
    """Neither into another write that was begun anew, nor where the write is over."""
    samples, path = picture("uint8", 0), tmp_path / "a.zarr"
    late: list[zarr_stripes.ZarrWriter] = []
    asked = order(path, samples, force=True)
    with pytest.raises(OutputError, match="another one has begun"):
        overtaken(asked, samples, late)
    with zarr_stripes.create(asked._replace(resume=True)) as last:
        assert last.finished() == {0, 32}
        last.write(samples)
        last.finish()
    with pytest.raises(OutputError, match="is over"):
        late[0].write_stripe(0, samples[:32] // 2)
    np.testing.assert_array_equal(array(path, 0)[:, :, 0], samples)
    assert [each.name for each in tmp_path.iterdir()] == ["a.zarr"]


def overtaken(asked: Order, samples: np.ndarray, late: list[zarr_stripes.ZarrWriter]) -> None:
    """A write that another process begins anew, writing two stripes, while a copy is still at it."""
    with zarr_stripes.create(asked) as first:
        late.append(pickle.loads(pickle.dumps(first)))
        late[0].write_stripe(0, samples[:32] // 2)
        with pytest.raises(StopError):
            begun(asked, samples[:64])
        late[0].write_stripe(0, samples[:32] // 2)


def test_nothing_is_left_where_nothing_was_done_and_nothing_else_is_replaced(tmp_path: Path) -> None:
    """No stripe, no folder.  One of photographs is not replaced, whatever is forced; stripes that lack are told."""
    samples, path = picture("uint8", 0), tmp_path / "a.zarr"
    with pytest.raises(StopError), zarr_stripes.create(order(path, samples)):
        raise StopError
    with pytest.raises(OutputError, match="11 stripes"), zarr_stripes.create(order(path, samples)) as writer:
        writer.finish()
    assert list(tmp_path.iterdir()) == []
    path.mkdir()
    (path / "photo.jpg").write_bytes(b"dear")
    with pytest.raises(OutputError, match="something else"), zarr_stripes.create(order(path, samples, force=True)):
        pass
    assert (path / "photo.jpg").read_bytes() == b"dear"
    with pytest.raises(OptionError, match="16 to"), zarr_stripes.create(order(tmp_path / "b.zarr", samples, tile=8)):
        pass


@pytest.fixture
def children() -> Iterator[subprocess.Popen[str]]:
    """The program of `interrupted`."""
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    code = "from tests.images.large import interrupted; interrupted.main()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        yield program
        assert program.stdin is not None
        program.stdin.close()


@pytest.mark.long
def test_killed_at_twenty_random_moments_it_ends_in_the_same_bytes(
    children: subprocess.Popen[str], tmp_path: Path
) -> None:
    """SIGKILL, which nothing can be done about; what looks finished is."""
    assert children.stdin is not None
    assert children.stdout is not None
    (tmp_path / "once").mkdir()
    (tmp_path / "killed").mkdir()

    def begin(target: Path) -> int:
        print(target, file=children.stdin, flush=True)
        return int(children.stdout.readline())

    began = time.monotonic()
    begin(tmp_path / "once" / "a.zarr")
    assert children.stdout.readline() == "0\n"
    took, target = time.monotonic() - began, tmp_path / "killed" / "a.zarr"
    expected = contents(tmp_path / "once" / "a.zarr")
    chosen = random.Random(4)
    for _ in range(20):
        child = begin(target)
        time.sleep(chosen.random() * took * 0.4)
        with contextlib.suppress(ProcessLookupError):  # it was faster
            os.kill(child, signal.SIGKILL)
        children.stdout.readline()
        if target.exists():
            assert contents(target) == expected
            for each in sorted(target.rglob("*"), reverse=True):
                each.rmdir() if each.is_dir() else each.unlink()
            target.rmdir()
    begin(target)
    assert children.stdout.readline() == "0\n"
    assert contents(target) == expected
    np.testing.assert_array_equal(array(target, 0)[:, :, 0], interrupted.samples())
    assert [each.name for each in target.parent.iterdir()] == ["a.zarr"]
