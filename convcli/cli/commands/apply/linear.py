"""Linear light: the curve of a picture's samples, by its own colour profile or sRGB's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convcli.core.light import SRGB, Light
from convcli.core.problem.options import Options
from convcli.errors import UsageError
from convcli.images.picture import Picture
from convcli.images.profile import curves_for


def light_of(picture: Picture) -> tuple[Light, tuple[str, ...]]:
    """The curves of a picture's channels, and a remark where they had to be assumed.

    Raises:
        UsageError: samples that are neither of 8 nor of 16 bits.
    """
    dtype = picture.pixels.dtype
    if dtype not in (np.uint8, np.uint16):
        raise UsageError(
            f"--linear converts pictures of 8 and 16 bits; {picture.source} holds {dtype.name}, "
            "which has no curve and counts as linear as it is: leave --linear out"
        )
    curves = curves_for(picture)
    top = int(np.iinfo(dtype).max)
    if curves is not None:
        return Light(curves, top), ()
    profile = picture.metadata.icc_profile
    why = "it has no colour profile" if profile is None else "its colour profile has no curves for these channels"
    return Light((SRGB,), top), (f"{why}; its samples are taken to follow sRGB's curve",)


def options_in_light(options: Options, light: Light) -> Options:
    """The same with the border's constant as light; it was given as a sample."""
    border = options.window.border
    if not border.fills:
        return options
    lit = replace(border, fill=light.value(border.fill))
    return replace(options, window=replace(options.window, border=lit))
