"""The page's parts as they lie in the package, and the page that is made of them."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcli
from convcli.report.explorer.assembling import PAGE, SCRIPTS, STYLES, assembled, json_in_html
from convcli.report.explorer.page_data import words
from tests.command_line import convcli as command

MOST_BESIDE_THE_PICTURE = 300_000  # bytes
HOSTILE = (
    "</script><script>alert(1)</script>",
    "</ScRiPt ><img src=x onerror=alert(1)>",
    "<!-- <script> --!>",
    "\"'`><svg onload=alert(1)>",
    "back\\slash \\u003c \\",
    "{{script}}{{data}} $& \\1",
    "line\u2028and\u2029paragraph\nand\x00null\x07",
    "photo\u202egpj.exe\u2066",
    "half of a pair \udc80",
    "&lt;b&gt; &amp;amp;",
)


class Elements(html.parser.HTMLParser):
    """What a page consists of: the start tags with attributes, and the text of scripts, styles and the title."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.setdefault(tag, []).append("")
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open][-1] += data

    def names(self) -> list[str]:
        return [tag for tag, _ in self.tags]

    @property
    def data(self) -> Any:
        """What the page is about."""
        return json.loads(self.texts["script"][0])


def page_of(name: str = "picture", **keywords: Any) -> str:
    return convcli.explore(np.arange(12, dtype=np.uint8).reshape(3, 4), "sobel-x", name=name, **keywords).html


def test_every_script_and_style_of_the_folder_is_in_the_page() -> None:
    """And none is listed that is not there, or twice."""
    assert sorted(SCRIPTS) == sorted(path.name for path in PAGE.glob("*.js"))
    assert sorted(STYLES) == sorted(path.name for path in PAGE.glob("*.css"))


@pytest.mark.parametrize("name", [*SCRIPTS, *STYLES])
def test_parts_are_short_readable_and_say_what_they_are(name: str) -> None:
    """At most 250 lines, none of them long, under a comment."""
    lines = (PAGE / name).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(("// ", "/* "))
    assert len(lines) <= 250
    assert max(len(re.sub(r'"[^"]*"', '""', line)) for line in lines) <= 160  # beside what people read
    assert not any(line.count("`") % 2 for line in lines)  # texts end on their line: comments are told by their lines


def test_scripts_share_one_scope_without_a_clash() -> None:
    """Each name at the top of a script is that script's alone."""
    owners: dict[str, list[str]] = {}
    for name in SCRIPTS:
        text = (PAGE / name).read_text(encoding="utf-8")
        for found in re.findall(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", text, re.MULTILINE):
            owners.setdefault(found, []).append(name)
    assert {found: names for found, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_make_no_markup_no_request_and_keep_nothing(name: str) -> None:
    """No text becomes HTML or code, nothing is fetched or stored, no address stands in them."""
    text = (PAGE / name).read_text(encoding="utf-8").replace('"http://www.w3.org/2000/svg"', "SVG")  # a name
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|createContextualFragment",
        r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|\bimport\b\s*[({*\"']|new Worker",
        r"localStorage|sessionStorage|indexedDB|document\.cookie|https?://",
        r"setAttribute\(\s*[\"'](?:style|on\w+)[\"']",
    )
    for pattern in forbidden:
        assert re.search(pattern, text) is None, pattern


def test_the_template_has_no_style_and_no_handler_of_its_own() -> None:
    """The page's policy would not let them be."""
    elements = Elements((PAGE / "template.html").read_text(encoding="utf-8"))
    for tag, attributes in elements.tags:
        assert not any(name == "style" or name.startswith("on") for name in attributes), (tag, attributes)
        assert not {"src", "href"} & attributes.keys(), (tag, attributes)


def test_the_policy_allows_this_script_and_this_style_and_nothing_else() -> None:
    """Their hashes, as a browser takes them: of the very text between the tags."""
    elements = Elements(page_of())
    (policy,) = (a["content"] for _, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy")
    given = dict(part.split(" ", 1) for part in str(policy).split("; "))
    assert elements.names().count("script") == 2
    for directive, text in (("script-src", elements.texts["script"][1]), ("style-src", elements.texts["style"][0])):
        assert given.pop(directive) == f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    assert given == {
        "default-src": "'none'",
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_the_page(name: str) -> None:
    """The page has the same elements as ever, and its data hold the name as it was."""
    kernel = convcli.Kernel(name, [[1, 2]])
    page = convcli.explore([[1, 2, 3]], kernel, name=name).html
    elements = Elements(page)
    assert elements.names() == Elements(page_of()).names()
    assert elements.data["picture"]["name"] == name
    assert elements.data["kernels"][0]["name"] == elements.data["state"]["name"] == name
    assert elements.texts["script"][1] == Elements(page_of()).texts["script"][1]
    assert "<" not in page[page.index('id="data">') + 10 : page.index("</script>", page.index('id="data">'))]
    page.encode()


def test_json_in_html_is_json() -> None:
    """Whatever it holds reads back as it was."""
    given = {"names": list(HOSTILE), "numbers": [1, -0.5, 1e300, True, None]}
    assert json.loads(json_in_html(given)) == given


def test_a_script_that_would_end_its_element_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is a fault of ours, and says so before a page is written."""
    for part in PAGE.iterdir():
        (tmp_path / part.name).write_bytes(part.read_bytes())
    with (tmp_path / SCRIPTS[0]).open("a") as script:
        script.write('const end = "</SCRIPT>";\n')
    monkeypatch.setattr("convcli.report.explorer.assembling.PAGE", tmp_path)
    with pytest.raises(ValueError, match="a fault of ours"):
        assembled({"lang": "en"}, "picture")


@pytest.mark.parametrize("more", [[], ["--lang", "zh"], ["--network", "digits", "--lang", "zh"]])
def test_a_page_is_small_beside_its_picture(more: list[str]) -> None:
    """At most 300 kB of script, style, words and catalogue; samples and a network's weights come on top."""
    done = command("explore", "sample:digit-3", "-k", "sobel-x", *more, "-o", "-")
    data = Elements(done.text).data
    given = len(data["picture"]["samples"]) + len(json.dumps(data["network"], separators=(",", ":")))
    assert 0 < len(done.out) - given < MOST_BESIDE_THE_PICTURE


def test_a_page_speaks_every_language_and_begins_with_the_one_asked_for() -> None:
    """The element says which it is."""
    for code, written in (("en", "en"), ("zh", "zh-CN")):
        elements = Elements(page_of(lang=code))
        assert elements.tags[0][1]["lang"] == written
        assert elements.data["lang"] == code
        assert elements.data["words"]["zh"].items() >= words("zh").items()
