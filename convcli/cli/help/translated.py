"""Help topics in other languages than English: a file of topics for each, NAME.txt beside this one.

`== TOPIC what it is about` begins a topic; `{%rows}` in its text stands for rows that are made from a registry.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from convcli.cli.help.registry_rows import ROWS
from convcli.report.language.chosen import ENGLISH, language

HEADING = re.compile(r"^== (\S+) (.+)$", re.MULTILINE)
PLACE = re.compile(r"\{%(\w+)\}")


class Topic(NamedTuple):
    """A topic: what it is about in a line, and its text with places for rows."""

    about: str
    text: str


@cache
def topics(code: str) -> dict[str, Topic]:
    """A language's topics by name; none where it has no file."""
    path = os.path.join(os.path.dirname(__file__), f"{code}.txt")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        _, *parts = HEADING.split(file.read())
    return {
        name: Topic(about, text.strip("\n") + "\n")
        for name, about, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }


def explained(topic: str, code: str) -> str | None:
    """A topic's text in a language; None where it has none."""
    found = topics(code).get(topic)
    if found is None:
        return None
    say = language(code).translate
    return PLACE.sub(lambda place: ROWS[place[1]](say), found.text)


def contents(code: str, english: Mapping[str, str]) -> str:
    """The list of topics in a language.

    Args:
        english: what each topic is about, which stands where the language has no such topic.
    """
    known = topics(code)
    rows = [f"  {name:<11} {known[name].about if name in known else about}" for name, about in english.items()]
    heading, foot = (translated(words, code) for words in (HEADING_WORDS, FOOT_WORDS))
    return "\n".join([heading, "", *rows, "", foot, ""])


def translated(words: str, code: str) -> str:
    """A registry's words in a language."""
    return words if code == ENGLISH else language(code).translate(words)


HEADING_WORDS = "Topics, for 'convcli help TOPIC':"
FOOT_WORDS = "'convcli help COMMAND' is 'convcli COMMAND --help'."
