"""Lists of file names, as people and `find` write them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convcli.errors import ConvcliError, InputError, UsageError
from convcli.files.name_list import read_names

LISTS: dict[str, tuple[bytes, bool, list[bytes]]] = {
    "lines": (b"a.png\nb c.png\n", False, [b"a.png", b"b c.png"]),
    "no end": (b"a.png\nb.png", False, [b"a.png", b"b.png"]),
    "windows": (b"a.png\r\n\r\nb.png\r\n", False, [b"a.png", b"b.png"]),
    "mark": (b"\xef\xbb\xbfa.png\n", False, [b"a.png"]),
    "blank lines": (b"\n\na.png\n \t\n\nb.png\n\n", False, [b"a.png", b"b.png"]),
    "blanks belong to names": (b" a.png \n", False, [b" a.png "]),
    "not UTF-8": (b"caf\xe9.png\n\xff.png\n", False, [b"caf\xe9.png", b"\xff.png"]),
    "NULs": (b"a.png\0b.png\0", True, [b"a.png", b"b.png"]),
    "NULs, no end": (b"a.png\0b.png", True, [b"a.png", b"b.png"]),
    "newlines in names": (b"two\nlines.png\0cr\r\0", True, [b"two\nlines.png", b"cr\r"]),
    "empty between NULs": (b"\0\0a.png\0\0", True, [b"a.png"]),
    "one name": (b"a.png", True, [b"a.png"]),
    "mark is a name": (b"\xef\xbb\xbfa\0", True, [b"\xef\xbb\xbfa"]),
}


@pytest.mark.parametrize("name", LISTS)
def test_names_are_read_byte_for_byte(name: str, tmp_path: Path) -> None:
    """Order, blanks and stray bytes are kept; only ends of lines and empty names go."""
    content, by_nul, expected = LISTS[name]
    (tmp_path / "list").write_bytes(content)
    assert [os.fsencode(each) for each in read_names(str(tmp_path / "list"), by_nul=by_nul)] == expected


REFUSED: dict[str, tuple[bytes, bool, type[ConvcliError], str]] = {
    "empty": (b"", False, InputError, "holds no file names"),
    "empty, NULs": (b"\0\0", True, InputError, "holds no file names"),
    "blank": (b"\n\r\n  \n", False, InputError, "holds no file names"),
    "NULs in lines": (b"a\0b\0", False, UsageError, "read with -0"),
    "lines for NULs": (b"a\nb\n", True, UsageError, "read without -0"),
    "UTF-16": ("a.png\n".encode("utf-16"), False, InputError, "UTF-16"),
    "UTF-16, big": (b"\xfe\xff\0a", False, InputError, "UTF-16"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_is_refused(name: str, tmp_path: Path) -> None:
    """The message names the list and, where one helps, the option."""
    content, by_nul, kind, words = REFUSED[name]
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(kind, match=f"list.*{words}"):
        read_names(str(tmp_path / "list"), by_nul=by_nul)


def test_a_missing_or_endless_list_is_refused(tmp_path: Path) -> None:
    """No such file, a folder, and a device that never ends."""
    for path, words in (("nix", "no such file"), (".", "a folder"), ("/dev/zero", "larger than 64 MiB")):
        with pytest.raises(InputError, match=words):
            read_names(str(tmp_path / path))


def test_half_a_million_names_are_read_at_once(tmp_path: Path) -> None:
    """In time that grows with the list and not with its square, which would take hours."""
    (tmp_path / "list").write_bytes(b"".join(b"%d.png\n" % number for number in range(500_000)))
    names = read_names(str(tmp_path / "list"))
    assert (len(names), names[0], names[-1]) == (500_000, "0.png", "499999.png")
