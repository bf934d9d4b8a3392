"""Installed typefaces: found in known folders, chosen by their map of characters, and never trusted."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import InputError
from convcli.report.drawing.canvas import Canvas, text_width
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.pdf.one_page import pdf
from convcli.report.drawing.pieces import lacking, pieces, spelled
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.svg import svg
from convcli.report.drawing.typefaces import fallback
from convcli.report.drawing.typefaces.fallback import Shelf
from convcli.report.drawing.typefaces.font_folders import font_files, font_folders, rank_of
from convcli.report.drawing.typefaces.sfnt import coverage, read_faces
from tests.report.drawing.tiny_font import collection, tiny_font

NAME = "图核"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of fonts that there is."""
    monkeypatch.setattr(fallback, "font_folders", lambda: (str(tmp_path),))
    monkeypatch.delenv(fallback.NAMED, raising=False)
    return tmp_path


def put(folder: Path, name: str, content: bytes) -> str:
    """A file, and its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("wide", [False, True])
def test_a_map_says_which_characters_a_font_has(tmp_path: Path, wide: bool) -> None:
    """Those that it was made of, in both kinds of map, and no neighbour of theirs."""
    (face,) = read_faces(put(tmp_path, "a.ttf", tiny_font("卷核Ж", wide=wide)))
    assert [c in face.characters for c in "卷核Ж核a\U00020000"] == [True, True, True, True, False, False]
    assert chr(ord("卷") + 1) not in face.characters
    assert (face.family, face.index) == ("Tiny", 0)


def test_a_run_of_characters_may_have_holes() -> None:
    """Format 4 lists the glyphs of a run where they do not follow each other: A and C of A to C, and nothing of D."""
    runs = [(65, 67, 0), (68, 68, 0), (0xFFFF, 0xFFFF, 1)]  # first, last, delta; lists of 3 and of 1 glyph stand behind
    columns = [struct.pack(">3H", *(run[part] for run in runs)) for part in (1, 0, 2)]
    offsets = struct.pack(">3H", 6, 10, 0)
    body = columns[0] + b"\0\0" + columns[1] + columns[2] + offsets + struct.pack(">4H", 5, 0, 7, 0)
    head = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + struct.pack(">7H", 4, 14 + len(body), 0, 6, 0, 0, 0)
    found = coverage(head + body)
    assert [c in found for c in "@ABCDE"] == [False, True, False, True, False, False]


@pytest.mark.parametrize(
    "path", sorted(Path("/usr/share/fonts").rglob("*.tt[fc]"))[:8] or [None], ids=lambda path: getattr(path, "name", "")
)
def test_maps_of_real_fonts_agree_with_freetype(path: Path | None) -> None:
    """FreeType draws its glyph for the unknown exactly where the map has no character."""
    if path is None:
        pytest.skip("no fonts are installed here")
    face = read_faces(str(path))[0]
    font = fallback.Typeface(face).at(24)
    unknown = bytes(font.getmask("\U000ffffe"))
    for character in "Aéσ核Жא→€":
        if character not in face.characters:
            assert bytes(font.getmask(character)) == unknown, character
        elif len(bytes(font.getmask(character))):
            assert bytes(font.getmask(character)) != unknown, character


def test_words_are_lettered_by_the_font_that_has_them(folder: Path) -> None:
    """Each Chinese character is as wide as its glyph's advance, and its ink is the glyph's square."""
    put(folder, "deep/in/here/Odd.ttf", tiny_font("图核"))
    assert text_width(NAME, 20) == 2 * 20
    assert lacking(f"a{NAME}Ж") == "Ж"
    canvas = Canvas(60, 40)
    canvas.text(10, 30, NAME[0], size=20, vertical="baseline")
    rows, columns = np.nonzero((rasterized(canvas.finished()) < 128).all(axis=2))
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (14, 30, 12, 28)  # 0.8 high, 0.1 aside


def test_known_families_come_first_and_simplified_before_others_of_a_collection(folder: Path) -> None:
    """A font of no name is tried last; of a collection's faces the one for the mainland's Chinese is taken."""
    low, other = (100, 0, 900, 300), (100, 0, 900, 700)
    put(folder, "aaa.ttf", tiny_font("核", boxes={"核": low}))
    faces = [tiny_font("核", f"Noto Sans CJK {region}", boxes={"核": other}) for region in ("JP", "KR")]
    put(folder, "zzz/NotoSansCJK-Regular.ttc", collection(*faces, tiny_font("核", "Noto Sans CJK SC")))
    face = Shelf("", (str(folder),)).typeface("核")
    assert face is not None
    assert face.at(100).getbbox("核", anchor="ls")[1] == -80


def test_one_that_is_named_is_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CONVCLI_FONT letters what it has; what it lacks the others do."""
    put(folder, "NotoSansSC-Regular.ttf", tiny_font("核图", boxes={"核": (100, 0, 900, 300)}))
    monkeypatch.setenv(fallback.NAMED, put(folder, "elsewhere.bin", tiny_font("核")))
    shelf = fallback.shelf()
    heights = [shelf.typeface(c).at(100).getbbox(c, anchor="ls")[1] for c in "核图"]
    assert heights == [-80, -80]
    assert shelf.typeface("核") is not shelf.typeface("图")


@pytest.mark.parametrize("content", [None, b"", b"no font", tiny_font("核")[:40]])
def test_a_named_file_that_is_no_font_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    """By its name, with what to give."""
    path = str(folder / "none.ttf") if content is None else put(folder, "bad.ttf", content)
    monkeypatch.setenv(fallback.NAMED, path)
    with pytest.raises(InputError, match=r"CONVCLI_FONT=.*no font; give the path of a \.ttf"):
        spelled("核")


def test_what_is_broken_in_those_folders_is_passed_over(folder: Path) -> None:
    """Cut, scrambled, a pipe, a folder named as a font, a link to itself: the one whole font is still found."""
    whole = tiny_font("核")
    rng = random.Random(5)
    for n in range(60):
        scrambled = bytearray(whole)
        for _ in range(rng.randrange(1, 12)):
            scrambled[rng.randrange(len(whole))] = rng.randrange(256)
        put(folder, f"a{n:02}.ttf", bytes(scrambled[: rng.randrange(8, len(whole))] if n % 2 else scrambled))
    put(folder, "huge.ttc", b"ttcf" + b"\0\1\0\0" + b"\xff" * 64)
    (folder / "folder.ttf").mkdir()
    os.symlink(folder, folder / "round")
    os.symlink("loop.ttf", folder / "loop.ttf")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.ttf")
    put(folder, "z/whole.ttf", whole)
    assert spelled("核") == "核"


@pytest.mark.parametrize("right", [9000, 30000])
def test_a_glyph_that_reaches_far_beyond_its_place_is_refused(folder: Path, right: int) -> None:
    """A font may say that a letter is nine sizes wide, or more than FreeType draws; it is a box then."""
    put(folder, "wide.ttf", tiny_font("核", boxes={"核": (0, 0, right, 800)}))
    assert spelled("核") == "▢"


def test_only_so_many_fonts_of_no_family_are_opened(tmp_path: Path) -> None:
    """Three hundred of a folder's thousand."""
    for n in range(310):
        (tmp_path / f"x{n}.ttf").write_bytes(b"")
    assert len(font_files((str(tmp_path),))) == 300


def test_the_folders_are_those_of_each_system() -> None:
    """The user's before the system's, by the variables that move them."""
    linux = font_folders({"XDG_DATA_HOME": "/d", "XDG_DATA_DIRS": "/x:/y:relative"}, "linux", "/home/u")
    assert linux[:4] == (os.path.join("/home/u", ".fonts"), *(os.path.join(p, "fonts") for p in ("/d", "/x", "/y")))
    assert "/System/Library/Fonts" in font_folders({}, "darwin", "/Users/u")
    assert any("AppData" in path for path in font_folders({}, "win32", "C:\\Users\\u"))


@pytest.mark.parametrize(
    "name",
    ["NotoSansCJK-Regular.ttc", "NotoSansSC[wght].ttf", "SourceHanSansSC-Regular.otf", "PingFang.ttc", "msyh.ttc",
     "simsun.ttc", "wqy-zenhei.ttc", "wqy-microhei.ttc", "Hiragino Sans GB.ttc", "DroidSansFallback.ttf"],
)  # fmt: skip
def test_files_of_known_families_are_known(name: str) -> None:
    """As systems and packages name them; a bold or condensed file of no family is not."""
    assert rank_of(f"/fonts/{name}")[0] < rank_of("/fonts/Unheard-Bold.ttf")[0]


@pytest.mark.usefixtures("no_installed_fonts")
def test_without_a_font_a_character_is_a_box_of_its_width() -> None:
    """Square for Chinese, narrow for others; direction marks and controls are boxes, joiners nothing."""
    assert spelled("图a.png") == "▢a.png"
    assert spelled("Ж\u202ex\x07") == "□□x□"
    assert spelled("a\u200d\ufe0fb") == "ab"
    assert lacking("图a图Ж") == "图Ж"
    assert text_width("图", 20) == 20


def test_letters_that_join_are_one_piece(folder: Path) -> None:
    """Right to left, as a whole, with the blanks between them; without Pillow's layout they are boxes."""
    put(folder, "h.ttf", tiny_font("שלום"))
    found = [piece.looks for piece in pieces("a שלום לו b")]
    assert found == (["a", " ", "שלום לו", " ", "b"] if fallback.joins_letters() else list("a □□□□ □□ b"))


def test_the_builtin_font_is_asked_first(folder: Path) -> None:
    """Drawings of English are the same whatever is installed."""
    plain = rasterized(_drawing("Kernel 3×3 − σ = 2, f(x) → ≤"))
    put(folder, "DejaVuSans.ttf", tiny_font("Kernl3fxσ=×→−≤"))
    np.testing.assert_array_equal(rasterized(_drawing("Kernel 3×3 − σ = 2, f(x) → ≤")), plain)


def test_greek_letters_of_a_word_are_letters(folder: Path) -> None:
    """Alone they are spelled out, as the mathematics has them; in a name they are what they are."""
    put(folder, "g.ttf", tiny_font("εικόνα"))
    assert spelled("σ=2, εικόνα") == "sigma=2, εικόνα"


def test_composed_and_decomposed_names_are_one(folder: Path) -> None:
    """macOS hands out names with accents apart."""
    put(folder, "v.ttf", tiny_font("ế"))
    assert spelled("e\u0302\u0301") == "ế"


def test_svg_keeps_the_characters_and_the_width_of_the_font(folder: Path) -> None:
    """The words themselves, as wide as the raster's."""
    put(folder, "c.ttf", tiny_font(NAME))
    content = svg(_drawing(NAME)).decode()
    assert f'textLength="40" lengthAdjust="spacingAndGlyphs">{NAME}</text>' in content


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_pdf_has_the_characters_and_the_glyphs(folder: Path) -> None:
    """Poppler reads the words."""
    put(folder, "c.ttf", tiny_font(NAME))
    path = put(folder, "a.pdf", pdf(_drawing(NAME)))
    assert subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode().strip() == NAME


def _drawing(words: str) -> Drawing:
    canvas = Canvas(300, 40)
    canvas.text(10, 8, words, size=20)
    return canvas.finished()
