"""`convcli help`: the concepts that several commands share, and any command's help."""

from __future__ import annotations

import click

from convcli.cli.grouped_help import GroupedCommand

HELP = """\b
Examples:
  convcli help borders
  convcli help pipes
  convcli help apply

Explain a TOPIC (borders, kernels, display, pipes, exit-codes, sizes), or show a command's help.
"""


@click.command(cls=GroupedCommand, help=HELP, short_help="Borders, kernels, display, pipes, sizes, exit codes.")
@click.argument("topic", required=False)
@click.pass_context
def command(ctx: click.Context, topic: str | None) -> None:
    from convcli.cli.topics import explain_topic

    click.echo(explain_topic(topic, ctx.find_root()), nl=False)
