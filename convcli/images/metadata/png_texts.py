"""Texts, EXIF, XMP, IPTC and the profile in the chunks of a PNG."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from convcli.images.metadata.gathering import MAX_BYTES, Parts
from convcli.images.metadata.photoshop import MARK
from convcli.images.picture import Comment, Metadata

XMP = "XML:com.adobe.xmp"
RAW = "Raw profile type "
LONG = 1000  # characters from which a text is compressed
LONGEST_KEYWORD = 79
HEX_COLUMNS = 72
SRGB_GAMMA = 45455  # 100,000 / 2.2

Chunk = tuple[bytes, bytes]


def read_chunks(chunks: Iterable[Chunk], parts: Parts) -> None:
    """Take the parts from chunks; what is compressed grows to 15 MiB in all and no further."""
    left = MAX_BYTES
    for kind, content in chunks:
        try:
            if kind == b"iCCP":
                parts.icc_profile = _inflated(content[content.index(b"\0") + 2 :], left)
                left -= len(parts.icc_profile)
                continue
            found = _text(kind, content, left)
        except (ValueError, IndexError, OverflowError, zlib.error) as error:
            parts.unread.append("colour profile" if kind == b"iCCP" else "comments")
            left = 0 if isinstance(error, OverflowError) else left  # a bomb is tried once
            continue
        left -= len(found.text)
        _take(found, parts)


def _text(kind: bytes, content: bytes, limit: int) -> Comment:
    keyword, _, rest = content.partition(b"\0")
    name = keyword.decode("latin-1")
    if kind == b"tEXt":
        return Comment(name, rest.decode("latin-1"))
    if kind == b"zTXt":
        return Comment(name, _inflated(rest[1:], limit).decode("latin-1"))
    squeezed = rest[0]
    language, translated, text = rest[2:].split(b"\0", 2)
    if squeezed:
        text = _inflated(text, limit)
    # XMP is kept as bytes: whatever they are, they come back the same
    whole = text.decode("utf-8", "surrogateescape" if name == XMP else "strict")
    return Comment(name, whole, language.decode("latin-1"), translated.decode("utf-8"))


def _inflated(content: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    text = inflater.decompress(content, limit + 1)
    if len(text) > limit:
        raise OverflowError("the text is larger than is read")
    if not inflater.eof:
        raise ValueError("the text is cut short")
    return text


def _take(found: Comment, parts: Parts) -> None:
    if found.keyword == XMP:
        parts.xmp = parts.xmp or found.text.encode("utf-8", "surrogateescape")
    elif found.keyword.startswith(RAW):
        try:
            _take_raw(found.keyword.removeprefix(RAW).lower(), _unhexed(found.text), parts)
        except ValueError:
            parts.unread.append(found.keyword)
    else:
        parts.comments.append(found)


def _take_raw(name: str, content: bytes, parts: Parts) -> None:
    """What ImageMagick and others hide in a text as hexadecimal digits."""
    if name == "exif" or content.startswith(b"Exif\0\0"):
        parts.exif = parts.exif or content
    elif name == "xmp" or content.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
        parts.xmp = parts.xmp or content.removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
    elif name in ("iptc", "8bim"):
        content = content.removeprefix(b"Photoshop 3.0\0")
        if content.startswith(MARK):
            parts.photoshop = parts.photoshop or content
        else:
            parts.iptc = parts.iptc or content
    elif name in ("icc", "icm"):
        parts.icc_profile = parts.icc_profile or content
    else:
        parts.unread.append(RAW + name)


def _unhexed(text: str) -> bytes:
    """The bytes of an empty line, a name, their number, and hexadecimal digits in lines."""
    words = text.split()
    content = bytes.fromhex("".join(words[2:]))
    if len(content) != int(words[1]):
        raise ValueError("the length is wrong")
    return content


def colorimetry(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The chunks that say how the samples look, unless they say that they are sRGB, as nearly all are."""
    found = dict(reversed(list(chunks)))
    gamma = int.from_bytes(found.get(b"gAMA", b""))
    if b"cICP" in found or (b"sRGB" not in found and gamma and abs(gamma - SRGB_GAMMA) > 500):
        return [chunk for chunk in found.items() if chunk[0] != b"sRGB"]
    return []


def written_chunks(metadata: Metadata) -> list[Chunk]:
    """The chunks; those of the profile and the resolution are not among them."""
    made = [] if metadata.icc_profile else list(metadata.colorimetry)
    if metadata.exif:
        made.append((b"eXIf", metadata.exif))
    if metadata.xmp:
        # a packet stays as it is: readers that look for it in any file find it only if it is not compressed
        made.append((b"iTXt", XMP.encode() + b"\0\0\0\0\0" + metadata.xmp))
    if metadata.photoshop:
        digits = metadata.photoshop.hex()
        lines = (digits[at : at + HEX_COLUMNS] for at in range(0, len(digits), HEX_COLUMNS))
        text = f"\niptc\n{len(metadata.photoshop):8d}\n" + "\n".join(lines) + "\n"
        made.append(_chunk(Comment(f"{RAW}iptc", text)))
    return made + [_chunk(one) for one in metadata.comments]


def _chunk(comment: Comment) -> Chunk:
    keyword = " ".join(comment.keyword.encode("latin-1", "replace")[:LONGEST_KEYWORD].decode("latin-1").split())
    name = (keyword or "Comment").encode("latin-1") + b"\0"
    is_long = len(comment.text) > LONG
    try:
        text = comment.text.encode("latin-1")
        if not comment.language and not comment.translated:
            return (b"zTXt", name + b"\0" + zlib.compress(text)) if is_long else (b"tEXt", name + text)
    except UnicodeEncodeError:
        pass
    text = comment.text.encode("utf-8", "replace")
    language = comment.language.encode("latin-1", "replace") + b"\0" + comment.translated.encode("utf-8") + b"\0"
    return b"iTXt", name + bytes([is_long, 0]) + language + (zlib.compress(text) if is_long else text)
