"""Rows of numbers, stacked as they are read: equally long, exact, in little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from convcli.errors import KernelTextError, many

if TYPE_CHECKING:
    from convcli.core.arrays import Array

KEPT = 1 << 16  # numbers that are kept as Python's, before an array takes them
_INT64 = range(-(2**63), 2**63)
_EXACT = 2**53  # whole numbers up to here are exact in float64


class Place(NamedTuple):
    """Where a piece of text begins: its origin, 1-based line, and 0-based column."""

    where: str
    line: int
    start: int
    from_file: bool

    def refuse(self, problem: str, column: int | None = None) -> NoReturn:
        """Raise KernelTextError for this place, or for a 0-based column after it."""
        shown = None if column is None else self.start + column + 1
        raise KernelTextError(self.where, problem, self.line, shown, from_file=self.from_file)


class Stack:
    """Rows of one length, kept in as little memory as their numbers need."""

    def __init__(self, where: str, from_file: bool, most: int | None) -> None:
        self.where, self.from_file, self.most = where, from_file, most
        self.columns, self.count, self._rows = 0, 0, list[list[int | float]]()
        self._blocks: list[Array] = []

    def takes(self, block: Array) -> bool:
        """Keep rows that were read at once; False where they are not as long as those before."""
        if not block.size:
            return True
        if self.columns and block.shape[1] != self.columns:
            return False
        self._flush()
        self._blocks.append(block)
        self._grow(len(block), block.shape[1])
        return True

    def add(self, numbers: list[int | float], place: Place, row: str) -> None:
        """Keep one row."""
        if self.columns and len(numbers) != self.columns:
            problem = _ragged(self.count + 1, len(numbers), self.columns, row)
            place.refuse(problem, len(row) - len(row.lstrip()))
        self._rows.append(numbers)
        self._grow(1, len(numbers))
        if len(self._rows) * self.columns > KEPT:
            self._flush()

    def _grow(self, rows: int, columns: int) -> None:
        self.count, self.columns = self.count + rows, columns
        if self.most is not None and self.count * columns > self.most:
            problem = f"more than {self.most:,} numbers; no kernel in text is that large"
            raise KernelTextError(self.where, problem, from_file=self.from_file)

    def _flush(self) -> None:
        if self._rows:
            self._blocks.append(_block(self._rows))
            self._rows = []

    def array(self, rounded: list[str] | None) -> Array:
        """All rows as int64 or uint64 where all are whole and fit, else float64; see `parse_matrix`."""
        import numpy as np

        self._flush()
        if not self._blocks:
            problem = "there are no numbers; write rows as in '0 1; 2 3'"
            raise KernelTextError(self.where, problem, from_file=self.from_file)
        dtype = _common_dtype(self._blocks)
        if dtype == np.float64:
            self._check_rounding(rounded)
        return np.concatenate(self._blocks, dtype=dtype, casting="unsafe")

    def _check_rounding(self, rounded: list[str] | None) -> None:
        """Refuse, or remark, that a whole number will be rounded."""
        for number in (number for block in self._blocks for number in _wide(block)):
            if number == int(float(number)):
                continue
            problem = f"{number} is beyond 2^53 and rounded to {int(float(number))}: float64 does not hold it"
            if rounded is None:
                raise KernelTextError(self.where, problem, from_file=self.from_file)
            rounded.append(problem)
            return


def _block(rows: list[list[int | float]]) -> Array:
    """Rows in an array that holds them exactly: int64, float64, or Python's own numbers."""
    import numpy as np

    whole = all(type(number) is int for row in rows for number in row)
    if whole and min(map(min, rows)) in _INT64 and max(map(max, rows)) in _INT64:
        return np.array(rows, dtype=np.int64)
    large = any(type(number) is int and abs(number) > _EXACT for row in rows for number in row)
    return np.array(rows, dtype=object if whole or large else np.float64)


def _common_dtype(blocks: list[Array]) -> Any:
    """int64 or uint64 where all blocks are whole and fit, else float64."""
    import numpy as np

    if any(block.dtype.kind == "f" for block in blocks) or any(
        type(number) is float for block in blocks if block.dtype == object for number in block.flat
    ):
        return np.float64
    low, high = min(int(block.min()) for block in blocks), max(int(block.max()) for block in blocks)
    fits = (dtype for dtype in (np.int64, np.uint64) if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max)
    return next(fits, np.float64)


def _wide(block: Array) -> list[int]:
    """The whole numbers of a block that float64 might not hold."""
    if block.dtype.kind == "f" or (block.dtype.kind == "i" and block.dtype.itemsize < 8):
        return []
    return [number for number in block.ravel().tolist() if type(number) is int and abs(number) > _EXACT]


def _ragged(row: int, count: int, expected: int, text: str) -> str:
    problem = f"row {row} has {many(count, 'number')}, the rows before have {expected}"
    if "," in text and "." not in text:
        problem += "; a comma separates numbers, so write one half as 0.5"
    return problem
