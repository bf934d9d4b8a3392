"""The one reader of .npy headers: what NumPy writes, and by name what is no header."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest

from convcli.files.npy import PLAIN, Header, HeaderError, LengthError, StartError, read_header

GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"


def npy(text: str, version: tuple[int, int] = (1, 0)) -> bytes:
    """An .npy file with any header."""
    length = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text.encode("latin-1")


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize(
    "array",
    [np.zeros((2, 3), "<f4"), np.asfortranarray(np.zeros((2, 3), ">i2")), np.float16(3), np.zeros(4, [("ä", "f4")])],
)
def test_what_numpy_writes_is_read_back(array: Any, version: tuple[int, int]) -> None:
    """Shape, order and type, in each version; the stream then stands at the first number."""
    array, stream = np.asarray(array), io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    stream.write(b"behind")
    stream.seek(0)
    header = read_header(stream)
    assert header.shape == array.shape
    assert header.fortran_order == (array.ndim > 1 and not array.flags.c_contiguous)
    assert header.dtype() == array.dtype
    assert stream.read() == array.tobytes(order="A") + b"behind"


def test_a_pipe_may_give_less_than_it_is_asked_for() -> None:
    """Byte after byte gives the same header."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 1))

    assert read_header(Slow(npy(GOOD))) == Header("<f4", False, (2, 3))


def test_long_integers_of_python_2_are_read() -> None:
    """(2L, 3L) is (2, 3), as NumPy reads it."""
    assert read_header(io.BytesIO(npy(GOOD.replace("2, 3", "2L, 3L")))).shape == (2, 3)


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", StartError, "EOF: reading magic string, expected 8 bytes got 0"),
        (b"\x93NUMPX\x01\x00", StartError, "the magic string is not correct"),
        (b"\x93NUMPY\x01\x00\x06", StartError, "array header length, expected 2 bytes got 1"),
        (npy(GOOD, (4, 0)), StartError, "version 4.0"),
        (npy(GOOD, (1, 7)), StartError, "version 1.7"),
        (npy(GOOD)[:-5], LengthError, "array header, expected 59 bytes got 54"),
        (npy(" " * 10_001), LengthError, "10001 bytes; at most 10000"),
        (npy("[1, 2]"), HeaderError, "not a dictionary"),
        (npy("{'descr': "), HeaderError, "Cannot parse"),
        (npy("__import__('os').getcwd()"), HeaderError, "Cannot parse"),
        (npy("(" * 5000), HeaderError, "Cannot parse"),
        (npy("-" * 9000 + "1"), HeaderError, "Cannot parse"),
        (npy(GOOD.replace("'shape'", "'size'")), HeaderError, "correct keys: ['descr', 'fortran_order', 'size']"),
        (npy(GOOD.replace("}", "1: 2}")), HeaderError, "correct keys"),
        (npy(GOOD.replace("(2, 3)", "[2, 3]")), HeaderError, "shape is not valid: [2, 3]"),
        (npy(GOOD.replace("2,", "2.0,")), HeaderError, "shape is not valid"),
        (npy(GOOD.replace("False", "0")), HeaderError, "fortran_order is not a valid bool: 0"),
        (npy(GOOD.replace("2,", f"{2**63},")), HeaderError, "shape is not valid"),
        (npy(GOOD.replace("(2, 3)", f"{(1,) * 65}")), HeaderError, "shape is not valid"),
        (npy(GOOD.replace("2,", "0x" + "f" * 9000 + ",")), HeaderError, "Cannot parse"),
        (npy(GOOD.replace("'<f4'", "0x" + "f" * 9000)), HeaderError, "Cannot parse"),
        (npy("{'descr': '\xe4'}", (3, 0)), HeaderError, "Cannot parse"),
    ],
)
def test_what_is_no_header_is_said(content: bytes, kind: type[HeaderError], words: str) -> None:
    """Three kinds of refusal, each with what stands there."""
    with pytest.raises(HeaderError) as caught:
        read_header(io.BytesIO(content))
    assert type(caught.value) is kind
    assert words in str(caught.value)


def test_the_caller_says_which_versions_it_reads() -> None:
    """Plain numbers need no version 3; the error bears the version."""
    with pytest.raises(StartError, match=r"version 3\.0; 1\.0 and 2\.0 are known") as caught:
        read_header(io.BytesIO(npy(GOOD, (3, 0))), PLAIN)
    assert caught.value.version == (3, 0)


@pytest.mark.parametrize("descr", ["<f7", 17, [("a", [("b", "<f8")], 1, 2)], ("<f4",), "("])
def test_a_type_that_numpy_does_not_know_is_a_header_error(descr: object) -> None:
    """Whatever is written as the type, the answer is a type or our error."""
    with pytest.raises(HeaderError, match="descr is not a valid dtype descriptor"):
        Header(descr, False, (1,)).dtype()
