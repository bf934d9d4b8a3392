"""Metadata built byte by byte, so that the truth does not come from the code that reads it."""

from __future__ import annotations

import struct

from convcli.images.formats import FORMATS
from convcli.images.pillow import opening

MISSING = {name for name, feature in (("avif", "avif"), ("jp2", "jpg_2000")) if not opening.has(feature)}
WRITTEN = [row for row in FORMATS if row.written and row.name not in MISSING]  # here, by this Pillow
PICTURES = [row for row in WRITTEN if row.kind == "picture"]
SIZES = {"B": 1, "H": 2, "I": 4}
LETTERS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 7: "B"}
Value = tuple[int, bytes | tuple[int, ...]]

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="%d" tiff:ImageWidth="7">'
    b"<dc:title>Gr\xc3\xbc\xc3\x9fe</dc:title>%s</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
)
THUMBNAILS = b"<xmp:Thumbnails><rdf:Alt>base64</rdf:Alt></xmp:Thumbnails>"
IPTC = b"\x1c\x02\x78\x00\x05hello\x1c\x02\x50\x00\x03Ann"
MAKER_NOTE = b"MAKER\0" + bytes(range(64))
THUMBNAIL = b"\xff\xd8thumbnail of what was\xff\xd9"


def directory(order: str, offset: int, tags: dict[int, Value], after: int = 0) -> bytes:
    """One directory at an offset, long values behind it."""
    start = offset + 2 + 12 * len(tags) + 4
    table, behind = struct.pack(f"{order}H", len(tags)), b""
    for tag, (kind, values) in sorted(tags.items()):
        letter = LETTERS[kind]
        content = values if isinstance(values, bytes) else struct.pack(f"{order}{len(values)}{letter}", *values)
        count = len(content) // SIZES[letter] // (2 if kind == 5 else 1)
        place = content.ljust(4, b"\0")
        if len(content) > 4:
            place = struct.pack(f"{order}I", start + len(behind))
            behind += content + b"\0" * (len(content) % 2)
        table += struct.pack(f"{order}HHI", tag, kind, count) + place
    return table + struct.pack(f"{order}I", after) + behind


def exif(order: str = "<", *, orientation: int = 6, width: int = 7, height: int = 5, thumbnail: bool = True) -> bytes:
    """Maker, orientation, an EXIF directory with a maker's note, GPS, and a second directory with a thumbnail."""
    inner: dict[int, Value] = {
        33434: (5, (1, 60)),
        37500: (7, MAKER_NOTE),
        40962: (3, (width,)),
        40963: (4, (height,)),
    }
    gps: dict[int, Value] = {1: (2, b"N\0"), 2: (5, (48, 1, 8, 1, 0, 1))}
    top: dict[int, Value] = {271: (2, b"Maker\0"), 274: (3, (orientation,)), 33432: (2, "© Änne\0".encode())}
    offset = 8 + len(directory(order, 8, top | {34665: (4, (0,)), 34853: (4, (0,))}))
    places = []
    parts = b""
    for tags in (inner, gps):
        places.append(offset + len(parts))
        parts += directory(order, places[-1], tags)
    second = offset + len(parts)
    after = b""
    if thumbnail:
        length = len(directory(order, second, {513: (4, (0,)), 514: (4, (0,))}))
        after = directory(order, second, {513: (4, (second + length,)), 514: (4, (len(THUMBNAIL),))}) + THUMBNAIL
    first = directory(
        order, 8, top | {34665: (4, (places[0],)), 34853: (4, (places[1],))}, after=second if thumbnail else 0
    )
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(f"{order}I", 8) + first + parts + after


def resource(number: int, content: bytes, name: bytes = b"") -> bytes:
    """One of Photoshop's image resources."""
    named = bytes([len(name)]) + name
    head = b"8BIM" + struct.pack(">H", number) + named + b"\0" * (len(named) % 2)
    return head + struct.pack(">I", len(content)) + content + b"\0" * (len(content) % 2)


def segment(marker: int, content: bytes) -> bytes:
    """One segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments after its first marker."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def there(*names: str) -> list[str]:
    """Those of the names of formats that this Pillow writes."""
    return [name for name in names if name not in MISSING]
