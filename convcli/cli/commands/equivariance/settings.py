"""From the options of `equivariance` to a layer and a move; and every run of a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.types import read_number, read_padding, read_whole
from convcli.core.border import BORDERS, Border, border
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.moves import GRID_MOVES, GridMove, Move, Shift
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.sweep import Sweep
from convcli.core.geometry import SIZES, Padding
from convcli.core.pooling import parse_pool
from convcli.errors import OptionError, UnknownNameError, UsageError

Chosen = dict[str, Any]
LAYER_OPTIONS = ("border", "size", "padding", "stride", "dilation", "channels", "precision", "jobs")
TRANSFORMS = (*GRID_MOVES, "rotate:DEG", "scale:Z")
MOST_SCALE = 64
BORDER_NAMES = tuple(rule.name for rule in BORDERS)
FLAGS = ("no", "yes")
# What can be swept, and what "all" stands for.
SWEPT = {
    "dx": (),
    "dy": (),
    "stride": (),
    "dilation": (),
    "padding": (),
    "blurpool": (),
    "seed": (),
    "kernel": (),
    "pool": (),
    "border": BORDER_NAMES,
    "fill": BORDER_NAMES,
    "size": SIZES,
    "channels": ("each", "gray", "sum"),
    "precision": ("auto", "float64"),
    "transform": GRID_MOVES,
    "quantize": FLAGS,
    "unshared": FLAGS,
}


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


@dataclass(frozen=True, eq=False)
class Run:
    """One run of a sweep: what was set, and the layer and move of it."""

    set_to: dict[str, str]
    layer: ConvLayer
    move: Move


def sweep_runs(sweep: Sweep, chosen: Chosen, picture: NDArray[Any]) -> Iterator[Run]:
    """Every run; the texts of all values are read before the first run starts.

    A low-pass given as --blurpool is the remedy that is tried, not part of the layer; a swept one is part of it.
    """
    read = [_read(name, text) for name, texts in zip(sweep.names, sweep.values, strict=True) for text in texts]
    assert len(read) == sum(map(len, sweep.values))
    for set_to in sweep.runs():
        settings = {**chosen, "blurpool": None}
        for name, text in set_to.items():
            settings.update(_read(name, text))
        layer, move = build(settings, picture)
        if layer.blurpool and max(layer.steps) == 1:
            layer = ConvLayer(**{**vars(layer), "blurpool": None})  # nothing is subsampled in this corner of the sweep
        yield Run(set_to, layer, move)


def _read(name: str, text: str) -> Chosen:
    option = f"--sweep {name}"
    if name in ("dx", "dy"):
        return {name: read_number(text, option)}
    if name in ("stride", "dilation"):
        return {name: read_whole(text, option, at_least=1)}
    if name == "blurpool":
        return {name: None if text == "none" else read_whole(text, option, at_least=2, at_most=64)}
    if name == "seed":
        return {name: read_whole(text, option, at_least=0), "unshared": True}
    if name == "padding":
        return {name: read_padding(text, option)}
    if name in ("quantize", "unshared"):
        return {name: _one_of(name, text, FLAGS) == "yes"}
    if name in ("border", "fill"):
        return {name: border(text)}
    if name == "kernel":
        return {"kernels": load_kernels((text,))}
    if name == "pool":
        return {name: None if text == "none" else parse_pool(text, option).label}
    if name in ("size", "channels", "precision"):
        return {name: _one_of(name, text, SWEPT[name])}
    read_transform(text, border("edge"))
    return {name: text}


def _one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise UnknownNameError(name, text, choices)
    return text
