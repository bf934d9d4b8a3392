"""Small files read whole: up to a limit, as text, with one clear word for what cannot be read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from convcli.errors import InputError
from convcli.files.whole_file import read_whole, text_of


def anything(content: bytearray) -> None:
    """No limit."""


def test_a_file_and_stdin_give_all_their_bytes(tmp_path: Path) -> None:
    """More than one piece, in order; "-" reads what it is given."""
    content = bytes(range(256)) * 9000 + b"end"
    (tmp_path / "file").write_bytes(content)
    assert read_whole(str(tmp_path / "file"), check=anything) == content
    assert read_whole("-", check=anything, stdin=io.BytesIO(content)) == content
    assert read_whole("-", check=anything, stdin=io.BytesIO(b"")) == b""


def test_an_endless_input_ends_where_the_reader_says() -> None:
    """The check sees what has come so far and stops the reading; its own error comes out."""

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"1 " * 50

    def check(content: bytearray) -> None:
        if len(content) > 350:
            raise InputError("stdin", f"{len(content)} bytes")

    with pytest.raises(InputError, match="stdin: 400 bytes"):
        read_whole("-", check=check, stdin=Endless())  # type: ignore[arg-type]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """There is no such file, in the caller's words where given; a NUL and a closed stream are input errors too."""
    (tmp_path / "sharpen.txt").write_text("1")
    closed = io.BytesIO(b"1")
    closed.close()
    cases = (
        ("sharpn.txt", "nothing here", "nothing here; did you mean sharpen.txt?"),
        ("sharpn.txt", "", "there is no such file; did you mean sharpen.txt?"),
        ("no/where", "nothing here", "nothing here"),
        ("", "nothing here", "this is a folder, not a file"),
    )
    for name, missing, words in cases:
        path = f"{tmp_path}/{name}"
        with pytest.raises(InputError) as caught:
            read_whole(path, check=anything, missing=missing)
        assert str(caught.value) == f"{path}: {words}"
    with pytest.raises(InputError, match="NUL"):
        read_whole("a\0b", check=anything)
    with pytest.raises(InputError, match="closed"):
        read_whole("-", check=anything, stdin=closed)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
def test_text_has_no_byte_order_mark(mark: bytes, encoding: str) -> None:
    """The same text comes out of every encoding that says what it is, on machines of either byte order."""
    assert text_of(mark + "Größe 3\n".encode(encoding), "file", "no text") == "Größe 3\n"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a\xe4b", b"1 2\0", b"\x89PNG\r\n"])
def test_bytes_that_are_no_text_are_refused_in_the_callers_words(content: bytes) -> None:
    """Broken UTF-8 or UTF-16, and a NUL."""
    with pytest.raises(InputError) as caught:
        text_of(content, "file", "no text of mine")
    assert str(caught.value) == "file: no text of mine"
