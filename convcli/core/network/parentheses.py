"""The words of a network's text, and which belong together: layers, and groups of layers in parentheses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convcli.core.network.spec import MARKS, Written

DEEPEST = 64  # parentheses inside parentheses
DEFINES = "block"  # the word before a named block


class Group(NamedTuple):
    """A word with layers in parentheses, in branches that | keeps apart.

    Attributes:
        defines: whether it names its layers and does not stand for them.
    """

    written: Written
    defines: bool
    branches: list[list[Item]]


Item = Written | Group  # a layer, the use of a named block, or skip; or a word with layers in parentheses


def grouped_words(text: str, file: str | None) -> list[Item]:
    """The text's words, in the groups that parentheses make; # begins a comment.

    Raises:
        UsageError: (InputError for a file) parentheses that do not match, or a | outside them.
    """
    outermost: list[Item] = []
    groups: list[Group] = []
    defining: Written | None = None
    before: Written | None = None  # a word that a parenthesis may follow
    for word in _words(text, file):
        here = groups[-1].branches[-1] if groups else outermost
        if word.text == "(" and (before is not None or defining is None):
            groups.append(_opened(word, before, groups, defining is not None))
            here.append(groups[-1])
            defining = before = None
            continue
        if defining is not None and (before is not None or word.text in MARKS):
            raise defining.problem(f"write {DEFINES} NAME:VALUES ( LAYERS )")
        if before is not None and defining is None:
            here.append(before)
        before = None
        if word.text in MARKS:
            _closed(word, groups)
        elif word.text == DEFINES:
            defining = word
        else:
            before = word
    if defining is not None:
        raise defining.problem(f"write {DEFINES} NAME:VALUES ( LAYERS )")
    if groups:
        raise groups[-1].written.problem("its ( is not closed by a )")
    return [*outermost, before] if before else outermost


def _opened(word: Written, before: Written | None, groups: list[Group], defines: bool) -> Group:
    if before is None:
        raise word.problem("a ( follows a word that says what is in it: add(, concat(, repeat(")
    if len(groups) >= DEEPEST:
        raise before.problem(f"parentheses stand at most {DEEPEST} deep in each other")
    return Group(before, defines, [[]])


def _closed(word: Written, groups: list[Group]) -> None:
    """A branch ends; behind a ) the whole group does."""
    if not groups:
        rule = (
            "there is no ( that it closes"
            if word.text == ")"
            else "it stands between branches, as in add( relu | skip )"
        )
        raise word.problem(rule)
    if word.text == ")":
        groups.pop()
    else:
        groups[-1].branches.append([])


def _words(text: str, file: str | None) -> Iterator[Written]:
    """Every word with its number: 0 is the input's shape, the first word that neither names a block nor is in one."""
    number, depth, shape, before = 1, 0, False, ""
    for line, content in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        for word in _apart(content.split("#", 1)[0]):
            first = not shape and depth == 0 and before != DEFINES and word not in (*MARKS, DEFINES)
            yield Written(word, 0 if first else number, file, line)
            number += not first and word not in (*MARKS, DEFINES)
            depth += (word == "(") - (word == ")")
            shape, before = shape or first, word


def _apart(content: str) -> list[str]:
    """The words of a line; a parenthesis and a | is one wherever it stands."""
    for mark in MARKS:
        content = content.replace(mark, f" {mark} ")
    return content.split()
