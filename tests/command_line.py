"""Run the command line in this process and see what a user would see."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from convcli.cli.app import run


@dataclass(frozen=True)
class Finished:
    """What a command left behind.

    Attributes:
        code: exit code.
        out: stdout, as bytes.
        err: stderr, as text.
    """

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """stdout as text."""
        return self.out.decode()

    @property
    def records(self) -> list[Any]:
        """stdout as JSON lines."""
        return [json.loads(line) for line in self.text.splitlines()]

    def refused(self, code: int, *words: str) -> bool:
        """Whether it ended with this code and one message of at most three lines that holds these words."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert self.code == code, self
        assert self.err.count("Error:") == 1, self.err
        assert len(lines) <= 3, self.err
        for word in words:
            assert word in self.err, (word, self.err)
        return True


class _Stream(io.TextIOWrapper):
    """A captured stream, whose bytes outlive it."""

    def __init__(self, content: bytes = b"") -> None:
        self.bytes = io.BytesIO(content)
        super().__init__(self.bytes, encoding="utf-8", write_through=True)


def convcli(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, deleted: bool = False) -> Finished:
    """Run `convcli ARGUMENTS` in a folder, which may be deleted first; stdout and stderr are no terminals."""
    given, out, err = _Stream(stdin), _Stream(), _Stream()
    before, handler = os.getcwd(), signal.getsignal(signal.SIGTERM)
    with mock.patch.multiple(sys, stdin=given, stdout=out, stderr=err):
        try:
            os.chdir(cwd or before)
            if cwd and deleted:
                cwd.rmdir()
            code = run([str(argument) for argument in arguments])
        finally:
            os.chdir(before)
            signal.signal(signal.SIGTERM, handler)
    return Finished(code, out.bytes.getvalue(), err.bytes.getvalue().decode())
