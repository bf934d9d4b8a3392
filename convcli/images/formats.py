"""Which format: by content when reading, by suffix or name when writing.

Each format is one row of `FORMATS`, which loads neither NumPy nor Pillow; its
codec is imported when a file of that format is read or written, and no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from convcli import lazy
from convcli.errors import InputError, OptionError, Setting, SuffixError, advice, listed
from convcli.images.signatures import foreign, is_avif, is_heif, is_pnm, is_text, is_webp
from convcli.registry import Registry

if TYPE_CHECKING:
    from convcli.files.source import Source
    from convcli.images.codec import Codec


class Format(NamedTuple):
    """One file format.

    Attributes:
        name: canonical, as `--format` takes it.
        label: as the list of what is read says it.
        suffixes: lower case, with the point; the first is the one for new files.
        reference: of its codec, "package.module:NAME".
        aliases: other names, understood as well.
        begins: first bytes, each of which is such a file's.
        recognises: whether a file begins so, where no fixed bytes say it; without either, no content is taken for it.
        kind: what it holds, as `Picture.kind`: a "picture", an "array", a matrix as "text"; or a "drawing", which
            is no picture: lines and text.
        written: whether files of it are written.
        read_only: those of its suffixes that are not written.
        undrawn: those that are written, but say less than the three colours of a drawing.
        raw: whether it holds responses as they are: of any sign and size, and between whole numbers.
        several: what a file holds several of: each a "frame" of an animation, or a "page"; nothing for one picture.
        resolution: whether its files hold pixels per inch.
        carries: what of a picture's metadata its files hold, of ALL_WORDS.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    reference: str
    aliases: tuple[str, ...] = ()
    begins: tuple[bytes, ...] = ()
    recognises: Callable[[bytes], bool] | None = None
    kind: str = "picture"
    written: bool = True
    read_only: tuple[str, ...] = ()
    undrawn: tuple[str, ...] = ()
    raw: bool = False
    several: str = ""
    resolution: bool = False
    carries: tuple[str, ...] = ()

    @property
    def codec(self) -> Codec:
        """What reads and writes it, imported now."""
        codec: Codec = lazy.load(self.reference)
        return codec

    @property
    def outputs(self) -> tuple[str, ...]:
        """The suffixes of files that are written."""
        return tuple(suffix for suffix in self.suffixes if self.written and suffix not in self.read_only)

    def is_begun_by(self, head: bytes) -> bool:
        """Whether these are the first bytes of such a file."""
        return head.startswith(self.begins) or (self.recognises is not None and self.recognises(head))


HOME = "convcli.images.codecs"
WORDS = ("EXIF", "XMP", "IPTC", "Photoshop's resources", "comments", "colour profile")
ALL_WORDS = (*WORDS, "extended XMP", "PNG's gamma")
FORMATS = Registry(
    "format",
    (
        Format("png", "PNG", (".png", ".apng"), f"{HOME}.png.codec:CODEC", ("apng",), (b"\x89PNG\r\n\x1a\n",),
               several="frame", resolution=True, carries=(*WORDS, "PNG's gamma")),
        Format("jpeg", "JPEG", (".jpg", ".jpeg", ".jpe", ".jif", ".jfif"), f"{HOME}.jpeg:CODEC", ("jpg",),
               (b"\xff\xd8\xff",), resolution=True, carries=(*WORDS, "extended XMP")),
        Format("tiff", "TIFF", (".tiff", ".tif"), f"{HOME}.tiff.codec:CODEC", ("tif",),
               (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), raw=True, several="page", resolution=True, carries=WORDS),
        Format("webp", "WebP", (".webp",), f"{HOME}.webp.codec:CODEC", recognises=is_webp,
               several="frame", carries=("EXIF", "XMP", "colour profile")),
        Format("avif", "AVIF", (".avif",), f"{HOME}.avif:CODEC", recognises=is_avif,
               carries=("EXIF", "XMP", "colour profile")),
        Format("heif", "HEIF", (".heic", ".heif", ".hif"), f"{HOME}.heif:CODEC", ("heic",), recognises=is_heif,
               carries=("EXIF", "XMP", "colour profile")),
        Format("jp2", "JPEG 2000", (".jp2", ".j2k", ".jpx", ".jpf", ".j2c", ".jpc"), f"{HOME}.jpeg2000:CODEC",
               ("jpeg2000", "j2k"), (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
               read_only=(".j2k", ".jpx", ".jpf", ".j2c", ".jpc"), carries=WORDS),
        Format("bmp", "BMP", (".bmp",), f"{HOME}.bmp.codec:CODEC", begins=(b"BM",), resolution=True),
        Format("gif", "GIF", (".gif",), f"{HOME}.gif.codec:CODEC", begins=(b"GIF87a", b"GIF89a"), several="frame"),
        Format("ppm", "PNM", (".ppm", ".pgm", ".pnm", ".pbm", ".pfm"), f"{HOME}.pnm:CODEC", ("pgm", "pnm"),
               recognises=is_pnm, undrawn=(".pgm", ".pnm"), carries=("comments",),
               read_only=(".pbm", ".pfm")),  # bits and floats are written as .png and .tiff
        Format("npy", ".npy", (".npy",), f"{HOME}.npy:CODEC", begins=(b"\x93NUMPY",), kind="array", raw=True),
        Format("text", "text matrices", (".txt",), f"{HOME}.text:CODEC", ("txt",), recognises=is_text, kind="text",
               raw=True),
        Format("csv", "CSV", (".csv",), f"{HOME}.text:CSV", kind="text", raw=True),  # read as any other text
        Format("svg", "SVG", (".svg",), f"{HOME}.drawn:CODEC", kind="drawing"),
        Format("pdf", "PDF", (".pdf",), f"{HOME}.drawn:CODEC", kind="drawing"),
    ),
)  # fmt: skip


def recognise(source: Source) -> Format:
    """The format of a source, by its first bytes alone.

    Raises:
        InputError: empty, or of a format that is not read; by name where it is known.
    """
    if not source.head:
        raise InputError(source.name, "the input is empty")
    known = foreign(source.head)
    if known:
        raise InputError(source.name, f"this is {known}; {_readable()}")
    for row in _by_content():
        if row.is_begun_by(source.head):
            return row
    raise InputError(source.name, f"the format is not recognised; {_readable()}")


def _by_content() -> list[Format]:
    """The formats in the order in which content is tried: any text at all comes after whatever has a signature."""
    told = [row for row in FORMATS if row.begins or row.recognises]
    return sorted(told, key=lambda row: row.kind == "text")


def _readable() -> str:
    return f"{listed(row.label for row in _by_content())} are read"


def format_names() -> list[str]:
    """Names of the formats that are written."""
    return [row.name for row in FORMATS if row.written]


def drawing_names() -> list[str]:
    """Of these, the names of those that hold drawings, as pictures or as such."""
    return [row.name for row in FORMATS if row.written and row.kind in ("picture", "drawing")]


def raw_names() -> list[str]:
    """Of these, the names of those that hold raw responses."""
    return [row.name for row in FORMATS if row.written and row.raw]


def moving_names() -> list[str]:
    """Of these, the names of those that hold several pictures."""
    return [row.name for row in FORMATS if row.written and row.several]


def format_aliases() -> dict[str, str]:
    """Other names that `--format` understands, and the names that they stand for."""
    return {alias: row.name for row in FORMATS if row.written for alias in row.aliases}


def input_suffixes() -> tuple[str, ...]:
    """Suffixes that a folder's pictures and arrays are found by: not those of text, for notes lie beside pictures."""
    return tuple(suffix for row in FORMATS if row.kind not in ("text", "drawing") for suffix in row.suffixes)


def output_suffixes() -> tuple[str, ...]:
    """Suffixes of files that are written."""
    return tuple(suffix for row in FORMATS for suffix in row.outputs)


def has_output_suffix(target: str) -> bool:
    """Whether a path ends in a suffix that is written."""
    return os.path.splitext(target)[1].lower() in output_suffixes()


def drawing_suffixes() -> tuple[str, ...]:
    """Suffixes of files that hold a drawing, which is in colour."""
    rows = [row for row in FORMATS if row.kind in ("picture", "drawing")]
    return tuple(suffix for row in rows for suffix in row.outputs if suffix not in row.undrawn)


def default_format(kind: str) -> Format:
    """What a picture of a kind is written as when nothing else says it: PNG, .npy or text."""
    return next(row for row in FORMATS if row.written and row.kind == kind)


def format_named(name: str) -> Format:
    """The format of a `--format` name, in any case.

    Raises:
        OptionError: no such format, or one that is only read.
    """
    row = FORMATS.get(str(name).lower())
    if row is None or not row.written:
        raise OptionError("format", name, advice(str(name), format_names()))
    return row


def format_for(target: str) -> Format:
    """The format of an output's suffix.

    Raises:
        OptionError: (exit 2) no suffix, or one that is not written.
    """
    suffix = os.path.splitext(target)[1].lower()
    for row in FORMATS:
        if suffix in row.outputs:
            return row
    raise SuffixError("output", target, output_suffixes(), ", or give ", Setting("format"))


def format_of(target: str) -> str:
    """The name of the format of an output's suffix; see `format_for`."""
    return format_for(target).name
