"""From what a file holds to `Metadata`: each part brought in line with the pixels, or said not to be usable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from convcli.images.metadata import exif as exif_block
from convcli.images.metadata import photoshop as resources
from convcli.images.metadata import xmp as packets
from convcli.images.picture import Comment, Metadata

MAX_BYTES = 15 << 20  # of each part; a JPEG holds a profile of at most so much
COMMENT = "Comment"


@dataclass
class Parts:
    """What a file was found to hold, as its bytes are; the first of each kind counts."""

    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    xmp_extension: bytes | None = None
    photoshop: bytes | None = None
    iptc: bytes | None = None
    comments: list[Comment] = field(default_factory=list)
    colorimetry: list[tuple[bytes, bytes]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def gathered(self) -> Metadata:
        """The same, fit to be written with pixels that are upright."""
        return Metadata(
            icc_profile=self._bounded("colour profile", self.icc_profile),
            dpi=self.dpi,
            exif=self._exif(),
            xmp=self._xmp(),
            xmp_extension=self._extension(),
            photoshop=self._photoshop(),
            comments=tuple(self._bounded_comments()),
            colorimetry=tuple(self.colorimetry),
            unread=tuple(dict.fromkeys(self.unread)),
        )

    def _bounded(self, name: str, content: bytes | None) -> bytes | None:
        if content and len(content) > MAX_BYTES:
            self.unread.append(name)
            return None
        return content or None

    def _exif(self) -> bytes | None:
        if not (self.exif or b"").removeprefix(exif_block.PREFIX):
            return None
        assert self.exif is not None
        made = exif_block.upright(self.exif)
        if made is None:
            self.unread.append("EXIF")
        return made

    def _xmp(self) -> bytes | None:
        whole = self.xmp
        if whole and self.xmp_extension and packets.is_pointer(whole):
            whole = self.xmp_extension
        packet = self._bounded("XMP", whole)
        return packets.upright(packet) if packet else None

    def _extension(self) -> bytes | None:
        extension = self.xmp_extension
        return None if not extension or not self.xmp or packets.is_pointer(self.xmp) else extension

    def _photoshop(self) -> bytes | None:
        block = self._bounded("IPTC", self.photoshop or (resources.of_iptc(self.iptc) if self.iptc else None))
        if not block:
            return None
        if not resources.resources(block):
            self.unread.append("Photoshop's resources")
        kept = resources.kept(block)
        if kept and self.iptc and not resources.iptc_of(kept):
            kept += resources.of_iptc(self.iptc)
        return kept

    def _bounded_comments(self) -> Iterable[Comment]:
        left = MAX_BYTES
        for comment in self.comments:
            left -= len(comment.text)
            if left < 0:
                self.unread.append("comments")
                return
            yield comment


def text_of(content: bytes) -> str:
    """The text of bytes that say nothing of their encoding: UTF-8 if they can be, else Latin-1."""
    content = content.rstrip(b"\0")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def comment(content: bytes) -> Comment:
    """A comment in a format that knows no keywords."""
    return Comment(COMMENT, text_of(content).replace("\0", "\n"))


def as_line(given: Comment) -> str:
    """A comment for a format that knows no keywords.

    >>> as_line(Comment("Title", "A walk")), as_line(Comment("Comment", "no more"))
    ('Title: A walk', 'no more')
    """
    return given.text if given.keyword == COMMENT else f"{given.keyword}: {given.text}"
