"""What names an input: paths, stdin, samples, literals; and what an array file may hold."""

from __future__ import annotations

import io
import os
import socket
import struct
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli import images
from convcli.errors import InputError, KernelTextError, OptionError, UnknownNameError
from convcli.files.bundled import sample_names
from tests.images.draw_shapes import shapes

ENDLESS = b"{'descr': '<f4', 'fortran_order': False, 'shape': (0x" + b"f" * 9000 + b", 3), }"
RNG = np.random.default_rng(5)
SAMPLES = Path(__file__).parents[2] / "sample_images"


def npy(array: np.ndarray, **options: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)  # type: ignore[call-overload]
    return stream.getvalue()


class Trickle(io.RawIOBase):
    """A pipe that gives at most 700 bytes at a time and cannot seek."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(700, size if size >= 0 else 700)
        part, self.rest = self.rest[:size], self.rest[size:]
        return part


@pytest.mark.parametrize(
    "name", ["camera", "chelsea", "clock", "coffee", "digit-3", "digit-5", "digit-8", "shapes", "text"]
)
def test_samples_are_the_bundled_files(name: str) -> None:
    """`sample:NAME` is the file in sample_images, as OpenCV reads it, and the sources file tells its licence."""
    seen = cv2.imread(str(SAMPLES / f"{name}.png"), cv2.IMREAD_UNCHANGED)
    picture = images.read(f"sample:{name}")
    assert np.array_equal(picture.pixels, seen[:, :, ::-1] if seen.ndim == 3 else seen)
    assert picture.source == f"sample:{name}"
    assert f"| {name}.png | {seen.shape[0]}x{seen.shape[1]} |" in (SAMPLES / "SOURCES.md").read_text()
    assert f'"sample_images/{name}.png"' in (SAMPLES.parent / "pyproject.toml").read_text()


def test_every_sample_is_listed() -> None:
    """The names are those of the files; an unknown one gets the nearest suggested."""
    assert sample_names() == sorted(path.stem for path in SAMPLES.glob("*.png"))
    with pytest.raises(UnknownNameError, match="coffee"):
        images.read("sample:cofee")


def test_shapes_is_what_its_script_draws() -> None:
    """shapes.png equals the script's picture, whose square and ring have the areas of geometry."""
    drawn = shapes()
    assert np.array_equal(images.read("sample:shapes").pixels, drawn)
    ring = drawn[100:].astype(float).sum() / 255 - 16 * 80
    assert ring == pytest.approx(np.pi * (60**2 - 34**2), rel=0.002)
    assert (drawn == 255).sum() > 80 * 80


@pytest.mark.parametrize("fmt", ["png", "jpeg", "tiff", "webp", "bmp", "ppm", "npy", "text"])
@pytest.mark.parametrize("size", [(4, 6), (70, 90)])
def test_stdin_equals_the_file(tmp_path: Path, fmt: str, size: tuple[int, int]) -> None:
    """A pipe that trickles gives the picture that the file gives."""
    stream = io.BytesIO()
    images.encode(images.Picture(RNG.integers(0, 255, size, dtype=np.uint8)), stream, fmt)
    (tmp_path / "file").write_bytes(stream.getvalue())
    expected = images.read(str(tmp_path / "file"))
    piped = images.read("-", stdin=Trickle(stream.getvalue()))  # type: ignore[arg-type]
    assert np.array_equal(piped.pixels, expected.pixels)
    assert (piped.source, piped.format, piped.kind) == ("-", expected.format, expected.kind)
    assert piped.format == fmt


def test_a_fifo_is_an_input(tmp_path: Path) -> None:
    """A FIFO, as the shell's <(...) makes them, is read like stdin."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(b"1 2\n3 4\n"))
    writer.start()
    assert images.read(str(path)).pixels.tolist() == [[1, 2], [3, 4]]
    writer.join()


def test_an_endless_input_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither /dev/zero nor an endless matrix is read to an end that never comes."""
    with pytest.raises(InputError, match="not recognised"):
        images.read("/dev/zero")

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            return b"1 " * (max(size, 2) // 2)

    from convcli.images.codecs import text

    monkeypatch.setattr(text, "MAX_BYTES", 1 << 20)
    with pytest.raises(InputError, match="larger than 1 MiB"):
        images.read("-", stdin=Endless())  # type: ignore[arg-type]


def test_a_literal_is_a_matrix_and_a_file_of_that_name_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`1 2; 3 4` is a matrix of whole numbers, until a file is called so."""
    monkeypatch.chdir(tmp_path)
    literal = images.read("1 2; 3 4")
    assert literal.pixels.tolist() == [[1, 2], [3, 4]]
    assert literal.pixels.dtype == np.int64
    assert (literal.kind, literal.format) == ("text", "text")
    assert images.shape_of("1 2 3; 3 4 5") == (2, 3, 1)
    assert images.read("-1.5").pixels.tolist() == [[-1.5]]
    Path("1 2; 3 4").write_text("7 8 9")
    assert images.read("1 2; 3 4").pixels.tolist() == [[7, 8, 9]]


def test_a_bad_literal_is_wrong_usage_and_a_bad_file_a_bad_input(tmp_path: Path) -> None:
    """A ragged literal costs exit 2; the same text in a file costs 3 and is given by line."""
    with pytest.raises(KernelTextError, match="row 2") as caught:
        images.read("1 2; 3")
    assert caught.value.exit_code == 2
    (tmp_path / "matrix.txt").write_bytes(b"\xef\xbb\xbf# comment\r\n1\t2\r\n3\r\n")
    with pytest.raises(KernelTextError, match=r"matrix\.txt, line 3") as caught:
        images.read(str(tmp_path / "matrix.txt"))
    assert caught.value.exit_code == 3


def test_names_that_lead_to_no_picture(tmp_path: Path) -> None:
    """Missing files, folders, links to nowhere and in circles, sockets: refused by name."""
    (tmp_path / "picture.png").write_bytes(b"")
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "circle").symlink_to("circle")
    address = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(tmp_path)
        listener.bind("s")
        os.chdir(here)
        cases = {
            str(tmp_path / "pictures.png"): "did you mean .*picture.png",
            str(tmp_path / "no" / "folder.png"): "no such file",
            str(tmp_path): "a folder",
            str(tmp_path / "nowhere"): "no such file",
            str(tmp_path / "circle"): "links",
            address: "socket",
            "": "no such file",
            "a\0b.png": "no such file",
            "x" * 300: "no such file",
            "line\nbreak.png": "no such file",
        }
        for name, reason in cases.items():
            with pytest.raises(InputError, match=reason) as caught:
                images.read(name)
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["-leading.png", "[red]x[bold].png", "a\nb.png", "b\udcff.png", "n" * 250 + ".png"])
def test_odd_names_are_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Markup, line breaks, stray bytes and 254 characters are read and written like any name."""
    monkeypatch.chdir(tmp_path)
    picture = images.Picture(np.arange(6, dtype=np.uint8).reshape(2, 3))
    images.write(picture, name)
    assert images.read(name).pixels.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_an_unreadable_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says about a file (here imitated, since root may read all) is passed on."""
    (tmp_path / "secret.png").write_bytes(b"x")

    def denied(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(InputError, match="Permission denied"):
        images.read(str(tmp_path / "secret.png"))


def test_closed_stdin_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading `-` without a stdin is an input error."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match="closed"):
        images.read("-")


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "<i2", ">u2", "<i8", ">f4", "<f8", "f2", "g"])
@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3), (1, 1)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_read_whatever_their_order(tmp_path: Path, dtype: str, shape: tuple[int, ...], order: str) -> None:
    """Fortran order and big-endian bytes give the values of C order and native bytes; odd types are widened."""
    array = np.asarray(RNG.normal(size=shape) * 50).astype(dtype)
    (tmp_path / "a.npy").write_bytes(npy(np.asarray(array, order=order)))  # type: ignore[call-overload]
    for pixels in (images.read(str(tmp_path / "a.npy")).pixels, images.read("-", stdin=io.BytesIO(npy(array))).pixels):
        assert np.array_equal(pixels, array.astype(pixels.dtype))
        assert pixels.dtype.isnative
        assert pixels.flags.c_contiguous
        wider = {"?": "u1", "f2": "f4", "g": "f8"}
        assert pixels.dtype == np.dtype(wider.get(dtype, dtype)).newbyteorder("=")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (npy(np.array([[None]]), allow_pickle=True), "object"),
        (npy(np.zeros((2, 2), "c8")), "complex"),
        (npy(np.zeros((2, 2), "U3")), "<U3"),
        (npy(np.zeros((2, 2), "M8[s]")), "datetime"),
        (npy(np.zeros((2, 2), [("a", "f4")])), "'a'"),
        (npy(np.float64(3)), r"shape is \(\)"),
        (npy(np.zeros(5)), r"shape is \(5,\)"),
        (npy(np.zeros((2,) * 5)), "shape is"),
        (npy(np.zeros((0, 4))), r"shape is \(0, 4\)"),
        (npy(np.zeros((4, 4)))[:-1], "claims 128 bytes"),
        (b"\x93NUMPY\x01\x00\x06\x00((((((", "header"),
        (b"\x93NUMPY\x01\x00\x04\x00(\n(\n", "header"),
        (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(ENDLESS)) + ENDLESS, "header is damaged"),
        (b"\x93NUMPY\x09\x00", "version 9.0"),
        (b"\x93NUM", "not recognised"),
    ],
)
def test_what_an_array_file_may_not_hold(tmp_path: Path, content: bytes, reason: str) -> None:
    """Objects are never unpickled; other ranks and kinds are refused by name, on disk and from a pipe."""
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(InputError, match=reason):
        images.read(str(tmp_path / "a.npy"))
    with pytest.raises(InputError):
        images.read("-", stdin=io.BytesIO(content))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::SyntaxWarning", "ignore::DeprecationWarning")
@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.binary(max_size=80), st.integers(0, 127), st.booleans())
def test_mutated_array_headers_raise_only_our_errors(junk: bytes, place: int, replace: bool) -> None:
    """Whatever stands in a .npy header, the answer is NumPy's array or an InputError; without its start it is text."""
    content = npy(np.arange(6.0).reshape(2, 3))
    content = content[:place] + junk + content[place + (len(junk) if replace else 0) :]
    try:
        picture = images.read("-", stdin=io.BytesIO(content))
    except (InputError, KernelTextError):
        return
    if content.startswith(b"\x93NUMPY"):
        content = (
            content[:128].replace(b"\r", b" ") + content[128:]
        )  # a line's end that NumPy takes in some places only
        assert np.array_equal(picture.pixels, np.load(io.BytesIO(content)).astype(picture.pixels.dtype))
    else:
        assert picture.format == "text"


def test_a_truncated_array_is_read_only_when_allowed(tmp_path: Path) -> None:
    """allow_truncated gives the samples that are there and zeros for the rest."""
    (tmp_path / "a.npy").write_bytes(npy(np.arange(1.0, 7.0).reshape(2, 3))[:-8])
    picture = images.read(str(tmp_path / "a.npy"), allow_truncated=True)
    assert picture.pixels.tolist() == [[1, 2, 3], [4, 5, 0]]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_noted(tmp_path: Path, value: float) -> None:
    """A float picture with NaN or infinity is read, with a note; a finite one has none."""
    array = np.ones((3, 3))
    assert images.read("-", stdin=io.BytesIO(npy(array))).notes == ()
    array[1, 2] = value
    picture = images.read("-", stdin=io.BytesIO(npy(array)))
    assert "NaN or infinity" in picture.notes[0]
    assert np.array_equal(picture.pixels, array, equal_nan=True)


@pytest.mark.parametrize(("option", "value"), [("layout", "whc"), ("max_pixels", 0)])
def test_bad_reading_options_are_refused(option: str, value: object) -> None:
    """A reading option out of its range is a usage error."""
    with pytest.raises(OptionError, match=f"^{option}: "):
        images.read("1 2", **{option: value})  # type: ignore[arg-type]
