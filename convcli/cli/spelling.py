"""Messages of the core, which speaks of parameters, as the running command spells its options."""

from __future__ import annotations

import click

from convcli.errors import ConvcliError, Setting
from convcli.report.printing.spelling import as_option


def spelled(error: ConvcliError, command: click.Command | None = None) -> str:
    """The message, each parameter as this command's option; as options are spelled elsewhere where it has none."""
    return error.spelled(lambda setting: _option(setting, command))


def _option(setting: Setting, command: click.Command | None) -> str:
    long = as_option(Setting(setting.name))
    for parameter in command.params if command is not None else ():
        if isinstance(parameter, click.Option) and long in parameter.opts:
            name = "/".join(parameter.opts) if parameter.is_flag else parameter.opts[0]
            return f"{name} {setting.value}".rstrip()
    return as_option(setting)
