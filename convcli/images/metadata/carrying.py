"""What an output carries of a picture's metadata: brought to its size, with a note of what its format cannot hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convcli.errors import listed
from convcli.images.metadata import photoshop as resources
from convcli.images.metadata.exif import sized as sized_exif
from convcli.images.metadata.xmp import sized as sized_xmp
from convcli.images.picture import Metadata, Picture

if TYPE_CHECKING:
    from convcli.images.formats import Format

SPACES = {b"GRAY": "grey", b"RGB ": "RGB"}


def stripped(metadata: Metadata) -> Metadata:
    """What says how the samples look, and no more: the profile, its like in a PNG, and the resolution."""
    return Metadata(
        icc_profile=metadata.icc_profile, dpi=metadata.dpi, colorimetry=metadata.colorimetry, bands=metadata.bands
    )


def carried(picture: Picture, row: Format) -> tuple[Picture, tuple[str, ...]]:
    """The picture with what a file of that format holds of its metadata, and notes of what is dropped."""
    metadata = picture.metadata
    notes: tuple[str, ...] = ()
    if metadata.icc_profile and picture.fitting_profile is None:
        space = metadata.icc_profile[16:20]
        said = SPACES.get(space, space.decode("latin-1").strip())
        notes = (f"the colour profile is of {said} and the result is not; dropped",)
        metadata = replace(metadata, icc_profile=None)
    lost = [name for name in _names(metadata) if name not in row.carries]
    if lost:
        notes += (f"{row.label} holds no {listed(lost, 'or')}; dropped",)
    return picture.with_metadata(_of_size(metadata, picture, row)), notes


def _names(metadata: Metadata) -> list[str]:
    """What there is, in the words of `Format.carries`; the resolution, which says little, goes without a word."""
    there = {
        "colour profile": metadata.icc_profile,
        "EXIF": metadata.exif,
        "XMP": metadata.xmp,
        "extended XMP": metadata.xmp_extension,
        "IPTC": metadata.photoshop and resources.iptc_of(metadata.photoshop),
        "Photoshop's resources": metadata.photoshop and not resources.iptc_of(metadata.photoshop),
        "comments": metadata.comments,
        "PNG's gamma": metadata.colorimetry and not metadata.icc_profile,
    }
    return [name for name, held in there.items() if held]


def _of_size(metadata: Metadata, picture: Picture, row: Format) -> Metadata:
    has = row.carries
    exif, xmp = (metadata.exif if "EXIF" in has else None), (metadata.xmp if "XMP" in has else None)
    return Metadata(
        icc_profile=metadata.icc_profile if "colour profile" in has else None,
        dpi=metadata.dpi,
        exif=sized_exif(exif, picture.height, picture.width) if exif else None,
        xmp=sized_xmp(xmp, picture.height, picture.width) if xmp else None,
        xmp_extension=metadata.xmp_extension if "extended XMP" in has else None,
        photoshop=metadata.photoshop if "IPTC" in has else None,
        comments=metadata.comments if "comments" in has else (),
        colorimetry=metadata.colorimetry if "PNG's gamma" in has else (),
        bands=metadata.bands,
    )
