"""The eight symmetries of the square: which a kernel has, and what they do on a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.ledger import Ledger
from convcli.core.equivariance.move_names import GRID_MOVES
from convcli.core.equivariance.moves import GridMove
from convcli.core.equivariance.routes import measured
from convcli.core.geometry import Pair
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.symmetry import antisymmetries, symmetries, transformed
from convcli.core.samples import check_picture


def symmetrised(kernel: Kernel, name: str) -> Kernel:
    """The mean of the kernel's images under repeated moves, which has the symmetry; an anchor of its own in the middle.

    Kernels that are not square have no image under a turn: the mean is taken in a square, anchors together.
    """
    weights = kernel.weights if kernel.anchor is None else _about(kernel.weights, kernel.anchor)
    weights = _in_square(weights) if GridMove(name).swaps else weights
    images = [weights]
    for _ in range(3):
        images.append(transformed(images[-1], name))
    return Kernel(f"{kernel.name}-{name}", np.mean(images, axis=0))


def _about(weights: NDArray[np.float64], anchor: Pair) -> NDArray[np.float64]:
    """The weights with zeros around, so that the anchor is in the middle."""
    rows, columns = (2 * max(at, k - 1 - at) + 1 for at, k in zip(anchor, weights.shape[-2:], strict=True))
    whole = np.zeros((*weights.shape[:-2], rows, columns))
    top, left = rows // 2 - anchor[0], columns // 2 - anchor[1]
    whole[..., top : top + weights.shape[-2], left : left + weights.shape[-1]] = weights
    return whole


def _in_square(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    h, w = weights.shape[-2:]
    side = max(h, w)
    square = np.zeros((*weights.shape[:-2], side, side))
    top, left = side // 2 - h // 2, side // 2 - w // 2
    square[..., top : top + h, left : left + w] = weights
    return square


@dataclass(frozen=True)
class SymmetryProof:
    """One symmetry of the square: of the kernel's weights, and on the picture.

    Attributes:
        name: of `symmetry.SYMMETRIES`.
        kernel: 1 where it leaves the weights as they are, -1 where it turns them into their negative, else 0.
        ledger: of the two routes on the picture; None where they have no common shape.
    """

    name: str
    kernel: int
    ledger: Ledger | None


def prove_symmetries(picture: Array, layer: ConvLayer) -> list[SymmetryProof]:
    """All eight symmetries, the kernel's against the picture's."""
    own = [set(symmetries(kernel)) for kernel in layer.kernels]
    negative = [set(antisymmetries(kernel)) for kernel in layer.kernels]
    proofs, response = [], layer(layer.as_pixels(check_picture(picture)))
    for name in ("identity", *GRID_MOVES):
        sign = 1 if all(name in one for one in own) else -1 if all(name in one for one in negative) else 0
        proofs.append(SymmetryProof(name, sign, measured(picture, layer, GridMove(name), response=response)))
    return proofs
