"""What kernels are called where people read: a kernel that was given as numbers is called by its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convcli.core.kernel.kernel import Kernel

LITERAL = "kernel"  # the name of a kernel that was given as numbers: records and file names have it
_EXPONENT = re.compile(r"e\+?(-?)0*")  # e-07 and e+05 are e-7 and e5
LONGEST = 24  # characters of numbers that still make a name


def kernel_labels(kernels: Sequence[Kernel], *, flipped: bool = False) -> list[str]:
    """A label for each kernel: its name; of one given as numbers the numbers, or where they are many its size.

    Among several, a size is followed by the kernel's place, counted from 0 as maps are.

    Args:
        flipped: the kernels were turned for a convolution: numbers are those that were given.

    >>> one, two = Kernel("kernel", [[0, 1], [2, 3.5]]), Kernel("kernel", [[1 / 9] * 3] * 3)
    >>> kernel_labels([one, two, Kernel("box", [[1]])]), kernel_labels([two])
    (['0 1; 2 3.5', '3×3 kernel 1', 'box'], ['3×3 kernel'])
    """
    return [
        (_numbers(kernel.flipped() if flipped else kernel) or _sized(kernel, index, len(kernels)))
        if kernel.name == LITERAL
        else kernel.name
        for index, kernel in enumerate(kernels)
    ]


def _numbers(kernel: Kernel) -> str:
    """The weights as -k takes them; empty where that is long, or where they would be rounded."""
    if kernel.channels is not None or 2 * kernel.weights.size - 1 > LONGEST:
        return ""
    rows = [[_EXPONENT.sub(r"e\1", f"{value + 0.0:g}") for value in row] for row in kernel.weights.tolist()]
    exact = [[float(word) for word in row] for row in rows] == kernel.weights.tolist()
    text = "; ".join(" ".join(row) for row in rows)
    return text if exact and len(text) <= LONGEST else ""


def _sized(kernel: Kernel, index: int, count: int) -> str:
    channels = "" if kernel.channels is None else f"{kernel.channels}×"
    place = f" {index}" if count > 1 else ""
    return f"{channels}{kernel.height}×{kernel.width} kernel{place}"
