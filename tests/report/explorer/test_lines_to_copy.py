"""The lines that the page offers to copy, run as a shell would run them, against the page's own numbers."""

from __future__ import annotations

import json
import random
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.browser import Pages
from tests.command_line import Finished, convcli
from tests.report.explorer.states import pictures, states

LINES = """(given) => given.map((state) => {
  try {
    window.convcli.set(state);
  } catch (error) {
    return null;
  }
  const lines = [...document.querySelectorAll("#panel-share .line")].map((line) => line.textContent);
  const { at } = window.convcli.state();
  return { lines, at, response: window.convcli.response(), explained: window.convcli.explain(...at) };
})"""
DISPLAYS = ("auto", "clip", "abs", "offset", "signed", "magnitude", "stretch")
NAMES = ("sobel-x", "emboss", "farid-x")


def page_of(pages: Pages, folder: Path, name: str, *options: str) -> Any:
    """The page of a picture in a folder, which the lines that it offers are run in."""
    assert convcli("explore", name, *options, "-o", "page.html", cwd=folder).code == 0
    return pages.open(folder / "page.html")


def run_line(line: str, folder: Path, *more: str) -> Finished:
    """A line in this process: its words as `sh` has them, what is piped into it given to stdin."""
    words = shlex.split(line)
    piped = b""
    if words[0] == "printf":
        assert words[1] == "%s"
        piped, words = words[2].encode(), words[words.index("|") + 1 :]
    assert words[0] == "convcli"
    return convcli(*words[1:], *more, stdin=piped, cwd=folder)


def copied(state: dict[str, Any], choose: random.Random) -> dict[str, Any]:
    """A state with a display, a place, and sometimes a kernel of the catalogue."""
    more: dict[str, Any] = {"display": choose.choice(DISPLAYS), "at": [choose.randint(0, 3), choose.randint(0, 3)]}
    return state | more


@pytest.mark.parametrize("name", ["grey", "colour", "floats"])
def test_the_copied_command_computes_what_the_page_shows(name: str, tmp_path: Path, pages: Pages) -> None:
    """Whatever the state is: kernel, border, steps, both modes, bias, ReLU, pooling, channels."""
    np.save(tmp_path / "a picture's.npy", pictures()[name])
    choose = random.Random(name)
    asked = [copied(state, choose) for state in states(pictures()[name], 12, seed=41)]
    page = page_of(pages, tmp_path, "a picture's.npy")
    found = [each for each in page.evaluate(LINES, asked) if each]
    assert len(found) >= 5
    for each in found[:6]:
        line = re.sub(r" --display \w+| -o out.png", "", each["lines"][0]) + " -o out.npy"
        done = run_line(line, tmp_path, "--precision", "float64", "-q", "-f")
        assert done.code == 0, (line, done)
        response = np.array(each["response"], np.float64)
        truth = np.load(tmp_path / "out.npy")
        assert truth.shape == response.shape, line
        np.testing.assert_allclose(response, truth, rtol=1e-6, atol=1e-9, err_msg=line)


@pytest.mark.parametrize("name", ["grey", "colour"])
def test_the_saved_picture_is_the_command_s(name: str, tmp_path: Path, pages: Pages) -> None:
    """Pixel by pixel, whatever the display and the colour map."""
    pixels = pictures()[name]
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    page = page_of(pages, tmp_path, "picture.png", "-k", "emboss")
    coloured = [("signed", "diverging"), ("stretch", "viridis")] if name == "grey" else []
    for display, colormap in [*((display, "gray") for display in DISPLAYS), *coloured]:
        page.evaluate("(patch) => window.convcli.set(patch)", {"display": display, "colormap": colormap})
        with page.expect_download(timeout=60_000) as saved:  # not by the mouse: lines above may yet grow and move it
            page.get_by_role("button", name="save picture").evaluate("(button) => button.click()")
        line = page.inner_text("#panel-share .line >> nth=0")
        assert run_line(line, tmp_path, "-q", "-f").code == 0, line
        truth = np.asarray(Image.open(tmp_path / "out.png").convert("RGB"))
        shown = np.asarray(Image.open(saved.value.path()).convert("RGB"))
        np.testing.assert_array_equal(shown, truth, err_msg=line)


def test_the_other_lines_say_what_the_page_says(tmp_path: Path, pages: Pages) -> None:
    """`explain` has the value of the pixel in hand, `params` the ladder's numbers, to the last digit."""
    np.save(tmp_path / "colour.npy", pictures()["colour"])
    page = page_of(pages, tmp_path, "colour.npy", "--channels", "each")
    given = [state | {"pool": None, "relu": False} for state in states(pictures()["colour"], 9, seed=5)]
    ladder = """() => [...document.querySelectorAll(".ladder tbody tr")].map((row) =>
      [...row.querySelectorAll("td")].map((cell) => cell.textContent.replaceAll(",", "")))"""
    compared = 0
    for state in given:
        (found,) = page.evaluate(LINES, [state])
        if found is None:
            continue
        _, explain, params, *_ = found["lines"]
        (said,) = run_line(explain, tmp_path, "--json", "-q").records
        assert said["value"] == pytest.approx(found["explained"]["value"], rel=1e-9), explain
        (counted,) = run_line(params, tmp_path, "--json").records
        ways = [counted["layers"][kind] for kind in ("fc", "sparse", "shared")]
        exact = [[str(way[key]) for key in ("parameters", "macs", "bytes")] for way in ways]
        assert all(way["connections"] == way["macs"] for way in ways)
        assert page.evaluate(ladder) == exact, params
        compared += 1
    assert compared >= 5


@pytest.mark.parametrize(
    "name",
    ["it's.npy", "$(touch hacked).npy", "-k.npy", "two words\\.npy", "\u202etxt.npy", "a\x1b[201~b.npy", "\n.npy"],
)
def test_a_shell_reads_the_picture_s_name_back(name: str, tmp_path: Path, pages: Pages) -> None:
    """Quotes, dollars, dashes, control characters: `sh` hands the very name on, and runs nothing."""
    np.save(tmp_path / "plain.npy", pictures()["thin"])
    (tmp_path / "plain.npy").rename(tmp_path / name)
    source = f"./{name}" if name.startswith("-") else name
    page = page_of(pages, tmp_path, source)
    line = page.inner_text("#panel-share .line >> nth=0")
    script = tmp_path / "convcli"
    script.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    script.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    words = json.loads(done.stdout)
    assert words == ["apply", source, "-k", "sobel-x", "-o", "out.png"]
    assert not (tmp_path / "hacked").exists()


def test_a_kernel_keeps_its_name_until_it_is_changed(tmp_path: Path, pages: Pages) -> None:
    """A name of -k or of the catalogue is written as such; one weight changed makes a literal, minus first and all."""
    np.save(tmp_path / "thin.npy", pictures()["thin"])
    (tmp_path / "mine.txt").write_text("1 2 3")
    page = page_of(pages, tmp_path, "thin.npy", "-k", "gaussian:sigma=0.5", "-k", "@mine.txt")
    line = lambda: shlex.split(page.inner_text("#panel-share .line >> nth=0"))  # noqa: E731
    assert line()[3:5] == ["-k", "gaussian:sigma=0.5"]
    page.evaluate("window.convcli.set({ kernel: [[1, 2, 3]], name: 'mine' })")
    assert line()[3:5] == ["-k", "1 2 3"]
    page.evaluate("window.convcli.set({ kernel: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] })")
    assert line()[3:5] == ["-k", "sobel-x"]
    page.evaluate("window.convcli.set({ kernel: [[-1, 0.1, 1/9], [-2, 0, 1e-7], [-1, 0, 12345678.9]] })")
    assert line()[3:5] == ["-k", "-1 0.1 1/9; -2 0 1e-7; -1 0 12345678.9"]


@pytest.mark.parametrize("border", ["edge", "zero", "constant:7", "wrap"])
@pytest.mark.parametrize("size", ["same", "full"])
def test_the_command_has_the_page_s_border(size: str, border: str, tmp_path: Path, pages: Pages) -> None:
    """Without --border `apply` takes the edge, but zeros with --size full: what differs from that is written."""
    np.save(tmp_path / "thin.npy", pictures()["thin"])
    page = page_of(pages, tmp_path, "thin.npy")
    state = {"kernel": [[1, 2], [3, 4]], "size": size, "border": border}
    (found,) = page.evaluate(LINES, [state])
    line = found["lines"][0].replace("-o out.png", "-o out.npy")
    assert run_line(line, tmp_path, "-q").code == 0, line
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), np.array(found["response"]), err_msg=line)
