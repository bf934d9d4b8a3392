"""Functions of packages: arguments are literals, exceptions are quoted, what is printed is no answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import OptionError
from convcli.files.function_calls import ERROR, NOT_THERE, Call, read_call, read_target

PICTURE = np.array([[0, 1, 2], [3, 4, 5]], dtype=np.uint8)


def called(folder: Path, target: str, arguments: str = "") -> subprocess.CompletedProcess[str]:
    """The function on two arrays, in a process of its own, in the folder."""
    files = []
    for index in range(2):
        np.save(folder / f"in-{index}.npy", PICTURE + index)
        files += [str(folder / f"in-{index}.npy"), str(folder / f"out-{index}.npy")]
    words = [sys.executable, "-P", "-m", "convcli.files.function_calls", target, arguments, *files]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def test_literals_of_every_kind_are_arguments() -> None:
    """Positional and by name; negative numbers, texts, tuples, None."""
    assert read_call("1, (2, -3.5), kind='a', deep=[[0], [1]], none=None") == Call(
        (1, (2, -3.5)), {"kind": "a", "deep": [[0], [1]], "none": None}
    )
    assert read_call("") == Call((), {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ksize=cv2.X", "cv2.X is no literal"),
        ("__import__('os')", "no literal"),
        ("lambda: 0", "no literal"),
        ("[x for x in y]", "no literal"),
        ("**{'a': 1}", r"\*\* is not understood"),
        ("*[1]", "no literal"),
        ("a=", "as Python has them"),
        (") or open('x'", "as Python has them"),
        ("1)(2", "as Python has them"),
        ("a=1, a=2", "a is given twice"),
        ("(" * 5000, "as Python has them"),
    ],
)
def test_nothing_but_literals_is_read(text: str, words: str) -> None:
    """No name, no call, no second expression: nothing is evaluated."""
    with pytest.raises(OptionError, match=words):
        read_call(text)


@pytest.mark.parametrize("text", ["cv2", "cv2:", ":f", "a b:c", "a:b()", "os;x:y", ".a:b", "a:b:c", ""])
def test_a_target_is_a_module_and_a_function(text: str) -> None:
    """Anything else is refused before a process is started."""
    with pytest.raises(OptionError, match="MODULE:FUNCTION"):
        read_target(text)


def test_the_array_comes_first_and_each_file_has_its_answer(tmp_path: Path) -> None:
    """numpy.add(array, 2.5): the values, in float64."""
    done = called(tmp_path, "numpy:add", "2.5")
    assert (done.returncode, done.stderr) == (0, "")
    for index in range(2):
        assert np.load(tmp_path / f"out-{index}.npy").tolist() == (PICTURE + index + 2.5).tolist()


def test_a_module_of_the_working_folder_is_found_and_does_not_hide_an_installed_one(tmp_path: Path) -> None:
    """Behind what is installed: a file numpy.py there is not imported; what a function prints is no answer."""
    (tmp_path / "mine.py").write_text("def twice(a, n=2):\n    print('hello')\n    return a.astype(int) * n\n")
    (tmp_path / "numpy.py").write_text("raise SystemExit('hidden')\n")
    done = called(tmp_path, "mine:twice", "n=3")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "hello\nhello\n")
    assert np.load(tmp_path / "out-1.npy").tolist() == (3 * (PICTURE.astype(int) + 1)).tolist()


@pytest.mark.parametrize(
    ("target", "arguments", "words"),
    [
        ("no_such_module:f", "", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("numpy:no_such", "", "AttributeError: module 'numpy' has no attribute 'no_such'"),
        ("numpy:pi", "", "TypeError: numpy:pi is no function but of type float"),
    ],
)
def test_a_function_that_is_not_there_is_said_once(tmp_path: Path, target: str, arguments: str, words: str) -> None:
    """Before any array; one line."""
    done = called(tmp_path, target, arguments)
    assert (done.returncode, done.stdout) == (NOT_THERE, "")
    assert done.stderr.startswith(words)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("target", "arguments", "words"),
    [
        ("numpy:add", "", "TypeError: add() takes from 2 to 3 positional arguments"),
        ("numpy:add", "[1, 2]", "ValueError: operands could not be broadcast"),
        ("builtins:str", "", "TypeError: it gave <U"),
        ("builtins:list", "", ""),
        ("numpy:sum", "", "TypeError: it gave uint64 of shape ()"),
        ("builtins:type", "", "TypeError: it gave what is no array of numbers"),
    ],
)
def test_what_a_function_raises_is_beside_the_place_of_its_answer(
    tmp_path: Path, target: str, arguments: str, words: str
) -> None:
    """The exception's own words; a list of rows is an answer."""
    assert called(tmp_path, target, arguments).returncode == 0
    said = tmp_path / f"out-0.npy{ERROR}"
    assert said.exists() == bool(words)
    assert (said.read_text() if words else "").startswith(words)
