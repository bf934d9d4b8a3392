"""The state behind "#": what is written is read back, and what is damaged or hostile changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from tests.browser import Pages
from tests.command_line import convcli
from tests.report.explorer.states import pictures, states

KEPT = (
    "kernel",
    "name",
    "mode",
    "border",
    "fill",
    "size",
    "padding",
    "stride",
    "dilation",
    "bias",
    "relu",
    "pool",
    "display",
    "colormap",
    "channels",
    "at",
)
WRITTEN = """(states) => states.map((state) => {
  try {
    window.convcli.set(state);
  } catch (error) {
    return null;
  }
  return [document.querySelectorAll("#panel-share .line")[3].textContent, window.convcli.state()];
})"""
# A link pasted into the address of a page that is open, and what becomes of it.
OPENED = """(hashes) => (async () => {
  const found = [];
  for (const hash of hashes) {
    const heard = new Promise((done) => window.addEventListener("hashchange", () => setTimeout(done), { once: true }));
    history.replaceState(null, "", location.pathname); // setting the hash it has would tell nobody
    location.hash = hash;
    await heard;
    found.push([window.convcli.state(), document.querySelector("#panel-share > .fault").textContent]);
  }
  return found;
})()"""
GOOD = "#v=1&k=1,2;3,4"
DAMAGED = [
    "#v=1",
    "#v=2&k=1",
    "#k=1",
    "#hello",
    "#v=1&k=1,2;3",
    "#v=1&k=1,x",
    "#v=1&k=1e999",
    "#v=1&k=1/0",
    "#v=1&k=",
    "#v=1&k=NaN",
    "#v=1&k=1&k=2",
    "#v=1&k=1&m=turn",
    "#v=1&k=1&b=edge&b=wrap",
    "#v=1&k=1&__proto__=1",
    "#v=1&k=1&constructor=1",
    "#v=1&k=1&zz=1",
    "#v=1&k=1&st=0",
    "#v=1&k=1&st=2x2x2",
    "#v=1&k=1&st=99999999999",
    "#v=1&k=1&p=1,2,3",
    "#v=1&k=1&p=999999,999999,999999,999999",
    "#v=1&k=1&o=max:99",
    "#v=1&k=1&o=<img src=x onerror=alert(1)>",
    "#v=1&k=1&y=bright",
    "#v=1&k=1&n=%E0%A4%A",
    "#v=1&k=1&n=" + "x" * 400,
    "#v=1&k=1~2",
    "#v=1&k=" + ",".join(["1"] * 40_000),
    "#<script>alert(1)</script>",
    "#v=1&k=1&at=-1,0",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("links")
    for name in ("grey", "colour"):
        np.save(place / f"{name}.npy", pictures()[name])
        assert convcli("explore", f"{name}.npy", "-k", "sobel-y", "-o", f"{name}.html", cwd=place).code == 0
    return place


def kept(state: dict[str, Any]) -> dict[str, Any]:
    return {key: state[key] for key in KEPT}


@pytest.mark.parametrize("name", ["grey", "colour"])
def test_a_link_opens_the_state_that_wrote_it(name: str, folder: Path, pages: Pages) -> None:
    """Over random states, to the last bit of each weight, from the defaults and from any other state."""
    page = pages.open(folder / f"{name}.html")
    asked = [
        state | {"name": "a&b=c #1 é\u202e", "display": "offset"} for state in states(pictures()[name], 16, seed=12)
    ]
    written = [each for each in page.evaluate(WRITTEN, asked) if each]
    assert len(written) > 6
    hashes = ["#" + link.partition("#")[2] for link, _ in written]
    assert all(json.dumps(each) == json.dumps(quote(each, safe="#&=;,~/:.+-_%!*()'")) for each in hashes)
    found = page.evaluate(OPENED, hashes)
    for (_, before), (state, fault) in zip(written, found, strict=True):
        assert (kept(state), fault) == (kept(before), "")
    fresh = pages.open(folder / f"{name}.html", fragment=hashes[-1])
    assert kept(fresh.evaluate("window.convcli.state()")) == kept(written[-1][1])


def test_a_damaged_link_changes_nothing_and_is_said(folder: Path, pages: Pages) -> None:
    """Another version, wrong numbers, keys twice, unknown or inherited, scripts, what the picture does not allow."""
    page = pages.open(folder / "grey.html")
    ((before, fault),) = page.evaluate(OPENED, [GOOD])
    assert (before["kernel"], fault) == ([[1, 2], [3, 4]], "")
    for hash_, (state, fault) in zip(DAMAGED, page.evaluate(OPENED, DAMAGED), strict=True):
        assert kept(state) == kept(before), hash_
        assert fault.endswith("the page shows its own state instead."), hash_
    assert page.evaluate("Object.prototype.zz === undefined && ({}).kernel === undefined")
    ((after, fault),) = page.evaluate(OPENED, ["#v=1&k=5"])
    assert (after["kernel"], fault) == ([[5]], "")


def test_a_page_opened_with_a_damaged_link_shows_its_own_state(folder: Path, pages: Pages) -> None:
    """As it was written, with a notice."""
    page = pages.open(folder / "grey.html", fragment="#v=1&k=oh&n=no")
    assert page.evaluate("window.convcli.state().name") == "sobel-y"
    assert "the link is damaged at “k=oh”" in page.inner_text("#panel-share > .fault")


def test_the_address_follows_the_state(folder: Path, pages: Pages) -> None:
    """A moment after a change the address bar has the link, and no step was added to the history."""
    page = pages.open(folder / "grey.html")
    page.wait_for_timeout(500)
    steps = page.evaluate("history.length")
    page.evaluate("window.convcli.set({ kernel: [[0, 1/3]], mode: 'convolve' })")
    page.wait_for_timeout(500)
    assert page.evaluate("location.hash").startswith("#v=1&k=0,1/3&n=")
    assert page.evaluate("location.hash").count("m=convolve") == 1
    assert page.evaluate("history.length") == steps
