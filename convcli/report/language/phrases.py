"""A language as a file: English phrases, each above what stands for it.

    input x
    输入 x

    {count:number} of {total:number} places differ, by up to {error}
    {total} 处中有 {count} 处不同，最大相差 {error}

A placeholder is filled with a part of a sentence, which stays as it is; with
whatever has no full stop, numbers "0 1; 2 3" too, where it is `:any`; with a
number where it is `:number`; with a phrase, which is translated in its turn,
where it is `:phrase`.  Lines that begin with # are comments, those with @ say what the
language is.  What is no phrase as a whole is taken apart at its signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

NUMBER = r"[-+−±]?(?:\d[\d,.]*(?:e[-+]?\d+)?|inf|nan)"
PART = r"(?:(?!; |\. |\n).)+?"  # of a sentence
SENTENCE = r"(?:(?!\. |\n).)+?"
PLACEHOLDER = re.compile(r"\{(\w+)(?::(number|phrase|any))?\}")
# Signs between phrases, and what is between words of other scripts: newlines, half sentences, sentences, lists.
SEPARATORS = ("\n", "; ", ". ", ": ", ", ")


@dataclass(frozen=True)
class Phrase:
    """One phrase: what is English, and what stands for it."""

    english: str
    translated: str

    @property
    def placeholders(self) -> dict[str, str]:
        """Each placeholder's name and kind."""
        return dict(PLACEHOLDER.findall(self.english))

    @property
    def letters(self) -> int:
        """How many of its own letters it has: the more, the less can be taken for it."""
        return len(PLACEHOLDER.sub("", self.english))

    def pattern(self) -> re.Pattern[str]:
        """What the English looks like, a group for each placeholder."""
        parts, end = [], 0
        for found in PLACEHOLDER.finditer(self.english):
            inside = {"number": NUMBER, "any": SENTENCE, "phrase": SENTENCE}.get(found[2], PART)
            parts += [re.escape(self.english[end : found.start()]), f"(?P<{found[1]}>{inside})"]
            end = found.end()
        return re.compile("".join([*parts, re.escape(self.english[end:])]))


@dataclass(frozen=True)
class Language:
    """One language.

    Attributes:
        code: as `--lang` has it; name: its own; english: its name in English.
        locales: those whose users it is for, in small letters.
        signs: what stands for each of SEPARATORS; stop: for the point at the end of a sentence.
        font: a package, or a family of fonts, that letters it.
        phrases: in the order of the file.
    """

    code: str
    name: str
    english: str
    locales: frozenset[str]
    signs: dict[str, str]
    stop: str
    font: str
    phrases: tuple[Phrase, ...]

    @cached_property
    def _whole(self) -> dict[str, str]:
        return {phrase.english: phrase.translated for phrase in self.phrases if not phrase.placeholders}

    @cached_property
    def _open(self) -> list[tuple[re.Pattern[str], Phrase]]:
        """Phrases with placeholders, those with most letters of their own first."""
        free = sorted((phrase for phrase in self.phrases if phrase.placeholders), key=lambda phrase: -phrase.letters)
        return [(phrase.pattern(), phrase) for phrase in free]

    @cached_property
    def letters(self) -> str:
        """The characters of its own that a font must have."""
        return "".join(sorted({c for phrase in self.phrases for c in phrase.translated if not c.isascii()}))

    def translate(self, words: str) -> str:
        """The words in this language, as far as there are phrases for them."""
        return _translate(self, words)

    def whole(self, words: str) -> str | None:
        """What stands for the words as one phrase; None where there is none."""
        if words in self._whole:
            return self._whole[words]
        for pattern, phrase in self._open:
            found = pattern.fullmatch(words)
            if found:
                return self._filled(phrase, found.groupdict())
        return None

    def _filled(self, phrase: Phrase, given: dict[str, str]) -> str:
        kinds = phrase.placeholders
        shown = {name: self.translate(text) if kinds[name] == "phrase" else text for name, text in given.items()}
        return PLACEHOLDER.sub(lambda place: shown[place[1]], phrase.translated)

    def __hash__(self) -> int:
        return hash(self.code)


@lru_cache(maxsize=4096)
def _translate(language: Language, words: str) -> str:
    whole = language.whole(words) or language.whole(words[:1].swapcase() + words[1:])  # a sentence may begin with it
    if whole is not None:
        return whole
    if words.endswith(".") and not words.endswith("..") and len(words) > 1:
        body = _translate(language, words[:-1])
        return words if body == words[:-1] else body + language.stop
    for sign in SEPARATORS:
        parts = words.split(sign)
        if len(parts) == 1:
            continue
        shown = [_translate(language, part) for part in parts]
        if shown != parts:
            return language.signs[sign].join(shown)
    return words


def read_language(path: Path) -> Language:
    """Read a language's file.

    Raises:
        ValueError: a block that is no pair of lines, or placeholders that differ: a fault of its author's.
    """
    said, phrases = {"signs": "; |. |: |, "}, []
    for block in blocks(path.read_text(encoding="utf-8")):
        if block[0].startswith("@"):
            said |= dict(line[1:].split(" ", 1) for line in block)
            continue
        if len(block) != 2:
            raise ValueError(f"{path.name}: a phrase is a line of English and one below it, not {block}")
        phrase = Phrase(*block)
        if set(phrase.placeholders) != {name for name, _ in PLACEHOLDER.findall(phrase.translated)}:
            raise ValueError(f"{path.name}: both lines need the same placeholders: {block}")
        phrases.append(phrase)
    return _language(path.stem, said, phrases)


def _language(code: str, said: dict[str, str], phrases: list[Phrase]) -> Language:
    signs = dict(zip(SEPARATORS, ["\n", *said["signs"].split("|")], strict=True))
    return Language(
        code,
        said["name"],
        said["english"],
        frozenset(said["locales"].lower().split()),
        signs,
        said.get("stop", "."),
        said["font"],
        tuple(phrases),
    )


def blocks(text: str) -> Iterator[list[str]]:
    """Lines that stand together, without comments."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
        if lines:
            yield lines
