"""to_pixels: a response as the pixels that `apply` writes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from convcli.api.kernels_named import AnyKernels, stack_of
from convcli.core.arrays import Array
from convcli.core.display.colormap import colormap as colours_of
from convcli.core.display.displays import AUTO, DISPLAYS
from convcli.core.display.mapping import mapping
from convcli.core.display.suiting import resolve_display, sheet_displays
from convcli.core.samples import check_picture, finite_range
from convcli.errors import GeometryError, OptionError, check_name, listed

SHEET_SCALES = ("shared", "each")
_PIXELS = ("uint8", "uint16")


def to_pixels(
    response: ArrayLike,
    display: str = AUTO,
    *,
    kernels: AnyKernels | None = None,
    colormap: str | None = None,
    sheet_scale: str = "shared",
    dtype: DTypeLike = np.uint8,
) -> Array:
    """The pixels of a response, as `apply` writes them.

        clip     v                          stretch  (v - min) * 255 / (max - min)
        abs      |v|                        signed   v * 127 / peak + 128, mid-grey is 0
        offset   v + 128, mid-grey is 0     magnitude  |v| * 255 / peak, black is 0
        auto     signed for kernels that nearly sum to zero, else clip

    rounded half to even and clamped to 0..255; with 65535, 32767 and 32768 for uint16.  NaN is 0.

    Args:
        response: (H, W), (H, W, C) or (H, W, F): what `correlate` returns; never modified.
        display: one of those above.
        kernels: whose response it is, as `correlate` was given them; "auto" asks them, each for its own maps.
        colormap: "gray", "diverging" or "viridis": the colours of one map, (H, W) or (H, W, 1).
        sheet_scale: "shared": min, max and peak are those of all maps; "each": every kernel's maps have their own
            (every map of the last axis, where `kernels` is not given).
        dtype: uint8 or uint16.

    Returns:
        The response's shape and that dtype; with colours uint8, (H, W, 3).
        They are the bytes that `apply -o` writes, of responses of the same precision.

    Raises:
        ConvcliError: a response that is no array of real numbers; a name that there is not; "auto" without kernels.

    >>> to_pixels([[-2.0, 0.0, 1.0]], "signed").tolist()
    [[1, 128, 192]]
    >>> to_pixels([[-2, 0, 300]], kernels="identity").tolist()
    [[0, 0, 255]]
    """
    values = check_picture(response, "response")
    pixel = _pixel_dtype(dtype, colormap)
    maps = values.reshape(*values.shape[:2], -1)
    displays = _displays(display, kernels, maps.shape[2])
    check_name("sheet scale", sheet_scale, SHEET_SCALES)
    pixels = np.empty(maps.shape, pixel)
    for group, name, (low, high) in _ranged(maps, displays, shared=sheet_scale == "shared"):
        mapping(name, pixel, low, high).write(maps[:, :, group].copy(), pixels[:, :, group])
    return _coloured(pixels, colormap) if colormap is not None else pixels.reshape(values.shape)


def _pixel_dtype(dtype: DTypeLike, colormap: str | None) -> np.dtype[Any]:
    try:
        name = np.dtype(dtype).name
    except (TypeError, ValueError):
        name = repr(dtype)
    if name not in _PIXELS:
        raise OptionError("dtype", name, f"pixels are {listed(_PIXELS, 'or')}")
    if colormap is not None and name != "uint8":
        raise OptionError("dtype", name, "the colours of a colour map are uint8")
    return np.dtype(name)


def _displays(display: str, kernels: AnyKernels | None, maps: int) -> list[str]:
    """The display of each kernel's maps; of every map, where no kernels are known."""
    if kernels is None:
        if isinstance(display, str) and display == AUTO:
            rule = f"it is the one that suits the kernels: give kernels, or choose from {', '.join(DISPLAYS.names())}"
            raise OptionError("display", AUTO, rule)
        return [resolve_display(display, ())] * maps
    stack = stack_of(kernels)
    if maps % len(stack):
        raise GeometryError(f"the response has {maps} maps, which {len(stack)} kernels cannot have made")
    return sheet_displays(display, stack.kernels)


def _ranged(maps: Array, displays: list[str], *, shared: bool) -> list[tuple[slice, str, tuple[float, float]]]:
    """The maps of each kernel, their display and the range of the responses that it is drawn for."""
    step = maps.shape[2] // len(displays)
    groups = [slice(first, first + step) for first in range(0, maps.shape[2], step)]
    ranges = [
        finite_range(maps[:, :, group]) if DISPLAYS.find(name).needs_range else None
        for group, name in zip(groups, displays, strict=True)
    ]
    known = [each for each in ranges if each is not None]  # a clipped mean must not dim the edges beside it
    if shared and known:
        ranges = [(min(low for low, _ in known), max(high for _, high in known))] * len(groups)
    return [(group, name, each or (0.0, 0.0)) for group, name, each in zip(groups, displays, ranges, strict=True)]


def _coloured(pixels: Array, name: str) -> Array:
    if pixels.shape[2] != 1:
        raise OptionError("colormap", name, f"it colours one map, and there are {pixels.shape[2]}")
    colours = colours_of(name)
    return pixels[:, :, 0] if name == "gray" else colours[pixels[:, :, 0]]
