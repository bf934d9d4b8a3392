"""Folders of outputs: made where they are missing, with the top one's own folder as the limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from convcli.errors import OutputError
from convcli.files import make_folders


def test_the_top_and_what_is_below_it_are_made(tmp_path: Path) -> None:
    """With a slash or without; what is there stays."""
    make_folders(f"{tmp_path}/out", [f"{tmp_path}/out/a/b", f"{tmp_path}/out"])
    (tmp_path / "out/a/kept").touch()
    make_folders(f"{tmp_path}/out/", [f"{tmp_path}/out/a/c"])
    assert {path.name for path in tmp_path.rglob("*")} == {"out", "a", "b", "c", "kept"}


def test_folders_that_cannot_be_are_refused_by_name(tmp_path: Path) -> None:
    """A typing error in front makes no tree; a file is in the way, at the top or below it."""
    (tmp_path / "file").touch()
    for top, below, words in (
        ("no/such/", [], "the folder .*no does not exist"),
        ("file/", [], "this is a file, and several results need a folder"),
        ("out", ["file/x"], "there is a file of that name"),
        ("out", ["file"], "there is a file of that name"),
        ("x" * 300, [], "the folder cannot be made: file name too long"),
        ("out", ["out/" + "x" * 300], "the folder cannot be made: file name too long"),
    ):
        with pytest.raises(OutputError, match=words):
            make_folders(f"{tmp_path}/{top}", [f"{tmp_path}/{name}" for name in below])
    assert not (tmp_path / "no").exists()
