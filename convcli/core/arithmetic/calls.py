"""Calls that are ready to be made, one after the other, on views of memory that stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Steps = list[tuple[Callable[..., Any], tuple[Any, ...]]]


def run_steps(steps: Steps) -> None:
    """Make the calls."""
    for call, operands in steps:
        call(*operands)
