"""A part of a picture that is in memory, and of every frame of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from convcli.images.frames import Frame, Frames
from convcli.images.large.cropped_rows import Region, check_region
from convcli.images.picture import Picture


def cropped(picture: Picture, region: Region) -> Picture:
    """The part alone, in memory of its own; everything else as it was.

    Raises:
        OptionError: it is not inside the picture.
    """
    check_region(region, picture.pixels.shape)
    rows = slice(region.row, region.row + region.height)
    columns = slice(region.column, region.column + region.width)
    alpha = None if picture.alpha is None else np.ascontiguousarray(picture.alpha[rows, columns])
    return replace(picture, pixels=np.ascontiguousarray(picture.pixels[rows, columns]), alpha=alpha)


def cropped_frames(frames: Frames, region: Region) -> Frames:
    """The same part of every frame."""

    def begin() -> Iterator[Frame]:
        for frame in frames.begin():
            yield frame._replace(picture=cropped(frame.picture, region))

    return replace(frames, begin=begin)
