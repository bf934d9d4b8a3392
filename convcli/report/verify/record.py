"""The record of `verify`: the laws, how far correlation and convolution are apart, and of what picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.checks import Check
from convcli.core.laws.contrast import Contrast


def verify_record(
    source: str,
    pixels: Array,
    kernels: tuple[Kernel, Kernel],
    rule: Border,
    checks: Sequence[Check],
    found: Contrast,
) -> dict[str, Any]:
    """The record that --json prints.

    Args:
        source: what the picture is called; pixels: (H, W) or (H, W, C).
        kernels: k, and the g of associativity.
    """
    kernel, second = kernels
    return {
        "command": "verify",
        "kernel": _kernel_record(kernel),
        "with": _kernel_record(second),
        "holds": all(check.holds for check in checks),
        "checks": [_check_record(check) for check in checks],
        "correlation_against_convolution": {
            "max_difference": found.max_difference,
            "at": found.at,
            "differing": found.differing,
            "outputs": int(found.correlation.size),
            "symmetric": found.symmetric,
            "antisymmetric": found.antisymmetric,
        },
        "input": {
            "path": source,
            "height": pixels.shape[0],
            "width": pixels.shape[1],
            "channels": pixels.shape[2] if pixels.ndim == 3 else 1,
            "dtype": str(pixels.dtype),
        },
        "border": rule.label,
    }


def _kernel_record(kernel: Kernel) -> dict[str, Any]:
    record = {"name": kernel.name, "height": kernel.height, "width": kernel.width}
    record |= {} if kernel.channels is None else {"channels": kernel.channels}
    return record if kernel.anchor is None else record | {"anchor": kernel.anchor}


def _check_record(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "statement": check.statement,
        "left": check.left,
        "right": check.right,
        "max_error": check.max_error,
        "tolerance": check.tolerance,
        "reason": check.reason,
        "magnitude": check.magnitude,
        "at": check.at,
        "holds": check.holds,
    }
