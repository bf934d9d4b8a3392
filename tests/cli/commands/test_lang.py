"""--lang and names of every script on drawings: what is drawn, and what is said where no font has it."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from convcli.cli.root import root
from convcli.report.drawing.typefaces import fallback
from convcli.report.language.chosen import language
from tests.command_line import convcli
from tests.report.drawing.tiny_font import tiny_font

CONTEXT = click.Context(root)
DRAWING = ["apply", "equivariance", "explain", "kernels", "learn", "matrix", "params", "show", "verify"]


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One font, which has what Chinese captions need."""
    monkeypatch.setattr(fallback, "font_folders", lambda: ())
    path = tmp_path / "all.ttf"
    path.write_bytes(tiny_font(language("zh").letters + "图"))
    monkeypatch.setenv(fallback.NAMED, str(path))


def test_every_command_that_draws_has_it() -> None:
    """Wherever a drawing's size can be chosen, its language can; and that of topics, and of a page."""
    for name in root.list_commands(CONTEXT):
        command = root.get_command(CONTEXT, name)
        options = {spelling for parameter in command.params for spelling in parameter.opts}
        assert ("--lang" in options) == bool(options & {"--dpi"}) or name in ("help", "explore"), name
        assert name not in DRAWING or "--lang" in options, name


@pytest.mark.usefixtures("chinese")
def test_captions_are_chinese_where_asked(tmp_path: Path) -> None:
    """In SVG as text; tables and messages stay English."""
    done = convcli("params", "7", "--kernel", "3", "--lang", "zh", "-o", str(tmp_path / "a.svg"))
    content = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<title>7 个输入，7 个单元</title>" in content
    assert "参数共享（卷积）：3 个权重" in content
    assert "weights" in done.text
    assert "in English" not in done.err


@pytest.mark.usefixtures("no_installed_fonts")
@pytest.mark.parametrize("end", ["png", "svg", "pdf"])
def test_without_a_font_captions_are_english_and_it_is_said_once(tmp_path: Path, end: str) -> None:
    """With what to install; the drawing is the English one, sample by sample."""
    asked = ["matrix", "4x4", "-k", "0 1; 2 3", "-o"]
    plain = tmp_path / f"plain.{end}"
    said = convcli(*asked, str(tmp_path / f"a.{end}"), "--lang", "zh").err
    assert said.count("no font here has Chinese; install one (fonts-noto-cjk)") == 1
    assert convcli(*asked, str(plain)).err.count("no font") == 0
    assert (tmp_path / f"a.{end}").read_bytes() == plain.read_bytes()


@pytest.mark.usefixtures("no_installed_fonts")
def test_characters_that_become_boxes_are_said_once_a_command(tmp_path: Path) -> None:
    """Of three sheets once; SVG keeps them as text and needs no word; -q says nothing."""
    kernel = tmp_path / "图.txt"
    kernel.write_text("0 1\n-1 0\n", encoding="utf-8")
    pictures = []
    for n in range(3):
        pictures.append(str(tmp_path / f"p{n}.png"))
        Image.fromarray(np.full((20, 30), 40 * n + 9, np.uint8)).save(pictures[-1])
    sheets = ["-k", f"@{kernel}", "-k", "box", "-o"]
    said = convcli("apply", *pictures, *sheets, str(tmp_path / "out"), "--jobs", "2").err
    assert said.count("drawn as boxes, since no font here has them: 图; install one") == 1
    assert "boxes" not in convcli("apply", pictures[0], *sheets, str(tmp_path / "a.svg")).err
    assert "图" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "boxes" not in convcli("apply", pictures[0], *sheets, str(tmp_path / "b.png"), "-q").err


def test_a_named_file_that_is_no_font_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3, by the variable's name, as soon as a letter is needed of it."""
    monkeypatch.setenv(fallback.NAMED, str(tmp_path / "none.ttf"))
    out = tmp_path / "a.png"
    assert convcli("params", "7", "--kernel", "3", "-o", str(out)).code == 0
    out.unlink()
    refused = convcli("params", "7", "--kernel", "3", "--lang", "zh", "-o", str(out))
    assert refused.refused(3, "CONVCLI_FONT=", "no font; give the path of a .ttf, .otf or .ttc file")
    assert not out.exists()


@pytest.mark.usefixtures("chinese")
def test_a_film_speaks_it_too(tmp_path: Path) -> None:
    """The frames of a GIF differ from the English ones."""
    asked = ["explain", "0 1 2; 3 4 5", "-k", "0 1", "--all", "--size", "valid", "-o"]
    for name, lang in (("a.gif", "zh"), ("b.gif", "en")):
        assert convcli(*asked, str(tmp_path / name), "--lang", lang).code == 0
    assert (tmp_path / "a.gif").read_bytes() != (tmp_path / "b.gif").read_bytes()
