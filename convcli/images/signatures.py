"""What the first bytes of a file say: the formats without fixed ones, and what is known but not read."""

from __future__ import annotations

import codecs

# First bytes of what people do try, so that the refusal can name it.
FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "PostScript"),
    (b"PK\x03\x04", "a zip archive (.npz is one; save a single array as .npy)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x80\x04", "a Python pickle, which is never opened"),
    (b"\x80\x05", "a Python pickle, which is never opened"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"\x00\x00\x01\x00", "an icon (ICO)"),
    (b"8BPS", "a Photoshop document"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SIMPLE  =", "a FITS file"),
    (b"P7\n", "a PAM picture"),
)


BLANKS = frozenset("\t\n\v\f\r\u00a0\u0085")


def is_webp(head: bytes) -> bool:
    """RIFF, a length, WEBP."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _brands(head: bytes) -> tuple[bytes, bytes]:
    """The first brand of an ISO media file, and the others in one piece; empty where it is none."""
    length = int.from_bytes(head[:4])
    return (head[8:12], head[16 : min(length, 256)]) if head[4:8] == b"ftyp" else (b"", b"")


def is_avif(head: bytes) -> bool:
    """Of the brand avif or avis, or of a general one that is avif as well."""
    first, others = _brands(head)
    return first in (b"avif", b"avis") or (first in (b"mif1", b"msf1", b"miaf") and b"avi" in others)


def is_heif(head: bytes) -> bool:
    """Of one of HEIC's brands, or of a general one that is not AVIF."""
    first, _ = _brands(head)
    hevc = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs")
    return first in hevc or (first in (b"mif1", b"msf1", b"miaf") and not is_avif(head))


def is_pnm(head: bytes) -> bool:
    """P1..P6, Pf or PF, and then a blank."""
    return head[:1] == b"P" and head[1:2] in b"123456fF" and head[2:3].isspace()


def is_text(head: bytes) -> bool:
    """UTF-8 (or ASCII) without control characters."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)  # the last character may be cut in two
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c in BLANKS for c in text)


def foreign(head: bytes) -> str | None:
    """What begins so and is not read, by its name."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "SVG or other XML"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if head[4:8] == b"ftyp" and not (is_avif(head) or is_heif(head)):
        return "a video or audio file"
    return next((name for magic, name in FOREIGN if head.startswith(magic)), None)
