"""Every run of a sweep: the texts of its values, read into the options of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from convcli.cli.commands.equivariance.asked import EquivarianceOptions
from convcli.cli.values import read_number, read_padding, read_steps, read_whole
from convcli.core.border import BORDERS, border
from convcli.core.equivariance.move_names import GRID_MOVES
from convcli.core.geometry import SIZES
from convcli.core.pooling import parse_pool
from convcli.core.problem.options import CHANNEL_MODES, PRECISIONS
from convcli.errors import UnknownNameError

if TYPE_CHECKING:
    from convcli.core.arrays import Array
    from convcli.core.equivariance.conv_layer import ConvLayer
    from convcli.core.equivariance.moves import Move
    from convcli.core.equivariance.sweep import Sweep
    from convcli.core.kernel.stack import KernelStack

FLAGS = ("no", "yes")
Reader = Callable[[str, str], Any]  # (text, option) -> the value


@dataclass(frozen=True)
class Swept:
    """An option that can be swept.

    Attributes:
        read: a value's text; raises what the option itself would.
        every: what "all" stands for; empty where there is no "all".
        field: the option's own name, where it is another.
    """

    read: Reader
    every: tuple[str, ...] = ()
    field: str = ""


def _whole(at_least: int, at_most: int | None = None) -> Reader:
    return lambda text, option: read_whole(text, option, at_least=at_least, at_most=at_most)


def _or_none(read: Reader) -> Reader:
    return lambda text, option: None if text == "none" else read(text, option)


def _one_of(name: str, choices: tuple[str, ...]) -> Reader:
    def read(text: str, option: str) -> str:
        if text not in choices:
            raise UnknownNameError(name, text, choices)
        return text

    return read


def _flag(name: str) -> Swept:
    one_of = _one_of(name, FLAGS)
    return Swept(lambda text, option: one_of(text, option) == "yes", FLAGS)


def _choice(name: str, choices: tuple[str, ...]) -> Swept:
    return Swept(_one_of(name, choices), choices)


def _kernel(text: str, option: str) -> tuple[str, ...]:
    loaded(text)
    return (text,)


@cache
def loaded(text: str) -> KernelStack:
    """The kernels of a swept -k, loaded once."""
    from convcli.cli.arguments.kernels import load_kernels

    return load_kernels((text,))


def _transform(text: str, option: str) -> str:
    from convcli.cli.commands.equivariance.settings import read_transform

    read_transform(text, border("edge"))
    return text


def _options() -> dict[str, Swept]:
    borders = Swept(border, tuple(BORDERS.names()))
    return {
        "dx": Swept(read_number),
        "dy": Swept(read_number),
        "stride": Swept(read_steps),
        "dilation": Swept(read_steps),
        "padding": Swept(read_padding),
        "blurpool": Swept(_or_none(_whole(2, 64))),
        "seed": Swept(_whole(0)),
        "kernel": Swept(_kernel, field="kernel_texts"),
        "pool": Swept(_or_none(lambda text, option: parse_pool(text, option).label)),
        "border": borders,
        "fill": borders,
        "size": _choice("size", SIZES),
        "channels": _choice("channels", CHANNEL_MODES),
        "precision": _choice("precision", PRECISIONS),
        "transform": Swept(_transform, GRID_MOVES),
        "quantize": _flag("quantize"),
        "unshared": _flag("unshared"),
    }


def swept() -> Mapping[str, Sequence[str]]:
    """What can be swept, and what "all" stands for."""
    return {name: option.every for name, option in _options().items()}


@dataclass(frozen=True, eq=False)
class Run:
    """One run of a sweep: what was set, and the layer and move of it."""

    set_to: dict[str, str]
    layer: ConvLayer
    move: Move


def sweep_runs(
    sweep: Sweep, options: EquivarianceOptions, kernels: KernelStack | None, picture: Array
) -> Iterator[Run]:
    """Every run; the texts of all values are read before the first run starts.

    A low-pass given as --blurpool is the remedy that is tried, not part of the layer; a swept one is part of it.

    Args:
        kernels: of -k; None where the sweep names them.
    """
    from convcli.cli.commands.equivariance.settings import build

    for name, texts in zip(sweep.names, sweep.values, strict=True):
        for text in texts:
            _with(options, name, text)
    for set_to in sweep.runs():
        settings = options.changed(blurpool=None)
        for name, text in set_to.items():
            settings = _with(settings, name, text)
        stack = loaded(settings.kernel_texts[0]).anchored(options.anchor) if kernels is None else kernels
        layer, move = build(settings, stack, picture)
        if layer.blurpool and max(layer.steps) == 1:
            layer = replace(layer, blurpool=None)  # nothing is subsampled in this corner of the sweep
        yield Run(set_to, layer, move)


def _with(options: EquivarianceOptions, name: str, text: str) -> EquivarianceOptions:
    """The options with one of them set to what the text says; a seed is that of --unshared."""
    option = _options()[name]
    changed = {option.field or name: option.read(text, f"--sweep {name}")}
    if name == "seed":
        changed["unshared"] = True
    return options.changed(**changed)
