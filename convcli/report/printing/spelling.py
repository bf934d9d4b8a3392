"""Spelling: parameters as a reader of the command line knows them."""

from __future__ import annotations

from collections.abc import Iterable

from convcli.errors import Setting

_SHORT = {"kernels": "-k"}  # what options call by one letter alone


def as_option(setting: Setting) -> str:
    """A parameter as an option is written; what is no plain name stands as it is.

    >>> as_option(Setting("kernel_size")), as_option(Setting("size", "full")), as_option(Setting("SHAPE"))
    ('--kernel-size', '--size full', 'SHAPE')
    """
    plain = setting.name.isidentifier() and setting.name.islower()
    name = f"--{setting.name.replace('_', '-')}" if plain else setting.name
    name = _SHORT.get(setting.name, name)
    return f"{name} {setting.value}".rstrip()


def as_options(words: Iterable[str | Setting]) -> str:
    """Text in pieces as one, its parameters as options."""
    return "".join(as_option(word) if isinstance(word, Setting) else word for word in words)
