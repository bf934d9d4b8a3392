"""Kernels: the weights of one filter or of several, and what can be said of them without a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli import lazy

if TYPE_CHECKING:
    from convcli.core.kernel.kernel import Kernel as Kernel
    from convcli.core.kernel.stack import KernelStack as KernelStack

__getattr__, __dir__ = lazy.handing_out(
    __name__,
    {
        "convcli.core.kernel.kernel": ("Kernel",),
        "convcli.core.kernel.stack": ("KernelStack",),
    },
)
