"""What a picture says beside its pixels, on the command line: carried over, stripped, or named where it is lost."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.images.formats import FORMATS
from convcli.images.picture import Comment, Metadata, Picture
from tests.command_line import convcli
from tests.images.metadata.blocks import IPTC, XMP, exif, resource

PIXELS = np.add.outer(np.arange(20) * 5, np.arange(30) * 4)[:, :, None].astype(np.uint8) + np.uint8([0, 9, 30])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photograph with everything."""
    metadata = Metadata(
        b"\0" * 16 + b"RGB " + b"\0" * 108,
        (300.0, 300.0),
        exif(orientation=1, thumbnail=False),
        XMP % (1, b""),
        None,
        resource(0x0404, IPTC),
        (Comment("Comment", "a walk"),),
    )
    images.write(Picture(PIXELS, metadata=metadata), str(tmp_path / "in.jpg"))
    return tmp_path


def test_a_filtered_photograph_still_says_who_took_it(photo: Path) -> None:
    """JPEG to JPEG, PNG and TIFF, from stdin and by a thread of its own; no note, for nothing is lost."""
    given = images.read(str(photo / "in.jpg")).metadata
    for output in ("a.jpg", "b.png", "c.tif"):
        done = convcli("apply", "in.jpg", "-k", "gaussian:sigma=1", "-o", output, cwd=photo)
        assert (done.code, "dropped" in done.err) == (0, False)
        found = images.read(str(photo / output)).metadata
        assert (found.xmp or b"").replace(b'"30"', b'"7"') == (given.xmp or b"").replace(b'"30"', b'"7"')
        assert found.photoshop == given.photoshop
        with Image.open(photo / output) as image:
            assert image.getexif()[271] == "Maker"
            assert image.getexif().get_ifd(34665)[40962] == 30


def test_what_a_format_cannot_hold_is_one_note(photo: Path) -> None:
    """The parts by their names; -q is silent."""
    done = convcli("apply", "in.jpg", "-k", "1", "-o", "a.ppm", cwd=photo)
    assert "in.jpg: PNM holds no colour profile, EXIF, XMP or IPTC; dropped\n" in done.err
    assert (photo / "a.ppm").read_bytes().startswith(b"P6\n# a walk\n30 20\n255\n")
    assert convcli("apply", "in.jpg", "-k", "1", "-o", "b.ppm", "-q", cwd=photo).err == ""
    done = convcli("apply", "in.jpg", "-k", "1", "-o", "a.npy", cwd=photo)
    assert ".npy holds no colour profile, EXIF, XMP, IPTC or comments; dropped" in done.err


def test_strip_leaves_pixels_and_profile(photo: Path) -> None:
    """The pixels are the same with it and without."""
    for name, more in (("a.png", []), ("b.png", ["--strip"])):
        assert convcli("apply", "in.jpg", "-k", "sharpen", "-o", name, *more, cwd=photo).code == 0
    kept, bare = (images.read(str(photo / name)) for name in ("a.png", "b.png"))
    assert np.array_equal(kept.pixels, bare.pixels)
    assert bare.metadata == Metadata(kept.metadata.icc_profile, kept.metadata.dpi)
    assert kept.metadata.exif
    done = convcli("apply", "in.jpg", "-k", "1", "-o", "a.bmp", "--strip", cwd=photo)
    assert "BMP holds no colour profile; dropped" in done.err


def test_a_sheet_says_what_its_picture_said_and_drawings_say_nothing(photo: Path) -> None:
    """A sheet is made of the picture; `show` and `equivariance` draw."""
    assert convcli("apply", "in.jpg", "-k", "1", "-k", "sobel-x", "-o", "sheet.png", cwd=photo).code == 0
    assert b"Maker" in (images.read(str(photo / "sheet.png")).metadata.exif or b"")
    assert convcli("show", "in.jpg", "-o", "shown.png", cwd=photo).code == 0
    assert images.read(str(photo / "shown.png")).metadata.is_plain


def test_damaged_metadata_is_a_note_and_the_picture_is_filtered(tmp_path: Path) -> None:
    """The result is that of the picture without it."""
    stream = io.BytesIO()
    Image.fromarray(PIXELS).save(stream, "JPEG", exif=b"Exif\0\0no such thing")
    (tmp_path / "in.jpg").write_bytes(stream.getvalue())
    done = convcli("apply", "in.jpg", "-k", "sobel-x", "-o", "a.png", cwd=tmp_path)
    assert (done.code, "in.jpg: its EXIF cannot be understood and will not be carried over" in done.err) == (0, True)


@pytest.mark.parametrize(
    ("given", "format"),
    [("jpg", "JPEG"), ("JPG", "JPEG"), ("tif", "TIFF"), ("pgm", "PPM"), ("pnm", "PPM"), ("PNG", "PNG"),
     ("j2k", "JPEG2000"), ("webp", "WEBP")],
)  # fmt: skip
def test_other_names_of_formats_are_understood(given: str, format: str, tmp_path: Path) -> None:
    """In any case; by `apply` and `show`."""
    images.write(Picture(PIXELS), str(tmp_path / "in.png"))
    for command in (["apply", "in.png", "-k", "1"], ["show", "in.png"]):
        done = convcli(*command, "--format", given, cwd=tmp_path)
        with Image.open(io.BytesIO(done.out)) as image:
            assert image.format == format
    assert convcli("apply", "1 2", "-k", "1", "--format", "txt").text == "1 2\n"
    assert convcli("show", "in.png", "--format", "txt", cwd=tmp_path).refused(
        2, "--format: txt is not allowed; choose from png"
    )


@pytest.mark.skipif(not os.path.isdir("/dev/shm") or sys.platform == "win32", reason="there is no /dev/shm")
def test_only_devices_have_no_suffix() -> None:
    """A file in memory is a JPEG by its suffix; /dev/stdout and /dev/null take what a pipe would."""
    path = f"/dev/shm/convcli-{os.getpid()}.jpg"
    try:
        assert convcli("apply", "sample:camera", "-k", "1", "-o", path).code == 0
        with open(path, "rb") as stream:
            assert stream.read(3) == b"\xff\xd8\xff"
    finally:
        os.unlink(path)
    assert convcli("apply", "sample:camera", "-k", "1", "-o", "/dev/null").code == 0
    assert images.output_format("/dev/stdout").name == "png"
    assert images.output_format("/dev/fd/1", None, "array").name == "npy"
    assert convcli("apply", "1 2", "-k", "1", "-o", "/dev/shm/no-suffix").refused(2, "or give --format")


def test_the_table_of_formats_is_the_registry() -> None:
    """Names, suffixes and what is carried."""
    text = convcli("help", "formats").text
    for row in FORMATS:
        assert " ".join(row.suffixes) in text
    assert "webp    .webp" in text
    assert "EXIF, XMP, colour profile" in text
