"""stdin with a large picture: kept in a temporary file, of which rows can be read anywhere."""

from __future__ import annotations

import io
import math
import os
from contextlib import ExitStack
from dataclasses import replace

from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.errors import InputError, OutputError
from convcli.files.private_folders import private_folder
from convcli.files.reasons import system_words
from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.formats import FORMATS

BLOCK = 1 << 20
ANY_SIZE = 1 << 62


def claimed(source: Source, options: ApplyOptions) -> tuple[int, int] | None:
    """The pixels, and the bytes of file, that the head of a PNM or .npy stream claims; None for any other, or text."""
    from convcli.images.codecs import npy, pnm

    head = replace(source, stream=io.BytesIO(source.head), size=None)
    try:
        if FORMATS.find("npy").is_begun_by(source.head):
            shape, _, dtype = npy.header_of(head)
            height, width, _ = npy.check_shape(head, shape, dtype, Reading(ANY_SIZE, layout=options.layout))[1]
            return height * width, head.stream.tell() + math.prod(shape) * dtype.itemsize
        if FORMATS.find("ppm").is_begun_by(source.head) and source.head[1:2] not in b"123":
            header = pnm.parse_header(head)
            return header.height * header.width, header.end + header.height * pnm.row_bytes(header)
    except InputError:  # the ordinary way says what is wrong
        return None
    return None


def kept_aside(source: Source, length: int, stack: ExitStack) -> str:
    """The path of a temporary file with so many bytes of a stream; it is gone when the stack ends.

    Raises:
        InputError: the stream is shorter.
        OutputError: there is no place for it.
    """
    path = os.path.join(stack.enter_context(private_folder()), "stdin")
    left = length
    try:
        with open(path, "wb") as kept:
            while left and (block := source.stream.read(min(left, BLOCK))):
                kept.write(block)
                left -= len(block)
    except OSError as error:
        raise OutputError(path, f"stdin cannot be kept there: {system_words(error)}") from error
    if left:
        raise InputError(source.name, f"{length - left:,} of {length:,} bytes are there")
    return path
