"""Responses: arrays that notebooks show as pictures."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from convcli.api.pixels import to_pixels

MOST_SHOWN = 1 << 24  # samples: larger ones are left to numbers


class Response(np.ndarray[Any, Any]):
    """What `correlate` returns: an array like any other, which a notebook shows as a picture.

    Arithmetic gives plain arrays.  Shown are responses of one map, or of three as red, green and blue: signed, mid-grey
    being 0, where some are negative; else clipped to 0..255, or stretched where there is more.

    >>> response = np.array([[0, 300], [2, 3]]).view(Response)
    >>> type(response + 1).__name__, int(response.sum()), response._repr_png_()[1:4]
    ('ndarray', 305, b'PNG')
    """

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        plain = np.asarray(array)
        return plain[()] if return_scalar or plain.shape == () else plain

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    def _repr_png_(self) -> bytes | None:
        """The picture as PNG; None for what is no picture, which is then shown as numbers."""
        plain = np.asarray(self)
        shown = plain.ndim == 2 or (plain.ndim == 3 and plain.shape[2] in (1, 3))
        if not shown or not 0 < plain.size <= MOST_SHOWN or not np.isfinite(plain).all():
            return None
        from convcli.images.picture import Picture
        from convcli.images.writing import encode

        low, high = float(plain.min()), float(plain.max())
        display = "signed" if low < 0 else "clip" if high <= 255 else "stretch"
        pixels = to_pixels(plain, display)
        file = io.BytesIO()
        encode(Picture(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels), file, format="png")
        return file.getvalue()
