"""Hard kernel files and network files."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from tests.reliability.case import Case, reads, refused
from tests.reliability.zoo_arrays import described, header, npy

RNG = np.random.default_rng(13)
WEIGHTS = np.array([[0.0, 1.0, 2.5], [3.0, -4.0, 5.0]])
STACK = RNG.integers(-9, 9, (3, 2, 4)).astype(np.float64)


def kernels() -> Iterator[Case]:
    """Every kernel file of the zoo; the samples are the weights, (h, w) or (h, w, F)."""
    yield from _texts()
    yield from _bad_texts()
    yield from _json()
    yield from _bad_json()
    yield from _arrays()
    yield from _bad_arrays()


def _texts() -> Iterator[Case]:
    good = {
        "plain": b"0 1 2.5\n3 -4 5\n",
        "mark": b"\xef\xbb\xbf0 1 2.5\n3 -4 5\n",
        "crlf": b"0 1 2.5\r\n3 -4 5\r\n",
        "cr": b"0 1 2.5\r3 -4 5\r",
        "tabs": b"0\t1\t2.5\n3\t-4\t5\n",
        "blank-lines": b"\n\n0 1 2.5\n\n3 -4 5\n\n",
        "comments": b"# sobel? no\n0 1 2.5 # first row\n3 -4 5",
        "commas": b"0,1,2.5\n3,-4,5\n",
        "commas-and-blanks": b"0, 1 ,2.5\n3 , -4, 5\n",
        "one-line": b"0 1 5/2; 6/2 -4 5",
        "utf-16": b"\xff\xfe" + "0 1 2.5; 3 -4 5".encode("utf-16-le"),
        "magick": b"3x2: 0,1,2.5 3,-4,5",
    }
    for name, content in good.items():
        yield reads(f"{name}.txt", content, WEIGHTS)
    yield reads("plain.csv", b"0,1,2.5\n3,-4,5\n", WEIGHTS)
    yield reads("no-suffix", b"0 1 2.5\n3 -4 5\n", WEIGHTS)
    yield reads("smallest.txt", b"4.9e-324 1\n", [[5e-324, 1.0]])


def _bad_texts() -> Iterator[Case]:
    bad: dict[str, tuple[bytes, tuple[str, ...]]] = {
        "empty": (b"", ()),
        "blank": (b"\n \n", ()),
        "comment-only": (b"# none\n", ()),
        "ragged": (b"1 2\n3\n", ("line 2",)),
        "words": (b"1 2\n3 four\n", ("line 2", "column 3")),
        "decimal-comma": (b"0,5;1,5;x", ("line 1",)),
        "underscore": (b"1 1_0\n", ("line 1", "column 3")),
        "full-width": ("1 ２\n".encode(), ("line 1", "column 3")),
        "too-large": (b"1 1e400\n", ("line 1",)),
        "nan": (b"1 nan\n", ("line 1",)),
        "infinity": (b"1 -inf\n", ("line 1",)),
        "hex-float": (b"0x1p3 1\n", ("line 1",)),
        "complex": (b"1j 2\n", ("line 1",)),
        "two-points": (b"1.2.3\n", ("line 1",)),
        "quoted": (b'"1" "2"\n', ("line 1",)),
        "html": (b"<html></html>", ("line 1",)),
        "nul": (b"1 2\0\n", ()),
        "latin-1": (b"1 2 \xe9\n", ()),
        "noise": (RNG.bytes(500), ()),
        "million-digits": (b"1" * 1_000_000, ("line 1",)),
        "fraction-of-zeros": (b"0/0\n", ("line 1",)),
        "magick-short": (b"3x3: 1,2,3", ()),
        "magick-huge": (b"99999999999x99999999999: 1,2,3", ()),
        "17-mib": (b"1 " * (17 << 19), ("16 MiB",)),
    }
    for name, (content, words) in bad.items():
        yield refused(f"bad-{name}.txt", content, *words)


def _json() -> Iterator[Case]:
    rows = WEIGHTS.tolist()
    yield reads("rows.json", json.dumps(rows).encode(), WEIGHTS)
    yield reads("rows-with-mark.json", b"\xef\xbb\xbf" + json.dumps(rows).encode(), WEIGHTS)
    yield reads("object.json", json.dumps({"kernel": rows, "name": "x"}).encode(), WEIGHTS)
    yield reads("stack.json", json.dumps(STACK.tolist()).encode(), np.moveaxis(STACK, 0, -1))


def _bad_json() -> Iterator[Case]:
    bad: dict[str, tuple[str, tuple[str, ...]]] = {
        "null": ("[[1, null]]", ("null",)),
        "true": ("[[1, true]]", ("true",)),
        "string": ('[["1", 2]]', ("string",)),
        "object-inside": ("[[1, {}]]", ("object",)),
        "no-kernel": ('{"rows": [[1]]}', ("kernel",)),
        "kernel-null": ('{"kernel": null}', ("null",)),
        "ragged": ("[[1, 2], [3]]", ("ragged",)),
        "mixed-depth": ("[[1, 2], 3]", ()),
        "flat": ("[1, 2, 3]", ("shape",)),
        "empty": ("[]", ()),
        "empty-rows": ("[[], []]", ()),
        "nan": ("[[NaN, 1]]", ("finite",)),
        "infinity": ("[[-Infinity]]", ("finite",)),
        "too-large": ("[[1e999]]", ("too large",)),
        "huge-integer": ("[[" + "9" * 5000 + "]]", ("too large",)),
        "cut": ("[[1, 2", ("line 1",)),
        "comment": ("[[1, 2]] // no", ("line 1",)),
        "twice": ("[[1]] [[2]]", ("line 1",)),
        "deep": ("[" * 100_000 + "]" * 100_000, ("line 1", "deep")),
        "deep-objects": ('{"kernel":' * 50_000, ("deep",)),
        "five-deep": ("[[[[[1]]]]]", ("deep",)),
        "single-quotes": ("[['1']]", ("line 1",)),
        "trailing-comma": ("[[1, 2,]]", ("line 1",)),
        "surrogate": ('{"kernel": "\\ud800"}', ("string",)),
        "control": ('{"ke\x01rnel": [[1]]}', ()),
    }
    for name, (text, words) in bad.items():
        yield refused(f"bad-{name}.json", text.encode(), *words)


def _arrays() -> Iterator[Case]:
    for name in ("u1", "i2", "<f4", ">f8", ">i4", "f2"):
        whole = np.round(WEIGHTS + (4.5 if name == "u1" else 0)).astype(name)
        yield reads(f"{name.strip('<>')}.npy", npy(whole), whole.astype(np.float64))
    yield reads("fortran.npy", npy(np.asfortranarray(WEIGHTS)), WEIGHTS)
    yield reads("stack.npy", npy(STACK), np.moveaxis(STACK, 0, -1))
    yield reads("bool.npy", npy(WEIGHTS > 1), (WEIGHTS > 1).astype(np.float64))


def _bad_arrays() -> Iterator[Case]:
    objects = np.empty((2, 2), object)
    bad = {
        "objects": npy(objects, allow_pickle=True),
        "complex": npy(np.zeros((2, 2), complex)),
        "strings": npy(np.full((2, 2), "a")),
        "records": npy(np.zeros((2, 2), [("a", "f4")])),
        "0-d": npy(np.array(1.0)),
        "1-d": npy(np.zeros(3)),
        "5-d": npy(np.zeros((1, 1, 1, 2, 2))),
        "empty": npy(np.zeros((0, 3))),
        "nan": npy(np.array([[1.0, np.nan]])),
        "infinity": npy(np.array([[1.0, np.inf]])),
        "cut": npy(WEIGHTS)[:-1],
        "too-long": npy(WEIGHTS) + b"x",
        "header-cut": npy(WEIGHTS)[:50],
        "claims": described("'<f8'", "(90000, 90000)", bytes(99)),
        "claims-zero": described("'<f8'", "(0, 3)"),
        "negative": described("'<f8'", "(-1, -1)", bytes(8)),
        "code": header("__import__('os').system('touch trapped')\n"),
        "archive": b"PK\x03\x04" + bytes(50),
    }
    for name, content in bad.items():
        yield refused(f"bad-{name}.npy", content)


def networks() -> Iterator[Case]:
    """Every network file of the zoo; the samples are [[parameters]]."""
    lenet = "28x28x1 conv:6,5,pad=2 relu\n# pooled\npool:avg,2 flatten fc:10\n"
    yield reads("lenet.txt", lenet.encode(), [[156 + 6 * 14 * 14 * 10 + 10]])
    yield reads("mark-crlf.txt", b"\xef\xbb\xbf" + lenet.replace("\n", "\r\n").encode(), [[156 + 11760 + 10]])
    bad = {
        "empty": b"",
        "blank": b"\n  \n# nothing\n",
        "shape-only": b"28x28x1\n",
        "no-shape": b"conv:6,5\n",
        "unknown": b"28x28x1 convolve:6,5\n",
        "zero": b"28x0x1 conv:6,5\n",
        "negative": b"28x28x1 conv:-6,5\n",
        "fraction": b"28x28x1 conv:6.5,5\n",
        "full-width": "28x28x1 conv:６,5\n".encode(),
        "too-large-a-window": b"4x4x1 conv:6,5\n",
        "missing": b"28x28x1 conv\n",
        "twice": b"28x28x1 conv:6,5,pad=1,pad=2\n",
        "unknown-option": b"28x28x1 conv:6,5,paddle=1\n",
        "not-utf-8": b"28x28x1 conv:6,\xff\n",
        "nul": b"28x28x1\0 conv:6,5\n",
        "noise": RNG.bytes(400),
        "many-layers": b"28x28x1 " + b"relu " * 20_000,
        "fc-before-flatten": b"28x28x1 conv:6,5 share=nobody\n",
        "huge-number": b"28x28x1 conv:" + b"9" * 10_000 + b",5\n",
        "long-word": b"x" * 1_000_000,
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    }
    for name, content in bad.items():
        yield refused(f"bad-{name}.txt", content)
