"""Kernels as a caller gives them - names, texts, files, arrays, Kernels - as the core takes them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Union, cast

from numpy.typing import ArrayLike

from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelsLike, KernelStack
from convcli.errors import KernelError
from convcli.kernels.reading.grammar import kernels_from

KernelText = Union[str, "os.PathLike[str]"]
AnyKernels = KernelText | KernelsLike | Sequence[KernelText | Kernel | KernelStack | ArrayLike]

_FOR_ONE_OR_SEVERAL = (str, os.PathLike, Kernel, KernelStack)


def kernel(given: AnyKernels) -> Kernel | KernelStack:
    """The kernel that a text names, or the kernels.

    Args:
        given: what the command's -k takes: a name, with arguments where it has any ("sobel-x", "gaussian:sigma=2");
            a bank ("bank:sobel"); rows of numbers ("0 1; 2 3", "1/9 1/9 1/9; ..."); ImageMagick's "3x3: ...";
            a file ("@weights.npy", or a path object).  Or weights, as `correlate` takes them.

    Returns:
        A `Kernel`: float64 weights (h, w), or (C, h, w) from a file, read-only, written for correlation.
        A `KernelStack` for a bank, a sequence, and a file of several: it has a length, an order and indices, and gives
        responses a kernel axis.

    Raises:
        UnknownNameError, OptionError, KernelTextError, KernelError, InputError: no such name or argument; text
            that does not parse; weights that are no kernel; a file that cannot be read.

    >>> kernel("sobel-x").weights.tolist()
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    >>> [one.name for one in kernel("bank:sobel")]
    ['sobel-x', 'sobel-y']
    """
    stack = stack_of(given)
    return stack if stack.several else stack.kernels[0]


def stack_of(kernels: AnyKernels) -> KernelStack:
    """Kernels from whatever the caller has; several where there is a sequence, a bank or a file of several.

    Raises:
        KernelError and its kin, as `kernel` and `KernelStack.of`.

    >>> [one.name for one in stack_of(["box:size=3", "bank:sobel", [[0, 1]]])]
    ['box:size=3', 'sobel-x', 'sobel-y', 'kernel-2']
    """
    if isinstance(kernels, (str, os.PathLike)):
        return stack_of_text(kernels)
    if isinstance(kernels, Sequence) and any(isinstance(each, _FOR_ONE_OR_SEVERAL) for each in kernels):
        given = (_of_one(each, index) for index, each in enumerate(kernels))
        return KernelStack(tuple(one for stack in given for one in stack), several=True)
    return KernelStack.of(cast(KernelsLike, kernels))


def one_kernel(given: AnyKernels) -> Kernel:
    """The one kernel that a caller gave.

    Raises:
        KernelError: several; and whatever `stack_of` raises.
    """
    stack = stack_of(given)
    if len(stack) > 1:
        names = [one.name for one in stack.kernels[:3]] + ["..."] * (len(stack) > 3)
        raise KernelError(f"one kernel is needed here, and there are {len(stack)} ({', '.join(names)})")
    return stack.kernels[0]


def stack_of_text(text: KernelText) -> KernelStack:
    """The kernels of a name, a literal or a file; a bank is several, whatever it holds."""
    words = text if isinstance(text, str) else f"@{os.fspath(text)}"
    found = kernels_from(words)
    return KernelStack(found, several=len(found) > 1 or words.strip().lower().startswith("bank:"))


def _of_one(given: object, index: int) -> KernelStack:
    """An element of a sequence; an array is called by its place."""
    if isinstance(given, _FOR_ONE_OR_SEVERAL):
        return stack_of(given)
    return KernelStack((Kernel(f"kernel-{index}", given),), False)  # type: ignore[arg-type]  # Kernel checks it
