"""From the options of `equivariance` to a layer and a move; and every run of a sweep."""

from __future__ import annotations

import numpy as np

from convcli.cli.commands.equivariance.asked import EquivarianceOptions
from convcli.cli.values import read_number
from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.move_names import GRID_MOVES, TRANSFORMS
from convcli.core.equivariance.moves import GridMove, Move, Shift
from convcli.core.equivariance.resampling import Resampling
from convcli.core.kernel.stack import KernelStack
from convcli.core.pooling import parse_pool
from convcli.core.problem.options import Options
from convcli.core.quantities import plain
from convcli.errors import OptionError, UnknownNameError, UsageError

MOST_SCALE = 64


def check_usage(options: EquivarianceOptions) -> None:
    """Refuse options that would have no effect beside each other.

    Raises:
        UsageError.
    """
    shifts = [f"--{name}" for name, value in (("dx", options.dx), ("dy", options.dy)) if value is not None]
    if options.transform is not None and shifts:
        raise UsageError(f"--transform and {' and '.join(shifts)} are different moves; give one of them")
    if options.transform is not None and options.fill is not None and _is_grid(options.transform):
        raise UsageError(f"--fill has nothing to fill: {options.transform} vacates no pixel")
    if options.seed is not None and not options.unshared:
        raise UsageError("--seed draws the weights of --unshared: add --unshared, or leave --seed out")


def _is_grid(text: str) -> bool:
    return text.strip().lower() in GRID_MOVES


def build(options: EquivarianceOptions, kernels: KernelStack, picture: Array) -> tuple[ConvLayer, Move]:
    """The layer f and the move g that the options describe."""
    check_usage(options)
    layer = ConvLayer(
        kernels=kernels.reading_for(depth_of(options, picture)),
        options=Options(options.window, channels=options.channels, precision=options.precision, jobs=options.jobs),
        pool=parse_pool(options.pool) if options.pool else None,
        blurpool=options.blurpool,
        rounds=options.quantize,
        clips=options.quantize,
        top=65535 if picture.dtype == np.uint16 else 255,
        seed=(options.seed or 0) if options.unshared else None,
    )
    return layer, read_move(options)


def depth_of(options: EquivarianceOptions, picture: Array) -> int:
    """Channels that kernels see of a picture."""
    return 1 if picture.ndim == 2 or options.channels == "gray" else int(picture.shape[2])


def read_move(options: EquivarianceOptions) -> Move:
    """The shift or transform; without either, one pixel to the right."""
    fill = options.window.border if options.fill is None else options.fill
    if options.transform is not None:
        return read_transform(options.transform, fill)
    dx, dy = options.dx, options.dy
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
        return Resampling(f"rotate:{plain(degrees)}", degrees, 1.0, fill)
    if name == "scale":
        rule = f"scale:Z takes a number from 1/{MOST_SCALE} to {MOST_SCALE}, as in scale:1.5"
        zoom = _amount(text, amount, rule)
        if not 1 / MOST_SCALE <= zoom <= MOST_SCALE:
            raise OptionError("--transform", text, rule)
        return Resampling(f"scale:{plain(zoom)}", 0.0, zoom, fill)
    raise UnknownNameError("transform", text, TRANSFORMS)


def _amount(text: str, amount: str, rule: str) -> float:
    try:
        return read_number(amount, "--transform")
    except OptionError as problem:
        raise OptionError("--transform", text, rule) from problem
