"""Borders: what a kernel sees beyond the picture's edge.

Each border is one row of `BORDERS`: a name, the letter pattern that shows it,
the names other tools give it, and an index rule.  The rule maps any position
along an axis, however far outside, to the position inside that it repeats, so
that kernels larger than the picture reflect several times and wrap round and
round.  Whatever reads beyond an edge, reads through `Border.index`,
`Border.take` or `Border.take_sources`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from convcli.core.text.whole_numbers import MOST_DIGITS, as_float
from convcli.errors import OptionError, UnknownNameError
from convcli.registry import Registry

if TYPE_CHECKING:
    from convcli.core.arrays import Array, Index

BAND_ROWS = 64  # rows that stay in the cache while their columns are taken
OUTSIDE = -(1 << 30)  # an index that means "take the fill value"; no run of real rows can touch it


# The rules: p is a position or an array of them, n the length of the axis.  A comparison counts as 0 or 1.


def _edge(p: Any, n: int) -> Any:
    return p * (p >= 0) * (p < n) + (n - 1) * (p >= n)


def _zero(p: Any, n: int) -> Any:
    inside = (p >= 0) * (p < n)
    return p * inside + OUTSIDE * (1 - inside)


def _symmetric(p: Any, n: int) -> Any:
    folded = p % (2 * n)
    return folded + (folded >= n) * (2 * n - 1 - 2 * folded)


def _reflect(p: Any, n: int) -> Any:
    period = max(2 * (n - 1), 1)
    folded = p % period
    return folded + (folded >= n) * (period - 2 * folded)


def _wrap(p: Any, n: int) -> Any:
    return p % n


@dataclass(frozen=True)
class Border:
    """What lies beyond the picture's edge.

    Attributes:
        name: the canonical name.
        pattern: three letters beyond each end of a row a b c d; 0 where a constant stands.
        aliases: names other tools give it, understood as well.
        rule: positions along an axis of length n -> positions inside, or OUTSIDE; of whole numbers or arrays of them.
        elsewhere: what other tools call it, by their names for `kernels`; a tool without such a border has none.
        fill: the value where the rule says OUTSIDE, in the picture's units.
    """

    name: str
    pattern: str
    aliases: tuple[str, ...]
    rule: Callable[[Any, int], Any] = field(repr=False)  # its address is no part of what a border is
    elsewhere: Mapping[str, str] = field(default_factory=dict, compare=False)
    fill: float = 0.0

    @property
    def fills(self) -> bool:
        """Whether a constant stands beyond an end, and not the picture's own pixels."""
        return "0" in self.pattern

    @property
    def label(self) -> str:
        """The name as an option would be written."""
        return f"constant:{repr(self.fill).removesuffix('.0')}" if self.fill else self.name

    def index(self, n: int, before: int, after: int) -> Index:
        """Source positions of a padded axis: length before + n + after, OUTSIDE where filled.

        >>> border("reflect").index(4, 3, 3).tolist()
        [3, 2, 1, 0, 1, 2, 3, 2, 1, 0]
        """
        import numpy as np

        return self.sources(np.arange(-before, n + after, dtype=np.intp), n)

    def sources(self, positions: Index, n: int) -> Index:
        """The positions inside that positions along an axis of length n repeat; OUTSIDE where filled."""
        import numpy as np

        return np.asarray(self.rule(positions, n), dtype=np.intp)

    def take(self, samples: Array, rows: Index, columns: Index, dtype: Any = None) -> Array:
        """Samples at a grid of positions, inside or beyond: every row with every column.

        out[..., ...] = samples[rule(rows), rule(columns)], the fill where a rule says OUTSIDE

        Args:
            samples: (H, W) or (H, W, C), never modified.
            rows, columns: positions, each an array of any shape.
            dtype: of the result; the samples' own, or float64 where the fill does not fit that, when None.

        Returns:
            The shape of `rows`, then that of `columns`, then the channels; a new array.

        >>> import numpy as np
        >>> border("wrap").take(np.array([[1, 2, 3]]), np.array([0]), np.array([-1, 3])).tolist()
        [[3, 1]]
        """
        import numpy as np

        source_rows, source_columns = self.sources(rows, samples.shape[0]), self.sources(columns, samples.shape[1])
        inside_rows, inside_columns = np.maximum(source_rows, 0).reshape(-1), np.maximum(source_columns, 0)
        out = np.empty((inside_rows.size, *columns.shape, *samples.shape[2:]), self._dtype(samples.dtype, dtype))
        for first in range(0, inside_rows.size, BAND_ROWS):
            band = slice(first, first + BAND_ROWS)
            _take_columns(samples[inside_rows[band]], inside_columns, out[band])
        out = out.reshape(*rows.shape, *out.shape[1:])
        if self.fills:
            out[source_rows == OUTSIDE] = self.fill
            out[(slice(None),) * rows.ndim + (source_columns == OUTSIDE,)] = self.fill
        return out

    def take_sources(self, samples: Array, rows: Index, columns: Index, dtype: Any = None) -> Array:
        """As `take`, of each row with its own column, both from `sources` and of one shape, which the result has.

        >>> import numpy as np
        >>> zero = border("zero")
        >>> zero.take_sources(np.array([[1, 2], [3, 4]]), np.array([0, 1]), zero.sources(np.array([1, 2]), 2)).tolist()
        [2, 0]
        """
        import numpy as np

        height, width = samples.shape[:2]
        outside = (rows == OUTSIDE) | (columns == OUTSIDE) if self.fills else None
        # One index a sample is followed faster than two.
        places = rows * width + columns if outside is None else np.where(outside, 0, rows * width + columns)
        values = samples.reshape(height * width, *samples.shape[2:]).take(places, axis=0)
        out: Array = values.astype(self._dtype(samples.dtype, dtype), copy=False)
        if outside is not None:
            out[outside] = self.fill
        return out

    def _dtype(self, own: Any, wanted: Any) -> Any:
        """The dtype wanted; without a wish the samples' own, where it holds the fill."""
        import numpy as np

        if wanted is not None:
            return np.dtype(wanted)
        if not self.fills or own.kind == "f":
            return own
        limits = np.iinfo(own)
        return own if self.fill % 1 == 0 and limits.min <= self.fill <= limits.max else np.dtype(np.float64)


def _take_columns(lines: Array, columns: Index, out: Array) -> None:
    """out = lines[:, columns]; the longest run of neighbours is one copy, many times faster than one by one."""
    import numpy as np

    if columns.ndim != 1 or not columns.size:
        out[...] = lines[:, columns]
        return
    edges = np.concatenate(([0], np.flatnonzero(np.diff(columns) != 1) + 1, [columns.size]))
    longest = int(np.diff(edges).argmax())
    start, stop = int(edges[longest]), int(edges[longest + 1])
    others = np.r_[0:start, stop : columns.size]
    out[:, start:stop] = lines[:, columns[start] : columns[start] + stop - start]
    out[:, others] = lines[:, columns[others]]


BORDERS = Registry(
    "border",
    (
        Border("edge", "a a a | a b c d | d d d", ("nearest", "replicate"), _edge,
               {"numpy": "edge", "scipy": "nearest", "opencv": "cv2.BORDER_REPLICATE", "torch": "replicate",
                "magick": "edge", "vips": "copy"}),
        Border("zero", "0 0 0 | a b c d | 0 0 0", ("constant", "black"), _zero,
               {"numpy": "constant", "scipy": "constant", "opencv": "cv2.BORDER_CONSTANT", "torch": "constant",
                "tensorflow": "CONSTANT", "magick": "black", "vips": "black"}),
        Border("symmetric", "c b a | a b c d | d c b", ("scipy:reflect", "cv:reflect", "half"), _symmetric,
               {"numpy": "symmetric", "scipy": "reflect", "opencv": "cv2.BORDER_REFLECT",
                "tensorflow": "SYMMETRIC", "magick": "mirror", "vips": "mirror"}),
        Border("reflect", "d c b | a b c d | c b a", ("mirror", "reflect101", "scipy:mirror"), _reflect,
               {"numpy": "reflect", "scipy": "mirror", "opencv": "cv2.BORDER_REFLECT_101", "torch": "reflect",
                "tensorflow": "REFLECT"}),
        Border("wrap", "b c d | a b c d | a b c", ("circular", "periodic", "tile"), _wrap,
               {"numpy": "wrap", "scipy": "wrap", "opencv": "cv2.BORDER_WRAP", "torch": "circular",
                "magick": "tile", "vips": "repeat"}),
    ),
)  # fmt: skip


def border(text: str | Border, name: str = "border") -> Border:
    """The border of that name or alias; `constant:V` fills with V.

    Args:
        name: the parameter whose value it is, for messages.

    >>> border("replicate").name
    'edge'
    >>> border("constant:7").fill
    7.0
    """
    if isinstance(text, Border):
        return text
    if not isinstance(text, str):
        raise UnknownNameError("border", text, border_choices())
    wanted = text.strip().lower()
    if wanted.startswith("constant:"):
        return replace(border("zero"), fill=_fill(text.strip()[len("constant:") :], name))
    return BORDERS.read(text, f"choose from {', '.join(border_choices())}")


def border_choices() -> list[str]:
    """The canonical names, and the one that takes a value.

    >>> border_choices()[:3]
    ['edge', 'zero', 'constant:V']
    """
    names = BORDERS.names()
    after = names.index("zero") + 1
    return [*names[:after], "constant:V", *names[after:]]


def default_border(size: str, padding: object = None) -> str:
    """The border when none is named: "edge", as ImageMagick and libvips have it.

    For size "full" it is "zero": a full convolution is the sum over the samples there are.
    """
    return "zero" if size == "full" and padding is None else "edge"


def _fill(text: str, name: str) -> float:
    rule = "constant:V needs one finite number, as in constant:128"
    try:
        plain = text.isascii() and "_" not in text
        whole = plain and len(text) <= MOST_DIGITS and text.lstrip("+-").isdigit()
        value = as_float(int(text), name) if whole else float(text) if plain else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise OptionError(name, f"constant:{text}", rule)
    return value
