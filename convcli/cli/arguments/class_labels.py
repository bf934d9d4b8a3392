"""Labels: a file that names a network's classes, one a line."""

from __future__ import annotations

from convcli.errors import InputError
from convcli.files import read_whole, text_of

MOST_LABELS = 1 << 22  # bytes of a file of labels


def read_labels(path: str | None) -> tuple[str, ...]:
    """The names of a file, one a line; none without a file.

    Raises:
        InputError: no text, too much of it, or nothing in it.
    """
    if path is None:
        return ()

    def check(content: bytearray) -> None:
        if len(content) > MOST_LABELS:
            raise InputError(path, "too long for labels, one a line")

    text = text_of(read_whole(path, check=check), path, "no labels: it is no UTF-8 text; give names, one a line")
    labels = tuple(line.strip() for line in text.splitlines())
    while labels and not labels[-1]:
        labels = labels[:-1]
    if not labels:
        raise InputError(path, "it holds no labels; give names, one a line")
    return labels
