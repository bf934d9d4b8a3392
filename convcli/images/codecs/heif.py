"""HEIF (HEIC, as telephones write it): 8-bit grey or RGB, and 10 or 12 bits as 16; by the extra library."""

from __future__ import annotations

import importlib.util
import io
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.codecs.jpeg import FULL_COLOUR_FROM
from convcli.images.picture import Array, Picture
from convcli.images.pillow import decoding, encoding

if TYPE_CHECKING:
    from convcli.images.metadata.gathering import Parts

LIBRARY = "pillow_heif"
MISSING = "needs an extra: pip install 'convcli[heif]'"
MOST = 16_384  # pixels each way that the library encodes and reads


def decode(source: Source, reading: Reading) -> Picture:
    """Read the main picture of a HEIF, upright; 10 and 12 bits are spread to 16."""
    with _explained(source, reading):
        image, pictures = _opened(source)
        width, height = image.size
        decoding.check_size(source.name, width, height, reading)
        samples, notes = _in_units(np.asarray(image), image.info.get("bit_depth", 8))
        others = (f"only the main one of {pictures} pictures is read",) if pictures > 1 else ()
        metadata = decoding.metadata_of(None, found=lambda parts: _found(image.info, parts))
    pixels, alpha = _apart(samples, image.mode)
    return Picture(pixels, alpha, source.name, "picture", "heif", metadata, others + notes)


def _explained(source: Source, reading: Reading | None = None) -> Any:
    if importlib.util.find_spec(LIBRARY) is None:
        raise InputError(source.name, f"reading HEIF {MISSING}")
    return decoding.explained(source.name, "HEIF", reading)


def _opened(source: Source) -> tuple[Any, int]:
    """The main picture, not decoded yet, and how many there are."""
    import pillow_heif

    opened = pillow_heif.open_heif(
        io.BytesIO(source.seekable().read()), convert_hdr_to_8bit=False, hdr_to_16bit=False, remove_stride=True
    )
    return opened[opened.primary_index], len(opened)


def _in_units(stored: Array, bits: int) -> tuple[Array, tuple[str, ...]]:
    """8 bits as they are; more, which the library leaves where they are, over the whole of 16."""
    if stored.dtype.itemsize == 1:
        return stored, ()
    largest = (1 << bits) - 1
    table = np.rint(np.arange(1 << 16) * (65535 / largest)).clip(0, 65535).astype(np.uint16)
    return table[stored], (f"values 0..{largest} spread to 0..65535",)


def _apart(samples: Array, mode: str) -> tuple[Array, Array | None]:
    """Colours and alpha."""
    if samples.ndim == 2:
        return samples, None
    colours = 1 if mode.startswith("L") else 3
    pixels = np.ascontiguousarray(samples[:, :, 0] if colours == 1 else samples[:, :, :3])
    return pixels, np.ascontiguousarray(samples[:, :, colours]) if samples.shape[2] > colours else None


def _found(told: dict[str, Any], parts: Parts) -> None:
    parts.icc_profile, parts.exif, parts.xmp = (told.get(name) for name in ("icc_profile", "exif", "xmp"))


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    with _explained(source):
        image, _ = _opened(source)
        width, height = image.size
        return height, width, 1 if image.mode.startswith("L") else 3


def refusal(picture: Picture) -> str | None:
    """HEIF holds 8-bit grey or RGB."""
    if importlib.util.find_spec(LIBRARY) is None:
        return f"writing HEIF {MISSING}"
    if max(picture.height, picture.width) > MOST:
        return f"HEIF holds at most {MOST} pixels each way, not {picture.height} × {picture.width}; use .png"
    return encoding.refusal(picture, "HEIF", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a HEIC of the given quality; 100 is lossless."""
    import pillow_heif

    image = encoding.image_of(picture)
    profile = picture.fitting_profile
    if profile:
        image.info["icc_profile"] = profile
    # the library knows lossless as -1; only colours that are stored as they are come back so
    how = {"quality": -1, "matrix_coefficients": 0} if writing.quality == 100 else {"quality": writing.quality}
    chroma = 444 if writing.quality >= FULL_COLOUR_FROM else 420
    said = {"exif": picture.metadata.exif, "xmp": picture.metadata.xmp}
    whole = io.BytesIO()
    pillow_heif.from_pillow(image).save(whole, chroma=chroma, **how, **said)
    stream.write(whole.getbuffer())
    return ()


CODEC = Codec(decode, shape, encode, refusal)
