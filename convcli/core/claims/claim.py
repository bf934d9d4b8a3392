"""A claim: what the chapter says, what shows it, what would refute it, and the function that tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from convcli.core.arrays import Array
    from convcli.core.kernel.kernel import Kernel


class Claim(NamedTuple):
    """One claim of the chapter.

    Attributes:
        name: what it is called.
        number: its place in the chapter, from 1.
        sentence: what it says, in about a dozen words.
        shown: a line of the shell that shows it; {picture} and {kernel} stand for what it is shown on.
        refuted: what would refute it, in half a sentence.
        check: "package.module:function", a Subject -> Finding.
        figure: "package.module:function", what -o draws of a Finding; empty where there is nothing to see.
        film: the same for films; empty where nothing moves.
        speaks_of: what the check looks at besides numbers of its own: "picture", "kernel", "both" or "neither".
    """

    name: str
    number: int
    sentence: str
    shown: str
    refuted: str
    check: str
    figure: str = ""
    film: str = ""
    speaks_of: str = "both"

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its number is a name of it."""
        return (str(self.number),)


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
