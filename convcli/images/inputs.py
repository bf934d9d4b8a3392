"""Inputs: a folder stands for the pictures in it, or for those of its whole tree."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from convcli.errors import InputError, listed
from convcli.files.reasons import reason
from convcli.images.formats import input_suffixes
from convcli.images.large.large_formats import is_large_folder


class Found(NamedTuple):
    """One input.

    Attributes:
        path: a file, "-", a sample or a literal.
        below: the folder it was found in, below the one that was given: "2024/summer", or "" in that folder
            itself; None for an input that was named, not found.
    """

    path: str
    below: str | None = None


@dataclass(frozen=True)
class Gathered:
    """The inputs, in order, and what was left out of them.

    Attributes:
        inputs: each picture once for each time it was given.
        batch: whether a folder or a list stood for them, so that one input is a batch, too.
        folders, links: folders, and links to folders, that were not entered.
        others: files that are no pictures by their suffix.
        failed: folders and listed names that cannot be taken, one error each.
    """

    inputs: tuple[Found, ...]
    batch: bool = False
    folders: int = 0
    links: int = 0
    others: int = 0
    failed: tuple[InputError, ...] = ()


@dataclass
class _Search:
    """A walk under way: what it looks for, and what it counted."""

    recursive: bool
    left_out: object
    suffixes: tuple[str, ...] = field(default_factory=input_suffixes)
    folders: int = 0
    links: int = 0
    others: int = 0
    failed: list[InputError] = field(default_factory=list)

    def pictures_in(self, top: str) -> Iterator[Found]:
        """The pictures of a folder, by name; of its tree, each folder's where its name stands among them.

        Hidden files and folders, and the folder that results go to, are passed over; a link to a folder is not
        followed, so that a tree with circles ends.
        """
        waiting = [(top, "", entry) for entry in self._entries(top)]
        while waiting:
            path, below, entry = waiting.pop()
            path = os.path.join(path, entry.name)
            if not _is_folder(entry):
                if _may_be_read(entry) and entry.name.lower().endswith(self.suffixes):
                    yield Found(path, below)
                else:
                    self.others += 1
            elif self._enters(entry):
                inside = os.path.join(below, entry.name)
                waiting += [(path, inside, each) for each in self._entries(path)]

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        """What is in a folder and not hidden, the last name first."""
        try:
            with os.scandir(folder) as entries:
                shown = [entry for entry in entries if entry.name[0] != "."]
        except OSError as error:
            self.failed.append(InputError(folder, reason(error)))
            return []
        return sorted(shown, key=lambda entry: entry.name, reverse=True)

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        if self.left_out is not None and self.left_out == identity(entry.path):
            return False
        if entry.is_symlink():
            self.links += 1
            return False
        self.folders += not self.recursive
        return self.recursive


def gather(
    inputs: Sequence[str], names: Sequence[str] | None = None, *, recursive: bool = False, results: str | None = None
) -> Gathered:
    """Every input once more, each folder replaced by its pictures.

    Args:
        inputs: paths, "-", samples, literals.  A folder gives the files in it whose suffix, in any case, is that of
            a picture or an array, sorted by name.
        names: from a list: of files and folders alone.  A name that is not there is one of `failed`.
        recursive: take the pictures of the folders below a folder, too.
        results: the folder that results go to: it is no input where it lies in another folder.

    Raises:
        InputError: nothing was found, and one folder or name is to blame.
    """
    search = _Search(recursive, identity(results) if results and os.path.isdir(results) else None)
    given = [*_named(inputs), *_listed(names or (), search)]
    batch = names is not None or any(is_folder for _, is_folder in given)
    found = tuple(each for name, is_folder in given for each in _taken(name, is_folder, search))
    if not found and len(search.failed) == 1:
        raise search.failed[0]
    return Gathered(found, batch, search.folders, search.links, search.others, tuple(search.failed))


def identity(path: str) -> object:
    """What all names of one file or folder have in common; a name by itself where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return path
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)  # some systems number no files


def _named(inputs: Iterable[str]) -> Iterator[tuple[str, bool]]:
    return ((text, "\0" not in text and os.path.isdir(text) and not is_large_folder(text)) for text in inputs)


def _listed(names: Iterable[str], search: _Search) -> Iterator[tuple[str, bool]]:
    """The names of a list that are there: a list holds names alone, whatever else they look like."""
    for name in names:
        if not os.path.lexists(name):
            search.failed.append(InputError(name, "there is no such file"))
            continue
        yield (os.path.join(".", name) if name == "-" else name), os.path.isdir(name)


def _taken(name: str, is_folder: bool, search: _Search) -> Iterator[Found]:
    if not is_folder:
        yield Found(name)
        return
    before = (len(search.failed), search.folders, search.others)
    empty = True
    for found in search.pictures_in(name):
        empty = False
        yield found
    if empty and len(search.failed) == before[0]:
        search.failed.append(_without_pictures(name, search.folders - before[1], search.others - before[2], search))


def _without_pictures(name: str, folders: int, others: int, search: _Search) -> InputError:
    held = [
        f"{number} {what}{'s' * (number > 1)}"
        for number, what in ((folders, "folder"), (others, "other file"))
        if number
    ]
    words = f"the folder holds no pictures ({' '.join(search.suffixes)})"
    but = f", but {listed(held)}" if held else ""
    return InputError(name, words + but + ("; --recursive takes the folders" if folders else ""))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _may_be_read(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link whose failure is worth a message; a pipe might never end."""
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        return True
