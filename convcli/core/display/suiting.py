"""Suiting: the display that "auto" stands for, from the kernels alone, so that it is the same for every picture.

    signed      a kernel whose sum is at most 2 % of its L1 norm, the sum of |weights|: negative sums, too
    clip        the others: of a photograph they make a photograph
    magnitude   instead of signed, where no response can be negative

The 2 % are measured.  Of random kernels' responses to six photographs and drawings 67 % are negative where the sum is
0 to 2 % of the L1 norm below zero, 21 % where it is as much above, 10 % from 2 % to 5 %, and 4 % from there to 10 %.
In the catalogue the edges, lines and spots have 0 %, Gabor's kernels 1.1 % to 1.4 %, sharpening 6 % and more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from convcli.core.display.displays import AUTO, display_choices
from convcli.core.kernel.kernel import Kernel
from convcli.errors import check_name

NEARLY_ZERO = 0.02  # of the L1 norm
ONE = 1e-6  # how near to 1 a sum is that keeps the brightness: weights in text are rounded


def resolve_display(name: str, kernels: Iterable[Kernel], *, nonnegative: bool = False) -> str:
    """The display that "auto" stands for, for one map that all of these kernels make together.

    signed where sum_k sum(k) <= 0.02 * sum_k ||k||_1, else clip

    Args:
        name: "auto", or one of DISPLAYS.
        kernels: those whose responses are shown.
        nonnegative: no value that is shown can be negative (a ReLU): "magnitude" in place of "signed".

    Raises:
        UnknownNameError: neither.

    >>> resolve_display("auto", [Kernel("almost an edge", [[-1, 1.01]])])
    'signed'
    """
    if _checked(name) != AUTO:
        return name
    sums = [(kernel.sum, _l1(kernel)) for kernel in kernels]
    total, norm = (sum(column) for column in zip((0.0, 0.0), *sums, strict=True))
    return _signed(nonnegative) if sums and total <= NEARLY_ZERO * norm else "clip"


def sheet_displays(
    name: str, kernels: Sequence[Kernel], *, biases: Sequence[float] = (), nonnegative: bool = False
) -> list[str]:
    """The display of each kernel's map on a sheet: one for all, but for kernels that keep the brightness beside edges.

    Where any kernel is signed all are, so that one grey is one response; those that sum to 1 still show their
    photograph, clipped.

    Args:
        name, nonnegative: as in `resolve_display`.
        kernels: at least one.
        biases: one for each kernel, or none: what a bias lifts above zero is not signed for its negative sum.

    >>> kernels = [Kernel("edge", [[-1, 1]]), Kernel("layer", [[2, -1, 2]]), Kernel("blur", [[0.5, 0.5]])]
    >>> sheet_displays("auto", kernels)
    ['signed', 'signed', 'clip']
    """
    if _checked(name) != AUTO:
        return [name] * len(kernels)
    lifted = biases or [0.0] * len(kernels)
    if not any(_is_signed(kernel, bias) for kernel, bias in zip(kernels, lifted, strict=True)):
        return ["clip"] * len(kernels)
    return [
        "clip" if abs(kernel.sum - 1) <= ONE and not _is_signed(kernel, bias) else _signed(nonnegative)
        for kernel, bias in zip(kernels, lifted, strict=True)
    ]


def _is_signed(kernel: Kernel, bias: float) -> bool:
    nearly_zero = NEARLY_ZERO * _l1(kernel)
    return abs(kernel.sum) <= nearly_zero or (kernel.sum < 0 and bias <= 0)


def _l1(kernel: Kernel) -> float:
    return float(np.abs(kernel.weights).sum())


def _signed(nonnegative: bool) -> str:
    return "magnitude" if nonnegative else "signed"


def _checked(name: str) -> str:
    check_name("display", name, display_choices())
    return name
