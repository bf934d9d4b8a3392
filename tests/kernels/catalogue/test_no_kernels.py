"""Words that name no kernel: why, and what to type instead."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from convcli.errors import UnknownNameError, UsageError
from convcli.kernels import kernels_from
from convcli.kernels.catalogue.families import names, recipes
from convcli.kernels.catalogue.no_kernels import NO_KERNELS, Instead, NoKernel, refusal
from convcli.report.printing.spelling import as_option
from tests.command_line import convcli

ROWS = {row.name: row for row in NO_KERNELS}
NOISE = np.random.default_rng(3).integers(0, 256, (24, 31), dtype=np.uint8)


@pytest.mark.parametrize("word", NO_KERNELS.accepted())
def test_every_word_is_answered_and_names_no_kernel(word: str) -> None:
    """By one message, that is no list of all kernels; what it says of linearity is the row's."""
    assert word.partition(":")[0] == "unsharp" or word not in names()
    with pytest.raises(UsageError, match=f"no kernel is called '{word}'[:;] ") as refused:
        kernels_from(f"{word}=3" if ":" in word else word)
    row = NO_KERNELS.find(word)
    assert ("no convolution" in str(refused.value)) == bool(row.does and not row.linear)
    typed = refused.value.spelled(as_option)
    assert all(each.options in typed for each in row.instead)
    assert not row.instead or "-k " not in str(refused.value)
    assert len(typed) < 400
    assert refused.value.exit_code == 2


OPTIONS = sorted({each.options for row in NO_KERNELS for each in row.instead})


@pytest.mark.parametrize("typed", OPTIONS)
def test_what_is_to_be_typed_instead_runs(typed: str, tmp_path: Path) -> None:
    """Each piece, after `convcli apply PICTURE`, makes a picture."""
    Image.fromarray(NOISE).save(tmp_path / "in.png")
    done = convcli("apply", "in.png", *shlex.split(typed), "-o", "out.png", cwd=tmp_path)
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("word", "index", "expected"),
    [
        ("max", 0, ndimage.maximum_filter(NOISE, 3)[1:-1, 1:-1]),
        ("min", 0, ndimage.minimum_filter(NOISE, 3)[1:-1, 1:-1]),
        ("threshold", 0, np.where(NOISE > 128, 255, 0)),
        ("invert", 0, 255 - NOISE),
        ("shift", 0, np.hstack([NOISE[:, :1], NOISE[:, :-1]])),
        ("maxpool", 0, NOISE[:, :30].reshape(12, 2, 15, 2).max(axis=(1, 3))),
        ("resize", 0, np.rint(NOISE[:, :30].reshape(12, 2, 15, 2).mean(axis=(1, 3)))),
    ],
)
def test_what_is_said_to_be_the_same_is_the_same(word: str, index: int, expected: np.ndarray, tmp_path: Path) -> None:
    """Against SciPy and NumPy, pixel by pixel."""
    Image.fromarray(NOISE).save(tmp_path / "in.png")
    typed = ROWS[word].instead[index].options
    assert convcli("apply", "in.png", *shlex.split(typed), "-o", "out.png", cwd=tmp_path).code == 0
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.png")), expected)


def test_a_slip_of_the_finger_is_understood_and_the_catalogue_comes_first() -> None:
    """A long word nearly typed; a kernel's name nearly typed; an argument that would be no convolution."""
    assert "'bilatral', nor 'bilateral': it weighs" in str(refusal("bilatral", names()))
    assert refusal("gausian", names()) is None
    assert refusal("zzzzzz", names()) is None
    with pytest.raises(UnknownNameError, match=r"argument of unsharp is called 'sigm'; did you mean sigma"):
        kernels_from("unsharp:sigm=2")
    assert not {row.name for row in recipes()} & set(NO_KERNELS.accepted())


def test_the_message_is_the_same_wherever_a_kernel_is_named() -> None:
    """`-k`, `kernels` and `flip`."""
    for command in (("apply", "1 2", "-k", "Median:size=3"), ("kernels", "median"), ("flip", "median")):
        assert convcli(*command).refused(2, "no kernel is called 'median': it takes the middle one", "no convolution")


def test_a_word_is_one_row() -> None:
    """A stranger's word is answered in the same form."""
    row = NoKernel("sepia", "turns colours brown", (Instead("-k 1", "the picture"),), ("brown",), linear=True)
    with NO_KERNELS.having(row):
        answer = refusal("brown", names())
        assert answer is not None
        said = "no kernel is called 'brown': it turns colours brown; nearest: {} 1 (the picture)"
        assert (answer.spelled(as_option), str(answer)) == (said.format("-k"), said.format("kernels"))
    assert refusal("brown", names()) is None
