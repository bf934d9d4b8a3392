"""What a hard input is, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Case:
    """One hard input and its verdict.

    Attributes:
        name: of the file, with its suffix.
        content: its bytes.
        samples: what must be read, or None: it must be refused.
        alpha: what must be carried over, where the file has it.
        words: parts of the message of a refusal, or of the remark on a file that is read.
        options: further arguments.
        within: how far a sample may be from the expected one.
    """

    name: str
    content: bytes
    samples: Array | None = None
    alpha: Array | None = None
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    within: int = 0


def refused(name: str, content: bytes, *words: str, options: tuple[str, ...] = ()) -> Case:
    """A file that must be refused, with these words."""
    return Case(name, content, words=words, options=options)


def reads(
    name: str,
    content: bytes,
    samples: Any,
    *words: str,
    alpha: Array | None = None,
    options: tuple[str, ...] = (),
    within: int = 0,
) -> Case:
    """A file that must give these samples."""
    return Case(name, content, np.asarray(samples), alpha, words, options, within)
