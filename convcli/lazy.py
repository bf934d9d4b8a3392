"""Lazy: what is imported on first use, so that starting costs only what is used.

A room's `__init__` hands out names that live in its files; a registry's row
names the code that belongs to it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # every start goes through here: what only types need is not imported
    from collections.abc import Callable, Mapping
    from typing import Any


def handing_out(
    room: str, homes: Mapping[str, tuple[str, ...]], own: tuple[str, ...] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a room that hands out names.

    Args:
        room: the package's own name.
        homes: modules, by their full names, and the names that each hands out.
        own: names that the room itself defines, for `dir`.
    """
    modules = {name: module for module, names in homes.items() for name in names}

    def get(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return load(f"{modules[name]}:{name}")

    return get, lambda: sorted([*modules, *own])


def load(reference: str) -> Any:
    """What "package.module:name" refers to.

    >>> load("math:hypot")(3, 4)
    5.0
    """
    import importlib

    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
