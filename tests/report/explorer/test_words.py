"""The page's phrases: every one has its row in every language, and every row its phrase."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.report.explorer import assembling
from convcli.report.explorer.page_data import words
from convcli.report.language.chosen import languages
from tests.browser import Pages
from tests.command_line import convcli

SCRIPTS = {name: (assembling.PAGE / name).read_text(encoding="utf-8") for name in assembling.SCRIPTS}
SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
TEMPLATE = re.compile(r"\bsay\(`([^`]*)`")
HEARS = "function say(phrase,values={}){"
CODES = languages()[1:]


def rows(code: str) -> dict[str, str]:
    return words(code)


@pytest.mark.parametrize("code", CODES)
def test_every_phrase_has_its_row(code: str) -> None:
    """What a script says as it stands."""
    said = {phrase: name for name, text in SCRIPTS.items() for phrase in SAID.findall(text)}
    assert {phrase: name for phrase, name in said.items() if phrase.strip() not in rows(code)} == {}


@pytest.mark.parametrize("code", CODES)
def test_every_row_has_its_phrase(code: str) -> None:
    """Nothing is translated that no script says."""
    text = "\n".join(SCRIPTS.values())
    literals = {found.strip() for found in LITERAL.findall(text)} | set(_families())
    templates = [re.compile(re.sub(r"\\\$\\\{.*?\\\}", ".+", re.escape(found))) for found in TEMPLATE.findall(text)]
    spare = [row for row in rows(code) if row not in literals and not any(each.fullmatch(row) for each in templates)]
    assert spare == []


@pytest.mark.parametrize("code", CODES)
def test_a_row_keeps_what_is_put_in(code: str) -> None:
    """The same {names} on both lines, and another line at all."""
    for phrase, translated in rows(code).items():
        assert sorted(re.findall(r"\{\w+\}", phrase)) == sorted(re.findall(r"\{\w+\}", translated)), phrase
        assert phrase != translated


def test_no_two_scripts_have_one_name() -> None:
    """All scripts are one scope: what one calls its own no other may."""
    names = [
        found
        for text in SCRIPTS.values()
        for found in re.findall(r"^(?:const|let|async function|function|class) (\w+)", text, re.M)
    ]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that keep which phrases were said."""
    parts = assembling.page_parts

    def heard(*, networks: bool) -> tuple[str, str]:
        script, style = parts(networks=networks)
        assert HEARS in script
        return script.replace(HEARS, f"{HEARS} (window.said ??= new Set()).add(phrase);"), style

    monkeypatch.setattr(assembling, "page_parts", heard)


STATES: list[dict[str, Any]] = [
    {"relu": True, "pool": "max:2", "bias": 1.5},
    {"relu": False, "pool": "avg:2", "border": "constant:3"},
    {"pool": None, "channels": "sum", "border": "wrap"},
    {"mode": "convolve", "stride": 2, "dilation": 2},
    {"kernel": [[[1, 2]], [[3, 4]], [[5, 6]]], "stride": 1, "dilation": 1},
    {"kernel": [[1 / 9] * 3] * 3, "padding": [1, 2, 3, 4]},
    {"kernel": np.arange(64.0).reshape(8, 8).tolist(), "place": [3, 3]},
    {"kernel": [[2, 0], [0, 2]], "weight": [0, 0]},
    {"kernel": [[1]], "place": [0, 0]},
]


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("network", [[], ["--network", "digits"]], ids=["picture", "network"])
def test_what_is_put_together_is_translated_too(network: list[str], tmp_path: Path, pages: Pages) -> None:
    """Phrases that a script chooses: said in many states and refusals, each has its row."""
    np.save(tmp_path / "colour.npy", np.random.default_rng(1).integers(0, 256, (12, 15, 3), dtype=np.uint8))
    done = convcli("explore", "colour.npy", *network, "--lang", "zh", "-o", "page.html", cwd=tmp_path)
    assert done.code == 0, done
    page = pages.open(tmp_path / "page.html")
    page.evaluate(
        """(states) => states.forEach((state) => {
      window.convcli.set(state);
      try { window.convcli.set({ stride: 0 }); } catch (refused) { }
      try { window.convcli.set({ pool: "max:99" }); } catch (refused) { }
    })""",
        STATES,
    )
    for button in page.get_by_role("button").all():
        if button.is_visible() and not re.search("PNG|CSV|JSON|English", button.inner_text()):
            button.click()
    said = page.evaluate("[...window.said]")
    rows_of_page = page.evaluate("JSON.parse(document.getElementById('data').textContent).words.zh")
    assert len(said) > 100
    assert [phrase for phrase in said if phrase.strip() not in rows_of_page] == []


def test_the_language_is_switched_in_the_page(tmp_path: Path, pages: Pages) -> None:
    """From English to Chinese and back: words, the page's own language for fonts and readers, and the state stays."""
    np.save(tmp_path / "grey.npy", np.arange(30, dtype=np.uint8).reshape(5, 6))
    assert convcli("explore", "grey.npy", "--lang", "en", "-o", "page.html", cwd=tmp_path).code == 0
    page = pages.open(tmp_path / "page.html")
    page.evaluate("window.convcli.set({ kernel: [[1, 2]], border: 'wrap' })")
    page.get_by_role("button", name="简体中文").click()
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.get_by_role("button", name="翻转", exact=True).is_visible()
    assert page.evaluate("window.convcli.state().kernel") == [[1, 2]]
    assert page.get_by_label("边界", exact=True).input_value() == "wrap"
    page.get_by_role("button", name="翻转", exact=True).click()
    assert page.evaluate("window.convcli.state().kernel") == [[2, 1]]
    page.get_by_role("button", name="English").click()
    assert page.get_attribute("html", "lang") == "en"
    assert page.get_by_role("heading", name="Kernel").is_visible()


def _families() -> list[str]:
    from convcli.kernels.catalogue.families import FAMILIES

    return list(FAMILIES)
