"""A language's file: what is translated, what stays, and that it says what English says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convcli.cli.help.limits import LIMITS
from convcli.core.display.displays import DISPLAYS
from convcli.core.network.kinds import LAYER_KINDS
from convcli.images.formats import FORMATS
from convcli.images.naming import FIELDS
from convcli.kernels.catalogue.families import banks, recipes
from convcli.report.language.chosen import language, languages, of_locale
from convcli.report.language.phrases import PLACEHOLDER, Language, read_language

OTHERS = languages()[1:]
HEAD = "@name X\n@english X\n@locales xx xx_yy\n@signs ；|。|：|，\n@stop 。\n@font x\n\n"


def made(tmp_path: Path, phrases: str) -> Language:
    """A language of these phrases."""
    path = tmp_path / "xx.txt"
    path.write_text(HEAD + phrases, encoding="utf-8")
    return read_language(path)


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("input x", "输入 x"),
        ("input y", "input y"),
        ("3 of 1,000 places", "1,000 处中的 3"),
        ("many of 1,000 places", "many of 1,000 places"),
        ("box under a turn", "box，转动"),
        ("input x; 3 of 9 places. Nothing: input x", "输入 x；9 处中的 3。Nothing：输入 x"),
        ("input x.", "输入 x。"),
        ("input x...", "input x..."),
        ("under a turn", "under a turn"),
        ("", ""),
        (".", "."),
        ("; ; ;", "; ; ;"),
    ],
)
def test_words_become_phrases_and_their_parts(tmp_path: Path, words: str, want: str) -> None:
    """Whole phrases first, then what is between signs; numbers where numbers stand; names as they are."""
    phrases = (
        "input x\n输入 x\n\n{a:number} of {b:number} places\n{b} 处中的 {a}\n\n"
        "{name} under {move:phrase}\n{name}，{move}\n\n# a comment\na turn\n转动\n"
    )
    assert made(tmp_path, phrases).translate(words) == want


def test_a_name_that_is_an_english_word_stays(tmp_path: Path) -> None:
    """A placeholder keeps what fills it, and the phrase with more letters of its own is taken."""
    phrases = "weights\n权重\n\n{name} under it\n{name}，之下\n\n{name} under it ({file})\n{name}（{file}）\n"
    assert made(tmp_path, phrases).translate("weights under it (input x.png)") == "weights（input x.png）"


@pytest.mark.parametrize("block", ["one line alone", "{a} b\nb", "b\n{a} b", "one\ntwo\nthree"])
def test_a_block_that_is_no_pair_is_refused(tmp_path: Path, block: str) -> None:
    """With the block: its author reads it."""
    with pytest.raises(ValueError, match=r"xx\.txt: .*"):
        made(tmp_path, block)


@pytest.mark.parametrize("code", OTHERS)
def test_a_phrase_stands_once_and_stays_what_it_is(code: str) -> None:
    """No English twice; a translation is not translated again."""
    found = language(code)
    english = [phrase.english for phrase in found.phrases]
    assert len(english) == len(set(english))
    for phrase in found.phrases:
        if not phrase.placeholders:
            assert found.translate(phrase.translated) in (phrase.translated, found.translate(phrase.english))


@pytest.mark.parametrize("code", OTHERS)
def test_numbers_of_a_phrase_are_in_its_translation(code: str) -> None:
    """ "at most 9" is not "at most 8"."""
    for phrase in language(code).phrases:
        said, meant = (re.findall(r"\d+", PLACEHOLDER.sub("", words)) for words in (phrase.translated, phrase.english))
        assert sorted(said) == sorted(meant), phrase


@pytest.mark.parametrize("code", OTHERS)
def test_every_row_that_help_and_cards_show_is_translated(code: str) -> None:
    """Kernels, displays, kinds of layer, fields, limits, metadata: what has a word of English has a phrase."""
    rows = [*(row.about for row in DISPLAYS), *(kind.about for kind in LAYER_KINDS), *FIELDS.values()]
    rows += [*(limit.what for limit in LIMITS), *(each for row in FORMATS for each in row.carries)]
    rows += [recipe.about for recipe in recipes()]
    formula = re.compile(r"EXIF|XMP|IPTC|max|min|sigmoid|tanh|peak")
    left = [
        row for row in rows if re.search(r"[a-z]{3}", formula.sub("", row)) and language(code).translate(row) == row
    ]
    assert left == []
    assert len(banks()) > 3


@pytest.mark.parametrize(
    ("environ", "want"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_SG"}, "zh"),
        ({"LANG": "zh-Hans-CN"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "zh_HK"}, "en"),
        ({"LANG": "zhuang"}, "en"),
        ({"LANG": "de_DE@euro"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN"}, "zh"),
        ({"LC_MESSAGES": "en_GB", "LANG": "zh_CN"}, "en"),
        ({"LC_ALL": "zh_CN", "LC_MESSAGES": "en_GB"}, "zh"),
        ({"LC_CTYPE": "zh_CN"}, "en"),
    ],
)
def test_the_locale_decides_as_posix_has_it(environ: dict[str, str], want: str) -> None:
    """LC_ALL, then LC_MESSAGES, then LANG; only where simplified Chinese is written."""
    assert of_locale(environ) == want
