"""verify: the laws of convolution, checked on a picture and a kernel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convcli.api.filtering import samples_of
from convcli.api.kernels_named import AnyKernels, one_kernel
from convcli.core.border import Border
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.checks import Check, check_laws
from convcli.core.laws.laws import LAWS
from convcli.core.laws.sequences import another_sequence
from convcli.core.samples import check_picture
from convcli.errors import OptionError
from convcli.report.printing.numbers import plain


@dataclass(frozen=True, repr=False)
class Verification:
    """What became of the laws.

    Attributes:
        checks: one for each law: its name and statement, the largest error, the tolerance, whether it holds.
    """

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every law holds."""
        return all(check.holds for check in self.checks)

    def __str__(self) -> str:
        wide = max((len(check.name) for check in self.checks), default=0)
        return "\n".join(f"{check.name:<{wide}}  {_verdict(check)}" for check in self.checks)

    def __repr__(self) -> str:
        return f"Verification(holds={self.holds}, {len(self.checks)} laws)"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """IPython's: a notebook shows the text."""
        printer.text(str(self))


def verify(
    picture: ArrayLike,
    kernel: AnyKernels,
    *,
    second: AnyKernels | None = None,
    border: str | Border = "edge",
    only: Collection[str] = (),
) -> Verification:
    """Check the laws of convolution on a picture and a kernel, each by two routes that share no code.

    Args:
        picture: (H, W) or (H, W, C), finite numbers; of a large one the middle is taken.  Never modified.
        kernel: (h, w), in any way that `correlate` takes it.
        second: the g of associativity, (k * g) * x = k * (g * x); None is "sobel-y", or "sobel-x" beside that; of
            sequences "1 2 -1".
        border: what lies beyond the edge.
        only: names of laws; all when empty.

    Returns:
        Frozen: `holds`, and a check for each law, with its error and tolerance in the picture's units.

    Raises:
        ConvcliError: no such law, numbers that are not finite, a kernel with weights per channel ...

    >>> found = verify([[3, 1, 4], [1, 5, 9]], "0 1; 2 3")
    >>> found.holds, found.checks[0].name, found.checks[0].max_error
    (True, 'flip', 0.0)
    """
    first = one_kernel(kernel)
    samples = check_picture(samples_of(picture))
    other = _other(first, samples.shape) if second is None else one_kernel(second)
    return Verification(tuple(check_laws(samples, first, other, rule=border, only=_names(only))))


def _names(only: Collection[str]) -> tuple[str, ...]:
    names = (only,) if isinstance(only, str) else tuple(only) if isinstance(only, (list, tuple, set, frozenset)) else ()
    if not names and not isinstance(only, (list, tuple, set, frozenset)):
        raise OptionError("only", only, f"give names of laws: {', '.join(LAWS.names())}")
    return names


def _other(kernel: Kernel, shape: tuple[int, ...]) -> Kernel:
    """A small kernel that no flip or transpose leaves alone, and not the first once more."""
    sequence = another_sequence(shape, kernel)
    if sequence is not None:
        return sequence
    second = one_kernel("sobel-y")
    return one_kernel("sobel-x") if np.array_equal(second.weights, kernel.weights) else second


def _verdict(check: Check) -> str:
    verdict = "holds" if check.holds else "does NOT hold"
    return f"{verdict}: {check.statement} (error {plain(check.max_error)}, tolerance {plain(check.tolerance)})"
