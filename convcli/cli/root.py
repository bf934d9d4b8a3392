"""The root group: which command a line names, and what Click makes of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from convcli import __version__
from convcli.cli import command_folder, front_page

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class CommandFolder(click.Group):
    """A group whose subcommands are the files and folders of `convcli.cli.commands`.

    Attributes:
        running: the command that the last line named, whose options messages speak of.
    """

    running: click.Command | None = None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As Click; an option that stands before the command it belongs to is answered with the line that was meant."""
        typed = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            from convcli.cli.first_words import no_option

            raise no_option(typed, self, ctx) or error from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return command_folder.command_names()

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """How a line is written: a command comes first."""
        return [front_page.USAGE]

    def get_help(self, ctx: click.Context) -> str:
        """The front page."""
        return front_page.front_page(front_page.columns())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return command_folder.command(cmd_name) if cmd_name in self.list_commands(ctx) else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands and what each says of itself; and the group's own options."""
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        items = [CompletionItem(name, help=command_folder.about(name).line) for name in names]
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        named = bool(args) and not (args[0][:1] == "-" and args[0][1:]) and not ctx.resilient_parsing
        if named and self.get_command(ctx, args[0]) is None:
            from convcli.cli.first_words import no_command

            raise no_command(args, self, ctx)
        name, command, rest = super().resolve_command(ctx, args)
        self.running = command
        return name, command, rest


@click.command(
    cls=CommandFolder,
    help=front_page.SUBJECT,
    context_settings={"help_option_names": list(front_page.HELP_OPTIONS), "max_content_width": front_page.WIDEST + 2},
)
@click.version_option(__version__, prog_name="convcli", message=front_page.VERSION)
def root() -> None:
    """Slide kernels over real pictures, and see what convolution is."""


def call(arguments: list[str]) -> int:
    """Run the command that a line names.

    Returns:
        The exit code.

    Raises:
        ConvcliError: whatever was wrong; what Click refuses, too, in our words.
    """
    root.running = None
    try:
        result = root.main(arguments or ["--help"], prog_name="convcli", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        from convcli.cli.usage import usage_message
        from convcli.errors import UsageError

        raise UsageError(usage_message(error)) from None
