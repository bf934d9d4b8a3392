"""What a set of windows can tell: eigenvalues, a null space, and the least answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Floats
from convcli.core.learning.sums import Moments

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The eigenvalues and eigenvectors of the centred windows' Gram matrix.

    Attributes:
        values: the eigenvalues that count, ascending; vectors: (K, rank), theirs.
        null: (K, K - rank), an orthonormal basis of what the windows cannot tell.
    """

    values: Floats
    vectors: Floats
    null: Floats

    @property
    def rank(self) -> int:
        """Combinations of weights that are determined, besides the bias."""
        return int(self.values.size)

    @property
    def condition(self) -> float:
        """Largest by smallest singular value that counts; 1 where none does."""
        return float(np.sqrt(self.values[-1] / self.values[0])) if self.rank else 1.0

    @property
    def undetermined(self) -> NDArray[np.bool_]:
        """(K,), weights that can change without any pixel telling."""
        return np.asarray((self.null**2).sum(axis=1) > 1e-9)

    @cached_property
    def inverse(self) -> Floats:
        """The pseudo-inverse of the Gram matrix."""
        inverse: Floats = (self.vectors / self.values) @ self.vectors.T
        return inverse

    def solve(self, moment: Moments) -> tuple[Floats, float]:
        """Scaled weights of least norm, and the bias that goes with them."""
        weights = self.inverse @ moment.moment
        return weights, float(moment.value_mean - moment.mean @ weights)


def spectrum(moment: Moments, roundoff: float = 0.0) -> Spectrum:
    """What the pairs can tell, as eigenvalues above the noise of their own summation."""
    gram = moment.gram
    values, vectors = np.linalg.eigh(gram)
    noise = 4 * len(gram) * max(EPS * float(values[-1]), EPS * EPS * moment.count, moment.count * roundoff**2)
    counts = values > noise
    return Spectrum(values[counts], vectors[:, counts], vectors[:, ~counts])


def smallest(weights: Floats, bias: float, null: Floats, mean: Floats) -> tuple[Floats, float]:
    """Of all (weights + null z, bias - mean.null z), which fit equally well, the one of least norm.

    |null z|^2 + (bias - g.z)^2 with g = null'mean is least at z = g bias / (1 + g.g).
    """
    pull = null.T @ mean
    shrink = 1.0 + float(pull @ pull)
    return weights + null @ pull * (bias / shrink), bias / shrink
