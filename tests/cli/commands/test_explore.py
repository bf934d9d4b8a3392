"""`explore`: what is written, what is said of it, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.command_line import convcli
from tests.report.explorer.test_assembling import Elements
from tests.report.explorer.test_picture_data import read_back

MATRIX, KERNEL = "3 1 4; 1 5 9; 2 6 5", "0 1; 2 3"


def data_of(content: bytes) -> Any:
    """What a page is about."""
    return Elements(content.decode()).data


def test_a_page_holds_picture_kernels_and_how_it_opens(tmp_path: Path) -> None:
    """Every option arrives in the state, as the page has it."""
    pixels = np.random.default_rng(3).integers(0, 256, (6, 7, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "in.png")
    options = (
        "--convolve --border constant:7 --padding 1,2,3,0 --stride 1x2 --dilation 2 --bias 3/2 --relu --pool avg:2 "
        "--display stretch --colormap diverging --channels sum"
    )
    done = convcli(
        "explore", "in.png", "-k", "1 2; 3 4", "-k", "bank:sobel", *options.split(), "-o", "page.html", cwd=tmp_path
    )
    assert (done.code, done.out) == (0, b"")
    data = data_of((tmp_path / "page.html").read_bytes())
    np.testing.assert_array_equal(read_back(data["picture"]), pixels)
    assert [kernel["name"] for kernel in data["kernels"]][1:] == ["sobel-x", "sobel-y"]
    assert data["kernels"][1]["about"] == "positive where brightness rises to the right"
    expected = {
        "kernel": [[1, 2], [3, 4]], "mode": "convolve", "border": "zero", "fill": 7.0, "padding": [1, 2, 3, 0],
        "stride": [1, 2], "dilation": [2, 2], "bias": 1.5, "relu": True, "pool": "avg:2", "display": "stretch",
        "colormap": "diverging", "channels": "sum",
    }  # fmt: skip
    assert {key: data["state"][key] for key in expected} == expected
    assert (data["picture"]["name"], data["picture"]["source"]) == ("in.png", "in.png")


def test_a_pipe_gets_the_page_and_a_file_the_same(tmp_path: Path) -> None:
    """Without -o, with -o -, and in a file; what was done is said beside it."""
    piped = convcli("explore", MATRIX, "-k", KERNEL)
    assert piped.out == convcli("explore", MATRIX, "-k", KERNEL, "-o", "-").out
    done = convcli("explore", MATRIX, "-k", KERNEL, "-o", "page.HTML", cwd=tmp_path)
    assert (tmp_path / "page.HTML").read_bytes() == piped.out
    assert f"page.HTML: {len(piped.out) / 1000:,.0f} kB; open it in a browser" in done.err
    assert convcli("explore", MATRIX, "-k", KERNEL, "-q").err == ""


def test_json_says_what_was_written(tmp_path: Path) -> None:
    """Path and bytes, the picture as the page has it, the kernels, the language."""
    np.save(tmp_path / "large.npy", np.zeros((600, 700), np.uint16))
    line = ["explore", "large.npy", "-k", "box", "-k", "0 1", "--lang", "zh", "-o", "page.html", "--json"]
    (record,) = convcli(*line, cwd=tmp_path).records
    assert record == {
        "command": "explore",
        "output": {"path": "page.html", "bytes": (tmp_path / "page.html").stat().st_size},
        "picture": {
            "path": "large.npy", "height": 474, "width": 553, "channels": 1, "dtype": "uint16",
            "shrunk_from": {"height": 600, "width": 700},
        },
        "kernels": [
            {"name": "box", "height": 3, "width": 3, "sum": pytest.approx(1)},
            {"name": record["kernels"][1]["name"], "height": 1, "width": 2, "sum": 1.0},
        ],
        "language": "zh",
    }  # fmt: skip


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    """A smaller picture, alpha, a colour picture made grey."""
    pixels = np.full((600, 700, 4), 90, np.uint8)
    Image.fromarray(pixels).save(tmp_path / "in.png")
    done = convcli("explore", "in.png", "-k", "box", "--channels", "gray", "-o", "page.html", cwd=tmp_path)
    assert "in.png: alpha is left out" in done.err
    assert "600 × 700 pixels made smaller, to 474 × 553" in done.err
    picture = data_of((tmp_path / "page.html").read_bytes())["picture"]
    assert picture["lost"] == {"alpha": True, "colour": True}
    assert picture["channels"] == 1
    assert np.unique(read_back(picture)).tolist() == [90]


def test_what_is_not_named_is_chosen_and_said(tmp_path: Path) -> None:
    """Picture and kernel; with -q, which could not say so, it is asked for."""
    done = convcli("explore", "-o", "page.html", cwd=tmp_path)
    assert "no PICTURE: this is sample:camera" in done.err
    assert "no -k: this is sobel-x" in done.err
    assert data_of((tmp_path / "page.html").read_bytes())["picture"]["name"] == "sample:camera"
    convcli("explore", "-q", "-o", "other.html", cwd=tmp_path).refused(2, "needs a PICTURE", "sample:camera")
    convcli("explore", MATRIX, "-q", "-o", "other.html", cwd=tmp_path).refused(2, "give a kernel with -k")


def test_an_anchor_becomes_zeros_around_the_weights() -> None:
    """The page places every kernel by its middle; flipped or not the response stays what `apply` makes of it."""
    done = convcli("explore", MATRIX, "-k", "1 2 3", "--anchor", "0,0", "-o", "-")
    assert data_of(done.out)["state"]["kernel"] == [[0, 0, 1, 2, 3]]
    assert "its anchor is the middle of 1x5 weights, zeros around its own" in done.err
    even = convcli("explore", MATRIX, "-k", "1 2", "--anchor", "0,1", "-o", "-")
    assert data_of(even.out)["state"]["kernel"] == [[1, 2, 0]]
    for options in ([], ["--convolve"]):
        anchored = convcli("apply", MATRIX, "-k", "1 2", "--anchor", "0,1", *options)
        assert anchored.out == convcli("apply", MATRIX, "-k", "1 2 0", *options).out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-o", "page.png"], 2, ["-o: page.png", ".html"]),
        (["-o", "page"], 2, ["it has no suffix", ".html or .htm"]),
        (["--json"], 2, ["--json and the page cannot both go to stdout"]),
        (["-o", "-", "--json"], 2, ["--json and the page"]),
        (["-o", "nowhere/page.html"], 3, ["the folder nowhere does not exist"]),
        (["-o", "there.html"], 3, ["there.html", "exists"]),
        (["-o", "new.html", "--pool", "min:2"], 2, ["--pool: min:2", "max or avg"]),
        (["-o", "new.html", "--pool", "max:4"], 2, ["needs at least 4 × 4"]),
        (["-o", "new.html", "--size", "valid", "--dilation", "3"], 2, ["window"]),
        (["-o", "new.html", "--padding", "100000"], 2, ["the page computes at most 1,048,576"]),
        (["-o", "new.html", "--display", "raw"], 2, ["--display"]),
        (["-o", "new.html", "-k", "gaussian:sigma=30"], 2, ["weights"]),
        (["-o", "new.html", "-k", "median"], 2, ["median"]),
    ],
)
def test_wrong_lines_are_refused_and_leave_nothing(
    arguments: list[str], code: int, words: list[str], tmp_path: Path
) -> None:
    """One message with the value and the rule; no file, and the old one as it was."""
    (tmp_path / "there.html").write_text("old")
    assert convcli("explore", MATRIX, "-k", KERNEL, *arguments, cwd=tmp_path).refused(code, *words)
    assert [path.name for path in tmp_path.iterdir()] == ["there.html"]
    assert (tmp_path / "there.html").read_text() == "old"


def test_colours_of_three_maps_are_refused_with_the_way_out() -> None:
    """A colour map colours one map."""
    done = convcli("explore", "sample:coffee", "-k", "box", "--colormap", "viridis", "-o", "-")
    assert done.refused(2, "--colormap: viridis", "this response has 3", "--channels sum")


def test_an_existing_page_is_replaced_when_forced(tmp_path: Path) -> None:
    """-f, and the file is the new one."""
    (tmp_path / "page.html").write_text("old")
    assert convcli("explore", MATRIX, "-k", KERNEL, "-f", "-o", "page.html", cwd=tmp_path).code == 0
    assert data_of((tmp_path / "page.html").read_bytes())["kernels"][0]["weights"] == [[0, 1], [2, 3]]
