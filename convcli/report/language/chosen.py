"""Which language drawings and help topics speak: as asked, or as the locale has it.

One choice holds for the process, as the locale does: sheets are drawn in threads.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from convcli.report.language.phrases import Language

ENGLISH = "en"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as POSIX has it

_now = ENGLISH
_said: set[str] = set()


class Name(str):
    """Words that are a name, a kernel's or a file's: they stay as they are in every language.

    >>> Name("weights") == "weights"
    True
    """

    __slots__ = ()


def languages() -> list[str]:
    """The languages that there are, English first."""
    files = (os.path.splitext(name) for name in os.listdir(os.path.dirname(__file__)))
    return [ENGLISH, *sorted(code for code, suffix in files if suffix == ".txt")]


@cache
def language(code: str) -> Language:
    """The phrases of a language other than English."""
    from pathlib import Path

    from convcli.report.language.phrases import read_language

    return read_language(Path(__file__).with_name(f"{code}.txt"))


def of_locale(environ: Mapping[str, str] | None = None) -> str:
    """The language of a locale such as zh_CN.UTF-8; English where no file names that locale.

    >>> of_locale({"LANG": "zh_CN.UTF-8"}), of_locale({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    environ = os.environ if environ is None else environ
    value = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    locale = value.split(".")[0].split("@")[0].replace("-", "_").lower()
    if locale in ("", "c", "posix") or locale[:2] == ENGLISH:
        return ENGLISH
    return next((code for code in languages()[1:] if locale in language(code).locales), ENGLISH)


def choose(code: str | None) -> None:
    """Speak a language from now on; that of the locale when None."""
    global _now
    _now = of_locale() if code is None else code
    _said.clear()


def chosen() -> str:
    """The language that was chosen."""
    return _now


def once(sentences: Iterable[str]) -> list[str]:
    """The sentences that were not said since a language was chosen."""
    fresh = [sentence for sentence in sentences if sentence not in _said]
    _said.update(fresh)
    return fresh


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for a while; then again the one before."""
    before = chosen()
    choose(code)
    try:
        yield
    finally:
        choose(before)
