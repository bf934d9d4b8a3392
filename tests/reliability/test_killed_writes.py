"""Large writes that are killed, gone on with, or refused: what looks finished is, and is right."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from convcli.images.large import zarr_stripes
from tests.command_line import convcli
from tests.reliability import killed_writes

pytest.importorskip("zarr")


def resumed(folder: Path) -> None:
    """Go on, in this process."""
    done = convcli(*killed_writes.arguments("out.zarr", "--resume")[3:], cwd=folder)
    assert done.code == 0, done.err


def test_a_write_that_is_killed_is_completed_to_the_same_bytes(tmp_path: Path) -> None:
    """Three times, at random stripes: what was there is kept, not written again."""
    chance = random.Random(5)
    np.save(tmp_path / "in.npy", killed_writes.picture((700, 900)))
    assert convcli(*killed_writes.arguments("whole.zarr")[3:], cwd=tmp_path).code == 0
    truth = killed_writes.contents(tmp_path / "whole.zarr")
    for number in range(3):
        killed_writes.check(tmp_path, truth, chance, resumed, kills=1)
        (tmp_path / "out.zarr").rename(tmp_path / f"{number}.zarr")


WRITE = ("apply", "in.npy", "-k", "gaussian:sigma=2", "--tile", "16", "-o", "out.zarr")


@pytest.fixture
def unfinished(tmp_path: Path) -> Path:
    """A folder with a write that has lost three of its stripes, and its finish."""
    np.save(tmp_path / "in.npy", killed_writes.picture((75, 60)).astype(np.float32))
    assert convcli(*WRITE, "--json", cwd=tmp_path).code == 0
    shutil.copytree(tmp_path / "out.zarr", tmp_path / "whole.zarr")
    asked = _asked(tmp_path)
    part = tmp_path / "out.zarr.part"
    part.mkdir()
    (tmp_path / "out.zarr").rename(part / "content")
    (part / "asked.json").write_text(asked)
    for stripe in ("0", "2", "4"):
        (part / "content" / "0" / "c" / stripe / "0").unlink()
    (part / "content" / "zarr.json").unlink()
    return tmp_path


class StoppedError(Exception):
    """The write ends here."""


def _asked(folder: Path) -> str:
    """What is stored with an unfinished write, of one that is stopped at its first stripe."""
    seen: list[str] = []

    def stop(*_: object) -> None:
        seen.append((folder / "b.zarr.part" / "asked.json").read_text())
        raise StoppedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zarr_stripes.ZarrWriter, "write_stripe", stop)
        with pytest.raises(StoppedError):
            convcli(*WRITE[:-1], "b.zarr", "--jobs", "1", cwd=folder)
    return seen[0]


def test_what_is_missing_is_computed_and_the_rest_is_counted(unfinished: Path) -> None:
    """Three stripes of five: the bytes and the record are those of a write that ended, and what was kept is said."""
    done = convcli(*WRITE, "--resume", "--json", cwd=unfinished)
    assert done.code == 0, done.err
    assert "32 of 75 rows were there already" in done.err
    truth = killed_writes.contents(unfinished / "whole.zarr")
    assert killed_writes.contents(unfinished / "out.zarr") == truth
    again = convcli(*WRITE[:-1], "c.zarr", "--json", cwd=unfinished)
    ends = [[each.records[0]["output"][key] for key in ("min", "max")] for each in (done, again)]
    assert ends[0] == ends[1]
    assert not (unfinished / "out.zarr.part").exists()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("-k", "gaussian:sigma=2.5"), "kernels"),
        (("--border", "wrap"), "border"),
        (("--border", "constant:3"), "border"),
        (("--tile", "32"), "tile"),
        (("--bias", "1"), "bias"),
        (("--pyramid",), "pyramid"),
        (("--stride", "2"), "size"),
        (("--anchor", "0,0"), "kernels"),
        (("--region", "0,0,75,59"), "region"),
        (("--display", "clip"), "display"),
        (("--relu",), "relu"),
    ],
    ids=" ".join,
)
def test_what_was_begun_otherwise_is_not_gone_on_with(unfinished: Path, change: tuple[str, ...], word: str) -> None:
    """It is refused with what differs, and what is there stays; --force begins anew."""
    command = [*WRITE, "--resume", *change]
    if change[0] in ("-k", "--tile"):
        at = command.index(change[0])
        command = command[:at] + command[at + 2 :]
    before = killed_writes.contents(unfinished / "out.zarr.part")
    assert convcli(*command, cwd=unfinished).refused(3, "it was begun with", word, "begins anew")
    assert killed_writes.contents(unfinished / "out.zarr.part") == before
    assert not (unfinished / "out.zarr").exists()


def test_another_input_is_not_gone_on_with(unfinished: Path) -> None:
    """A file of that name with other samples."""
    np.save(unfinished / "in.npy", np.zeros((75, 60), np.float32))
    assert convcli(*WRITE, "--resume", cwd=unfinished).refused(3, "it was begun with input", "begins anew")


def test_resume_where_there_is_nothing_to_go_on_with(unfinished: Path) -> None:
    """Nothing unfinished: it begins; finished: refused as ever; with --force: written anew; unfinished without it."""
    assert convcli(*WRITE, cwd=unfinished).refused(3, "did not end", "--resume", "--force")
    assert convcli(*WRITE[:-1], "new.zarr", "--resume", cwd=unfinished).code == 0
    assert convcli(*WRITE[:-1], "new.zarr", "--resume", cwd=unfinished).refused(3, "exists")
    assert convcli(*WRITE[:-1], "new.zarr", "--resume", "--force", cwd=unfinished).code == 0
    truth = killed_writes.contents(unfinished / "whole.zarr")
    assert killed_writes.contents(unfinished / "new.zarr") == truth
    assert convcli(*WRITE, "--force", cwd=unfinished).code == 0
    assert killed_writes.contents(unfinished / "out.zarr") == truth


@pytest.mark.parametrize("name", ["a.npy", "a.tif", "a.pgm", "a.ome.tif"])
def test_formats_that_cannot_go_on_say_so(unfinished: Path, name: str) -> None:
    """And name the one that can."""
    done = convcli(*WRITE[:4], "-o", name, "--resume", "--display", "clip", cwd=unfinished)
    assert done.code == 2
    assert "resume" in done.err
    assert not (unfinished / name).exists()
