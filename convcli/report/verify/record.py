"""The record of `verify`: the laws, and how far correlation and convolution are apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.checks import Check
from convcli.core.laws.contrast import Contrast


def verify_record(checks: Sequence[Check], found: Contrast, kernel: Kernel, second: Kernel) -> dict[str, Any]:
    """The record that --json prints."""
    return {
        "command": "verify",
        "kernel": {"name": kernel.name, "height": kernel.height, "width": kernel.width},
        "with": {"name": second.name, "height": second.height, "width": second.width},
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
    }


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
