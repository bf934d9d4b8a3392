"""EXIF, XMP, IPTC and comments of a picture are those of the output, in every format that can hold them."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import PIL
import pytest
import tifffile
from PIL import Image

from convcli import images
from convcli.images.formats import Format
from convcli.images.metadata.directories import EXIF, GPS, read_tree
from convcli.images.picture import Comment, Metadata, Picture
from tests.images.metadata.blocks import (
    IPTC,
    MAKER_NOTE,
    PICTURES,
    THUMBNAIL,
    THUMBNAILS,
    WRITTEN,
    XMP,
    exif,
    resource,
    segment,
    there,
    with_segments,
)

PIXELS = np.add.outer(np.arange(5) * 20, np.arange(7) * 9)[:, :, None].astype(np.uint8) + np.uint8([0, 30, 90])
PROFILE = b"\0" * 16 + b"RGB " + b"\0" * 108
WHOLE = Metadata(
    PROFILE,
    (300.0, 300.0),
    exif(orientation=1, thumbnail=False),
    XMP % (1, b""),
    None,
    resource(0x0404, IPTC) + resource(0x07D0, b"a path", b"outline"),
    (Comment("Comment", "sharpened twice"),),
)
OLD = PIL.__version__ < "11"  # which has no eye for XMP in JPEG and TIFF, nor for comments in JPEG 2000
PARTS = {"EXIF": "exif", "XMP": "xmp", "IPTC": "photoshop", "comments": "comments", "colour profile": "icc_profile"}


def jpeg(*segments: bytes) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(PIXELS).save(stream, "JPEG", quality=95, subsampling=0)
    return with_segments(stream.getvalue(), *segments)


def read(content: bytes) -> Picture:
    return images.read("-", stdin=io.BytesIO(content))


def written(picture: Picture, name: str, **how: object) -> tuple[bytes, tuple[str, ...]]:
    stream = io.BytesIO()
    notes = images.encode(picture, stream, name, **how)  # type: ignore[arg-type]
    return stream.getvalue(), notes


@pytest.mark.parametrize("row", PICTURES, ids=lambda row: row.name)
def test_what_a_format_carries_comes_back_byte_for_byte_and_the_rest_is_named(row: Format) -> None:
    """By the format's own row: nothing more is lost than it says, and the note says exactly that."""
    content, notes = written(Picture(PIXELS, metadata=WHOLE), row.name, quality=100)
    again = read(content)
    for name, attribute in PARTS.items():
        # a TIFF is EXIF itself
        elsewhere = (row.name == "tiff" and name in ("EXIF", "comments")) or (row.name == "jp2" and OLD)
        if name in row.carries and not elsewhere:
            assert getattr(again.metadata, attribute) == getattr(WHOLE, attribute), name
    lost = [name for name in PARTS if name not in row.carries]
    assert len(notes) == bool(lost)
    for name in lost:
        assert name in notes[0]
        assert not getattr(again.metadata, PARTS[name])
    assert again.notes == ()


@pytest.mark.parametrize("given", [row.name for row in WRITTEN if "EXIF" in row.carries])
@pytest.mark.parametrize("taken", [row.name for row in WRITTEN if "EXIF" in row.carries])
def test_exif_gps_and_the_makers_note_go_from_any_format_to_any(given: str, taken: str) -> None:
    """Every pair of the formats that hold EXIF: the same values in their directories."""
    through, _ = written(Picture(PIXELS, metadata=Metadata(exif=WHOLE.exif, xmp=WHOLE.xmp)), given)
    again, _ = written(read(through), taken)
    metadata = read(again).metadata
    tree = read_tree(metadata.exif or b"")
    assert tree.top.entries[271].content == b"Maker\0"
    assert tree.top.entries[33432].content == "© Änne\0".encode()
    assert tree.under[EXIF].entries[37500].content == MAKER_NOTE
    assert tree.under[EXIF].entries[33434].content == b"\1\0\0\0\x3c\0\0\0"
    assert tree.under[GPS].entries[1].content == b"N\0"
    assert (metadata.xmp or b"") == WHOLE.xmp


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("name", there("jpeg", "png", "tiff", "webp", "avif", "heif", "jp2"))
def test_the_picture_is_turned_once_and_no_thumbnail_stays(name: str, order: str) -> None:
    """Orientation 6: upright pixels, orientation 1 in EXIF and XMP, sizes those of the output, no old thumbnail."""
    content = jpeg(
        segment(0xE1, b"Exif\0\0" + exif(order)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP % (6, THUMBNAILS)),
        segment(0xED, b"Photoshop 3.0\0" + resource(0x040C, THUMBNAIL) + resource(0x0404, IPTC)),
    )
    picture = read(content)
    assert picture.pixels.shape == (7, 5, 3)
    made, _ = written(picture.with_pixels(picture.pixels[:6].copy()), name, quality=100)
    assert THUMBNAIL[2:20] not in made
    assert b"Thumbnails" not in made
    again = read(made)
    assert again.pixels.shape == (6, 5, 3)
    tree = read_tree(again.metadata.exif or b"")
    assert 274 not in tree.top.entries or tree.top.entries[274].content.strip(b"\0") == b"\1"
    inner = tree.under[EXIF].entries
    assert [int.from_bytes(inner[tag].content, "little" if tree.order == "<" else "big") for tag in (40962, 40963)] == [
        5,
        6,
    ]
    assert b'tiff:Orientation="1" tiff:ImageWidth="5"' in (again.metadata.xmp or b"")
    assert re.sub(rb"[0-9]", b"", again.metadata.xmp or b"") == re.sub(rb"[0-9]", b"", XMP % (1, b""))


def test_other_readers_find_it(tmp_path: Path) -> None:
    """Pillow, tifffile and the bytes of the standards themselves."""
    for suffix in (".jpg", ".png", ".webp", ".tiff", *(f".{name}" for name in there("avif"))):
        path = tmp_path / f"a{suffix}"
        images.write(Picture(PIXELS, metadata=WHOLE), str(path))
        with Image.open(path) as image:
            assert image.getexif()[271] == "Maker", suffix
            assert image.getexif().get_ifd(34853)[1] == "N", suffix
            assert image.getexif().get_ifd(34665)[33434] == pytest.approx(1 / 60), suffix
            xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp", "").encode()
            assert xmp == WHOLE.xmp or OLD, suffix
            if suffix == ".png":
                assert image.text["Comment"] == "sharpened twice"
            if suffix == ".jpg":
                assert image.info["photoshop"][0x0404] == IPTC
                assert image.info["comment"] == b"sharpened twice"
    with tifffile.TiffFile(tmp_path / "a.tiff") as file:
        tags = file.pages[0].tags
        assert tags["ImageDescription"].value == "sharpened twice"
        assert bytes(tags[33723].value) == IPTC
        assert bytes(tags[34377].value) == WHOLE.photoshop
        assert tags["ExifTag"].value["MakerNote"] == MAKER_NOTE


@pytest.mark.parametrize(("dtype", "shape"), [("u1", (5, 7)), ("u2", (5, 7, 3)), ("u2", (5, 7)), ("u1", (5, 7, 3))])
@pytest.mark.parametrize("has_alpha", [False, True])
def test_every_kind_of_png_carries_it(dtype: str, shape: tuple[int, ...], has_alpha: bool) -> None:
    """Pillow writes some of them and this package others."""
    pixels = np.zeros(shape, dtype)
    metadata = Metadata(exif=WHOLE.exif, xmp=WHOLE.xmp, photoshop=WHOLE.photoshop, comments=WHOLE.comments)
    content, notes = written(Picture(pixels, pixels[:5, :7].reshape(5, 7, -1)[..., 0] if has_alpha else None,
                                     metadata=metadata), "png")  # fmt: skip
    assert (read(content).metadata, notes) == (metadata, ())


@pytest.mark.parametrize(
    "comment",
    [
        Comment("Comment", "plain"),
        Comment("Title", "Grüße, 你好, emoji 🙂"),
        Comment("Author", "Änne"),
        Comment("Description", "a line\nand another " * 200),
        Comment("Titel", "übersetzt", "de", "Überschrift"),
        Comment("k" * 79, ""),
    ],
    ids=lambda comment: comment.keyword[:8],
)
def test_texts_of_a_png_are_those_of_the_next(comment: Comment) -> None:
    """Latin-1 or not, long or short, with a language or without."""
    content, _ = written(Picture(PIXELS, metadata=Metadata(comments=(comment,))), "png")
    assert read(content).metadata.comments == (comment,)
    with Image.open(io.BytesIO(content)) as image:
        assert image.text[comment.keyword] == comment.text


def test_texts_with_keywords_become_tags_or_lines() -> None:
    """In a TIFF a title is the document's name; in a JPEG the keyword stands before the text; PPM has lines."""
    texts = (Comment("Title", "A walk"), Comment("Author", "Änne"), Comment("Comment", "rainy\nand cold"))
    picture = Picture(PIXELS, metadata=Metadata(comments=texts))
    tags = read_tree(written(picture, "tiff")[0]).top.entries
    assert [tags[tag].content.decode() for tag in (269, 315, 270)] == ["A walk\0", "Änne\0", "rainy\nand cold\0"]
    said = [one.text for one in read(written(picture, "jpeg")[0]).metadata.comments]
    assert said == ["Title: A walk", "Author: Änne", "rainy\nand cold"]
    assert written(picture, "ppm")[0].startswith(
        "P6\n# Title: A walk\n# Author: Änne\n# rainy\n# and cold\n7 5\n".encode()
    )
    assert read(written(picture, "ppm")[0]).metadata.comments[0].text.splitlines()[3] == "and cold"


def test_iptc_of_imagemagick_and_of_a_bare_tiff_is_found() -> None:
    """As hexadecimal digits in a PNG's text, and as a tag of its own."""
    block = resource(0x0404, IPTC)
    hexed = f"\niptc\n{len(block):8d}\n{block.hex()}\n"
    content, _ = written(Picture(PIXELS, metadata=Metadata(comments=(Comment("Raw profile type iptc", hexed),))), "png")
    assert read(content).metadata == Metadata(photoshop=block)
    stream = io.BytesIO()
    tifffile.imwrite(stream, PIXELS, extratags=[(33723, 7, len(IPTC), IPTC, True)], metadata=None, software=False)
    assert read(stream.getvalue()).metadata.photoshop == block


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4", "f8", "u4"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_a_tiff_of_any_dtype_keeps_its_texts_and_resolution(dtype: str, byteorder: str) -> None:
    """Those that are read as plain rows as well, of either byte order; 118.11 pixels per cm are 300 dpi."""
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        np.arange(12).reshape(3, 4).astype(dtype),
        byteorder=byteorder,
        description="a walk",
        software="scope 2",
        resolution=(118.11, 59.055),
        resolutionunit="CENTIMETER",
        metadata=None,
        extratags=[(700, 1, len(WHOLE.xmp or b""), WHOLE.xmp, True), (34675, 7, len(PROFILE), PROFILE, True)],
    )
    metadata = read(stream.getvalue()).metadata
    tags = read_tree(metadata.exif or b"").top.entries
    assert (tags[270].content, tags[305].content) == (b"a walk\0", b"scope 2\0")
    assert metadata.dpi == pytest.approx((300, 150), abs=0.01)
    assert (metadata.xmp, metadata.icc_profile) == (WHOLE.xmp, PROFILE)


@pytest.mark.parametrize(
    "text", ['{"shape": [3, 4]}', "ImageJ=1.53t\nimages=3\n", '<?xml version="1.0"?><OME xmlns=""/>']
)
def test_descriptions_of_the_files_own_layout_are_not_carried_over(text: str) -> None:
    """They would be untrue of the output, and make their programs misread it."""
    stream = io.BytesIO()
    tifffile.imwrite(stream, np.zeros((3, 4), np.uint8), description=text, metadata=None, software="scope")
    picture = read(stream.getvalue())
    assert b"scope" in (picture.metadata.exif or b"")
    assert text[:6].encode() not in written(picture, "tiff")[0]
    assert bool(picture.notes) == ("shape" not in text)


def test_strip_leaves_the_profile_and_the_resolution() -> None:
    """And nothing else, without a note, in every format."""
    for row in PICTURES:
        content, notes = written(Picture(PIXELS, metadata=WHOLE), row.name, strip=True)
        again = read(content).metadata
        assert (again.exif, again.xmp, again.photoshop, again.comments) == (None, None, None, ()), row.name
        assert again.icc_profile == (PROFILE if "colour profile" in row.carries else None)
        assert not [note for note in notes if "profile" not in note], row.name


def test_a_profile_that_does_not_fit_is_named() -> None:
    """A grey result of a colour picture."""
    _, notes = written(Picture(PIXELS[:, :, 0].copy(), metadata=Metadata(PROFILE)), "png")
    assert notes == ("the colour profile is of RGB and the result is not; dropped",)


def test_a_gamma_of_its_own_stays_with_a_png() -> None:
    """Linear samples say so; sRGB's, which is what everybody assumes, need not be said."""
    from tests.images.picture_bytes import chunk, png

    rows = PIXELS.reshape(5, -1)
    linear, usual = (int(100_000 / gamma).to_bytes(4, "big") for gamma in (1, 2.2))
    picture = read(png(rows, (5, 7), 8, 2, before=chunk(b"gAMA", linear)))
    assert b"gAMA" + linear in written(picture, "png")[0]
    assert written(picture, "jpeg")[1] == ("JPEG holds no PNG's gamma; dropped",)
    assert read(png(rows, (5, 7), 8, 2, before=chunk(b"gAMA", usual))).metadata == Metadata()


def test_nothing_is_added() -> None:
    """A picture that says nothing is followed by one that says nothing: no software, no date."""
    for row in PICTURES:
        again = read(written(Picture(PIXELS), row.name)[0])
        assert again.metadata.is_plain, row.name
