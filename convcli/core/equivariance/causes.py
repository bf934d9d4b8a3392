"""Why two routes differ: each suspect is taken away and both routes are run again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from convcli.core.arrays import Array
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.ledger import Ledger
from convcli.core.equivariance.moves import GridMove, Move, Shift
from convcli.core.equivariance.proofs import symmetrised
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.routes import is_aligned, measured
from convcli.core.geometry import ONES
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.symmetry import symmetries
from convcli.core.quantities import plain
from convcli.errors import Setting, Words

BLUR_TAPS = 3


@dataclass(frozen=True)
class Cause:
    """One suspect, and what is left without it.

    Attributes:
        name: "stride phase", "pooling", "rounding", "clipping", "interpolation", "unshared weights",
            "kernel symmetry", "anchor", "dilation", "rotation", "scaling" or "all of these".
        without: what was changed for the second run.
        ledger: of the run without it.
        helps: whether less is left in the interior.
    """

    name: str
    without: Words
    ledger: Ledger
    helps: bool


def find_causes(picture: Array, layer: ConvLayer, move: Move, ledger: Ledger) -> list[Cause]:
    """The suspects whose removal leaves less, or all of them together where none is enough; most telling first.

    Args:
        ledger: of the run with everything; nothing is run when it holds.
    """
    if ledger.holds:
        return []
    found = []
    for name, without, other_layer, other_move in _suspects(layer, move):
        left = measured(picture, other_layer, other_move)
        if left is not None:
            found.append(Cause(name, without, left, _is_less(left, ledger)))
    if len(found) > 1 and not any(cause.ledger.holds for cause in found):
        found += _all_together(picture, layer, move, ledger)
    return sorted(found, key=lambda cause: (not cause.ledger.holds, not cause.helps))


def _is_less(left: Ledger, all_in: Ledger) -> bool:
    return left.holds or left.interior.rms_error < all_in.interior.rms_error


Suspect = tuple[str, Words, ConvLayer, Move]


def _suspects(layer: ConvLayer, move: Move) -> Iterator[Suspect]:
    if layer.seed is not None:
        yield "unshared weights", ("the kernel shared by all places",), replace(layer, seed=None), move
    if isinstance(move, Shift):
        yield from _of_shifts(layer, move)
    else:
        yield from _of_symmetry(layer, move)
    if layer.rounds:
        yield "rounding", ("rounding to whole numbers",), replace(layer, rounds=False), move
    if layer.clips:
        yield "clipping", (f"clipping to 0..{layer.top}",), replace(layer, clips=False), move


def _of_shifts(layer: ConvLayer, move: Shift) -> Iterator[Suspect]:
    if move.interpolates:
        whole = replace(move, dx=_rounded(move.dx), dy=_rounded(move.dy))
        moved = Setting("dx", plain(whole.dx)), " ", Setting("dy", plain(whole.dy))
        yield "interpolation", moved, layer, whole
    if not is_aligned(move, layer.stride):
        unphased = replace(layer.at_stride(ONES), blurpool=layer.blurpool if layer.pool else None)
        yield "stride phase", (Setting("stride", "1"),), unphased, move
    if layer.pool is not None and not is_aligned(move, layer.steps):
        yield "pooling", ("no ", Setting("pool")), replace(layer, pool=None, blurpool=_blur_without_pool(layer)), move


def _blur_without_pool(layer: ConvLayer) -> int | None:
    return layer.blurpool if max(layer.stride) > 1 else None


def _rounded(amount: float) -> float:
    """The nearest whole number that is not 0, or 0 for 0."""
    return float(np.sign(amount) * max(1.0, np.floor(abs(amount) + 0.5))) if amount else 0.0


def _of_symmetry(layer: ConvLayer, move: Move) -> Iterator[Suspect]:
    if isinstance(move, Resampling):
        turn = round(move.degrees / 90) * 90 % 360
        scales = move.zoom != 1
        still = Setting("transform", "scale:1" if scales else f"rotate:{turn}")
        # No kernel on the grid turns or grows by itself: this is the move's nature, not a setting's fault.
        yield "scaling" if scales else "rotation", (still,), layer, replace(move, degrees=float(turn), zoom=1.0)
        return
    assert isinstance(move, GridMove)
    if not all(move.name in symmetries(kernel) for kernel in layer.kernels):
        yield "kernel symmetry", ("the kernel made symmetric",), _symmetric(layer, move), move
    if not all(map(_is_centred, layer.kernels)) or layer.window.padding is not None:
        yield "anchor", (Setting("size", "valid"),), layer.unpadded(), move
    down, across = layer.window.dilation
    if move.swaps and down != across:
        yield "dilation", (Setting("dilation", str(across)),), layer.at_dilation((across, across)), move
    if max(layer.stride) > 1:
        yield "stride phase", (Setting("stride", "1"),), replace(layer.at_stride(ONES), blurpool=None), move
    if layer.pool is not None:
        yield "pooling", ("no ", Setting("pool")), replace(layer, pool=None, blurpool=_blur_without_pool(layer)), move


def _is_centred(kernel: Kernel) -> bool:
    """Whether as much of it lies on either side of its anchor."""
    return kernel.origin == ((kernel.height - 1) / 2, (kernel.width - 1) / 2)


def _symmetric(layer: ConvLayer, move: GridMove) -> ConvLayer:
    return replace(layer, kernels=layer.kernels.map(lambda kernel: symmetrised(kernel, move.name)))


def _all_together(picture: Array, layer: ConvLayer, move: Move, ledger: Ledger) -> list[Cause]:
    """Everything that may be at fault taken away at once, stride and pooling too."""
    plain = replace(layer, seed=None, rounds=False, clips=False, pool=None, blurpool=None).at_stride(ONES)
    if isinstance(move, Shift):
        move = replace(move, dx=_rounded(move.dx), dy=_rounded(move.dy)) if move.interpolates else move
    elif isinstance(move, GridMove):
        plain = _symmetric(plain, move).unpadded()
        plain = plain.at_dilation((plain.window.dilation[1],) * 2) if move.swaps else plain
    else:
        return []
    left = measured(picture, plain, move)
    return [] if left is None else [Cause("all of these", ("all of these",), left, _is_less(left, ledger))]


@dataclass(frozen=True)
class Remedy:
    """A low-pass before subsampling, and the error it leaves.

    Attributes:
        taps: of the binomial low-pass.
        applied: whether the layer itself has it, or it is a proposal.
        without, with_blur: the two ledgers.
    """

    taps: int
    applied: bool
    without: Ledger
    with_blur: Ledger

    @property
    def factor(self) -> float:
        """How many times smaller the largest interior error is with it; infinite where none is left."""
        return _quotient(self.without.interior.max_error, self.with_blur.interior.max_error)

    @property
    def rms_factor(self) -> float:
        """The same of the root mean square."""
        return _quotient(self.without.interior.rms_error, self.with_blur.interior.rms_error)


def _quotient(before: float, after: float) -> float:
    return before / after if after else (float("inf") if before else 1.0)


def _is_finite(ledger: Ledger) -> bool:
    return math.isfinite(ledger.interior.max_error)


def find_remedy(picture: Array, layer: ConvLayer, move: Move, ledger: Ledger, taps: int = BLUR_TAPS) -> Remedy | None:
    """What a low-pass before subsampling does for a shift that the subsampling breaks; None where it does not.

    Nor is there one where a route alone gives NaN or infinity at a place: of an infinite error nothing is a part.

    Args:
        ledger: of the layer as it is.
        taps: of the low-pass, where the layer has none itself.
    """
    if not isinstance(move, Shift) or layer.seed is not None or max(layer.steps) == 1:
        return None
    if is_aligned(move, layer.steps):
        return None
    other = measured(picture, replace(layer, blurpool=None if layer.blurpool else taps), move)
    if other is None or not (_is_finite(ledger) and _is_finite(other)):
        return None
    if layer.blurpool:
        return Remedy(layer.blurpool, True, other, ledger)
    return Remedy(taps, False, ledger, other)
