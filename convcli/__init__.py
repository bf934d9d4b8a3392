"""convcli: convolution made real, on real pictures.

The public names of the core are resolved on first use, so that importing the
package (as every start of the command does) loads no NumPy.

>>> import convcli
>>> convcli.correlate([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]], size="valid").tolist()
[[19, 25], [37, 43]]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from convcli.core.border import Border as Border
    from convcli.core.correlation.correlate import convolve as convolve
    from convcli.core.correlation.correlate import correlate as correlate
    from convcli.core.kernel.kernel import Kernel as Kernel
    from convcli.errors import ConvcliError as ConvcliError
    from convcli.kernels import kernel as kernel

_HOMES = {
    "Border": "convcli.core.border",
    "Kernel": "convcli.core.kernel.kernel",
    "convolve": "convcli.core.correlation.correlate",
    "correlate": "convcli.core.correlation.correlate",
    "kernel": "convcli.kernels",
    "ConvcliError": "convcli.errors",
}

__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'convcli' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
