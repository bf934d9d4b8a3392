"""An output is whole or not there; devices, pipes and links stay what they are."""

from __future__ import annotations

import errno
import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli import images
from convcli.errors import InputError, OutputError, OutputExistsError
from convcli.files import output
from convcli.images import Picture

FULL = OSError(errno.ENOSPC, "No space left")
IMPORTS = "import sys\nfrom convcli import images\nfrom convcli.files import output\n"
OLD, NEW = b"the old content", b"something new and longer"


def only(folder: Path, *names: str) -> None:
    """Nothing else is in the folder: no temporary file was left."""
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_a_new_file_obeys_the_umask(tmp_path: Path) -> None:
    """The file has the bytes and the mode that any program would have given it."""
    mask = os.umask(0o027)
    try:
        output.write_bytes(str(tmp_path / "new"), NEW)
    finally:
        os.umask(mask)
    assert (tmp_path / "new").read_bytes() == NEW
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    only(tmp_path, "new")


def test_an_existing_file_needs_force_and_keeps_its_mode(tmp_path: Path) -> None:
    """Without force the old bytes stay; with it they are replaced and the mode is kept."""
    path = tmp_path / "file"
    path.write_bytes(OLD)
    path.chmod(0o604)
    with pytest.raises(OutputExistsError, match="use force to"):
        output.write_bytes(str(path), NEW)
    assert path.read_bytes() == OLD
    output.write_bytes(str(path), NEW, force=True)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    only(tmp_path, "file")


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit, FULL])
def test_any_exception_leaves_the_old_file(tmp_path: Path, failure: Any) -> None:
    """An exception half-way, an interrupt included, changes nothing and leaves nothing behind."""
    path = tmp_path / "file"
    path.write_bytes(OLD)
    raised = OutputError if isinstance(failure, OSError) else failure

    def fail_half_way() -> None:
        with output.safe_output(str(path), force=True) as stream:
            stream.write(NEW * 10_000)
            raise failure

    with pytest.raises(raised) as caught:
        fail_half_way()
    if raised is OutputError:
        assert "No space left" in str(caught.value)
    assert path.read_bytes() == OLD
    only(tmp_path, "file")


@pytest.mark.parametrize("failing", ["fsync", "replace", "chmod"])
def test_a_failing_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """EIO from the last steps is one error, with the old file whole."""

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    path = tmp_path / "file"
    path.write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(os, failing, fail)
        with pytest.raises(OutputError, match="Input/output error"):
            output.write_bytes(str(path), NEW, force=True)
    assert path.read_bytes() == OLD
    only(tmp_path, "file")


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """Without force, a file that somebody else made during the work stays theirs."""
    path = tmp_path / "file"

    def write_while_another_does() -> None:
        with output.safe_output(str(path)) as stream:
            stream.write(NEW)
            path.write_bytes(OLD)

    with pytest.raises(OutputExistsError):
        write_while_another_does()
    assert path.read_bytes() == OLD
    only(tmp_path, "file")


def test_without_hard_links_the_file_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links still gets its file."""

    def no_links(*arguments: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    output.write_bytes(str(tmp_path / "file"), NEW)
    assert (tmp_path / "file").read_bytes() == NEW
    only(tmp_path, "file")


def test_links_stay_links(tmp_path: Path) -> None:
    """A chain of links, relative ones and one to nowhere, leads to the file that is written."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "a").symlink_to("deep/b")
    (tmp_path / "deep" / "b").symlink_to("../real")
    output.write_bytes(str(tmp_path / "a"), OLD)
    output.write_bytes(str(tmp_path / "a"), NEW, force=True)
    assert (tmp_path / "a").is_symlink()
    assert (tmp_path / "deep" / "b").is_symlink()
    assert (tmp_path / "real").read_bytes() == NEW
    only(tmp_path, "a", "deep", "real")


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    """Links in a circle are an error, not a loop."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError, match="links"):
        output.write_bytes(str(tmp_path / "a"), NEW)


@pytest.mark.parametrize("name", ["", "no\0name", "missing/out.png", ".", "x" * 300])
def test_impossible_targets_are_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A folder that does not exist, a folder itself, a name too long: refused before the work where possible."""
    monkeypatch.chdir(tmp_path)
    if len(name) < 300:
        with pytest.raises(OutputError):
            output.check_target(name)
    with pytest.raises(OutputError):
        output.write_bytes(name, NEW)
    only(tmp_path)


@pytest.mark.parametrize("subject", ["folder", "file"])
def test_missing_permission_is_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subject: str) -> None:
    """A folder or file that may not be written to is refused (root may do anything, so access is imitated)."""
    path = tmp_path / "file"
    if subject == "file":
        path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda *arguments: False)
    with pytest.raises(OutputError, match="write-protected" if subject == "file" else "cannot be written to"):
        output.check_target(str(path), force=True)


def test_the_input_as_output_is_said(tmp_path: Path) -> None:
    """A target that is the input under another name is refused without force, and safe with it."""
    picture = Picture(np.arange(12, dtype=np.uint8).reshape(3, 4))
    images.write(picture, str(tmp_path / "in.png"))
    (tmp_path / "alias.png").hardlink_to(tmp_path / "in.png")
    with pytest.raises(OutputError, match="the input itself"):
        output.check_target(str(tmp_path / "alias.png"), source=str(tmp_path / "in.png"))
    read = images.read(str(tmp_path / "in.png"))
    images.write(read.with_pixels(read.pixels[::-1]), str(tmp_path / "in.png"), force=True)
    assert np.array_equal(images.read(str(tmp_path / "in.png")).pixels, picture.pixels[::-1])


def test_devices_stay_devices() -> None:
    """/dev/null takes everything without force and is a device afterwards."""
    images.write(Picture(np.zeros((4, 4), np.uint8)), "/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(OutputError, match="No space left"):
        output.write_bytes("/dev/full", bytes(1 << 20))


def test_a_fifo_is_written_straight_through(tmp_path: Path) -> None:
    """The reader of a FIFO gets the whole picture, and the FIFO stays."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(path.read_bytes()))
    reader.start()
    picture = Picture(np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8))
    images.write(picture, str(path), format="tiff")
    reader.join()
    assert np.array_equal(images.read("-", stdin=io.BytesIO(received[0])).pixels, picture.pixels)
    assert stat.S_ISFIFO(path.stat().st_mode)


def run(code: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    program = IMPORTS + code
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=False, check=False, **options)


@pytest.mark.parametrize("target", ["/dev/stdout", "/proc/self/fd/1", "/dev/fd/1", "-", "link"])
def test_stdout_sent_to_a_file_is_appended_to(tmp_path: Path, target: str) -> None:
    """What the shell opened is written where it stands: neither truncated nor replaced by a rename."""
    if target == "link":
        target = str(tmp_path / "link")
        os.symlink("/dev/stdout", target)
    with open(tmp_path / "out", "wb") as stdout:
        stdout.write(b"before ")
        stdout.flush()
        inode = os.fstat(stdout.fileno()).st_ino
        done = run("output.write_bytes(sys.argv[1], b'after')", target, stdout=stdout)
    assert done.returncode == 0
    assert (tmp_path / "out").read_bytes() == b"before after"
    assert (tmp_path / "out").stat().st_ino == inode


@pytest.mark.parametrize("buffering", [[], ["-u"]])
def test_stdout_as_a_slow_pipe_gets_every_byte(buffering: list[str]) -> None:
    """An unbuffered, even non-blocking stdout takes less than it is given; nothing is lost."""
    code = (
        "import os, sys\nfrom convcli.files import output\nos.set_blocking(1, False)\n"
        "output.write_bytes('-', bytes(range(256)) * 4000)\n"
    )
    with subprocess.Popen([sys.executable, *buffering, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        time.sleep(0.3)
        received = process.stdout.read()
    assert received == bytes(range(256)) * 4000


def test_closed_stdout_and_gone_readers() -> None:
    """A closed stdout is an output error; a reader that left is a broken pipe, for the caller to end on quietly."""
    code = (
        "from convcli.errors import OutputError\ntry:\n output.write_bytes('-', b'x')\nexcept OutputError: sys.exit(9)"
    )
    program = [
        "sh",
        "-c",
        'exec "$@" >&-',
        "sh",
        sys.executable,
        "-c",
        IMPORTS + code,
    ]
    assert subprocess.run(program, check=False).returncode == 9
    reading, writing = os.pipe()
    os.close(reading)
    gone = "import os\ntry:\n output.write_bytes('-', bytes(1 << 20))\nexcept BrokenPipeError: os._exit(8)"
    with os.fdopen(writing, "wb") as stdout:
        assert run(gone, stdout=stdout).returncode == 8


def test_a_full_disk_is_noticed_whatever_the_format(tmp_path: Path) -> None:
    """With a file-size limit as the full disk, every format fails by name and leaves no file."""
    code = """
import resource, signal
import numpy as np
from convcli.errors import OutputError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for suffix in ("png", "jpg", "tiff", "webp", "bmp", "ppm", "npy"):
    try:
        images.write(images.Picture(noise), f"{sys.argv[1]}/out.{suffix}", quality=100)
    except OutputError as error:
        assert "File too large" in str(error), error
    else:
        sys.exit(suffix)
"""
    assert run(code, str(tmp_path)).returncode == 0
    only(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path, number: signal.Signals) -> None:
    """Killed while it rewrites a file over and over, the file is one of the two whole ones."""
    path = tmp_path / "file"
    whole = [bytes([value]) * 300_000 for value in (1, 2)]
    path.write_bytes(whole[0])
    code = """
print("go", flush=True)
while True:
    for value in (2, 1):
        output.write_bytes(sys.argv[1], bytes([value]) * 300_000, force=True)
"""
    program = [sys.executable, "-c", IMPORTS + code, str(path)]
    random = np.random.default_rng(int(number))
    for _ in range(3):
        with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(float(random.uniform(0, 0.05)))
            process.send_signal(number)
        assert path.read_bytes() in whole


def test_a_process_that_ends_at_once_leaves_what_is_finished_and_nothing_else(tmp_path: Path) -> None:
    """The file being written goes, the finished one stays, and whoever would begin another waits for the end."""
    code = """
folder = sys.argv[1]
output.write_bytes(f"{folder}/finished", b"whole")
with output.safe_output(f"{folder}/half") as stream:
    stream.write(b"half")
    output.discard_unfinished()
    threading.Thread(target=output.write_bytes, args=(f"{folder}/late", b"late"), daemon=True).start()
    time.sleep(0.2)
    os._exit(130)
"""
    program = [sys.executable, "-c", "import os, sys, threading, time\n" + IMPORTS + code, str(tmp_path)]
    assert subprocess.run(program).returncode == 130
    only(tmp_path, "finished")
    assert (tmp_path / "finished").read_bytes() == b"whole"


def test_a_pipe_that_closes_is_named(tmp_path: Path) -> None:
    """A FIFO whose reader leaves is an output error with its name."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: os.close(os.open(path, os.O_RDONLY)))
    reader.start()
    with pytest.raises(OutputError, match="pipe"):
        output.write_bytes(str(path), bytes(1 << 22))
    reader.join()


def test_an_input_that_is_no_picture_leaves_no_output(tmp_path: Path) -> None:
    """Reading inside the block fails before anything has its final name."""
    (tmp_path / "bad").write_bytes(b"\0\1\2")
    with pytest.raises(InputError), output.safe_output(str(tmp_path / "out")):
        images.read(str(tmp_path / "bad"))
    only(tmp_path, "bad")


class ShortWriter(io.RawIOBase):
    """An unbuffered stdout: takes at most 5 bytes, and now and then none."""

    def __init__(self) -> None:
        self.content = b""
        self.calls = 0

    def write(self, content: Any) -> int | None:
        self.calls += 1
        if self.calls % 3 == 0:
            return None
        part = bytes(content[:5])
        self.content += part
        if self.calls % 3 == 1:
            return len(part)
        raise BlockingIOError(errno.EAGAIN, "full", len(part))


class Stdout:
    """What `sys.stdout` is to a writer of bytes."""

    def __init__(self, buffer: Any) -> None:
        self.buffer = buffer

    def flush(self) -> None:
        pass


def test_short_writes_are_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a write did not take is written again, from where it stopped."""
    writer = ShortWriter()
    monkeypatch.setattr(sys, "stdout", Stdout(writer))
    monkeypatch.setattr("select.select", lambda *arguments: None)
    output.write_bytes("-", NEW * 3)
    assert writer.content == NEW * 3
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError, match="closed"):
        output.write_bytes("-", NEW)


def test_a_gone_reader_of_stdout_stays_a_broken_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller decides how to end when nobody reads stdout any more."""

    class Gone(io.RawIOBase):
        def write(self, content: Any) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Stdout(Gone()))
    with pytest.raises(BrokenPipeError):
        images.write(Picture(np.zeros((2, 2), np.uint8)), "-")


def test_own_descriptors_are_written_to_as_they_stand(tmp_path: Path) -> None:
    """/dev/fd/N is the open file, not a name to be replaced."""
    with open(tmp_path / "out", "wb") as file:
        file.write(b"before ")
        file.flush()
        output.write_bytes(f"/dev/fd/{file.fileno()}", b"after")
    assert (tmp_path / "out").read_bytes() == b"before after"
    with pytest.raises(OutputError, match="Bad file descriptor"):
        output.write_bytes("/dev/fd/987", b"x")


def test_links_below_a_file_are_said(tmp_path: Path) -> None:
    """A path through a file is no folder."""
    (tmp_path / "file").write_bytes(OLD)
    with pytest.raises(OutputError, match="does not exist"):
        output.check_target(str(tmp_path / "file" / "out.png"))


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/./stdout", "/dev/fd/../stdout", "/dev/fd/1", "stdout", "./fd/1"])
def test_own_descriptors_are_known_by_any_path(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also from within /dev; a file of such a name elsewhere is a file."""
    monkeypatch.chdir("/dev")
    assert output.is_passed_through(name)
    monkeypatch.chdir("/")
    assert output.is_passed_through(name) == name.startswith("/dev")
