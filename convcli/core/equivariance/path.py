"""The path of a move: the steps that lead to it, both routes run at each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from convcli.core.equivariance.moves import GridMove, Move, Shift
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.routes import run_routes
from convcli.core.equivariance.study import Study

STEPS = 12


def along(found: Study) -> Iterator[Study]:
    """The study at every step of its move's path; causes and proofs stay those of the whole move."""
    for move in steps_to(found.move, *found.picture.shape[:2]):
        both = run_routes(found.picture, found.layer, move)
        yield replace(found, move=move, ledger=both.ledger, kept=both)


def steps_to(move: Move, height: int, width: int) -> list[Move]:
    """The moves that lead to a move on a picture of so many rows and columns, the picture as it is first.

    A long shift is cut into whole steps; a short one is taken again and again, as far as the picture goes.
    A rotation or scaling grows step by step; a turn or mirror is done and undone.
    """
    if isinstance(move, Shift):
        return [replace(move, dx=dx, dy=dy) for dx, dy in _places(move, height, width)]
    if isinstance(move, Resampling):
        shares = [step / STEPS for step in range(STEPS + 1)]
        return [
            replace(
                move,
                degrees=share * move.degrees,
                zoom=move.zoom**share,
                name=f"rotate:{share * move.degrees:.3g}" if move.degrees else f"scale:{move.zoom**share:.3g}",
            )
            for share in shares
        ]
    return [GridMove("identity"), move]


def _places(move: Shift, height: int, width: int) -> list[tuple[float, float]]:
    longest = max(abs(move.dx), abs(move.dy))
    if longest >= STEPS:
        shares = np.arange(STEPS + 1) / STEPS
        return [(float(round(share * move.dx)), float(round(share * move.dy))) for share in shares]
    places = [(step * move.dx, step * move.dy) for step in range(STEPS + 1)]
    return [(dx, dy) for dx, dy in places if abs(dx) < width and abs(dy) < height]
