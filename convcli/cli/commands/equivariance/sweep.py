"""Every run of a sweep: its values as texts, read into the settings of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.commands.equivariance.settings import Chosen, build, read_transform
from convcli.cli.types import read_number, read_padding, read_whole
from convcli.core.border import BORDERS, border
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.moves import GRID_MOVES, Move
from convcli.core.equivariance.sweep import Sweep
from convcli.core.geometry import SIZES
from convcli.core.pooling import parse_pool
from convcli.errors import UnknownNameError

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
        return {name: border(text, option)}
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
