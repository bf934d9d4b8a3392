"""Pairs in two folders: BEFORE and AFTER of one name, whatever their suffixes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from convcli.errors import InputError, UsageError, many, printable
from convcli.files.reasons import no_such_file
from convcli.images.inputs import gather

SHOWN = 3


class Pair(NamedTuple):
    """The files of one pair."""

    before: str
    after: str


class Paired(NamedTuple):
    """Two folders' pairs, sorted by name, and what is to be said of the rest."""

    pairs: tuple[Pair, ...]
    remarks: tuple[str, ...]


def is_folders(before: str, after: str) -> bool:
    """Whether two folders were given, and not two pictures.

    Raises:
        InputError: one of them is a folder, and nothing has the other's name.
        UsageError: one of them is a folder.
    """
    folders = [os.path.isdir(before), os.path.isdir(after)]
    if any(folders) and not all(folders):
        lone = after if folders[0] else before
        if lone != "-" and not os.path.lexists(lone):
            raise InputError(lone, no_such_file(lone, "there is no such folder", with_folder=True))
        name, other = ("BEFORE", "AFTER") if folders[0] else ("AFTER", "BEFORE")
        raise UsageError(f"{name} is a folder and {other} is not; give two pictures or two folders")
    return all(folders)


def paired(before: str, after: str) -> Paired:
    """The pictures of two folders, by pairs of one stem.

    Raises:
        InputError: a folder without pictures, or one that cannot be read.
        UsageError: two pictures of one stem in a folder; no pair at all.
    """
    first, second = _by_stem(before), _by_stem(after)
    stems = [stem for stem in first if stem in second]
    if not stems:
        raise UsageError(f"no picture in {printable(before)} has one of the same name in {printable(after)}")
    alone = [path for stem, path in first.items() if stem not in second]
    alone += [path for stem, path in second.items() if stem not in first]
    remarks = (f"{_listed(alone)} {'has' if len(alone) == 1 else 'have'} no partner",) if alone else ()
    return Paired(tuple(Pair(first[stem], second[stem]) for stem in stems), remarks)


def _by_stem(folder: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (each.path for each in gather([folder]).inputs):
        stem = os.path.splitext(os.path.basename(path))[0]
        if stem in found:
            raise UsageError(f"{printable(found[stem])} and {printable(path)} have one name: which is of the pair?")
        found[stem] = path
    return found


def _listed(paths: Sequence[str]) -> str:
    if len(paths) <= SHOWN:
        return ", ".join(map(printable, paths))
    return f"{', '.join(map(printable, paths[:SHOWN]))} and {many(len(paths) - SHOWN, 'other picture')}"
