"""The values of `-k`: one kernel or several, with the rules that need all of them."""

from __future__ import annotations

from collections.abc import Sequence

from convcli.core.kernel.stack import KernelStack
from convcli.errors import UsageError
from convcli.kernels import kernels_from


def load_kernels(
    texts: Sequence[str], *, anchor: tuple[int, int] | None = None, stdin_taken: bool = False
) -> KernelStack:
    """All kernels of all `-k` values; several where there is a bank, a file of several, or several `-k`.

    Args:
        anchor: of each of them; None leaves them their own.

    Raises:
        UsageError: no kernel; or stdin asked for twice; an anchor that is outside a kernel or not its own.
    """
    if not texts:
        raise UsageError("give a kernel with -k: a name (sobel-x), rows ('0 1; 2 3'), bank:NAME or @FILE")
    stdins = [text for text in texts if text.strip() == "@-"]
    if len(stdins) + stdin_taken > 1:
        raise UsageError("stdin can be read once: give '-' as the input, or '@-' as one kernel")
    kernels = tuple(kernel for text in texts for kernel in kernels_from(text))
    return KernelStack(kernels, several=len(kernels) > 1).anchored(anchor)
