"""The workbench used as a person does: mouse, keys, touch, weights, the film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browser import Pages
from tests.command_line import convcli

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bench")
    numbers = np.random.default_rng(11)
    np.save(place / "grey.npy", numbers.integers(0, 256, (10, 14), dtype=np.uint8))
    np.save(place / "colour.npy", numbers.integers(0, 256, (6, 9, 3), dtype=np.uint8))
    for name in ("grey", "colour"):
        assert convcli("explore", f"{name}.npy", "-k", "sobel-x", "-o", f"{name}.html", cwd=place).code == 0
    return place


@pytest.fixture
def opened(pages: Pages, folder: Path) -> Opened:
    def of(name: str, state: dict[str, Any], **context: Any) -> Any:
        page = pages.open(folder / f"{name}.html", **context)
        page.evaluate("(state) => window.convcli.set(state)", state)
        return page

    return of


def middle_of(page: Any, stage: str, row: int, column: int, rows: int, columns: int) -> tuple[float, float]:
    """Where a cell of a picture of so many cells lies on the screen."""
    box = page.locator(f"#stage-{stage}").bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / columns, box["y"] + (row + 0.5) * box["height"] / rows


def sums_of(page: Any) -> list[str]:
    """The sums written below the grids."""
    return [" ".join(line.split()) for line in page.locator("#panel-workbench .sum-line").all_inner_texts()]


def explained(folder: Path, *arguments: str) -> str:
    done = convcli("explain", *arguments, cwd=folder)
    assert done.code == 0, done
    return " ".join(done.out.decode().split())


def test_a_mouse_over_the_output_shows_the_sum_as_explain_writes_it(opened: Opened, folder: Path) -> None:
    """At a corner, five of nine values from the border: bracketed in the sum, marked in the grid."""
    page = opened("grey", {"border": "reflect", "bias": -3})
    page.mouse.move(*middle_of(page, "output", 0, 0, 10, 14))
    assert page.evaluate("window.convcli.state().at") == [0, 0]
    (line,) = sums_of(page)
    assert line in explained(folder, "grey.npy", "-k", "sobel-x", "--border", "reflect", "--bias", "-3", "--at", "0,0")
    assert page.locator("#panel-workbench td.beyond").count() == 5
    page.mouse.move(*middle_of(page, "output", 4, 11, 10, 14))
    assert page.evaluate("window.convcli.state().at") == [4, 11]
    assert page.locator("#panel-workbench td.beyond").count() == 0


def test_weights_per_channel_are_added_up_as_explain_adds_them(opened: Opened, folder: Path) -> None:
    """Three rows of grids, the sums of the channels, and their sum; the kernel flipped in each for a convolution."""
    kernel = np.random.default_rng(12).integers(-4, 5, (3, 2, 3))
    np.save(folder / "weights.npy", kernel[np.newaxis])
    page = opened("colour", {"kernel": kernel.tolist(), "mode": "convolve", "stride": [1, 2], "at": [3, 1]})
    lines = sums_of(page)
    said = explained(folder, "colour.npy", "-k", "@weights.npy", "--convolve", "--stride", "1x2", "--at", "3,1")
    assert len(lines) == 4
    assert all(line in said for line in lines)


def test_a_click_holds_the_place_until_the_next(opened: Opened) -> None:
    """Moving on does nothing then, and does again after a second click on the same pixel."""
    page = opened("grey", {})
    there, elsewhere = middle_of(page, "output", 2, 3, 10, 14), middle_of(page, "output", 7, 9, 10, 14)
    page.mouse.click(*there)
    page.mouse.move(*elsewhere)
    assert page.evaluate("window.convcli.state().at") == [2, 3]
    page.mouse.click(*there)
    page.mouse.move(*elsewhere)
    assert page.evaluate("window.convcli.state().at") == [7, 9]


def test_keys_move_the_window_and_stay_inside(opened: Opened) -> None:
    """By one, by ten with Shift or a page, to the ends of the row; screen readers are told the sum."""
    page = opened("grey", {"at": [4, 4]})
    page.locator("#stage-output").focus()
    places = []
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowRight", "PageDown", "Home", "End", "PageUp"):
        page.keyboard.press(key)
        places.append(page.evaluate("window.convcli.state().at"))
    assert places == [[4, 5], [3, 5], [3, 13], [9, 13], [9, 0], [9, 13], [0, 13]]
    value = page.evaluate("window.convcli.explain(0, 13).value")
    said = f"output [0, 13] = {value:g}."  # at last: on a slow machine places on the way are told, too
    page.locator("#announcer", has_text=said).wait_for(state="attached")


def test_an_input_pixel_shows_what_it_feeds(opened: Opened) -> None:
    """A hand counts: the windows of three by three that hold the pixel, round the edge where the border wraps."""
    page = opened("grey", {"border": "zero"})
    counts = [
        ({}, (5, 5), "9 outputs"),
        ({}, (0, 0), "4 outputs"),
        ({"border": "wrap"}, (0, 0), "9 outputs"),
        ({"border": "zero", "stride": 2}, (5, 5), "4 outputs"),
        ({}, (4, 4), "1 output"),
        ({"size": "valid", "stride": 1}, (0, 0), "1 output"),
    ]
    for state, place, count in counts:
        page.evaluate("(state) => window.convcli.set(state)", state)
        rim = 0 if "size" in state else 1
        page.mouse.move(*middle_of(page, "input", place[0] + rim, place[1] + rim, 10 + 2 * rim, 14 + 2 * rim))
        assert page.evaluate("window.convcli.state().place") == list(place)
        assert page.inner_text("#bench-keys").endswith(f" feeds {count}")
        page.mouse.move(2, 2)
        assert page.evaluate("window.convcli.state().place") is None


def test_a_weight_shows_how_often_it_is_shared(opened: Opened) -> None:
    """Pointed at by mouse and by keys; its cells are marked in all three grids."""
    page = opened("grey", {"size": "valid"})
    page.locator("#panel-workbench .grid").nth(1).locator("td").nth(5).hover()
    assert page.evaluate("window.convcli.state().weight") == [1, 2]
    assert page.inner_text("#bench-keys") == "weight [1, 2] = 2 is shared: it meets 96 inputs, one for each sum"
    assert page.locator("#panel-workbench td.met").count() == 3
    page.locator("#panel-workbench .grid table").nth(1).focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("window.convcli.state().weight") == [2, 2]


def test_pooling_is_explained_by_the_largest_sum(opened: Opened) -> None:
    """The output pixel pointed at is the maximum of four sums, and the one that won is written out."""
    page = opened("grey", {"pool": "max:2", "relu": True})
    page.mouse.move(*middle_of(page, "output", 1, 2, 5, 7))
    at = page.evaluate("window.convcli.state().at")
    sums = {(r, c): page.evaluate(f"window.convcli.explain({r}, {c}).value") for r in (2, 3) for c in (4, 5)}
    assert tuple(at) == max(sums, key=lambda place: sums[place])
    assert page.evaluate("window.convcli.response()[1][2]") == max(0, *sums.values())


OPAQUE = """() => {
  const canvas = document.querySelector("#stage-output .base");
  const { width, height } = canvas;
  const twin = Object.assign(document.createElement("canvas"), { width, height });
  const copy = twin.getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const pixels = copy.getImageData(0, 0, width, height).data;
  let opaque = 0;
  for (let p = 3; p < pixels.length; p += 4) opaque += pixels[p] > 0;
  return opaque / (width * height);
}"""


def test_the_film_shows_outputs_as_they_are_computed(opened: Opened) -> None:
    """A step shows the first output alone, fifteen steps a row and one; then all are shown again."""
    page = opened("grey", {"at": [5, 5]})
    step = page.get_by_role("button", name="Step")
    step.click()
    assert page.evaluate("window.convcli.state().at") == [0, 0]
    assert page.evaluate(OPAQUE) == pytest.approx(1 / 140, rel=0.1)
    for _ in range(14):
        step.click()
    assert page.evaluate("window.convcli.state().at") == [1, 0]
    assert page.evaluate(OPAQUE) == pytest.approx(15 / 140, rel=0.1)
    page.get_by_role("button", name="Show all").click()
    assert page.evaluate(OPAQUE) == 1


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_film_plays_to_its_end(opened: Opened, motion: str) -> None:
    """Never by itself; at its end it stops at the last output, all shown.  Without motion it jumps."""
    page = opened("grey", {"film": {"playing": False, "speed": 1024}}, reduced_motion=motion)
    assert page.evaluate("window.convcli.state().film.playing") is False
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for(state="detached")
    assert page.evaluate("window.convcli.state().at") == [9, 13]
    assert page.evaluate(OPAQUE) == 1


def test_a_touch_takes_the_pixel_in_hand(opened: Opened) -> None:
    """On a telephone, where the pictures stand one below the other."""
    page = opened("grey", {}, has_touch=True, is_mobile=True, viewport={"width": 360, "height": 800})
    page.locator("#stage-output").scroll_into_view_if_needed()
    page.touchscreen.tap(*middle_of(page, "output", 6, 2, 10, 14))
    assert page.evaluate("window.convcli.state().at") == [6, 2]
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
