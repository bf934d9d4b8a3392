"""The file formats: one codec a file, in the order in which content is tried."""

from __future__ import annotations

from convcli.images.codec import Codec
from convcli.images.codecs import bmp, gif, jpeg, npy, pnm, text, webp
from convcli.images.codecs.png import codec as png
from convcli.images.codecs.tiff import codec as tiff

CODECS: tuple[Codec, ...] = (
    png.CODEC,
    jpeg.CODEC,
    tiff.CODEC,
    webp.CODEC,
    bmp.CODEC,
    gif.CODEC,
    pnm.CODEC,
    npy.CODEC,
    text.CODEC,  # any text at all: after everything with a signature
    text.CSV,
)
