"""SVG and PDF, which hold drawings and no pictures: neither is read, and a picture is refused."""

from __future__ import annotations

from typing import NoReturn

from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading
from convcli.images.picture import Picture

WHAT_IS_DRAWN = "sheets of several maps, figures, panels and diagrams"


def _unread(source: Source, reading: Reading) -> NoReturn:
    raise InputError(source.name, "this is a drawing of lines and text, which has no pixels to read")


def refusal(picture: Picture) -> str:
    """Why no picture can be held."""
    return f"it holds drawings of lines and text ({WHAT_IS_DRAWN}), and this is one picture of pixels: use .png"


CODEC = Codec(decode=_unread, shape=_unread, refusal=refusal)
