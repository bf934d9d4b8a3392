"""From a picture to what a network is fed: channels, size, units; and what was done to it, in words.

fed = (samples * scale - mean) / std, channel by channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.entrance import Entrance, shape_said
from convcli.core.forward.fitting import Part, fitted, part_of
from convcli.core.geometry import Pair
from convcli.core.luma import luma
from convcli.errors import GeometryError, OptionError, Setting

ORDERS = ("rgb", "bgr")
MOST_SIDE = 1 << 14  # rows or columns that a network with open ones is fed


@dataclass(frozen=True)
class Preparation:
    """How a picture becomes a network's input.

    Attributes:
        scale: what samples are multiplied by; None makes 0..1 of whole numbers of 8 or 16 bits and leaves others.
        mean, std: one number, or one a channel in the network's order; none are 0 and 1.
        fit: "crop" shows the middle that has the input's shape, "resize" all of the picture, "none" refuses others.
        order: "bgr" turns the colours round, as models from Caffe have them.
        size: rows and columns where the network leaves them open; None are the picture's own.
    """

    scale: float | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    fit: str = "crop"
    order: str = "rgb"
    size: Pair | None = None


class Prepared(NamedTuple):
    """What a network is fed.

    Attributes:
        fed: the input with its batch axis, of the input's dtype.
        seen: the same as a picture, (H, W, C) in the picture's own units and colours; None where it is no picture.
        part: which part of the picture that is.
        said: what was done, in order.
        eight_bits: whether `seen` is in the units of 8-bit pixels, 0..255.
    """

    fed: Array
    seen: Array | None
    part: Part | None
    said: tuple[str, ...]
    eight_bits: bool = False


def prepared(picture: Array, entrance: Entrance, how: Preparation) -> Prepared:
    """A picture (H, W) or (H, W, C) as a network's input.

    Raises:
        GeometryError: channels or a size that do not fit; a network that takes no pictures.
        OptionError: a setting that the input has no use for.
    """
    if not entrance.is_picture:
        raise GeometryError(f"its input is {entrance.said}, no picture's rows, columns and channels; give it as .npy")
    coloured, colour_words = _in_channels(picture, entrance.channels)
    size = _size(entrance, how, (picture.shape[0], picture.shape[1]))
    part = part_of(picture.shape[0], picture.shape[1], size, how.fit)
    same = coloured.shape[:2] == size
    if not same and how.fit == "none":
        raise GeometryError(
            f"the picture has {picture.shape[0]} × {picture.shape[1]} pixels and the network takes "
            f"{size[0]} × {size[1]}; give ", Setting("fit", "crop"), " or ", Setting("fit", "resize"),
        )  # fmt: skip
    seen = coloured if same else fitted(coloured, part, size)
    scale = _scale(picture, entrance, how)
    samples = (seen[:, :, ::-1] if how.order == "bgr" else seen).astype(np.float32)
    mean, std = (_each(values, name, seen.shape[2]) for values, name in ((how.mean, "mean"), (how.std, "std")))
    fed = (samples * np.float32(scale) - mean) / std
    words = [*colour_words, *_size_words(picture, part, size), *_unit_words(scale, how)]
    return Prepared(_placed(fed, entrance), seen, part, tuple(words), picture.dtype == np.uint8)


def as_it_is(array: Array, entrance: Entrance) -> Prepared | None:
    """An array of the input's own shape, with or without the batch axis, taken as it is; None for other shapes.

    Raises:
        GeometryError: a batch of more than one.
    """
    shape = entrance.entry.shape
    if shape is None or not _fits(array.shape[-(len(shape) - 1) :], shape[1:]):
        return None
    if array.ndim == len(shape):
        if array.shape[0] != 1:
            raise GeometryError(
                f"it holds a batch of {array.shape[0]}, {shape_said(array.shape)}; one is sent through: save array[0]"
            )
        array = array[0]
    elif array.ndim != len(shape) - 1:
        return None
    seen = None
    if entrance.is_picture:
        seen = array if entrance.channels_last else np.moveaxis(array, 0, -1)
    part = None if seen is None else Part(0, 0, *map(float, seen.shape[:2]))
    dtype = np.dtype(entrance.entry.dtype)
    return Prepared(array[np.newaxis].astype(dtype), seen, part, (f"taken as it is, {shape_said(array.shape)}",))


def _fits(lengths: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(lengths) == len(wanted) and all(w in (None, n) for n, w in zip(lengths, wanted, strict=True))


def _in_channels(picture: Array, channels: int | None) -> tuple[Array, list[str]]:
    """(H, W, C) with as many channels as are taken; grey from colour and colour from grey are said."""
    given = np.atleast_3d(picture)
    count = given.shape[2]
    if channels in (None, count):
        return given, []
    if channels == 1 and count == 3:
        return luma(given)[:, :, np.newaxis], ["its grey (luma)"]
    if channels == 3 and count == 1:
        return np.repeat(given, 3, axis=2), ["its grey for red, green and blue alike"]
    raise GeometryError(
        f"the picture has {count} channel{'s' * (count > 1)} and the network takes {channels}; "
        "only grey and colour are made of each other"
    )


def _size(entrance: Entrance, how: Preparation, own: Pair) -> Pair:
    if how.size is not None and entrance.height is not None and entrance.width is not None:
        rule = f"the network's input is {entrance.height}x{entrance.width}; this is for networks that leave it open"
        raise OptionError("input_size", f"{how.size[0]}x{how.size[1]}", rule)
    wanted = how.size or own
    size = (entrance.height or wanted[0], entrance.width or wanted[1])
    if max(size) > MOST_SIDE:
        raise GeometryError(f"an input of {size[0]} × {size[1]}; at most {MOST_SIDE} a side are run: ",
                            Setting("input_size", "ROWSxCOLUMNS"))  # fmt: skip
    return size


def _scale(picture: Array, entrance: Entrance, how: Preparation) -> float:
    if how.scale is not None:
        return how.scale
    whole = np.dtype(entrance.entry.dtype).kind in "iu"
    return 1.0 if whole or picture.dtype not in (np.uint8, np.uint16) else 1 / np.iinfo(picture.dtype).max


def _each(values: tuple[float, ...], name: str, channels: int) -> Array:
    if len(values) not in (0, 1, channels):
        rule = f"give one number, or one for each of the network's {channels} channels"
        raise OptionError(name, ",".join(f"{value:g}" for value in values), rule)
    if name == "std" and not all(value > 0 for value in values):
        raise OptionError(name, ",".join(f"{value:g}" for value in values), "samples are divided by it: above 0")
    return np.array(values or (1.0 if name == "std" else 0.0,), np.float32)


def _placed(fed: Array, entrance: Entrance) -> Array:
    """(H, W, C) with the axes, the batch and the dtype that the network takes; whole numbers are rounded."""
    dtype = np.dtype(entrance.entry.dtype)
    if dtype.kind in "iu":
        fed = np.clip(np.rint(fed), np.iinfo(dtype).min, np.iinfo(dtype).max)
    axes = fed if entrance.channels_last else np.moveaxis(fed, -1, 0)
    return np.ascontiguousarray(axes[np.newaxis], dtype)


def _size_words(picture: Array, part: Part, size: Pair) -> Iterator[str]:
    height, width = picture.shape[:2]
    if (part.height, part.width) != (height, width):
        yield f"its middle, {part.height:.4g} × {part.width:.4g} pixels"
    if size != (round(part.height), round(part.width)):
        yield f"resized to {size[0]} × {size[1]}"
    if (part.height, part.width) == (height, width) and size[0] * width != size[1] * height:
        yield "its shape distorted"


def _unit_words(scale: float, how: Preparation) -> Iterator[str]:
    if how.order == "bgr":
        yield "blue first"
    inverse = round(1 / scale) if scale else 0
    yield f"samples × {f'1/{inverse}' if inverse > 1 and scale == 1 / inverse else f'{scale:.6g}'}"
    for values, word in ((how.mean, "less the mean"), (how.std, "divided by")):
        if values:
            yield f"{word} {', '.join(f'{value:g}' for value in values)}"
