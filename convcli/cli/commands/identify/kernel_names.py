"""What the catalogue calls the kernel of a verdict."""

from __future__ import annotations

from typing import Any

import numpy as np

from convcli.cli.commands.learn.named import named_kernels
from convcli.core.identify.verdict import Verdict
from convcli.core.learning.match import Match, match
from convcli.core.quantities import plain

SURE = 5.0  # errors
EXACT = 1e-9  # of a factor
NEAR = 0.02  # of the kernel's norm: weights of large kernels are known so badly that several names would fit


def kernel_name(verdict: Verdict) -> str:
    """The kernel's name, as it is or flipped, with the factor beside it where there is one; "" where it has none."""
    found = _match(verdict, flipped=False) or _match(verdict, flipped=True)
    if found is None:
        return ""
    return (
        found.name if abs(found.factor - 1) <= EXACT + SURE * found.noise else f"{found.name} × {plain(found.factor)}"
    )


def exact_name(verdict: Verdict) -> str:
    """The name by which `-k` gives these very weights; "" where there is none."""
    found = _match(verdict, flipped=False)
    return found.name if found is not None and _is_one(found) else ""


def _is_one(found: Match) -> bool:
    return abs(found.factor - 1) <= EXACT + SURE * found.noise


def _match(verdict: Verdict, *, flipped: bool) -> Match | None:
    if not verdict.identified or verdict.model is None:
        return None
    weights = np.asarray(verdict.model.weights, dtype=np.float64)
    noise = np.full(weights.shape, verdict.kernel_error)
    anchor: Any = verdict.anchor.value
    named = named_kernels((weights.shape[0], weights.shape[1]), flipped=flipped)
    found = match(weights, noise, named, None if anchor is None else (int(anchor[0]), int(anchor[1])))
    return found if found is not None and found.same and found.distance <= NEAR else None
