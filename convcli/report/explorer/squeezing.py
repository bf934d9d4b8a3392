"""A script without what only its readers need: comments, indentation, spaces around signs.

Lines stay lines and names stay names, so that a fault that a browser reports is found again; nothing inside strings,
templates and regular expressions is touched.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<template>`)
    |(?P<regex>/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
    |(?P<space>[ \t]+)
    |(?P<line>\n\s*)
    |(?P<word>[\w$]+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_ENDS_A_VALUE = re.compile(r"[\w$)\]}\"'`]$")  # a slash after it divides
_BEGINS_A_VALUE = re.compile(r"\b(?:return|typeof|case|in|of)$")  # a slash after it does not
_WORD = re.compile(r"[\w$]")


def squeezed(script: str) -> str:
    r"""The same script, smaller.

    >>> squeezed("const a = [1, 2]; // two\n  if (/ \\/ /.test(b)) return `${a} x` + 'c  d' / a;")
    "const a=[1,2];\nif(/ \\/ /.test(b))return`${a} x`+'c  d'/a;"
    """
    parts: list[str] = [""]
    at, gap = 0, False
    while at < len(script):
        kind, text = _token(script, at, parts[-1])
        at += len(text)
        if kind in ("space", "comment"):
            gap = True
        elif kind == "line":
            parts += [] if parts[-1] in ("", "\n") else ["\n"]
            gap = False
        else:
            parts += [" ", text] if gap and _needs_space(parts[-1], text) else [text]
            gap = False
    return "".join(parts)


def _token(script: str, at: int, before: str) -> tuple[str, str]:
    """Kind and text of what stands there."""
    found = _TOKEN.match(script, at)
    assert found is not None
    assert found.lastgroup is not None
    if found.lastgroup == "template":
        return "template", script[at : _template_end(script, at)]
    if found.lastgroup == "regex" and _ENDS_A_VALUE.search(before) and not _BEGINS_A_VALUE.search(before):
        return "sign", "/"
    return found.lastgroup, found[0]


def _template_end(script: str, at: int) -> int:
    """Where a template ends that begins there; those within its ${...} are part of it."""
    at += 1
    while script[at] != "`":
        if script.startswith("${", at):
            at = _hole_end(script, at + 2)
        else:
            at += 2 if script[at] == "\\" else 1
    return at + 1


def _hole_end(script: str, at: int) -> int:
    depth, before = 1, "{"
    while depth:
        kind, text = _token(script, at, before)
        depth += {"{": 1, "}": -1}.get(text, 0)
        before = before if kind in ("space", "comment", "line") else text
        at += len(text)
    return at


def _needs_space(before: str, after: str) -> bool:
    """Whether the two would run together: words and numbers, a plus and a plus."""
    if before[-1:] in ("+", "-"):
        return before[-1] == after[0]
    return bool(_WORD.match(before[-1:]) and _WORD.match(after))
