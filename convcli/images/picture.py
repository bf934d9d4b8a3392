"""Picture: decoded samples, and what must survive from input to output."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from numpy.typing import NDArray

Array = NDArray[Any]


class Comment(NamedTuple):
    """A text that somebody put into a picture's file.

    Attributes:
        keyword: what it is: "Title", "Author" ...; "Comment" where the format knows no keywords.
        language, translated: the text's language, and the keyword in it; as PNG has them.
    """

    keyword: str
    text: str
    language: str = ""
    translated: str = ""


@dataclass(frozen=True)
class Metadata:
    """What a picture file says about its samples and is carried over to the output.

    Attributes:
        icc_profile: the embedded colour profile, as it was.
        dpi: horizontal and vertical resolution in pixels per inch.
        exif: from its byte-order mark on; its orientation is 1, as the pixels are, and its thumbnail is gone.
        xmp: the packet, likewise.
        xmp_extension: what a JPEG has beyond the packet, which names it.
        photoshop: image resources, in which IPTC is; without thumbnails.
        comments: other texts.
        colorimetry: a PNG's chunks, kind and content, that say other than that its colours are sRGB.
        unread: what was there too and could not be taken: damaged, or too large.
        bands: of a page with bands beyond its colours (infrared, a mask): how many colours, how many bands.
    """

    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    xmp_extension: bytes | None = None
    photoshop: bytes | None = None
    comments: tuple[Comment, ...] = ()
    colorimetry: tuple[tuple[bytes, bytes], ...] = ()
    unread: tuple[str, ...] = ()
    bands: tuple[int, int] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but a resolution, which no format need be asked about."""
        return replace(self, dpi=None, bands=None) == NOTHING


NOTHING = Metadata()
COLOUR_SPACES = {1: b"GRAY", 3: b"RGB "}  # bytes 16..19 of a colour profile, by the colours that it describes


@dataclass(frozen=True, eq=False)
class Picture:
    """Samples in their own dtype and units, upright, channels last.

    Attributes:
        pixels: (H, W) or (H, W, C); uint8, uint16, float32 ... as the file holds them.
            A palette is looked up, never kept as indices; alpha is not among the channels.
        alpha: (H, W) in the pixels' dtype, or None.
        source: what messages call it: a path, "-", "sample:coffee", or the literal.
        kind: "picture" (has a file format of its own), "array" (.npy) or "text" (a matrix).
        format: canonical name of the format it was read from: "png", "jpeg", "npy", "text" ...
        metadata: what the output carries over.
        notes: one-line remarks for stderr ("first of 12 frames", "CMYK converted to RGB").
        boolean: whether the samples are the truth values of an array, false 0 and true 1.
    """

    pixels: Array
    alpha: Array | None = None
    source: str = "-"
    kind: str = "picture"
    format: str = "png"
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()
    boolean: bool = False

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def channels(self) -> int:
        """Colour channels or feature maps; 1 for an (H, W) picture."""
        return int(self.pixels.shape[2]) if self.pixels.ndim == 3 else 1

    @property
    def has_bands(self) -> bool:
        """Whether the channels are still the colours, and the bands beyond them, that one page held."""
        return self.metadata.bands is not None and sum(self.metadata.bands) == self.channels

    @property
    def colours(self) -> int:
        """Channels without the bands beyond colours."""
        return self.metadata.bands[0] if self.metadata.bands and self.has_bands else self.channels

    @property
    def fitting_profile(self) -> bytes | None:
        """The colour profile, if it describes as many colours as the picture has now."""
        profile = self.metadata.icc_profile
        return profile if profile and profile[16:20] == COLOUR_SPACES.get(self.colours) else None

    def with_pixels(self, pixels: Array, alpha: Array | None = None) -> Picture:
        """The same picture (name, format, metadata) with other samples."""
        return replace(self, pixels=pixels, alpha=alpha, boolean=False)

    def with_notes(self, notes: tuple[str, ...]) -> Picture:
        """The same picture with other remarks."""
        return replace(self, notes=notes)

    def with_metadata(self, metadata: Metadata) -> Picture:
        """The same samples under another heading."""
        return replace(self, metadata=metadata)
