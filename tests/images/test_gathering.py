"""Inputs that stand for many: folders, trees and lists of names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convcli import images
from convcli.errors import InputError
from convcli.images.formats import input_suffixes
from convcli.images.inputs import Gathered


def plant(root: Path, *names: str) -> Path:
    """Files of one byte under a root; a name that ends with a slash is a folder."""
    for name in names:
        path = root / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(b"x")
    return root


def found(gathered: Gathered, root: Path) -> list[tuple[str, str | None]]:
    return [(os.path.relpath(path, root), below) for path, below in gathered.inputs]


def test_a_folder_stands_for_its_pictures(tmp_path: Path) -> None:
    """Pictures by suffix, sorted, without folders, hidden files and notes; everything else stays."""
    plant(tmp_path, "b.PNG", "a.jpg", "notes.txt", ".hidden.png", "c.npy", "folder.png/", "x/y.png", ".git/z.png")
    gathered = images.gather([str(tmp_path)])
    assert found(gathered, tmp_path) == [("a.jpg", ""), ("b.PNG", ""), ("c.npy", "")]
    assert (gathered.folders, gathered.others, gathered.links, gathered.batch) == (2, 1, 0, True)
    plain = images.gather(["-", "1 2; 3 4", "sample:coffee", "missing.png"])
    assert plain.inputs == (("-", None), ("1 2; 3 4", None), ("sample:coffee", None), ("missing.png", None))
    assert not plain.batch


@pytest.mark.parametrize("suffix", input_suffixes())
@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_every_spelling_of_a_suffix_is_found(suffix: str, change: type[str], tmp_path: Path) -> None:
    """The suffixes are those of the formats' rows, in any case."""
    plant(tmp_path, f"cat{change(suffix)}", f"cat{suffix}x", f"{suffix[1:]}")
    assert found(images.gather([str(tmp_path)]), tmp_path) == [(f"cat{change(suffix)}", "")]


def test_a_tree_keeps_its_folders_and_their_order(tmp_path: Path) -> None:
    """Depth first by name; hidden folders are not entered, and only what was passed over is counted."""
    plant(tmp_path, "b/2.png", "b/1.png", "a.png", "b/c/3.PNG", "z.png", ".git/no.png", "b/.x/no.png", "b/n.txt", "e/")
    gathered = images.gather([str(tmp_path)], recursive=True)
    tree = [("a.png", ""), ("b/1.png", "b"), ("b/2.png", "b"), ("b/c/3.PNG", "b/c"), ("z.png", "")]
    assert found(gathered, tmp_path) == tree
    assert (gathered.folders, gathered.others) == (0, 1)


def test_links_to_folders_end_no_walk_and_links_to_files_are_files(tmp_path: Path) -> None:
    """A circle, and a way out of the tree, are counted and not entered; the folder that was given may be a link."""
    plant(tmp_path, "in/a/1.png", "out/2.png")
    (tmp_path / "in/a/up").symlink_to("..")
    (tmp_path / "in/away").symlink_to(tmp_path / "out")
    (tmp_path / "in/linked.png").symlink_to(tmp_path / "out/2.png")
    (tmp_path / "in/self.png").symlink_to("self.png")
    (tmp_path / "in/gone.png").symlink_to("nothing")
    (tmp_path / "door").symlink_to("in")
    gathered = images.gather([str(tmp_path / "door")], recursive=True)
    names = [os.path.relpath(path, tmp_path / "door") for path, _ in gathered.inputs]
    assert names == ["a/1.png", "gone.png", "linked.png", "self.png"]
    assert (gathered.links, gathered.folders) == (2, 0)
    assert images.gather([str(tmp_path / "in")]).links == 1


def test_a_pipe_that_is_called_a_picture_is_passed_over(tmp_path: Path) -> None:
    """Reading it might never end."""
    plant(tmp_path, "a.png")
    os.mkfifo(tmp_path / "b.png")
    gathered = images.gather([str(tmp_path)])
    assert (found(gathered, tmp_path), gathered.others) == ([("a.png", "")], 1)


@pytest.mark.parametrize("results", ["in/out", "in/a/out", "in/out/", "link"])
def test_the_folder_of_the_results_is_no_input(results: str, tmp_path: Path) -> None:
    """Where it lies in the tree, by any of its names; the given folder itself is always one."""
    plant(tmp_path, "in/a/1.png", "in/out/1.png", "in/a/out/1.png")
    (tmp_path / "link").symlink_to("in/out")
    inside = "in/out" if results == "link" else results.rstrip("/")
    wanted = {"in/a/1.png", "in/out/1.png", "in/a/out/1.png"} - {f"{inside}/1.png"}
    gathered = images.gather([str(tmp_path / "in")], recursive=True, results=str(tmp_path / results))
    assert {name for name, _ in found(gathered, tmp_path)} == wanted
    same = images.gather([str(tmp_path / "in")], recursive=True, results=str(tmp_path / "in"))
    assert len(same.inputs) == 3
    plant(tmp_path, "in/0.png")
    assert images.gather([str(tmp_path / "in")], results=str(tmp_path / "in/out")).folders == 1


def test_folders_without_pictures_are_refused(tmp_path: Path) -> None:
    """With what they hold instead; beside other inputs, one of them fails alone."""
    plant(tmp_path, "empty/", "notes/a.txt", "deep/x/1.png", "deep/y/2.png", "deep/z.txt", "good/1.png")
    for name, words in (
        ("empty", r"holds no pictures \(\.png [^)]*\)$"),
        ("notes", r"\), but 1 other file$"),
        ("deep", r"\), but 2 folders and 1 other file; --recursive takes the folders$"),
    ):
        with pytest.raises(InputError, match=words):
            images.gather([str(tmp_path / name)])
        beside = images.gather([str(tmp_path / name), str(tmp_path / "good")])
        assert len(beside.inputs) == 1
        assert [error.path for error in beside.failed] == [str(tmp_path / name)]
    assert len(images.gather([str(tmp_path / "deep")], recursive=True).inputs) == 2


def test_a_folder_that_cannot_be_listed_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with the system's reason; the rest of the tree is taken."""
    plant(tmp_path, "a/1.png", "b/2.png")
    scan = os.scandir

    def denied(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", denied)
    gathered = images.gather([str(tmp_path)], recursive=True)
    assert found(gathered, tmp_path) == [("b/2.png", "b")]
    assert [str(error) for error in gathered.failed] == [f"{tmp_path}/a: cannot be read: Permission denied"]
    with pytest.raises(InputError, match="Permission denied"):
        images.gather([str(tmp_path / "a")])


def test_a_list_holds_names_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like stdin, a sample or a matrix is the file of that name, or it is missing."""
    monkeypatch.chdir(plant(tmp_path, "-", "1 2", "a.png", "d/b.png", "d/e/c.png"))
    gathered = images.gather(["sample:camera"], ["-", "1 2", "3 4", "sample:coffee", "d", "nix.png", "a.png"])
    assert [path for path, _ in gathered.inputs] == ["sample:camera", "./-", "1 2", "d/b.png", "a.png"]
    assert [error.path for error in gathered.failed] == ["3 4", "sample:coffee", "nix.png"]
    assert gathered.batch
    assert gathered.folders == 1
    with pytest.raises(InputError, match=r"nix\.png: there is no such file"):
        images.gather([], ["nix.png"])


def test_a_tree_deeper_than_any_recursion_is_walked(tmp_path: Path) -> None:
    """A thousand and one folders in each other: the path is nearly as long as the system takes."""
    top, here = tmp_path / "t", tmp_path / "u"
    top.mkdir()
    (top / "x.png").touch()
    for _ in range(1001):  # from the inside out, for no name that long can be made at once
        here.mkdir()
        top.rename(here / "d")
        here.rename(top)
    try:
        gathered = images.gather([str(top)], recursive=True)
    finally:
        for _ in range(1001):  # and back, for what clears up after the tests recurses
            (top / "d").rename(here)
            top.rmdir()
            here.rename(top)
    assert [below.count("d") for _, below in gathered.inputs if below] == [1001]
