"""What Click refuses, in the words of all other messages: what, where, the rule, the choices."""

from __future__ import annotations

import re

import click

from convcli.errors import OptionError, UsageError, advice, listed, nearest, printable


def usage_message(error: click.ClickException) -> str:
    """A refusal of Click's as one of ours, and where to read on."""
    context = getattr(error, "ctx", None)
    if context is None:
        return _one_line(error.format_message())
    return f"{_words(error, context)}\nsee '{context.command_path} --help'"


def _words(error: click.ClickException, context: click.Context) -> str:
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error.option_name, context)
    if isinstance(error, click.BadOptionUsage):
        return _misused(error.option_name, context)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return _missing(error.param, context)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{spelling_of(error.param)}: {_one_line(error.message)}"
    return _one_line(error.format_message())


def _no_such_option(given: str, context: click.Context) -> str:
    known = [name for parameter in context.command.params for name in parameter.opts if name.startswith("--")]
    near = nearest(given, [*known, "--help"])
    message = f"{_name(context)} has no option {printable(given)}"
    if near:
        return f"{message}; did you mean {listed(near, 'or')}?"
    if isinstance(context.command, click.Group):
        return f"{message}; options follow a command, as in 'convcli help --man'"
    return message


def _misused(given: str, context: click.Context) -> str:
    """An option without its value, or a switch with one."""
    option = next((each for each in context.command.params if given in (*each.opts, *each.secondary_opts)), None)
    if not isinstance(option, click.Option):
        return f"{given} is written in another way"
    if option.is_flag or option.count:
        return f"{given} is a switch and takes no value"
    meaning = (option.get_help_record(context) or ("", ""))[1].partition("  [")[0]
    return f"{given} needs a value, {_form(option, context)}. {_one_line(meaning)}"


def _missing(param: click.Parameter, context: click.Context) -> str:
    name = spelling_of(param)
    if isinstance(param.type, click.Choice):
        return f"{_name(context)} needs {name}; choose from {', '.join(map(str, param.type.choices))}"
    example = _example(context)
    return f"{_name(context)} needs {name}" + (f", as in: {example}" if example else "")


def _form(option: click.Option, context: click.Context) -> str:
    if isinstance(option.type, click.Choice):
        return ", ".join(map(str, option.type.choices))
    return option.make_metavar(context) if _takes_context() else option.make_metavar()  # type: ignore[call-arg]


def _takes_context() -> bool:
    return click.Parameter.make_metavar.__code__.co_argcount > 1  # from Click 8.2 on


def _example(context: click.Context) -> str:
    """The first example of the command's own help."""
    text = getattr(context.command, "text", None)
    shown = text() if text is not None else context.command.help or ""
    found = re.search(r"^ +(convcli .+?)(?: {2,}.*)?$", shown, re.MULTILINE)
    return found[1].partition(" | ")[0] if found else ""


def refuse_more(extra: list[str], context: click.Context) -> None:
    """Refuse words that are more than the command's arguments.

    Raises:
        UsageError: where there are any.
    """
    if not extra:
        return
    taken = [spelling_of(param) for param in context.command.params if isinstance(param, click.Argument)]
    takes = f"takes {listed(taken)} and nothing more" if taken else "takes options alone"
    shown = [printable(word.strip(), 40) for word in extra[:3]] + ["..."] * (len(extra) > 3)
    left = f"{listed(shown)} {'is' if len(extra) == 1 else 'are'} left over"
    raise UsageError(f"{_name(context)} {takes}; {left} (what holds blanks is written in quotes)")


def spelling_of(param: click.Parameter | None) -> str:
    """A parameter as it stands on the command line: the longest name of an option, an argument in capitals."""
    if param is None:
        return "value"
    return max(param.opts, key=len) if isinstance(param, click.Option) else (param.human_readable_name)


def not_among(param: click.Parameter | None, value: str, choices: list[str]) -> OptionError:
    """The refusal of a word that is none of the choices."""
    words = advice(value, choices)
    if words.startswith("did you mean") and 1 < len(choices) <= 12:
        words += f" the choices are {', '.join(choices)}"
    return OptionError(spelling_of(param), value, words)


def _name(context: click.Context) -> str:
    return context.info_name or "convcli"


def _one_line(text: str) -> str:
    return " ".join(text.split())
