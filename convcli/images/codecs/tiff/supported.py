"""What is not read of what a page can be: refused by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli.images.codecs.tiff import terms
from convcli.images.codecs.tiff.directory import DirectoryError

if TYPE_CHECKING:
    from convcli.images.codecs.tiff.page import Page


def check(page: Page) -> None:
    """Refuse combinations that are not read, or that make no sense."""
    name = terms.COMPRESSIONS[page.compression]
    if page.compression in terms.FAX and (page.bits != 1 or page.samples > page.planes):
        raise DirectoryError(f"{name} compresses single bits, and it claims {page.samples} samples of {page.bits}")
    deep = page.compression == terms.JPEG and page.bits in (12, 16) and page.samples == page.planes
    if page.compression in (terms.JPEG, terms.OLD_JPEG, terms.WEBP) and (
        page.kind != "u" or (page.bits != 8 and not deep)
    ):
        raise NotImplementedError(f"{name} compression of {page.bits}-bit samples is not supported")
    if page.compression == terms.JPEG and page.samples // page.planes > 4:
        raise NotImplementedError(f"JPEG compression of {page.samples} samples a pixel is not supported")
    if page.compression == terms.WEBP and (page.samples not in (3, 4) or page.planes > 1):
        raise NotImplementedError(f"WebP compression of {page.samples} samples a pixel is not supported")
    _check_predictor(page)
    _check_colours(page)
    if page.across * page.down * page.planes > terms.MAX_SEGMENTS:
        raise NotImplementedError(f"more than {terms.MAX_SEGMENTS:,} {page.segment_name}s are not supported")


def _check_predictor(page: Page) -> None:
    if page.predictor > 1 and page.compression in (terms.RAW, terms.PACKBITS):
        raise NotImplementedError(
            f"predictor {page.predictor} with {terms.COMPRESSIONS[page.compression]} compression, "
            "which some programs undo and others ignore, is not supported"
        )
    if page.predictor not in (1, 2, 3):
        raise NotImplementedError(f"predictor {page.predictor} is not supported")
    fits = page.bits in (8, 16, 32, 64) if page.predictor == 2 else page.predictor == 1 or page.kind == "f"
    if not fits:
        raise NotImplementedError(f"predictor {page.predictor} of {page.bits}-bit samples is not supported")


def _check_colours(page: Page) -> None:
    kind = {"u": "unsigned", "i": "signed", "f": "floating-point"}[page.kind]
    if page.bits == 24 and page.kind != "f" and page.directory.order == "<":
        raise NotImplementedError(
            "24-bit whole numbers in a little-endian file, which programs order in two ways, are not supported"
        )
    divides = page.photometric in (terms.BLACK_IS_ZERO, terms.RGB, terms.CMYK) and (
        page.kind == "f" or (page.bits <= 16 and page.kind == "u")
    )
    if page.is_premultiplied and not divides:
        raise NotImplementedError(f"premultiplied alpha of these {page.bits}-bit {kind} samples is not supported")
    if page.photometric == terms.PALETTE and (page.kind != "u" or page.bits > 16):
        raise NotImplementedError(f"a palette for {page.bits}-bit {kind} samples is not supported")
    if page.photometric == terms.CMYK and (page.kind != "u" or page.bits > 16):
        raise NotImplementedError(f"CMYK of {page.bits}-bit {kind} samples is not supported")
    if page.photometric == terms.LAB and (page.bits != 8 or page.kind == "f"):
        raise NotImplementedError(f"CIELAB of {page.bits}-bit {kind} samples is not supported")
    if page.photometric == terms.YCBCR and page.compression != terms.OLD_JPEG:
        plain = (page.bits, page.kind, page.samples, page.planes) == (8, "u", 3, 1)
        if not plain:
            planes = ", plane by plane" if page.planes > 1 else ""
            raise NotImplementedError(f"YCbCr of {page.samples} {page.bits}-bit samples{planes} is not supported")
