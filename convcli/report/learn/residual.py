"""The residual map as a picture: where the kernel's result misses AFTER."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Bytes
from convcli.core.display.colormap import colour
from convcli.core.display.mapping import to_pixels
from convcli.errors import OptionError

UNUSED = 200  # grey of pixels that took no part


def residual_picture(left: NDArray[np.float32], largest: float) -> Bytes:
    """White is 0, red where AFTER is larger, blue where it is smaller; of three channels mid-grey is 0 in each.

    Args:
        left: (H, W) or (H, W, 3), NaN where pixels took no part, which become grey.
        largest: the magnitude that gets the strongest colour.

    Raises:
        OptionError: another number of channels, which no picture holds.
    """
    unused = np.isnan(left)
    if left.ndim == 2:
        pixels = colour(np.where(unused, 0.5, 0.5 + 0.5 * left / (largest or 1.0)), "diverging")
    elif left.shape[2] == 3:
        pixels = to_pixels(np.where(unused, 0.0, left), "signed")
    else:
        raise OptionError("residual", f"{left.shape[2]} channels", "a picture holds 1 or 3; use .npy or .tiff")
    pixels[unused] = UNUSED
    return pixels
