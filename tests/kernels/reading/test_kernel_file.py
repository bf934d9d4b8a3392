"""Kernels from files and stdin, told apart by content."""

import io
import json
import os
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.errors import ConvcliError, InputError, KernelTextError
from convcli.kernels import kernels_from
from convcli.kernels.reading import kernel_file

ASYMMETRIC = np.arange(24.0).reshape(2, 3, 4) / 8


def from_stdin(content):
    return kernels_from("@-", stdin=io.BytesIO(content))


def npy(array, **options):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, **options)
    return stream.getvalue()


def raw_npy(header, numbers=b"", version=1):
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + numbers


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("k.txt", b"0 1\n1/2 3\n"),
        ("k.csv", b"\xef\xbb\xbf0,1\r\n0.5,3\r\n"),
        ("k.json", b" [[0, 1], [0.5, 3]]"),
        ("k", b'{"command": "learn", "kernel": [[0, 1], [0.5, 3]], "bias": 0}'),
        ("k.dat", b"2x2: 0 1 0.5 3"),
        ("k.text", "0 1\n.5 3".encode("utf-16")),
        ("k.npy", npy(np.array([[0, 1], [0.5, 3]]))),
        ("wrong.txt", npy(np.array([[0, 1], [0.5, 3]]))),
    ],
)
def test_one_kernel_from_a_file(tmp_path, name, content):
    """Text, CSV, JSON and .npy are read by their content; the kernel is named after the file."""
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = kernels_from(f"@{path}")
    assert found.name == path.stem
    assert found.weights.tolist() == [[0, 1], [0.5, 3]]
    assert from_stdin(content)[0].weights.tolist() == [[0, 1], [0.5, 3]]


def test_a_layer_is_as_many_kernels_as_its_first_axis(tmp_path):
    """(F, h, w) gives F kernels, (F, C, h, w) F kernels with weights per channel, from .npy and JSON."""
    np.save(tmp_path / "layer.npy", ASYMMETRIC)
    (tmp_path / "deep.json").write_text(json.dumps(ASYMMETRIC[:, np.newaxis].tolist()))
    flat, deep = kernels_from(f"@{tmp_path}/layer.npy"), kernels_from(f"@{tmp_path}/deep.json")
    assert [k.name for k in flat] == ["layer-0", "layer-1"]
    assert [k.channels for k in (*flat, *deep)] == [None, None, 1, 1]
    assert flat[1].weights.tolist() == ASYMMETRIC[1].tolist()
    assert deep[1].weights[0].tolist() == ASYMMETRIC[1].tolist()


@pytest.mark.parametrize(
    "array",
    [
        np.asfortranarray(ASYMMETRIC[0]),
        ASYMMETRIC[0].astype(">f8"),
        ASYMMETRIC[0].astype("<f4"),
        np.array([[1, 2, 3]], dtype=">i2"),
        np.array([[True, False]]),
        np.array([[1, 2]], dtype=np.uint64),
    ],
)
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_real_npy_is_the_same_kernel(array, version):
    """Order, byte order, type and version of the file do not change the numbers."""
    assert from_stdin(npy(array, version=version))[0].weights.tolist() == array.astype(float).tolist()


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.array([[1, None]], dtype=object), "objects"),
        (np.array([["a"]]), "strings"),
        (np.array([[b"a"]]), "strings"),
        (np.array([[1j]]), "complex"),
        (np.zeros((2, 2), [("a", int)]), "structured"),
        (np.zeros((2, 2), "V3"), "raw bytes"),
        (np.zeros((2, 2), "M8[s]"), "dates"),
        (np.array(3.0), "0-d"),
        (np.zeros((0, 2)), "empty"),
        (np.zeros(3), "its shape is (3,)"),
        (np.zeros((1, 1, 1, 1, 1)), "its shape is (1, 1, 1, 1, 1)"),
        (np.array([[1, np.nan]]), "NaN or infinity"),
    ],
)
def test_other_arrays_are_refused_by_name(array, words):
    """Whatever is no non-empty array of finite real numbers is refused, naming what it is."""
    with pytest.raises(InputError) as refused:
        from_stdin(npy(array))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x93NUMPY", "cut short"),
        (b"\x93NUMPY\x07\x00" + b" " * 90, "version is unknown"),
        (b"\x93NUMPY\x01\x00\xff\xff{", "claims 65,535 bytes"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", "claims 4,294,967,295 bytes"),
        (
            raw_npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}", b"12345678"),
            "promises",
        ),
        (raw_npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}", b"1234"), "the file holds 4"),
        (raw_npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}", b"1234567890"), "the file holds 10"),
        (raw_npy(b"{'descr': '<f8', 'fortran_order': 0, 'shape': (1, 1)}", b"12345678"), "header is broken"),
        (raw_npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}", b"12345678"), "header is broken"),
        (raw_npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (True, 1)}", b"12345678"), "header is broken"),
        (raw_npy(b"{'descr': '<f7', 'fortran_order': False, 'shape': (1, 1)}", b"1234567"), "values of type <f7"),
        (raw_npy(b"{'descr': 7, 'fortran_order': False, 'shape': (1, 1)}", b"1234567"), "values of type 7"),
        (raw_npy(b"[1, 2]"), "header is broken"),
        (raw_npy(b"{'descr': "), "header is broken"),
        (raw_npy(b"__import__('os').getcwd()"), "header is broken"),
        (raw_npy(b"(" * 500, version=2), "header is broken"),
        (raw_npy(b"{'descr': " + b"-" * 9000 + b"1}"), "header is broken"),
        (b"PK\x03\x04 and so on", "archive"),
        (b"\x89PNG\r\n\x1a\n", "neither text"),
        (b"1 2\0 3", "neither text"),
        (b"\xff\xfe1", "neither text"),
    ],
)
def test_broken_files_are_refused_before_allocating(content, words):
    """Headers that lie, cut files and files of other kinds are refused with exit 3."""
    with pytest.raises(InputError) as refused:
        from_stdin(content)
    assert words in str(refused.value)
    assert refused.value.exit_code == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "stdin: there are no numbers"),
        (b"1 2\n3 x\n", "stdin, line 2, column 3: 'x'"),
        (b"1 2\n3\n", "stdin, line 2, column 1: row 2 has 1 number"),
        (b"3x1: 1 2", "stdin, line 1: 3x1 needs 3 numbers"),
        (b"[[1, 2], [3]]", "ragged"),
        (b"[[1, 2], 3]", "ragged"),
        (b"[[1, null]]", "item [0][1] is null"),
        (b"[[1], [true]]", "item [1][0] is true or false"),
        (b'[["1"]]', "item [0][0] is a string"),
        (b'[[{"a": 1}]]', "item [0][0] is an object"),
        (b"[[1,\n 2,]]", "stdin, line 2, column "),
        (b"[[1 2]]", "stdin, line 1, column 5: this is no JSON"),
        (b"[[1]] 2", "this is no JSON"),
        (b"[[NaN]]", "'NaN' is not allowed"),
        (b"[[-Infinity]]", "must be finite"),
        (b"[[1e999]]", "too large"),
        (b"[[" + b"9" * 5000 + b"]]", "too large"),
        (b"[" * 100_000, "stdin, line 1, column 7: lists are nested more than 4 deep"),
        (b"[[[[[1]]]]]", "more than 4 deep"),
        (b"[[]]", "the shape is (1, 0)"),
        (b"[1, 2]", "the shape is (2,)"),
        (b"{}", 'has no "kernel"'),
        (b'{"kernel": 3}', "the shape is ()"),
        (b'{"kernel": null}', "the value is null"),
    ],
)
def test_broken_text_is_refused_by_place(content, words):
    """Text and JSON that hold no kernel are refused with their place, exit 3."""
    with pytest.raises(KernelTextError) as refused:
        from_stdin(content)
    assert words in str(refused.value)
    assert refused.value.exit_code == 3


def test_brackets_in_strings_are_no_nesting():
    """Only the lists count: a note full of brackets beside the kernel is fine."""
    content = json.dumps({"note": '[[[[[[[[["' + "\\", "kernel": [[1, 2]]}).encode()
    assert from_stdin(content)[0].weights.tolist() == [[1, 2]]


def test_json_of_flip_is_the_flipped_kernel():
    """What `flip --json` prints stands for its result, as its text does."""
    content = b'{"command": "flip", "kernel": [[1, 2]], "flipped": [[2, 1]], "symmetric": false}'
    assert from_stdin(content)[0].weights.tolist() == [[2, 1]]


def test_text_is_limited(monkeypatch):
    """Endless text is refused when the limit is reached, a large .npy only at its own limit."""
    monkeypatch.setattr(kernel_file, "LARGEST_TEXT", 2**20)
    with pytest.raises(InputError, match="text of more than 1 MiB is refused"):
        from_stdin(b"1 " * 600_000)
    assert from_stdin(npy(np.zeros((400, 400))))[0].weights.shape == (400, 400)
    monkeypatch.setattr(kernel_file, "LARGEST_ARRAY", 2**20)
    with pytest.raises(InputError, match=r"\.npy of more than 1 MiB"):
        from_stdin(npy(np.zeros((400, 400))))


def test_files_that_cannot_be_read(tmp_path):
    """Missing files (with the nearest names), folders, and no name at all are refused."""
    (tmp_path / "sharpen.txt").write_text("1")
    for text, words in (
        (f"@{tmp_path}/sharpn.txt", "no such file; did you mean sharpen.txt?"),
        (f"@{tmp_path}/nowhere/x", "no such file"),
        (f"@{tmp_path}", "this is a folder, not a file"),
        ("@", "no file is named"),
        ("@a\0b", "has a NUL in it"),
    ):
        with pytest.raises(InputError) as refused:
            kernels_from(text)
        assert words in str(refused.value)


def test_stdin_of_the_process(monkeypatch, tmp_path):
    """Without a stream, `@-` reads the process's stdin."""
    (tmp_path / "k").write_text("1 2")
    with open(os.path.join(tmp_path, "k")) as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert kernels_from("@-")[0].name == "kernel"


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.binary(max_size=40), st.sampled_from([b"", b"[[", b'{"kernel":', b"\x93NUMPY\x01\x00", npy(ASYMMETRIC)[:100]])
)
def test_only_our_own_error_comes_out(tail, head):
    """Any bytes are either kernels or refused with our own error."""
    try:
        found = from_stdin(head + tail)
    except ConvcliError:
        return
    assert all(np.isfinite(each.weights).all() for each in found)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::SyntaxWarning", "ignore::DeprecationWarning")
@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.integers(0, 127), st.integers(0, 255))
def test_a_changed_header_byte_is_ours_to_refuse(position, value):
    """One changed byte anywhere in an .npy header ends in the kernels that NumPy reads, or in our own error."""
    content = bytearray(npy(ASYMMETRIC))
    content[position] = value
    try:
        found = from_stdin(bytes(content))
    except ConvcliError:
        return
    expected = np.load(io.BytesIO(content))
    assert np.array_equal(np.stack([each.weights for each in found]).reshape(expected.shape), expected)
