"""A picture as a network's input, from the options that say how: `--weights` and what prepares the picture."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from convcli.cli import types
from convcli.cli.asked import ReadingOptions
from convcli.cli.help import completion
from convcli.errors import InputError, UsageError

if TYPE_CHECKING:
    from convcli.cli.arguments.networks import Loaded
    from convcli.core.arrays import Array
    from convcli.core.forward.entrance import Entrance
    from convcli.core.forward.preparing import Preparation, Prepared

_OPTIONS = (
    click.option(
        "--weights",
        multiple=True,
        metavar="FILE",
        shell_complete=completion.files,
        help="Weights of layers that were written out: .safetensors or .npz, matched by name and shape. Repeatable.",
    ),
    click.option(
        "--fit",
        type=types.choice("crop", "resize", "none"),
        default=None,
        show_default="crop",
        help="To the input's size: the picture's middle, all of it, or nothing but what fits.",
    ),
    click.option(
        "--input-size", type=types.PAIR, default=None, help="Of a network that leaves it open [default: the picture's]."
    ),
    click.option(
        "--input-scale",
        type=types.number(),
        default=None,
        show_default="1/255 of 8 bits, 1/65535 of 16, else 1",
        help="What samples are multiplied by.",
    ),
    click.option("--mean", type=types.NUMBERS, default=None, help="Is subtracted then: one, or one a channel."),
    click.option("--std", type=types.NUMBERS, default=None, help="Is divided by then: one, or one a channel."),
    click.option(
        "--channel-order",
        type=types.choice("rgb", "bgr"),
        default=None,
        show_default="rgb",
        help="Order of the colours that the network takes; bgr for models from Caffe.",
    ),
)


def preparing(function: Any) -> Any:
    """The options that say how a picture becomes a network's input."""
    for decorator in reversed(_OPTIONS):
        function = decorator(function)
    return function


class NetworkOptions(ReadingOptions):
    """What `preparing` gives, as it was typed; None where nothing was."""

    weights: tuple[str, ...]
    fit: str | None
    input_size: tuple[int, int] | None
    input_scale: float | None
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None
    channel_order: str | None

    def preparation(self, known: Preparation | None) -> Preparation:
        """How a picture is prepared: as it was asked, else as the network's own is known, else as is usual."""
        from convcli.core.forward.preparing import Preparation

        given: dict[str, Any] = {
            "fit": self.fit,
            "size": self.input_size,
            "scale": self.input_scale,
            "mean": self.mean,
            "std": self.std,
            "order": self.channel_order,
        }
        return replace(known or Preparation(), **{name: value for name, value in given.items() if value is not None})

    @property
    def prepares(self) -> list[str]:
        """The options of a preparation that were given."""
        names = ("fit", "input_size", "input_scale", "mean", "std", "channel_order")
        return [f"--{name.replace('_', '-')}" for name in names if vars(self)[name] is not None]


def feed(loaded: Loaded, source: str, options: NetworkOptions) -> Prepared:
    """What the network is fed for a PICTURE.

    Raises:
        InputError, UsageError: a network with another kind of input; a picture that does not fit it.
    """
    from convcli.core.forward.entrance import entrance_of

    try:
        entrance = entrance_of(loaded.graph)
    except UsageError as error:
        raise loaded.blamed(error) from error
    return _own_array(entrance, source, options) or _picture(loaded, entrance, source, options)


def _own_array(entrance: Entrance, source: str, options: NetworkOptions) -> Prepared | None:
    """A .npy of the input's own shape; None where PICTURE is none."""
    from convcli.core.forward.preparing import as_it_is

    array = _array_in(source)
    found = None if array is None else as_it_is(array, entrance)
    if found is None:
        return None
    if given := options.prepares:
        raise UsageError(f"{given[0]} prepares a picture; {source} has the network's own shape and is fed as it is")
    return found


def _array_in(source: str) -> Array | None:
    """The array of a .npy file, of any rank; None where it is none that can be read plainly."""
    import math

    import numpy as np

    from convcli.files.npy import HeaderError, read_header

    if not source.lower().endswith(".npy") or not os.path.isfile(source):
        return None
    try:
        with open(source, "rb") as file:
            header = read_header(file)
            dtype = header.dtype()
            size = os.path.getsize(source) - file.tell()
        if dtype.hasobject or dtype.kind not in "biuf" or math.prod(header.shape) * dtype.itemsize > size:
            return None  # the reader of pictures says what is wrong
        array: Array = np.load(source, allow_pickle=False)
        return array
    except (HeaderError, OSError, ValueError):
        return None


def _picture(loaded: Loaded, entrance: Entrance, source: str, options: NetworkOptions) -> Prepared:
    from convcli.core.forward.preparing import prepared

    if not entrance.is_picture:
        raise InputError(
            source, f"no .npy of the network's input, {entrance.said}; a picture fits inputs of (N, C, H, W) alone"
        )
    picture = options.read(source)
    for note in options.remarks_on(picture):
        options.remark(f"{picture.source}: {note}")
    return prepared(picture.pixels, entrance, options.preparation(loaded.preparation))
