"""A folder of results, looked at before it is judged: what is missing, of another size, or lossy."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping

from convcli.cli.commands.identify.all_answers import Gathered
from convcli.core.identify.probes import Depth, probes
from convcli.core.identify.refusing import NEEDED
from convcli.errors import InputError, listed

LOSSY = {".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WebP"}


def check_results(folder: str, files: Mapping[str, str], gathered: Gathered, depth: Depth) -> None:
    """Refuse a folder that tells nothing, and name each file that is at fault.

    Raises:
        InputError: answers that the verdict needs are missing, or some are of another size than others to such probes.
    """
    faults = [f"{name} is needed and missing" for name in NEEDED if gathered.answers.get(name) is None]
    faults += _other_sizes(files, gathered, depth)
    if faults:
        raise InputError(folder, f"{'; '.join(faults)}; put each probe through the filter with the same settings")


def _other_sizes(files: Mapping[str, str], gathered: Gathered, depth: Depth) -> list[str]:
    """Files whose size most answers to probes of the same size do not have."""
    sizes: dict[tuple[int, ...], dict[str, tuple[int, ...]]] = {}
    for probe in probes(depth):
        answer = gathered.answers.get(probe.name)
        if answer is not None:
            sizes.setdefault(probe.pixels.shape[:2], {})[probe.name] = answer.shape[:2]
    faults = []
    for sent, found in sizes.items():
        most = Counter(found.values()).most_common(1)[0][0]
        faults += [
            f"{files[name]} is {_words(size)}, and most answers to probes of {_words(sent)} are {_words(most)}"
            for name, size in found.items()
            if size != most
        ]
    return faults


def _words(size: tuple[int, ...]) -> str:
    return f"{size[0]}x{size[1]}"


def lossy_remarks(files: Mapping[str, str], gathered: Gathered) -> list[str]:
    """What is said of files in formats that change pixels."""
    kinds: dict[str, list[str]] = {}
    for name, file in files.items():
        kind = LOSSY.get(os.path.splitext(file)[1].lower())
        if kind is not None and name in gathered.answers:
            kinds.setdefault(kind, []).append(file)
    return [
        f"{listed(several)}: {kind} may change pixels; PNG, TIFF or .npy keep them" for kind, several in kinds.items()
    ]
