"""KernelStack: one kernel or several, as the caller gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Union

import numpy as np
from numpy.typing import ArrayLike

from convcli.core.arrays import Weights
from convcli.core.geometry import Pair
from convcli.core.kernel.grouping import spread
from convcli.core.kernel.kernel import Kernel
from convcli.errors import ConvcliError, KernelError, OptionError, Setting, many

MOST_SHOWN = 16  # kernels in a notebook
KernelsLike = Union["KernelStack", Kernel, Sequence[Kernel], ArrayLike]


@dataclass(frozen=True, eq=False)
class KernelStack:
    """The kernels of one correlation.

    Attributes:
        kernels: at least one.
        several: they were given as several, so that a response has a kernel axis, even if there is one alone.
        otherwise: what else the same numbers can mean, their axes read in another order (see `axes`).
        axes: the order they were read in, as it is written.
    """

    kernels: tuple[Kernel, ...]
    several: bool
    otherwise: KernelStack | None = None
    axes: str = "(F, C, h, w)"

    @classmethod
    def of(cls, kernels: KernelsLike) -> KernelStack:
        """Kernels from whatever the Python API was given.

        A Kernel or an (h, w) array is one kernel; a sequence of Kernels, or an
        array (F, h, w) or (F, C, h, w), as frameworks store a layer, is several.

        Raises:
            KernelError: arrays of another shape, or weights that are no kernel.

        >>> KernelStack.of([[0, 1], [2, 3]]).several, len(KernelStack.of([[[1]], [[2]]]))
        (False, 2)
        """
        if isinstance(kernels, KernelStack):
            return kernels
        if isinstance(kernels, Kernel):
            return cls((kernels,), False)
        if isinstance(kernels, Sequence) and any(isinstance(k, Kernel) for k in kernels):
            named = (k if isinstance(k, Kernel) else Kernel(f"kernel-{i}", k) for i, k in enumerate(kernels))
            return cls(tuple(named), True)
        return cls._of_weights(kernels)

    @classmethod
    def _of_weights(cls, given: object) -> KernelStack:
        try:
            weights = np.asarray(given)
        except ValueError as error:
            raise KernelError("the kernel is ragged; every row needs as many numbers") from error
        if weights.ndim == 2:
            return cls((Kernel("kernel", weights),), False)
        if weights.ndim in (3, 4) and weights.shape[0] > 0:
            return cls(tuple(Kernel(f"kernel-{i}", w) for i, w in enumerate(weights)), True)
        raise KernelError(
            f"kernels have shape {weights.shape}; expected (h, w), (F, h, w) or (F, C, h, w), none of them 0"
        )

    def __iter__(self) -> Iterator[Kernel]:
        return iter(self.kernels)

    def __len__(self) -> int:
        return len(self.kernels)

    def __getitem__(self, index: int) -> Kernel:
        return self.kernels[index]

    def __repr__(self) -> str:
        """How many, and the names of the first few: the weights of a hundred would fill the screen."""
        names = [kernel.name for kernel in self.kernels[:6]] + ["..."] * (len(self) > 6)
        return f"KernelStack({len(self)} kernel{'s' * (len(self) != 1)}: {', '.join(names)})"

    def _repr_html_(self) -> str:
        """What a notebook shows: the first few kernels."""
        more = "" if len(self) <= MOST_SHOWN else f"<div>... {many(len(self) - MOST_SHOWN, 'kernel')} more</div>"
        return "".join(kernel._repr_html_() for kernel in self.kernels[:MOST_SHOWN]) + more

    def map(self, change: Callable[[Kernel], Kernel]) -> KernelStack:
        """The same with each kernel changed; without its other reading, where that cannot be."""
        try:
            otherwise = self.otherwise and self.otherwise.map(change)
        except ConvcliError:
            otherwise = None
        return KernelStack(tuple(map(change, self.kernels)), self.several, otherwise, self.axes)

    def reading_for(self, depth: int, groups: int = 1) -> KernelStack:
        """What the numbers mean to a picture of `depth` channels: the first reading that fits; itself if none does."""
        reading: KernelStack | None = self
        while reading is not None and not reading.fits(depth, groups):
            reading = reading.otherwise
        return reading or self

    def fits(self, depth: int, groups: int = 1) -> bool:
        """Whether there are weights for each of `depth` channels, in that many groups, or the same ones for all."""
        own = depth / groups
        return all(kernel.channels == own or (kernel.channels is None and own in (1, depth)) for kernel in self)

    def flipped(self) -> KernelStack:
        """The same with each kernel turned upside down and left to right."""
        return self.map(Kernel.flipped)

    def only(self, index: int) -> KernelStack:
        """One of the kernels by itself."""
        return KernelStack((self.kernels[index],), False)

    def anchored(self, anchor: Pair | None) -> KernelStack:
        """The same, each kernel with this anchor; as they are where it is None.

        Raises:
            OptionError: it lies outside a kernel.
            KernelError: a kernel has another one of its own.
        """
        return self if anchor is None else self.map(lambda kernel: _anchored(kernel, anchor))

    @property
    def origin(self) -> Pair:
        """Where the anchors of all kernels meet, in the one size that holds them all."""
        if len(self.kernels) == 1:
            return self.kernels[0].origin
        return max(kernel.origin[0] for kernel in self), max(kernel.origin[1] for kernel in self)

    @property
    def anchor(self) -> Pair | None:
        """The same, or None where no kernel has an anchor of its own: it is the k // 2 of that one size."""
        return self.origin if any(kernel.anchor is not None for kernel in self) else None

    @property
    def array(self) -> Weights:
        """Weights as one array: (h, w) of a single plain kernel, else (F, h, w) or (F, C, h, w).

        Raises:
            KernelError: kernels of several shapes that no one size holds.
        """
        weights = self._common_size()
        return self.kernels[0].weights if weights.shape[0] == 1 and weights.ndim == 3 else weights

    def weights(self, depth: int, *, add_channels: bool = False, groups: int = 1) -> tuple[Weights, bool]:
        """Weights (F, D, h, w) for a picture of `depth` channels, and whether the responses of all channels are added.

        D is 1 where every channel gets the same kernel, or `depth` where each has weights of its own,
        or the same ones again because the channels are to be added.  In groups, a kernel has 0 for the
        channels of the others.

        Raises:
            KernelError: weights for another number of channels; some kernels with weights per channel and some without.
            OptionError: groups that share out neither channels nor kernels.
        """
        weights = self._common_size()
        if groups != 1:
            return spread(weights, depth, groups, self.kernels[0].name), True
        if weights.ndim == 4:
            if weights.shape[1] != depth:
                raise KernelError(
                    f"kernel {self.kernels[0].name!r} has weights for {many(weights.shape[1], 'channel')}; "
                    f"the picture has {depth}"
                )
            return weights, True
        if add_channels:
            return np.repeat(weights[:, np.newaxis], depth, axis=1), True
        return weights[:, np.newaxis], False

    def _common_size(self) -> Weights:
        """(F, h, w) or (F, C, h, w): kernels of several sizes or anchors get zeros around, so that anchors meet."""
        if len(self.kernels) == 1 or len({(kernel.weights.shape, kernel.origin) for kernel in self}) == 1:
            return np.stack([kernel.weights for kernel in self])
        if len({kernel.channels for kernel in self}) > 1:
            raise KernelError("some kernels have weights per channel and some have not, or for other channel counts")
        row, column = self.origin
        rows = row + max(kernel.height - kernel.origin[0] for kernel in self)
        columns = column + max(kernel.width - kernel.origin[1] for kernel in self)
        padded = []
        for kernel in self:
            whole = np.zeros((*kernel.weights.shape[:-2], rows, columns))
            top, left = row - kernel.origin[0], column - kernel.origin[1]
            whole[..., top : top + kernel.height, left : left + kernel.width] = kernel.weights
            padded.append(whole)
        return np.stack(padded)


def _anchored(kernel: Kernel, anchor: Pair) -> Kernel:
    row, column = anchor
    if kernel.anchor not in (None, anchor):
        own = f"kernel {kernel.name!r} has an anchor of its own, {kernel.origin[0]},{kernel.origin[1]}; leave "
        raise KernelError(own, Setting("anchor"), " out")
    if row >= kernel.height or column >= kernel.width:
        raise OptionError("anchor", f"{row},{column}", f"kernel {kernel.name!r}: {kernel.anchor_rule}")
    return Kernel(kernel.name, kernel.weights, anchor)
