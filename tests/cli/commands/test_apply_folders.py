"""`apply` on folders, trees and lists of names: what is done, where it goes, what is said of the rest."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.command_line import Finished, convcli

KERNEL = ("-k", "0 1; 2 3", "--normalize", "sum")


def plant(root: Path, *names: str) -> Path:
    """Pictures, each of its own pixels; anything at all where the name is no picture's."""
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() not in (".png", ".jpg", ".bmp"):
            path.write_bytes(b"x")
            continue
        pixels = np.random.default_rng(number).integers(0, 256, (4, 5), dtype=np.uint8)
        Image.fromarray(pixels).save(path, {".jpg": "JPEG", ".bmp": "BMP"}.get(path.suffix.lower(), "PNG"))
    return root


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def apply(root: Path, *arguments: str, stdin: bytes = b"") -> Finished:
    return convcli("apply", *arguments, *KERNEL, cwd=root, stdin=stdin)


def last(done: Finished) -> str:
    return done.err.splitlines()[-1]


def test_a_tree_is_kept_and_each_result_is_its_own_inputs(tmp_path: Path) -> None:
    """Every picture of the tree is what the same picture alone becomes, in the same folder under out."""
    plant(tmp_path, "in/a.png", "in/x/a.png", "in/x/y/B.BMP", "in/notes.txt", "in/.git/h.png")
    done = apply(tmp_path, "in", "--recursive", "-o", "out")
    assert (done.code, last(done)) == (0, "3 done, 1 other file skipped")
    assert files(tmp_path / "out") == ["a.png", "x/a.png", "x/y/B.bmp"]
    for name, target in (("in/a.png", "a.png"), ("in/x/a.png", "x/a.png"), ("in/x/y/B.BMP", "x/y/B.bmp")):
        assert apply(tmp_path, name, "-f", "-o", "alone" + Path(target).suffix).code == 0
        assert (tmp_path / "out" / target).read_bytes() == (tmp_path / ("alone" + Path(target).suffix)).read_bytes()


def test_what_is_not_taken_is_counted(tmp_path: Path) -> None:
    """Folders, links to folders and other files are in the closing line, with the option that takes the folders."""
    plant(tmp_path, "in/a.png", "in/b.png", "in/x/c.png", "in/y/d.png", "in/1.txt", "in/2.txt", "in/3", "in/.DS_Store")
    done = apply(tmp_path, "in", "-o", "out")
    assert last(done) == "2 done, 2 folders and 3 other files skipped; --recursive takes the folders"
    assert files(tmp_path / "out") == ["a.png", "b.png"]
    (tmp_path / "in/z").symlink_to("x")
    assert last(apply(tmp_path, "in", "-r", "-f", "-o", "out")) == "4 done, 1 linked folder and 3 other files skipped"
    quiet = apply(tmp_path, "in", "-f", "-q", "-o", "out")
    assert (quiet.code, quiet.err, quiet.out) == (0, "", b"")


def test_existing_results_are_counted_where_they_are_skipped(tmp_path: Path) -> None:
    """In the closing line: of a batch, of one picture, and beside what is skipped for other reasons."""
    plant(tmp_path, "in/a.png", "in/b.png", "in/c.png")
    assert last(apply(tmp_path, "in", "-o", "out", "--skip-existing")) == "3 done"
    (tmp_path / "out/b.png").unlink()
    assert last(apply(tmp_path, "in", "-o", "out", "--skip-existing")) == "1 done, 2 skipped"
    assert last(apply(tmp_path, "in/a.png", "-o", "out/a.png", "--skip-existing")) == "0 done, 1 skipped"
    plant(tmp_path, "in/note", "in/x/d.png", "in/bad.bmp")
    (tmp_path / "in/bad.bmp").write_bytes(b"BM")
    done = apply(tmp_path, "in", "-o", "out", "--skip-existing")
    assert done.code == 3
    assert last(done) == (
        "0 done, 1 failed, 3 skipped as they exist, 1 folder and 1 other file skipped; --recursive takes the folder"
    )


@pytest.mark.parametrize("inputs", [("in",), ("in/a.png", "in/b.png"), ("in/a.png", "in"), ("one",)])
@pytest.mark.parametrize("made", [False, True])
def test_out_is_a_folder_where_the_inputs_are_several(inputs: tuple[str, ...], made: bool, tmp_path: Path) -> None:
    """With a slash or without, there or not; a folder of one picture is several inputs, too."""
    plant(tmp_path, "in/a.png", "in/b.png", "one/c.png")
    if made:
        (tmp_path / "out").mkdir()
    done = apply(tmp_path, *inputs[:1], *(["in/b.png"] if inputs[1:] == ("in",) else inputs[1:]), "-o", "out")
    assert done.code == 0, done.err
    assert files(tmp_path / "out") == (["c.png"] if inputs == ("one",) else ["a.png", "b.png"])
    for output, words in (("sum.png", "cannot share sum.png"), ("out.jgp", "out.jgp"), ("in/a.png", "in/a.png")):
        if inputs != ("one",):
            assert apply(tmp_path, "in/a.png", "in/b.png", "-f", "-o", output).refused(2, words)


def test_a_file_stands_where_a_folder_is_needed(tmp_path: Path) -> None:
    """Nothing is done, and the file is as it was."""
    plant(tmp_path, "in/a.png", "in/x/b.png", "out", "tree/x")
    assert apply(tmp_path, "in", "-o", "out").refused(3, "out: this is a file, and several results need a folder")
    assert apply(tmp_path, "in", "-r", "-o", "tree").refused(3, "tree/x: ", "there is a file of that name")
    assert apply(tmp_path, "in", "-r", "-o", "no/such/out").refused(3, "no/such does not exist")
    assert files(tmp_path) == ["in/a.png", "in/x/b.png", "out", "tree/x"]
    assert (tmp_path / "out").read_bytes() == b"x"


@pytest.mark.parametrize("output", ["photos/out", "photos/out/", "photos/out/{folder}/{stem}.png"])
def test_results_inside_the_inputs_are_not_taken_for_inputs(output: str, tmp_path: Path) -> None:
    """The second run does what the first did, and counts nothing that it made."""
    plant(tmp_path, "photos/a.png", "photos/x/b.png")
    for more in ((), ("-f",), ("--skip-existing",)):
        done = apply(tmp_path, "photos", "--recursive", "-o", output, *more)
        assert last(done) == ("2 done" if "--skip-existing" not in more else "0 done, 2 skipped")
        assert files(tmp_path / "photos/out") == ["a.png", "x/b.png"]
    flat = apply(tmp_path, "photos", "-f", "-o", output)
    assert last(flat) == "1 done, 1 folder skipped; --recursive takes the folder"


@pytest.mark.parametrize("output", ["{stem}.png", "flat/{stem}-{kernel}.png", "flat/{stem}/x.png"])
def test_inputs_that_meet_in_one_result_are_refused_before_anything_is_done(output: str, tmp_path: Path) -> None:
    """Both inputs are named, and {folder} is among what tells them apart; no folder is made."""
    plant(tmp_path, "in/x/a.png", "in/y/a.png")
    done = apply(tmp_path, "in", "--recursive", "-o", output)
    assert done.refused(2, "the results of in/x/a.png and in/y/a.png would both be written to", "{folder}")
    assert files(tmp_path) == ["in/x/a.png", "in/y/a.png"]
    assert not (tmp_path / "flat").exists()
    two = apply(tmp_path, "in/x", "in/y", "-o", "out")
    assert two.refused(2, "in/x/a.png and in/y/a.png")
    told = apply(tmp_path, "in", "--recursive", "-o", output.replace("{stem}", "{folder}-{stem}", 1))
    assert told.code == 0, told.err


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    """By a folder and by its own name."""
    plant(tmp_path, "in/a.png", "in/b.png")
    assert apply(tmp_path, "in", "in/a.png", "-o", "out").refused(2, "two results of in/a.png")


def test_a_pattern_makes_the_folders_it_names(tmp_path: Path) -> None:
    """A folder for each picture, and for each kernel, and the tree."""
    plant(tmp_path, "in/a.png", "in/x/b.png")
    done = convcli(
        "apply", "in", "-r", "-k", "box", "-k", "2", "-o", "new/{kernel}/{folder}/{index}-{stem}.png", cwd=tmp_path
    )
    assert done.code == 0, done.err
    assert files(tmp_path / "new") == ["box/0-a.png", "box/x/1-b.png", "kernel/0-a.png", "kernel/x/1-b.png"]


def test_unreadable_folders_and_pictures_fail_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is one message and one record; the rest is done; the exit code is 3."""
    plant(tmp_path, "in/a.png", "in/x/b.png", "in/y/c.png", "in/bad.png")
    (tmp_path / "in/bad.png").write_bytes(b"no picture")
    scan = os.scandir

    def denied(path: str) -> object:
        if path.endswith("x"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", denied)
    done = apply(tmp_path, "in", "-r", "--json", "-o", "out")
    assert (done.code, last(done)) == (3, "2 done, 2 failed")
    assert done.err.splitlines()[0] == "Error: in/x: cannot be read: Permission denied"
    assert [(record["input"]["path"], "error" in record) for record in done.records] == [
        ("in/x", True), ("in/a.png", False), ("in/bad.png", True), ("in/y/c.png", False),
    ]  # fmt: skip


def test_empty_folders_are_said(tmp_path: Path) -> None:
    """Alone it is the message; beside a picture it fails alone; two of them are two messages."""
    plant(tmp_path, "in/a.png")
    for name in ("e", "f"):
        (tmp_path / name).mkdir()
    assert apply(tmp_path, "e", "-o", "out").refused(3, "e: the folder holds no pictures (.png")
    done = apply(tmp_path, "e", "in", "-o", "out")
    assert (done.code, last(done)) == (3, "1 done, 1 failed")
    both = apply(tmp_path, "e", "f", "-o", "none")
    assert (both.code, last(both), both.err.count("Error:")) == (3, "0 done, 2 failed", 2)
    assert not (tmp_path / "none").exists()


LISTS = {
    "lines": (b"in/a.png\nin/x/b.png\n", ()),
    "windows": (b"\xef\xbb\xbfin/a.png\r\n\r\nin/x/b.png\r\n", ()),
    "NULs": (b"in/a.png\0in/x/b.png\0", ("-0",)),
    "folders": (b"./in\nin/x\n", ()),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("by_stdin", [False, True])
def test_lists_give_inputs(name: str, by_stdin: bool, tmp_path: Path) -> None:
    """From a file or stdin, by lines or NULs: each name is done, {folder} is its own."""
    plant(tmp_path, "in/a.png", "in/x/b.png")
    content, options = LISTS[name]
    (tmp_path / "list").write_bytes(content)
    source = "-" if by_stdin else "list"
    done = apply(tmp_path, "--from-file", source, *options, "-o", "out", stdin=content)
    assert done.code == 0, done.err
    assert files(tmp_path / "out") == ["a.png", "b.png"]
    done = apply(
        tmp_path, "in/a.png", "--from-file", source, *options, "-o", "t/{index}/{folder}/{stem}.png", stdin=content
    )
    assert done.code == 0, done.err
    below = ("", "") if name == "folders" else ("in/", "in/x/")
    assert files(tmp_path / "t") == ["0/in/a.png", f"1/{below[0]}a.png", f"2/{below[1]}b.png"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--from-file", "nix"), 3, "nix: there is no such file"),
        (("--from-file", "empty"), 3, "empty: the list holds no file names"),
        (("--from-file", "gone"), 3, "gone.png: there is no such file"),
        (("--from-file", "-", "-"), 2, "stdin can be read once"),
        (("--from-file", "-", "-k", "@-"), 2, "stdin can be read once"),
        (("in/a.png", "-0"), 2, "give the list with --from-file"),
        (("--from-file", "nul"), 2, "read with -0"),
    ],
)
def test_lists_that_cannot_be_are_refused(arguments: tuple[str, ...], code: int, words: str, tmp_path: Path) -> None:
    """One message, and nothing is done."""
    plant(tmp_path, "in/a.png", "empty")
    (tmp_path / "empty").write_bytes(b"\n")
    (tmp_path / "gone").write_bytes(b"gone.png\n")
    (tmp_path / "nul").write_bytes(b"in/a.png\0")
    assert apply(tmp_path, *arguments, "-o", "out").refused(code, words)
    assert not (tmp_path / "out").exists()


def test_a_minus_zero_is_a_number_still(tmp_path: Path) -> None:
    """-0 is an option of `apply`; as a kernel's value, and inside a matrix, it is 0."""
    done = convcli("apply", "-0.5 1", "-k", "-0")
    assert (done.code, done.text) == (0, "0 0\n")


def test_names_that_are_hard_to_print_are_done_in_a_tree(tmp_path: Path) -> None:
    """Newlines and bytes that are no text, in folders and files, found or listed."""
    folder = os.fsencode(tmp_path) + b"/in/caf\xe9\n"
    os.makedirs(folder)
    plant(tmp_path, "a.png")
    name = folder + b"/two\nlines\xff.png"
    os.rename(tmp_path / "a.png", name)
    assert apply(tmp_path, "in", "-r", "-o", "out").code == 0
    assert os.listdir(os.fsencode(tmp_path) + b"/out/caf\xe9\n") == [b"two\nlines\xff.png"]
    listed = apply(tmp_path, "--from-file", "-", "-0", "-o", "listed", stdin=name + b"\0")
    assert (listed.code, last(listed)) == (0, "1 done")
    assert os.listdir(os.fsencode(tmp_path) + b"/listed") == [b"two\nlines\xff.png"]


def test_several_inputs_need_a_place_for_each(tmp_path: Path) -> None:
    """A pipe takes one result: the message shows both ways to name more."""
    plant(tmp_path, "in/a.png", "in/b.png")
    assert apply(tmp_path, "in").refused(2, "2 inputs need -o", "-o out/", "{stem}")
    alone = plant(tmp_path, "one/a.png") and apply(tmp_path, "one")
    assert alone.out.startswith(b"\x89PNG")
    assert last(alone) == "1 done"
