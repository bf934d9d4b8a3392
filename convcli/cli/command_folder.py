"""The commands that there are: the files and folders of `convcli.cli.commands`.

A folder says what its command is for in its `__init__`, and loads the command itself on use; a file is loaded for it.
"""

from __future__ import annotations

import os
import sys

from convcli.cli import commands
from convcli.cli.about import About

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    import click

SUFFIXES = (".py", ".pyc")


def command_names() -> list[str]:
    """Those of the files and folders, sorted."""
    return sorted({name for folder in commands.__path__ for name in _modules(folder) if name[0] != "_"})


def _modules(folder: str) -> Iterator[str]:
    """As `pkgutil` finds them, which takes as long to import as all the rest of the list of commands."""
    try:
        entries = os.listdir(folder)
    except OSError:  # inside a zip
        import pkgutil

        yield from (module.name for module in pkgutil.iter_modules([folder]))
        return
    for entry in entries:
        name, suffix = os.path.splitext(entry)
        if name.isidentifier() and (suffix in SUFFIXES or (not suffix and _is_package(os.path.join(folder, name)))):
            yield name


def _is_package(folder: str) -> bool:
    return any(os.path.exists(os.path.join(folder, f"__init__{suffix}")) for suffix in SUFFIXES)


def about(name: str) -> About:
    """What the command of that name says of itself."""
    stated: About | None = getattr(_module(name), "ABOUT", None)
    return stated or _about_loaded(command(name))


def _about_loaded(command: click.Command) -> About:
    """Of a command that says nothing, what Click's own lists would show."""
    stated: About | None = getattr(command, "about", None)
    return stated or About("More", command.get_short_help_str(limit=100))


def command(name: str) -> click.Command:
    """The command of that name."""
    found: click.Command = _module(name).command
    found.name = name
    return found


def _module(name: str) -> ModuleType:
    full = f"{commands.__name__}.{name}"
    __import__(full)  # what `importlib` does, which would have to be imported first
    return sys.modules[full]
