"""All figures begin alike: the title at one size and place, captions in sentences, nothing beyond the edge."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.commands.test_drawings import DRAWN
from tests.command_line import convcli

SVG = "{http://www.w3.org/2000/svg}"
SHEETS = (
    "apply",
    "show",
    "run a layer",
    "explain",
    "explain two",
)  # sheets have none, or their own; so has explain


@pytest.mark.parametrize("name", [name for name in DRAWN if name not in SHEETS])
def test_figures_begin_alike(name: str, tmp_path: Path) -> None:
    """The first words are the title, of size 20; captions begin with capitals, numbers, or names as they are typed."""
    convcli(*DRAWN[name][0], "-o", "a.svg", cwd=tmp_path)
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    texts = list(root.iter(f"{SVG}text"))
    assert float(texts[0].attrib["font-size"]) == 20
    assert 20 <= float(texts[0].attrib["x"]) <= 44
    assert 32 <= float(texts[0].attrib["y"]) <= 44
    sizes = {float(text.attrib["font-size"]) for text in texts if len(text.text or "") > 14}
    assert sizes <= {20.0, 15.0, 14.0, 12.5}
