"""README tells what the tool does now: a reader follows it from top to bottom, every output and picture compared."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import click
import pytest

from convcli.cli.root import root
from tests.readme_sessions import (
    ENGLISH,
    GALLERY,
    PAGES,
    ROOT,
    Reader,
    alike,
    blocks,
    page_text,
    pictures,
    runnable,
    shows,
    trimmed,
)

LONGEST = 360  # lines: a page that one can take in


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, list[str]]:
    """The page after a reader followed it: its text, the folder it led to, and where it says something else."""
    text = page_text(ENGLISH)
    reader = Reader(tmp_path_factory.mktemp("reader"))
    surprises = [
        f"$ {step.command}\n--- the page\n{chr(10).join(step.shown)}\n--- the tool\n{chr(10).join(seen)}"
        for step, seen in reader.follow(text)
        if not shows(trimmed(step.shown), seen)
    ]
    return text, reader.here, surprises


def test_every_command_shows_what_the_page_says(played: tuple[str, Path, list[str]]) -> None:
    """All sessions, in order, in one folder, as a reader would type them."""
    _, _, surprises = played
    assert not surprises, "\n\n".join(surprises)


def test_every_picture_is_the_one_its_command_makes(played: tuple[str, Path, list[str]]) -> None:
    """Frame by frame; letters may be smoothed otherwise by another FreeType, in one sample of a hundred."""
    text, folder, _ = played
    assert pictures(text)
    assert [name for name in sorted(pictures(text)) if not alike(GALLERY / name, folder / name)] == []


def test_the_gallery_holds_what_the_pages_show_and_is_small() -> None:
    """No stray pictures; less than 1.5 MB in all."""
    kept = {path.name: path.stat().st_size for path in GALLERY.iterdir()}
    assert set(kept) == set.union(*(pictures(page_text(page)) for page in PAGES))
    assert sum(kept.values()) < 1_500_000, kept


def test_the_examples_in_python_run() -> None:
    """The sessions in Python are doctests."""
    examples = "\n".join(block.text for block in blocks(page_text(ENGLISH), "pycon"))
    test = doctest.DocTestParser().get_doctest(examples, {}, ENGLISH, None, None)
    assert test.examples
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_the_english_page_can_be_taken_in() -> None:
    """Its length."""
    assert page_text(ENGLISH).count("\n") <= LONGEST


@pytest.mark.parametrize("page", PAGES)
def test_the_page_speaks_of_every_command(page: str) -> None:
    """By its name after the tool's."""
    for name in root.list_commands(click.Context(root)):
        assert f"convcli {name}" in page_text(page), name


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """To a heading of the page, as GitHub spells its anchor, or to a file of the repository."""
    text = page_text(page)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(([^)]+)\)", "".join(re.split(r"```.*?```", text, flags=re.DOTALL)))
    assert len(links) > 10
    for link in links:
        assert link[1:] in anchors if link.startswith("#") else (ROOT / link).exists(), link


def test_both_languages_walk_the_same_path() -> None:
    """The same sessions, recipes, examples and pictures, in the same order: what runs for one runs for the other."""
    english, chinese = (page_text(page) for page in PAGES)
    assert [block.text for block in runnable(english)] == [block.text for block in runnable(chinese)]
    assert pictures(english) == pictures(chinese)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n### ") == chinese.count("\n### ")


def test_a_wrong_line_or_a_missing_one_is_seen() -> None:
    """The comparison itself: lines are compared whole, and only "..." stands for others."""
    assert shows(["19 25", "37 43"], ["19 25", "37 43"])
    assert not shows(["19 25", "37 43"], ["19 25", "37 44"])
    assert not shows(["19 25"], ["19 25", "37 43"])
    assert shows(["19 25", "..."], ["19 25", "37 43"])
