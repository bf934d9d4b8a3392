"""What is asked of files that read and write by rows: how to open a picture, what is to be written; no NumPy."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from convcli.images.large.by_rows import RowPicture, RowWriter, Shape
    from convcli.images.picture import Metadata


class Wish(NamedTuple):
    """How a picture is to be opened by rows.

    Attributes:
        layout: "hwc" or "chw", how a 3-D array is stored.
        level: of a pyramid, 0 the full size; None where it was not given.
        held: bytes that the reader may keep decoded, beside what it hands out; None: as it thinks right.
        network: whether an address, such as s3://..., may be opened.
    """

    layout: str = "hwc"
    level: int | None = None
    held: int | None = None
    network: bool = False


class Order(NamedTuple):
    """What is to be written by rows, and where.

    Attributes:
        target: a path, or "-" where the format is streamed.
        shape: of the whole picture.
        metadata: what is carried over; the writer keeps what its format holds, and says what it does not.
        force: replace an existing output.
        layout: "hwc" or "chw", how a 3-D array is stored.
        tile: rows and columns of a tile; None where it was not given.
        pyramid: write smaller levels, too.
        resume: go on with a write that was interrupted, where `key` is the same; else begin.
        key: what the samples depend on, in lines of `name: value`; it is stored with what is unfinished, and
            what differs is named.
        kind: of the picture that was read, "picture" or "array".
        range: of the samples, where the writer `narrows` their dtype.
    """

    target: str
    shape: Shape
    metadata: Metadata
    force: bool = False
    layout: str = "hwc"
    tile: int | None = None
    pyramid: bool = False
    resume: bool = False
    key: str = ""
    kind: str = "picture"
    range: tuple[float, float] | None = None


class Opening(Protocol):
    """What opens a picture of one format.

    None where this file of the format cannot be read by rows, which no error is: another row, or the ordinary way,
    may read it.

    Raises:
        InputError: it is such a file and it is damaged.
        OptionError: what was wished for is not in it: "level", "layout".
    """

    def __call__(self, path: str, wish: Wish) -> RowPicture | None: ...


class Creating(Protocol):
    """What writes a picture of one format.

    The context gives the writer; when it ends without an exception, after `finish`, the target is there and
    complete.  After any exception it is as it was, but for what `resume` goes on with, under another name.

    Raises:
        OptionError: the format cannot hold this shape or dtype: "format".
        OutputExistsError, OutputError: as `files.output.safe_output`.
    """

    def __call__(self, order: Order) -> AbstractContextManager[RowWriter]: ...
