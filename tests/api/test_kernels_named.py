"""Kernels by name from Python: what a name, a text, a file, an array and a bank stand for, alone and together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

import convcli
from convcli import Kernel, KernelStack

PICTURE = np.random.default_rng(11).integers(0, 256, (13, 17), dtype=np.uint8)
WEIGHTS = [[0, 1, 4], [2, 3, -7]]
COLOUR = np.random.default_rng(12).integers(0, 256, (6, 7, 3), dtype=np.uint8)


def files(folder: Path) -> list[Any]:
    """The same weights, in every form that a caller may have them."""
    np.save(folder / "k.npy", np.array(WEIGHTS))
    (folder / "k.txt").write_text("0 1 4\n2 3 -7\n")
    path = folder / "k.txt"
    return [
        "0 1 4; 2 3 -7",
        "3x2: 0,1,4 2,3,-7",
        f"@{folder / 'k.npy'}",
        path,
        WEIGHTS,
        np.array(WEIGHTS),
        Kernel("k", WEIGHTS),
    ]


def test_a_kernel_is_the_same_in_every_form(tmp_path: Path) -> None:
    """A text, ImageMagick's text, files, a path, a list, an array and a Kernel give SciPy's correlation."""
    expected = ndimage.correlate(PICTURE.astype(np.int64), np.array(WEIGHTS), mode="nearest")
    flipped = ndimage.correlate(PICTURE.astype(np.int64), np.array(WEIGHTS)[::-1, ::-1], mode="nearest")
    for form in files(tmp_path):
        if not str(form).startswith("3x2"):  # that form's own anchor is ImageMagick's, (h - 1) // 2
            assert np.array_equal(convcli.correlate(PICTURE, form), expected), form
            assert np.array_equal(convcli.convolve(PICTURE, form), flipped), form
        assert convcli.correlate(PICTURE, form, size="valid").tolist() == expected[1:, 1:-1].tolist(), form


@pytest.mark.parametrize("name", ["sobel-x", "emboss", "gaussian:sigma=1.5,size=5", "box:size=4", " Sobel-Y "])
def test_a_name_gives_what_its_weights_give(name: str) -> None:
    """Correlated and convolved, on grey and on colour, under a border that is not the default."""
    weights = convcli.kernel(name).weights
    for picture in (PICTURE, COLOUR, PICTURE.astype(np.float64)):
        by_name = convcli.correlate(picture, name, border="reflect", stride=(2, 1))
        assert np.array_equal(by_name, convcli.correlate(picture, weights, border="reflect", stride=(2, 1)))
        turned = convcli.convolve(picture, name, border="wrap")
        assert np.array_equal(turned, convcli.correlate(picture, weights[::-1, ::-1], border="wrap"))


def test_a_bank_has_an_axis_of_its_own() -> None:
    """A map for each kernel, in the bank's order, even where the bank holds one."""
    bank = convcli.kernel("bank:kirsch")
    assert isinstance(bank, KernelStack)
    maps = convcli.correlate(PICTURE, "bank:kirsch")
    assert maps.shape == (13, 17, 8)
    for index, kernel in enumerate(bank):
        assert np.array_equal(maps[:, :, index], convcli.correlate(PICTURE, kernel.weights))
        assert bank[index] is kernel
    assert convcli.correlate(COLOUR, bank).shape == (6, 7, 24)
    assert convcli.correlate(PICTURE, "bank:random:count=1").shape == (13, 17, 1)
    assert repr(bank).startswith("KernelStack(8 kernels: kirsch-n, ")


def test_a_sequence_may_mix_what_it_likes() -> None:
    """Names, banks, arrays and Kernels, in order; one alone is still several."""
    mixed = ["sobel-x", "bank:sobel", np.array([[0, 1]]), Kernel("mine", [[2, 0]]), "1 -3"]
    maps = convcli.correlate(PICTURE, mixed)
    singles = ["sobel-x", "sobel-x", "sobel-y", [[0, 1]], [[2, 0]], [[1, -3]]]
    assert maps.shape == (13, 17, 6)
    for index, single in enumerate(singles):
        assert np.array_equal(maps[:, :, index], convcli.correlate(PICTURE, single)), single
    assert convcli.correlate(PICTURE, ["sobel-x"]).shape == (13, 17, 1)
    assert [one.name for one in convcli.kernel(mixed)] == [
        "sobel-x",
        "sobel-x",
        "sobel-y",
        "kernel-2",
        "mine",
        "kernel",
    ]


def test_a_file_of_several_is_several(tmp_path: Path) -> None:
    """(F, h, w) and (F, C, h, w), as frameworks store a layer; the second adds the channels."""
    layer = np.random.default_rng(3).integers(-4, 5, (2, 3, 2, 2)).astype(float)
    np.save(tmp_path / "layer.npy", layer)
    maps = convcli.correlate(COLOUR, tmp_path / "layer.npy", size="valid")
    assert maps.shape == (5, 6, 2)
    window = COLOUR[2:4, 1:3].astype(float)
    assert maps[2, 1].tolist() == [(window * np.moveaxis(one, 0, 2)).sum() for one in layer]


JUNK: list[Any] = [None, 3, "", b"x", (), {}, object(), np.array([]), [[1, 2], [3]], 1j, "0 1; 2", "\0", {"a"}, [None]]


@pytest.mark.parametrize("given", JUNK, ids=lambda given: repr(given)[:12])
def test_what_is_no_kernel_is_one_clear_error(given: Any) -> None:
    """Of every function that takes a kernel; none speaks of an option of the command line."""
    picture = PICTURE
    for use in (
        lambda: convcli.kernel(given),
        lambda: convcli.correlate(picture, given),
        lambda: convcli.convolve(picture, ["sobel-x", given]),
        lambda: convcli.explain(picture, given, at=(0, 0)),
        lambda: convcli.verify(picture, given),
        lambda: convcli.to_pixels(picture, kernels=given),
    ):
        with pytest.raises(convcli.ConvcliError) as refused:
            use()
        assert 0 < len(str(refused.value).splitlines()) <= 3
        assert not re.search(" --?[a-z]", str(refused.value))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gausian", "did you mean gaussian"),
        ("median", "no convolution.*nearest: kernels gaussian:sigma=1"),
        ("bank:sobl", "no bank is called 'sobl'; did you mean sobel"),
        ("gaussian:sigma=-1", "sigma"),
        ("@nothing.txt", "nothing.txt: there is no such file"),
        ("0 1; 2", "row 2 has 1 number"),
    ],
)
def test_a_wrong_name_says_what_is_right(name: str, words: str) -> None:
    """As on the command line, in Python's words."""
    with pytest.raises(convcli.ConvcliError, match=words):
        convcli.correlate(PICTURE, name)


KEYWORDS: list[tuple[str, Any]] = [
    ("border", "nearst"), ("border", 3), ("border", "constant:x"), ("size", None), ("size", np.array([])),
    ("padding", -1), ("padding", (1, 2)), ("padding", "2"), ("padding", ()), ("padding", 1.5),
    ("padding", [1, 1, {}, 1]),
    ("stride", 0), ("stride", "2"), ("stride", (1, 2, 3)), ("stride", 1.5), ("dilation", None), ("dilation", (0, 1)),
    ("bias", "x"), ("bias", None), ("bias", [1, 2]), ("bias", float("nan")), ("bias", [[1]]),
    ("channels", "rgb"), ("channels", 1), ("precision", "float16"), ("precision", np.zeros(2)),
    ("jobs", 0), ("jobs", -1), ("jobs", "2"), ("jobs", 1.5), ("engine", "gpu"), ("engine", []),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "value"), KEYWORDS, ids=repr)
def test_a_wrong_keyword_is_named(keyword: str, value: Any) -> None:
    """By its own name or by what it is; correlate and convolve say the same."""
    said = []
    for function in (convcli.correlate, convcli.convolve):
        with pytest.raises(convcli.ConvcliError) as refused:
            function(PICTURE, "sobel-x", **{keyword: value})
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert {"channels": "channel"}.get(keyword, keyword) in said[0]
    assert "--" not in said[0]


NO_PICTURES: list[Any] = ["sample:camera", Path("photo.jpg"), b"x", None, 3, [[1, 2], [3]], np.zeros(4), [["a"]]]


@pytest.mark.parametrize("picture", NO_PICTURES)
def test_what_is_no_picture_is_refused(picture: Any) -> None:
    """A path is what people try: the message says how to read it."""
    for function in (convcli.correlate, convcli.verify):
        with pytest.raises(convcli.ConvcliError, match="picture") as refused:
            function(picture, "sobel-x")
        assert ("read()" in str(refused.value)) == isinstance(picture, (str, bytes, Path))
