"""A real shell on a terminal of its own, in which Tab is pressed."""

from __future__ import annotations

import os
import pty
import select
import shutil
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PROGRAMS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
# Ctrl-X writes the line as it stands into a file: what a terminal shows of it depends on its width.
SETUPS = {
    "bash": "bind 'set bell-style none'; source <(convcli completion bash); "
    'show() { printf %s "$READLINE_LINE" > "$LINE"; }; bind -x \'"\\C-x": show\'; echo ready-$((1+1))\n',
    "zsh": 'unsetopt beep; autoload -U compinit; compinit -u -D; eval "$(convcli completion zsh)"; '
    'show() { print -rn -- "$BUFFER" > "$LINE"; }; zle -N show; bindkey \'^X\' show; echo ready-$((1+1))\n',
    "fish": "convcli completion fish | source; bind \\cx 'commandline > $LINE'; echo ready-(math 1 + 1)\n",
}


def missing(shell: str) -> bool:
    """Whether the shell, or the command as it is installed, is not there."""
    return shutil.which(shell) is None or not (BIN / "convcli").exists()


class Shell:
    """A shell that has read the completion script.

    Args:
        folder: where it stands, and its home.
    """

    def __init__(self, shell: str, folder: Path) -> None:
        self._line = folder / ".line"
        environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb", "HOME": str(folder), "PS1": "$ ",
                       "LC_ALL": "C.UTF-8", "LINE": str(self._line)}  # fmt: skip
        self._process, self._terminal = pty.fork()
        if self._process == 0:  # pragma: no cover - the child becomes the shell
            os.chdir(folder)
            os.execvpe(PROGRAMS[shell][0], PROGRAMS[shell], environment)
        os.write(self._terminal, SETUPS[shell].encode())
        seen, end = b"", time.monotonic() + 20
        while b"ready-2" not in seen and time.monotonic() < end:
            seen += self._shown(0.05)
        self._shown(0.2)

    def tab(self, typed: str) -> str:
        """The line after Tab was pressed behind what was typed."""
        self._line.unlink(missing_ok=True)
        os.write(self._terminal, f"{typed}\t\x18".encode())
        end = time.monotonic() + 20
        while not (self._line.exists() and self._line.stat().st_size) and time.monotonic() < end:
            self._shown(0.02)
        os.write(self._terminal, b"\x15")  # Ctrl-U: away with the line
        self._shown(0.05)
        return self._line.read_text().rstrip("\n")

    def close(self) -> None:
        """End it."""
        os.kill(self._process, 9)
        os.waitpid(self._process, 0)
        os.close(self._terminal)

    def _shown(self, seconds: float) -> bytes:
        seen, end = b"", time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._terminal], [], [], left)[0]:
                seen += os.read(self._terminal, 1 << 16)
        return seen
