"""A picture without samples: what formats are asked about before the first row is there."""

from __future__ import annotations

import numpy as np

from convcli.images.formats import format_named
from convcli.images.large.large_formats import Order
from convcli.images.metadata.carrying import carried
from convcli.images.picture import Picture
from convcli.images.writing import check_holds


def stand_in(order: Order) -> Picture:
    """The picture that is to be written, all its samples the same zero: it takes no memory."""
    shape, nothing = order.shape, np.zeros((), order.shape.dtype)
    channels = shape.channels - shape.alpha
    plain = channels == 0 or (shape.alpha and channels == 1)
    size = (shape.height, shape.width) if plain else (shape.height, shape.width, channels)
    pixels = np.broadcast_to(nothing, size)
    alpha = np.broadcast_to(nothing, size[:2]) if shape.alpha else None
    return Picture(pixels, alpha, order.target, order.kind, metadata=order.metadata)


def carried_by(order: Order, file_format: str, *, check: bool = True) -> tuple[Picture, tuple[str, ...]]:
    """A stand-in with what a file of the format holds of its metadata, and notes of what is dropped.

    Raises:
        OptionError: the format cannot hold its shape or dtype; not asked without `check`.
    """
    row, picture = format_named(file_format), stand_in(order)
    if check:
        check_holds(picture, row)
    return (picture, ()) if picture.metadata.is_plain else carried(picture, row)
