"""What Tab offers, asked in this process."""

from __future__ import annotations

from click.shell_completion import ShellComplete

from convcli.cli.root import root


def completed(*words: str) -> list[str]:
    """What Tab offers for the last of the words."""
    found = ShellComplete(root, {}, "convcli", "_CONVCLI_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return [item.value for item in found]
