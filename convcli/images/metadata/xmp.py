"""XMP packets: what is no longer true is corrected in place; the rest is never parsed."""

from __future__ import annotations

import re

JPEG_PACKET = 65502  # bytes of a JPEG segment that are left for it
_NUMBER = rb"(\b%s\s*(?:=\s*[\"']|>)\s*)[0-9]{1,10}"
_ORIENTATION = re.compile(_NUMBER % rb"tiff:Orientation")
_WIDTHS = re.compile(_NUMBER % rb"(?:exif:PixelXDimension|tiff:ImageWidth)")
_HEIGHTS = re.compile(_NUMBER % rb"(?:exif:PixelYDimension|tiff:ImageLength)")
_OPENED, _CLOSED = b"<xmp:Thumbnails", b"</xmp:Thumbnails>"
_WRAPPER = re.compile(rb"<\?xpacket[^>]{0,200}\?>")
_POINTER = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
    b'xmpNote:HasExtendedXMP="%s"/></rdf:RDF></x:xmpmeta>'
)
_POINTED = re.compile(rb"xmpNote:HasExtendedXMP\s*(?:=\s*[\"']|>)\s*([0-9A-F]{32})")


def upright(packet: bytes) -> bytes:
    """The same for pixels that have been turned: orientation 1 and no thumbnail."""
    packet = _ORIENTATION.sub(rb"\g<1>1", packet.rstrip(b"\0"))
    pieces, at = [], 0
    while (start := packet.find(_OPENED, at)) >= 0 and (end := packet.find(_CLOSED, start)) >= 0:
        pieces.append(packet[at:start])
        at = end + len(_CLOSED)
    return b"".join([*pieces, packet[at:]])


def sized(packet: bytes, height: int, width: int) -> bytes:
    """The same for pixels of that size, where it speaks of one."""
    packet = _WIDTHS.sub(rb"\g<1>%d" % width, packet)
    return _HEIGHTS.sub(rb"\g<1>%d" % height, packet)


def extension_name(packet: bytes) -> bytes:
    """The name of the extension that a JPEG's packet says it has; empty where it has none."""
    found = _POINTED.search(packet)
    return found.group(1) if found else b""


def is_pointer(packet: bytes) -> bool:
    """Whether a packet says no more than that everything is in its extension."""
    return _WRAPPER.sub(b"", packet).strip() == _POINTER % extension_name(packet)


def for_jpeg(packet: bytes) -> tuple[bytes, bytes]:
    """The packet and its extension, as JPEG's segments hold them.

    A packet that is too long leaves its padding; if it still is, the packet itself
    only names the extension, in which everything is.
    """
    if len(packet) <= JPEG_PACKET:
        return packet, b""
    bare = _WRAPPER.sub(b"", packet).strip()
    if len(bare) <= JPEG_PACKET:
        return bare, b""
    import hashlib  # which takes 4 ms, and hardly a packet needs it

    return _POINTER % hashlib.md5(bare, usedforsecurity=False).hexdigest().upper().encode(), bare
