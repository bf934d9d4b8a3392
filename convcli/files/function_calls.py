"""A function of an installed package, called on arrays in a process of its own.

    python -P -m convcli.files.function_calls MODULE:FUNCTION ARGUMENTS IN.npy OUT.npy [IN.npy OUT.npy]...

The module is imported once, then the function is called on one array after the other, and what it gives is written as
OUT.npy; what goes wrong with an array is written as text to OUT.npy.error, what goes wrong before to stderr.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
from typing import Any, NamedTuple

from convcli.errors import OptionError, UsageError, printable

NOT_THERE = 4  # exit code where the function cannot be had
ERROR = ".error"  # what the name of a file that says what went wrong ends in
LITERALS = "numbers, texts, True, None, and lists, tuples and dictionaries of these"


class Call(NamedTuple):
    """What a function is called with, after the array."""

    positional: tuple[Any, ...] = ()
    named: dict[str, Any] = {}  # noqa: RUF012 - never changed


def read_call(text: str) -> Call:
    """The arguments of a call as Python writes them, literals alone: nothing is evaluated.

    Raises:
        OptionError: anything else, with the place.

    >>> read_call("3, ksize=(5, 5), sigmaX=-1.5")
    Call(positional=(3,), named={'ksize': (5, 5), 'sigmaX': -1.5})
    """
    try:
        tree = ast.parse(f"call({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise OptionError("args", text, "write arguments as Python has them, as in 3, ksize=(5, 5)") from error
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise OptionError("args", text, "write arguments as Python has them, as in 3, ksize=(5, 5)")
    positional = tuple(_literal(node, text) for node in tree.args)
    named: dict[str, Any] = {}
    for keyword in tree.keywords:
        if keyword.arg is None:
            raise OptionError("args", text, "write each argument by itself: ** is not understood")
        if keyword.arg in named:
            raise OptionError("args", text, f"{keyword.arg} is given twice")
        named[keyword.arg] = _literal(keyword.value, text)
    return Call(positional, named)


def _literal(node: ast.expr, text: str) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError) as error:
        wrong = ast.unparse(node)
        hint = "; write a constant's value, as 6 for cv2.CV_64F" if isinstance(node, ast.Attribute | ast.Name) else ""
        rule = f"{printable(wrong, 60)} is no literal: {LITERALS}{hint}"
        raise OptionError("args", text, rule) from error


def read_target(text: str) -> tuple[str, str]:
    """The module and the function of MODULE:FUNCTION.

    >>> read_target("torch.nn:functional.conv2d")
    ('torch.nn', 'functional.conv2d')
    """
    module, _, function = text.partition(":")
    names = [*module.split("."), *function.split(".")]
    if not all(name.isidentifier() for name in names):
        raise OptionError("python", text, "write MODULE:FUNCTION, as in cv2:GaussianBlur")
    return module, function


def _function(target: str) -> Any:
    module, function = read_target(target)
    found = importlib.import_module(module)
    for name in function.split("."):
        found = getattr(found, name)
    if not callable(found):
        raise TypeError(f"{target} is no function but of type {type(found).__name__}")
    return found


def _answered(function: Any, call: Call, given: str, wanted: str) -> None:
    import numpy as np

    answer = np.asarray(function(np.load(given, allow_pickle=False), *call.positional, **call.named))
    if answer.dtype.kind not in "buif" or answer.ndim not in (2, 3):
        kind = f"{answer.dtype} of shape {answer.shape}" if answer.dtype.kind != "O" else "what is no array of numbers"
        raise TypeError(f"it gave {kind}; a picture is (rows, columns) or (rows, columns, channels)")
    np.save(f"{wanted}.part.npy", answer, allow_pickle=False)
    os.replace(f"{wanted}.part.npy", wanted)


def words_of(error: BaseException) -> str:
    """An exception as the last line of a traceback: its kind and its message.

    >>> words_of(ValueError("no"))
    'ValueError: no'
    """
    message, kind = " ".join(str(error).split()), type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"{name}: {message}" if message else name


def main(arguments: list[str]) -> int:
    """Answer every file; NOT_THERE where the function itself cannot be had."""
    target, text, *files = arguments
    answers, sys.stdout = sys.stdout, sys.stderr  # what a function prints is no answer
    sys.path.append(os.getcwd())  # the user's own modules, behind those that are installed
    try:
        call, function = read_call(text), _function(target)
    except UsageError as error:
        print(error, file=sys.stderr)
        return NOT_THERE
    except Exception as error:  # noqa: BLE001 - whatever an import raises is its own
        print(words_of(error), file=sys.stderr)
        return NOT_THERE
    for given, wanted in zip(files[::2], files[1::2], strict=True):
        try:
            _answered(function, call, given, wanted)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is its own
            with open(f"{wanted}{ERROR}", "w", encoding="utf-8", errors="replace") as stream:
                stream.write(words_of(error))
    answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
