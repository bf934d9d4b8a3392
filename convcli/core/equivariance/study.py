"""One study of equivariance: the two routes, why they differ, what helps, and the kernel's symmetries."""

from __future__ import annotations

from dataclasses import dataclass

from convcli.core.arrays import Array
from convcli.core.equivariance.causes import Cause, Remedy, find_causes, find_remedy
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.ledger import Ledger
from convcli.core.equivariance.moves import Move, Shift
from convcli.core.equivariance.proofs import SymmetryProof, prove_symmetries
from convcli.core.equivariance.routes import Comparison, run_routes


@dataclass(frozen=True, eq=False)
class Study:
    """What was found about one layer f and one move g on one picture x.

    Attributes:
        layer, move: f and g.
        comparison: both routes, and the ledger.
        causes: suspects and what is left without each; empty where it holds.
        remedy: what a low-pass before subsampling does, where subsampling is at fault.
        proofs: the eight symmetries of the square; empty for shifts.
    """

    layer: ConvLayer
    move: Move
    comparison: Comparison
    causes: list[Cause]
    remedy: Remedy | None
    proofs: list[SymmetryProof]

    @property
    def ledger(self) -> Ledger:
        """Where the routes agree."""
        return self.comparison.ledger

    @property
    def output_shift(self) -> tuple[float, float] | None:
        """How far the output moves (dx, dy), in outputs; None for other moves."""
        if not isinstance(self.move, Shift):
            return None
        down, across = self.comparison.steps
        return self.move.dx / across, self.move.dy / down


def study(picture: Array, layer: ConvLayer, move: Move) -> Study:
    """Run both routes, and what it takes to explain them."""
    comparison = run_routes(picture, layer, move)
    return Study(
        layer=layer,
        move=move,
        comparison=comparison,
        causes=find_causes(picture, layer, move, comparison.ledger),
        remedy=find_remedy(picture, layer, move, comparison.ledger),
        proofs=[] if isinstance(move, Shift) or layer.seed is not None else prove_symmetries(picture, layer),
    )
