"""The pictures of a pair, ready to be drawn: pixels, and what their greys and colours mean."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Bytes
from convcli.report.drawing import palette
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.identify.exchange import Array, Exchange
from convcli.report.printing.numbers import short

DEEPER = 257  # what 16 bits make of a level of 8
NOTHING = palette.mixed(palette.LINE, palette.PAPER, 0.45)
NOT_COMPARED = "grey is not compared"


class Shown(NamedTuple):
    """A picture of a pair: a heading, uint8 pixels, and a caption."""

    heading: str
    pixels: Bytes
    caption: str


def tiles(pair: Exchange, side: int) -> list[Shown]:
    """What was sent and what came back; and, where something was expected, that and the difference.

    Args:
        side: what pictures are to fit; of differences of larger ones the largest of each block is seen.
    """
    shown = [Shown("Sent", _sent(pair), _size_words(pair.sent, pair))]
    answers = [pair.came] if pair.expected is None else [pair.came, pair.expected]
    pixels, words = _answers(answers, pair)
    size = _size_words(pair.came, pair)
    shown.append(Shown("Came back", pixels[0], "; ".join(part for part in (size, words) if part)))
    if pair.expected is None:
        return shown
    shown.append(Shown(pair.heading, pixels[1], ""))
    gap = pair.difference
    return shown if gap is None else [*shown, _difference(gap, fitting_size(gap.shape[0], gap.shape[1], side, side))]


def _size_words(array: Array, pair: Exchange) -> str:
    return "" if pair.grounds is not None else f"{array.shape[0]} × {array.shape[1]} pixels"


def _sent(pair: Exchange) -> Bytes:
    if pair.grounds is not None:
        return _deviation(pair.sent, pair.grounds[0], None)
    sent = pair.sent // DEEPER if pair.sent.dtype == np.uint16 else pair.sent
    return np.clip(np.rint(sent.astype(np.float64)), 0, 255).astype(np.uint8)


def _answers(answers: list[Array], pair: Exchange) -> tuple[list[Bytes], str]:
    """What came back and what was expected, shown alike; and what their greys or colours mean."""
    if pair.grounds is not None:
        ground = pair.grounds[1]
        largest = max(float(np.nanmax(np.abs(answer - ground))) for answer in answers)
        words = f"grey {short(ground)} is white; deepest red and blue: ±{short(largest)}"
        words = words if largest else f"all of it is grey {short(ground)}"
        return [_deviation(answer, ground, largest) for answer in answers], words
    kinds = {answers[0].dtype}
    if kinds == {np.dtype(np.uint8)}:
        return [_stretched(answer, 0.0, 255.0) for answer in answers], ""
    whole = np.iinfo(answers[0].dtype) if answers[0].dtype.kind == "u" else None
    low = float(answers[0].min()) if whole is None else 0.0
    high = float(answers[0].max()) if whole is None else float(whole.max)
    words = f"black is {short(low)}, white {short(high)}" if whole is None else ""
    return [_stretched(answer, low, high) for answer in answers], words


def _deviation(values: Array, ground: float, largest: float | None) -> Bytes:
    """Red where it is brighter than the ground, blue where it is darker; lines where there is nothing."""
    deviation = values.astype(np.float64) - ground
    return _lined(signed_picture(np.nan_to_num(deviation), largest or None), ~np.isfinite(deviation))


def _stretched(values: Array, low: float, high: float) -> Bytes:
    """Greys from black to white; what is not compared in the colour of lines."""
    if values.dtype == np.uint8:
        return np.asarray(values)
    known = np.isfinite(values)
    shares = (np.nan_to_num(values.astype(np.float64)) - low) / ((high - low) or 1.0)
    grey = np.rint(255 * shares.clip(0, 1)).astype(np.uint8)
    return grey if known.all() else _lined(np.repeat(grey[:, :, np.newaxis], 3, axis=2), ~known)


def _lined(pixels: Bytes, nothing: NDArray[np.bool_]) -> Bytes:
    pixels = pixels.copy()
    pixels[nothing] = NOTHING
    return pixels


def _difference(gap: NDArray[np.float64], size: tuple[int, int]) -> Shown:
    """White where nothing differs; red where more came back, blue where less; at most of a size."""
    known = np.isfinite(gap)
    off = np.where(known, gap, 0.0)
    count, largest, total = int(np.count_nonzero(off)), float(np.abs(off).max()), int(known.sum())
    while off.shape[0] > size[0] or off.shape[1] > size[1]:
        off, known = _halved(off), _halved(known.astype(np.float64)) > 0
    pixels = _lined(signed_picture(off, largest or None), ~known)
    return Shown("Difference", pixels, _difference_words(count, total, largest))


def _difference_words(count: int, total: int, largest: float) -> str:
    """How many differ.

    >>> _difference_words(3, 10961, 2.0), _difference_words(0, 9, 0.0)
    ('3 of 10,961 pixels differ, by 2 at most', 'none of 9 pixels differs')
    """
    if not count:
        return f"none of {total:,} pixels differs"
    return f"{count:,} of {total:,} pixels differ, by {short(largest)} at most"


def _halved(values: NDArray[Any]) -> NDArray[Any]:
    """Of each four the largest by magnitude: one pixel that differs is still seen."""
    rows, columns = (n + n % 2 for n in values.shape)
    padded = np.zeros((rows, columns))
    padded[: values.shape[0], : values.shape[1]] = values
    blocks = padded.reshape(rows // 2, 2, columns // 2, 2).transpose(0, 2, 1, 3).reshape(rows // 2, columns // 2, 4)
    strongest = np.abs(blocks).argmax(axis=2)[:, :, np.newaxis]
    return np.asarray(np.take_along_axis(blocks, strongest, axis=2)[:, :, 0])
