"""`flip` turns kernels, and its text reads back exactly."""

import json

import numpy as np
import pytest
from scipy import ndimage

from convcli.kernels import kernel, kernels_from
from tests.command_line import convcli


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), "6 5 4\n3 2 1\n"),
        (("--axis", "both"), "6 5 4\n3 2 1\n"),
        (("--axis", "lr"), "3 2 1\n6 5 4\n"),
        (("--axis", "ud"), "4 5 6\n1 2 3\n"),
        (("--rotate", "90"), "3 6\n2 5\n1 4\n"),
        (("--rotate", "180"), "6 5 4\n3 2 1\n"),
        (("--rotate", "270"), "4 1\n5 2\n6 3\n"),
        (("--transpose",), "1 4\n2 5\n3 6\n"),
        (("-o", "-"), "6 5 4\n3 2 1\n"),
    ],
)
def test_every_move(options, expected):
    """Each option moves every number of an asymmetric kernel where the screen shows it."""
    done = convcli("flip", "1 2 3; 4 5 6", *options)
    assert (done.code, done.text, done.err) == (0, expected, "")


def test_a_minus_sign_begins_a_kernel_not_an_option():
    """A literal that starts with a minus sign is a positional argument like any other."""
    assert convcli("flip", "-1 0 2").text == "2 0 -1\n"


@pytest.mark.parametrize("text", ["gaussian", "1/3 1e-300; -0.1 7e-12", "farid-x", "sobel-x", "log:sigma=0.7"])
def test_the_round_trip_is_exact(text):
    """Flipping twice through text gives back every bit."""
    once = convcli("flip", text).out
    twice = convcli("flip", "@-", stdin=once).out
    assert kernels_from("@-", stdin=_stream(twice))[0].weights.tobytes() == kernel(text).weights.tobytes()


def _stream(content):
    import io

    return io.BytesIO(content)


def test_the_flipped_kernel_convolved_is_the_correlation():
    """SciPy's convolution with what flip prints equals its correlation with the kernel."""
    flipped = kernels_from("@-", stdin=_stream(convcli("flip", "1 2 3; 4 5 7").out))[0].weights
    picture = np.random.default_rng(3).integers(0, 256, (9, 11)).astype(float)
    correlated = ndimage.correlate(picture, np.array([[1.0, 2, 3], [4, 5, 7]]), origin=(-1, 0))
    assert ndimage.convolve(picture, flipped).tolist() == correlated.tolist()


def test_symmetric_kernels_are_named_as_such():
    """When the move changes nothing, stderr says so and why; --quiet keeps it still."""
    assert "the flip changes nothing: the kernel is symmetric under a turn by 180" in convcli("flip", "laplacian").err
    assert "flip-x changes nothing" in convcli("flip", "1 2 1; 3 4 3", "--axis", "lr").err
    assert convcli("flip", "laplacian", "-q").err == ""
    assert convcli("flip", "sobel-x").err == ""


def test_json_has_both_kernels():
    """The record holds the kernel, the flipped one, and whether a half turn changes it."""
    (record,) = convcli("flip", "0 1; 2 3", "--json").records
    assert record["command"] == "flip"
    assert (record["kernel"], record["flipped"]) == ([[0, 1], [2, 3]], [[3, 2], [1, 0]])
    assert (record["symmetric"], record["unchanged"], record["transform"]) == (False, False, "rotate180")
    (turned,) = convcli("flip", "1 2 1", "--transpose", "--json").records
    assert (turned["symmetric"], turned["unchanged"], turned["flipped"]) == (True, False, [[1], [2], [1]])


def test_several_kernels_are_json_that_reads_back():
    """A bank is printed as nested lists, each kernel flipped by itself."""
    done = convcli("flip", "bank:kirsch")
    back = kernels_from("@-", stdin=_stream(done.out))
    expected = [k.weights[::-1, ::-1].tolist() for k in kernels_from("bank:kirsch")]
    assert [k.weights.tolist() for k in back] == expected == json.loads(done.text)


@pytest.mark.parametrize("shape", [(2, 2, 3), (2, 3, 1, 2), (1, 2, 2, 2)])
def test_weights_files_keep_their_shape(tmp_path, shape):
    """(F, h, w) and (F, C, h, w) files are flipped kernel by kernel, channel by channel."""
    weights = np.arange(np.prod(shape)).reshape(shape) / 8
    np.save(tmp_path / "w.npy", weights)
    done = convcli("flip", "@w.npy", "-o", "flipped.npy", cwd=tmp_path)
    assert (done.code, done.text) == (0, "")
    assert np.load(tmp_path / "flipped.npy").tolist() == weights[..., ::-1, ::-1].tolist()


@pytest.mark.parametrize(
    ("name", "content"), [("k.txt", "3 2\n1 0\n"), ("k.csv", "3,2\n1,0\n"), ("k.json", "[[3.0, 2.0], [1.0, 0.0]]\n")]
)
def test_text_files(tmp_path, name, content):
    """One kernel can be written as rows, CSV or JSON."""
    assert convcli("flip", "0 1; 2 3", "-o", name, cwd=tmp_path).code == 0
    assert (tmp_path / name).read_text() == content


def test_what_is_refused(tmp_path):
    """Two moves at once, places that exist or cannot hold the kernel, and bad kernels are refused by name."""
    (tmp_path / "k.txt").write_text("kept")
    assert convcli("flip", "1 2", "--transpose", "--axis", "lr").refused(2, "--axis and --transpose")
    assert convcli("flip", "1 2", "-o", "k.png", cwd=tmp_path).refused(2, ".txt, .csv, .json or .npy")
    assert convcli("flip", "bank:sobel", "-o", "new.txt", cwd=tmp_path).refused(
        2, "rows of text hold one kernel, not 2"
    )
    assert convcli("flip", "1 2", "-o", "k.txt", cwd=tmp_path).refused(3, "k.txt", "--force")
    assert convcli("flip", "1 2", "-o", "-", "--json").refused(2, "--json")
    assert convcli("flip", "1 x").refused(2, "line 1, column 3")
    assert convcli("flip", "@gone.txt", cwd=tmp_path).refused(3, "gone.txt", "no such file")
    assert (tmp_path / "k.txt").read_text() == "kept"
    assert convcli("flip", "1 2", "-o", "k.txt", "--force", cwd=tmp_path).code == 0
    assert (tmp_path / "k.txt").read_text() == "2 1\n"
