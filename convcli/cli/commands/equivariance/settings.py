"""From the options of `equivariance` to a layer and a move; and every run of a sweep."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.cli.types import read_number
from convcli.core.border import Border, border
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.moves import GRID_MOVES, GridMove, Move, Shift
from convcli.core.equivariance.resampling import Resampling
from convcli.core.geometry import Padding
from convcli.core.pooling import parse_pool
from convcli.errors import OptionError, UnknownNameError, UsageError

Chosen = dict[str, Any]
LAYER_OPTIONS = ("border", "size", "padding", "stride", "dilation", "channels", "precision", "jobs")
TRANSFORMS = (*GRID_MOVES, "rotate:DEG", "scale:Z")
MOST_SCALE = 64


def check_usage(chosen: Chosen) -> None:
    """Refuse options that would have no effect beside each other.

    Raises:
        UsageError.
    """
    shifts = [f"--{name}" for name in ("dx", "dy") if chosen[name] is not None]
    if chosen["transform"] is not None and shifts:
        raise UsageError(f"--transform and {' and '.join(shifts)} are different moves; give one of them")
    if chosen["transform"] is not None and chosen["fill"] is not None and _is_grid(chosen["transform"]):
        raise UsageError(f"--fill has nothing to fill: {chosen['transform']} vacates no pixel")
    if chosen["seed"] is not None and not chosen["unshared"]:
        raise UsageError("--seed draws the weights of --unshared; give both, or neither")


def _is_grid(text: str) -> bool:
    return text.strip().lower() in GRID_MOVES


def build(chosen: Chosen, picture: NDArray[Any]) -> tuple[ConvLayer, Move]:
    """The layer f and the move g that the options describe; `kernels` holds the loaded kernels."""
    check_usage(chosen)
    kernels, stacked = chosen["kernels"]
    options = {name: chosen[name] for name in LAYER_OPTIONS}
    if options["padding"] is not None:
        options["padding"] = Padding(*options["padding"])
    layer = ConvLayer(
        kernels=kernels if stacked else kernels[0],
        options=options,
        pool=parse_pool(chosen["pool"]) if chosen["pool"] else None,
        blurpool=chosen["blurpool"],
        rounds=chosen["quantize"],
        clips=chosen["quantize"],
        top=65535 if picture.dtype == np.uint16 else 255,
        seed=(chosen["seed"] or 0) if chosen["unshared"] else None,
    )
    return layer, read_move(chosen)


def read_move(chosen: Chosen) -> Move:
    """The shift or transform; without either, one pixel to the right."""
    fill: Border = border(chosen["fill"] if chosen["fill"] is not None else chosen["border"])
    if chosen["transform"] is not None:
        return read_transform(chosen["transform"], fill)
    dx, dy = chosen["dx"], chosen["dy"]
    return Shift((1.0 if dy is None else 0.0) if dx is None else dx, dy or 0.0, fill)


def read_transform(text: str, fill: Border) -> Move:
    """A transform's text.

    Raises:
        UnknownNameError: no such transform.
        OptionError: an angle or a scale that is no number, or out of range.
    """
    name, colon, amount = text.strip().lower().partition(":")
    if name in GRID_MOVES and not colon:
        return GridMove(name)
    if name == "rotate":
        degrees = _amount(text, amount, "rotate:DEG takes a number of degrees, counter-clockwise, as in rotate:30")
        return Resampling(f"rotate:{degrees:g}", degrees, 1.0, fill)
    if name == "scale":
        rule = f"scale:Z takes a number from 1/{MOST_SCALE} to {MOST_SCALE}, as in scale:1.5"
        zoom = _amount(text, amount, rule)
        if not 1 / MOST_SCALE <= zoom <= MOST_SCALE:
            raise OptionError("--transform", text, rule)
        return Resampling(f"scale:{zoom:g}", 0.0, zoom, fill)
    raise UnknownNameError("transform", text, TRANSFORMS)


def _amount(text: str, amount: str, rule: str) -> float:
    try:
        return read_number(amount, "--transform")
    except OptionError as problem:
        raise OptionError("--transform", text, rule) from problem
