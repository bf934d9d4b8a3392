"""What Tab offers for the word that is being typed: names from the registries, and files where files are meant.

An offer is a function that Click calls with the context, the parameter and the word so far.  It reads rows and
loads no NumPy.  Files are found by the shell itself, or by `shells` where it cannot: see `files`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Offer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def words(*names: str) -> Offer:
    """These words, and nothing else."""
    return lambda ctx, param, incomplete: _offered(((name, None) for name in names), incomplete)


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders: one item that stands for all of them."""
    return [_files(incomplete)]


def inputs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Bundled samples, and files."""
    from convcli.files import sample_names

    samples = _offered(((f"sample:{name}", "a bundled picture") for name in sample_names()), incomplete)
    return samples if incomplete.startswith("sample:") else [*samples, _files(incomplete)]


def kernels(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of kernels and banks; after a colon, the arguments not given yet; after @, files."""
    from convcli.kernels.catalogue.families import banks, recipes

    if incomplete.startswith("@"):
        return [_files(incomplete, "@")]
    named = {recipe.name: recipe for recipe in recipes()} | {f"bank:{bank.name}": bank for bank in banks()}
    aliases = {alias: recipe for recipe in recipes() for alias in recipe.aliases}
    owner = _owner(incomplete, [*named, *aliases])
    if owner is None:  # an alias only where no name begins so
        offered = (_offered(((name, row.about) for name, row in rows.items()), incomplete) for rows in (named, aliases))
        return next(filter(None, offered), [])
    entry = named.get(owner) or aliases[owner]
    known = {argument.name: f"{argument.about} [{argument.default_text}]" for argument in entry.arguments}
    return _arguments(known, incomplete, len(owner) + 1)


def one_kernel(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """As `kernels`, without the banks."""
    return [item for item in kernels(ctx, param, incomplete) if not item.value.startswith("bank:")]


def borders(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Canonical names of borders; the one that takes a value ends at its colon."""
    from convcli.core.border import BORDERS

    constant = ("constant:", "c c c | a b c d | c c c: that value")
    return _offered([*((row.name, row.pattern) for row in BORDERS), constant], incomplete)


def transforms(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Moves of the grid by name; those that take a number end at their colon."""
    from convcli.core.equivariance.move_names import TRANSFORMS

    return _offered(((f"{name}{colon}", None) for name, colon, _ in (form.partition(":") for form in TRANSFORMS)),
                    incomplete)  # fmt: skip


def poolings(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """max: and avg:, and after the window its stride."""
    from convcli.core.pooling import POOLINGS

    kind, colon, window = incomplete.partition(":")
    if not colon:
        return _offered(((f"{name}:", None) for name in POOLINGS), incomplete)
    return _offered([(f"{kind}:{window.partition(',')[0]},stride=", None)] if "," in window else [], incomplete)


def claims(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of claims, with what they say; with --all, pictures."""
    from convcli.report.claims.claims import CLAIMS

    if ctx.params.get("everything"):
        return inputs(ctx, param, incomplete)
    return _offered(((claim.name, claim.sentence) for claim in CLAIMS), incomplete)


def answers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """An answer: files; then the commands that set an exercise; then what such a command takes, its inputs."""
    given = len(ctx.params.get(param.name or "") or ()) + bool(ctx.params.get("sheet"))
    return (
        _offered(((name, None) for name in ("apply", "explain", "flip", "matrix", "params")), incomplete)
        if given == 1
        else inputs(ctx, param, incomplete)
    )


def functions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of functions on a line, the second after a comma."""
    from convcli.core.claims.function_names import FUNCTION_NAMES

    first, comma, _ = incomplete.rpartition(",")
    return _offered(((f"{first}{comma}{name}", about) for name, about in FUNCTION_NAMES.items()), incomplete)


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of networks, and files; after a shape, kinds of layers and their options."""
    from convcli.core.network.kinds import LAYER_KINDS
    from convcli.core.network.zoo import NETWORKS

    before, blank, layer = incomplete.rpartition(" ")
    if not (blank or ctx.params.get(param.name or "")):
        if incomplete.startswith("@"):
            return [_files(incomplete, "@")]
        return [*_offered(((known.name, known.about) for known in NETWORKS), incomplete), _files(incomplete)]
    start = before + blank
    kind = LAYER_KINDS.get(layer.partition(":")[0]) if ":" in layer else None
    if kind is None:
        names = ((f"{start}{row.name}{':' if row.needs else ''}", row.form) for row in LAYER_KINDS)
        return _offered(names, incomplete)
    return _arguments(dict.fromkeys(kind.options), incomplete, len(start) + len(kind.name) + 1)


def topics(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Topics of `help`, and commands."""
    from convcli.cli.help.topics import TOPICS

    root = ctx.find_root()
    assert isinstance(root.command, click.Group)
    about = {name: (text.__doc__ or "").strip() for name, text in TOPICS.items()}
    commands = dict.fromkeys(root.command.list_commands(root), "the command's own --help")
    return _offered((commands | about).items(), incomplete)


def settings(known: Mapping[str, Sequence[str]], incomplete: str) -> list[CompletionItem]:
    """The text of a sweep, NAME=VALUES,...: names that are not given yet, and values that have names.

    Args:
        known: what "all" stands for, for each name.
    """
    *given, current = incomplete.split(",")
    start = incomplete[: len(incomplete) - len(current)]
    names = [piece.partition("=")[0] for piece in (*given, current) if "=" in piece]
    values = [*known.get(names[-1], ()), "all"] if names and known.get(names[-1]) else []
    if "=" in current:
        return _offered(((f"{start}{names[-1]}={value}", None) for value in values), incomplete)
    left = [f"{start}{name}=" for name in known if name not in names]
    return _offered(((text, None) for text in [*(start + value for value in values), *left]), incomplete)


def _owner(incomplete: str, names: Iterable[str]) -> str | None:
    """The kernel or bank whose arguments are being typed."""
    return max((name for name in names if incomplete.startswith(f"{name}:")), key=len, default=None)


def _arguments(known: Mapping[str, str | None], incomplete: str, begin: int) -> list[CompletionItem]:
    """The arguments that are not given yet, of NAME=VALUE,... from the place where they begin."""
    *given, current = incomplete[begin:].split(",")
    before = incomplete[: len(incomplete) - len(current)]
    taken = {text.split("=")[0] for text in given}
    return _offered(((f"{before}{name}=", about) for name, about in known.items() if name not in taken), incomplete)


def _offered(names: Iterable[tuple[str, str | None]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # loaded for Tab alone

    begun = [each for each in names if each[0].startswith(incomplete)]
    return [
        CompletionItem(name, help=about) for name, about in begun if name != incomplete or name[-1:] not in (":", "=")
    ]


def _files(incomplete: str, mark: str = "") -> CompletionItem:
    """What stands for the files whose path begins with the word, or with what follows the mark."""
    from click.shell_completion import CompletionItem

    return CompletionItem(incomplete, type="file", mark=mark)
