"""A network in the page as a person walks through it: pointed at, touched, by keys; what is marked and what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.core.forward.layer_rows import layers_of
from convcli.core.forward.observing import observed
from tests.browser import Pages
from tests.command_line import convcli
from tests.report.explorer.networks import BRANCHES, graph_with_weights, write_text_network

UNKNOWN = "9x11x3 conv:14,3,pad=1 gelu pool:max,2 flatten fc:3 softmax"  # gelu is not computed in the page
CENTRES = """(canvas) => {
  const { width, height } = canvas;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const centres = Array.from({ length: 8 }, (_, i) => 4 + 18 * i + 9); // 144 CSS pixels for 8
  return centres.map((y) => centres.map((x) => Array.from(context.getImageData(x, y, 1, 1).data.subarray(0, 3))));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("walks")
    np.save(place / "colour.npy", np.random.default_rng(5).integers(0, 256, (9, 11, 3), dtype=np.uint8))
    assert convcli("explore", "-k", "sobel-x", "--network", "digits", "-o", "digits.html", cwd=place).code == 0
    for name, text in (("branches", BRANCHES), ("unknown", UNKNOWN)):
        given = write_text_network(text, place, name, 7)
        done = convcli("explore", "colour.npy", "-k", "box", *given, "-o", f"{name}.html", cwd=place)
        assert done.code == 0, done
    return place


@pytest.fixture(scope="module")
def opened(chromium: Any, folder: Path) -> Iterator[dict[str, Any]]:
    """All pages, once for all tests; at the end none has made a request or an error."""
    pages = Pages(chromium, folder)
    names = ("digits", "branches", "unknown")
    yield {name: pages.open(folder / f"{name}.html", reduced_motion="reduce", has_touch=True) for name in names}
    pages.close()
    pages.heard.nothing()


@pytest.fixture
def page(opened: dict[str, Any]) -> Any:
    opened["digits"].evaluate("window.convcli.set({ drawn: null, unit: null })")
    return opened["digits"]


def canvas_of(page: Any, place: int) -> Any:
    """The canvas of a layer's maps; -1 is the input's."""
    return page.locator("canvas.net-maps").nth(place + 1)


def centres(page: Any) -> np.ndarray:
    """The colours in the middle of the input's pixels, (8, 8, 3)."""
    return np.array(page.evaluate(CENTRES, canvas_of(page, -1).element_handle()))


def marked(page: Any, place: int, unit: list[int]) -> tuple[list[int], list[int]]:
    """First and last row and column of the input's pixels that a unit's mark covers."""
    page.evaluate("(unit) => window.convcli.set({ unit })", [place, *unit])
    shown = centres(page)
    page.evaluate("window.convcli.set({ unit: [9, 0, 0, 0] })")  # sees all: every pixel is tinted
    tinted = (shown == centres(page)).all(axis=2)
    rows, columns = np.flatnonzero(tinted.any(1)), np.flatnonzero(tinted.any(0))
    return [int(rows[0]), int(rows[-1])], [int(columns[0]), int(columns[-1])]


@pytest.mark.parametrize(
    ("place", "unit", "rows", "columns"),
    [
        (0, [3, 0, 0], [0, 1], [0, 1]),  # 3x3 at a corner: the padding is not there
        (0, [3, 4, 6], [3, 5], [5, 7]),
        (2, [5, 7, 3], [5, 7], [1, 5]),  # twice 3x3
        (4, [5, 1, 2], [0, 5], [2, 7]),  # a 2x2 pool behind them
        (5, [9, 0, 3], [0, 5], [2, 7]),  # 3x3 of stride 2 behind that
    ],
)
def test_the_field_that_is_shaded_is_the_one_by_hand(
    page: Any, place: int, unit: list[int], rows: Any, columns: Any
) -> None:
    """Windows counted by hand: conv 3x3, conv 3x3, pool 2x2, conv 3x3, each padded by one."""
    assert marked(page, place, unit) == (rows, columns)


def test_pointing_at_a_unit_takes_it_in_hand(page: Any) -> None:
    """The third map of conv-2, its row 5 and column 1: framed, named, summed up."""
    canvas = canvas_of(page, 2)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    # Eight maps stand in a column of 48 px and 4 px between: the fifth map is the third row's left one.
    page.mouse.move(box["x"] + 4 + 6 * 1 + 3, box["y"] + 4 + 52 * 2 + 6 * 5 + 3)
    assert page.evaluate("window.convcli.network().unit") == {"place": 2, "unit": [4, 5, 1]}
    value = page.evaluate("window.convcli.network().maps(2)")[4 * 64 + 5 * 8 + 1]
    assert page.locator(".unit-card h3").inner_text().startswith("conv-2, map 4 at 5,1: ")
    assert float(page.locator(".unit-card output").inner_text()) == pytest.approx(value, rel=1e-3)
    assert page.locator(".unit-card").get_by_text("It sees rows 3..7 and columns 0..3 of the input.").count() == 1
    assert page.locator(".net-column.read strong").all_inner_texts() == ["relu-1"]


def test_a_touch_takes_a_unit_in_hand(page: Any) -> None:
    """A tap on the last number of fc-1."""
    canvas = canvas_of(page, 9)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] - 6)
    assert page.evaluate("window.convcli.network().unit") == {"place": 9, "unit": [9, 0, 0]}
    assert page.locator(".net-column.read strong").all_inner_texts() == ["flatten-1"]


def test_keys_walk_over_maps_and_layers(page: Any) -> None:
    """Arrows step over the edge of a map into the next; Page Down, Home and End go to other layers, with the focus."""
    page.evaluate("window.convcli.set({ unit: [2, 0, 0, 7] })")
    canvas_of(page, 2).focus()
    steps = [
        ("ArrowRight", (2, [1, 0, 0])),  # two maps stand side by side
        ("ArrowRight", (2, [1, 0, 1])),
        ("ArrowUp", (2, [1, 0, 1])),  # nothing is above
        ("ArrowDown", (2, [1, 1, 1])),
        ("PageDown", (3, [1, 1, 1])),
        ("PageDown", (4, [1, 1, 1])),
        ("PageUp", (3, [1, 1, 1])),
        ("End", (9, [1, 0, 0])),
        ("ArrowDown", (9, [2, 0, 0])),
        ("Home", (0, [2, 0, 0])),
    ]
    for key, (place, unit) in steps:
        page.keyboard.press(key)
        assert page.evaluate("window.convcli.network().unit") == {"place": place, "unit": unit}, key
        assert page.evaluate("document.activeElement.getAttribute('aria-label')").split(":")[0] == page.evaluate(
            "(place) => window.convcli.network().layers[place].name", place
        )
    assert page.locator("canvas.net-maps[tabindex='0']").count() == 1  # Tab comes once to the columns


def test_what_changed_is_told_to_screen_readers(page: Any) -> None:
    """The unit by keys, and the verdict when the digit changes."""
    canvas_of(page, 0).focus()
    page.keyboard.press("ArrowRight")
    assert said(page, "conv-1, map 0 at 4,5: ")  # not what an earlier test left there
    page.get_by_role("button", name="digit-5").click()
    assert said(page, "Verdict").startswith("Verdict 5: 96.8 %")


def said(page: Any, begins: str) -> str:
    """What is announced, once it begins so."""
    for _ in range(100):
        text: str = page.locator("#announcer").inner_text()
        if text.startswith(begins):
            return text
        page.wait_for_timeout(20)
    raise AssertionError(text)


def test_the_window_shown_is_the_one_under_the_unit(page: Any) -> None:
    """conv-1 reads one map: the input's samples by 1/255, hatched where there is padding; the products sum to it."""
    page.evaluate("window.convcli.set({ unit: [0, 2, 0, 3] })")
    tables = [page.locator(".numbers-table").nth(i).locator("td").all_inner_texts() for i in range(3)]
    window, kernel, products = ([float(text) for text in table] for table in tables)
    fed = np.array(page.evaluate("window.convcli.network().pixels")).reshape(8, 8) / 255
    assert window == pytest.approx(np.pad(fed, 1)[0:3, 3:6].reshape(-1).tolist(), abs=1e-3)
    assert page.locator(".numbers-table").nth(0).locator("td.padding").count() == 3
    assert sum(products) == pytest.approx(sum(w * k for w, k in zip(window, kernel, strict=True)), abs=0.01)
    assert float(page.locator(".unit-card output").inner_text()) == pytest.approx(sum(products), abs=0.01)


def test_branches_are_marked_where_they_come_from(opened: dict[str, Any]) -> None:
    """A sum reads the same unit of both branches; a concat's map reads one of them, and arcs show what stands apart."""
    page = opened["branches"]
    names = [layer["name"] for layer in page.evaluate("window.convcli.network().layers")]
    page.evaluate("(place) => window.convcli.set({ unit: [place, 1, 2, 3] })", names.index("add-1"))
    assert page.locator(".net-column.read strong").all_inner_texts() == ["batchnorm-1", "conv-3"]
    assert page.locator("path.wire.read").count() == 1
    parts = page.locator(".network-sum").inner_text().split(" = ")
    assert sum(float(number.strip("()")) for number in parts[0].split(" + ")) == pytest.approx(
        float(parts[1]), rel=1e-2
    )
    page.evaluate("(place) => window.convcli.set({ unit: [place, 3, 1, 1] })", names.index("concat-1"))
    assert page.locator(".net-column.read strong").all_inner_texts() == [names[names.index("concat-1") - 1]]
    assert "the same number as in" in page.locator(".network-sum").inner_text()


def test_what_the_page_does_not_compute_it_shows_and_says(opened: dict[str, Any], folder: Path) -> None:
    """Twelve of fourteen maps, in greys that come within half a step of run's numbers; the verdict is run's."""
    page = opened["unknown"]
    assert "Recomputed in the page: no; the page does not compute Gelu" in page.locator("#panel-network").inner_text()
    assert page.locator("#panel-network").get_by_text("the 12 strongest").count() == 3
    graph = graph_with_weights(UNKNOWN, 7)
    fed = np.load(folder / "colour.npy").astype(np.float32) / np.float32(255)
    kept: list[np.ndarray] = []
    found = observed(graph, np.moveaxis(fed, -1, 0)[np.newaxis], layers_of(graph), lambda _, out: kept.append(out))
    verdict = page.evaluate("window.convcli.network().verdict.map((one) => [one.index, one.probability])")
    truth = found.outputs[graph.outputs[0]].reshape(-1)
    assert verdict == [[int(k), pytest.approx(float(truth[k]), abs=1e-6)] for k in np.argsort(-truth)]
    page.evaluate("window.convcli.set({ unit: [1, 5, 4, 7] })")
    held = page.evaluate("window.convcli.network().unit.unit")
    shown = float(re.sub("about ", "", page.locator(".unit-card output").inner_text()))
    value, peak = float(kept[1][0][tuple(held)]), float(np.abs(kept[1]).max())
    assert abs(shown - value) <= peak / 127 * 0.5 + abs(value) * 0.05 + 1e-9  # half a grey, and two digits
