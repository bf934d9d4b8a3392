"""Help topics in other languages: all of them, and the same commands, options, names and numbers in each."""

from __future__ import annotations

import re

import pytest

from convcli.cli.help.glossary import WORDS
from convcli.cli.help.registry_rows import ROWS
from convcli.cli.help.topics import TOPICS
from convcli.cli.help.translated import PLACE, explained, topics
from convcli.report.language.chosen import languages
from tests.command_line import convcli

OTHERS = languages()[1:]
ALL = [(code, topic) for code in OTHERS for topic in TOPICS]
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")


def commands(text: str) -> list[str]:
    """The command lines of a topic, without what stands beside them."""
    lines = re.findall(r"^ +((?:\| )?(?:convcli|find|!convcli) .*)$", text, flags=re.MULTILINE)
    return [re.split(r"\s{2,}", line)[0] for line in lines]


@pytest.mark.parametrize(("code", "topic"), ALL)
def test_a_topic_says_what_english_says(code: str, topic: str) -> None:
    """The same commands, the same options, the same numbers of four digits and more."""
    english, other = TOPICS[topic](), explained(topic, code)
    assert other is not None, f"{topic} has no text in {code}.txt"
    assert commands(other) == commands(english)
    assert set(OPTION.findall(other)) == set(OPTION.findall(english))
    for found in (r"\d[\d,]{2,}\d", r"@\w[\w.]*", r"\bbank:\S+?\b", r">>> .*"):
        assert sorted(set(re.findall(found, other))) == sorted(set(re.findall(found, english))), found


@pytest.mark.parametrize("code", OTHERS)
def test_every_topic_has_a_line_in_the_list(code: str) -> None:
    """`help --lang` lists them all, and each row is one that there is."""
    listed = convcli("help", "--lang", code).text
    for topic in TOPICS:
        assert f"  {topic:<11} {topics(code)[topic].about}\n" in listed
    for text in (topic.text for topic in topics(code).values()):
        assert set(PLACE.findall(text)) <= set(ROWS)


@pytest.mark.parametrize("code", OTHERS)
def test_the_glossary_gives_each_english_term(code: str) -> None:
    """A line each, the term behind the other language's."""
    lines = convcli("help", "words", "--lang", code).text.splitlines()
    assert len(lines) == len(WORDS)
    for term in WORDS:
        assert any(re.match(rf"  \S.* {re.escape(term)}  ", line) for line in lines), term


@pytest.mark.parametrize("code", OTHERS)
def test_no_words_of_english_are_left_in_rows(code: str) -> None:
    """Rows that are made from registries are translated, too."""
    for topic in ("limits", "display", "networks", "pipes"):
        for line in (explained(topic, code) or "").splitlines():
            assert not re.search(r"\b(the|of|and|with|every)\b", line), line


def test_the_locale_chooses_and_lang_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """zh_CN reads Chinese; --lang en English; afterwards all is as before."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "核在图片边缘以外看到什么" in convcli("help").text
    assert convcli("help", "borders", "--lang", "en").text == TOPICS["borders"]()
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert convcli("help", "borders").text == TOPICS["borders"]()


def test_what_is_not_translated_is_said() -> None:
    """A command's help is English, with a remark; the man page refuses another language; an unknown one is refused."""
    shown = convcli("help", "apply", "--lang", "zh")
    assert (shown.code, shown.text) == (0, convcli("apply", "--help").text)
    assert "a command's help is in English" in shown.err
    assert convcli("help", "--man", "--lang", "zh").refused(2, "--man is in English alone", "--lang zh")
    assert convcli("help", "borders", "--lang", "fr").refused(2, "fr", "en", "zh")
