"""`convcli help`: the concepts that several commands share, and any command's help."""

from __future__ import annotations

import sys

import click

from convcli.cli.help import completion
from convcli.cli.help.groups import GroupedCommand
from convcli.errors import UsageError

HELP = """\b
Examples:
  convcli help borders
  convcli help pipes
  convcli help apply
  convcli help --man > convcli.1

Explain a TOPIC, or show a command's help; 'convcli help' lists the topics.
"""


@click.command(
    cls=GroupedCommand,
    help=HELP,
    short_help="Borders, kernels, display, pipes, sizes, exit codes.",
    purpose="Help",
    words=("topics", "man", "manual", "about"),
)
@click.argument("topic", required=False, shell_complete=completion.topics)
@click.option("--man", is_flag=True, help="The whole manual as a man page (troff).")
@click.pass_context
def command(ctx: click.Context, topic: str | None, man: bool) -> None:
    if man:
        from convcli.cli.help.man_page import man_page

        if topic is not None:
            raise UsageError(f"--man prints the page of the whole tool; leave out {topic!r}, or leave out --man")
        click.echo(man_page(ctx.find_root()), nl=False)
        return
    from convcli.cli.help.topics import explain_topic
    from convcli.report.printing.wrapping import flowed, terminal_width

    click.echo(flowed(explain_topic(topic, ctx.find_root()), terminal_width(sys.stdout)), nl=False)
