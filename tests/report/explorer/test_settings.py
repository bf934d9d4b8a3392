"""The page's settings: each one live, each refusal in its place, all of it by keys alone and told to screen readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browser import Pages
from tests.command_line import convcli


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("settings")
    np.save(place / "colour.npy", np.random.default_rng(8).integers(0, 256, (9, 12, 3), dtype=np.uint8))
    for language in ("en", "zh"):
        assert convcli("explore", "colour.npy", "--lang", language, "-o", f"{language}.html", cwd=place).code == 0
    return place


@pytest.fixture
def page(pages: Pages, folder: Path) -> Any:
    return pages.open(folder / "en.html")


def state(page: Any, key: str) -> Any:
    return page.evaluate(f"window.convcli.state()[{key!r}]")


def controls(page: Any) -> Any:
    return page.locator("#panel-settings")


CHOICES = [
    ("border", "reflect", {"border": "reflect"}),
    ("output size", "full", {"size": "full", "padding": None}),
    ("pooling", "avg", {"pool": "avg:2"}),
    ("display", "stretch", {"display": "stretch"}),
    ("channels", "sum", {"channels": "sum"}),
]


def test_a_choice_counts_at_once(page: Any) -> None:
    """By its label, as a screen reader finds it."""
    for label, value, expected in CHOICES:
        controls(page).get_by_role("combobox", name=label, exact=True).select_option(value)
        assert {key: state(page, key) for key in expected} == expected, label


TYPED = [
    ("stride", "2x3", {"stride": [2, 3]}),
    ("dilation", "2", {"dilation": [2, 2]}),
    ("bias", "-1/4", {"bias": -0.25}),
]


def test_what_is_typed_counts_at_once(page: Any) -> None:
    """One number for both directions, or two; fractions."""
    for label, typed, expected in TYPED:
        controls(page).get_by_label(label, exact=True).fill(typed)
        assert {key: state(page, key) for key in expected} == expected, label


def test_fields_that_belong_to_a_choice_come_with_it(page: Any) -> None:
    """A fill with the border zero, sides with a padding, a window with a pooling."""
    panel = controls(page)
    assert not panel.get_by_label("filled with").is_visible()
    panel.get_by_role("combobox", name="border", exact=True).select_option("zero")
    panel.get_by_label("filled with").fill("-7.5")
    assert (state(page, "border"), state(page, "fill")) == ("zero", -7.5)
    panel.get_by_role("combobox", name="output size").select_option("padding")
    assert panel.get_by_label("padding", exact=True).input_value() == "1"
    panel.get_by_label("padding", exact=True).fill("0,1,2,3")
    assert state(page, "padding") == [0, 1, 2, 3]
    panel.get_by_role("combobox", name="pooling", exact=True).select_option("max")
    panel.get_by_label("pooling window").fill("3,stride=2")
    assert state(page, "pool") == "max:3,stride=2"


REFUSED = [
    ("stride", "0", "at least 1"),
    ("stride", "2x", "at least 1"),
    ("dilation", "1.5", "at least 1"),
    ("dilation", "99", "the window spans 199 positions"),
    ("bias", "one", "is not a number"),
]


def test_a_refusal_stands_beside_its_field(page: Any) -> None:
    """The state keeps its last valid value, and what was typed stays to be mended."""
    first = page.evaluate("window.convcli.state()")
    for label, typed, rule in REFUSED:
        page.evaluate("(first) => window.convcli.set({ ...first, size: 'valid' })", first)
        field = controls(page).get_by_label(label, exact=True)
        field.fill(typed)
        assert field.get_attribute("aria-invalid") == "true", (label, typed)
        assert rule in page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
        assert field.input_value() == typed
        assert state(page, label) == first[label]
        field.fill("2")
        assert field.get_attribute("aria-invalid") is None, (label, typed)
        assert page.locator(".fields .fault:not(:empty)").count() == 0


def test_everything_is_reached_by_tab(page: Any) -> None:
    """Every visible control of the panels takes the focus, and the focus is never caught."""
    names = page.evaluate("""() => {
      const panels = [...document.querySelectorAll("#panel-controls, #panel-settings, #panel-share")];
      return panels.flatMap((panel) => [...panel.querySelectorAll("button, select, input, pre")])
        .filter((it) => it.tabIndex >= 0 && it.offsetParent && !it.disabled)
        .filter((it) => it.type !== "radio" || it.checked).map((it) => (it.dataset.stop = "1"));
    }""")
    page.keyboard.press("Tab")
    for _ in range(120):
        page.evaluate("document.activeElement.removeAttribute('data-stop')")
        page.keyboard.press("Tab")
    assert len(names) > 20
    assert page.locator("[data-stop]").count() == 0


def test_copying_where_the_clipboard_is_refused_selects(page: Any) -> None:
    """From a file a browser may say no: the line is then selected, and that is said."""
    page.evaluate(
        "document.execCommand = () => false; Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    )
    page.get_by_role("button", name="copy: convcli apply").click()
    assert page.evaluate("getSelection().toString()") == "convcli apply colour.npy -k sobel-x -o out.png"
    assert "Ctrl+C" in page.locator("#panel-share .line-block").first.inner_text()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_axe_finds_nothing_serious(language: str, scheme: str, pages: Pages, folder: Path) -> None:
    """Names and roles in each language, contrast in each scheme: with refusals and a grid for each channel."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-playwright-python is installed")
    page = pages.open(folder / f"{language}.html", color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(
        "(kernel) => window.convcli.set({ kernel, pool: 'max:2', border: 'zero' })", [[[1, -2], [0, 1 / 9]]] * 3
    )
    page.locator(".eq-verdict:not(:empty)").wait_for()
    page.locator("#panel-controls .weight").first.fill("x")
    page.locator("#panel-settings .fields input[type=text]").first.fill("x")
    found = axe.Axe().run(page).response["violations"]
    serious = [
        (each["id"], [node["html"][:120] for node in each["nodes"]][:3])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []
