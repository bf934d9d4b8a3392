"""Which formats are read and written by rows, by what file, and through which extra.

Each row of `LARGE` loads neither NumPy nor the extra's libraries; its file is imported when a picture of that
format is opened by rows, and no other.  A format may have several rows: what the first declines, the next is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from convcli import lazy
from convcli.errors import OptionError, Setting, listed
from convcli.images.addresses import is_address
from convcli.images.formats import FORMATS
from convcli.images.large.orders import Creating as Creating
from convcli.images.large.orders import Opening as Opening
from convcli.images.large.orders import Order as Order
from convcli.images.large.orders import Wish as Wish
from convcli.images.signatures import is_pnm
from convcli.registry import Registry

if TYPE_CHECKING:
    from convcli.images.large.by_rows import RowPicture

HEAD_BYTES = 4096


class LargeFormat(NamedTuple):
    """One way to read and write files of a format by rows.

    Attributes:
        name: by itself; where several read or write a format, each has its own.
        label: as messages say it.
        format: as `formats.FORMATS` and `--format` name it, if it is there.
        opens: "package.module:NAME" of an `Opening`; "" where it only writes.
        creates: of a `Creating`; "" where it only reads.
        begins: first bytes, each of which is such a file's.
        pnm: a file of the PNM family.
        folder: names of which one is in a folder that is such a picture.
        suffixes: of what it writes, lower case, with the point; the longest that fits counts.
        streams: whether it writes to stdout and to pipes, never going back.
        narrows: whether whole numbers of more than 16 bits are stored by their range, which `Order` must have then.
        levels, tiles, pyramids, resumes: whether it knows what to do with `--level`, `--tile`, `--pyramid`, `--resume`.
        keeps_alpha: whether it writes alpha; without_alpha: what is said where it does not, or not with these samples.
        stripes: whether what it creates is a `StripeWriter`.
        addresses: whether it reads what an address stands for, too.
        extra: what is to be installed for it, of pyproject's extras; "" for nothing.
        needs: the modules that the extra brings.
    """

    name: str
    label: str
    format: str
    opens: str = ""
    creates: str = ""
    begins: tuple[bytes, ...] = ()
    pnm: bool = False
    folder: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    streams: bool = False
    narrows: bool = False
    levels: bool = False
    tiles: bool = False
    pyramids: bool = False
    resumes: bool = False
    keeps_alpha: bool = False
    without_alpha: str = ""
    stripes: bool = False
    addresses: bool = False
    extra: str = ""
    needs: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether what it needs is installed."""
        return all(find_spec(module) is not None for module in self.needs)

    def recognises(self, path: str, head: bytes) -> bool:
        """Whether a file begins so, or a folder (`head` is empty) holds what such a picture's does."""
        if self.folder and os.path.isdir(path):
            return any(os.path.lexists(os.path.join(path, name)) for name in self.folder)
        return self.begins_with(head)

    def begins_with(self, head: bytes) -> bool:
        """Whether these are the first bytes of such a file."""
        return head.startswith(self.begins or (b"\0none",)) or (self.pnm and is_pnm(head))


HOME = "convcli.images.large"
OF_TIFF = "alpha was dropped: a stack of maps, or of wide integers, has no place for it"
OF_PNM = "PPM has no alpha; it was dropped, the colours are as they were"
OF_ZARR = "OME-Zarr has no alpha; it was dropped, the colours are as they were"
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
LARGE = Registry(
    "format that is read or written by rows",
    (
        LargeFormat("npy", ".npy", "npy", f"{HOME}.npy_rows:open_rows", f"{HOME}.npy_rows:create",
                    begins=(b"\x93NUMPY",), suffixes=(".npy",), streams=True,
                    without_alpha="alpha is not in the array"),
        LargeFormat("ppm", "PNM", "ppm", f"{HOME}.pnm_rows:open_rows", f"{HOME}.pnm_rows:create",
                    pnm=True, suffixes=(".ppm", ".pgm", ".pnm"), streams=True, without_alpha=OF_PNM),
        LargeFormat("tiff", "uncompressed TIFF", "tiff", f"{HOME}.tiff_rows:open_rows", f"{HOME}.tiff_strips:create",
                    begins=TIFF, suffixes=(".tiff", ".tif"), narrows=True, keeps_alpha=True,
                    without_alpha=OF_TIFF),
        LargeFormat("tiled-tiff", "tiled TIFF", "tiff", f"{HOME}.tiff_tiles:open_rows", f"{HOME}.tiled_tiff:create",
                    begins=TIFF, suffixes=(".tiff", ".tif"), levels=True, tiles=True, pyramids=True, addresses=True,
                    keeps_alpha=True, without_alpha=OF_TIFF),
        LargeFormat("ome-tiff", "OME-TIFF", "", creates=f"{HOME}.tiled_tiff:create",
                    suffixes=(".ome.tiff", ".ome.tif"), tiles=True, pyramids=True, keeps_alpha=True,
                    without_alpha=OF_TIFF),
        LargeFormat("zarr", "Zarr", "", f"{HOME}.zarr_rows:open_rows", f"{HOME}.zarr_stripes:create",
                    folder=("zarr.json", ".zarray", ".zgroup"), suffixes=(".zarr",), levels=True, tiles=True,
                    pyramids=True, resumes=True, stripes=True, addresses=True, extra="large", needs=("zarr",),
                    without_alpha=OF_ZARR),
    ),
)  # fmt: skip


def open_rows(source: str, wish: Wish = Wish()) -> RowPicture | None:  # noqa: B008 - it never changes
    """A picture, by its content, open to be read by rows; to be closed.  A Zarr picture is a folder.

    None where nothing that is installed reads it by rows: the ordinary way may.

    Raises:
        InputError, OptionError: see `Opening`.
    """
    for row in _recognising(source, network=wish.network):
        if row.opens and row.is_there and (wish.level is None or row.levels):
            opened: RowPicture | None = lazy.load(row.opens)(source, wish)
            if opened is not None:
                return opened
    return None


def is_large_folder(path: str) -> bool:
    """Whether a folder is one picture, not a folder of pictures."""
    return os.path.isdir(path) and any(row.recognises(path, b"") for row in LARGE if row.folder)


def only_by_rows(target: str) -> LargeFormat | None:
    """The format of an output that only `LARGE` writes, such as .zarr, by its suffix; None for any other output."""
    row = next(_writing(target, None), None)
    return row if row is not None and FORMATS.get(row.format) is None else None


def missing_extra(source: str) -> str:
    """The extra that would read a file by rows and is not installed; "" where there is none."""
    if is_address(source):
        return ""
    return next((row.extra for row in _recognising(source) if row.opens and not row.is_there), "")


def writer_for(target: str, file_format: str | None, *, tile: bool, pyramid: bool, resume: bool) -> LargeFormat | None:
    """What writes a target by rows: by `--format`, or else by the longest suffix, that can do what is asked.

    None where no row has that format or suffix.

    Raises:
        OptionError: rows have it, and none can do what is asked, or what can is not installed.
    """
    rows = list(_writing(target, file_format))
    asked = [name for name, given in (("tile", tile), ("pyramid", pyramid), ("resume", resume)) if given]
    able = [row for row in rows if all(getattr(row, f"{name}s") for name in asked)]
    found = next((row for row in able if row.is_there), None)
    if found is not None or not rows:
        return found
    if able:
        raise OptionError("output", target, f"{able[0].label} needs an extra: pip install 'convcli[{able[0].extra}]'")
    lacking = next(name for name in asked if not any(getattr(row, f"{name}s") for row in rows))
    knowing = listed(written_suffixes(lacking))
    raise OptionError(lacking, target, f"{rows[0].label} has none; ", Setting(lacking), f" is for {knowing}")


def _writing(target: str, file_format: str | None) -> Iterator[LargeFormat]:
    rows = [row for row in LARGE if row.creates]
    if file_format is not None:
        yield from (row for row in rows if row.format == file_format)
        return
    name = target.lower()
    ends = [max((len(suffix) for suffix in row.suffixes if name.endswith(suffix)), default=0) for row in rows]
    longest = max(ends, default=0)
    yield from (row for row, end in zip(rows, ends, strict=True) if end == longest > 0)


def written_suffixes(asked: str | None = None) -> tuple[str, ...]:
    """Suffixes of what is written by rows here, or can be with `tile`, `pyramid` or `resume`."""
    able = [row for row in LARGE if row.creates and (getattr(row, f"{asked}s") if asked else row.is_there)]
    return tuple(dict.fromkeys(suffix for row in able for suffix in row.suffixes))


def _recognising(source: str, *, network: bool = False) -> Iterator[LargeFormat]:
    if source == "-" or source.startswith("sample:"):
        return
    if is_address(source):
        from convcli.images.large import remote_files

        head, names = remote_files.beginning(source, {name for row in LARGE for name in row.folder}, network=network)
        rows = [row for row in LARGE if row.addresses]
        yield from (row for row in rows if (head and row.begins_with(head)) or names & {*row.folder})
        return
    head = _head(source)
    yield from (row for row in LARGE if row.recognises(source, head))


def _head(path: str) -> bytes:
    """The first bytes of a file; nothing of a folder, a pipe, or what cannot be opened, which the ordinary way says."""
    if not os.path.isfile(path):
        return b""
    try:
        with open(path, "rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError:
        return b""
