"""Commands of others that misbehave: one clear message each, nothing left running, and the folder gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from convcli.files import processes
from convcli.files.private_folders import private_folder
from convcli.files.program_words import ProgramError
from convcli.files.programs import Limits, run
from tests.command_line import Finished, convcli
from tests.reliability.warm import ROOT

SH, PYTHON = ("sh", "-c"), (sys.executable, "-S", "-c")
POSIX = pytest.mark.skipif(os.name == "nt", reason="the commands are those of POSIX")
pytestmark = POSIX
FORKS = """\
import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(MARK)
        time.sleep(MARK)
"""
# What a command does, and words of the message. MARK is a number of seconds that nobody else sleeps.
HOSTILE = {
    "hangs": ((*SH, "sleep MARK"), "ended after 0.4 s without a result; --timeout"),
    "ignores SIGTERM": ((*SH, "trap '' TERM INT HUP; while :; do sleep MARK; done"), "ended after 0.4 s"),
    "writes nothing": (("true", "{in}", "{out}"), "wrote no picture"),
    "says nothing": (("true",), "wrote an empty file"),
    "prints garbage": (("head", "-c", "5000", "/dev/urandom"), "is no picture"),
    "prints words": (("echo", "hello"), "is no picture"),
    "prints for ever": (("yes",), "wrote more than 64 MiB"),
    "complains for ever": ((*SH, "yes >&2"), "wrote more than 64 MiB"),
    "writes a gigabyte": ((*SH, 'head -c 1G /dev/zero > "$0"; sleep MARK', "{out}"), "wrote more than 64 MiB"),
    "eats memory": ((*PYTHON, "x = b'x' * 10**9; import time; time.sleep(MARK)"), "more than 100 MiB of memory"),
    "forks": ((*PYTHON, FORKS), "wrote an empty file"),
    "forks and hangs": ((*PYTHON, FORKS + "time.sleep(MARK)"), "ended after 0.4 s"),
    "fails": ((*SH, "echo one >&2; echo 'no such \033[31mcolour' >&2; exit 7"), "exit code 7"),
    "crashes": ((*SH, "kill -SEGV $$"), "SIGSEGV"),
    "truncates": ((*SH, 'head -c 90 "$0" > "$1"', "{in}", "{out}"), "is no picture"),
    "deletes its input": ((*SH, 'rm "$0"', "{in}"), "wrote an empty file"),
    "makes a folder": (("mkdir", "{out}"), "made a folder"),
    "makes a pipe": (("mkfifo", "{out}"), "no file"),
    "locks a folder": ((*SH, 'mkdir -p "$0.d/e"; touch "$0.d/e/f"; chmod 0 "$0.d/e" "$0.d"', "{out}"), "no picture"),
    "writes elsewhere": (("cp", "{in}", "{out}.png"), "wrote no picture to out.png, but out.png.png"),
    "is not there": (("no-such-command-here", "{in}"), "there is no such command"),
    "is one word": (("cp {in} {out}",), "give its words one by one"),
    "is a folder": (("/tmp", "{in}"), "this is a folder"),
    "is not executable": ((str(ROOT / "LICENSE"), "{in}"), "not executable"),
    "has a strange head": (("./odd", "{in}"), "what its first line names is not there"),
}


@pytest.fixture
def emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which private folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    odd = tmp_path / "odd"
    odd.write_text("#!/no/such/program\n")
    odd.chmod(0o755)
    return tmp_path


def running(mark: str) -> list[str]:
    """The command lines of processes that bear the mark."""
    asked = subprocess.run(["ps", "-axo", "args="], capture_output=True, text=True)
    return [line for line in asked.stdout.splitlines() if mark in line]


def asked_of(words: tuple[str, ...], mark: str, cwd: Path, seconds: str = "60") -> Finished:
    """What `identify` says of a command; `seconds` is a limit that all else comes before, on a slow machine too."""
    words = tuple(word.replace("MARK", mark) for word in words)
    return convcli("identify", "--timeout", seconds, "--memory", "100", "--", *words, cwd=cwd)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_command_that_misbehaves_ends_in_one_message_and_leaves_nothing(name: str, emptied: Path) -> None:
    """Exit code 3; no process of it is left, no zombie of ours, no folder."""
    mark = f"86{abs(hash(name)) % 10000}.25"
    words, message = HOSTILE[name]
    before = processes.descendants(os.getpid(), processes.table())
    seconds = "0.4" if "ended after" in message else "60"
    assert asked_of(words, mark, emptied, seconds).refused(3, message)
    assert running(mark) == []
    assert processes.descendants(os.getpid(), processes.table()) <= before
    assert list((emptied / "tmp").iterdir()) == []


def test_what_a_command_says_is_quoted_and_cannot_draw(emptied: Path) -> None:
    """The last lines of stderr, without escape sequences."""
    words, _ = HOSTILE["fails"]
    assert "it said: one / no such colour" in asked_of(words, "1", emptied).err


def test_a_relative_path_is_meant_from_where_the_user_is(emptied: Path) -> None:
    """The command runs in the user's own folder, in his environment."""
    tool = emptied / "tool"
    tool.write_text('#!/bin/sh\npwd >&2; echo "$HOME" >&2; exit 1\n')
    tool.chmod(0o755)
    assert f"it said: {emptied} / {os.environ['HOME']}" in asked_of(("./tool",), "1", emptied).err


def test_a_limit_is_of_all_processes_together(tmp_path: Path) -> None:
    """Four children of 60 MB each are beyond 200 MB, though none of them is."""
    code = "import os, time\nfor _ in range(4):\n    if os.fork() == 0: break\nx = b'x' * 60_000_000\ntime.sleep(9)"
    with private_folder() as folder, pytest.raises(ProgramError, match="more than 200 MiB of memory") as caught:
        run((*PYTHON, code), folder, Limits(seconds=5, memory=200 << 20), name="forks")
    assert caught.value.limited


def test_time_begins_anew_with_every_sign_of_life() -> None:
    """Six answers of 0.1 s each are within 0.3 s for one."""
    with private_folder() as folder:
        code = "for i in 1 2 3 4 5 6; do sleep 0.1; touch $0/$i; done"
        ended = run(
            (*SH, code, folder), folder, Limits(seconds=0.3), name="slow", alive=lambda: len(os.listdir(folder))
        )
    assert ended.seconds > 0.5


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_command_with_us(signum: signal.Signals, code: int, tmp_path: Path) -> None:
    """Children that ignore signals, in sessions of their own, and the folder: gone within a second."""
    mark = f"87{int(signum)}.{os.getpid()}"
    script = f"trap '' INT TERM; setsid sleep {mark} & touch $0; sleep {mark}"
    words = [sys.executable, "-m", "convcli", "identify", "--", *SH, script, str(tmp_path / "begun")]
    place = tmp_path / "tmp"
    place.mkdir()
    environment = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, env=environment, cwd=tmp_path, stderr=subprocess.PIPE)
    until = time.monotonic() + 20
    while not (tmp_path / "begun").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert len(list(place.iterdir())) == 1
    process.send_signal(signum)
    assert process.wait(20) == code
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    until = time.monotonic() + 5  # what was killed may take a moment to go on a busy machine; the sleep is of hours
    while running(mark) and time.monotonic() < until:
        time.sleep(0.01)
    assert running(mark) == []
    assert list(place.iterdir()) == []
