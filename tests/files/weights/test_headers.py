"""Weight files: tensors listed from headers alone, and headers that lie refused by name."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.errors import InputError
from convcli.files.weights import Tensor, is_weight_file, read_tensors


def safetensors(path: Path, header: Any, buffer: bytes, length: int | None = None) -> str:
    """A file with this header, as the format has it, and this buffer."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + buffer)
    return str(path)


def entry(dtype: str, shape: list[Any], begin: int, end: int) -> dict[str, Any]:
    """A tensor of a safetensors header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_safetensors_are_listed_in_the_buffers_order(tmp_path: Path) -> None:
    """Shapes, types and bytes as the header says, metadata left out, a tensor of half-byte numbers too."""
    header = {
        "__metadata__": {"format": "pt"},
        "b": entry("F32", [2], 12, 20),
        "w": entry("BF16", [2, 3], 0, 12),
        "four": entry("F4", [6], 20, 23),
        "none": entry("F64", [0, 7], 23, 23),
    }
    tensors = read_tensors(safetensors(tmp_path / "m.safetensors", header, bytes(23)))
    assert tensors == [
        Tensor("w", "BF16", (2, 3), 12),
        Tensor("b", "F32", (2,), 8),
        Tensor("four", "F4", (6,), 3),
        Tensor("none", "F64", (0, 7), 0),
    ]
    assert [tensor.parameters for tensor in tensors] == [6, 2, 6, 0]


@pytest.mark.parametrize(
    ("header", "buffer", "words"),
    [
        ({"w": entry("BF16", [2, 3000000], 0, 12)}, 12, "needs 12000000 bytes; bytes 0 to 12 of 12"),
        ({"w": entry("F32", [3], 0, 12)}, 8, "bytes 0 to 12 of 8"),
        ({"w": entry("U8", [2], 1, 3)}, 3, "leaves a hole before it (byte 1, not 0)"),
        ({"a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 1, 3)}, 3, "overlaps the one before"),
        ({"w": entry("U8", [2], 0, 2)}, 3, "its tensors take 2 bytes, the file holds 3"),
        ({"w": entry("F33", [2], 0, 2)}, 2, "dtype 'F33'; known: BOOL"),
        ({"w": entry("U8", [-2], 0, 2)}, 2, "no whole numbers"),
        ({"w": entry("U8", [2.0], 0, 2)}, 2, "no whole numbers"),
        ({"w": entry("U8", [True], 0, 1)}, 1, "no whole numbers"),
        ({"w": entry("U8", [1] * 65, 0, 1)}, 1, "no whole numbers"),
        ({"w": {"dtype": "U8", "shape": [2]}}, 2, "no dtype, shape and data_offsets"),
        ({"w": 3}, 2, "no dtype, shape and data_offsets"),
        ({"w": entry("F4", [3], 0, 1)}, 1, "needs 1 bytes"),
        ([1, 2], 0, "no JSON object"),
        (b"{nonsense", 0, "is no JSON"),
        (b"\xff\xfe", 0, "is no JSON"),
        (b'{"w": NaN}', 0, "NaN is no JSON"),
        (b'{"w": 1, "w": 2}', 0, "a name stands twice"),
        (b"[" * 100_000, 0, "is no JSON"),
    ],
)
def test_lying_safetensors_headers_are_refused(tmp_path: Path, header: Any, buffer: int, words: str) -> None:
    """What the header claims has to be there, once, and without holes; the message says what is wrong."""
    path = safetensors(tmp_path / "m.safetensors", header, bytes(buffer))
    with pytest.raises(InputError) as caught:
        read_tensors(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(path)


def test_a_header_longer_than_the_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """2^60 bytes claimed by a file of 20; and a file too short for a length."""
    path = safetensors(tmp_path / "m.safetensors", {}, bytes(10), length=2**60)
    with pytest.raises(InputError, match="its header claims 1152921504606846976 bytes, the file has 20"):
        read_tensors(path)
    (tmp_path / "short.safetensors").write_bytes(b"\x01\x00")
    with pytest.raises(InputError, match="the file has 2"):
        read_tensors(str(tmp_path / "short.safetensors"))
    with pytest.raises(InputError, match="no such file"):
        read_tensors(str(tmp_path / "missing.safetensors"))


def test_npz_headers_give_what_numpy_saved(tmp_path: Path) -> None:
    """Every shape and type, Fortran order, big-endian, a scalar, stored and deflated."""
    arrays = {
        "conv": np.ones((3, 4, 5), np.float32),
        "fortran": np.asfortranarray(np.zeros((2, 3))),
        "big": np.arange(7, dtype=">i2"),
        "scalar": np.float16(3),
        "empty": np.zeros((0, 4)),
    }
    for save, name in ((np.savez, "a.npz"), (np.savez_compressed, "b.npz")):
        save(tmp_path / name, **arrays)
        tensors = read_tensors(str(tmp_path / name))
        assert [t.name for t in tensors] == list(arrays)
        assert [t.shape for t in tensors] == [array.shape for array in arrays.values()]
        assert [t.bytes for t in tensors] == [array.nbytes for array in arrays.values()]
        assert [t.dtype for t in tensors] == [array.dtype.str for array in arrays.values()]


def npz(path: Path, content: bytes, name: str = "w.npy", method: int = zipfile.ZIP_STORED) -> str:
    """A zip with one entry."""
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(name, content)
    return str(path)


def npy(shape: tuple[int, ...], descr: str = "<f4", body: int = 24) -> bytes:
    """A .npy file whose header says what it likes."""
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape!r}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(body)


def test_lying_npz_headers_are_refused(tmp_path: Path) -> None:
    """Shapes that need more or fewer bytes than are there, objects, text, negative shapes, other files."""
    assert read_tensors(npz(tmp_path / "good.npz", npy((2, 3))))[0].bytes == 24
    cases = {
        "needs 24000000 bytes": npz(tmp_path / "a.npz", npy((2, 3000000))),
        "needs 8 bytes": npz(tmp_path / "b.npz", npy((2,))),
        "holds object": npz(tmp_path / "c.npz", npy((3,), "|O")),
        "holds <U2": npz(tmp_path / "d.npz", npy((3,), "<U2")),
        "has no .npy header (shape (-2, 3))": npz(tmp_path / "e.npz", npy((-2, 3))),
        "has no .npy header": npz(tmp_path / "f.npz", b"nothing of the kind"),
        "is no .npy file": npz(tmp_path / "g.npz", b"text", name="readme.txt"),
        "packed by method 12": npz(tmp_path / "h.npz", npy((2, 3)), method=zipfile.ZIP_BZIP2),
        "version 3.0": npz(tmp_path / "i.npz", npy((2, 3)).replace(b"NUMPY\x01", b"NUMPY\x03")),
    }
    for words, path in cases.items():
        with pytest.raises(InputError) as caught:
            read_tensors(path)
        assert words in str(caught.value), str(caught.value)


def test_broken_archives_are_refused(tmp_path: Path) -> None:
    """Cut short, or with a directory that claims more than deflate could ever hold."""
    good = Path(npz(tmp_path / "a.npz", npy((2, 3)), method=zipfile.ZIP_DEFLATED)).read_bytes()
    (tmp_path / "cut.npz").write_bytes(good[:100])
    with pytest.raises(InputError, match=r"no .npz file that can be read"):
        read_tensors(str(tmp_path / "cut.npz"))
    directory = good.rindex(b"PK\x01\x02")
    claimed = good[: directory + 24] + struct.pack("<I", 2**31) + good[directory + 28 :]
    (tmp_path / "bomb.npz").write_bytes(claimed)
    with pytest.raises(InputError, match=r"lying directory: entry 'w.npy' claims 2147483648 bytes"):
        read_tensors(str(tmp_path / "bomb.npz"))


def test_names_that_stand_twice_are_refused(tmp_path: Path) -> None:
    """Which of two tensors of one name would count?"""
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("w.npy", npy((2, 3)))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("w.npy", npy((2, 3)))
    with pytest.raises(InputError, match="a name stands twice"):
        read_tensors(str(tmp_path / "a.npz"))


def test_weight_files_are_known_by_name_or_by_their_first_bytes(tmp_path: Path) -> None:
    """A zip under another name is one; a text, a folder and a missing file are not."""
    zipped = Path(npz(tmp_path / "weights.bin", npy((2, 3))))
    (tmp_path / "net.txt").write_text("28x28 conv:6,5")
    assert is_weight_file(str(zipped))
    assert not is_weight_file(str(tmp_path / "net.txt"))
    assert not is_weight_file(str(tmp_path))
    assert not is_weight_file(str(tmp_path / "missing"))
