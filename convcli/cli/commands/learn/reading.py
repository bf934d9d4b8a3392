"""One pair as `learn` reads it: two pictures, what is said of them, and which of their samples count."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.cli.commands.learn.asked import LearnOptions
from convcli.core.learning.pairing import correlated_anchor, prepare
from convcli.core.learning.pairs import Pairs
from convcli.images.picture import Picture


class Read(NamedTuple):
    """Two pictures that were read."""

    before: Picture
    after: Picture

    @classmethod
    def of(cls, before: str, after: str, options: LearnOptions) -> Read:
        """Both at once."""
        with ThreadPoolExecutor(2) as readers:
            return cls(*readers.map(options.read_plainly, (before, after)))

    def paired(self, options: LearnOptions, *, among_others: bool = False) -> Pairs:
        """Which window belongs to which value.

        Raises:
            GeometryError: they do not fit.
        """
        return prepare(
            self.before.pixels,
            self.after.pixels,
            options.kernel_size,
            channels=options.channels,
            border=options.border,
            anchor=correlated_anchor(options.anchor, options.kernel_size, options.mode),
            keep_clamped=options.keep_clamped,
            counts=(opaque(self.before), opaque(self.after)),
            among_others=among_others,
        )

    @property
    def all_count(self) -> bool:
        """Whether no sample is left out for its alpha."""
        return all(opaque(picture) is None for picture in self)


def opaque(picture: Picture) -> NDArray[np.bool_] | None:
    """Which samples count: those of the picture's largest alpha; None where all are of one alpha.

    What a kernel makes of transparent colours depends on who applied it; of even alpha, every tool makes the same.
    """
    alpha = picture.alpha
    if alpha is None or bool((alpha == alpha.flat[0]).all()):
        return None
    return np.asarray(alpha == np.fmax.reduce(alpha, axis=None))


def remarks(picture: Picture, options: LearnOptions) -> tuple[str, ...]:
    """The reader's notes, and what is done with alpha."""
    if opaque(picture) is None:
        return options.remarks_on(picture)
    return (*picture.notes, "alpha is left out, and so are windows and pixels that are not opaque")
