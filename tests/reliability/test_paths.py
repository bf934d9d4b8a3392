"""Paths that are no plain files, and names that are hard to print."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.reliability.verdicts import contents, ends_well, one_message
from tests.reliability.warm import Warm

MATRIX = b"0 1 2; 3 4 5"


def _pipe_without_content(folder: Path) -> subprocess.Popen[bytes]:
    # A reader of a pipe that nobody writes to would wait for ever: a writer comes and goes.
    os.mkfifo(folder / "pipe")
    return subprocess.Popen([sys.executable, "-c", "open('pipe', 'w')"], cwd=folder)


def _socket(folder: Path) -> None:
    before = os.getcwd()
    os.chdir(folder)  # the name of a socket is at most 108 bytes long
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    os.chdir(before)


def _unreadable(folder: Path) -> None:
    (folder / "secret").write_bytes(MATRIX)
    (folder / "secret").chmod(0)


def _circle(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")


ODD: dict[str, tuple[str, Callable[[Path], object], tuple[str, ...]]] = {
    "missing": ("nothing.png", lambda folder: None, ("nothing.png", "there is no such file")),
    "near": ("pictur.png", lambda folder: (folder / "picture.png").touch(), ("did you mean picture.png?",)),
    "folder-missing": ("no/where.png", lambda folder: None, ("no/where.png",)),
    "empty-folder": ("empty", lambda folder: (folder / "empty").mkdir(), ("empty", "no pictures")),
    "link-to-nowhere": ("link", lambda folder: (folder / "link").symlink_to("gone"), ("link", "no such file")),
    "circle": ("a", _circle, ("a:", "cannot be read")),
    "socket": ("socket", _socket, ("socket", "this is a socket")),
    "file-as-folder": ("f/x.png", lambda folder: (folder / "f").touch(), ("f/x.png",)),
    "unreadable": ("secret", _unreadable, ("secret", "ermission denied")),
    "null-device": ("/dev/null", lambda folder: None, ("/dev/null", "empty")),
    "zero-device": ("/dev/zero", lambda folder: None, ("/dev/zero", "not recognised")),
    "random-device": ("/dev/urandom", lambda folder: None, ("/dev/urandom", "not recognised")),
    "pipe-without-content": ("pipe", _pipe_without_content, ("pipe", "empty")),
    "too-long-a-name": ("x" * 300 + ".png", lambda folder: None, ("xxxx",)),
    "too-long-a-path": ("x/" * 3000 + "y.png", lambda folder: None, ("x/x/",)),
    "empty-name": ("", lambda folder: None, ()),
    "blank-name": (" ", lambda folder: None, ()),
    "memory-of-itself": ("/proc/self/mem", lambda folder: None, ("/proc/self/mem",)),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_plain_file_is_refused_by_name(warm: Warm, least: int, tmp_path: Path, name: str) -> None:
    """Folders, devices, sockets, pipes and broken links: one message, no waiting, no endless reading."""
    text, make, words = ODD[name]
    writer = make(tmp_path)
    if name == "unreadable" and os.geteuid() == 0:
        pytest.skip("root reads everything")
    ended = warm.run("apply", text, "-k", "1", "-o", "out.png", cwd=tmp_path)
    if isinstance(writer, subprocess.Popen):
        writer.wait()
    assert ends_well(ended, least)
    assert one_message(ended, 3, *words)
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("command", [("-k", "@{}", "1"), ("{}", "-k", "1")])
@pytest.mark.parametrize("name", ["link-to-nowhere", "circle", "socket", "null-device", "zero-device", "empty-folder"])
def test_a_kernel_file_is_treated_as_an_input_is(
    warm: Warm, least: int, tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    """What is no plain file is no kernel either."""
    text, make, _ = ODD[name]
    make(tmp_path)
    arguments = [argument.format(text) for argument in command]
    ended = warm.run("apply", *arguments, "-o", "out.png", cwd=tmp_path)
    assert ends_well(ended, least)
    assert one_message(ended, 3, text)


HARD_NAMES = {
    "newline": b"two\nlines.txt",
    "escape": b"\x1b[31mred\x1b[0m.txt",
    "bell": b"ding\x07.txt",
    "carriage-return": b"a\rError: fake.txt",
    "markup": b"[bold]loud[/].txt",
    "closing-markup": b"[/].txt",
    "leading-minus": b"-k.txt",
    "two-minuses": b"--help.txt",
    "latin-1": b"caf\xe9.txt",
    "no-text-at-all": b"\xff\xfe\xfd.txt",
    "surrogate-bytes": b"\xed\xa0\x80.txt",
    "right-to-left": "a\u202egnp.txt".encode(),
    "line-separator": "a\u2028b.txt".encode(),
    "combining": "e\u0301.txt".encode(),
    "emoji": "🦆.txt".encode(),
    "percent": b"%s%n%(x)s.txt",
    "braces": b"{stem}{0}{kernel}.txt",
    "quotes": b"'\"`$(true).txt",
    "255-bytes": b"x" * 251 + b".txt",
    "255-wide-bytes": "é".encode() * 125 + b".txt",
    "tilde": b"~.txt",
    "blank-ends": b"  .txt",
    "star": b"*.txt",
}


def _write(path: bytes, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)  # "[/]" has a slash
    Path(os.fsdecode(path)).write_bytes(content)


@pytest.mark.parametrize("name", HARD_NAMES)
def test_a_hard_name_is_read_and_written(warm: Warm, least: int, tmp_path: Path, name: str) -> None:
    """A file of any name is processed, and a folder takes the result under the same name."""
    path = os.fsencode(tmp_path) + b"/" + HARD_NAMES[name]
    _write(path, MATRIX)
    for given in (b"./" + HARD_NAMES[name], path):
        ended = warm.run("apply", given, "-k", "2", "-f", "-o", "out/", cwd=tmp_path)
        assert ends_well(ended, least)
        assert ended.code == 0, ended.err
        made = os.listdir(os.fsencode(tmp_path / "out"))
        assert made == [os.path.basename(path)]
        assert Path(os.fsdecode(os.fsencode(tmp_path / "out") + b"/" + made[0])).read_text() == "0 2 4\n6 8 10\n"


@pytest.mark.parametrize("name", HARD_NAMES)
def test_a_hard_name_is_printed_escaped_on_one_line(warm: Warm, least: int, tmp_path: Path, name: str) -> None:
    """A message about such a file is one line of printable characters, and so is its JSON."""
    (tmp_path / "good.txt").write_bytes(MATRIX)
    path = b"./" + HARD_NAMES[name]
    _write(os.fsencode(tmp_path) + b"/" + HARD_NAMES[name], b"1 2; x")
    ended = warm.run("apply", path, "-k", "1", "-o", "out.npy", cwd=tmp_path)
    assert ends_well(ended, least)
    assert one_message(ended, 3, "line 1")
    assert len(ended.lines) == 1
    assert ended.lines[0].isprintable()
    for word in ("[bold]", "[/]"):
        assert (word in ended.err) == (word.encode() in path)
    ended = warm.run("apply", path, "good.txt", "-k", "1", "--json", "-q", "-o", "out/", cwd=tmp_path)
    assert ended.code == 3
    assert all(line.isprintable() for line in ended.lines)
    records = [json.loads(line) for line in ended.out.splitlines()]
    assert [("error" in record, "output" in record) for record in records] == [(True, False), (False, True)]
    assert records[0]["input"]["path"] == os.fsdecode(path)
    assert list(contents(tmp_path / "out")) == ["good.txt"]


@pytest.mark.parametrize("device", ["/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_a_device_is_written_through_and_stays_a_device(warm: Warm, tmp_path: Path, device: str) -> None:
    """/dev/null swallows, /dev/stdout passes on; neither is replaced by a file."""
    kind = os.stat("/dev/null").st_rdev
    ended = warm.run("apply", "1 2; 3 4", "-k", "2", "--format", "text", "-f", "-o", device, cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert ended.out == (b"" if device == "/dev/null" else b"2 4\n6 8\n")
    assert os.stat("/dev/null").st_rdev == kind


def test_a_pipe_as_output_gets_the_data_and_stays_a_pipe(warm: Warm, tmp_path: Path) -> None:
    """A reader of a named pipe gets every byte of a PNG."""
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=tmp_path, stdout=subprocess.PIPE)
    ended = warm.run("apply", "1 2; 3 4", "-k", "2", "--format", "npy", "-o", "pipe", cwd=tmp_path)
    content, _ = reader.communicate()
    assert ended.code == 0, ended.err
    assert np.load(io.BytesIO(content)).tolist() == [[2, 4], [6, 8]]
    assert (tmp_path / "pipe").is_fifo()
