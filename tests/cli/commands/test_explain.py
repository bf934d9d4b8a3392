"""`explain`, as a user runs it."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.core.luma import luma
from convcli.images import read
from tests.command_line import convcli
from tests.oracles import correlate_plane, same_padding

CHAPTER = ("explain", "0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid")


def evaluated(words: str) -> Fraction:
    """What the left side of a printed sum comes to, read as a person would."""
    left = re.split("[=≈]", words)[0].replace("(bias)", "")
    total = Fraction(0)
    for term in re.split(r" \+ ", left.strip()):
        product = Fraction(1)
        for factor in term.strip().split("×"):
            product *= Fraction(factor.strip("[]() "))
        total += product
    return total


def test_all_shows_the_four_sums_of_the_chapter() -> None:
    """Input, kernel and output side by side, then 19, 25, 37, 43, each written out."""
    done = convcli(*CHAPTER, "--all")
    assert done.code == 0
    assert "0×0 + 1×1 + 3×2 + 4×3 = 19" in done.text
    sums = [line for line in done.text.splitlines() if "×" in line]
    assert [line.split()[-1] for line in sums] == ["19", "25", "37", "43"]
    assert [evaluated(line.split("  ", 1)[1]) for line in sums] == [19, 25, 37, 43]
    assert done.text.splitlines()[:4] == [
        "  input         kernel       output",
        "  0  1  2       0  1         19  25",
        "  3  4  5   ⋆   2  3     =   37  43",
        "  6  7  8",
    ]


def test_one_output_is_shown_as_window_kernel_products_and_sum() -> None:
    """Everything about output [1, 0], by hand."""
    assert convcli(*CHAPTER, "--at", "1,0").text == (
        "output [1, 0] = 37\n"
        "input rows 1 to 2, columns 0 to 1\n\n"
        "  window       kernel       products\n"
        "  3  4     ×   0  1     =    0   4\n"
        "  6  7         2  3         12  21\n\n"
        "3×0 + 4×1 + 6×2 + 7×3 = 37\n"
    )


def test_values_from_the_border_rule_are_marked() -> None:
    """Brackets in the window and in the sum, the rule with its letters, stride, dilation, padding and bias."""
    done = convcli(
        "explain", "1 2 3; 4 5 6; 7 8 9", "-k", "1 -1; 2 0", "--at", "0,1", "--padding", "1,0,1,2",
        "--stride", "2", "--dilation", "2", "--border", "reflect", "--bias", "-3",
    )  # fmt: skip
    # rows -1 and 1, columns 1 and 3; beyond the edge 4 5 6 stands above 1 2 3, and column 3 repeats column 1
    assert "input rows -1 to 1 in steps of 2, columns 1 to 3 in steps of 2; stride 2; dilation 2" in done.text
    assert "padding 1,0,1,2 (top, bottom, left, right)" in done.text
    assert "  [5] [5]   ×   1  -1    =    5  -5\n   5  [5]       2   0        10   0" in done.text
    assert "[5]×1 + [5]×(-1) + 5×2 + [5]×0 + (-3) (bias) = 7" in done.text
    assert "[ ]: from beyond the edge, by the border rule reflect (d c b | a b c d | c b a)" in done.text


def test_a_convolution_shows_the_flip_as_a_step() -> None:
    """The kernel, an arrow, the flipped kernel, and the sum with it."""
    done = convcli(*CHAPTER, "--at", "0,0", "--convolve")
    assert "  kernel       flipped\n  0  1     →   3  2\n  2  3         1  0\n" in done.text
    assert "0×3 + 1×2 + 3×1 + 4×0 = 5" in done.text
    assert "flipped kernel" in convcli(*CHAPTER, "--all", "--convolve").text


@pytest.mark.parametrize("border", ["edge", "zero", "symmetric", "wrap", "constant:7"])
def test_the_record_is_the_definition(border: str) -> None:
    """--json: window, kernel, products, bias and value of several outputs against the nested loop."""
    plane, weights = np.array([[1, 2, 4], [8, 16, 32]]), np.array([[1, -2, 3], [0, 5, -7]])
    name, fill = ("zero", 7) if border.startswith("constant") else (border, 0)
    expected = correlate_plane(plane, weights, border=name, fill=fill, bias=4, padding=same_padding(2, 3))
    done = convcli(
        "explain", "1 2 4; 8 16 32", "-k", "1 -2 3; 0 5 -7", "--at", "1,2", "--at", "0,0", "--bias", "4",
        "--border", border, "--json",
    )  # fmt: skip
    for record, at in zip(done.records, [(1, 2), (0, 0)], strict=True):
        window = np.array(record["window"])
        assert (record["command"], record["at"], record["bias"]) == ("explain", list(at), 4)
        assert record["kernel"] == weights.tolist()
        assert np.array_equal(window * weights, record["products"])
        assert record["value"] == expected[at] == np.sum(record["products"]) + 4
        inside = ~np.array(record["beyond"])
        rows, columns = np.ix_(record["rows"], record["columns"])
        assert np.array_equal(window[inside], plane[rows % 2, columns % 3][inside])


def test_every_sum_that_is_printed_adds_up() -> None:
    """Long sums go row by row; read back, each is the value it names, box and Gaussian to their digits."""
    done = convcli("explain", "sample:clock", "-k", "1 -2 3 4 5 6; 7 8 9 1 2 3; 1 1 1 1 1 1; 0 0 1 1 2 2; 9 8 7 6 5 4",
                   "--at", "0,0")  # fmt: skip
    rows = [line.split(": ", 1)[1] for line in done.text.splitlines() if re.match(r"row \d:|sum of the rows:", line)]
    assert len(rows) == 6
    assert all(evaluated(row) == Fraction(row.split()[-1]) for row in rows)
    box = convcli("explain", "1 2 3; 4 5 6; 7 8 10", "-k", "box", "--at", "1,1").text.splitlines()[-1]
    assert box.startswith("1×1/9 + 2×1/9")
    assert box.endswith("≈ 5.11111")
    assert abs(evaluated(box) - Fraction(46, 9)) == 0
    exact = convcli("explain", "1 2 3; 4 5 6; 7 8 9", "-k", "box", "--at", "1,1").text.splitlines()[-1]
    assert exact.endswith("9×1/9 = 5")


def test_channels_of_a_colour_picture() -> None:
    """Red unless asked; names, numbers and grey; the value is that of this channel's plane."""
    pixels = read("sample:coffee").pixels
    planes = {"red": pixels[..., 0], "1": pixels[..., 1], "blue": pixels[..., 2], "gray": luma(pixels)}
    for channel, plane in planes.items():
        done = convcli("explain", "sample:coffee", "-k", "1 -2; 3 4", "--at", "7,9", "--channel", channel, "--json")
        assert done.records[0]["window"] == plane[6:8, 8:10].tolist()
        assert not done.err
    silent = convcli("explain", "sample:coffee", "-k", "1 -2; 3 4", "--at", "7,9", "--json")
    assert silent.records[0]["window"] == planes["red"][6:8, 8:10].tolist()
    assert "3 channels: this is red" in silent.err


def test_channels_of_a_stack_of_maps(tmp_path: Path) -> None:
    """Maps have numbers, no colours; a picture of one channel takes 0 and gray."""
    np.save(tmp_path / "x.npy", np.arange(30.0).reshape(3, 2, 5))
    base = ("explain", tmp_path / "x.npy", "-k", "1", "--at", "2,1")
    assert convcli(*base, "--channel", "4", "--json").records[0]["value"] == 29
    assert "the first of them" in convcli(*base).err
    assert convcli(*base, "--channel", "red").refused(2, "--channel", "0 to 4")
    assert convcli("explain", "1 2", "-k", "1", "--at", "0,1", "--channel", "0", "--json").records[0]["value"] == 2
    assert convcli("explain", "1 2", "-k", "1", "--at", "0,1", "--channel", "gray", "--json").records[0]["value"] == 2
    assert convcli("explain", "1 2", "-k", "1", "--at", "0,1", "--channel", "1").refused(2, "a number: 0")


def test_a_crop_is_the_whole_input() -> None:
    """The part's own corner is [0, 0], and its border is where it was cut."""
    pixels = read("sample:camera").pixels
    done = convcli("explain", "sample:camera", "-k", "1 2 3", "--crop", "40,60,3,4", "--at", "2,0", "--json")
    assert done.records[0]["window"] == [[int(pixels[42, 60]), int(pixels[42, 60]), int(pixels[42, 61])]]
    assert done.records[0]["output"] == {"height": 3, "width": 4}
    assert convcli("explain", "1 2", "-k", "1", "--crop", "0,1,1,2", "--all").refused(2, "--crop", "1 row and 2 col")
    assert convcli("explain", "1 2", "-k", "1", "--crop", "0,1,1", "--all").refused(2, "TOP,LEFT,HEIGHT,WIDTH")


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_gets_lines_that_fit(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Matrices stand one below the other and sums are broken before a plus, within the width, nothing lost."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("tests.command_line._Stream.isatty", lambda self: True)
    kernel = "1 2 3 4 5;-1 -2 -3 -4 -5;0 1 0 1 0;0 0 1 1 0;2 2 0 0 2"
    done = convcli("explain", "sample:camera", "-k", kernel, "--at", "0,0", "--convolve")
    assert max(len(line) for line in done.text.splitlines()) <= columns
    assert ("× flipped kernel" in done.text) == (columns < 120)
    whole = " ".join(done.text.split("\n\n")[-1].split("[ ]:")[0].split())
    assert evaluated(whole) == Fraction(whole.split()[-1])
    small = convcli("explain", "0 1 2; 3 4 5", "-k", "1 2 3; 4 5 6", "--all").text
    assert max(len(line) for line in small.splitlines()) <= columns


def test_streams_without_mathematics_get_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ASCII stdout: * and -> instead of signs it cannot hold."""
    monkeypatch.setattr("tests.command_line._Stream.encoding", "ascii", raising=False)
    done = convcli(*CHAPTER, "--at", "0,0", "--convolve")
    assert "0*3 + 1*2 + 3*1 + 4*0 = 5" in done.text
    assert "->" in done.text


def test_figures_and_animations_are_written(tmp_path: Path) -> None:
    """-o is repeatable: a figure of the step, walks of as many frames as outputs, at most 960 pixels wide."""
    outputs = ["step.png", "walk.gif", "walk.webp", "walk.apng"]
    given = [word for output in outputs for word in ("-o", output)]
    done = convcli(*CHAPTER, "--at", "0,1", *given, cwd=tmp_path)
    assert done.code == 0
    assert "= 25" in done.text
    for output in outputs:
        with Image.open(tmp_path / output) as picture:
            assert getattr(picture, "n_frames", 1) == (1 if output == "step.png" else 4), output
            assert picture.width <= 960
        assert output in done.err
    again = convcli(*CHAPTER, "--at", "0,1", "-o", "step.png", cwd=tmp_path)
    assert again.refused(3, "step.png", "-f/--force")
    assert convcli(*CHAPTER, "-o", "walk.gif", "-f", "-q", cwd=tmp_path).text == ""


def test_figures_go_to_stdout_alone() -> None:
    """-o - sends the picture and no text; several steps stand below each other."""
    one = np.asarray(Image.open(io.BytesIO(convcli(*CHAPTER, "--at", "0,0", "-o", "-").out)))
    two = np.asarray(Image.open(io.BytesIO(convcli(*CHAPTER, "--at", "0,0", "--at", "1,1", "-o", "-").out)))
    assert two.shape[0] == 2 * one.shape[0]
    assert np.array_equal(two[: one.shape[0]], one)


def test_what_is_too_large_names_the_limit_and_the_way_out(tmp_path: Path) -> None:
    """--all, animations and figures have limits, and each message offers the crop or --at."""
    big = ("explain", "sample:camera", "-k", "box")
    assert convcli(*big, "--all").refused(2, "512 × 512", "at most 256", "--crop")
    walking = convcli(*big, "--crop", "0,0,512,512", "-o", "walk.gif", cwd=tmp_path)
    assert walking.refused(2, "walk.gif", "512 × 512", "at most 400", "--crop", "--stride")
    flat = ("explain", "sample:camera", "--crop", "0,0,21,20", "-k", "1", "-o", "w.gif")
    assert convcli(*flat, cwd=tmp_path).refused(2, "at most 400 frames")
    many = ("explain", "sample:camera", "--crop", "0,0,5,5", "-k", "1", "--all", "-o", "w.png")
    assert convcli(*many, cwd=tmp_path).refused(2, "at most 16 of the 25 outputs")
    assert not list(tmp_path.iterdir())


def test_bad_usage_is_refused_with_the_rule() -> None:
    """Positions outside, no position, both ways to say which, banks, kernels that do not parse."""
    assert convcli(*CHAPTER, "--at", "2,0").refused(2, "--at", "2,0", "ROW is 0 to 1, COL is 0 to 1")
    assert convcli(*CHAPTER, "-q").refused(2, "--at ROW,COL", "--all")
    assert convcli(*CHAPTER, "-q", "-o", "x.png").refused(2, "--at ROW,COL")
    assert convcli(*CHAPTER, "--at", "0,0", "--all").refused(2, "--all and --at")
    assert convcli(*CHAPTER, "--at", "0").refused(2, "ROW,COLUMN")
    assert convcli(*CHAPTER, "-o", "w.gif", "--json").refused(2, "--json", "--at")
    assert convcli(*CHAPTER, "--all", "-o", "-", "--json").refused(2, "stdout")
    assert convcli(*CHAPTER, "--all", "-o", "x.xyz").refused(2, "xyz")
    assert convcli("explain", "1 2", "-k", "bank:sobel", "--all").refused(2, "one kernel", "sobel-x, sobel-y")
    assert convcli("explain", "1 2", "-k", "1 x", "--all").refused(2, "line 1, column 3")
    assert convcli("explain", "1 2", "-k", "1 2 3", "--size", "valid", "--all").refused(2, "window spans 3")
    assert convcli("explain", "-", "-k", "@-", "--all", stdin=b"1").refused(2, "stdin can be read once")


def test_picture_bytes_stay_out_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """-o - on a terminal is refused."""
    monkeypatch.setattr("tests.command_line._Stream.isatty", lambda self: True)
    assert convcli(*CHAPTER, "--all", "-o", "-").refused(2, "terminal")


TOUCHES = ("explain", "1 2 3; 4 5 6; 7 8 9", "-k", "1 2; 3 4")


def test_a_weight_is_told_with_its_inputs_and_outputs() -> None:
    """Zeros beyond the edge, by hand: the 2 stands above its output's place, on rows 0 and 1 and all columns."""
    text = convcli(*TOUCHES, "--weight", "0,1", "--border", "zero").text
    assert text.startswith("weight [0, 1] of kernel as given: 2\n")
    assert "touches 6 of 9 inputs: rows 0 to 1, columns 0 to 2\nnot touched: row 2\n" in text
    assert "for 6 of 9 outputs: for the others it meets what border zero" in text
    assert text.endswith("A fully connected layer's weight meets one input, for one output\n")


def test_a_convolutions_weight_is_the_one_that_was_written() -> None:
    """The flip puts the 2 in the lower left corner; in JSON too, with the kernel both ways."""
    (record,) = convcli(*TOUCHES, "--weight", "0,1", "--convolve", "--stride", "2", "--json").records
    assert record["weight"] == {"at": [0, 1], "value": 2, "stands_at": [1, 0]}
    assert (record["given_kernel"], record["kernel"]) == ([[1, 2], [3, 4]], [[4, 3], [2, 1]])
    # Rows 2r, columns 2c - 1; the edge repeats column 0.
    assert record["inputs"] == {
        "touched": 4,
        "of": 9,
        "rows": {"first": 0, "last": 2, "step": 2, "touched": 2},
        "columns": {"first": 0, "last": 1, "step": 1, "touched": 2},
    }
    assert record["outputs"] == {"touching": 4, "of": 4, "beyond": 2}
    assert "so that it stands at [1, 0]" in convcli(*TOUCHES, "--weight", "0,1", "--convolve").text


def test_a_weights_picture_shades_what_it_touches(tmp_path: Path) -> None:
    """Of a grey picture: bluish what is touched, reddish the rim; in a photograph its corner, enlarged."""
    convcli("explain", "sample:camera", "-k", "sobel-x", "--weight", "0,1", "-o", "a.png", cwd=tmp_path)
    with Image.open(tmp_path / "a.png") as drawn:
        pixels = np.asarray(drawn.convert("RGB")).astype(int)[:, drawn.width // 3 :]  # beside the kernel
    red = (pixels[..., 0] > pixels[..., 2] + 60) & (pixels[..., 1] < 130)
    blue = pixels[..., 2] > pixels[..., 0] + 60
    assert blue.sum() > 20 * red.sum() > 0
    assert np.nonzero(red)[0].min() > np.median(np.nonzero(blue)[0])  # the rim is the last row


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--weight", "0,2"], "--weight: 0,2 is not allowed; kernel is 2x2: I is 0 to 1, J is 0 to 1"),
        (["--weight", "0,1", "--at", "0,0"], "--weight is about one weight and all outputs, --at about outputs"),
        (["--weight", "0,1", "--all"], "--weight is about one weight and all outputs, --all about outputs"),
        (["--weight", "0,1", "--bias", "2"], "--bias meets no input; leave it out with --weight"),
        (["--weight", "0,1", "-o", "a.gif"], "a weight is drawn in one picture; give .png, .svg or .pdf"),
        (["--weight", "1"], "give ROW,COLUMN counted from 0, as in 2,3"),
    ],
)
def test_what_says_nothing_of_a_weight_is_refused(options: list[str], said: str) -> None:
    """One message each."""
    assert convcli(*TOUCHES, *options).refused(2, said)
