"""write() and encode(): from samples to a file, whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from convcli.core.geometry import is_whole
from convcli.errors import OptionError
from convcli.files.output import is_passed_through, resolve, safe_output
from convcli.images.codec import LAYOUTS, Codec, Moving, Writing
from convcli.images.formats import Format, default_format, format_for, format_named, has_output_suffix
from convcli.images.picture import Picture

if TYPE_CHECKING:
    from convcli.images.frames import Frame


def write(
    picture: Picture,
    target: str,
    *,
    format: str | None = None,
    quality: int = 90,
    png_level: int | None = None,
    force: bool = False,
    layout: str = "hwc",
    strip: bool = False,
) -> tuple[str, ...]:
    """Write a picture so that the target is never half-written.

    Args:
        picture: uint8 or uint16 grey or RGB for picture formats; TIFF and .npy take any maps.
        target: a path, a device, or "-" (stdout).
        format: overrides the suffix; for "-" the default is PNG, .npy or text after the picture's kind.
        quality, png_level, layout: see `Writing`.
        force: replace an existing file; the old one stays whole until the new one is complete.
        strip: leave EXIF, XMP, IPTC and comments out; the colour profile stays.

    Returns:
        One-line notes: what the format could not hold.

    Raises:
        OptionError: (exit 2) an unknown suffix or format, or one that cannot hold this picture.
        OutputExistsError, OutputError: (exit 3) it exists, or cannot be written.
    """
    chosen = output_format(target, format, picture.kind)
    check_holds(picture, chosen)
    settings = _settings(quality, png_level, layout)
    picture, notes = _carried(picture, chosen, strip)
    with safe_output(target, force=force) as stream:
        return notes + _encode(picture, stream, chosen.codec, settings)


def write_frames(
    moving: Moving,
    target: str,
    *,
    format: str,
    quality: int = 90,
    png_level: int | None = None,
    force: bool = False,
    layout: str = "hwc",
    strip: bool = False,
) -> tuple[str, ...]:
    """Write frames into one file, of a format that holds several; see `write`.

    Raises:
        OptionError: the format cannot hold one of them, or they are not of one size and kind, as an animation's are.
    """
    chosen = format_named(format)
    encode = chosen.codec.encode_frames
    assert encode is not None
    lost: dict[str, None] = {}
    checked = moving._replace(frames=_checked(moving.frames, chosen, strip, lost))
    settings = _settings(quality, png_level, layout)
    with safe_output(target, force=force) as stream:
        notes = _sent(stream, lambda out: encode(checked, out, settings))
        return (*lost, *notes)


def _checked(frames: Iterator[Frame], format: Format, strip: bool, lost: dict[str, None]) -> Iterator[Frame]:
    """The frames, each one that the format can hold, with the metadata that it carries; what is dropped is gathered."""
    first: str | None = None
    for index, frame in enumerate(frames):
        check_holds(frame.picture, format)
        kind = _kind(frame.picture)
        first = first or kind
        if format.several == "frame" and kind != first:
            rule = f"an animation's frames are alike, but the first is {first}, number {index} {kind}; use .tiff"
            raise OptionError("format", format.name, rule)
        picture, notes = _carried(frame.picture, format, strip)
        lost.update(dict.fromkeys(notes))
        yield frame._replace(picture=picture)


def _kind(picture: Picture) -> str:
    alpha = " with alpha" if picture.alpha is not None else ""
    return f"{picture.height} × {picture.width} × {picture.channels} {picture.pixels.dtype.name}{alpha}"


def encode(
    picture: Picture,
    stream: BinaryIO,
    format: str,
    *,
    quality: int = 90,
    png_level: int | None = None,
    layout: str = "hwc",
    strip: bool = False,
) -> tuple[str, ...]:
    """Write a picture's file to a stream; see `write`."""
    chosen = format_named(format)
    check_holds(picture, chosen)
    picture, notes = _carried(picture, chosen, strip)
    return notes + _encode(picture, stream, chosen.codec, _settings(quality, png_level, layout))


def output_format(target: str, format: str | None = None, kind: str = "picture") -> Format:
    """The format that `write` would use: `--format`, else the suffix, else (stdout, a device, a pipe) the kind's."""
    if format is not None:
        return format_named(format)
    if target == "-" or (not has_output_suffix(target) and is_passed_through(resolve(target))):
        return default_format(kind)
    return format_for(target)


def check_holds(picture: Picture, format: Format) -> None:
    """Refuse, before anything is opened, a format that cannot hold the picture."""
    problem = format.codec.refusal(picture)
    if problem:
        raise OptionError("format", format.name, problem)


def _carried(picture: Picture, chosen: Format, strip: bool) -> tuple[Picture, tuple[str, ...]]:
    """The picture with what a file of the format holds of its metadata, and notes of what is dropped."""
    if picture.metadata.is_plain:
        return picture, ()
    from convcli.images.metadata.carrying import carried, stripped

    return carried(picture.with_metadata(stripped(picture.metadata)) if strip else picture, chosen)


def _encode(picture: Picture, stream: BinaryIO, codec: Codec, settings: Writing) -> tuple[str, ...]:
    encode = codec.encode
    assert encode is not None
    return _sent(stream, lambda out: encode(picture, out, settings))


def _sent(stream: BinaryIO, encode: Callable[[BinaryIO], tuple[str, ...]]) -> tuple[str, ...]:
    """Encode into a stream; into one that cannot go back to fill in a length, as a whole."""
    if stream.seekable():
        return encode(stream)
    whole = io.BytesIO()
    notes = encode(whole)
    stream.write(whole.getbuffer())
    return notes


def _settings(quality: int, png_level: int | None, layout: str) -> Writing:
    if not is_whole(quality, 1) or quality > 100:
        raise OptionError("quality", quality, "give a whole number from 1 to 100")
    if png_level is not None and not (is_whole(png_level, 0) and png_level <= 9):
        raise OptionError("png_level", png_level, "give a whole number from 0 (fast) to 9 (small)")
    if layout not in LAYOUTS:
        raise OptionError("layout", layout, f"choose from {', '.join(LAYOUTS)}")
    return Writing(int(quality), None if png_level is None else int(png_level), layout)
