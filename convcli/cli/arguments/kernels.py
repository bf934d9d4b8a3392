"""The values of `-k`: one kernel or a stack, with the rules that need all of them."""

from __future__ import annotations

from collections.abc import Sequence

from convcli.core.kernel.kernel import Kernel
from convcli.errors import UsageError
from convcli.kernels import kernels_from


def load_kernels(texts: Sequence[str], *, stdin_taken: bool = False) -> tuple[tuple[Kernel, ...], bool]:
    """All kernels of all `-k` values, and whether they are a stack (a bank, a file of several, several `-k`).

    Raises:
        UsageError: no kernel; or stdin asked for twice.
    """
    if not texts:
        raise UsageError("give a kernel with -k: a name (sobel-x), rows ('0 1; 2 3'), bank:NAME or @FILE")
    stdins = [text for text in texts if text.strip() == "@-"]
    if len(stdins) + stdin_taken > 1:
        raise UsageError("stdin can be read once: either the input or one kernel may be '-'")
    groups = [kernels_from(text) for text in texts]
    kernels = tuple(kernel for group in groups for kernel in group)
    return kernels, len(kernels) > 1
