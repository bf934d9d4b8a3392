"""What claims are tried on, and what trying one gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from convcli.core.arrays import Array
    from convcli.core.kernel.kernel import Kernel


class Subject(NamedTuple):
    """What claims are tried on.

    Attributes:
        picture: (H, W) or (H, W, C), finite; never modified.
        kernel: (h, w), no flip of itself if it can be chosen.
        seed: of whatever is random.
        banks: named banks of kernels, (F, h, w) each, that claims about several kernels look at.
        functions: names of two functions on a line, or samples, that claims about functions look at.
    """

    picture: Array
    kernel: Kernel
    seed: int = 0
    banks: tuple[tuple[str, Array], ...] = ()
    functions: tuple[str, str] = ("box", "exponential")


class Finding(NamedTuple):
    """What trying a claim gave.

    Attributes:
        holds: whether it held here.
        figure: the number that decides, with its unit, in a few words.
        lines: what was done and found, sentence by sentence.
        values: the same as numbers, for JSON.
        seen: what the claim's figure draws.
    """

    holds: bool
    figure: str
    lines: tuple[str, ...]
    values: dict[str, Any]
    seen: Any = None
