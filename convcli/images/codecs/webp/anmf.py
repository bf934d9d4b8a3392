"""Animated WebP: a file of chunks, in which each frame is a still WebP without its file's header."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from convcli.errors import InputError, Setting
from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.codecs.webp import riff
from convcli.images.compositing import After, Part, Place, composited
from convcli.images.frames import MOST, Frame, Frames
from convcli.images.picture import Metadata, Picture
from convcli.images.pillow import decoding

CUT_SHORT = "it is cut short"
Decode = Callable[[Source, Reading], Picture]


class Placed(NamedTuple):
    """One frame of the file: its place, time and flags, and its chunks as they are."""

    place: Place
    ms: int
    flags: int
    content: bytes


@dataclass
class Animation:
    """What a walk over the chunks found."""

    width: int = 0
    height: int = 0
    flags: int = 0
    plays: int = 1
    frames: list[Placed] = field(default_factory=list)
    problem: str = ""


def frames(source: Source, reading: Reading, decode: Decode, metadata: Metadata) -> Frames | None:
    """The frames of an animated WebP, as a viewer shows them; None where there is one picture.

    Args:
        decode: reads a WebP of one picture.
        metadata: of the file.
    """
    found = _walk(source.seekable().read())
    if (found.problem and not reading.allow_truncated) or not found.frames:
        raise InputError(
            source.name,
            f"the WebP is damaged: {found.problem or 'it has no frame'}; see ",
            Setting("allow_truncated"),
        )
    if len(found.frames) < 2:
        return None
    whole = found.frames[0].place == (0, 0, found.width, found.height)
    cleared = any(frame.flags & riff.CLEARED for frame in found.frames)
    return Frames(
        source.name,
        len(found.frames),
        partial(_frames, source.name, found, reading, decode, metadata),
        size=(found.height, found.width),
        plays=found.plays,
        hides=cleared or not whole or any(riff.see_through(frame.content) for frame in found.frames),
        lenient=reading.allow_truncated,
        max_pixels=reading.max_pixels,
        notes=(found.problem,) if found.problem else (),
    )


def _walk(content: bytes) -> Animation:
    found = Animation()
    if len(content) < riff.HEADER + int.from_bytes(content[4:8], "little") - 4:
        found.problem = CUT_SHORT
    for kind, body, whole in riff.chunks(content, riff.HEADER):
        if kind == b"VP8X" and len(body) >= 10:
            found.flags = body[0]
            found.width, found.height = 1 + _three(body, 4), 1 + _three(body, 7)
        elif kind == b"ANIM" and len(body) >= 6:
            found.plays = int.from_bytes(body[4:6], "little")
        elif (
            kind == b"ANMF"
            and len(body) > riff.FRAME_HEADER
            and (whole or not found.frames)
            and len(found.frames) <= MOST
        ):
            size = 1 + _three(body, 6), 1 + _three(body, 9)
            place = Place(2 * _three(body, 0), 2 * _three(body, 3), *size)
            found.frames.append(Placed(place, _three(body, 12), body[15], body[riff.FRAME_HEADER :]))
    return found


def _three(body: bytes, start: int) -> int:
    return int.from_bytes(body[start : start + 3], "little")


def _frames(name: str, found: Animation, reading: Reading, decode: Decode, metadata: Metadata) -> Iterator[Frame]:
    decoding.check_size(name, found.width, found.height, reading)

    def parts() -> Iterator[Part]:
        for number, frame in enumerate(found.frames):
            alone = _alone(f"{name}, frame {number}", frame)
            picture = decode(alone, reading)
            after = After.CLEAR if frame.flags & riff.CLEARED else After.LEAVE
            over = not frame.flags & riff.TAKES_PLACE
            yield Part(frame.place.left, frame.place.top, picture.pixels, picture.alpha, over, after, frame.ms)

    for shown in composited(parts(), found.height, found.width):
        yield Frame(Picture(shown.pixels, shown.alpha, name, "picture", "webp", metadata), shown.ms)


def _alone(name: str, frame: Placed) -> Source:
    """A frame as the file that it would be alone."""
    flags = riff.HAS_ALPHA if riff.see_through(frame.content) else 0
    whole = riff.file(riff.extended(frame.place.width, frame.place.height, flags) + frame.content)
    return Source(name, whole[:4096], io.BytesIO(whole), len(whole))
