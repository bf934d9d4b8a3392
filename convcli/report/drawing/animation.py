"""Frames become one moving picture."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convcli.errors import UnknownNameError
from convcli.report.drawing.resizing import as_rgb

FORMATS = ("gif", "webp", "apng")
Colours = NDArray[np.int64]
_PALETTE = 255  # one entry stays free, for "as in the frame before": that is what keeps a GIF small
_FLAT, _FLAT_SHARE, _WHITE = 32, 0.002, 0xFFFFFF  # flat colours, and the part of all pixels that each has at least
_DRAWING = 4096  # more colours than that make a photograph


def encode_animation(
    frames: Iterable[NDArray[np.uint8]], format: str, *, ms: int | Sequence[int] = 300, loop: bool = True
) -> bytes:
    """Encode frames, all of one size, as a GIF, a lossless WebP or an animated PNG.

    A GIF has one palette for all its frames, so that nothing flickers: the
    drawing's own 255 most frequent colours, or the best 255 for photographs,
    among which are the grounds and inks that many pixels have: white is white.
    Nothing is dithered: flat grounds stay flat and files small.

    Args:
        frames: uint8, (H, W) or (H, W, 3); at least one.
        ms: time of every frame, or of each, in milliseconds (a GIF counts in tens).
        loop: repeat for ever, or play once.

    Raises:
        UnknownNameError: no such format.
        ValueError: no frames, frames of different sizes, as many times as frames: a fault of ours.
    """
    if format not in FORMATS:
        raise UnknownNameError("animation format", format, FORMATS)
    pictures = [Image.fromarray(np.ascontiguousarray(as_rgb(frame))) for frame in frames]
    times = [ms] * len(pictures) if isinstance(ms, int) else list(ms)
    if not pictures or len({picture.size for picture in pictures}) != 1 or len(times) != len(pictures):
        raise ValueError("an animation takes at least one frame, frames of one size, and a time for each")
    if format == "gif":
        pictures = _with_one_palette(pictures)
    return _saved(pictures, format, times, loop=loop)


def _saved(pictures: list[Image.Image], format: str, times: list[int], *, loop: bool) -> bytes:
    options: dict[str, Any] = {
        # WebP and PNG count the times to play (0: for ever); a GIF counts repeats, and plays once without the count.
        "gif": {"optimize": True, "disposal": 1, **({"loop": 0} if loop else {})},
        "webp": {"lossless": True, "method": 4, "loop": 0 if loop else 1},
        "apng": {"loop": 0 if loop else 1},
    }[format]
    stream = io.BytesIO()
    pictures[0].save(
        stream,
        "PNG" if format == "apng" else format.upper(),
        save_all=True,
        append_images=pictures[1:],
        duration=times,
        **options,
    )
    return stream.getvalue()


def _with_one_palette(pictures: list[Image.Image]) -> list[Image.Image]:
    drawn = _drawn_colours(pictures)
    if drawn is None:
        return _with_photographic_palette(pictures)
    colours = np.array([colour for colour, _ in drawn.most_common()], dtype=np.int64)
    # All colours that a drawing uses much are kept as they are; the rare ones on the rims of letters go to the nearest.
    kept = colours[:_PALETTE]
    nearest = np.concatenate(
        [((kept - part[:, np.newaxis]) ** 2).sum(axis=2).argmin(axis=1) for part in _parts(colours)]
    )
    codes = _codes(colours)
    order = np.argsort(codes)
    return [_indexed(picture, codes[order], nearest[order], kept) for picture in pictures]


def _drawn_colours(pictures: list[Image.Image]) -> Counter[tuple[int, ...]] | None:
    """How often each colour occurs, or None for photographs, which have too many to count."""
    counts: Counter[tuple[int, ...]] = Counter()
    for picture in pictures:
        colours = picture.getcolors(_DRAWING)
        if colours is None or len(counts) > _DRAWING:
            return None
        counts.update({colour: count for count, colour in colours if isinstance(colour, tuple)})
    return counts


def _parts(colours: Colours) -> list[Colours]:
    return [colours[first : first + 512] for first in range(0, len(colours), 512)]


def _codes(samples: NDArray[Any]) -> NDArray[np.int32]:
    wide = samples.astype(np.int32)
    codes: NDArray[np.int32] = (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]
    return codes


def _indexed(picture: Image.Image, codes: NDArray[np.int32], entries: NDArray[Any], kept: Colours) -> Image.Image:
    found = np.searchsorted(codes, _codes(np.asarray(picture)))
    indexed = Image.fromarray(entries[found].astype(np.uint8))
    indexed.putpalette(kept.astype(np.uint8).tobytes())
    return indexed


def _with_photographic_palette(pictures: list[Image.Image]) -> list[Image.Image]:
    # A dozen frames, spread over the whole, stand for all of them.
    kept = pictures[:: max(1, len(pictures) // 12)]
    exact = _flat_colours(kept)
    averaged = _averaged_palette(kept, _PALETTE - len(exact))
    colours = np.concatenate([averaged, exact])
    codes = _codes(exact)
    order = np.argsort(codes)
    entries = (len(averaged) + order).astype(np.uint8)
    holder = Image.new("P", (1, 1))
    holder.putpalette(averaged.astype(np.uint8).tobytes())
    return [
        _with_exact(picture, picture.quantize(palette=holder, dither=Image.Dither.NONE), codes[order], entries, colours)
        for picture in pictures
    ]


def _flat_colours(pictures: list[Image.Image]) -> Colours:
    """White, and the most frequent colours beside it: those of a drawing's grounds, rules and letters."""
    counts: Counter[int] = Counter()
    for picture in pictures:
        found, times = np.unique(_codes(np.asarray(picture)), return_counts=True)
        counts.update(dict(zip(found.tolist(), times.tolist(), strict=True)))
    least = _FLAT_SHARE * sum(picture.width * picture.height for picture in pictures)
    frequent = [code for code, count in counts.most_common(_FLAT) if count >= least and code != _WHITE]
    codes = np.array([_WHITE, *frequent])
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)


def _with_exact(
    picture: Image.Image, indexed: Image.Image, codes: NDArray[np.int32], entries: NDArray[Any], colours: Colours
) -> Image.Image:
    """The flat colours at their own entries; everything else as it was quantized."""
    own = _codes(np.asarray(picture))
    found = np.searchsorted(codes, own).clip(max=len(codes) - 1)
    exact = Image.fromarray(np.where(codes[found] == own, entries[found], np.asarray(indexed)))
    exact.putpalette(colours.astype(np.uint8).tobytes())
    return exact


def _averaged_palette(kept: list[Image.Image], most: int) -> Colours:
    strip = Image.new("RGB", (kept[0].width, kept[0].height * len(kept)))
    for index, picture in enumerate(kept):
        strip.paste(picture, (0, index * picture.height))
    palette = strip.quantize(most, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    return np.array(palette[: 3 * most], dtype=np.int64).reshape(-1, 3)
