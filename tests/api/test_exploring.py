"""explore from Python: the page as a value, in a notebook's frame and in a file; kernels as tables."""

from __future__ import annotations

import html
import html.parser
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcli
from tests.browser import Pages

PICTURE = np.arange(20, dtype=np.uint8).reshape(4, 5)


class Frames(html.parser.HTMLParser):
    """The tags of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_notebook_shows_the_page_in_a_frame_of_its_own() -> None:
    """One element, which holds the page whole and may run its script and save files, and nothing else."""
    page = convcli.explore(PICTURE, "sobel-x", name='a "name" & <b>')
    ((tag, attributes),) = Frames(page._repr_html_()).tags
    assert tag == "iframe"
    assert attributes["srcdoc"] == page.html
    assert attributes["title"] == 'a "name" & <b>'
    assert str(attributes["sandbox"]).split() == ["allow-scripts", "allow-downloads"]


def test_a_page_works_in_the_frame_and_reaches_nothing_around_it(pages: Pages) -> None:
    """It computes, copies and saves; the notebook's document is closed to it."""
    shown = convcli.explore(PICTURE, "0 1; 2 3", size="valid")._repr_html_()
    page = pages.open(f"<!doctype html><meta charset=utf-8><title>notebook</title>{shown}", ready=False)
    (frame,) = page.main_frame.child_frames
    frame.evaluate("window.convcli.ready.then(() => null)")
    assert frame.evaluate("window.convcli.response()") == convcli.correlate(PICTURE, "0 1; 2 3", size="valid").tolist()
    frame.evaluate("window.convcli.set({ bias: 3 })")
    page.wait_for_timeout(500)  # the address would follow the state, where there is one
    reached = "(() => { try { return parent.document.title } catch (error) { return error.name } })()"
    assert frame.evaluate(reached) == "SecurityError"
    with page.expect_download() as saved:
        frame.get_by_role("button", name="save picture").click()
    assert saved.value.suggested_filename.endswith(".png")


def test_a_page_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    """Its own bytes; an existing file stays unless it is forced."""
    page = convcli.explore(PICTURE, "box")
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == page.html.encode()
    with pytest.raises(convcli.ConvcliError, match="exists"):
        page.save(tmp_path / "page.html")
    page.save(os.fspath(tmp_path / "page.html"), force=True)
    assert os.listdir(tmp_path) == ["page.html"]


def test_every_keyword_is_how_the_page_opens(pages: Pages) -> None:
    """As the command's options: each arrives in the state."""
    shown = convcli.explore(
        np.dstack([PICTURE] * 3), [[1, 2], [3, 4]], border="constant:7", padding=(1, 2, 3, 0), stride=(1, 2),
        dilation=2, bias=1.5, convolve=True, channels="sum", relu=True, pool="max:2", display="abs", colormap="viridis",
    )  # fmt: skip
    state = pages.open(shown.html).evaluate("window.convcli.state()")
    expected: dict[str, Any] = {
        "kernel": [[1, 2], [3, 4]], "mode": "convolve", "border": "zero", "fill": 7, "padding": [1, 2, 3, 0],
        "stride": [1, 2], "dilation": [2, 2], "bias": 1.5, "relu": True, "pool": "max:2", "display": "abs",
        "colormap": "viridis", "channels": "sum",
    }  # fmt: skip
    assert {key: state[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"size": "half"}, "no size is called 'half'"),
        ({"channels": "all"}, "no channel mode is called 'all'"),
        ({"display": "raw"}, "no display is called 'raw'"),
        ({"colormap": "jet"}, "no colour map is called 'jet'"),
        ({"lang": "fr"}, "no language is called 'fr'"),
        ({"pool": "min:2"}, "give max or avg"),
        ({"pool": "max:9"}, "needs at least 9"),
        ({"bias": (1, 2)}, "give one number"),
        ({"size": "valid", "dilation": 9}, "window"),
        ({"padding": 9999}, "the page computes at most 1,048,576"),
        ({"kernels": np.ones((101, 101))}, "the page computes with at most 10,000 weights"),
        ({"kernels": np.ones((300, 1, 1))}, "the page offers at most 256"),
        ({"kernels": np.ones((1, 3, 2, 2))}, "has weights for 3 channels; the picture has 1"),
        ({"picture": "photo.png"}, "has to be an array"),
        ({"picture": [[2**60]]}, "exact up to 2\\^53"),
    ],
)
def test_what_no_page_can_show_is_refused(keywords: dict[str, Any], words: str) -> None:
    """With the value and the rule, before anything is made."""
    given = {"picture": PICTURE, "kernels": "sobel-x"} | keywords
    with pytest.raises(convcli.ConvcliError, match=words):
        convcli.explore(**given)


def test_colours_of_several_maps_are_refused() -> None:
    """They colour one."""
    with pytest.raises(convcli.ConvcliError, match="this response has 3"):
        convcli.explore(np.dstack([PICTURE] * 3), "box", colormap="viridis")


def test_a_kernel_is_a_table_of_its_weights() -> None:
    """In order, red above 0 and blue below, the darker the larger; its name is text."""
    shown = convcli.Kernel("<b>k</b>", [[-2, 0, 1], [0.5, 2, -1]])._repr_html_()
    assert "&lt;b&gt;k&lt;/b&gt;" in shown
    cells = [part.partition("</td>")[0] for part in shown.split("<td ")[1:]]
    assert [cell.partition(">")[2] for cell in cells] == ["−2", "0", "1", "0.5", "2", "−1"]
    colours = [cell.partition("rgba(")[2].partition(")")[0] for cell in cells]
    red, blue = "178,24,43", "33,102,172"
    assert colours == [
        f"{blue},1.000",
        f"{blue},0.000",
        f"{red},0.500",
        f"{red},0.250",
        f"{red},1.000",
        f"{blue},0.500",
    ]
    assert shown.count("<tr>") == 2


def test_kernels_of_channels_and_many_kernels_stay_modest() -> None:
    """A table a channel; of very many weights the name and the size; of very many kernels the first."""
    assert convcli.Kernel("k", np.ones((3, 2, 2)))._repr_html_().count("<table") == 3
    assert "<table" not in convcli.Kernel("k", np.ones((99, 99)))._repr_html_()
    stack = convcli.kernel(np.ones((20, 2, 2)))
    assert stack._repr_html_().count("<table") == 16
    assert "4 kernels more" in stack._repr_html_()
    assert "nan" not in convcli.Kernel("zero", np.zeros((2, 2)))._repr_html_()
