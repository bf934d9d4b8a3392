"""Which installed typeface letters a character, and that typeface at a size."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from PIL import ImageFont, features

from convcli.errors import InputError
from convcli.report.drawing.typefaces.font_folders import font_files, font_folders
from convcli.report.drawing.typefaces.sfnt import FontFace, read_faces

NAMED = "CONVCLI_FONT"  # an environment variable: the file of a font to be tried before all others
TRIED = 40  # pixels: the size at which a glyph is drawn once, before it is used
FARTHEST = 5.0  # sizes that ink may lie from where its character stands
SIMPLIFIED = re.compile(r"\b(SC|CN|GB|Hans)\b")  # in the name of a family whose Chinese is the mainland's
NORMAL_WEIGHT = 400


class Typeface:
    """A face of an installed font, whose glyphs were tried before they are used."""

    def __init__(self, face: FontFace) -> None:
        self._face = face
        self._sizes: dict[tuple[int, bool], ImageFont.FreeTypeFont] = {}
        self._tried: dict[str, bool] = {}

    def letters(self, character: str) -> bool:
        """Whether it has the character, drawn within reason: a file may say anything of itself."""
        if character not in self._face.characters:
            return False
        if character not in self._tried:
            self._tried[character] = self._is_drawn(character)
        return self._tried[character]

    def _is_drawn(self, character: str) -> bool:
        reach = FARTHEST * TRIED
        try:
            found = self.at(TRIED)
            box, advance = found.getbbox(character, anchor="ls"), found.getlength(character)
            if max(map(abs, (*box, advance))) > reach:
                return False
            ink = found.getmask(character).getbbox()
        except (OSError, ValueError, OverflowError):  # FreeType's errors: the file is broken
            return False
        return ink is not None or character.isspace()

    def at(self, size: int, *, joined: bool = False) -> ImageFont.FreeTypeFont:
        """It at a size in pixels.

        Args:
            joined: letters that run from right to left or change by their neighbours are laid out as they should be.
        """
        if (size, joined) not in self._sizes:
            layout = ImageFont.Layout.RAQM if joined else ImageFont.Layout.BASIC
            found = ImageFont.truetype(self._face.path, size, self._face.index, layout_engine=layout)
            _set_weight(found)
            self._sizes[size, joined] = found
        return self._sizes[size, joined]


def _set_weight(font: ImageFont.FreeTypeFont) -> None:
    """Of a font with many weights, such as Noto Sans SC's, whose first is hair-thin, take the normal one."""
    try:
        axes = font.get_variation_axes()
    except (OSError, NotImplementedError):
        return
    first = [axis["default"] for axis in axes]
    weights = [axis.get("name") in (b"Weight", "Weight") for axis in axes]
    chosen = [NORMAL_WEIGHT if is_weight else value for value, is_weight in zip(first, weights, strict=True)]
    if chosen != first:
        font.set_variation_by_axes(chosen)  # type: ignore[arg-type]  # it takes floats


class Shelf:
    """The typefaces that there are, opened one after the other until one has what is asked for."""

    def __init__(self, named: str, folders: tuple[str, ...]) -> None:
        self._opened = self._named(named)
        self._folders = folders
        self._paths: list[str] | None = None
        self._found: dict[str, Typeface | None] = {}

    @staticmethod
    def _named(path: str) -> list[Typeface]:
        if not path:
            return []
        faces = [Typeface(face) for face in _simplified_first(read_faces(path))]
        if not faces:
            raise InputError(f"{NAMED}={path}", "this is no font; give the path of a .ttf, .otf or .ttc file")
        return faces

    def typeface(self, character: str) -> Typeface | None:
        """The first typeface that letters a character; None where there is none."""
        if character not in self._found:
            self._found[character] = self._search(character)
        return self._found[character]

    def _search(self, character: str) -> Typeface | None:
        at = 0
        while True:
            while at < len(self._opened):
                if self._opened[at].letters(character):
                    return self._opened[at]
                at += 1
            if self._paths is None:
                self._paths = font_files(self._folders)[::-1]
            if not self._paths:
                return None
            self._opened += [Typeface(face) for face in _simplified_first(read_faces(self._paths.pop()))]


def _simplified_first(faces: list[FontFace]) -> list[FontFace]:
    return sorted(faces, key=lambda face: not SIMPLIFIED.search(face.family))


def shelf() -> Shelf:
    """The typefaces of this machine, as its environment names them now.

    Raises:
        InputError: CONVCLI_FONT names what is no font.
    """
    return _shelf(os.environ.get(NAMED, ""), font_folders())


@lru_cache(maxsize=4)
def _shelf(named: str, folders: tuple[str, ...]) -> Shelf:
    return Shelf(named, folders)


@lru_cache(maxsize=1)
def joins_letters() -> bool:
    """Whether Pillow lays out letters that run from right to left or change by their neighbours."""
    return bool(features.check("raqm"))
