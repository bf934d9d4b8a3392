"""What `-k` understands, and how it refuses the rest."""

import io
import subprocess

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcli.kernels
from convcli.core.correlation.correlate import convolve, correlate
from convcli.errors import ConvcliError, KernelError, KernelTextError, UsageError
from convcli.kernels import kernel, kernels_from
from tests.tools import MAGICK


@pytest.mark.parametrize(
    ("text", "name", "weights"),
    [
        ("difference-x", "difference-x", [[-1, 0, 1]]),
        (" Difference-X ", "difference-x", [[-1, 0, 1]]),
        ("box:size=1", "box:size=1", [[1]]),
        ("0 1; 2 3", "kernel", [[0, 1], [2, 3]]),
        ("-1 0 1", "kernel", [[-1, 0, 1]]),
        (" -1,0,1", "kernel", [[-1, 0, 1]]),
        ("1/4 1/2", "kernel", [[0.25, 0.5]]),
        (".5", "kernel", [[0.5]]),
        ("3x1: -1,0,1", "kernel", [[-1, 0, 1]]),
        ("1x3: -1 0 1", "kernel", [[-1], [0], [1]]),
        ("3x2:1,2,3 4,5,6", "kernel", [[1, 2, 3], [4, 5, 6]]),
        ("2: 1 2\n3 4\n", "kernel", [[1, 2], [3, 4]]),
        ("x2: 1 2 3 4", "kernel", [[1, 2], [3, 4]]),
        ("2x2+0+0: 1 2 3 4", "kernel", [[1, 2], [3, 4]]),
        ("3x1+1+0: 1 1/2 3;", "kernel", [[1, 0.5, 3]]),
    ],
)
def test_one_kernel(text, name, weights):
    """Names, literals and ImageMagick's literals give one kernel, not flipped, rows by columns."""
    found = kernel(text)
    assert (found.name, found.weights.tolist()) == (name, weights)
    assert len(kernels_from(text)) == 1


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("2x2+0+0: 1 2 3 4", (0, 0)),
        ("2x2+1+1: 1 2 3 4", (1, 1)),
        ("2x2+1+0: 1 2 3 4", (0, 1)),
        ("3x2+0+1: 1 2 3 4 5 6", (1, 0)),
        ("2x2: 1 2 3 4", (0, 0)),
        ("4x1: 1 2 3 4", (0, 1)),
        ("3x1+1+0: 1 2 3", None),
        ("3x3: 1 2 3 4 5 6 7 8 9", None),
        ("3x1+0+0: 1 2 3", (0, 0)),
        ("1 2; 3 4", None),
    ],
)
def test_imagemagicks_origin_is_the_anchor(text, anchor):
    """+X+Y is column and row; without one it is (size - 1) // 2, which the middle of odd sizes is anyway."""
    assert kernel(text).anchor == anchor


@pytest.mark.parametrize("method", ["Correlate", "Convolve"])
@pytest.mark.parametrize(
    "text",
    [
        "2x2: 1,0 0,0", "2x2+0+0: 1,0 0,0", "2x2+1+0: 1,0 0,0", "2x2+0+1: 0,0 1,0", "4x1: 0,0,0,1",
        "3x2+2+1: 0,0,1 0,0,0", "1x4+0+3: 1,0,0,0", "3: 0,0,1 0,0,0 0,0,0", "4x3+1+0: 0,0,0,1 0,0,0,0 0,0,0,0",
        "5x2+4+0: 1,0,0,0,0 0,0,0,0,0",
    ],
)  # fmt: skip
@pytest.mark.skipif(MAGICK is None, reason="needs ImageMagick")
def test_a_text_is_what_imagemagick_makes_of_it(tmp_path, text, method):
    """Every pixel of its Correlate, and of its Convolve, which flips the kernel and its origin."""
    picture = np.random.default_rng(7).integers(0, 256, (6, 7), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "in.png"), picture)
    command = [MAGICK, "in.png", "-virtual-pixel", "edge", "-morphology", method, text, "out.png"]
    subprocess.run(command, cwd=tmp_path, check=True)
    truth = cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED)
    ours = (correlate if method == "Correlate" else convolve)(picture, kernel(text), border="edge")
    assert np.array_equal(ours, truth)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gausian", "no kernel is called 'gausian'; did you mean gaussian"),
        ("kirsch", "did you mean bank:kirsch?"),
        ("bank:kirsh", "no bank is called 'kirsh'; did you mean kirsch?"),
        ("zzzzzz", "'convcli kernels' lists them"),
        ("bank:zzzzzz", "choose from sobel, "),
        ("Sobel:90", "sobel-x"),
    ],
)
def test_unknown_names_get_suggestions(text, words):
    """A wrong name is answered with the nearest ones, or where to find them all."""
    with pytest.raises(UsageError) as refused:
        kernels_from(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("1 2; 3", "kernel, line 1, column 6: row 2 has 1 number"),
        ("nan 1", "must be finite"),
        ("1 2; a 4", "column 6: 'a' is not a number"),
        ("3x3: 1 2 3", "3x3 needs 9 numbers, not 3"),
        ("3x1: 1 2 3 4", "3x1 needs 3 numbers, not 4"),
        ("3x1: 1 2 x", "kernel, line 1, column 10: 'x' is not a number"),
        ("3x1: 1,,2,3", "missing"),
        ("9999x9999: 1", "needs 99,980,001 numbers"),
        ("0x3: 1", "'0x3:' is no size"),
        ("3x0: 1", "is no size"),
        ("+1+1: 1", "is no size"),
        ("3x3x3: 1", "is no size"),
        ("3x1+3+0: 1 2 3", "the origin +3+0 is outside; in 3x1 it is +0+0 to +2+0"),
        ("2x2+0+2: 1 2 3 4", "the origin +0+2 is outside; in 2x2 it is +0+0 to +1+1"),
        ("2x2-1+0: 1 2 3 4", "the origin -1+0 is outside"),
        ("3x1: 1 nan 3", "the hole 'nan'"),
        ("3x1: 1 - 3", "the hole '-'"),
        ("3x1>: 1 2 3", "the flag '>'"),
        ("3x1: 1 2 3; 3x1: 1 2 3", "several kernels"),
    ],
)
def test_bad_literals_are_refused(text, words):
    """What is no kernel is refused by value and rule, as wrong usage."""
    with pytest.raises(KernelTextError) as refused:
        kernels_from(text)
    assert words in str(refused.value)
    assert refused.value.exit_code == 2


def test_one_kernel_is_one_kernel():
    """A bank is refused where one kernel is needed, with its size and first members."""
    with pytest.raises(KernelError, match=r"bank:kirsch holds 8 kernels \(kirsch-n, kirsch-nw, kirsch-w, ...\)"):
        kernel("bank:kirsch")
    with pytest.raises(KernelError, match=r"holds 2 kernels \(sobel-x, sobel-y\);"):
        kernel("bank:sobel")


def test_public_names():
    """The package offers its functions lazily, and no others."""
    assert convcli.kernels.build(convcli.kernels.recipes()[0]).name == "identity"
    with pytest.raises(AttributeError, match="nothing_here"):
        convcli.kernels.nothing_here  # noqa: B018


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(alphabet='0123456789+-.e/,;:x @>= \nabnkgsizrd_[]{}"٣\0', max_size=30))
def test_only_our_own_error_comes_out(text):
    """Any text is either kernels or refused with our own error."""
    if text.strip().startswith("@"):
        text = "@-"
    try:
        found = kernels_from(text, stdin=io.BytesIO(b"1 2"))
    except ConvcliError:
        return
    assert all(np.isfinite(each.weights).all() for each in found)
