"""Registries: rows of data, one a thing that has a name.

Help, completion, options, messages, JSON and tests read the rows; nothing else
lists names.  A row is plain data that loads no NumPy; the code that belongs to
it is attached on use.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from convcli.errors import UnknownNameError


class Named(Protocol):
    """What every row has: a name; where it has `aliases`, they are understood as well."""

    @property
    def name(self) -> str: ...


Row = TypeVar("Row", bound=Named)


class Registry(Generic[Row]):
    """Rows in the order in which they are listed.

    Args:
        kind: what one row is, for messages: "border".

    >>> from convcli.core.border import BORDERS
    >>> BORDERS.names()[:2], BORDERS.find("replicate").name
    (['edge', 'zero'], 'edge')
    """

    def __init__(self, kind: str, rows: Iterable[Row]) -> None:
        self.kind = kind
        self._rows: list[Row] = []
        for row in rows:
            self.add(row)

    def __iter__(self) -> Iterator[Row]:
        return iter(tuple(self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    def names(self) -> list[str]:
        """The canonical names, in order."""
        return [row.name for row in self._rows]

    def accepted(self) -> list[str]:
        """Every name that `find` understands: the canonical ones, then the aliases."""
        return self.names() + [alias for row in self._rows for alias in _aliases(row)]

    def get(self, name: str) -> Row | None:
        """The row of that name or alias, or None."""
        if not isinstance(name, str):  # Python's callers may give anything
            return None
        return next((row for row in self._rows if name == row.name or name in _aliases(row)), None)

    def find(self, name: str, hint: str = "") -> Row:
        """The row of that name or alias.

        Args:
            hint: for the message, where there are too many names to list.

        Raises:
            UnknownNameError: with the nearest names, or all of them.
        """
        row = self.get(name)
        if row is None:
            raise UnknownNameError(self.kind, name, self.accepted(), hint)
        return row

    def read(self, text: str, hint: str = "") -> Row:
        """The row that a text names: as `find`, but capitals and the blanks around do not matter.

        >>> from convcli.core.border import BORDERS
        >>> BORDERS.read(" Edge").name
        'edge'
        """
        return self.get(text.strip().lower()) or self.find(text, hint)

    def add(self, row: Row) -> None:
        """List one row more, at the end.

        Raises:
            ValueError: its name, or an alias, is another row's: a fault of whoever wrote it.
        """
        for name in (row.name, *_aliases(row)):
            if self.get(name) is not None:
                raise ValueError(f"a {self.kind} is called {name!r} already")
        self._rows.append(row)

    @contextlib.contextmanager
    def having(self, row: Row) -> Iterator[Row]:
        """List one row more inside the block, as an extension tries itself out."""
        self.add(row)
        try:
            yield row
        finally:
            self._rows.remove(row)


def _aliases(row: Named) -> tuple[str, ...]:
    aliases: tuple[str, ...] = getattr(row, "aliases", ())
    return aliases
