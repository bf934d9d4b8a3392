"""All answers to the probes: grey ones, which are needed, and those of colour and of other depths, which may fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from convcli.cli.commands.identify.asking import Asked, Named
from convcli.cli.commands.identify.picture_answers import KINDS, Answer, Array
from convcli.core.identify.probes import Depth, Probe, probes
from convcli.errors import Words, listed, many
from convcli.files.program_words import ProgramError

FIRST = "flat-grey"  # whoever answers this one takes grey pictures
Told = Callable[[str, Answer], None]


@dataclass(frozen=True, eq=False)
class Gathered:
    """What came back.

    Attributes:
        answers: by the probes' names; None where nothing came back.
        channels: of the grey probes: 3 where no grey picture is taken.
        notes: how answers came back otherwise than the probes went.
        problems: of the probes that nothing came back for, in words.
    """

    answers: dict[str, Array | None]
    channels: int
    notes: tuple[str, ...]
    problems: dict[str, Words]

    @property
    def takes_colour(self) -> bool:
        """Whether pictures in colour are answered."""
        return self.answers.get("colour") is not None

    @property
    def gives_colour(self) -> bool:
        """Whether in colour, too."""
        pixels = self.answers.get("colour")
        return pixels is not None and pixels.ndim == 3


def by_itself(who: Asked, program: str, depth: Depth, told: Told) -> Gathered:
    """The answers of a command or a function.

    Raises:
        ProgramError: it fails on a grey picture, in one channel and in three.
    """
    if who.at_once:
        return _at_once(who, program, depth, told)
    channels, first = _channels(who, program, depth, told)
    every = probes(depth, channels)
    count = len(probes(depth, channels, extras=False))
    found = {FIRST: first} | who.answers(_named(probe for probe in every[:count] if probe.name != FIRST), told)
    _refuse_failures(program, found)
    found |= _of_extras(who, every[count:], told)
    return _gathered(found, channels)


def _at_once(who: Asked, program: str, depth: Depth, told: Told) -> Gathered:
    for channels in (1, 3):
        every = probes(depth, channels)
        found = who.answers(_named(every), told)
        if found[FIRST].pixels is not None:
            break
    grey = {probe.name for probe in probes(depth, channels, extras=False)}
    _refuse_failures(program, {name: answer for name, answer in found.items() if name in grey})
    return _gathered(found, channels)


def _refuse_failures(program: str, found: dict[str, Answer]) -> None:
    for name, answer in found.items():
        if answer.pixels is None:
            raise failed(program, name, answer)


def _channels(who: Asked, program: str, depth: Depth, told: Told) -> tuple[int, Answer]:
    """1 where grey pictures are taken, else 3; and the answer to the first."""
    first: tuple[str, Answer] | None = None
    for channels in (1, 3):
        probe = next(probe for probe in probes(depth, channels, extras=False) if probe.name == FIRST)
        answer = who.answers(_named([probe]), told)[FIRST]
        if answer.pixels is not None:
            return channels, answer
        first = first or (FIRST, answer)
        if answer.limited:
            break
    assert first is not None
    raise failed(program, *first)


def failed(program: str, name: str, answer: Answer) -> ProgramError:
    """The error that says what it did, and on which picture."""
    return ProgramError(program, *answer.problem, f" (with the probe {name})", said=answer.said)


def _of_extras(who: Asked, extras: Sequence[Probe], told: Told) -> dict[str, Answer]:
    """The answers to those, kind by kind: where the first of a kind fails, the others are not asked for."""
    found: dict[str, Answer] = {}
    kinds: dict[object, list[Probe]] = {}
    for probe in extras:
        kinds.setdefault((probe.pixels.dtype, probe.pixels.shape[2:]), []).append(probe)
    for alike in kinds.values():
        found |= who.answers(_named(alike[:1]), told)
        first = found[alike[0].name]
        if first.pixels is None:
            found |= {probe.name: first for probe in alike[1:]}
        elif alike[1:]:
            found |= who.answers(_named(alike[1:]), told)
    return found


def by_hand(who: Asked, depth: Depth, channels: int, told: Told) -> Gathered:
    """The answers that somebody put into a folder; what is missing is None."""
    return _gathered(who.answers(_named(probes(depth, channels)), told), channels)


def _named(several: Iterable[Probe]) -> list[Named]:
    return [(probe.name, probe.pixels) for probe in several]


def _gathered(found: dict[str, Answer], channels: int) -> Gathered:
    answers = _alike({name: answer.pixels for name, answer in found.items()})
    problems = {name: answer.problem for name, answer in found.items() if answer.pixels is None}
    return Gathered(answers, channels, tuple(_notes(found)), problems)


def _alike(answers: dict[str, Array | None]) -> dict[str, Array | None]:
    """Colour that came back as grey because it happened to be grey, as colour, where other colour came back so."""
    colours = {name: pixels for name, pixels in answers.items() if name.startswith("colour") and pixels is not None}
    if not any(pixels.ndim == 3 for pixels in colours.values()):
        return answers
    return answers | {name: as_colour(pixels) for name, pixels in colours.items()}


def as_colour(pixels: Array) -> Array:
    """(H, W, 3) of (H, W), its channels alike; others as they are."""
    return np.repeat(pixels[:, :, np.newaxis], 3, axis=2) if pixels.ndim == 2 else pixels


def _notes(found: dict[str, Answer]) -> list[str]:
    """Each remark once, with the probes that it is about where it is not about all of a kind."""
    about: dict[str, list[str]] = {}
    for name, answer in found.items():
        for note in answer.notes:
            about.setdefault(note, []).append(name)
    few = 3
    return [
        f"{note}: {listed(names)}" if len(names) <= few < len(found) else f"{note} ({many(len(names), 'probe')})"
        for note, names in about.items()
    ]


def fact_words(gathered: Gathered, spell: Callable[[Words], str]) -> list[str]:
    """What kinds of pictures are not taken, a line each."""
    kinds = {"colour": KINDS[3], "alpha": KINDS[4], "deep": "16 bits"}
    return [f"{what}: {spell(gathered.problems[name])}" for name, what in kinds.items() if name in gathered.problems]
