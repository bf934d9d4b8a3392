"""Where results go: files, folders, patterns, and clashes that are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convcli import images
from convcli.errors import InputError, OptionError, UsageError
from convcli.images.naming import stem_of


@pytest.mark.parametrize(
    ("output", "source", "options", "expected"),
    [
        ("out.png", "cat.jpg", {}, "out.png"),
        ("out/", "photos/cat.jpg", {}, "out/cat.jpg"),
        ("out/", "photos/cat.jpg", {"format": "tiff"}, "out/cat.tiff"),
        ("out/", "photos/cat.jpg", {"format": "jpg"}, "out/cat.jpg"),
        ("{stem}-{kernel}.png", "a/cat.old.jpg", {"kernel": "sobel-x"}, "cat.old-sobel-x.png"),
        ("{index}/{stem}.npy", "sample:coffee", {"index": 7}, "7/coffee.npy"),
        ("{stem}.png", "-", {}, "stdin.png"),
        ("{stem}.png", "1 2; 3 4", {"index": 2}, "matrix-2.png"),
        ("{kernel}.png", "x", {"kernel": "3x3: -1,0,1 ../../etc"}, "3x3--1,0,1-..-..-etc.png"),
        ("{kernel}.png", "x", {"kernel": "gaussian:sigma=2"}, "gaussian-sigma=2.png"),
        ("{kernel}.png", "x", {"kernel": "  "}, "kernel.png"),
        ("{stem}.png", "{kernel}.jpg", {"kernel": "box"}, "{kernel}.png"),
    ],
)
def test_targets(output: str, source: str, options: dict[str, object], expected: str) -> None:
    """A file is itself, a folder takes the input's stem, a pattern is filled in once."""
    assert images.target_for(output, source, **options) == expected  # type: ignore[arg-type]


def test_an_existing_folder_takes_the_suffix_of_the_input(tmp_path: Path) -> None:
    """A folder needs no slash if it exists; a picture's own suffix is kept where it can be written."""
    for name, expected in (("cat.jpg", "cat.jpg"), ("cat.gif", "cat.png"), ("cat", "cat.png"), ("a.NPY", "a.npy")):
        (tmp_path / name).write_bytes(b"x")
        assert images.target_for(str(tmp_path), str(tmp_path / name)) == str(tmp_path / expected)


@pytest.mark.parametrize("pattern", ["{name}.png", "{stem.png", "stem}.png", "{}.png", "{stem!r}.png", "{{stem}}.png"])
def test_other_fields_are_refused(pattern: str) -> None:
    """Only three fields exist, and braces have no other meaning."""
    with pytest.raises(OptionError, match=r"\{stem\}, \{kernel\} and \{index\}"):
        images.target_for(pattern, "cat.jpg")


def test_long_kernel_names_stay_file_names() -> None:
    """A literal kernel of thousands of characters still gives a name that a file system takes."""
    target = images.target_for("{kernel}.png", "x", kernel="1 2 3; " * 1000)
    assert len(os.fsencode(target)) < 255
    assert stem_of(".png") == ".png"


def test_clashes_are_refused_by_any_name(tmp_path: Path) -> None:
    """Two results for one file, under different names too, are refused; /dev/null takes any number."""
    (tmp_path / "link").symlink_to(tmp_path)
    images.refuse_clashes([str(tmp_path / "a.png"), str(tmp_path / "b.png"), "-"])
    images.refuse_clashes(["/dev/null", "/dev/null"])
    for other in (str(tmp_path / "a.png"), str(tmp_path / "link" / "a.png"), str(tmp_path / "x" / ".." / "a.png")):
        with pytest.raises(UsageError, match=r"a\.png"):
            images.refuse_clashes([str(tmp_path / "a.png"), other])


def test_a_folder_stands_for_its_pictures(tmp_path: Path) -> None:
    """Pictures by suffix, sorted, without folders, hidden files and notes; everything else stays."""
    for name in ("b.PNG", "a.jpg", "notes.txt", ".hidden.png", "c.npy"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder.png").mkdir()
    found = [os.path.basename(path) for path in images.expand([str(tmp_path)])]
    assert found == ["a.jpg", "b.PNG", "c.npy"]
    assert images.expand(["-", "1 2; 3 4", "sample:coffee", "missing.png"]) == [
        "-",
        "1 2; 3 4",
        "sample:coffee",
        "missing.png",
    ]


def test_folders_without_pictures_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and one that cannot be listed are input errors."""
    with pytest.raises(InputError, match="no pictures"):
        images.expand([str(tmp_path)])

    def denied(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", denied)
    with pytest.raises(InputError, match="Permission denied"):
        images.expand([str(tmp_path)])
    with pytest.raises(InputError, match="no such file"):
        images.read(str(tmp_path / "nothing.png"))


@pytest.mark.parametrize("target", ["out", "out.xyz", "out.gif", "out.pbm", "out."])
def test_unknown_suffixes_are_wrong_usage(target: str) -> None:
    """The message lists the suffixes that are written."""
    with pytest.raises(OptionError, match=r"\.png \.jpg") as caught:
        images.format_of(target)
    assert caught.value.exit_code == 2


def test_formats_by_suffix_and_name() -> None:
    """Suffixes in any case, and the usual other names, give the canonical format."""
    assert [images.format_of(f"x{s}") for s in (".JPG", ".tif", ".pgm", ".csv", ".txt")] == [
        "jpeg",
        "tiff",
        "ppm",
        "csv",
        "text",
    ]
    assert images.output_format("-", None, "array").name == "npy"
    assert images.output_format("-", "tif").name == "tiff"
    assert images.output_format("/dev/stdout", None, "picture").name == "png"
    assert images.format_names() == [
        "png",
        "jpeg",
        "tiff",
        "webp",
        *("avif", "heif", "jp2"),
        "bmp",
        "ppm",
        "npy",
        "text",
        "csv",
    ]
