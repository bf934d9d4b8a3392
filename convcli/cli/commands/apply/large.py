"""Large pictures: which inputs are read and written by rows, by size and kind, or because it was asked for."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.piped import claimed, kept_aside
from convcli.cli.commands.apply.row_memory import SHARE_HELD
from convcli.core.arrays import Array
from convcli.core.correlation.row_source import ArrayRows, Rows
from convcli.errors import ConvcliError, InputError, OptionError, Setting, TooLargeError, UsageError, listed
from convcli.files.source import Source, open_source
from convcli.images.addresses import is_address
from convcli.images.formats import default_format
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.cropped_rows import CroppedRows
from convcli.images.large.large_formats import (
    LARGE,
    LargeFormat,
    Wish,
    missing_extra,
    open_rows,
    writer_for,
    written_suffixes,
)
from convcli.images.picture import Picture

COMFORTABLE = 1 << 28  # bytes of samples that are held without a thought; a response of floats has four times as many
DENSEST = 1 << 13  # pixels of a byte of a compressed file, at most
LEAST = 1 << 16  # bytes of a file: of fewer, no compression makes COMFORTABLE


class NotByRowsError(UsageError):
    """Raised when something cannot be done by rows; a picture that can be held is done in the ordinary way then."""


@dataclass(frozen=True, eq=False)
class Approach:
    """How one input is read.

    Attributes:
        rows: the picture, open to be read by rows; None where it is not.
        streamed: it is to be written by rows, too.
        forced: and in no other way: it is too large to be held, or that was asked for.
        held: it is read from `rows` into memory: a part of it, a level, or what a pipe held.
        stdin: a pipe that was looked at, to be read in the ordinary way.
    """

    rows: RowPicture | None = None
    streamed: bool = False
    forced: bool = False
    held: bool = False
    stdin: Source | None = None


@contextlib.contextmanager
def approached(task: Task, options: ApplyOptions) -> Iterator[Approach]:
    """One input, opened by rows where that is asked for, or may be wanted for its size.

    Raises:
        OptionError: a level or a region that it has not.
        InputError: it is damaged, or too large for any way.
    """
    asked = asked_for(task, options)
    with contextlib.ExitStack() as stack:
        path, stdin = task.source, None
        if path == "-":
            source = stack.enter_context(open_source(path))
            there = claimed(source, options)
            if there is not None and (asked or _too_much(*there, options)):
                path = kept_aside(source, there[1], stack)
            else:
                stdin = source
        ordinary = options.frames is not None or options.allow_truncated
        wanted = asked or (not ordinary and (options.region is not None or options.level is not None))
        rows = None
        if is_address(path) or (path != "-" and (wanted or (not ordinary and _may_be_large(path, options)))):
            rows = open_rows(path, _wish(options))
        if rows is None:
            _refuse_level(task.source, options)
            yield Approach(stdin=stdin)
            return
        stack.callback(rows.close)
        piped = path != task.source
        if piped:
            rows = replace(rows, notes=(*rows.notes, "it was kept in a temporary file, of which rows can be read"))
        large = _too_much(_pixels(rows.rows), size_of(rows.rows), options)
        held = piped or _is_elsewhere(path) or options.region is not None or options.level is not None
        rows = _cropped(rows, options)
        forced = asked or _pixels(rows.rows) > options.max_pixels
        streamed = forced or (large and size_of(rows.rows) > COMFORTABLE)
        yield Approach(rows, streamed, forced, held)


def asked_for(task: Task, options: ApplyOptions) -> bool:
    """Whether something was asked for that only outputs which are written by rows have."""
    return options.storage is not None or any(part.format is not None and _has_no_codec(part) for part in task.parts)


def refuse_memory(picture: Picture, options: ApplyOptions) -> None:
    """Refuse to bound the memory of what is held whole and is larger.

    Raises:
        OptionError: with what is needed.
    """
    if options.memory is not None and picture.pixels.nbytes > options.memory:
        size, bound = (f"{-(-number >> 20):,} MB" for number in (-picture.pixels.nbytes, -options.memory))
        rule = f"{picture.source} is decoded whole, {size}; {_readable()} are read by rows"
        raise OptionError("memory", bound, rule)


def writer_of(part: Part, kind: str, options: ApplyOptions) -> LargeFormat:
    """What writes an output by rows.

    Raises:
        NotByRowsError: nothing does: a preview, a picture format that is compressed as a whole, text.
        OptionError: it does, but not with what was asked for.
    """
    if part.target is None:
        raise NotByRowsError("a preview needs the whole picture, and this one is read by rows; name a file with -o")
    file_format = part.format or default_format(kind).name
    by_suffix = options.file_format is None and part.target != "-"
    how = {"tile": options.tile is not None, "pyramid": options.pyramid, "resume": options.resume}
    row = writer_for(part.target, None, **how) if by_suffix else None
    row = row or writer_for(part.target, file_format, **how)
    if row is None:
        raise _written_whole(part.target, file_format, options)
    if part.target == "-" and not row.streams:
        streaming = listed(each.label for each in LARGE if each.creates and each.streams)
        raise NotByRowsError(f"{row.label} needs a file that can be gone back in; {streaming} go to stdout by rows")
    return row


def _written_whole(target: str, file_format: str, options: ApplyOptions) -> UsageError:
    """The refusal of an output that nothing writes by rows, by the option that wants it so."""
    whole = f"{file_format} is written as a whole; "
    asked = options.storage
    if asked is None or asked == "memory":
        words = f"{whole}{listed(written_suffixes())} are written by rows"
        return NotByRowsError(words) if asked is None else OptionError(asked, target, words)
    return OptionError(asked, target, whole, Setting(asked), f" is for {listed(written_suffixes(asked))}")


class HopelessError(TooLargeError):
    """Raised when a picture that can be read by rows is too large for what was asked for."""


def too_large(error: TooLargeError, source: str) -> InputError:
    """The refusal of a picture that would be decoded whole, with what could be done instead."""
    if isinstance(error, HopelessError):
        return error
    extra = missing_extra(source)
    more = f"pip install 'convcli[{extra}]' reads it by rows" if extra else f"{_readable()} are read by rows"
    return InputError(error.path, *error.words[1:], f"; {more}, whatever their size")


def refused(error: NotByRowsError, way: Approach, task: Task, options: ApplyOptions) -> ConvcliError:
    """Why a picture is not processed, in no way: what was asked for needs rows, or it is too large for any other."""
    assert way.rows is not None
    height, width, pixels = *way.rows.rows.shape[:2], _pixels(way.rows.rows)
    if asked_for(task, options) or pixels <= options.max_pixels:
        return error
    size = f"the picture has {height} × {width} = {pixels:,} pixels, more than {options.max_pixels:,}; "
    return HopelessError(
        task.source, size, Setting("max_pixels"), " allows more, for by rows it cannot be done: ", *error.words
    )


def held(rows: RowPicture, source: str) -> Picture:
    """The whole of a picture that was opened by rows."""
    return _picture(rows, _all(rows.rows), None if rows.alpha is None else _all(rows.alpha), source)


def stand_in(rows: RowPicture, source: str) -> Picture:
    """A picture of that shape whose samples are all the same zero, and take no memory."""
    return _picture(rows, np.broadcast_to(np.zeros((), rows.rows.dtype), rows.rows.shape), None, source)


def in_memory(picture: Picture) -> RowPicture:
    """A picture that was decoded whole, as one that is read by rows."""
    alpha = None if picture.alpha is None else ArrayRows(picture.alpha)
    rows = ArrayRows(np.ascontiguousarray(picture.pixels))
    return RowPicture(
        rows, picture.format, picture.kind, metadata=picture.metadata, notes=picture.notes, alpha=alpha,
        boolean=picture.boolean,
    )  # fmt: skip


def size_of(rows: Rows) -> int:
    """Bytes of all samples."""
    return math.prod(rows.shape) * rows.dtype.itemsize


def _all(rows: Rows) -> Array:
    return rows.read(0, rows.shape[0]).reshape(rows.shape)


def _picture(rows: RowPicture, samples: Array, alpha: Array | None, source: str) -> Picture:
    return Picture(samples, alpha, source, rows.kind, rows.format, rows.metadata, rows.notes, rows.boolean)


def _pixels(rows: Rows) -> int:
    return rows.shape[0] * rows.shape[1]


def _is_elsewhere(path: str) -> bool:
    """Whether nothing but a reader by rows reads it: a folder that is a picture, an address."""
    return is_address(path) or os.path.isdir(path)


def _wish(options: ApplyOptions) -> Wish:
    held = options.memory and options.memory // SHARE_HELD
    return Wish(options.layout, options.level, held, network=options.allow_network)


def _too_much(pixels: int, size: int, options: ApplyOptions) -> bool:
    return size > COMFORTABLE or pixels > options.max_pixels


def _may_be_large(path: str, options: ApplyOptions) -> bool:
    """Whether a file's size does not say that its picture is small."""
    if os.path.isdir(path):
        return True
    return os.path.isfile(path) and os.path.getsize(path) > min(LEAST, options.max_pixels // DENSEST)


def _has_no_codec(part: Part) -> bool:
    from convcli.images.formats import FORMATS

    return part.format is not None and FORMATS.get(part.format) is None


def _refuse_level(source: str, options: ApplyOptions) -> None:
    if options.level:
        extra = missing_extra(source)
        rule = f"{source} has one size alone" if not extra else f"pip install 'convcli[{extra}]' reads levels"
        raise OptionError("level", options.level, rule)


def _cropped(rows: RowPicture, options: ApplyOptions) -> RowPicture:
    if options.region is None:
        return rows
    alpha = None if rows.alpha is None else CroppedRows(rows.alpha, options.region)
    return replace(rows, rows=CroppedRows(rows.rows, options.region), alpha=alpha)


def _readable() -> str:
    return listed(dict.fromkeys(row.label for row in LARGE if row.opens and row.is_there))
