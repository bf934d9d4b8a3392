"""A claim: what the chapter says, what shows it, what would refute it, and the function that tries it."""

from __future__ import annotations

from typing import NamedTuple


class Claim(NamedTuple):
    """One claim of the chapter.

    Attributes:
        name: what it is called.
        number: its place in the chapter, from 1.
        sentence: what it says, in about a dozen words.
        shown: a line of the shell that shows it; {picture}, {shape}, {kernel} and {size} stand for what it is shown
            on, the latter for the kernel's rows and columns.
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
