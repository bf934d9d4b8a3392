"""What `equivariance` was asked for: one value, built in the command file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli.cli.arguments.inputs_of_networks import NetworkOptions
from convcli.cli.asked import DrawingOptions, ReadingOptions, WindowOptions

if TYPE_CHECKING:
    from convcli.core.border import Border


class EquivarianceOptions(WindowOptions, ReadingOptions, DrawingOptions):
    """The options of `equivariance`, as they were typed.

    Attributes:
        dx, dy, transform: the move; without any, one pixel to the right.
        fill: what a shift brings in; the border's rule where it was not given.
        pool, sweep: as text.
        seed: of --unshared; None where it was not given.
    """

    source: str
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    dx: float | None
    dy: float | None
    fill: Border | None
    transform: str | None
    channels: str
    precision: str
    pool: str | None
    blurpool: int | None
    quantize: bool
    unshared: bool
    seed: int | None
    sweep: str | None
    output: str | None
    jobs: int | None
    as_json: bool


class ThroughOptions(NetworkOptions, DrawingOptions):
    """The options of `equivariance --network`, as they were typed.

    Attributes:
        dx, dy: whole pixels, of which every pair is tried.
        per_layer: show every layer, not the last ones alone.
    """

    source: str
    network: str
    dx: tuple[float, ...] | None
    dy: tuple[float, ...] | None
    fill: Border | None
    per_layer: bool
    output: str | None
    as_json: bool
