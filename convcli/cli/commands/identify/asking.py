"""Who answers the probes: a command, a function of a package, or somebody by hand."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from convcli import images
from convcli.cli.commands.identify.picture_answers import Answer, Array, decoded, encoded, fitted, suffix_for
from convcli.errors import InputError, Setting, UsageError, Words, many, printable
from convcli.files import programs
from convcli.files.function_calls import ERROR, NOT_THERE
from convcli.files.private_folders import private_folder
from convcli.files.program_words import ProgramError
from convcli.files.programs import Limits
from convcli.files.reasons import system_words

Named = tuple[str, Array]  # a probe: its name and its pixels
ALL_RUNS = 30  # times the seconds of one
LONGEST = 300  # letters of an exception
README = "README.txt"  # beside the probes in a folder
SAMPLES = 32  # bytes that an answer may take for each sample of its probe


class Asked(Protocol):
    """Whoever is asked.

    Attributes:
        at_once: whether all probes are best asked at a time, those too that may not be taken.
    """

    @property
    def at_once(self) -> bool: ...

    def answers(self, probes: Sequence[Named], told: Callable[[str, Answer], None]) -> dict[str, Answer]:
        """What comes back for each probe; `told` hears of each as it comes."""


class Clock:
    """The seconds that all runs may take together."""

    def __init__(self, each: float) -> None:
        self.all = ALL_RUNS * each
        self._until = time.monotonic() + self.all

    def left(self, name: str) -> float:
        """Seconds that are left.

        Raises:
            ProgramError: none.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            words = f"all runs together took more than {self.all:g} s; ", Setting("timeout"), " gives them more"
            raise ProgramError(name, *words)
        return left


@dataclass(frozen=True, eq=False)
class CommandLine:
    """A command that is run on each probe by itself.

    Attributes:
        words: with `{in}` and `{out}`; where one is not named, the command reads stdin, or writes stdout.
        remark: says what is no answer, but should be known.
    """

    words: tuple[str, ...]
    file_format: str
    limits: Limits
    clock: Clock
    remark: Callable[[str], None]
    at_once = False

    def answers(self, probes: Sequence[Named], told: Callable[[str, Answer], None]) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        for name, pixels in probes:
            found[name] = answer = self._answer(name, pixels)
            told(name, answer)
        return found

    def _answer(self, name: str, pixels: Array) -> Answer:
        """One run; where it fails, why."""
        try:
            content = encoded(pixels, self.file_format)
        except UsageError as error:
            return Answer(None, error.words)
        with private_folder() as folder:
            suffix = suffix_for(pixels, self.file_format)
            given, wanted = (os.path.join(folder, f"{stem}{suffix}") for stem in ("in", "out"))
            with open(given, "wb") as stream:
                stream.write(content)
            try:
                ended = self._run(folder, given, wanted, len(content) + SAMPLES * pixels.size)
            except ProgramError as error:
                if not error.started:
                    raise
                return Answer(None, error.problem, error.said, error.limited)
            if ended.left:
                self.remark(f"{name}: the command left {many(ended.left, 'process', 'processes')} behind, now ended")
            try:
                came, notes = fitted(pixels, decoded(wanted, images.MAX_PIXELS))
            except ValueError as error:
                return Answer(None, (str(error),), ended.said)
        return Answer(came, notes=notes, seconds=ended.seconds)

    def _run(self, folder: str, given: str, wanted: str, size: int) -> programs.Ended:
        reads, writes = (any(mark in word for word in self.words) for mark in ("{in}", "{out}"))
        seconds = min(self.limits.seconds, self.clock.left(self.words[0]))
        return programs.run(
            programs.filled_in(self.words, given, wanted),
            folder,
            self.limits._replace(seconds=seconds, output=self.limits.output + size),
            name=self.words[0],
            given=None if reads else given,
            wanted=None if writes else wanted,
        )


@dataclass(frozen=True, eq=False)
class Function:
    """A function of an installed package, in one process for all probes that are asked at a time."""

    target: str
    arguments: str
    limits: Limits
    clock: Clock
    at_once = True  # the package is imported anew each time

    def answers(self, probes: Sequence[Named], told: Callable[[str, Answer], None]) -> dict[str, Answer]:
        with private_folder() as folder:
            files = self._written(folder, probes)
            words = [sys.executable, "-P", "-m", "convcli.files.function_calls", self.target, self.arguments]
            size = sum(pixels.nbytes + SAMPLES * pixels.size for _, pixels in probes)
            limits = self.limits._replace(output=self.limits.output + size)
            problem: tuple[Words, str] = ((), "")
            try:
                programs.run(
                    [*words, *sum(files, ())], folder, limits, name=self.target, alive=lambda: self._alive(files)
                )
            except ProgramError as error:
                if error.code == NOT_THERE:
                    raise ProgramError(self.target, f"it cannot be called: {error.said}") from None
                if not any(map(_is_done, files)):
                    raise
                problem = error.problem, error.said
            found = {}
            for (name, pixels), (_, wanted) in zip(probes, files, strict=True):
                found[name] = _answer_in(wanted, pixels, *problem)
                told(name, found[name])
            return found

    def _alive(self, files: Sequence[tuple[str, str]]) -> int:
        self.clock.left(self.target)
        return sum(map(_is_done, files))

    def _written(self, folder: str, probes: Sequence[Named]) -> list[tuple[str, str]]:
        files = []
        for index, (_, pixels) in enumerate(probes):
            given = os.path.join(folder, f"in-{index}.npy")
            with open(given, "wb") as stream:
                stream.write(encoded(pixels, "npy"))
            files.append((given, os.path.join(folder, f"out-{index}.npy")))
        return files


def _is_done(files: tuple[str, str]) -> bool:
    return os.path.exists(files[1]) or os.path.exists(f"{files[1]}{ERROR}")


def _answer_in(wanted: str, pixels: Array, problem: Words, said: str) -> Answer:
    if os.path.exists(f"{wanted}{ERROR}"):
        with open(f"{wanted}{ERROR}", encoding="utf-8", errors="replace") as stream:
            return Answer(None, (f"it raised {printable(stream.read(LONGEST), LONGEST)}",))
    try:
        came, notes = fitted(pixels, decoded(wanted, images.MAX_PIXELS))
    except ValueError as error:
        return Answer(None, problem or (str(error),), said)
    return Answer(came, notes=notes)


@dataclass(frozen=True, eq=False)
class ByHand:
    """A folder that holds what a device made of the probes, by their names; in any format that is read."""

    folder: str
    at_once = True

    def answers(self, probes: Sequence[Named], told: Callable[[str, Answer], None]) -> dict[str, Answer]:
        there = by_stem(self.folder)
        found = {}
        for name, pixels in probes:
            found[name] = (
                self._answer(there[name], pixels) if name in there else Answer(None, ("it did not come back",))
            )
            told(name, found[name])
        return found

    def _answer(self, file: str, pixels: Array) -> Answer:
        try:
            came, notes = fitted(pixels, decoded(os.path.join(self.folder, file), images.MAX_PIXELS))
        except ValueError as error:
            return Answer(None, (str(error).replace("what it wrote is", "it is").replace("it wrote", "it is"),))
        return Answer(came, notes=notes)


def by_stem(folder: str) -> dict[str, str]:
    """The files of a folder by their names without suffixes; notes and hidden files left out.

    Raises:
        InputError: there is no such folder.
    """
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise InputError(
            folder,
            "there is no such folder"
            if isinstance(error, FileNotFoundError)
            else f"the folder cannot be read: {system_words(error)}",
        ) from error
    return {os.path.splitext(name)[0]: name for name in names if not name.startswith(".") and name != README}
