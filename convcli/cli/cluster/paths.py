"""Paths on their way: from the root on where the work is done, as they were given in what is said of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from convcli.errors import ConvcliError, Setting, printable


def rooted(path: str) -> str:
    """A path from the root on, for a process in another working folder."""
    return os.path.join(os.getcwd(), path)


def rooted_input(source: str) -> str:
    """An input from the root on; as it is where it is no file: a sample, a matrix, or a name that is not there."""
    return rooted(source) if os.path.lexists(source) else source


def given_again(names: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    """What puts paths back as they were given: (from the root on, as given), in a text that names them."""
    changed = [(there, here) for there, here in names if there != here]

    def change(text: str) -> str:
        for there, here in changed:
            text = text.replace(there, here).replace(printable(there), printable(here))
        return text

    return change


def reworded(error: ConvcliError, change: Callable[[str], str]) -> ConvcliError:
    """The same error with other text; the parameters that it speaks of stay."""
    words = tuple(word if isinstance(word, Setting) else change(word) for word in error.words)
    again, _, state = error.__reduce__()
    copy = again(type(error), words)
    vars(copy).update({**state, "words": words})
    return copy
