"""Inputs, responses and differences made into pixels to look at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array, Bytes
from convcli.core.display.clipped import NOTHING_CLIPPED
from convcli.core.display.colormap import colormap
from convcli.core.display.mapping import Mapping, mapping
from convcli.core.display.scale import Scale, scale_of
from convcli.core.display.suiting import resolve_display
from convcli.core.equivariance.ledger import magnitude
from convcli.core.equivariance.study import Study
from convcli.core.kernel.labels import kernel_labels
from convcli.core.samples import finite_range
from convcli.report.drawing.palette import RGB

Errors = NDArray[np.float32]
Inside = tuple[slice, slice]
BAND_GROUND: RGB = (214, 230, 246)  # where nothing differs inside the predicted band
BAND_ROWS = 64
TINY = float(np.finfo(np.float32).tiny)  # an error that float32 would lose is still an error
FAINTEST = 0.22  # of the colours' range: a mismatch of one level in a million is still seen


def input_pixels(pictures: tuple[Array, Array]) -> tuple[Bytes, Bytes]:
    """x and g(x) with one display for both: 8-bit pictures as they are, others from their lowest to their highest."""
    first, second = (_plain(picture) for picture in pictures)
    if first.dtype == np.uint8:
        top = np.clip(np.rint(second), 0, 255) if second.dtype.kind == "f" else np.clip(second, 0, 255)
        return first, top.astype(np.uint8)
    return _stretched(first, second)


def _stretched(first: Array, second: Array) -> tuple[Bytes, Bytes]:
    """Two arrays from the lowest value of both to the highest."""
    ends = [finite_range(array) for array in (first, second)]
    shown = mapping("stretch", np.uint8, min(low for low, _ in ends), max(high for _, high in ends))
    return _mapped(first, shown), _mapped(second, shown)


def _mapped(array: Array, shown: Mapping) -> Bytes:
    pixels = np.empty(array.shape, np.uint8)
    for first in range(0, array.shape[0], BAND_ROWS):  # never the whole of a large picture in float64
        band = slice(first, first + BAND_ROWS)
        shown.write(array[band].astype(np.float64), pixels[band])
    return pixels


def _plain(picture: Array) -> Array:
    """(H, W) or (H, W, 3): the first map of others."""
    if picture.ndim == 3 and picture.shape[2] != 3:
        return picture[:, :, 0]
    return picture


def shown_map(found: Study) -> tuple[slice, str]:
    """Which maps of a stack are shown - those of the kernel whose routes differ most - and that kernel's name."""
    kernels = found.layer.kernels.kernels
    first, second = found.comparison.layer_then_move, found.comparison.move_then_layer
    labels = kernel_labels(kernels)
    if first.ndim == 2:
        return slice(0, 1), labels[0]
    each = first.shape[2] // len(kernels)
    errors = [
        float(np.max(magnitude(first[:: _thin(first), :, f * each], second[:: _thin(first), :, f * each])))
        for f in range(len(kernels))
    ]
    f = int(np.argmax(errors))
    return slice(f * each, f * each + (3 if each == 3 else 1)), labels[f]


def _thin(array: Array) -> int:
    return max(1, int(array.shape[0]) // 1000)


class Responses(NamedTuple):
    """Both outputs as pixels, g(f(x)) and f(g(x)), and what their greys mean."""

    first: Bytes
    second: Bytes
    scale: Scale


def response_pixels(found: Study, maps: slice) -> Responses:
    """Both outputs with one display: signed around mid-grey for kernels that sum to about 0, else from low to high."""
    first, second = (_maps(output, maps) for output in _outputs(found))
    signed = resolve_display("auto", found.layer.kernels.kernels) == "signed" or found.layer.seed is not None
    ends = [finite_range(array) for array in (first, second)]
    display = "clip" if found.layer.clips else "signed" if signed else "stretch"
    shown = mapping(display, np.uint8, min(low for low, _ in ends), max(high for _, high in ends))
    return Responses(_mapped(first, shown), _mapped(second, shown), scale_of(shown, NOTHING_CLIPPED))


def _outputs(found: Study) -> tuple[Array, Array]:
    return found.comparison.layer_then_move, found.comparison.move_then_layer


def _maps(output: Array, maps: slice) -> Array:
    if output.ndim == 2:
        return output
    shown = output[:, :, maps]
    return shown if shown.shape[2] == 3 else shown[:, :, 0]


def differences(found: Study) -> Errors:
    """|f(g(x)) - g(f(x))|, the largest of all maps, 0 where it is rounding: float32, (H, W)."""
    first, second = _outputs(found)
    largest = np.empty(first.shape[:2], np.float32)
    for start in range(0, first.shape[0], BAND_ROWS):
        rows = slice(start, start + BAND_ROWS)
        error = magnitude(first[rows], second[rows])
        error = error if error.ndim == 2 else error.max(axis=2)
        largest[rows] = np.where(error > found.ledger.tolerance, np.maximum(error, TINY), 0)
    return largest


def reduced(errors: Errors, side: int) -> tuple[Errors, int]:
    """The largest error of each block, so that no lone mismatch is averaged away; and the block's side."""
    block = max(1, -(-max(errors.shape) // side))
    if block == 1:
        return errors, 1
    padded = np.pad(errors, [(0, -n % block) for n in errors.shape])
    rows, columns = padded.shape[0] // block, padded.shape[1] // block
    return padded.reshape(rows, block, columns, block).max(axis=(1, 3)), block


def difference_pixels(errors: Errors, interior: Inside, largest: float) -> Bytes:
    """White where both routes agree (pale blue in the band), yellow to dark red by the root of the error.

    Args:
        interior: rows and columns of `errors` that the band leaves.
        largest: the error of the darkest red.
    """
    pixels = np.full((*errors.shape, 3), BAND_GROUND, np.uint8)
    pixels[interior] = 255
    wrong = errors > 0
    share = np.sqrt(np.minimum(errors[wrong] / largest, 1)) if np.isfinite(largest) and largest else 1.0
    heat = colormap("diverging")[128:]
    pixels[wrong] = heat[(127 * (FAINTEST + (1 - FAINTEST) * share * np.ones(int(wrong.sum())))).astype(np.intp)]
    return pixels


def scaled(inside: Inside, block: int) -> Inside:
    """Rows and columns of a picture that was reduced by blocks."""
    rows, columns = (slice(round(part.start / block), round(part.stop / block)) for part in inside)
    return rows, columns


def cropped(inside: Inside, row: int, column: int) -> Inside:
    """Rows and columns as seen from a window that begins at (row, column)."""
    rows, columns = (
        slice(max(0, part.start - at), max(0, part.stop - at)) for part, at in zip(inside, (row, column), strict=True)
    )
    return rows, columns
