"""The JPEG of TIFF 6.0, whose pieces lie about in the file: libtiff alone puts them together, of the whole file."""

from __future__ import annotations

from convcli.images.codecs.tiff import libtiff
from convcli.images.codecs.tiff.page import Page
from convcli.images.pillow import opening
from convcli.images.pillow.unpacking import Samples, samples_of

LARGEST_RATIO = 1024  # pixels that a byte of JPEG can become


def decode(page: Page) -> Samples:
    """Samples of a page, through Pillow.

    Raises:
        NotImplementedError: Pillow does not know this kind.
        ValueError: the data is damaged.
    """
    from PIL import UnidentifiedImageError

    if page.width * page.height > page.directory.length * LARGEST_RATIO:
        raise ValueError(f"{page.directory.length:,} bytes cannot hold {page.height} × {page.width} pixels")
    libtiff.silence()
    try:
        image = opening.open_image(page.directory.stream, "TIFF")
        image.seek(page.directory.index)
    except UnidentifiedImageError as error:
        raise NotImplementedError("old JPEG compression of this kind is not supported") from error
    image.load()
    samples = samples_of(image, page.orientation)
    return Samples(samples.pixels, samples.alpha, page.notes + samples.notes, samples.keeps_profile)
