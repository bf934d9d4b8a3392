"""Where results go: files, folders, patterns, and clashes that are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convcli import images
from convcli.errors import OptionError, UsageError
from convcli.images.naming import many_outputs, results_folder, stem_of


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
        ("out/", "in/a/b/cat.jpg", {"below": "a/b"}, "out/a/b/cat.jpg"),
        ("out/", "a/b/cat.jpg", {}, "out/cat.jpg"),
        ("out/{folder}/{stem}.png", "in/a/b/cat.jpg", {"below": "a/b"}, "out/a/b/cat.png"),
        ("out/{folder}/{stem}.png", "in/cat.jpg", {"below": ""}, "out/cat.png"),
        ("{folder}/{stem}.png", "in/cat.jpg", {"below": ""}, "cat.png"),
        ("{folder}-{stem}.png", "in/a/cat.jpg", {"below": "a"}, "a-cat.png"),
        ("x/{folder}/{stem}.png", "/../a/./b/../cat.jpg", {}, "x/a/b/cat.png"),
        ("x/{folder}/{stem}.png", "sample:coffee", {}, "x/coffee.png"),
        ("x/{folder}/{stem}.png", "1/2 3; 4 5", {"index": 2}, "x/matrix-2.png"),
        ("x/{folder}/{stem}.png", "-", {}, "x/stdin.png"),
        ("x/{folder}/{stem}.png", "{stem}/{index}/a.png", {}, "x/{stem}/{index}/a.png"),
    ],
)
def test_targets(output: str, source: str, options: dict[str, object], expected: str) -> None:
    """A file is itself, a folder takes the input's stem, a pattern is filled in once."""
    assert images.target_for(output, source, **options) == expected  # type: ignore[arg-type]


def test_an_existing_folder_takes_the_suffix_of_the_input(tmp_path: Path) -> None:
    """A folder needs no slash if it exists; a picture's own suffix is kept where it can be written."""
    for name, expected in (
        ("cat.jpg", "cat.jpg"),
        ("cat.gif", "cat.gif"),
        ("cat.pbm", "cat.png"),
        ("cat", "cat.png"),
        ("a.NPY", "a.npy"),
    ):
        (tmp_path / name).write_bytes(b"x")
        assert images.target_for(str(tmp_path), str(tmp_path / name)) == str(tmp_path / expected)


@pytest.mark.parametrize("pattern", ["{name}.png", "{stem.png", "stem}.png", "{}.png", "{stem!r}.png", "{{stem}}.png"])
def test_other_fields_are_refused(pattern: str) -> None:
    """Only five fields exist, and braces have no other meaning."""
    with pytest.raises(OptionError, match=r"\{stem\}, \{kernel\}, \{index\}, \{folder\} and \{frame\}"):
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
    (tmp_path / "same.png").symlink_to("a.png")
    for other in ("a.png", "link/a.png", "x/../a.png", "same.png"):
        with pytest.raises(UsageError, match=r"two results would both be written to \S+; name them apart$"):
            images.refuse_clashes([str(tmp_path / "a.png"), str(tmp_path / other)])
    ways = r"with \{stem\}, \{kernel\}, \{index\}, \{folder\} or \{frame\} in -o"
    with pytest.raises(UsageError, match=f"the results of x/1 and y/1 would both be .* {ways}"):
        images.refuse_clashes(["b.png", "a.png", "a.png"], ["0", "x/1", "y/1"])
    with pytest.raises(UsageError, match=r"two results of x/1 would both be written to a\.png"):
        images.refuse_clashes(["a.png", "a.png"], ["x/1", "x/1"])


@pytest.mark.parametrize("name", ["out", "a/out", "out.", ".out"])
def test_of_several_results_a_name_without_suffix_is_a_folder(name: str, tmp_path: Path) -> None:
    """It need not exist; a pattern, a device and a name with a suffix stay what they are."""
    assert many_outputs(f"{tmp_path}/{name}") == f"{tmp_path}/{name}" + "/" * (name != "out.")
    for other in ("{stem}", "a/{index}", "-", "/dev/null", "out.png", "out.jgp", "out/", str(tmp_path)):
        assert many_outputs(other) == other


def test_results_lie_in_a_folder_or_below_it(tmp_path: Path) -> None:
    """Of a pattern it is what stands before the first field, up to the slash."""
    assert results_folder(str(tmp_path)) == str(tmp_path)
    assert [results_folder(output) for output in ("a/b{stem}/c.png", "a-{stem}.png", "new/")] == ["a", "", "new/"]


@pytest.mark.parametrize("target", ["out", "out.xyz", "out.pbm", "out."])
def test_unknown_suffixes_are_wrong_usage(target: str) -> None:
    """The message lists the suffixes that are written."""
    with pytest.raises(OptionError, match=r"\.png, \.apng, \.jpg") as caught:
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
        "gif",
        "ppm",
        "npy",
        "text",
        "csv",
        *("svg", "pdf"),
    ]
