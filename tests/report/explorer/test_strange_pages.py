"""Pages of what is unusual: names that try to break out, the least and the thinnest picture, kernels many and large."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcli
from tests.browser import Pages
from tests.command_line import convcli as command
from tests.report.explorer.test_assembling import HOSTILE

NUMBERS = np.random.default_rng(7)
UNUSUAL: dict[str, NDArray[Any]] = {
    "one pixel": np.array([[7]], np.uint8),
    "one colour pixel": np.array([[[7, 0, 250]]], np.uint8),
    "three rows": NUMBERS.integers(0, 256, (3, 500), dtype=np.uint8),
    "one column": NUMBERS.integers(0, 256, (2000, 1), dtype=np.uint8),
    "16 bits": NUMBERS.integers(0, 65536, (20, 31, 3), dtype=np.uint16),
    "negatives": NUMBERS.normal(0, 1e-3, (20, 31)).astype(np.float32),
    "large numbers": NUMBERS.normal(0, 1e300, (9, 4)),
    "no numbers": np.array([[np.nan, 1.5, np.inf], [2.0, -np.inf, 0.0]]),
    "all alike": np.full((6, 5), -4),
    "five channels": NUMBERS.integers(0, 9, (4, 6, 5)),
}
ROWS = (
    """() => window.convcli.response().map((row) => row.map((it) => Array.isArray(it) ? it.map(String) : String(it)))"""
)
# Text that holds a sign that turns the reading direction, and whether anything keeps it to itself.
LOOSE = """([sign, name]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const loose = [];
  while (walker.nextNode()) {
    const { parentElement: holder, data } = walker.currentNode;
    if (!data.includes(sign) || holder.closest("script")) continue;
    const alone = holder.textContent === name;
    const isolated = ["isolate", "isolate-override", "plaintext"].includes(getComputedStyle(holder).unicodeBidi);
    if (!(alone && isolated)) loose.push([holder.outerHTML.slice(0, 200)]);
  }
  return loose;
}"""


def as_texts(rows: NDArray[Any]) -> Any:
    """Numbers as a browser writes them, for those that JSON has not."""
    special = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return np.vectorize(lambda value: special.get(str(value), value), otypes=[object])(rows).tolist()


@pytest.mark.parametrize("name", list(UNUSUAL))
def test_every_sample_reaches_the_page(name: str, pages: Pages) -> None:
    """The identity gives the picture, whatever it holds; and nothing in the page stumbles over it."""
    pixels = UNUSUAL[name]
    page = pages.open(convcli.explore(pixels, "identity", name=name).html)
    found = page.evaluate(ROWS)
    special = as_texts(pixels.astype(object) if pixels.dtype.kind == "i" else pixels)
    assert np.shape(found) == np.shape(special)
    for shown, truth in zip(np.ravel(np.array(found, object)), np.ravel(np.array(special, object)), strict=True):
        assert shown == truth if isinstance(truth, str) else float(shown) == float(truth)


def test_names_that_try_to_break_out_are_shown_as_they_are(pages: Pages) -> None:
    """No alert, no element of theirs, no error; each where names are shown."""
    kernels = [convcli.Kernel(name, [[1, 0, -1]]) for name in HOSTILE]
    page = pages.open(convcli.explore([[1, 2, 3], [4, 5, 7]], kernels, name="".join(HOSTILE)).html)
    for name in HOSTILE:
        page.evaluate("(name) => window.convcli.set({ name })", name)
        assert page.evaluate("window.convcli.state().name") == name
    assert page.locator("img, svg[onload], main script").count() == 0
    assert "</script><script>alert(1)</script>" in page.inner_text("#about-picture")


def test_signs_that_turn_the_direction_of_reading_turn_names_alone(pages: Pages) -> None:
    """Of a picture and of a kernel: wherever one stands, it is isolated from the words around."""
    name = "photo\u202egpj.exe"
    page = pages.open(convcli.explore([[1, 2, 3], [4, 5, 7]], convcli.Kernel(name, [[1, 2]]), name=name).html)
    assert page.locator("body", has_text="gpj.exe").count() == 1
    assert page.evaluate(LOOSE, ["\u202e", name]) == []


def test_a_file_s_name_goes_through_the_command_line(pages: Pages, tmp_path: Path) -> None:
    """Name and shell line hold it whole."""
    name = "\"'`<img src=x onerror=alert(1)>&$(x)\\.npy"
    np.save(tmp_path / name, np.eye(4))
    done = command("explore", name, "-k", "box", "-o", "page.html", cwd=tmp_path)
    assert done.code == 0, done
    page = pages.open(tmp_path / "page.html")
    assert name in page.inner_text("#about-picture")
    assert page.locator("img").count() == 0


def test_weights_of_every_channel_and_a_bank_of_twenty(pages: Pages, tmp_path: Path) -> None:
    """All can be chosen; each response is that of `correlate`."""
    weights = NUMBERS.integers(-5, 6, (20, 3, 3, 2))
    np.save(tmp_path / "layer.npy", weights)
    np.save(tmp_path / "picture.npy", pixels := NUMBERS.integers(0, 256, (8, 9, 3), dtype=np.uint8))
    done = command("explore", "picture.npy", "-k", "@layer.npy", "-o", "page.html", "--json", cwd=tmp_path)
    assert len(done.records[0]["kernels"]) == 20
    page = pages.open(tmp_path / "page.html")
    truth = convcli.correlate(pixels, weights)
    assert page.evaluate("window.convcli.response()") == truth[:, :, 0].tolist()
    for index in (7, 19):
        page.evaluate("(kernel) => window.convcli.set({ kernel })", weights[index].tolist())
        assert page.evaluate("window.convcli.response()") == truth[:, :, index].tolist()


def test_a_kernel_larger_than_the_grid_and_the_picture(pages: Pages) -> None:
    """It is applied as it is, and the page says what it edits."""
    kernel = NUMBERS.integers(-3, 4, (21, 34))
    pixels = NUMBERS.integers(0, 256, (10, 12), dtype=np.uint8)
    page = pages.open(convcli.explore(pixels, convcli.Kernel("large", kernel), border="reflect").html)
    assert page.evaluate("window.convcli.response()") == convcli.correlate(pixels, kernel, border="reflect").tolist()
    assert "9" in page.inner_text("#panel-controls")


def test_a_picture_made_smaller_says_so(pages: Pages) -> None:
    """In the page, with both sizes."""
    page = pages.open(convcli.explore(np.zeros((700, 800), np.uint8), "box").html)
    assert page.evaluate("window.convcli.response().length") == 478
    assert "800 × 700" in page.inner_text("#about-picture")
