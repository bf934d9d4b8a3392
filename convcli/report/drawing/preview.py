"""Pictures in a terminal, two pixels to a character."""

from __future__ import annotations

import os
import shutil
import sys
from itertools import zip_longest
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convcli.core.arrays import Bytes
from convcli.report.drawing.filters import filter_picture
from convcli.report.drawing.resizing import as_rgb, fitting_size, resized

Colours = Literal["auto", "truecolor", "256", "none"]
RAMP = " .:-=+*#%@"
UPPER_HALF = "▀"
PROMPT_ROWS = 3  # left for what stands above and below
ENLARGED = 8  # small pictures grow no further: a 3x3 response need not fill the screen
FIRST = 16  # of xterm's colours that no theme changes
_CUBE = (0, 95, 135, 175, 215, 255)  # xterm's levels


def preview(
    picture: NDArray[Any],
    *,
    width: int | None = None,
    height: int | None = None,
    stream: IO[str] | None = None,
    colours: Colours = "auto",
) -> None:
    """Print a picture that fits the terminal, in its own shape.

    Args:
        picture: uint8, (H, W) or (H, W, 3).
        width, height: columns and rows of text at most; the terminal's when None.
        stream: stdout unless given.
        colours: "auto" asks NO_COLOR, COLORTERM, TERM and the stream what it can show.
    """
    stream = sys.stdout if stream is None else stream
    stream.writelines(f"{line}\n" for line in preview_lines(picture, width, height, ability(stream, colours)))


def preview_lines(picture: NDArray[Any], width: int | None, height: int | None, colours: str) -> list[str]:
    """The lines of a preview: half blocks, or a ramp of characters without colours."""
    columns, rows = shutil.get_terminal_size()
    room = (2 * max(1, (height or rows - PROMPT_ROWS)), max(1, width or columns))
    shown = as_rgb(resized(picture, *fitting_size(*_size(picture), *room, enlarge=ENLARGED)))
    if colours == "none":
        return _ramp_lines(shown)
    if colours == "truecolor":
        codes = _truecolour_codes(shown)
    else:  # the squares of a few large samples stay flat
        codes = _index_codes(nearest_indexed(shown) if shown.shape[0] > picture.shape[0] else dithered(shown))
    return [_half_blocks(upper, lower) for upper, lower in zip_longest(codes[::2], codes[1::2])]


def kernel_preview(
    weights: NDArray[Any], *, stream: IO[str] | None = None, colours: Colours = "auto", width: int | None = None
) -> None:
    """Print a kernel's weights as colours, as `filters.filter_picture` has them: of (h, w) red positive, blue negative.

    Without colours: "." is 0, "+" and "#" are positive, "-" and "=" negative, the second from half the largest up.

    Args:
        weights: (h, w) or (C, h, w).
        width: columns of text at most; a kernel with more is averaged down.
    """
    stream = sys.stdout if stream is None else stream
    able, room = ability(stream, colours), width or shutil.get_terminal_size().columns
    given = np.asarray(weights, dtype=np.float64)
    picture = filter_picture(given)
    if picture.shape[1] * 2 > room or (given.ndim == 3 and able == "none"):  # no squares of two characters, or no signs
        preview(picture, width=room, stream=stream, colours=colours)
    elif able == "none":
        stream.writelines(f"{line}\n" for line in _sign_lines(given))
    else:
        shown = picture.repeat(2, axis=1)
        codes = _truecolour_codes(shown) if able == "truecolor" else _index_codes(nearest_indexed(shown))
        stream.writelines(f"{_blanks(row)}\n" for row in codes)


def ability(stream: IO[str], colours: str = "auto") -> str:
    """What the stream can show: "truecolor", "256" or "none"."""
    if colours != "auto":
        return colours
    kind = os.environ.get("TERM", "")
    if os.environ.get("NO_COLOR") or not stream.isatty() or kind == "dumb" or not _has_blocks(stream):
        return "none"
    full = os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or "WT_SESSION" in os.environ
    if full or kind.endswith("-direct") or kind.startswith(("xterm-kitty", "alacritty", "wezterm", "foot", "ghostty")):
        return "truecolor"
    return "256" if "256color" in kind else "none"


def _has_blocks(stream: IO[str]) -> bool:
    try:
        UPPER_HALF.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _size(picture: NDArray[Any]) -> tuple[int, int]:
    return int(picture.shape[0]), int(picture.shape[1])


def _ramp_lines(shown: Bytes) -> list[str]:
    luma = shown @ np.array([0.299, 0.587, 0.114])
    pairs = [luma[first : first + 2].mean(axis=0) for first in range(0, len(luma), 2)]
    return ["".join(RAMP[min(int(v * len(RAMP) / 255), len(RAMP) - 1)] for v in row).rstrip() for row in pairs]


def _sign_lines(weights: NDArray[np.float64]) -> list[str]:
    largest = float(np.abs(weights).max())
    marks = {0: "..", 1: "++", 2: "##", -1: "--", -2: "=="}
    level = np.sign(weights) * np.where(np.abs(weights) >= largest / 2, 2, 1)
    return ["".join(marks[int(v)] for v in row) for row in level]


def _truecolour_codes(shown: Bytes) -> list[list[str]]:
    return [[f"2;{r};{g};{b}" for r, g, b in row] for row in shown.tolist()]


def _index_codes(indexed: NDArray[np.int64]) -> list[list[str]]:
    return [[f"5;{index}" for index in row] for row in indexed.tolist()]


def dithered(shown: Bytes) -> NDArray[np.int64]:
    """Xterm's colours 16..255 for (H, W, 3): what each pixel lacks is passed on to the next ones.

    Source: Floyd & Steinberg, 1976.
    """
    holder = Image.new("P", (1, 1))
    holder.putpalette(fixed_colours().tobytes())
    indexed = Image.fromarray(shown).quantize(palette=holder, dither=Image.Dither.FLOYDSTEINBERG)
    return np.asarray(indexed).astype(np.int64) + FIRST


def fixed_colours() -> Bytes:
    """Xterm's colours 16..255, which no theme changes: the cube, then 24 greys, (240, 3)."""
    cube = [(red, green, blue) for red in _CUBE for green in _CUBE for blue in _CUBE]
    return np.array([*cube, *((8 + 10 * step,) * 3 for step in range(24))], np.uint8)


def nearest_indexed(shown: Bytes) -> NDArray[np.int64]:
    """The nearest of xterm's colours 16..255 (the cube, then 24 greys): (H, W, 3) to (H, W)."""
    samples = shown.astype(np.int64)
    levels = np.array(_CUBE)
    steps = np.abs(samples[..., np.newaxis] - levels).argmin(axis=-1)
    cube = 16 + 36 * steps[..., 0] + 6 * steps[..., 1] + steps[..., 2]
    grey = np.clip(np.rint((samples.mean(axis=-1) - 8) / 10), 0, 23).astype(np.int64)
    off_cube = ((levels[steps] - samples) ** 2).sum(axis=-1)
    off_grey = ((8 + 10 * grey[..., np.newaxis] - samples) ** 2).sum(axis=-1)
    index: NDArray[np.int64] = np.where(off_grey < off_cube, 232 + grey, cube)
    return index


def _half_blocks(upper: list[str], lower: list[str] | None) -> str:
    # Under an odd last row the terminal's own ground shows.
    lower = lower or [""] * len(upper)
    # Colours are named again only where they change: a flat sky is a few bytes.
    parts, now = [], ("", "")
    for pair in zip(upper, lower, strict=True):
        changed = [f"{ground};{new}" for ground, new, old in zip(("38", "48"), pair, now, strict=True) if new != old]
        parts.append((f"\x1b[{';'.join(changed)}m" if changed else "") + UPPER_HALF)
        now = pair
    return "".join(parts) + "\x1b[0m"


def _blanks(row: list[str]) -> str:
    return "".join(f"\x1b[48;{code}m " for code in row) + "\x1b[0m"
