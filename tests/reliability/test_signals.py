"""Signals at random moments: every name holds a whole file, and running again completes the work."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.reliability.verdicts import contents
from tests.reliability.warm import ROOT, Warm

COUNT = 5
RNG = np.random.default_rng(15)


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `in` of small pictures."""
    folder = tmp_path_factory.mktemp("signals")
    (folder / "in").mkdir()
    for number in range(COUNT):
        Image.fromarray(RNG.integers(0, 256, (250, 200 + number, 3), dtype=np.uint8)).save(folder / f"in/{number}.png")
    return folder


def made(folder: Path) -> dict[str, bytes]:
    """The outputs that have a final name."""
    return {name: content for name, content in contents(folder).items() if not name.startswith(".")}


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_twenty_signals_at_random_moments(warm: Warm, photographs: Path, signum: signal.Signals) -> None:
    """Whole files only; after SIGTERM and SIGINT within a second, with 143 or 130 and no temporary file."""
    command = ("apply", "in/", "-k", "gaussian:sigma=2", "-q", "--skip-existing", "-o", "out/")
    shutil.rmtree(photographs / "out", ignore_errors=True)
    whole = warm.run(*command, cwd=photographs)
    assert whole.code == 0, whole.err
    reference = made(photographs / "out")
    assert len(reference) == COUNT
    moments, struck = random.Random(int(signum)), 0
    for _ in range(20):
        if len(made(photographs / "out")) == COUNT:
            shutil.rmtree(photographs / "out")
            (photographs / "out").mkdir()
        ended = warm.run(*command, cwd=photographs, kill=(signum, moments.uniform(0.005, 0.9 * whole.cpu)))
        assert "Traceback" not in ended.err, ended.err
        assert "Exception ignored" not in ended.err, ended.err
        assert all(content == reference[name] for name, content in made(photographs / "out").items())
        if ended.after_signal is None:
            assert ended.code == 0, ended
            continue
        struck += 1
        assert ended.after_signal < 1, ended
        if signum == signal.SIGKILL:
            assert ended.code in (0, -signum), ended
        else:  # a process that has nothing left to tidy may die of the signal itself
            assert ended.code in (0, 128 + signum, -signum), ended
            assert made(photographs / "out") == contents(photographs / "out")
    assert struck >= 10
    assert warm.run(*command, cwd=photographs).code == 0
    assert made(photographs / "out") == reference


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("suffix", ["png", "webp", "npy"])
def test_a_large_file_being_encoded_is_given_up_within_a_second(
    warm: Warm, tmp_path: Path, signum: signal.Signals, suffix: str
) -> None:
    """Even inside one call of a library that takes seconds; the old file is as it was."""
    np.save(tmp_path / "in.npy", RNG.integers(0, 256, (2400, 2400, 3), dtype=np.uint8))
    (tmp_path / f"out.{suffix}").write_bytes(b"old")
    delay = {"png": 0.35, "webp": 0.7, "npy": 0.05}[suffix]
    command = ("apply", "in.npy", "-k", "1", "-f", "-o", f"out.{suffix}")
    ended = warm.run(*command, cwd=tmp_path, kill=(signum, delay))
    assert ended.code == 128 + signum, ended
    assert ended.after_signal is not None
    assert ended.after_signal < 1
    assert "Traceback" not in ended.err
    assert (tmp_path / f"out.{suffix}").read_bytes() == b"old"
    assert sorted(contents(tmp_path)) == ["in.npy", f"out.{suffix}"]


def test_a_signal_ends_a_wait_for_stdin(warm: Warm, tmp_path: Path) -> None:
    """A pipe whose writer never writes: SIGTERM ends the command."""

    os.mkfifo(tmp_path / "pipe")
    keeps_it_open = os.open(tmp_path / "pipe", os.O_RDWR)
    ended = warm.run("apply", "pipe", "-k", "1", "-o", "out.png", cwd=tmp_path, kill=(signal.SIGTERM, 0.1))
    os.close(keeps_it_open)
    assert ended.code == 143, ended
    assert ended.after_signal is not None
    assert ended.after_signal < 1


PROGRAM = "import os, signal, sys, threading; from convcli.__main__ import program\n"


def struck(code: str, *words: str, path: Path) -> subprocess.CompletedProcess[str]:
    """A whole process of the program, which a piece of code strikes with a signal."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(path), str(ROOT)])}
    line = [sys.executable, "-c", PROGRAM + code + "\nprogram()", *words]
    return subprocess.run(line, capture_output=True, text=True, cwd=path, env=environment)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("module", "words"), [("convcli.cli.front_page", ["--version"]), ("click", ["flip", "1 2"])])
def test_a_signal_while_the_command_is_still_being_imported_says_nothing(
    tmp_path: Path, signum: signal.Signals, module: str, words: list[str]
) -> None:
    """The signal's own quiet action ends the process, or who watches for it: no traceback of an import."""
    strike = f"""
class Strike:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), {int(signum)})
            threading.Event().wait(5)
sys.meta_path.insert(0, Strike)
"""
    ended = struck(strike, *words, path=tmp_path)
    assert (ended.stdout, ended.stderr) == ("", "")
    assert ended.returncode == (128 + signum if module == "click" else -signum)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_module_of_outputs_is_half_imported_ends_the_process(
    tmp_path: Path, signum: signal.Signals
) -> None:
    """No file can have been begun: there is nothing to give up."""
    strike = f"""
import contextlib
manager = contextlib.contextmanager
def strike(function):
    if function.__module__ == "convcli.files.output":
        os.kill(os.getpid(), {int(signum)})
        threading.Event().wait(5)
    return manager(function)
contextlib.contextmanager = strike
"""
    ended = struck(strike, "apply", "1 2", "-k", "2", "-o", "out.npy", path=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signum, "", "")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_inside_the_start_of_a_thread_says_nothing(tmp_path: Path, signum: signal.Signals) -> None:
    """Nothing is raised where the standard library holds its locks: the watcher ends the process."""
    strike = f"""
begin = threading.Thread.start
def start(thread):
    begin(thread)
    if thread.name.startswith("convcli"):
        with threading._active_limbo_lock:
            for _ in range(100):
                os.kill(os.getpid(), {int(signum)})
                sum(range(100_000))
threading.Thread.start = start
"""
    names = ["1.npy", "2.npy", "3.npy"]
    for name in names:
        np.save(tmp_path / name, RNG.random((60, 50)))
    ended = struck(strike, "apply", *names, "-k", "box", "--jobs", "2", "-o", "out/", path=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signum, "", "")
    assert [name for name in contents(tmp_path) if name not in names] == []


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """As `nohup` and a shell's & have it."""
    strike = "signal.signal(signal.SIGINT, signal.SIG_IGN)\nos.kill(os.getpid(), signal.SIGINT)"
    ended = struck(strike, "apply", "1 2", "-k", "2", path=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "2 4\n", "")


FAILS_MEANWHILE = """
import os, signal, sys, threading, time, types
from convcli.cli import app, signals
begun, row = threading.Event(), types.ModuleType("row")
row.tidy = lambda: (begun.set(), time.sleep(0.3))
sys.modules["row"], signals.TIDIED = row, (("row", "tidy"),)
def fail(arguments):
    os.kill(os.getpid(), signal.SIGINT)
    begun.wait()
    raise FileNotFoundError("the folder that was tidied away")
app._called = fail
sys.exit(app.run(["flip"], alone=True))
"""


def test_what_fails_because_its_files_are_tidied_away_says_nothing() -> None:
    """While the process is ended, an error of the command is neither shown nor its exit code."""
    ended = subprocess.run([sys.executable, "-c", FAILS_MEANWHILE], cwd=ROOT, capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (130, b"")
