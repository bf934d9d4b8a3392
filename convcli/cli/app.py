"""The root group, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import threading
from types import FrameType
from typing import Any, NoReturn

import click

from convcli import __version__
from convcli.cli import commands
from convcli.errors import ConvcliError, UnknownNameError, nearest, printable

INTERRUPTED, TERMINATED = 130, 143


class CommandFolder(click.Group):
    """A group whose subcommands are the files of `convcli.cli.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__) if module.name[0] != "_")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{commands.__name__}.{cmd_name}")
        command: click.Command = module.command
        command.name = cmd_name
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        named = bool(args) and not args[0].startswith("-") and not ctx.resilient_parsing
        if named and self.get_command(ctx, args[0]) is None:
            raise UnknownNameError("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


@click.command(
    cls=CommandFolder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each command's --help begins with examples.",
)
@click.version_option(__version__, prog_name="convcli", message="%(prog)s %(version)s")
def root() -> None:
    """Slide kernels over real pictures, and see what convolution is."""


def run(arguments: list[str]) -> int:
    """Run one command line and return the process's exit code."""
    _settle_process()
    if "_CONVCLI_COMPLETE" in os.environ:
        importlib.import_module("convcli.cli.completion")  # it teaches Click to read bash's words whole
    try:
        result = root.main(arguments, prog_name="convcli", standalone_mode=False)
        _flush_stdout()
        return result if isinstance(result, int) else 0
    except ConvcliError as error:
        return _say(str(error), error.exit_code)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        return _say(_usage_message(error), 2)
    except BrokenPipeError:
        return _abandon_stdout()
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(INTERRUPTED)
    except _Terminated:
        return _interrupted(TERMINATED)


class _Terminated(BaseException):
    """SIGTERM, as an exception, so that temporary files are removed on the way out."""


def _on_sigterm(signum: int, frame: FrameType | None) -> NoReturn:
    raise _Terminated


def _settle_process() -> None:
    # Bands run in our own threads; BLAS threads inside them would only fight over the cores.
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    signal.signal(signal.SIGTERM, _on_sigterm)


def _usage_message(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption) and context is not None:
        message = _no_such_option(error, context)
    if context is not None and context.command_path:
        message += f"\nsee '{context.command_path} --help'"
    return message


def _no_such_option(error: click.NoSuchOption, context: click.Context) -> str:
    known = [name for parameter in context.command.params for name in parameter.opts if name.startswith("--")]
    near = nearest(error.option_name, known)
    return f"no such option: {error.option_name}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _say(message: str, code: int) -> int:
    lines = "\n".join(printable(line, 400) for line in message.splitlines()[:3])
    print(f"Error: {lines}", file=sys.stderr)
    return code


def _flush_stdout() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _abandon_stdout() -> int:
    # The reader has gone: leave quietly, and keep the interpreter from flushing into the closed pipe.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _interrupted(code: int) -> int:
    """Leave at once after a signal: half-written temporary files go, threads are not waited for."""
    output = sys.modules.get("convcli.images.output")
    if output is not None:
        output.discard_unfinished()
    if threading.active_count() > 1:
        os._exit(code)
    return code


def stop(code: int) -> Any:
    """Leave a command with an exit code: 1 says that a claim did not hold."""
    raise click.exceptions.Exit(code)
