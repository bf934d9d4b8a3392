"""Metadata that is too large, damaged or hostile: a note, never an unreadable picture."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from convcli import images
from convcli.images.metadata import exif as exif_block
from convcli.images.metadata import photoshop, xmp
from convcli.images.metadata.directories import EXIF, read_tree
from convcli.images.picture import Comment, Metadata, Picture
from tests.images.metadata.blocks import MAKER_NOTE, THUMBNAIL, XMP, exif, resource, segment, there
from tests.images.metadata.test_carrying import PIXELS, jpeg, read, written
from tests.images.picture_bytes import chunk, png

ROWS = PIXELS.reshape(5, -1)
CYCLE = b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 34665, 4, 1, 8) + struct.pack("<I", 8)
DAMAGED = {
    "no TIFF": b"hello, this is no TIFF",
    "empty": b"",
    "points beyond": b"II*\0" + struct.pack("<I", 1 << 30),
    "65535 entries": b"II*\0\x08\0\0\0\xff\xff" + bytes(100),
    "BigTIFF": b"II+\0\x08\0\0\0" + bytes(40),
    "cut short": exif()[:30],
}


def test_makers_notes_stay_where_they_are() -> None:
    """Their own offsets count from the start: the same place in JPEG, PNG, WebP, AVIF, HEIF and JPEG 2000."""
    given = exif()
    place = given.index(MAKER_NOTE)
    made = exif_block.upright(given) or b""
    assert made.index(MAKER_NOTE) == place
    for name in there("jpeg", "png", "webp", "avif", "heif", "jp2"):
        again = read(written(Picture(PIXELS, metadata=Metadata(exif=made)), name)[0]).metadata.exif or b""
        assert again.index(MAKER_NOTE) == place, name


@pytest.mark.parametrize("order", ["<", ">"])
def test_only_orientation_and_thumbnail_change(order: str) -> None:
    """Byte for byte: the value of the orientation, the pointer to the second directory, and what was behind it."""
    given = exif(order)
    made = exif_block.upright(given) or b""
    without = exif(order, orientation=1, thumbnail=False)
    assert made == without
    assert THUMBNAIL not in made
    again = exif_block.sized(made, 300, 70_000)
    inner = read_tree(again).under[EXIF].entries
    letters = {40962: "H", 40963: "I"}
    values = [struct.unpack(f"{order}{letter}", inner[tag].content)[0] for tag, letter in letters.items()]
    assert values == [0, 300]  # 70,000 does not fit two bytes: unknown


def test_a_thumbnail_that_claims_the_rest_takes_nothing_with_it() -> None:
    """Its length covers the whole block: what other directories hold stays."""
    given = bytearray(exif())
    second = read_tree(bytes(given)).top.after
    struct.pack_into("<HHIIHHII", given, second + 2, 513, 4, 1, 8, 514, 4, 1, len(given))
    made = exif_block.upright(bytes(given)) or b""
    tree = read_tree(made)
    assert tree.under[EXIF].entries[37500].content == MAKER_NOTE
    assert tree.top.entries[271].content == b"Maker\0"


@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged_exif_is_a_note(kind: str) -> None:
    """In a JPEG, a PNG before and after the pixels, and a WebP; the picture is read all the same."""
    block = DAMAGED[kind]
    plain = read(jpeg())
    for content in (
        jpeg(segment(0xE1, b"Exif\0\0" + block)),
        png(ROWS, (5, 7), 8, 2, before=chunk(b"eXIf", block)),
        png(ROWS, (5, 7), 8, 2, after=chunk(b"eXIf", block)),
    ):
        picture = read(content)
        assert np.array_equal(picture.pixels, plain.pixels if content[:1] == b"\xff" else PIXELS)
        assert picture.metadata.exif is None
        assert picture.notes == (("its EXIF cannot be understood and will not be carried over",) if block else ())


def test_directories_in_a_circle_are_walked_once() -> None:
    """The EXIF directory is the first one again; and the second directory, the first."""
    assert exif_block.upright(CYCLE) is not None
    picture = read(jpeg(segment(0xE1, b"Exif\0\0" + CYCLE)))
    for name in there("jpeg", "png", "tiff", "webp", "avif", "jp2"):
        assert np.array_equal(read(written(picture, name, quality=100)[0]).pixels.shape, PIXELS.shape), name


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP", b"raw"])
def test_a_bomb_in_a_png_is_a_note(kind: bytes, tmp_path: Path) -> None:
    """100 MB of zeros in 100 kB: less than 64 MB are ever there, and the pixels are read."""
    bomb = zlib.compress(bytes(100 << 20), 1)
    content = {
        b"zTXt": chunk(b"zTXt", b"Title\0\0" + bomb),
        b"iTXt": chunk(b"iTXt", b"Title\0\1\0\0\0" + bomb),
        b"iCCP": chunk(b"iCCP", b"x\0\0" + bomb),
        b"raw": chunk(b"zTXt", b"Raw profile type exif\0\0" + bomb),
    }[kind]
    (tmp_path / "a.png").write_bytes(png(ROWS, (5, 7), 8, 2, before=content))
    tracemalloc.start()
    picture = images.read(str(tmp_path / "a.png"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20
    assert np.array_equal(picture.pixels, PIXELS)
    what = "colour profile" if kind == b"iCCP" else "comments"
    assert picture.notes == (f"its {what} cannot be understood and will not be carried over",)


@pytest.mark.parametrize(
    "damaged",
    [
        chunk(b"tEXt", b"Title\0walk")[:-1] + b"\0",
        chunk(b"zTXt", b"Title\0\0no zlib"),
        chunk(b"zTXt", b"Title"),
        chunk(b"iTXt", b"Title\0"),
        chunk(b"iTXt", b"Title\0\0\0\0\0\xff\xfe"),
        chunk(b"iCCP", b"no end"),
        chunk(b"gAMA", b"\0"),
        chunk(b"pHYs", b"\0\0"),
        chunk(b"cHRM", b""),
        chunk(b"sRGB", b""),
        chunk(b"tIME", b"\0"),
        chunk(b"tEXt", b"Raw profile type exif\0not hex"),
        chunk(b"vpAg", b"odd")[:-1] + b"\0",
    ],
    ids=range(13),
)
def test_damage_beside_the_pixels_of_a_png_harms_none(damaged: bytes) -> None:
    """Checksums, lengths, compression and encodings, before the pixels and after them."""
    for content in (
        png(ROWS, (5, 7), 8, 2, before=damaged),
        png(ROWS, (5, 7), 8, 2, after=damaged),
        png(ROWS, (5, 7), 8, 2, before=damaged + chunk(b"tEXt", b"Author\0Ann"), after=damaged),
    ):
        picture = read(content)
        assert np.array_equal(picture.pixels, PIXELS)
        assert picture.metadata.comments == ((Comment("Author", "Ann"),) if b"Ann" in content else ())


def test_exif_beyond_a_segment_is_dropped_with_a_note() -> None:
    """64 KiB less the marks; a PNG holds it."""
    large = exif(orientation=1, thumbnail=False) + bytes(70_000)
    content, notes = written(Picture(PIXELS, metadata=Metadata(exif=large)), "jpeg")
    assert notes == (f"JPEG holds EXIF of at most 65,527 bytes, not {len(large):,}; dropped",)
    assert read(content).metadata.exif is None
    assert read(written(Picture(PIXELS, metadata=Metadata(exif=large)), "png")[0]).metadata.exif == exif_block.sized(
        large, 5, 7
    )


@pytest.mark.parametrize("length", [60_000, 65_502, 65_503, 70_000, 400_000])
def test_xmp_of_any_length_goes_through_a_jpeg(length: int) -> None:
    """In one segment, without its padding, or as an extension whose name is the MD5 of it."""
    packet = XMP % (1, b"<dc:x>%s</dc:x>" % (b"x" * length))
    content, notes = written(Picture(PIXELS, metadata=Metadata(xmp=packet)), "jpeg")
    again = read(content).metadata
    assert notes == ()
    assert xmp._WRAPPER.sub(b"", again.xmp or b"") == xmp._WRAPPER.sub(b"", packet)
    assert again.xmp_extension is None
    assert all(len(part) <= 65_535 for part in content.split(b"\xff\xe1"))


def test_an_extension_of_another_program_goes_to_jpeg_whole_and_elsewhere_with_a_note() -> None:
    """Its packet says something itself; out of order and cut short it is not taken."""
    name, extension = b"0123456789ABCDEF0123456789ABCDEF", b"<x:xmpmeta>" + b"y" * 100_000 + b"</x:xmpmeta>"
    packet = XMP % (1, b'<rdf:Description xmpNote:HasExtendedXMP="%s"/>' % name)
    pieces = [
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + name + struct.pack(">II", len(extension), at) + part)
        for at, part in ((50_000, extension[50_000:]), (0, extension[:50_000]))
    ]
    main = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)
    picture = read(jpeg(main, *pieces))
    assert picture.metadata.xmp_extension == extension
    assert read(written(picture, "jpeg")[0]).metadata.xmp_extension == extension
    assert written(picture, "png")[1] == ("PNG holds no extended XMP; dropped",)
    short = read(jpeg(main, pieces[0]))
    assert (short.metadata.xmp_extension, short.metadata.unread) == (None, ("extended XMP",))


def test_long_comments_and_resources_are_cut_between_segments() -> None:
    """A comment between letters; Photoshop's resources anywhere, for they are joined again."""
    block = resource(0x0404, bytes(range(256)) * 600)
    picture = Picture(PIXELS, metadata=Metadata(photoshop=block, comments=(Comment("Comment", "ü" * 50_000),)))
    again = read(written(picture, "jpeg")[0]).metadata
    assert again.photoshop == block
    assert "".join(one.text for one in again.comments) == "ü" * 50_000


def test_comments_too_long_for_a_header_are_dropped_with_a_note() -> None:
    """A PPM's header must be short; the file is read again."""
    content, notes = written(Picture(PIXELS, metadata=Metadata(comments=(Comment("Comment", "x" * 3000),))), "ppm")
    assert notes == ("PNM holds comments of at most 2,000 bytes, not 3,003; dropped",)
    assert np.array_equal(read(content).pixels, PIXELS)


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_resources_are_read_up_to_the_damage(cut: int) -> None:
    """Whole ones before it are kept."""
    block = resource(0x0404, b"words") + resource(0x07D0, b"a path", b"name")
    kept = photoshop.kept(block[: len(block) - cut])
    whole = 2 if cut == 0 else 1 if cut <= len(resource(0x07D0, b"a path", b"name")) else 0
    assert len(photoshop.resources(kept or b"")) == whole


def test_many_thumbnails_cost_no_more_than_their_length() -> None:
    """A hundred thousand opened, none closed; and as many closed."""
    opened = b"<xmp:Thumbnails>" * 100_000
    assert xmp.upright(opened) == opened
    assert xmp.upright(b"a" + b"<xmp:Thumbnails></xmp:Thumbnails>" * 100_000 + b"b") == b"ab"


def test_random_damage_of_metadata_never_harms_the_picture() -> None:
    """Bytes of EXIF, XMP and resources changed at random: the pixels are read, and every format written."""
    rng = np.random.default_rng(5)
    plain = np.sort(read(jpeg()).pixels, axis=None)
    blocks = [b"Exif\0\0" + exif(), b"http://ns.adobe.com/xap/1.0/\0" + XMP % (1, b"")]
    for trial in range(60):
        hurt = []
        for block in (*blocks, b"Photoshop 3.0\0" + resource(0x0404, b"x") + resource(0x03ED, bytes(16))):
            changed = bytearray(block)
            for place in rng.integers(6, len(block), int(rng.integers(1, 12))):
                changed[place] = int(rng.integers(0, 256))
            hurt.append(bytes(changed))
        picture = read(jpeg(segment(0xE1, hurt[0]), segment(0xE1, hurt[1]), segment(0xED, hurt[2])))
        assert np.array_equal(np.sort(picture.pixels, axis=None), plain), trial
        for name in ("jpeg", "png", "tiff", *(there("webp", "avif", "jp2") if trial % 10 == 0 else ())):
            images.encode(picture, io.BytesIO(), name)
