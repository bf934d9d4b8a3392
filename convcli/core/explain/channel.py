"""Channel: the one plane of a picture that arithmetic is shown on."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.luma import luma
from convcli.errors import OptionError

COLOURS = {"red": 0, "green": 1, "blue": 2}


def one_channel(picture: Array, wanted: str | int) -> Array:
    """One channel of a picture.

    Args:
        picture: (H, W) or (H, W, C).
        wanted: a number from 0, or its digits; "red", "green" or "blue" of three channels; "gray": their luma.

    Returns:
        (H, W), in the picture's dtype.

    Raises:
        OptionError: no such channel.
        GeometryError: luma of other than 1 or 3 channels.

    >>> one_channel(np.array([[[1, 2, 3]]]), "green").tolist()
    [[2]]
    """
    count = picture.shape[2] if picture.ndim == 3 else 1
    name = str(wanted).strip().lower()
    if name in ("gray", "grey"):
        return luma(picture)
    index = channel_number(name, count)
    return picture if picture.ndim == 2 else np.ascontiguousarray(picture[:, :, index])


def channel_rule(count: int) -> str:
    """What may be asked for, of so many channels.

    >>> channel_rule(3)
    'give red, green, blue, gray or a number: 0 to 2'
    """
    numbers = "0" if count == 1 else f"0 to {count - 1}"
    names = f"{', '.join(COLOURS)}, gray or " if count == 3 else ""
    return f"give {names}a number: {numbers}"


def channel_number(wanted: str | int, count: int) -> int:
    """The number, from 0, of a channel of so many; errors as of `one_channel`.

    >>> channel_number("Blue", 3)
    2
    """
    name = str(wanted).strip().lower()
    if count == 3 and name in COLOURS:
        return COLOURS[name]
    if name.isascii() and name.isdigit() and len(name) < 9 and int(name) < count:
        return int(name)
    raise OptionError("channel", name, channel_rule(count))
