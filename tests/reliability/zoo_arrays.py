"""Hard .npy and .npz files, PNM pictures and text matrices."""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.reliability.case import Array, Case, reads, refused

RNG = np.random.default_rng(11)
HEIGHT, WIDTH = SIZE = (6, 9)
GREY = RNG.integers(0, 256, SIZE, dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (*SIZE, 3), dtype=np.uint8)


class Trap:
    """What pickle would run."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, ("trapped", "w"))


def cases() -> Iterator[Case]:
    """Every array, PNM picture and text matrix of the zoo."""
    yield from _arrays()
    yield from _bad_arrays()
    yield from _bad_headers()
    yield from _pnm()
    yield from _bad_pnm()
    yield from _texts()
    yield from _bad_texts()


def npy(array: Array, **options: Any) -> bytes:
    """An array as NumPy saves it."""
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def header(text: str, content: bytes = b"", version: bytes = b"\1\0") -> bytes:
    """An .npy with any header."""
    length = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return b"\x93NUMPY" + version + length + text.encode("latin-1") + content


def described(descr: str, shape: str, content: bytes = b"", order: str = "False") -> bytes:
    """An .npy with a header of the usual form."""
    return header(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n", content)


def _arrays() -> Iterator[Case]:
    """Every kind of number, byte order and memory order: one answer."""
    for name in ("u1", "i1", "u2", "i2", "i4", "f4", "f8"):
        samples = (RNG.uniform(-100, 100, SIZE) if name[0] != "u" else RNG.uniform(0, 200, SIZE)).astype(name)
        for order in "<>":
            stored = samples.astype(np.dtype(name).newbyteorder(order))
            yield reads(f"{name}-{'big' if order == '>' else 'little'}.npy", npy(stored), samples)
            yield reads(
                f"{name}-{'big' if order == '>' else 'little'}-fortran.npy", npy(np.asfortranarray(stored)), samples
            )
    for name, dtype in {"bool": "?", "half": "f2", "uint32": "u4", "int64": "i8", "uint64": "u8", "long": "g"}.items():
        samples = RNG.integers(0, 2, SIZE).astype(dtype)
        yield reads(f"{name}.npy", npy(samples), samples.astype(np.float64))
    maps = RNG.normal(0, 9, (4, *SIZE)).astype(np.float32)
    yield reads("maps.npy", npy(np.moveaxis(maps, 0, -1)), np.moveaxis(maps, 0, -1))
    yield reads("maps-first.npy", npy(maps), maps, options=("--layout", "chw"))
    spoilt = maps[0].copy()
    spoilt[1, 2], spoilt[3, 3], spoilt[4, 4] = np.nan, np.inf, -np.inf
    yield reads("nan.npy", npy(spoilt), spoilt, "NaN or infinity")
    yield reads("version-2.npy", _version_2(maps[0]), maps[0])
    yield reads("more-behind.npy", npy(GREY) + b"and more", GREY)
    yield reads("named.png", npy(GREY), GREY)
    yield reads("1x1.npy", npy(np.array([[7.5]])), [[7.5]])


def _version_2(array: Array) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(2, 0))
    return stream.getvalue()


def _bad_arrays() -> Iterator[Case]:
    records = np.zeros(SIZE, [("a", "f4"), ("b", "u1")])
    objects = np.empty(SIZE, object)
    objects[:] = Trap()
    kinds = {
        "objects": (npy(objects, allow_pickle=True), "object"),
        "records": (npy(records), "2-D or 3-D"),
        "strings": (npy(np.full(SIZE, "abc")), "real numbers"),
        "bytes": (npy(np.full(SIZE, b"abc")), "real numbers"),
        "complex": (npy(np.zeros(SIZE, complex)), "complex"),
        "dates": (npy(np.zeros(SIZE, "M8[s]")), "real numbers"),
        "0-d": (npy(np.array(3.0)), "shape is ()"),
        "1-d": (npy(np.zeros(5)), "shape is (5,)"),
        "4-d": (npy(np.zeros((2, 3, 4, 5))), "(2, 3, 4, 5)"),
        "5-d": (npy(np.zeros((2, 3, 4, 5, 6))), "(2, 3, 4, 5, 6)"),
        "empty": (npy(np.zeros((0, 5))), "(0, 5)"),
        "empty-rows": (npy(np.zeros((5, 0))), "(5, 0)"),
        "no-channels": (npy(np.zeros((5, 4, 0))), "(5, 4, 0)"),
        "raw-bytes": (npy(np.zeros(SIZE, "V7")), "real numbers"),
        "pickle": (pickle.dumps(Trap()), "pickle"),
        "pickle-2": (pickle.dumps(Trap(), protocol=2), ""),
        "pickle-0": (pickle.dumps(Trap(), protocol=0), ""),
    }
    for name, (content, word) in kinds.items():
        yield refused(f"{name}.npy", content, word)
    stream = io.BytesIO()
    np.savez(stream, a=GREY)
    yield refused("archive.npz", stream.getvalue(), "npz")
    yield refused("archive-named.npy", stream.getvalue(), "npz")


def _bad_headers() -> Iterator[Case]:
    whole = npy(GREY)
    for length in (3, 6, 8, 9, 10, 40, 127, 128, len(whole) - 1):
        yield refused(f"cut-{length}.npy", whole[:length])
    yield refused("version-3.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}", version=b"\3\0"))
    yield refused("version-99.npy", header("{}", version=b"\x63\0"))
    yield refused("no-dictionary.npy", header("[1, 2, 3]\n", bytes(99)))
    yield refused("no-keys.npy", header("{}\n", bytes(99)))
    yield refused("more-keys.npy", header("{'descr':'<f8','fortran_order':False,'shape':(1,1),'x':1}\n", bytes(99)))
    yield refused("code.npy", header("__import__('os').system('touch trapped')\n", bytes(99)))
    yield refused("deep.npy", header("(" * 5000 + ")" * 5000 + "\n", bytes(99)))
    yield refused("deep-minus.npy", header("-" * 9000 + "1\n", bytes(99)))
    yield refused("nul.npy", header("{'descr': '<f8\0'\n", bytes(99)))
    yield refused("claims-a-petabyte.npy", described("'<f8'", "(30000000, 30000000)"), "--max-pixels")
    yield refused("claims-a-gigabyte.npy", described("'<f8'", "(9000, 9000)", bytes(99)), "648,000,000 bytes")
    yield refused("claims-many-channels.npy", described("'<f8'", f"(9, 9, {2**60})", bytes(99)), "header claims")
    yield refused("negative.npy", described("'<f8'", "(-3, -3)", bytes(72)), "(-3, -3)")
    yield refused("huge-integer.npy", described("'<f8'", f"(3, {10**4000})", bytes(72)))
    yield refused("float-shape.npy", described("'<f8'", "(3.0, 3)", bytes(72)))
    yield refused("text-shape.npy", described("'<f8'", "'33'", bytes(72)))
    yield refused("true-shape.npy", described("'<f8'", "(True, 9)", bytes(72)))
    yield refused("no-such-type.npy", described("'<q9'", "(3, 3)", bytes(72)))
    yield refused("type-of-no-size.npy", described("'<V0'", "(3, 3)", bytes(72)))
    yield refused("type-is-a-number.npy", described("17", "(3, 3)", bytes(72)))
    yield refused("type-is-nested.npy", described("[('a', [('b', '<f8')])]", "(3, 3)", bytes(72)))
    yield refused("order-is-text.npy", described("'<f8'", "(3, 3)", bytes(72), order="'no'"))


def _pnm() -> Iterator[Case]:
    size = f"{WIDTH} {HEIGHT}".encode()
    wide = RNG.integers(0, 65536, (*SIZE, 3), dtype=np.uint16)
    bits = RNG.integers(0, 2, SIZE, dtype=np.uint8)
    floats = RNG.normal(0, 1, SIZE).astype(np.float32)
    yield reads("p6.ppm", b"P6 " + size + b" 255\n" + COLOUR.tobytes(), COLOUR)
    yield reads("p6-deep.ppm", b"P6 " + size + b" 65535\n" + wide.astype(">u2").tobytes(), wide)
    yield reads("p5.pgm", b"P5 " + size + b" 255\n" + GREY.tobytes(), GREY)
    yield reads("p5-crlf.pgm", b"P5\r\n" + size + b"\r\n255\n" + GREY.tobytes(), GREY)
    yield reads("comments.pgm", b"P5 # one\n# two\n" + size + b"#three\n255\n" + GREY.tobytes(), GREY)
    yield reads("p4.pbm", b"P4 " + size + b"\n" + np.packbits(bits, axis=1).tobytes(), 255 * (1 - bits))
    plain = b"\n".join(b" ".join(b"%d" % v for v in row) for row in GREY)
    yield reads("p2.pgm", b"P2 " + size + b" 255\n" + plain, GREY)
    plain = b"\n".join(b"%d %d %d" % tuple(pixel) for pixel in COLOUR.reshape(-1, 3))
    yield reads("p3.ppm", b"P3 " + size + b" 255\n" + plain, COLOUR)
    yield reads("p1.pbm", b"P1 " + size + b"\n" + bytes(48 + v for v in bits.ravel()), 255 * (1 - bits))
    yield reads("float.pfm", b"Pf\n" + size + b"\n-1.0\n" + floats[::-1].astype("<f4").tobytes(), floats)
    yield reads("float-big.pfm", b"Pf\n" + size + b"\n1.0\n" + floats[::-1].astype(">f4").tobytes(), floats)
    yield reads("more-behind.pgm", b"P5 " + size + b" 255\n" + GREY.tobytes() + b"and more", GREY)


def _bad_pnm() -> Iterator[Case]:
    size = f"{WIDTH} {HEIGHT}".encode()
    bad = {
        "magic-only": b"P6",
        "magic-and-blank": b"P6\n",
        "no-height": b"P6 9",
        "no-largest": b"P6 9 6\n",
        "largest-0": b"P5 " + size + b" 0\n" + bytes(99),
        "largest-65536": b"P5 " + size + b" 65536\n" + bytes(999),
        "negative": b"P5 -9 6 255\n" + bytes(99),
        "zero": b"P5 0 6 255\n",
        "words": b"P5 nine six 255\n" + bytes(99),
        "fraction": b"P5 9.5 6 255\n" + bytes(99),
        "short": b"P5 " + size + b" 255\n" + bytes(53),
        "deep-short": b"P6 " + size + b" 65535\n" + bytes(323),
        "plain-short": b"P2 " + size + b" 255\n1 2 3\n",
        "plain-words": b"P2 " + size + b" 255\n" + b"x " * 54,
        "plain-too-large": b"P2 " + size + b" 255\n" + b"256 " * 54,
        "plain-negative": b"P2 " + size + b" 255\n" + b"-1 " * 54,
        "plain-bits": b"P1 " + size + b"\n" + b"2 " * 54,
        "large": b"P6 99999 99999 255\n",
        "huge": b"P6 " + b"9" * 5000 + b" 9 255\n",
        "endless-comment": b"P6 #" + b"x" * 100_000,
        "float-scale-0": b"Pf " + size + b" 0\n" + bytes(999),
        "float-scale-nan": b"Pf " + size + b" nan\n" + bytes(999),
        "float-short": b"Pf " + size + b" -1\n" + bytes(99),
        "pam": b"P7\nWIDTH 9\nHEIGHT 6\nDEPTH 1\nMAXVAL 255\nENDHDR\n" + bytes(54),
    }
    for name, content in bad.items():
        yield refused(f"pnm-{name}.ppm", content)


def _texts() -> Iterator[Case]:
    expected = [[0, 1, 2], [3, 4, 5]]
    good = {
        "lines": b"0 1 2\n3 4 5\n",
        "no-last-newline": b"0 1 2\n3 4 5",
        "crlf": b"0 1 2\r\n3 4 5\r\n",
        "mark": b"\xef\xbb\xbf0 1 2\n3 4 5",
        "tabs": b"0\t1\t2\n3\t4\t5\n",
        "commas": b"0,1,2\n3, 4 , 5\n",
        "semicolons": b"0 1 2; 3 4 5",
        "comments": b"# a matrix\n0 1 2 # first\n\n\n3 4 5\n# end",
        "blanks": b"\n\n   0   1 2   \n \t\n3 4 5\n\n",
        "fractions": b"0/3 1 4/2; 6/2 8/2 5",
        "exponents": b"0e0 10e-1 .2e1; +3 4. 5.0",
    }
    for name, content in good.items():
        yield reads(f"{name}.txt", content, expected)
    yield reads("no-break-spaces.txt", "0\u00a01\u00a02\n3 4 5".encode(), expected)
    yield reads("named-png.png", b"0 1 2\n3 4 5\n", expected)
    yield reads("long.txt", b"7 " * 200_000, np.full((1, 200_000), 7))


def _bad_texts() -> Iterator[Case]:
    bad: dict[str, tuple[bytes, tuple[str, ...]]] = {
        "empty": (b"", ("empty",)),
        "blank": (b" \n\n", ("no numbers",)),
        "only-comments": (b"# nothing\n", ("no numbers",)),
        "ragged": (b"1 2 3\n4 5\n", ("line 2",)),
        "words": (b"1 2\n3 four\n", ("line 2", "column 3")),
        "underscore": (b"1 1_0\n", ("line 1",)),
        "decimal-comma": (b"0,5 x\n", ("line 1",)),
        "full-width": ("1 ２\n".encode(), ("line 1",)),
        "arabic-digits": ("1 ٢\n".encode(), ("line 1",)),
        "too-large": (b"1 1e400\n", ("line 1",)),
        "nan": (b"1 nan\n", ("line 1",)),
        "infinity": (b"1 inf\n", ("line 1",)),
        "hexadecimal": (b"0x10 1\n", ("line 1",)),
        "by-zero": (b"1 1/0\n", ("line 1",)),
        "two-slashes": (b"1/2/3\n", ("line 1",)),
        "two-commas": (b"1,,2\n", ("line 1",)),
        "minus-alone": (b"1 -\n", ("line 1",)),
        "digits": (b"9" * 100_000, ("line 1",)),
        "not-utf-8": (b"1 2 \xff\n", ()),
        "nul": (b"1 2\0 3\n", ()),
        "utf-16": ("0 1; 2 3".encode("utf-16"), ()),
        "prose": (b"Dear reader,\n", ("neither a picture",)),
        "json": (b"[[1, 2], [3, 4]]", ()),
        "escape": (b"1 \x1b[31m2\n", ()),
        "python": (b"import os\n", ()),
    }
    for name, (content, words) in bad.items():
        yield refused(f"text-{name}.txt", content, *words)
