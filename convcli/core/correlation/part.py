"""Part: some rows of a response, though bands are computed whole."""

from __future__ import annotations

from convcli.core.arrays import Array
from convcli.core.correlation.bands import Sink
from convcli.core.engines.engine import ALL_COLUMNS
from convcli.errors import GeometryError


class Part:
    """Some rows of the output, of bands that may reach beyond: the sink's rows are counted from the first of them."""

    def __init__(self, sink: Sink, rows: slice) -> None:
        self.sink, self.rows = sink, rows
        self.divides, self.in_pieces = sink.divides, sink.in_pieces

    def target(self, rows: slice) -> Array | None:
        """The sink's memory for a band that lies inside."""
        inside, whole = self._inside(rows)
        return self.sink.target(inside) if whole == slice(0, rows.stop - rows.start) else None

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Hand on the rows that lie inside."""
        inside, kept = self._inside(rows)
        self.sink.take(inside, response[kept], divisor, columns)

    def stop(self) -> None:
        """Let go of those that wait."""
        self.sink.stop()

    def _inside(self, rows: slice) -> tuple[slice, slice]:
        """The rows of a band that are handed on: as the sink counts them, and as the band does."""
        start, stop = max(rows.start, self.rows.start), min(rows.stop, self.rows.stop)
        first = self.rows.start
        return slice(start - first, stop - first), slice(start - rows.start, stop - rows.start)


def checked_rows(rows: slice | None, height: int) -> slice:
    """Rows [start, stop) of an output of this height; all of them where none are named.

    Raises:
        GeometryError: rows that it has not.
    """
    if rows is None:
        return slice(0, height)
    start, stop = rows.start or 0, height if rows.stop is None else rows.stop
    if rows.step not in (None, 1) or not 0 <= start < stop <= height:
        raise GeometryError(f"rows {start} to {stop} are asked for; the output has rows 0 to {height}")
    return slice(start, stop)
