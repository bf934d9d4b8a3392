"""The kernel in the page changed by hand: typed, dragged, scrolled, pasted, flipped, chosen by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browser import Pages
from tests.command_line import convcli

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
ODD = [[1, 2, 3], [4, 5, 6]]
Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hands")
    numbers = np.random.default_rng(3)
    np.save(place / "grey.npy", numbers.integers(0, 256, (12, 17), dtype=np.uint8))
    np.save(place / "colour.npy", numbers.integers(0, 256, (9, 8, 3), dtype=np.uint8))
    for name in ("grey", "colour"):
        assert convcli("explore", f"{name}.npy", "-o", f"{name}.html", cwd=place).code == 0
    return place


@pytest.fixture
def page(pages: Pages, folder: Path) -> Any:
    return pages.open(folder / "grey.html", reduced_motion="reduce")


def kernel_of(page: Any) -> Any:
    return page.evaluate("window.convcli.state().kernel")


def cell(page: Any, row: int, column: int) -> Any:
    width = page.evaluate("window.convcli.state().kernel[0].length")
    return page.locator(".weight").nth(row * width + column)


def test_what_is_typed_is_the_weight_at_once(page: Any) -> None:
    """Numbers and fractions count with each keystroke; half a number waits for its rest."""
    cell(page, 0, 1).click()
    page.keyboard.type("-1/")
    assert kernel_of(page)[0] == [-1, -1, 1]
    page.keyboard.type("9")
    assert kernel_of(page)[0] == [-1, -1 / 9, 1]
    assert page.inner_text("#kernel-fault") == ""
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "weight in row 1, column 1"
    assert cell(page, 0, 1).input_value() == "−1/9"


def test_what_is_no_number_is_said_in_its_place(page: Any) -> None:
    """The kernel keeps its last valid weight, and Escape puts it back."""
    for typed, rule in [
        ("abc", "is not a number"),
        ("1/0", "divides by zero"),
        ("1e999", "is too large"),
        ("1,5", "is not a number"),
        ("0x10", "not a number"),
    ]:
        page.evaluate("(kernel) => window.convcli.set({ kernel })", SOBEL)
        cell(page, 1, 2).click()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        before = kernel_of(page)[1][2]
        assert rule in page.inner_text("#kernel-fault")
        assert cell(page, 1, 2).get_attribute("aria-invalid") == "true", typed
        assert np.isfinite(before)
        page.keyboard.press("Escape")
        assert page.inner_text("#kernel-fault") == "", typed
        assert kernel_of(page)[1][2] == before


def test_arrow_keys_go_from_weight_to_weight(page: Any) -> None:
    """Down, right, up; Tab leaves the grid, which has one stop for it."""
    cell(page, 0, 0).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.type("7")
    assert kernel_of(page) == [[-1, 0, 7], [-2, 0, 2], [-1, 0, 1]]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('weight')") is False


def test_page_keys_and_the_wheel_change_by_steps(page: Any) -> None:
    """By 1 of whole numbers, a tenth with Shift; by a ninth of ninths; the wheel only where the focus is."""
    cell(page, 0, 2).focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("Shift+PageDown")
    assert kernel_of(page)[0][2] == 1.9
    page.evaluate("window.convcli.set({ kernel: [[1/9, 1/9], [1/9, 2/9]] })")
    cell(page, 1, 1).focus()
    cell(page, 1, 1).hover()
    scrolled(page, cell(page, 1, 1))
    assert kernel_of(page) == [[1 / 9, 1 / 9], [1 / 9, 3 / 9]]
    cell(page, 0, 0).hover()
    scrolled(page, cell(page, 0, 0))
    assert kernel_of(page) == [[1 / 9, 1 / 9], [1 / 9, 3 / 9]]


def scrolled(page: Any, place: Any) -> None:
    """One notch of the wheel, upwards, over a place, once the page has heard of it."""
    heard = place.evaluate_handle("""(it) => ({ done: new Promise((done) => {
      it.addEventListener("wheel", () => setTimeout(done), { once: true });
    }) })""")
    page.mouse.wheel(0, -100)
    heard.evaluate("(heard) => heard.done")


def test_a_weight_is_dragged_up_and_down(page: Any) -> None:
    """Ten pixels are a step; up is more."""
    box = cell(page, 1, 0).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 35)
    assert kernel_of(page) == [[-1, 0, 1], [1, 0, 2], [-1, 0, 1]]
    page.mouse.move(x, y + 21)
    page.mouse.up()
    assert kernel_of(page) == [[-1, 0, 1], [-4, 0, 2], [-1, 0, 1]]
    page.mouse.move(x, y - 80)
    assert kernel_of(page)[1][0] == -4


def test_growing_keeps_what_the_kernel_does(page: Any) -> None:
    """Zeros join around the anchor: the response stays, through odd and even sizes, to 9 and back."""
    page.evaluate("(kernel) => window.convcli.set({ kernel })", ODD)
    before = page.evaluate("window.convcli.response()")
    for rows, columns in [(3, 4), (4, 5), (9, 9), (6, 3), (2, 3)]:
        page.get_by_label("rows", exact=True).fill(str(rows))
        page.get_by_label("columns", exact=True).fill(str(columns))
        assert np.shape(kernel_of(page)) == (rows, columns)
        assert page.evaluate("window.convcli.response()") == before
    page.get_by_label("rows", exact=True).fill("10")
    assert "1 to 9" in page.inner_text(".size .fault")
    assert kernel_of(page) == ODD


def test_what_is_done_to_the_whole_kernel(page: Any) -> None:
    """Flip, negate, normalise, zeros, and back again."""
    page.evaluate("(kernel) => window.convcli.set({ kernel })", ODD)
    for name, expected in [
        ("flip", [[6, 5, 4], [3, 2, 1]]),
        ("negate", [[-6, -5, -4], [-3, -2, -1]]),
        ("normalise", [[6 / 21, 5 / 21, 4 / 21], [3 / 21, 2 / 21, 1 / 21]]),
        ("all zeros", [[0, 0, 0], [0, 0, 0]]),
    ]:
        page.get_by_role("button", name=name, exact=True).click()
        assert kernel_of(page) == expected
    page.get_by_role("button", name="undo", exact=True).click()
    page.get_by_role("button", name="undo", exact=True).click()
    assert kernel_of(page) == [[-6, -5, -4], [-3, -2, -1]]
    page.evaluate("(kernel) => window.convcli.set({ kernel })", SOBEL)
    page.get_by_role("button", name="normalise", exact=True).click()
    assert kernel_of(page) == (np.array(SOBEL) / 8).tolist()


def test_a_matrix_is_pasted_whole(page: Any) -> None:
    """Rows by semicolons or lines, as -k and spreadsheets have them."""
    paste = """(text) => { const data = new DataTransfer(); data.setData("text", text);
      const said = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      document.querySelector(".weight").dispatchEvent(said); }"""
    page.evaluate(paste, "0 1; 1/2 -3")
    assert kernel_of(page) == [[0, 1], [0.5, -3]]
    page.evaluate(paste, "1\t2\t3\r\n4\t5\t6\r\n")
    assert kernel_of(page) == ODD
    page.evaluate(paste, "1 2; 3")
    assert "one length" in page.inner_text("#kernel-fault")
    assert kernel_of(page) == ODD


def test_convolution_shows_the_kernel_flipped(page: Any, pages: Pages, folder: Path) -> None:
    """The switch turns what is slid by half a turn, numbers upright; what is edited stays as it is written."""
    page.evaluate("(kernel) => window.convcli.set({ kernel })", ODD)
    page.get_by_role("radio", name="convolution").check()
    assert page.evaluate("window.convcli.state().mode") == "convolve"
    assert page.locator(".turned-cell").all_inner_texts() == ["6", "5", "4", "3", "2", "1"]
    assert kernel_of(page) == ODD
    assert "Convolution is correlation with the flipped kernel" in page.inner_text(".mode-words")
    assert page.evaluate("document.getAnimations().length") == 0, "less motion was asked for"
    moving = pages.open(folder / "grey.html")
    moving.get_by_role("radio", name="convolution").check()
    assert moving.evaluate("document.querySelector('.turned').getAnimations().length") == 1


def test_pointing_at_a_weight_is_told_as_it_is_multiplied(page: Any) -> None:
    """Turned about for a convolution; nothing once the pointer has left."""
    page.evaluate("(kernel) => window.convcli.set({ kernel })", ODD)
    cell(page, 0, 2).hover()
    assert page.evaluate("window.convcli.state().weight") == [0, 2]
    page.evaluate("window.convcli.set({ mode: 'convolve' })")
    cell(page, 0, 1).hover()
    assert page.evaluate("window.convcli.state().weight") == [1, 1]
    page.mouse.move(1, 1)
    assert page.evaluate("window.convcli.state().weight") is None


def test_kernels_are_found_by_their_meaning(page: Any) -> None:
    """Words of the meaning narrow the list down; arrow keys and Enter take one."""
    search = page.get_by_role("combobox", name="kernels by name")
    search.fill("rises downwards scharr")
    assert page.locator(".option:visible").count() == 1
    search.press("Enter")
    assert page.evaluate("window.convcli.state().name") == "scharr-y"
    assert page.locator(".option[aria-selected=true]").inner_text().startswith("scharr-y")
    search.fill("")
    search.press("ArrowDown")
    search.press("ArrowDown")
    search.press("Enter")
    assert page.evaluate("window.convcli.state().name") == "identity"


def test_weights_for_each_channel_add_up(pages: Pages, folder: Path) -> None:
    """A grid a channel; changing one changes the one sum."""
    page = pages.open(folder / "colour.html")
    page.get_by_label("weights for each channel").check()
    assert page.locator(".kernel-grid").count() == 3
    before = np.array(page.evaluate("window.convcli.response()"))
    assert before.shape == (9, 8)
    green = page.get_by_role("grid", name="kernel, 3 × 3, channel 1 (green)").get_by_label("weight in row 1, column 1")
    green.fill("5")
    picture = np.load(folder / "colour.npy").astype(float)
    np.testing.assert_array_equal(np.array(page.evaluate("window.convcli.response()")), before + 5 * picture[:, :, 1])
    page.get_by_label("weights for each channel").uncheck()
    assert kernel_of(page) == SOBEL


def test_the_facts_are_the_catalogue_s(page: Any, pages: Pages) -> None:
    """Sum, L1, rank, factors, symmetries of every kernel in the menu, as `kernels --json` has them."""
    asked = page.evaluate("""() => [...document.querySelectorAll(".option")].map((option) => {
      option.click();
      const names = [...document.querySelectorAll(".facts dt")];
      const facts = names.map((name) => [name.textContent, name.nextSibling.textContent]);
      return [window.convcli.state().name, Object.fromEntries(facts)];
    })""")
    assert len(asked) > 30
    for name, facts in asked:
        (truth,) = convcli("kernels", name, "--json").records
        assert facts["called"].startswith(name)
        assert facts["rank"].startswith(f"{truth['rank']}:"), name
        assert ("column × row" in facts) == (truth["factors"] is not None), name
        assert facts["sum"].removeprefix("≈ ").startswith(f"{truth['sum']:.4g}"[:4]), (name, facts["sum"])
        same = facts["convolution"].startswith("the same")
        assert same == ("rotate180" in truth["symmetries"]), name
        assert facts["convolution"].startswith("the negative") == (
            "rotate180" in truth["antisymmetries"] and not same
        ), name


def test_a_multiple_of_a_known_kernel_is_recognised(page: Any) -> None:
    """Twice Prewitt's kernel is called so; rank, factors and sum are those of the numbers."""
    page.evaluate("window.convcli.set({ kernel: [[-2, 0, 2], [-2, 0, 2], [-2, 0, 2]] })")
    facts = page.inner_text(".facts")
    assert "2 × prewitt-x" in facts
    assert "[1 1 1]ᵀ × [-2 0 2]" in facts or "[2 2 2]ᵀ × [-1 0 1]" in facts
    page.evaluate("window.convcli.set({ kernel: [[1, 2], [3, 4]] })")
    assert "2: not separable" in page.inner_text(".facts")
    assert "a kernel of your own" in page.inner_text(".facts")


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_weights_can_be_read_and_hit(width: int, pages: Pages, folder: Path) -> None:
    """From 1x1 to 9x9, fractions and long decimals: no cell is narrower than a finger's aim or cuts its number."""
    page = pages.open(folder / "colour.html", viewport={"width": width, "height": 900}, reduced_motion="reduce")
    for rows in (1, 3, 9):
        kernel = [[(i - j) / 7 if i > j else i * 0.000123456 - j * 0.1234 for j in range(rows)] for i in range(rows)]
        page.evaluate("(kernel) => window.convcli.set({ kernel })", kernel)
        cells = page.evaluate(
            "[...document.querySelectorAll('.weight')].map((it) => [it.clientWidth, it.clientHeight, it.scrollWidth])"
        )
        assert len(cells) == rows * rows
        for wide, high, words in cells:
            assert wide >= 24
            assert high >= 24
            assert words <= wide
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
