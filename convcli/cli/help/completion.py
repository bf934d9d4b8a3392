"""What Tab offers: kernels with their arguments, banks, borders, samples.

Reads the registries and loads no NumPy.  Click asks these functions for one
word; it is bash that needs help, because it breaks words at ':' and '='.
"""

from __future__ import annotations

import os
import shlex

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

SHELLS = ("bash", "zsh", "fish")


def kernels(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of kernels and banks; after a colon, the arguments not given yet; after @, files."""
    from convcli.kernels.catalogue.families import banks, recipes

    if incomplete.startswith("@"):
        return _files(incomplete)
    entries = {recipe.name: recipe for recipe in recipes()} | {f"bank:{bank.name}": bank for bank in banks()}
    owner = _owner(incomplete, list(entries))
    if owner is None:
        return [
            CompletionItem(name, help=entry.about) for name, entry in entries.items() if name.startswith(incomplete)
        ]
    given = incomplete[len(owner) + 1 :].split(",")
    before = incomplete[: len(incomplete) - len(given[-1])]
    taken = {text.split("=")[0] for text in given[:-1]}
    arguments = [argument for argument in entries[owner].arguments if argument.name not in taken]
    return [
        CompletionItem(f"{before}{argument.name}=", help=f"{argument.about} [{argument.default_text}]")
        for argument in arguments
        if argument.name.startswith(given[-1])
    ]


def _owner(incomplete: str, names: list[str]) -> str | None:
    """The kernel or bank whose arguments are being typed."""
    owners = [name for name in names if incomplete.startswith(f"{name}:")]
    return max(owners, key=len) if owners else None


def one_kernel(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """As `kernels`, without the banks."""
    return [item for item in kernels(ctx, param, incomplete) if not item.value.startswith("bank:")]


def borders(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Canonical names of borders; the one that takes a value ends at its colon."""
    from convcli.core.border import border_choices

    names = [name.removesuffix("V") for name in border_choices()]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def inputs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Bundled samples, and files."""
    from convcli.files import sample_names

    samples = [f"sample:{name}" for name in sample_names()]
    return [CompletionItem(name) for name in samples if name.startswith(incomplete)] + _files(incomplete)


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders."""
    return _files(incomplete)


def _files(incomplete: str) -> list[CompletionItem]:
    """Files and folders that begin so; `@` in front is kept."""
    mark = "@" if incomplete.startswith("@") else ""
    folder, start = os.path.split(incomplete.removeprefix("@"))
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return []
    paths = [os.path.join(folder, name) for name in names if name.startswith(start) and (start or name[0] != ".")]
    return [CompletionItem(f"{mark}{path}{'/' if os.path.isdir(path) else ''}") for path in paths]


class WholeWordBash(BashComplete):
    """Click's bash completion for words that hold ':' and '='.

    bash breaks `gaussian:sigma=2` into five words and replaces only the last;
    so the line itself is read here, and the part bash keeps is cut off again.
    """

    source_template = """\
%(complete_func)s() {
    local line="${COMP_LINE:0:COMP_POINT}" response completion kept
    local word="${line##*[[:space:]]}"
    kept="${word%%"${word##*[:=]}"}"
    COMPREPLY=()
    response=$(env COMP_WORDS="$line" COMP_CWORD="$COMP_CWORD" %(complete_var)s=bash_complete "$1")
    while IFS= read -r completion; do
        completion="${completion#*,}"
        [[ -n "$completion" ]] && COMPREPLY+=("${completion#"$kept"}")
    done <<< "$response"
    case "${COMPREPLY[0]-}" in *=|*:|*/) compopt -o nospace;; esac
}
complete -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one being typed, and that one, from the line itself."""
        line = os.environ["COMP_WORDS"]
        lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
        lexer.whitespace_split, lexer.commenters = True, ""
        words: list[str] = []
        try:
            words.extend(lexer)
        except ValueError:  # an open quote: what is inside it is the word being typed
            words.append(lexer.token)
        incomplete = "" if not words or line[-1:].isspace() else words.pop()
        return words[1:], incomplete


def script(shell: str, root: click.Command) -> str:
    """The text that a shell's start-up file sources."""
    from click.shell_completion import get_completion_class

    complete = get_completion_class(shell)
    assert complete is not None
    return complete(root, {}, "convcli", "_CONVCLI_COMPLETE").source()


add_completion_class(WholeWordBash)
