"""The picture that a walk is over, as people see it: where the walk's plane lies in it, and which channel that is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convcli.core.arrays import Array, Bytes
from convcli.core.explain.walk import Walk
from convcli.core.geometry import Pair
from convcli.report.explain.tones import input_tones

CHANNELS = ("red", "green", "blue")


@dataclass(frozen=True, eq=False)
class Photograph:
    """A picture to look at.

    Attributes:
        pixels: uint8, (H, W) or (H, W, 3).
        corner: row and column of it where the walk's plane begins.
        channel: which of red, green, blue (0, 1, 2) the plane is; None for greys and all others.
        matrix: these are numbers more than a picture: a few are drawn as a matrix, black on white.
    """

    pixels: Bytes
    corner: Pair = (0, 0)
    channel: int | None = None
    matrix: bool = False

    @classmethod
    def of(
        cls, samples: Array, *, corner: Pair = (0, 0), channel: int | None = None, matrix: bool = False
    ) -> Photograph:
        """The photograph of samples (H, W) or (H, W, C) of any kind; of maps other than three, the first."""
        flat = samples[:, :, 0] if samples.ndim == 3 and samples.shape[2] != 3 else samples
        pixels = flat if flat.dtype == np.uint8 else input_tones(flat).levels(flat)
        return cls(pixels, corner, channel if samples.ndim == 3 and samples.shape[2] == 3 else None, matrix)

    @classmethod
    def alone(cls, walk: Walk) -> Photograph:
        """Of nothing but the plane itself."""
        return cls.of(walk.plane, matrix=True)

    def of_channel(self, channel: int, count: int) -> Photograph:
        """The same for one channel of so many that a kernel adds up."""
        return replace(self, channel=channel if count == len(CHANNELS) and self.pixels.ndim == 3 else None)

    @property
    def colour(self) -> str:
        """What the plane's channel is called; empty for greys."""
        return "" if self.channel is None else CHANNELS[self.channel]
