"""The root group, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import warnings
from typing import Any

import click

from convcli import __version__
from convcli.cli import commands, signals, streams
from convcli.cli.help.groups import by_purpose
from convcli.errors import ConvcliError, printable

BEGIN = (
    "convcli apply sample:camera -k sobel-x -o edges.png",
    "convcli explain sample:camera",
    "convcli summary lenet-5",
)


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
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__) if module.name[0] != "_")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """How a line is written: a command comes first."""
        return ["COMMAND", "[ARGUMENTS]...", "[OPTIONS]..."]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it is, and lines to begin with that run in an empty folder."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{self.help} Examples:")
            for line in BEGIN:
                formatter.write(f"    {line}\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands alone, by what they are for: with two prompts they fit a screen of 24 lines."""
        rows = by_purpose({name: _command(name) for name in self.list_commands(ctx)})
        wide = max(len(purpose) for purpose, _, _ in rows)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_dl([(f"{purpose:<{wide}}  {name}", about) for purpose, name, about in rows])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(cmd_name) if cmd_name in self.list_commands(ctx) else None

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


def _command(name: str) -> click.Command:
    """That of a file or folder of `commands`."""
    command: click.Command = importlib.import_module(f"{commands.__name__}.{name}").command
    command.name = name
    return command


@click.command(
    cls=CommandFolder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each command has --help, with examples first; 'convcli help' lists topics.",
)
@click.version_option(__version__, prog_name="convcli", message="%(prog)s %(version)s")
def root() -> None:
    """Slide kernels over real pictures, and see what convolution is."""


def run(arguments: list[str], *, alone: bool = False) -> int:
    """Run one command line and return the process's exit code.

    Args:
        alone: the process is this command and nothing else: SIGINT and SIGTERM end it, by `signals`.
    """
    _settle_process()
    if alone:
        signals.take_over()
    try:
        return _run(arguments)
    except (KeyboardInterrupt, click.Abort):  # of a program that keeps its signals; files were given up on the way
        return signals.EXIT_CODES[signal.SIGINT]
    finally:
        signals.give_way()


def _run(arguments: list[str]) -> int:
    """Run one command line, and see that what it printed has arrived."""
    try:
        code = _translated(arguments)
        sys.stdout.flush()
        return code
    except OSError as error:
        if streams.has_no_reader(error):
            streams.abandon(sys.stdout)  # leave quietly
            return 1
        if not streams.is_full(error):
            raise
        streams.abandon(sys.stdout)
        return _say(f"stdout: cannot be written: {error.strerror}", 3)


def _translated(arguments: list[str]) -> int:
    """Run one command line; every error becomes a message and an exit code here."""
    if "_CONVCLI_COMPLETE" in os.environ:
        from convcli.cli.help.shells import add_shells

        add_shells()
    root.running = None
    try:
        result = root.main(arguments or ["--help"], prog_name="convcli", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except ConvcliError as error:
        from convcli.cli.first_words import completed
        from convcli.cli.spelling import spelled

        return _say(completed(spelled(error, root.running), error, arguments), error.exit_code)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        from convcli.cli.usage import usage_message

        return _say(usage_message(error), 2)
    except MemoryError:
        return _say("there is not enough memory; use a smaller picture, less padding or fewer kernels", 3)


def _settle_process() -> None:
    settle_arithmetic()
    streams.settle_streams()


def settle_arithmetic() -> None:
    """One thread a product, and no remarks of NumPy's."""
    # Bands run in our own threads; BLAS threads inside them would only fight over the cores.
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    # Overflow and NaN are reported by the commands, in numbers; NumPy's remarks would name our lines.
    warnings.filterwarnings("ignore", "(overflow|underflow|invalid value|divide by zero)", RuntimeWarning)


def _say(message: str, code: int) -> int:
    signals.give_way()
    from convcli.report.printing.wrapping import terminal_width, wrapped

    width = terminal_width(sys.stderr)
    lines = "\n".join(wrapped(printable(line, 400), width) for line in f"Error: {message}".splitlines()[:3])
    try:
        print(lines, file=sys.stderr)
    except OSError:  # a stderr that cannot be written: the exit code is left
        streams.abandon(sys.stderr)
    return code


def stop(code: int) -> Any:
    """Leave a command with an exit code: 1 says that a claim did not hold."""
    raise click.exceptions.Exit(code)
