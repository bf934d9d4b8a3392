"""PNG: 1 to 16 bits, grey, colour, palette, alpha; checked more strictly than Pillow does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from convcli.errors import InputError, Setting
from convcli.files.source import Source
from convcli.images.codec import Codec, Moving, Reading, Writing
from convcli.images.codecs.png.chunks import Chunks, inflates_fully, is_animated, walk
from convcli.images.codecs.png.squeeze import squeeze_for
from convcli.images.codecs.png.without import without
from convcli.images.metadata.gathering import Parts
from convcli.images.picture import Array, Picture
from convcli.images.pillow import decoding, encoding, opening
from convcli.images.pillow.in_place import repack
from convcli.images.pillow.sixteen_bits import decode_deep, is_deep_colour, rawmode_of
from convcli.images.pillow.unpacking import Samples, as_stored, samples_of

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from convcli.images.frames import Frames

PILLOWS_OWN = -1  # the strategy that Pillow takes by itself


def decode(source: Source, reading: Reading) -> Picture:
    """Read a PNG; wrong checksums and missing rows are errors unless `allow_truncated`."""
    stream = source.seekable()
    with decoding.explained(source.name, "PNG", reading), opening.quiet(reading.allow_truncated):
        chunks = walk(stream)
        _refuse(source, chunks.problem, reading)
        decoding.check_size(source.name, chunks.width, chunks.height, reading)
        parts = _parts(chunks)
        seen = without(stream, chunks.hidden)
        image = _open(seen, chunks, parts)
        transparent = image.info.pop("transparency", None) if _is_deep(image) else None
        notes = _notes(image)
        samples = _samples(image, seen, chunks)
        if not reading.allow_truncated and _maybe_short(samples, chunks, image):
            _refuse(source, "" if inflates_fully(stream, chunks) else "its rows end early", reading)
        alpha = samples.alpha if transparent is None else _keyed_out(samples.pixels, transparent)
        parts.dpi = decoding.dpi_of(image)
    return Picture(samples.pixels, alpha, source.name, "picture", "png", parts.gathered(), notes)


def _parts(chunks: Chunks) -> Parts:
    """What the chunks say beside the pixels."""
    if not (chunks.words or chunks.unread or chunks.colours):
        return Parts()
    from convcli.images.metadata.png_texts import colorimetry, read_chunks

    parts = Parts(unread=chunks.unread, colorimetry=colorimetry(chunks.colours))
    parts.exif = next((content for kind, content in chunks.words if kind == b"eXIf"), None)
    read_chunks((chunk for chunk in chunks.words if chunk[0] != b"eXIf"), parts)
    return parts


def _open(stream: BinaryIO, chunks: Chunks, parts: Parts | None = None) -> ImageFile:
    stream.seek(0)
    image = opening.open_image(stream, "PNG")
    if parts and parts.exif:
        image.info["exif"] = b"Exif\0\0" + parts.exif.removeprefix(b"Exif\0\0")
    if parts and parts.xmp:  # what Pillow, too, looks for an orientation in
        image.info["xmp"] = parts.xmp
        image.info["XML:com.adobe.xmp"] = parts.xmp.decode("utf-8", "replace")
    key = image.info.get("transparency")
    if image.mode == "L" and isinstance(key, int) and chunks.depth < 8:
        image.info["transparency"] = key * 255 // ((1 << chunks.depth) - 1)  # the samples are spread to 0..255
    return image


def _is_deep(image: ImageFile) -> bool:
    return is_deep_colour(image) or image.mode.startswith(("I;16", "I"))


def _samples(image: ImageFile, stream: BinaryIO, chunks: Chunks) -> Samples:
    if rawmode_of(image) == "LA;16B":
        return _deep_grey_alpha(image)
    if is_deep_colour(image):
        turn = decoding.orientation(image)
        return decode_deep(image, lambda: _without_key(_open(stream, chunks)), lambda _: turn)
    image.load()
    samples = samples_of(image, decoding.orientation(image))
    if image.mode == "I":  # older Pillow reads 16-bit grey as 32-bit
        return Samples(samples.pixels.astype(np.uint16), None, (), True)
    return samples


def _without_key(image: ImageFile) -> ImageFile:
    image.info.pop("transparency", None)
    return image


def _deep_grey_alpha(image: ImageFile) -> Samples:
    # Four bytes a pixel: grey high, grey low, alpha high, alpha low, in the places of red, green, blue, alpha.
    repack(image, "RGBA")
    image.load()
    parts = samples_of(image, decoding.orientation(image))
    assert parts.alpha is not None
    wide = parts.pixels.astype(np.uint16)
    return Samples(wide[:, :, 0] << 8 | wide[:, :, 1], wide[:, :, 2] << 8 | parts.alpha, (), True)


def _keyed_out(pixels: Array, key: int | tuple[int, ...]) -> Array:
    hit = pixels == np.asarray(key, pixels.dtype)
    return np.where(hit.all(axis=2) if hit.ndim == 3 else hit, 0, 65535).astype(np.uint16)


def _notes(image: ImageFile) -> tuple[str, ...]:
    frames = getattr(image, "n_frames", 1)
    return (f"only the first of {frames} frames is read",) if frames > 1 else ()


def _maybe_short(samples: Samples, chunks: Chunks, image: ImageFile) -> bool:
    # Rows come in order: if the last one holds anything but zeros, it was there.
    last = as_stored(samples.pixels, decoding.orientation(image))[-1]
    return chunks.interlaced or not last.any() or image.mode in ("P", "1")


def _refuse(source: Source, problem: str, reading: Reading) -> None:
    if problem and not reading.allow_truncated:
        raise InputError(source.name, f"the PNG is damaged or cut short: {problem}; see ", Setting("allow_truncated"))


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the chunks."""
    stream = source.seekable()
    with decoding.explained(source.name, "PNG"), opening.quiet():
        chunks = walk(stream)
        image = _open(without(stream, chunks.hidden), chunks, _parts(chunks))
        channels = 1 if chunks.colour in (0, 4) else 3
        turned = decoding.orientation(image) >= 5
    size = (chunks.width, chunks.height) if turned else (chunks.height, chunks.width)
    return (*size, channels)


def refusal(picture: Picture) -> str | None:
    """PNG holds 8- and 16-bit grey or RGB, with or without alpha."""
    return encoding.refusal(picture, "PNG", ("uint8", "uint16"))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a PNG; Pillow cannot write more than 8 bits of colour, so that is done here."""
    squeeze = squeeze_for(picture, writing.png_level)
    words = _words(picture)
    if picture.pixels.dtype == np.uint16 and (picture.channels == 3 or picture.alpha is not None):
        from convcli.images.codecs.png import writer

        writer.write(picture, stream, squeeze, words)
        return ()
    said = _said(words, picture.metadata.exif) if words else {}
    strategy = squeeze.strategy or PILLOWS_OWN
    return encoding.save(picture, stream, "PNG", compress_level=squeeze.level, compress_type=strategy, **said)


def _said(words: list[tuple[bytes, bytes]], exif: bytes | None) -> dict[str, Any]:
    """The chunks as Pillow takes them."""
    from PIL.PngImagePlugin import PngInfo

    chunks = PngInfo()
    for kind, content in words:
        chunks.add(kind, content)
    return {"pnginfo": chunks, "exif": exif} if exif else {"pnginfo": chunks}


def _words(picture: Picture) -> list[tuple[bytes, bytes]]:
    """The chunks of what the picture says beside its pixels."""
    if picture.metadata.is_plain:
        return []
    from convcli.images.metadata.png_texts import written_chunks

    return written_chunks(picture.metadata)


def frames(source: Source, reading: Reading) -> Frames | None:
    """The frames of an animation; None where there is one picture."""
    stream = source.seekable()
    if not is_animated(stream):
        return None
    from convcli.images.codecs.png import apng

    return apng.frames(source, stream, reading, decode)


def encode_frames(moving: Moving, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write an animated PNG, each frame exactly."""
    from convcli.images.codecs.png import apng_writer

    return apng_writer.write(moving, stream, partial(encode, writing=writing))


CODEC = Codec(decode, shape, encode, refusal, frames=frames, encode_frames=encode_frames)
