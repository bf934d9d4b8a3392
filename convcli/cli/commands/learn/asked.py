"""What `learn` was asked for: one value, built in the command file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli.cli.asked import DrawingOptions, ReadingOptions

if TYPE_CHECKING:
    from convcli.cli.cluster.address import Address
    from convcli.core.border import Border


class LearnOptions(ReadingOptions, DrawingOptions):
    """The options of `learn`, as they were typed.

    Attributes:
        border: None leaves out the windows that touch it.
        noise: RMS that AFTER may differ by besides rounding.
        steps, rate, seed: of the descent; None where they were not given.
        outputs: -o, once for each time it was given.
        cluster: where the sums are made; None here.
        residual: where the map of what is left goes.
    """

    before: str
    after: str
    kernel_size: tuple[int, int]
    mode: str
    channels: str
    border: Border | None
    anchor: tuple[int, int] | None
    keep_clamped: bool
    noise: float
    descend: bool
    steps: int | None
    rate: float | None
    seed: int | None
    outputs: tuple[str, ...]
    residual: str | None
    jobs: int | None
    cluster: Address | None
    as_json: bool

    @property
    def destinations(self) -> tuple[str | None, ...]:
        """Where kernels go, and at last where the residual map goes."""
        return (*self.outputs, self.residual)
