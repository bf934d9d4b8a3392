"""Equivariance by hand, in a real browser: figures against `convcli equivariance --json`, moved as people move it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browser import Pages
from tests.command_line import convcli
from tests.report.explorer.states import command_line, pictures, states

EACH = 18  # states of a picture: 72 in all, some of which are refused
GRID = ("rotate90", "rotate180", "rotate270", "flip-x", "flip-y", "transpose", "anti-transpose")
STUDIED = """(asked) => asked.map((state) => {
  try {
    window.convcli.set(state);
    const line = document.querySelector("[aria-label='convcli equivariance']").textContent;
    return { record: window.convcli.equivariance(), line };
  } catch (error) {
    return { error: error.message };
  }
})"""
OURS = ("transform", "dx", "dy", "holds", "interior", "border", "output_shift", "changes_sign", "causes")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("equivariance")
    (place / "weights").mkdir()
    for name in ("grey", "colour", "floats", "thin"):
        np.save(place / f"{name}.npy", pictures()[name])
        assert convcli("explore", f"{name}.npy", "-k", "sobel-x", "-o", f"{name}.html", cwd=place).code == 0
    return place


def moves(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """A state with the move of it; shifts more often than turns."""
    choose = random.Random(len(name))
    height, width = pictures()[name].shape[:2]
    for state in states(pictures()[name], EACH, seed=31 + len(name)):
        move = choose.choice(
            ["shift"] * 5 + [choose.choice(GRID), choose.choice(GRID), f"rotate:{choose.choice([-30, 5, 90, 45])}"]
        )
        dx, dy = choose.randint(1 - width, width - 1) // 3, choose.randint(1 - height, height - 1) // 2
        fill = choose.choice([None, None, "wrap", "zero", "reflect"])
        state |= {"relu": False, "bias": 0, "padding": choose.choice([state["padding"], None, None])}
        state["pool"] = choose.choice([None, None, state["pool"]])
        yield state, {"move": move, "dx": dx, "dy": dy, "fill": fill, "unshared": choose.random() < 0.1}


def of_command(name: str, state: dict[str, Any], move: dict[str, Any], line: str | None, folder: Path) -> Any:
    """The record of the same state, options written here; None where the command refuses."""
    flipped = state | ({"kernel": np.flip(state["kernel"], (-2, -1)).tolist()} if state["mode"] == "convolve" else {})
    words = [word for word in command_line(flipped, folder / "weights") if word != "--convolve"]
    at = words.index("--bias")
    words = words[:at] + words[at + 2 :]
    words += (
        ["--dx", str(move["dx"]), "--dy", str(move["dy"])] if move["move"] == "shift" else ["--transform", move["move"]]
    )
    words += ["--fill", move["fill"]] if move["fill"] and move["move"] not in GRID else []
    words += ["--pool", state["pool"]] if state["pool"] else []
    words += ["--channels", "sum"] if state["channels"] == "sum" else []
    words += ["--unshared"] if move["unshared"] else []
    words += ["--precision", "float64"] if line is None or "float64" in line else []
    done = convcli("equivariance", folder / f"{name}.npy", *words, "--json")
    assert done.code in (0, 1, 2), done
    return None if done.code == 2 else done.records[0]


@pytest.mark.parametrize("name", ["grey", "colour", "floats", "thin"])
def test_the_page_finds_what_the_command_finds(name: str, folder: Path, pages: Pages) -> None:
    """Band, places, mismatches, errors and causes, of shifts, turns and rotations; and refusals."""
    asked = list(moves(name))
    sent = [state | {"equivariance": move} for state, move in asked]
    compared = 0
    for (state, move), found in zip(asked, pages.open(folder / f"{name}.html").evaluate(STUDIED, sent), strict=True):
        truth = of_command(name, state, move, found.get("line"), folder)
        where = f"{state} {move}: {found}"
        assert (truth is None) == ("error" in found), (where, truth)
        if truth is None:
            continue
        compared += 1
        record = found["record"]
        assert list(record) == list(OURS)
        if move["unshared"]:  # weights of its own: other errors
            for part in (record, truth):
                part["causes"] = part["changes_sign"] = None
                for side in ("interior", "border"):
                    part[side] = {key: part[side].get(key) for key in ("pixels", "mismatched", "predicted_band")}
        assert_close(record, {key: truth[key] for key in OURS}, where)
    assert compared >= 10


def assert_close(found: Any, truth: Any, where: str) -> None:
    """Alike: whole numbers and words exactly, others to a millionth of what the page could see."""
    if isinstance(truth, dict):
        assert found.keys() == truth.keys(), where
        for key, value in truth.items():
            assert_close(found[key], value, f"{where}: {key}")
    elif isinstance(truth, list):
        assert len(found) == len(truth), where
        for one, other in zip(found, truth, strict=True):
            assert_close(one, other, where)
    elif isinstance(truth, float):
        assert found == pytest.approx(truth, rel=1e-6, abs=1e-9), where
    else:
        assert found == truth, where


@pytest.fixture
def page(pages: Pages, folder: Path) -> Any:
    opened = pages.open(folder / "grey.html", has_touch=True)
    opened.locator("#stage-moved").scroll_into_view_if_needed()
    opened.wait_for_selector(".eq-verdict:not(:empty)")
    return opened


def moved(page: Any) -> tuple[str, int, int]:
    move = page.evaluate("window.convcli.state().equivariance")
    return move["move"], move["dx"], move["dy"]


def test_the_picture_is_dragged_by_whole_pixels(page: Any) -> None:
    """Three and a bit to the right, two up, from where it was; the figures follow."""
    page.get_by_role("button", name="Put it back").click()
    assert moved(page) == ("shift", 0, 0)
    box = page.locator("#stage-moved canvas").bounding_box()
    cell, x, y = box["width"] / 23, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3.3 * cell, y - 1.8 * cell, steps=4)
    page.mouse.up()
    assert moved(page) == ("shift", 3, -2)
    assert "exactly, at all 266 places" in page.locator(".eq-verdict").inner_text()  # (17 - 1 - 2) x (23 - 3 - 1)


def test_keys_move_it_and_are_told(page: Any) -> None:
    """Arrows by one, with Shift by ten, Home puts it back; never beyond the picture."""
    page.evaluate("window.convcli.set({equivariance: {dx: 0}})")
    page.locator("#stage-moved").focus()
    for key, then in (
        ("ArrowRight", (1, 0)),
        ("ArrowDown", (1, 1)),
        ("Shift+ArrowLeft", (-9, 1)),
        ("PageDown", (-9, 11)),
    ):
        page.keyboard.press(key)
        assert moved(page)[1:] == then
    page.keyboard.press("PageDown")
    assert moved(page)[1:] == (-9, 16)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    page.locator("#announcer").filter(has_text="It holds").wait_for(state="attached")


@pytest.mark.parametrize(
    ("switch", "cause"),
    [("stride 2", "the stride"), ("max pooling 2 × 2", "pooling"), ("unshared weights", "unshared weights")],
)
def test_a_switch_breaks_it_and_says_why(page: Any, switch: str, cause: str) -> None:
    """By one pixel; without the switch it holds again."""
    page.evaluate("window.convcli.set({equivariance: {dx: 1}})")
    panel = page.locator("#panel-equivariance")
    panel.get_by_label(switch).check()
    panel.locator(".eq-causes li").filter(has_text=f"The cause: {cause}").wait_for()
    assert panel.locator(".eq-verdict").inner_text().startswith("≠ It does not hold")
    panel.get_by_label(switch).uncheck()
    page.locator(".eq-verdict").filter(has_text="✓").wait_for()
    assert panel.locator(".eq-causes li").count() == 0


def test_turns_and_rotations_are_chosen(page: Any) -> None:
    """Sobel's kernel is no turned one of itself; a mirror changes its sign; fields come with their move."""
    panel = page.locator("#panel-equivariance")
    panel.get_by_role("combobox", name="move").select_option("rotate90")
    panel.locator(".eq-causes li").filter(has_text="The cause: the kernel").wait_for()
    assert not panel.get_by_label("to the right (dx)").is_visible()
    panel.get_by_role("combobox", name="move").select_option("flip-x")
    page.locator(".eq-verdict").filter(has_text="changes sign").wait_for()
    panel.get_by_role("combobox", name="move").select_option("rotate")
    panel.get_by_label("degrees, counter-clockwise").fill("-7")
    assert moved(page)[0] == "rotate:-7"
    panel.locator(".eq-causes li").filter(has_text="the rotation").wait_for()


def test_a_move_that_cannot_be_is_a_sentence(page: Any) -> None:
    """A quarter turn of a picture that is not square, at a stride; and nonsense is refused."""
    page.evaluate("window.convcli.set({stride: 2, equivariance: {move: 'rotate90'}})")
    page.locator(".eq-verdict").filter(has_text="not square").wait_for()
    for nonsense in ("{dx: 1.5}", "{move: 'sideways'}", "{move: 'rotate:400'}", "{fill: 'blue'}", "{speed: 3}"):
        asked = f"window.convcli.set({{equivariance: {nonsense}}})"
        assert page.evaluate(f"(() => {{ try {{ {asked} }} catch (error) {{ return error.message }} }})()"), nonsense
    assert moved(page)[0] == "rotate90"


def test_the_link_keeps_the_move(page: Any, pages: Pages, folder: Path) -> None:
    """What was moved in one page is moved in another."""
    page.evaluate("window.convcli.set({equivariance: {move: 'shift', dx: -4, dy: 3, fill: 'wrap', unshared: true}})")
    link = page.get_by_role("group", name="link").inner_text()
    other = pages.open(folder / "grey.html", fragment=link[link.index("#") :])
    assert other.evaluate("window.convcli.state().equivariance") == page.evaluate("window.convcli.state().equivariance")
    line = page.get_by_role("group", name="convcli equivariance").inner_text()
    assert line == "convcli equivariance grey.npy -k sobel-x --dx -4 --dy 3 --fill wrap --unshared"
    assert convcli(*line.split()[1:], "-q", cwd=folder).code == 1


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_nothing_is_wider_than_the_window(pages: Pages, folder: Path, width: int) -> None:
    """With a large kernel too."""
    page = pages.open(folder / "colour.html", viewport={"width": width, "height": 800})
    for side in (3, 7, 9):
        kernel = [[-1.25] * side] * side
        page.evaluate(f"window.convcli.set({{size: 'same', kernel: {kernel}}})")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, side
