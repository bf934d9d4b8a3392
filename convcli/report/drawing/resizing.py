"""Pictures made larger or smaller for showing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convcli.core.arrays import Bytes
from convcli.core.display.colormap import colour


def as_rgb(picture: NDArray[Any]) -> Bytes:
    """A uint8 picture, (H, W), (H, W, 1) or (H, W, 3), as (H, W, 3).

    Raises:
        ValueError: another shape or dtype: a fault of ours, for display comes before drawing.
    """
    given = np.asarray(picture)
    if given.dtype != np.uint8 or given.ndim not in (2, 3) or given.size == 0:
        raise ValueError(f"a drawing takes uint8 pictures (H, W) or (H, W, 3), not {given.dtype} {given.shape}")
    if given.ndim == 2:
        given = given[:, :, np.newaxis]
    if given.shape[2] not in (1, 3):
        raise ValueError(f"a drawing takes 1 or 3 channels, not {given.shape[2]}")
    return given if given.shape[2] == 3 else np.repeat(given, 3, axis=2)


def fitting_size(height: int, width: int, max_height: float, max_width: float, *, enlarge: int = 64) -> tuple[int, int]:
    """The largest (height, width) of the same shape inside a frame.

    Smaller pictures grow by a whole factor of at most `enlarge`, so that every
    sample stays a square; larger ones shrink by any.

    >>> fitting_size(3, 5, 100, 100), fitting_size(300, 600, 100, 100)
    ((60, 100), (50, 100))
    """
    factor = min(max_height / height, max_width / width)
    if factor >= 1:
        whole = min(int(factor), enlarge)
        return height * whole, width * whole
    return max(1, round(height * factor)), max(1, round(width * factor))


def signed_picture(weights: NDArray[Any], largest: float | None = None) -> Bytes:
    """Signed numbers as colours: white is 0, red positive, blue negative, dark the largest magnitude.

    Args:
        weights: (h, w); NaN is shown as the negative end.
        largest: the magnitude of the darkest colour; that of the weights themselves when None.

    Returns:
        uint8, (h, w, 3).

    >>> signed_picture(np.array([[-1.0, 0.0, 1.0]])).tolist()
    [[[5, 48, 97], [255, 255, 255], [103, 0, 31]]]
    """
    given = np.asarray(weights, dtype=np.float64)
    if largest is None:
        largest = float(np.abs(given).max(initial=0.0, where=np.isfinite(given)))
    return colour(0.5 + 0.5 * (given / largest if largest else np.zeros_like(given)), "diverging")


def resized(picture: NDArray[Any], height: int, width: int) -> Bytes:
    """Nearest neighbour along an axis that grows, averaging along one that shrinks.

    Args:
        picture: uint8, (H, W) or (H, W, C) with C of 1 or 3; never modified.

    Returns:
        uint8, (height, width) or (height, width, C).
    """
    given = np.asarray(picture)
    rows, columns = given.shape[:2]
    if height < rows or width < columns:
        given = _averaged(given, min(height, rows), min(width, columns))
    if given.shape[:2] != (height, width):
        given = _nearest(given, height, width)
    return given


def _averaged(picture: NDArray[Any], height: int, width: int) -> Bytes:
    flat = picture[:, :, 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture
    # The mean of the samples under each pixel (Pillow's BOX, within one level); nothing rings at an edge.
    image = Image.fromarray(np.ascontiguousarray(flat)).resize((width, height), Image.Resampling.BOX, reducing_gap=4.0)
    return np.array(image).reshape(height, width, *picture.shape[2:])


def _nearest(picture: NDArray[Any], height: int, width: int) -> Bytes:
    rows = np.arange(height) * picture.shape[0] // height
    columns = np.arange(width) * picture.shape[1] // width
    shown: Bytes = picture[rows[:, np.newaxis], columns]
    return shown
