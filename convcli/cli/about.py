"""What a command says of itself, in a line and a few words: all that the list of commands needs of it."""

from __future__ import annotations

PURPOSES = ("Filter", "Look", "Count", "Prove", "Find", "More", "Help")


class About:
    """What a command is for.

    No NamedTuple: every start would import `typing` for it, which takes as long as the list of commands.

    Args:
        purpose: in a word or two: the heading that it stands under in the list of commands.
        line: what it does, in a line of that list.
        words: what people may call it; the command is suggested where one of them was typed.
    """

    __slots__ = ("line", "purpose", "words")

    def __init__(self, purpose: str, line: str, words: tuple[str, ...] = ()) -> None:
        self.purpose = purpose
        self.line = line
        self.words = words

    @property
    def place(self) -> int:
        """Where its purpose stands in the list; one that is new stands with "More"."""
        return PURPOSES.index(self.purpose if self.purpose in PURPOSES else "More")
