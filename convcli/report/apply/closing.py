"""The closing line of a batch: what was done, what failed, what was left out and how to have it."""

from __future__ import annotations

from convcli.errors import listed, many
from convcli.report.printing.numbers import grouped


def closing_line(
    done: int, failed: int = 0, *, existing: int = 0, folders: int = 0, links: int = 0, others: int = 0
) -> str:
    """One line; what there is none of is not spoken of.

    Args:
        done, failed: inputs.
        existing: inputs that were skipped, as their outputs exist.
        folders, links: folders, and links to folders, whose pictures were not taken.
        others: files in the folders that are no pictures.

    >>> closing_line(13, folders=2, others=3)
    '13 done, 2 folders and 3 other files skipped; --recursive takes the folders'
    >>> closing_line(4, 1, existing=9)
    '4 done, 1 failed, 9 skipped'
    """
    parts = [f"{grouped(done)} done"]
    if failed:
        parts.append(f"{grouped(failed)} failed")
    left = [counted(folders, "folder"), counted(links, "linked folder"), counted(others, "other file")]
    left = [words for words in left if words]
    if existing:
        parts.append(f"{grouped(existing)} skipped{' as they exist' if left else ''}")
    if left:
        parts.append(f"{listed(left)} skipped")
    advice = f"; --recursive takes the folder{'s' * (folders > 1)}" if folders else ""
    return ", ".join(parts) + advice


def counted(number: int, what: str) -> str:
    """A number with its noun; nothing for none.

    >>> counted(1, "folder"), counted(2000, "other file"), counted(0, "folder")
    ('1 folder', '2,000 other files', '')
    """
    return many(number, what) if number else ""
