"""Long text in bulk: rows of plain numbers read by whole stretches, a hundred times faster than one by one.

A stretch that holds anything but equally long rows of plain numbers is left to `matrices`, which knows what to say.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from convcli.core.arrays import Array, Index, Mask

DIGIT, SIGN, OTHER, BLANK, COMMA, END, ODD = range(7)  # what a byte is: OTHER is the rest of a float, ODD anything else
MOST_DIGITS = 18  # of an integer that surely fits 64 bits
EXACT = 2**53  # whole numbers up to here are exact in float64
_MAY_FOLLOW = {
    DIGIT: (DIGIT, OTHER, BLANK, COMMA, END),
    SIGN: (DIGIT, OTHER),
    OTHER: (DIGIT, SIGN, OTHER, BLANK, COMMA, END),
    BLANK: (DIGIT, SIGN, OTHER, BLANK, END),
    COMMA: (DIGIT, SIGN, OTHER),
    END: (DIGIT, SIGN, OTHER, BLANK, END),
}


LONGEST = 1 << 20  # characters of a row that is read at once; a longer one is read in parts


class Tables(NamedTuple):
    """For `bytes.translate`: what each byte is, and whether one kind may follow another, at before * 8 + after."""

    kinds: bytes
    follows: bytes


@cache
def _tables() -> Tables:
    kinds, follows = bytearray([ODD] * 256), bytearray(256)
    ends = (b"\n;", END), (b" \t", BLANK), (b",", COMMA)
    for letters, kind in ((b"0123456789", DIGIT), (b"-", SIGN), (b"+.eE", OTHER), *ends):
        for letter in letters:
            kinds[letter] = kind
    for before, after in _MAY_FOLLOW.items():
        for kind in after:
            follows[before * 8 + kind] = 1
    return Tables(bytes(kinds), bytes(follows))


def bulk_rows(stretch: str) -> Array | None:
    """The rows of a stretch of text that ends with a row: (rows, columns), or None for the patient reader.

    Integers of up to 18 digits come in the narrowest of NumPy's that holds them, other numbers in float64.  None for
    rows of several lengths and wherever a whole number could be rounded.

    >>> bulk_rows("0 1\\n2 -300\\n").tolist(), bulk_rows("0 1\\n2\\n")
    ([[0, 1], [2, -300]], None)
    """
    if not stretch.isascii():
        return None
    content = stretch.rstrip("\n; \t").encode().replace(b", ", b",")
    if len(content) > 2 * LONGEST and b"\n" not in content and b";" not in content:
        return _long_row(content)
    return _rows_of(content + b"\n")


def _long_row(content: bytes) -> Array | None:
    """A row in parts; each must hold numbers, or a comma stands alone."""
    import numpy as np

    parts: list[Array] = []
    start = 0
    while start < len(content):
        cuts = [cut for cut in (content.find(sign, start + LONGEST) for sign in (b" ", b",", b"\t")) if cut >= 0]
        stop = min(cuts, default=len(content))
        part = _rows_of(content[start:stop] + b"\n")
        if part is None or not part.size:
            return None
        parts.append(part)
        start = stop + 1
    kinds = {part.dtype.kind for part in parts}
    if len(kinds) > 1 and any(part.dtype == np.int64 for part in parts):
        return None  # float64 might round them
    return np.concatenate(parts, axis=1)


def _rows_of(content: bytes) -> Array | None:
    """The rows of bytes that end with a row's end."""
    import numpy as np

    kinds = np.frombuffer(content.translate(_tables().kinds), np.uint8)
    pairs = (kinds[:-1] << 3) + kinds[1:]
    if kinds.max() == ODD or kinds[0] == COMMA or b"\0" in pairs.tobytes().translate(_tables().follows):
        return None
    columns = _columns(kinds)
    if not columns:
        return None if columns is None else np.empty((0, 0), np.int8)
    values = _floats(content) if (kinds == OTHER).any() else _integers(content, kinds <= SIGN)
    return None if values is None else values.reshape(-1, columns)


def _columns(kinds: Array) -> int | None:
    """How many numbers each row has, if that is the same for all; 0 where there is no row."""
    import numpy as np

    last = (kinds[:-1] <= OTHER) & (kinds[1:] > OTHER)
    counts = np.diff(np.searchsorted(np.flatnonzero(last), np.flatnonzero(kinds == END)), prepend=0)
    counts = counts[counts > 0]
    if not counts.size:
        return 0
    return int(counts[0]) if (counts == counts[0]).all() else None


def _floats(content: bytes) -> Array | None:
    import numpy as np

    words = content.replace(b",", b" ").replace(b";", b" ").split()
    try:
        values = np.array(list(map(float, words)))
    except ValueError:
        return None
    return values if (np.abs(values) < EXACT).all() else None


def _integers(content: bytes, number: Mask) -> Array | None:
    """Digit by digit, all numbers at once."""
    import numpy as np

    letters = np.frombuffer(content, np.uint8)
    edges = np.flatnonzero(number[1:] != number[:-1]) + 1
    if number[0]:
        edges = np.concatenate(([0], edges))
    starts, ends = edges[0::2], edges[1::2]
    negative = letters[starts] == ord("-")
    lengths = ends - starts
    most = int((lengths - negative).max())
    if most > MOST_DIGITS:
        return None
    values = np.zeros(starts.size, _narrowest(most))
    for place in range(most):
        _append_digit(values, letters, starts + negative + place, ends)
    if negative.any():
        np.negative(values, out=values, where=negative)
    return values


def _append_digit(values: Array, letters: Array, places: Index, ends: Index) -> None:
    """values = 10 * values + the digit at each place, where the number has one there."""
    import numpy as np

    there = places < ends
    digits = letters[np.minimum(places, letters.size - 1)].astype(values.dtype) - values.dtype.type(ord("0"))
    np.multiply(values, 10, out=values, where=there)
    np.add(values, digits, out=values, where=there)


def _narrowest(digits: int) -> Any:
    import numpy as np

    return np.int8 if digits <= 2 else np.int16 if digits <= 4 else np.int32 if digits <= 9 else np.int64
