"""Names on other systems: devices, forbidden characters, and folders that take a.png and A.png for one file."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from convcli import images
from convcli.errors import InputError, OutputError, UsageError
from convcli.files import folders, output
from convcli.files.windows_names import DEVICES, FORBIDDEN, is_device, refusal
from convcli.images import naming
from convcli.kernels import kernels_from


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_a_device_of_old_is_no_name_in_any_case_with_any_suffix(name: str) -> None:
    """Whatever stands behind the first dot; a longer word is a name like any other."""
    for form in (name, name.lower(), f"{name}.png", f"{name.title()}.tar.gz", f"{name} .txt"):
        assert is_device(form)
        assert form.lower() == "nul" or "is a device" in (refusal(f"C:\\maps\\{form}") or "")
    assert not is_device(f"{name}x.png")
    assert not is_device(f"my{name}.png")


@pytest.mark.parametrize(
    "path", ["C:\\maps\\edge.png", "c:edge.png", "..\\out\\e.png", "\\\\host\\share\\e.png", "a/b.png", "nul"]
)
def test_paths_of_windows_are_names(path: str) -> None:
    """Drives, shares, both slashes, the folders above; nul for those who want nothing kept."""
    assert refusal(path) is None


@pytest.mark.parametrize("character", [*FORBIDDEN, "\x07"])
def test_forbidden_characters_are_refused_and_never_generated(character: str) -> None:
    """A colon would make a stream of another file; {kernel} has none of them on any system."""
    assert "no file name holds any of" in (refusal(f"C:\\out\\a{character}b.png") or "")
    assert character not in naming.safe_name(f"sobel{character}x")
    assert refusal(naming.target_for("{kernel}.png", "in.png", kernel=f"a{character}b")) is None


@pytest.mark.parametrize("kernel", ["aux", "NUL", "com1.old", "lpt9"])
def test_a_kernel_called_as_a_device_gets_another_file_name(kernel: str) -> None:
    """Or its results would be gone without a word."""
    made = naming.target_for("{kernel}.png", "in.png", kernel=kernel)
    assert made == f"_{kernel}.png"
    assert refusal(made) is None


def test_such_an_output_is_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows alone: elsewhere they are names."""
    monkeypatch.chdir(tmp_path)
    output.check_target("con.png")
    monkeypatch.setattr(output, "WINDOWS", True)
    for name, words in (("con.png", "device"), ("ab:c.png", "no file name holds"), ("end.", "ends in a dot")):
        with pytest.raises(OutputError, match=words):
            output.check_target(name)
    output.check_target("edge.png")


def test_the_separators_of_this_system_hold_in_patterns() -> None:
    """An empty {folder} goes with what separates it, "/" everywhere and a backslash where it separates."""
    assert naming.target_for("out/{folder}/{stem}.png", "in.png", below="") == "out/in.png"
    assert naming.folder_of("a/b/c.png") == "a/b"
    assert os.sep == "/" or naming.target_for("{folder}\\{stem}.png", "in.png", below="") == "in.png"


def test_names_that_differ_in_case_alone_clash_where_the_folder_ignores_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows and macOS; the folder itself is asked, by a name in it or by its own, or the one above."""
    targets = [str(tmp_path / "Cat.png"), str(tmp_path / "cat.png")]
    there = {name: os.path.exists(tmp_path / name) for name in ("Cat.png", "cat.png")}
    assert not any(there.values())
    naming.refuse_clashes(targets)
    (tmp_path / "photo").write_bytes(b"")
    assert not folders.ignores_case(str(tmp_path))

    def samefile(first: str, second: str) -> bool:
        return str(first).casefold() == str(second).casefold()

    monkeypatch.setattr(os.path, "samefile", samefile)
    assert folders.ignores_case(str(tmp_path))
    assert folders.ignores_case(str(tmp_path / "to" / "be" / "made"))
    with pytest.raises(UsageError, match="would both be written"):
        naming.refuse_clashes(targets)
    naming.refuse_clashes([targets[0], str(tmp_path / "dog.png")])


def test_nothing_is_kept_twice_without_a_clash() -> None:
    """The null device takes many."""
    naming.refuse_clashes([os.devnull, os.devnull])


def test_paths_with_drives_and_backslashes_name_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """By Windows' own rules of paths: the drive is no folder of the results, a backslash at the end is a folder's."""
    monkeypatch.setattr(naming, "os", SimpleNamespace(path=ntpath, sep="\\", devnull="nul"))
    assert naming.stem_of("C:\\photos\\cat.old.jpg") == "cat.old"
    assert naming.folder_of("C:\\photos\\2024\\cat.jpg") == "photos/2024"
    assert naming.folder_of("C:cat.jpg") == ""
    assert naming.target_for("D:\\out\\", "C:\\photos\\cat.jpg") == "D:\\out\\cat.jpg"
    named = naming.target_for("D:\\out\\{stem}-{kernel}.png", "C:\\cat.jpg", kernel="bank:a*b")
    assert named == "D:\\out\\cat-bank-a-b.png"
    assert naming.results_folder("D:\\out\\{folder}\\{stem}.png") == "D:\\out"


def test_a_drive_is_no_prefix_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C:\\x is a path, to kernels and to pictures, beside "sample:", "bank:" and a kernel's arguments."""
    monkeypatch.chdir(tmp_path)
    for read in (lambda: kernels_from("@C:\\no.txt"), lambda: images.read("C:\\no.png")):
        with pytest.raises(InputError, match=r"C:.*no\.(txt|png): .*no such file"):
            read()
    Path("C:\\k.txt").write_bytes(b"0 1\r\n2 3\r\n")
    assert kernels_from("@C:\\k.txt")[0].weights.tolist() == [[0, 1], [2, 3]]
    with pytest.raises(UsageError, match=r"the file of that name is read with @C:"):
        kernels_from("C:\\k.txt")
