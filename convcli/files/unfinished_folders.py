"""Outputs that are folders: written beside the target under another name, gone on with if need be, renamed at the end.

`NAME.part` holds the folder that becomes NAME, and what was asked for.  It never looks like a finished NAME.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from convcli.errors import OutputError, OutputExistsError, Setting, printable
from convcli.files.output import check_target, resolve

ENDING = ".part"
ASKED = "asked.json"
CONTENT = "content"
OLD = "old"  # the target that is replaced, for a moment
WRITER = "writer"  # who is at it
OWN = {ASKED, f"{ASKED}~", CONTENT, OLD, WRITER}
MAX_ASKED = 1 << 20

Asked = Mapping[str, str]


class UnfinishedFolder:
    """A folder that becomes the target when it is complete.

    Args:
        target: where it will be.
        marks: names of which a folder that may be replaced has one.
        asked: what the content depends on, by name; it is stored, and the same is needed to go on with it.
        resume: go on with what is there.
        force: replace a finished target; without `resume`, what is unfinished, too.

    Attributes:
        content: where to write.
        resumed: whether something was there to go on with.

    Raises:
        OutputExistsError, OutputError: the target exists, or cannot be written; another write of it is unfinished.
    """

    def __init__(self, target: str, marks: tuple[str, ...], asked: Asked, *, resume: bool, force: bool) -> None:
        self.target, self._path = target, _path_of(target)
        self._marks, self._force = marks, force
        self._check_target()
        self.folder = self._path + ENDING
        self.content = os.path.join(self.folder, CONTENT)
        with explained(target):
            self.resumed = self._gone_on_with(asked, resume)
            if not self.resumed:
                _remove(self.folder)
                os.makedirs(self.content)
                _write_asked(os.path.join(self.folder, ASKED), asked)
            self._token = secrets.token_hex(16)
            with open(os.path.join(self.folder, WRITER), "w", encoding="ascii") as stream:
                stream.write(self._token)

    def check(self) -> None:
        """Whether this write is still the one that is under way; any process may ask that has a copy of this.

        Raises:
            OutputError: it is over, another one has begun, or the folder is not seen from here.
        """
        if not self._is_own():
            raise OutputError(self.target, "this write of it is over, or another one has begun")

    def _is_own(self) -> bool:
        try:
            with open(os.path.join(self.folder, WRITER), encoding="ascii") as stream:
                return stream.read() == self._token
        except (OSError, ValueError):
            return False

    def _check_target(self) -> None:
        if not os.path.isdir(self._path):
            check_target(self.target.rstrip(os.sep), force=self._force)
            if os.path.exists(self._path):
                raise OutputError(self.target, "this is a file, and the output is a folder; give another name")
            return
        if not self._force:
            raise OutputExistsError(self.target)
        names = os.listdir(self._path)
        if names and not set(names) & set(self._marks):
            raise OutputError(self.target, "this folder holds something else; it is not replaced")

    def _gone_on_with(self, asked: Asked, resume: bool) -> bool:
        """Whether what is there is gone on with."""
        before = _read_asked(os.path.join(self.folder, ASKED))
        if before is None or not os.path.isdir(self.content):
            if os.path.isdir(self.folder) and set(os.listdir(self.folder)) - OWN:
                raise OutputError(self.folder, "this folder is in the way; it holds something else")
            return False
        if not resume:
            if self._force:
                return False
            what = "an earlier write of this output did not end; ", Setting("resume"), " goes on with it, "
            raise OutputError(self.folder, *what, Setting("force"), " begins anew")
        different = [name for name in {**before, **asked} if before.get(name) != asked.get(name)]
        if different:
            raise OutputError(self.folder, *_differences(different[0], before, asked))
        return True

    def finish(self) -> None:
        """The content becomes the target; an old target goes.

        Raises:
            OutputError: it cannot be renamed, or is another write's.
        """
        self.check()
        with explained(self.target):
            aside = os.path.join(self.folder, OLD) if os.path.isdir(self._path) else ""
            if aside:
                if not self._force:
                    raise OutputExistsError(self.target)
                _remove(aside)
                os.rename(self._path, aside)
            os.rename(self.content, self._path)
            _remove(self.folder)

    def discard(self) -> None:
        """Remove what is unfinished, if it is still this write's."""
        if self._is_own():
            _remove(self.folder)


def _differences(name: str, before: Asked, asked: Asked) -> tuple[str | Setting, ...]:
    """What is said where a write was begun with something else."""
    was, now = (printable(str(each.get(name, "nothing")), 90) for each in (before, asked))
    return (f"it was begun with {name} {was}, and now it is {now}; ", Setting("force"), " without ",
            Setting("resume"), " begins anew")  # fmt: skip


def _path_of(target: str) -> str:
    """The path behind links, without a slash at its end, which would put the unfinished folder into it."""
    return os.path.realpath(resolve(target.rstrip(os.sep) or target))


def _remove(folder: str) -> None:
    if os.path.isdir(folder) and not os.path.islink(folder):
        shutil.rmtree(folder)


def _write_asked(path: str, asked: Asked) -> None:
    content = json.dumps(dict(asked), indent=1, sort_keys=True)
    beginning = f"{path}~"
    with open(beginning, "w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(beginning, path)


def _read_asked(path: str) -> dict[str, Any] | None:
    """What was asked for; None where nothing that is whole is there."""
    try:
        with open(path, encoding="utf-8") as stream:
            value = json.loads(stream.read(MAX_ASKED))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


@contextlib.contextmanager
def explained(target: str) -> Iterator[None]:
    """What the system says of a write that fails, as an error of the output."""
    try:
        yield
    except OSError as error:
        raise OutputError(target, f"cannot be written: {error.strerror or error}") from error
