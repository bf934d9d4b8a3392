"""One study of equivariance: the two routes, why they differ, what helps, and the kernel's symmetries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from convcli.core.arrays import Array
from convcli.core.equivariance.causes import Cause, Remedy, find_causes, find_remedy
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.ledger import Ledger
from convcli.core.equivariance.moves import Move, Shift
from convcli.core.equivariance.proofs import SymmetryProof, prove_symmetries
from convcli.core.equivariance.routes import Comparison, measure, run_routes


@dataclass(frozen=True, eq=False)
class Study:
    """What was found about one layer f and one move g on one picture x.

    Attributes:
        picture, layer, move: x, f and g.
        ledger: where the routes agree.
        causes: suspects and what is left without each; empty where it holds.
        remedy: what a low-pass before subsampling does, where subsampling is at fault.
        proofs: the eight symmetries of the square; empty for shifts.
        kept: the outputs of both routes, where somebody will look at them.
    """

    picture: Array
    layer: ConvLayer
    move: Move
    ledger: Ledger
    causes: list[Cause]
    remedy: Remedy | None
    proofs: list[SymmetryProof]
    kept: Comparison | None = None

    @cached_property
    def comparison(self) -> Comparison:
        """The pictures on both routes, which are large: run for those who look at them."""
        return self.kept or run_routes(self.picture, self.layer, self.move)

    @property
    def output_shift(self) -> tuple[float, float] | None:
        """How far the output moves (dx, dy), in outputs; None for other moves."""
        if not isinstance(self.move, Shift):
            return None
        down, across = self.layer.steps
        return self.move.dx / across, self.move.dy / down


def study(picture: Array, layer: ConvLayer, move: Move) -> Study:
    """Run both routes, and what it takes to explain them."""
    ledger = measure(picture, layer, move)
    return Study(
        picture=picture,
        layer=layer,
        move=move,
        ledger=ledger,
        causes=find_causes(picture, layer, move, ledger),
        remedy=find_remedy(picture, layer, move, ledger),
        proofs=[] if isinstance(move, Shift) or layer.seed is not None else prove_symmetries(picture, layer),
    )
