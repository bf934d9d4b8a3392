"""The console script in odd surroundings: locales, closed and full streams, interpreter switches, no home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SCRIPT = Path(sys.executable).with_name("convcli")
ROOT = Path(__file__).parents[2]
PIXELS = np.random.default_rng(17).integers(0, 256, (60, 70, 3), dtype=np.uint8)
EXPECTED = {"1 2; 3 4": "4 3\n2 1\n"}


def script(*arguments: str, cwd: Path, environment: dict[str, str] | None = None, **streams: object) -> tuple:
    """Exit code, stdout and stderr of the installed command."""
    command = [str(SCRIPT)] if SCRIPT.exists() else [sys.executable, "-m", "convcli"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 30, **streams}
    done = subprocess.run([*command, *arguments], cwd=cwd, env=_environment(environment), check=False, **options)
    return done.returncode, done.stdout or b"", (done.stderr or b"").decode("utf-8", "replace")


def shell(text: str, cwd: Path) -> tuple[int, bytes, str]:
    """The same through bash; CONVCLI stands for the command."""
    command = str(SCRIPT) if SCRIPT.exists() else f"{sys.executable} -m convcli"
    text = "set -o pipefail; " + text.replace("CONVCLI", command)
    done = subprocess.run(["bash", "-c", text], cwd=cwd, env=_environment(None), capture_output=True, timeout=30)
    return done.returncode, done.stdout, done.stderr.decode()


def _environment(changes: dict[str, str] | None) -> dict[str, str]:
    base = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/"}
    return {name: value for name, value in {**base, **(changes or {})}.items() if value != "-"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a picture."""
    Image.fromarray(PIXELS).save(tmp_path / "in.png")
    return tmp_path


SURROUNDINGS: dict[str, dict[str, str]] = {
    "plain-c": {"LC_ALL": "C"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii-strict": {"PYTHONIOENCODING": "ascii:strict"},
    "no-such-locale": {"LC_ALL": "xx_YY.UTF-8", "LANG": "zz"},
    "warnings-are-errors": {"PYTHONWARNINGS": "error"},
    "unbuffered": {"PYTHONUNBUFFERED": "1"},
    "development-mode": {"PYTHONDEVMODE": "1"},
    "no-home": {"HOME": "-"},
    "home-missing": {"HOME": "/does/not/exist"},
    "odd-terminal": {"TERM": "no-such-terminal", "COLUMNS": "-3", "LINES": "many"},
    "no-colour": {"NO_COLOR": "1", "FORCE_COLOR": "1"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
}


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_surroundings_change_nothing(folder: Path, name: str) -> None:
    """A batch of a picture and a missing one: pixels, JSON and the message are as ever, and nothing else is said."""
    command = ("apply", "in.png", "café.png", "-k", "1", "-q", "--json", "-o", "out/")
    code, out, err = script(*command, cwd=folder, environment=SURROUNDINGS[name])
    assert code == 3
    with Image.open(folder / "out" / "in.png") as made:
        assert np.array_equal(np.asarray(made), PIXELS)
    records = [json.loads(line) for line in out.decode("latin-1" if name == "latin-1" else "utf-8").splitlines()]
    assert ["error" in record for record in records] == [False, True]
    assert records[1]["input"]["path"] in ("café.png", "caf\udcc3\udca9.png")
    message, counts = err.splitlines()
    assert message.startswith("Error: caf")
    assert message.endswith("there is no such file")
    assert counts == "1 done, 1 failed"


@pytest.mark.parametrize("name", ["ascii", "ascii-strict", "odd-terminal"])
def test_tables_are_printed_whatever_the_stream_can_hold(folder: Path, name: str) -> None:
    """A terminal without the signs of mathematics gets escapes, never a traceback."""
    for command in (("kernels", "sobel-x"), ("params", "9x9", "--kernel", "3x3"), ("summary", "lenet-5")):
        code, out, err = script(*command, cwd=folder, environment=SURROUNDINGS[name])
        assert (code, err) == (0, "")
        assert len(out.splitlines()) > 3


CLOSED = {
    "stdout-closed": ("CONVCLI flip '1 2' >&-", 3, "standard output is closed"),
    "stdout-closed-picture": ("CONVCLI apply in.png -k 1 >&-", 3, "standard output is closed"),
    "stdout-closed-table": ("CONVCLI kernels >&-", 3, "standard output is closed"),
    "stdout-not-needed": ("CONVCLI apply in.png -k 1 -q -o out.png >&-", 0, ""),
    "stderr-closed": ("CONVCLI flip '1 2; x' 2>&-", 2, ""),
    "stderr-not-needed": ("CONVCLI apply in.png -k 1 -o out.png 2>&-", 0, ""),
    "stdin-closed-kernel": ("CONVCLI flip @- <&-", 3, "standard input is closed"),
    "stdin-closed-network": ("CONVCLI summary @- <&-", 3, "standard input is closed"),
    "all-closed": ("CONVCLI apply in.png -k 1 -o out.png <&- >&- 2>&-", 0, ""),
    "full": ("CONVCLI kernels >/dev/full", 3, "No space left on device"),
    "full-help": ("CONVCLI --help >/dev/full", 3, "No space left on device"),
    "full-json": ("CONVCLI summary lenet-5 --json >/dev/full", 3, "No space left on device"),
    "full-unbuffered": ("PYTHONUNBUFFERED=1 CONVCLI kernels >/dev/full", 3, "No space left on device"),
    "full-stderr": ("CONVCLI flip '1 2; x' 2>/dev/full", 2, ""),
    "head": ("CONVCLI apply sample:coffee -k 1 -q | head -c 1 >/dev/null", 1, ""),
    "head-text": ("CONVCLI apply sample:camera -k 1 -q --format text | head -c 1 >/dev/null", 1, ""),
    "head-unbuffered": (
        "PYTHONUNBUFFERED=1 CONVCLI apply sample:camera -k 1 -q --format npy | head -c 1 >/dev/null", 1, ""
    ),
    "head-of-both": ("CONVCLI kernels nonsense 2>&1 | true", 2, ""),
    "reader-gone": ("(sleep 0.5; CONVCLI kernels) | true", 1, ""),
    "read-only-folder": ("mkdir ro && chmod 555 ro && cd ro && CONVCLI apply ../in.png -k 1 -q -o ../out.png", 0, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSED)
def test_streams_that_are_closed_or_full(folder: Path, name: str) -> None:
    """Non-zero unless the stream was not needed; quiet, or one line; never a traceback."""
    text, code, word = CLOSED[name]
    ended, _, err = shell(text, folder)
    assert ended == code, err
    assert word in err
    assert err.count("\n") == (1 if word else 0), err


def test_a_closed_stdout_does_not_end_up_in_a_file(folder: Path) -> None:
    """With descriptor 1 free, the next file that is opened must not take what is printed."""
    assert shell("CONVCLI apply in.png -k 1 -o out.png >&- 2>/dev/null", folder)[0] == 0
    with Image.open(folder / "out.png") as made:
        assert np.array_equal(np.asarray(made), PIXELS)


def test_json_is_valid_whatever_the_numbers_are(folder: Path) -> None:
    """NaN and infinity become null; stderr says that they are there."""
    values = np.ones((5, 6), np.float32)
    values[2, 3], values[4, 5] = np.nan, np.inf
    np.save(folder / "nan.npy", values)
    code, out, err = script("apply", "nan.npy", "-k", "1 1", "--json", "-o", "out.npy", cwd=folder)
    assert code == 0, err
    record = json.loads(out, parse_constant=lambda text: pytest.fail(f"{text} is no JSON"))
    assert record["output"]["dtype"] == "float32"
    assert "NaN or infinity" in err
    made = np.load(folder / "out.npy")
    assert np.argwhere(~np.isfinite(made)).tolist() == [[2, 3], [2, 4], [4, 5]], "two taps: this pixel and the next"


def test_help_and_version_need_no_home_and_no_folder(tmp_path: Path) -> None:
    """In a folder that was removed, --help, --version and work elsewhere still work."""
    gone = tmp_path / "gone"
    gone.mkdir()
    code, out, err = shell(f"cd gone && rmdir {gone} && CONVCLI --version && CONVCLI flip '1 2; 3 4'", tmp_path)
    assert (code, err) == (0, "")
    assert out.endswith(EXPECTED["1 2; 3 4"].encode())
