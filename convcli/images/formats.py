"""Which format: by content when reading, by suffix or `--format` when writing."""

from __future__ import annotations

import os

from convcli.errors import InputError, OptionError
from convcli.files.source import Source
from convcli.images.codec import Codec
from convcli.images.codecs import CODECS

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
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SIMPLE  =", "a FITS file"),
    (b"P7\n", "a PAM picture"),
)
READABLE = "PNG, JPEG, TIFF, WebP, BMP, GIF, PNM, .npy and text matrices are read"
READ_ONLY_SUFFIXES = (".pbm", ".pfm")  # bits and floats are written as .png and .tiff
ALIASES = {"jpg": "jpeg", "tif": "tiff", "pgm": "ppm", "pnm": "ppm", "txt": "text"}


def recognise(source: Source) -> Codec:
    """The codec for a source, by its first bytes alone.

    Raises:
        InputError: empty, or of a format that is not read; by name where it is known.
    """
    if not source.head:
        raise InputError(source.name, "the input is empty")
    foreign = _foreign(source.head)
    if foreign:
        raise InputError(source.name, f"this is {foreign}; {READABLE}")
    for codec in CODECS:
        if codec.recognises(source.head):
            return codec
    raise InputError(source.name, f"the format is not recognised; {READABLE}")


def _foreign(head: bytes) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "SVG or other XML"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if head[4:8] == b"ftyp":
        return "an AVIF, HEIF or video file"
    return next((name for magic, name in FOREIGN if head.startswith(magic)), None)


def format_names() -> list[str]:
    """Names that `--format` takes."""
    return [codec.name for codec in CODECS if codec.encode]


def input_suffixes() -> tuple[str, ...]:
    """Suffixes that a folder's pictures are found by."""
    return tuple(suffix for codec in CODECS for suffix in codec.suffixes)


def output_suffixes() -> tuple[str, ...]:
    """Suffixes of files that are written."""
    return tuple(s for codec in CODECS if codec.encode for s in codec.suffixes if s not in READ_ONLY_SUFFIXES)


def codec_named(name: str) -> Codec:
    """The codec of a `--format` name.

    Raises:
        OptionError: no such format, or one that is only read.
    """
    canonical = ALIASES.get(name.lower(), name.lower())
    for codec in CODECS:
        if codec.name == canonical and codec.encode:
            return codec
    raise OptionError("--format", name, f"choose from {', '.join(format_names())}")


def format_of(target: str) -> str:
    """The canonical format name of an output's suffix; see `codec_for`."""
    return codec_for(target).name


def codec_for(target: str) -> Codec:
    """The codec of an output's suffix.

    Raises:
        OptionError: (exit 2) no suffix, or one that is not written.
    """
    suffix = os.path.splitext(target)[1].lower()
    for codec in CODECS:
        if codec.encode and suffix in codec.suffixes and suffix in output_suffixes():
            return codec
    raise OptionError("-o", target, f"end it with one of {' '.join(output_suffixes())}, or give --format")
