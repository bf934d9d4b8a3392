"""The records of `kernels` (one kernel, or a line of the catalogue) and of `flip`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.arrays import Weights
from convcli.core.geometry import Pair
from convcli.report.kernels.card import Card
from convcli.report.kernels.catalogue import Listed


def kernel_record(card: Card) -> dict[str, Any]:
    """The card for JSON."""
    facts = card.facts
    colours = card.kernel.channels is not None
    factors = facts.factors and {"column": facts.factors[0], "row": facts.factors[1]}
    return {
        "command": "kernels",
        "name": card.kernel.name,
        "about": card.about,
        "source": card.source,
        "height": card.kernel.height,
        "width": card.kernel.width,
        "anchor": card.kernel.origin,
        "kernel": card.kernel.weights,
        "sum": facts.sum,
        "dc_gain": facts.sum,
        "l1": facts.l1,
        "l2": facts.l2,
        "rank": None if colours else facts.rank,
        "factors": factors,
        "symmetries": facts.symmetries,
        "antisymmetries": facts.antisymmetries,
        "zero_crossing": None if colours else facts.zero_crossing,
        "peak": {"gain": facts.peak[0], "frequency": facts.peak[1]},
        "plan": card.plan or None,
        **({"channels": card.kernel.channels, "channel_sums": facts.channel_sums} if colours else {}),
        **({"patterns": facts.rank} if colours else {}),
    }


def catalogue_record(entry: Listed) -> dict[str, Any]:
    """One entry for JSON."""
    keys = ("name", "family", "size", "arguments", "about", "source")
    return {"command": "kernels", **{key: getattr(entry, key) for key in keys}}


def flip_record(
    given: tuple[Weights, Pair | None], moved: tuple[Weights, Pair | None], symmetry: str, unchanged_by: Sequence[str]
) -> dict[str, Any]:
    """A kernel before and after a turn or mirror.

    Args:
        given, moved: weights, (h, w), or (F, h, w) or (F, C, h, w) of several; and their anchor, if one was given.
        symmetry: what was done.
        unchanged_by: the symmetries that the kernel has.
    """
    return {
        "command": "flip",
        "kernel": given[0],
        "anchor": given[1],
        "flipped": moved[0],
        "flipped_anchor": moved[1],
        "symmetric": "rotate180" in unchanged_by,
        "transform": symmetry,
        "unchanged": symmetry in unchanged_by,
    }
