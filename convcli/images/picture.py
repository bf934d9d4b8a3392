"""Picture: decoded samples, and what must survive from input to output."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Metadata:
    """What a picture file says about its samples and is carried over to the output.

    Attributes:
        icc_profile: the embedded colour profile, as it was.
        dpi: horizontal and vertical resolution in pixels per inch.
        bands: of a page with bands beyond its colours (infrared, a mask): how many colours, how many bands.
    """

    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    bands: tuple[int, int] | None = None


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

    def with_pixels(self, pixels: Array, alpha: Array | None = None) -> Picture:
        """The same picture (name, format, metadata) with other samples."""
        return replace(self, pixels=pixels, alpha=alpha, boolean=False)

    def with_notes(self, notes: tuple[str, ...]) -> Picture:
        """The same picture with other remarks."""
        return replace(self, notes=notes)
