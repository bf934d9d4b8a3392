"""Tab in bash, zsh and fish: each shell's script, and what it is answered.

Every shell sends the line up to the cursor as it was typed, and gets lines whose first word says what the rest is:
a name ("plain"), a name that the next word goes on from at once ("open"), or files ("file"), which zsh and fish
find themselves, and so does bash where nothing else is meant.
"""

from __future__ import annotations

import os
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete
from click.shell_completion import add_completion_class as add_shell

from convcli.cli.help.line import Line, read_line

OPEN_ENDS = ("=", ":", "/")
_SPECIAL = " \t\"'\\$`!&;()<>|*?[]{}#~^"  # what bash, unquoted, takes for something else

BASH = """\
%(complete_func)s() {
    local response line kind
    COMPREPLY=()
    response=$(env COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "${1/#\\~\\//$HOME/}" 2> /dev/null)
    [[ -n "$response" ]] && while IFS= read -r line; do
        kind="${line%%%%,*}"
        [[ "$kind" == file ]] || COMPREPLY+=("${line#*,}")
        [[ "$kind" == file ]] && compopt -o default 2> /dev/null
        [[ "$kind" == open ]] && compopt -o nospace 2> /dev/null
    done <<< "$response"
}
complete -F %(complete_func)s %(prog_name)s
"""
ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local -a plain open
    local line kind rest mark files=
    for line in "${(@f)$(env COMP_WORDS="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" \\
        %(complete_var)s=zsh_complete "${words[1]/#\\~\\//$HOME/}" 2> /dev/null)}"; do
        kind="${line%%%%,*}" rest="${line#*,}"
        case "$kind" in
            file) files=1 mark="$rest" ;;
            open) open+=("$rest") ;;
            plain) plain+=("$rest") ;;
        esac
    done
    (( $#plain )) && _describe -V %(prog_name)s plain -Q
    (( $#open )) && _describe -V '%(prog_name)s, to be continued' open -Q -S ''
    if [[ -n $files ]]; then
        [[ -n $mark ]] && compset -P "${(b)mark}"
        _files
    fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
FISH = """\
function %(complete_func)s
    set -l token (commandline -ct)
    set -l name (string replace -r '^~/' "$HOME/" -- (commandline -po)[1])
    for line in (env COMP_WORDS=(commandline -cp | string collect) %(complete_var)s=fish_complete $name 2> /dev/null)
        set -l parts (string split -m 1 , -- $line)
        if test $parts[1] = file
            set -l mark $parts[2]
            set -l quote (string match -r '^["\\x27]' -- "$token")
            set -l start "$quote"(string sub -s (math (string length -- "$quote$mark") + 1) -- "$token")
            for path in (complete -C "'' $start")
                echo -- $mark$path
            end
        else
            echo -- $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _Typed(ShellComplete):
    """What the three shells have in common: the line as it was typed."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one being typed, and that one."""
        line = self.line()
        return line.words[1:], line.word

    def line(self) -> Line:
        """The line up to the cursor."""
        return read_line(os.environ["COMP_WORDS"], os.environ.get("COMP_BREAKS", ""))

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """As Click; in `--border=re` with the option's name in front, which stays where it is."""
        items = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if not (equals and option.startswith("--")):
            return items
        name = option + equals
        return [
            CompletionItem(name + item.value, item.type, item.help, mark=name + (item.mark or "")) for item in items
        ]

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """One line of the answer; a file's is the part of the word that is no path."""
        if item.type == "file":
            return f"file,{item.mark or ''}"
        return f"{'open' if item.value.endswith(OPEN_ENDS) else 'plain'},{self.shown(item)}"

    def shown(self, item: CompletionItem[Any]) -> str:
        """A name and what it means, as the shell wants them."""
        raise NotImplementedError


class Bash(_Typed, BashComplete):
    """bash replaces what follows the last break of words, takes it as it is, and shows no meanings."""

    source_template = BASH

    def source(self) -> str:
        """The script; Click's would start a bash to ask for its version."""
        return ShellComplete.source(self)

    def complete(self) -> str:
        """The answer; where files stand beside names, or behind an @, bash is told which."""
        line = self.line()
        items = self.get_completions(*self.get_completion_args())
        marks = [item.mark or "" for item in items if item.type == "file"]
        if len(items) == 1 and marks == [line.raw[: line.begin].strip("\"'")]:
            return "file,"  # bash itself does this best
        names = [item.value for item in items if item.type != "file"]
        names += [path for mark in marks for path in _paths(line.word, mark, expand=not line.quote)]
        return "\n".join(
            f"{'open' if name.endswith(OPEN_ENDS) else 'plain'},{_typed_on(line, name)}"
            for name in names
            if name.isprintable()
        )


class Zsh(_Typed, ZshComplete):
    """zsh shows the meaning behind a colon."""

    source_template = ZSH

    def shown(self, item: CompletionItem[Any]) -> str:
        """The name, its colons escaped, and its meaning."""
        name = item.value.replace("\\", "\\\\").replace(":", "\\:")
        return f"{name}:{item.help}" if item.help else name


class Fish(_Typed, FishComplete):
    """fish shows the meaning behind a tab."""

    source_template = FISH

    def shown(self, item: CompletionItem[Any]) -> str:
        """The name, and its meaning."""
        return f"{item.value}\t{item.help}" if item.help else str(item.value)


def _typed_on(line: Line, name: str) -> str:
    """What bash puts in the place of the part that it completes: that part as it was typed, and what is new."""
    new = name[len(line.word) :]
    if line.quote == '"':
        new = "".join(f"\\{letter}" if letter in '"\\$`' else letter for letter in new)
    elif line.quote:
        new = new.replace("'", "'\\''")
    else:
        new = "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in new)
    return line.raw[line.begin :] + new


def _paths(word: str, mark: str, *, expand: bool) -> list[str]:
    """Files and folders whose path begins as the word does behind its mark; hidden ones where a dot was typed.

    Args:
        expand: look where ~ and $NAME point to, as the shell will.
    """
    folder, start = os.path.split(word[len(mark) :])
    place = os.path.expandvars(os.path.expanduser(folder + "/" if folder else "")) if expand else folder
    try:
        with os.scandir(place or ".") as entries:
            found = sorted((entry.name, entry.is_dir()) for entry in entries if entry.name.startswith(start))
    except OSError:
        return []
    shown = [(name, is_folder) for name, is_folder in found if start or name[0] != "."]
    before = word[: len(word) - len(start)]
    return [f"{before}{name}{'/' if is_folder else ''}" for name, is_folder in shown]


def script(shell: str, root: click.Command) -> str:
    """The text that a shell's start-up file sources."""
    classes: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}
    return classes[shell](root, {}, "convcli", "_CONVCLI_COMPLETE").source()


def add_shells() -> None:
    """Let Click answer these shells by these classes."""
    for shell in (Bash, Zsh, Fish):
        add_shell(shell)
