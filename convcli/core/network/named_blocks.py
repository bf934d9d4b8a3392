"""Named blocks: block NAME:f,s=1 ( LAYERS ), in which {f} and {s} stand for what NAME:64,2 gives."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.parentheses import DEFINES, Group, Item
from convcli.core.network.spec import Written

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PLACE = re.compile(r"\{([^{}]*)\}")


class Block(NamedTuple):
    """Layers with a name, and what is left open in them.

    Attributes:
        form: how it is written, for messages.
        values: what each open value is where it is left out; None where it has to be given.
    """

    name: str
    form: str
    values: Mapping[str, str | None]
    body: Sequence[Item]

    def values_for(self, written: Written) -> dict[str, str]:
        """What a use of the block, NAME:64,s=2, gives."""
        given: dict[str, str] = {}
        order = list(self.values)
        _, colon, rest = written.text.partition(":")
        for index, part in enumerate(rest.split(",") if colon else []):
            key, equals, value = part.partition("=")
            if not equals:
                if index >= len(order):
                    raise written.problem(f"value {index + 1} is too many; write {self.form}")
                key, value = order[index], part
            if key not in self.values or key in given or not value:
                raise written.problem(f"{part or 'nothing'} does not fit; write {self.form}, each value once")
            given[key] = value
        missing = [key for key, value in self.values.items() if value is None and key not in given]
        if missing:
            raise written.problem(f"{' and '.join(missing)} missing; write {self.form}")
        return {key: value for key, value in self.values.items() if value is not None} | given


def define_block(group: Group, others: Collection[str]) -> Block:
    """The block that a `block NAME:VALUES ( LAYERS )` names.

    Args:
        others: names that are taken.
    """
    written = group.written
    name, colon, rest = written.text.partition(":")
    if not _NAME.fullmatch(name):
        raise written.problem(f"a block's name is letters, digits, - and _; write {DEFINES} NAME:VALUES ( LAYERS )")
    if name in others or LAYER_KINDS.get(name.lower()):
        raise written.problem(f"{name!r} has a meaning already; give the block another name")
    if len(group.branches) > 1:
        raise written.problem("a block's layers are no branches; write add( .. | .. ) inside it")
    values: dict[str, str | None] = {}
    for part in rest.split(",") if colon else []:
        key, equals, value = part.partition("=")
        if not _NAME.fullmatch(key) or key in values:
            raise written.problem(f"{part or 'nothing'} names no value of its own; write NAME:a,b or NAME:a,b=1")
        values[key] = value if equals else None
    return Block(name, written.text, values, group.branches[0])


def filled_in(written: Written, values: Mapping[str, str] | None, within: str) -> Written:
    """A word with its {names} replaced by their values."""
    written = written._replace(within=within) if within else written
    if "{" not in written.text and "}" not in written.text:
        return written

    def value(found: re.Match[str]) -> str:
        if values is None or found[1] not in values:
            there = ", ".join("{" + key + "}" for key in values or ()) or "none"
            raise written.problem(f"nothing is called {found[0]} here; what a block leaves open: {there}")
        return values[found[1]]

    text = _PLACE.sub(value, written.text)
    if "{" in text or "}" in text:
        raise written.problem("{ and } stand around the name of what a block leaves open")
    return written._replace(text=text)
