"""`--anchor`, ImageMagick's origin and the anchor of a file, in every command that takes a kernel."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from convcli.kernels import kernels_from
from tests.command_line import convcli

POINT = "0 0 0 0; 0 9 0 0; 0 0 0 0; 0 0 0 0"
PLANE = np.arange(30).reshape(5, 6) ** 2 % 71
TEXT = "; ".join(" ".join(map(str, row)) for row in PLANE.tolist())
WEIGHTS = np.array([[1, -2, 3, 5], [4, 5, -6, 7]])
ROWS = "1 -2 3 5; 4 5 -6 7"


def scipys(row: int, column: int, *, flip: bool = False) -> list[list[int]]:
    """ndimage.correlate, or ndimage.convolve by hand: the kernel and its anchor turned."""
    weights = WEIGHTS[::-1, ::-1] if flip else WEIGHTS
    row, column = (1 - row, 3 - column) if flip else (row, column)
    found: list[list[int]] = ndimage.correlate(PLANE, weights, mode="nearest", origin=(row - 1, column - 2)).tolist()
    return found


def numbers(text: str) -> list[list[int]]:
    """Rows of whole numbers."""
    return [[int(n) for n in line.split()] for line in text.splitlines()]


@pytest.mark.parametrize(
    ("kernel", "at"),
    [
        (("-k", "2x2+0+0: 1,0 0,0"), (1, 1)),
        (("-k", "2x2+1+1: 1,0 0,0"), (2, 2)),
        (("-k", "2x2+1+0: 1,0 0,0"), (1, 2)),
        (("-k", "2x2: 1,0 0,0"), (1, 1)),
        (("-k", "1 0; 0 0"), (2, 2)),
        (("-k", "1 0; 0 0", "--anchor", "0,0"), (1, 1)),
        (("-k", "1 0; 0 0", "--anchor", "1,0"), (2, 1)),
        (("-k", "1 0; 0 0", "--anchor", "0,0", "--convolve"), (1, 1)),
        (("-k", "2x2+1+0: 1,0 0,0", "--convolve"), (1, 0)),
        (("-k", "1 0; 0 0", "--convolve"), (1, 1)),
    ],
)
def test_a_point_goes_where_the_anchor_says(kernel: tuple[str, ...], at: tuple[int, int]) -> None:
    """The 9 in row 1, column 1 under a single weight of 1: moved by anchor less weight, or the other way round."""
    expected = np.zeros((4, 4), int)
    expected[at] = 9
    assert numbers(convcli("apply", POINT, *kernel, "--border", "zero").text) == expected.tolist()


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("anchor", ["0,0", "1,3", "0,2"])
def test_apply_and_explain_are_scipys(anchor: str, flip: bool) -> None:
    """The same anchor as SciPy's origin, correlated and convolved, value by value."""
    row, column = map(int, anchor.split(","))
    expected, convolve = scipys(row, column, flip=flip), ("--convolve",) * flip
    given = ("-k", ROWS, "--anchor", anchor, *convolve)
    assert numbers(convcli("apply", TEXT, *given).text) == expected
    (record,) = convcli("explain", TEXT, *given, "--at", "2,5", "--json").records
    assert record["value"] == expected[2][5]
    assert record["anchor"] == ([1 - row, 3 - column] if flip else [row, column])


def test_a_written_kernel_and_a_file_have_the_anchor_too(tmp_path: Path) -> None:
    """ImageMagick's origin is column and row; JSON's anchor row and column; one for each of several kernels."""
    (tmp_path / "k.txt").write_text("4x2+2+0:\n1 -2 3 5\n4 5 -6 7 # rows\n")
    (tmp_path / "k.json").write_text(json.dumps({"kernel": WEIGHTS.tolist(), "anchor": [0, 2]}))
    several = {"kernel": [WEIGHTS.tolist()] * 3, "anchor": [[0, 2], None, [1, 3]]}
    (tmp_path / "more.json").write_text(json.dumps(several))
    for kernel in ("4x2+2+0: 1,-2,3,5 4,5,-6,7", "@k.txt", "@k.json"):
        assert numbers(convcli("apply", TEXT, "-k", kernel, cwd=tmp_path).text) == scipys(0, 2)
    convcli("apply", TEXT, "-k", "@more.json", "-o", "o.npy", cwd=tmp_path)
    maps = np.load(tmp_path / "o.npy")
    assert [maps[..., f].tolist() for f in range(3)] == [scipys(0, 2), scipys(1, 2), scipys(1, 3)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"kernel": [[1, 2]], "anchor": [0, 2]}', "from 0,0 to 0,1"),
        ('{"kernel": [[1, 2]], "anchor": [0]}', '"anchor" is [row, column]'),
        ('{"kernel": [[1, 2]], "anchor": "0,0"}', '"anchor" is [row, column]'),
        ('{"kernel": [[1, 2]], "anchor": [0, 0.5]}', '"anchor" is [row, column]'),
        ('{"kernel": [[1, 2]], "anchor": [-1, 0]}', '"anchor" is [row, column]'),
        ('{"kernel": [[[1, 2]], [[3, 4]]], "anchor": [[0, 0]]}', "or a list of one for each kernel"),
        ('{"kernel": [[1, 2]], "anchor": {"row": 0}}', '"anchor" is [row, column]'),
    ],
)
def test_a_files_anchor_is_checked(tmp_path: Path, content: str, words: str) -> None:
    """As an input, with the rule."""
    (tmp_path / "k.json").write_text(content)
    assert convcli("apply", "1 2; 3 4", "-k", "@k.json", cwd=tmp_path).refused(3, "k.json", words)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ((), "2x3+1+2:\n6 5\n4 3\n2 1\n"),
        (("--axis", "lr"), "2x3+1+0:\n2 1\n4 3\n6 5\n"),
        (("--axis", "ud"), "2x3+0+2:\n5 6\n3 4\n1 2\n"),
        (("--rotate", "90"), "3x2+0+1:\n2 4 6\n1 3 5\n"),
        (("--transpose",), "3x2+0+0:\n1 3 5\n2 4 6\n"),
    ],
)
def test_flip_turns_the_anchor_with_the_kernel(moves: tuple[str, ...], expected: str) -> None:
    """Written as ImageMagick writes it, however it was given, and read back by -k @-."""
    for given in (("1 2; 3 4; 5 6", "--anchor", "0,0"), ("2x3+0+0: 1 2 3 4 5 6",)):
        assert convcli("flip", *given, *moves).text == expected
    again = convcli("flip", "@-", stdin=convcli("flip", "2x3+1+0: 1 2 3 4 5 6").out).text
    assert again == "2x3+1+0:\n1 2\n3 4\n5 6\n"


def test_flip_writes_the_anchor_where_a_file_has_a_place_for_it(tmp_path: Path) -> None:
    """.txt and .json, one kernel or several, read back; .csv and .npy are refused, for they would lose it."""
    for name in ("k.txt", "k.json"):
        convcli("flip", ROWS, "--anchor", "0,3", "-o", name, cwd=tmp_path)
        (back,) = kernels_from(f"@{tmp_path}/{name}")
        assert (back.anchor, back.weights.tolist()) == ((1, 0), WEIGHTS[::-1, ::-1].tolist())
    convcli("flip", "bank:sobel", "--anchor", "0,1", "-o", "bank.json", cwd=tmp_path)
    assert [k.anchor for k in kernels_from(f"@{tmp_path}/bank.json")] == [(2, 1), (2, 1)]
    for name in ("k.csv", "k.npy"):
        assert convcli("flip", ROWS, "--anchor", "0,3", "-o", name, cwd=tmp_path).refused(2, "no place for the anchor")
        assert not (tmp_path / name).exists()
    (tmp_path / "flip.json").write_bytes(convcli("flip", ROWS, "--anchor", "0,3", "--json").out)
    assert kernels_from(f"@{tmp_path}/flip.json")[0].anchor == (1, 0)
    (record,) = convcli("flip", ROWS, "--json").records
    assert (record["anchor"], record["flipped_anchor"]) == (None, None)


def test_a_symmetric_kernel_whose_anchor_turns_is_changed() -> None:
    """The weights are the same again, and the kernel is not."""
    assert "changes nothing" in convcli("flip", "laplacian").err
    done = convcli("flip", "laplacian", "--anchor", "0,0")
    assert (done.err, done.text.splitlines()[0]) == ("", "3x3+2+2:")
    (record,) = convcli("flip", "laplacian", "--anchor", "0,0", "--json").records
    assert (record["symmetric"], record["unchanged"]) == (False, False)


@pytest.mark.parametrize("mode", ["correlate", "convolve"])
def test_learn_finds_the_kernel_of_an_anchor_and_writes_both(tmp_path: Path, mode: str) -> None:
    """What -k @ applies to BEFORE then is AFTER; all digits in JSON, the anchor in every file that has a place."""
    before = np.random.default_rng(4).normal(size=(20, 24))
    np.save(tmp_path / "before.npy", before)
    turn = ("--convolve",) * (mode == "convolve")
    convcli("apply", "before.npy", "-k", ROWS, "--anchor", "0,3", *turn, "-o", "after.npy", cwd=tmp_path)
    words = ("learn", "before.npy", "after.npy", "--kernel-size", "2x4", "--mode", mode, "--anchor", "0,3")
    done = convcli(*words, "-o", "k.txt", "-o", "k.json", cwd=tmp_path)
    assert done.text.splitlines()[:3] == ["4x2+3+0:", "1 -2 3 5", "4 5 -6 7"]
    for kernel in ("@k.txt", "@k.json", "@-"):
        again = ("apply", "before.npy", "-k", kernel, *turn, "-f", "-o", "again.npy")
        assert convcli(*again, stdin=done.out, cwd=tmp_path).code == 0
        np.testing.assert_allclose(np.load(tmp_path / "again.npy"), np.load(tmp_path / "after.npy"), atol=1e-8)
    (record,) = convcli(*words, "--json", cwd=tmp_path).records
    assert record["anchor"] == [0, 3]
    assert convcli(*words, "-o", "k.npy", cwd=tmp_path).refused(2, "no place for the anchor 0,3")
    assert convcli(*words[:-1], "2,0", cwd=tmp_path).refused(2, "--anchor: 2,0", "2x4 kernel")


@pytest.mark.parametrize("mode", ["correlate", "convolve"])
@pytest.mark.parametrize("name", ["roberts-x", "roberts-y", "sobel-y", "box:size=3x5"])
def test_a_learnt_kernel_of_even_size_is_named_in_its_larger_frame(tmp_path: Path, name: str, mode: str) -> None:
    """The catalogue's anchor on the learnt kernel's, for a convolution as well."""
    before = np.random.default_rng(5).integers(0, 256, (30, 31)).astype(np.float64)
    np.save(tmp_path / "before.npy", before)
    turn = ("--convolve",) * (mode == "convolve")
    convcli("apply", "before.npy", "-k", name, *turn, "-o", "after.npy", cwd=tmp_path)
    size = "3x5" if "x5" in name else "3"
    done = convcli("learn", "before.npy", "after.npy", "--kernel-size", size, "--mode", mode, cwd=tmp_path)
    assert f"# = {name}\n" in done.text


def test_verify_matrix_equivariance_and_kernels_take_it() -> None:
    """The laws hold; the matrix has it; a mirror names it as the cause; the card shows it."""
    (record,) = convcli("verify", TEXT, "-k", ROWS, "--anchor", "0,3", "--json").records
    assert (record["holds"], record["kernel"]["anchor"]) == (True, [0, 3])
    (record,) = convcli("matrix", "5x6", "-k", ROWS, "--anchor", "0,2", "--json").records
    assert (np.array(record["matrix"]) @ PLANE.ravel()).reshape(5, 6).tolist() == scipys(0, 2)
    assert record["holds"] is True
    words = ("equivariance", "sample:shapes", "-k", "box", "--anchor", "1,0", "--transform")
    (record,) = convcli(*words, "flip-x", "--json").records
    assert [(cause["name"], cause["holds"]) for cause in record["causes"]] == [("anchor", True)]
    assert convcli(*words, "flip-y").code == 0
    assert convcli("kernels", "roberts-x", "--anchor", "0,0").text.startswith("roberts-x, 2x2, anchor 0,0, for")
    (record,) = convcli("kernels", "roberts-x", "--json").records
    assert record["anchor"] == [1, 1]
    assert convcli("kernels", "--anchor", "0,0").refused(2, "--anchor needs a kernel")


def test_apply_says_the_anchor_in_its_record_and_keeps_alpha(tmp_path: Path) -> None:
    """The pixel that an output stands on is its own, wherever the rest of the window lies."""
    rgba = np.random.default_rng(2).integers(0, 256, (9, 8, 4), dtype=np.uint8)
    rgba[:, :, :3] = 80  # a flat colour, which no weighing by alpha changes
    Image.fromarray(rgba).save(tmp_path / "p.png")
    for steps, kept in (((), rgba), (("--stride", "2x3"), rgba[::2, ::3])):
        words = ("apply", "p.png", "-k", "1 0 0; 0 0 0", "--anchor", "0,0", *steps, "-f", "-o", "o.png", "--json")
        (record,) = convcli(*words, cwd=tmp_path).records
        assert record["kernels"][0]["anchor"] == [0, 0]
        with Image.open(tmp_path / "o.png") as opened:
            assert np.array_equal(np.asarray(opened), kept)


@pytest.mark.parametrize("command", ["apply", "explain", "matrix", "equivariance"])
@pytest.mark.parametrize("other", [("--size", "valid"), ("--size", "full"), ("--padding", "1")])
def test_sizes_that_know_no_anchor_refuse_it(command: str, other: tuple[str, str]) -> None:
    """An option that would do nothing."""
    source = "5x6" if command == "matrix" else TEXT
    at = ("--at", "0,0") * (command == "explain")
    done = convcli(command, source, "-k", ROWS, "--anchor", "0,0", *other, *at)
    assert done.refused(2, "--anchor", "--size same", other[0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-k", ROWS, "--anchor", "2,0"), ("--anchor: 2,0", "from 0,0 to 1,3")),
        (("-k", "box", "-k", "box:size=5", "--anchor", "3,3"), ("--anchor: 3,3", "'box'", "3x3")),
        (("-k", "2x2+1+1: 1 2 3 4", "--anchor", "0,0"), ("anchor of its own, 1,1; leave --anchor out",)),
        (("-k", ROWS, "--anchor", "1"), ("--anchor: 1", "ROW,COLUMN counted from 0")),
        (("-k", ROWS, "--anchor", "-1,0"), ("--anchor", "at least 0")),
        (("-k", ROWS, "--anchor", "a,b"), ("--anchor", "at least 0")),
        (("-k", ROWS, "--anchor", f"0,{10**40}"), ("--anchor", "from 0,0 to 1,3")),
    ],
)
def test_bad_anchors_are_refused(words: tuple[str, ...], said: tuple[str, ...]) -> None:
    """One message: the value, the kernel, the rule."""
    assert convcli("apply", TEXT, *words).refused(2, *said)


def test_several_kernels_of_one_anchor_meet_there() -> None:
    """A 2x2 and a 3x3 with the anchor 0,0: what each gives alone."""
    words = ("apply", TEXT, "--anchor", "0,0", "--combine", "sum", "-k")
    both = numbers(convcli(*words, "1 2; 3 4", "-k", "sobel-x").text)
    first, second = (np.array(numbers(convcli(*words, kernel).text)) for kernel in ("1 2; 3 4", "sobel-x"))
    assert both == (first + second).tolist()
