"""`convcli help`: the concepts that several commands share, and any command's help."""

from __future__ import annotations

import sys

import click

from convcli.cli import options, types
from convcli.cli.commands.help import ABOUT
from convcli.cli.help import completion
from convcli.cli.help.groups import GroupedCommand
from convcli.errors import UsageError

LATIN = 0x2000  # letters below are those of formulas

HELP = """\b
Examples:
  convcli help borders
  convcli help apply
  convcli help words --lang zh
  convcli help --man > convcli.1

Explain a TOPIC, or show a command's help; 'convcli help' lists the topics.
"""


@click.command(
    cls=GroupedCommand,
    help=HELP,
    about=ABOUT,
)
@click.argument("topic", required=False, shell_complete=completion.topics)
@click.option("--man", is_flag=True, help="The whole manual as a man page (troff).")
@click.option(
    "--lang",
    type=types.Names(options.languages),
    default=None,
    help="Language of the topics [default: that of LC_ALL, LC_MESSAGES or LANG, else en].",
)
@click.pass_context
def command(ctx: click.Context, topic: str | None, man: bool, lang: str | None) -> None:
    if man:
        _print_manual(ctx, topic, lang)
        return
    from convcli.cli.asked import remark
    from convcli.cli.help.topics import TOPICS, explain_topic
    from convcli.report.language.chosen import ENGLISH
    from convcli.report.printing.wrapping import flowed, terminal_width

    options.speak(ctx, lang)
    text = explain_topic(topic, ctx.find_root())
    if not _is_written(text):
        options.speak(ctx, ENGLISH)
        remark(f"in English: this terminal's encoding, {sys.stdout.encoding}, has no other characters", False)
        text = explain_topic(topic, ctx.find_root())
    elif lang not in (None, ENGLISH) and topic is not None and topic not in TOPICS:
        remark("a command's help is in English; topics are translated: see 'convcli help'", False)
    click.echo(flowed(text, terminal_width(sys.stdout)), nl=False)


def _is_written(text: str) -> bool:
    """Whether stdout has the letters of Chinese and other scripts; single signs may be escaped."""
    try:
        "".join(c for c in text if ord(c) > LATIN and c.isalpha()).encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _print_manual(ctx: click.Context, topic: str | None, lang: str | None) -> None:
    from convcli.cli.help.man_page import man_page

    if topic is not None:
        raise UsageError(f"--man prints the page of the whole tool; leave out {topic!r}, or leave out --man")
    if lang not in (None, "en"):
        raise UsageError(f"--man is in English alone; leave out --lang {lang}, or leave out --man for a topic")
    click.echo(man_page(ctx.find_root()), nl=False)
