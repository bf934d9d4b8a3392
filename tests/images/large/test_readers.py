"""Readers by rows: whatever rows are asked for, and by however many threads, they are those of the whole picture."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli import images
from convcli.core.arrays import Array
from convcli.errors import InputError
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import Wish, open_rows

HEIGHT, WIDTH = 37, 23
DTYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "f2", "f4", "f8")
ORDERS = ("<", ">")
RNG = np.random.default_rng(21)


def samples(dtype: str, *shape: int) -> Array:
    """Numbers that no flip and no swap leaves alike."""
    made: Array = (RNG.random(shape) * 120).astype(dtype)
    return made


def opened(path: Path, layout: str = "hwc") -> RowPicture:
    found = open_rows(str(path), Wish(layout))
    assert found is not None, path
    return found


def holds_what_is_read(path: Path, layout: str = "hwc") -> None:
    """Random rows, read by three threads at once, are those of the picture that is decoded whole; so is all else."""
    whole, rows = images.read(str(path), layout=layout), opened(path, layout)
    flat = whole.pixels.reshape(len(whole.pixels), -1)
    assert (rows.rows.shape, rows.rows.dtype) == (whole.pixels.shape, whole.pixels.dtype)
    assert (rows.kind, rows.format, rows.boolean) == (whole.kind, whole.format, whole.boolean)
    assert rows.metadata == whole.metadata
    assert set(whole.notes) <= set(rows.notes)
    choose = random.Random(str(path))
    spans = [(0, len(flat)), (len(flat) - 1, len(flat))]
    spans += [(start, choose.randint(start + 1, len(flat))) for start in choose.sample(range(len(flat)), 6)]
    with ThreadPoolExecutor(3) as threads:
        for (start, stop), part in zip(spans, threads.map(lambda span: rows.rows.read(*span), spans), strict=True):
            np.testing.assert_array_equal(part, flat[start:stop])
            assert part.flags.c_contiguous
            assert part.dtype.isnative
    if whole.alpha is not None:
        assert rows.alpha is not None
        np.testing.assert_array_equal(rows.alpha.read(3, 30), whole.alpha[3:30])
    rows.close()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (HEIGHT, WIDTH, 3), (HEIGHT, WIDTH, 1)])
def test_rows_of_an_npy_are_those_of_the_array(tmp_path: Path, shape: tuple[int, ...], order: Any) -> None:
    """Any dtype, either byte order, C and Fortran order, channels last and first."""
    for index, dtype in enumerate(("?", *(end + kind for end in ORDERS for kind in DTYPES), "<i8", ">f8")):
        path = tmp_path / f"{index}.npy"
        np.save(path, np.asarray(samples("f8", *shape), order=order).astype(dtype, order=order))
        holds_what_is_read(path)
        if len(shape) == 3:
            np.save(path, np.asarray(np.moveaxis(samples(dtype, *shape), -1, 0), order=order))
            holds_what_is_read(path, "chw")


PNM: dict[str, tuple[bytes, Callable[[], bytes]]] = {
    "bits": (b"P4 23 37\n", lambda: RNG.integers(0, 256, HEIGHT * 3, dtype=np.uint8).tobytes()),
    "grey": (b"P5\n# who\n23 37\n255\n", lambda: samples("u1", HEIGHT, WIDTH).tobytes()),
    "colour": (b"P6 23 37 255\n", lambda: samples("u1", HEIGHT, WIDTH, 3).tobytes()),
    "spread": (b"P6 23 37 130\n", lambda: samples("u1", HEIGHT, WIDTH, 3).tobytes()),
    "deep": (b"P5 23 37 65535\n", lambda: samples(">u2", HEIGHT, WIDTH).tobytes()),
    "ten bits": (b"P6 23 37 1023\n", lambda: samples(">u2", HEIGHT, WIDTH, 3).tobytes()),
    "floats": (b"Pf 23 37 -1.0\n", lambda: samples("<f4", HEIGHT, WIDTH).tobytes()),
    "colours of floats": (b"PF 23 37 1.0\n", lambda: samples(">f4", HEIGHT, WIDTH, 3).tobytes()),
}


@pytest.mark.parametrize("kind", PNM)
def test_rows_of_a_binary_pnm_are_those_of_the_picture(tmp_path: Path, kind: str) -> None:
    """Bits, bytes, 16 bits and floats, spread over their range where the whole picture is."""
    head, body = PNM[kind]
    path = tmp_path / "picture.pnm"
    path.write_bytes(head + body())
    holds_what_is_read(path)


LAYOUTS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "one strip": ((HEIGHT, WIDTH), {}),
    "a strip a row": ((HEIGHT, WIDTH), {"rowsperstrip": 1}),
    "strips": ((HEIGHT, WIDTH, 3), {"rowsperstrip": 7, "photometric": "rgb"}),
    "tiles": ((HEIGHT, WIDTH), {"tile": (16, 16)}),
    "coloured tiles": ((HEIGHT, WIDTH, 3), {"tile": (16, 32), "photometric": "rgb"}),
    "planes": ((3, HEIGHT, WIDTH), {"photometric": "rgb", "planarconfig": "separate", "rowsperstrip": 5}),
    "planes of tiles": ((3, HEIGHT, WIDTH), {"photometric": "rgb", "planarconfig": "separate", "tile": (16, 16)}),
    "alpha": ((HEIGHT, WIDTH, 4), {"photometric": "rgb", "extrasamples": ["unassalpha"]}),
    "bands": ((HEIGHT, WIDTH, 5), {"photometric": "rgb", "extrasamples": ["unspecified"] * 2}),
    "pages": ((4, HEIGHT, WIDTH), {"photometric": "minisblack"}),
    "0 is white": ((HEIGHT, WIDTH), {"photometric": "miniswhite"}),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_of_an_uncompressed_tiff_are_those_of_the_picture(tmp_path: Path, layout: str, order: Any) -> None:
    """Strips, tiles, planes and pages of any dtype, TIFF and BigTIFF, as tifffile writes them."""
    tifffile = pytest.importorskip("tifffile")
    shape, how = LAYOUTS[layout]
    for dtype in DTYPES:
        path = tmp_path / f"{dtype}.tif"
        tifffile.imwrite(path, samples(dtype, *shape), byteorder=order, bigtiff=dtype > "u", **how)
        holds_what_is_read(path)


def test_rows_of_bits_and_palettes_are_those_of_the_picture(tmp_path: Path) -> None:
    """Samples of one bit, and colours that are looked up, as Pillow writes them."""
    from PIL import Image

    grey = Image.fromarray(samples("u1", HEIGHT, WIDTH) * 2)
    for name, image in (("bits", grey.convert("1")), ("palette", grey.convert("P"))):
        path = tmp_path / f"{name}.tif"
        image.save(path)
        holds_what_is_read(path)


@pytest.mark.parametrize("bits", range(1, 17))
def test_rows_of_any_number_of_bits_are_those_of_the_picture(tmp_path: Path, bits: int) -> None:
    """1 to 16 bits a sample, packed: each row begins with a byte of its own, as `tests.images.codecs` packs them."""
    numbers = RNG.integers(0, 1 << bits, (HEIGHT, WIDTH))
    packed = np.unpackbits(numbers.astype(">u2").view(np.uint8).reshape(HEIGHT, WIDTH, 2), axis=2)[:, :, 16 - bits :]
    strip = np.packbits(packed.reshape(HEIGHT, -1), axis=1).tobytes()
    tags = [(256, WIDTH), (257, HEIGHT), (258, bits), (259, 1), (262, 1), (273, 8), (277, 1), (278, HEIGHT)]
    tags.append((279, len(strip)))
    head = b"MM\0*" + (8 + len(strip)).to_bytes(4, "big") + strip
    entries = b"".join(
        tag.to_bytes(2, "big") + b"\0\4" + (1).to_bytes(4, "big") + value.to_bytes(4, "big") for tag, value in tags
    )
    path = tmp_path / "packed.tif"
    path.write_bytes(head + len(tags).to_bytes(2, "big") + entries + bytes(4))
    holds_what_is_read(path)


def test_what_has_no_rows_in_place_is_left_to_the_ordinary_way(tmp_path: Path) -> None:
    """A text PNM, an array that is cut short, a PNG: nobody opens them by rows, and no error is raised for it."""
    plain, short, png = tmp_path / "plain.pgm", tmp_path / "short.npy", tmp_path / "a.png"
    plain.write_bytes(b"P2 2 2 9\n1 2 3 4\n")
    np.save(short, samples("f4", HEIGHT, WIDTH))
    short.write_bytes(short.read_bytes()[:-1])
    images.write(images.read("sample:shapes"), str(png))
    assert [open_rows(str(path)) for path in (plain, short, png)] == [None, None, None]


def test_a_file_that_becomes_shorter_while_it_is_read_is_one_message(tmp_path: Path) -> None:
    """Rows that are no longer there are an input error, and no row of zeros."""
    path = tmp_path / "a.npy"
    np.save(path, samples("f4", HEIGHT, WIDTH))
    rows = opened(path)
    with path.open("r+b") as file:
        file.truncate(200)
    with pytest.raises(InputError, match="became shorter"):
        rows.rows.read(0, HEIGHT)
    rows.close()


def test_a_header_that_is_wrong_is_refused_as_ever(tmp_path: Path) -> None:
    """An .npy of text is refused by name, by rows too."""
    path, stream = tmp_path / "a.npy", io.BytesIO()
    np.save(stream, np.array([["a"]]))
    path.write_bytes(stream.getvalue())
    with pytest.raises(InputError, match="real numbers"):
        open_rows(str(path))
