"""What is wished of a reader by rows, and ordered of a writer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from convcli.images.large.by_rows import Shape
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
