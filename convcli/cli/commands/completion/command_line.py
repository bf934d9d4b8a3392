"""`convcli completion`: the script that makes Tab work."""

from __future__ import annotations

import click

from convcli.cli import types
from convcli.cli.commands.completion import ABOUT
from convcli.cli.help.groups import GroupedCommand

HELP = """\b
Examples:
  convcli completion bash >> ~/.bashrc
  convcli completion zsh >> ~/.zshrc
  convcli completion fish > ~/.config/fish/completions/convcli.fish

Print the script that makes Tab complete, in that shell: commands, options, whatever has names, and files.
"""


@click.command(
    cls=GroupedCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("shell", type=types.choice("bash", "zsh", "fish"))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    from convcli.cli.help.shells import script

    click.echo(script(shell, ctx.find_root().command), nl=False)
