"""From a filter's answers to the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from convcli.core.identify.verdict import Verdict

Answers = Mapping[str, NDArray[Any] | None]


def identify(answers: Answers, meant: NDArray[Any] | None = None) -> Verdict:
    """What a filter does, from its answers to `probes()` by name.

    Args:
        answers: by the probes' names; None, or no entry, where none came back.
        meant: the kernel that the caller believes it applies, for correlation; (h, w).
    """
    raise NotImplementedError
