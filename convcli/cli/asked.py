"""What a command was asked for, as one value."""

from __future__ import annotations

from typing import Any, Self, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Asked:
    """What a command was asked for, as it was typed: one value, built in the command file and never changed.

    A command lists its parameters as annotations.  Methods that are written anew for each class, as those of a
    dataclass are, would take a millisecond of every start.
    """

    def __init__(self, **given: Any) -> None:
        owners = type(self).__mro__[:-1]
        unmatched = given.keys() ^ {name for owner in owners for name in getattr(owner, "__annotations__", ())}
        if unmatched:
            raise TypeError(f"{type(self).__name__} and the command's parameters differ: {sorted(unmatched)}")
        vars(self).update(given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: what was asked for does not change; `changed` gives another value")

    def changed(self, **values: Any) -> Self:
        """The same with other values."""
        return type(self)(**{**vars(self), **values})
