"""Ask a filter of the table, and hold the verdict against what is documented."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from convcli.cli.commands.identify.all_answers import by_itself
from convcli.cli.commands.identify.asking import Clock, CommandLine
from convcli.core.identify.identifying import identify
from convcli.core.identify.probes import probes
from convcli.core.identify.verdict import Point, Verdict
from convcli.files.programs import Limits
from tests.peers.filters import MEANT
from tests.peers.table import Peer
from tests.tools import MAGICK

PLACES = {"convert": MAGICK, "gm": shutil.which("gm"), "vips": shutil.which("vips")}


def is_there(peer: Peer) -> bool:
    """Whether this machine has it."""
    if peer.filter is None:
        return PLACES[peer.needs] is not None
    return importlib.util.find_spec(peer.needs) is not None


def verdict_of(peer: Peer) -> Verdict:
    """What `identify` finds."""
    if peer.filter is not None:
        answers = {probe.name: peer.filter(probe.pixels) for probe in probes(peer.depth, extras=False)}
        return identify(answers, peer.meant)
    with _words(peer) as words:
        who = CommandLine(words, "png", Limits(), Clock(10.0), lambda said: None)
        return identify(by_itself(who, peer.tool, peer.depth, lambda name, answer: None).answers, peer.meant)


@contextlib.contextmanager
def _words(peer: Peer) -> Iterator[tuple[str, ...]]:
    """The command, with the file that libvips has its kernel from."""
    with tempfile.TemporaryDirectory() as folder:
        kernel = Path(folder) / "kernel.mat"
        rows = "\n".join(" ".join(map(str, row)) for row in MEANT.tolist())
        kernel.write_text(f"5 5 32 0\n{rows}\n")
        place = PLACES[peer.needs] or peer.needs
        yield (place, *(word.replace("%VIPS%", str(kernel)) for word in peer.words[1:]))


def differences(peer: Peer, verdict: Verdict) -> list[str]:
    """What is another than documented, a line each."""
    return [
        f"{name}: {_shown(found)}, documented {_shown(value)}"
        for name, value in peer.expected.items()
        if not _agrees(name, found := found_of(verdict, name), value, verdict)
    ]


def found_of(verdict: Verdict, name: str) -> Any:
    """A point's value; of the kernel with its scale."""
    if name == "kernel":
        return None if verdict.model is None else np.asarray(verdict.model.weights)
    found = getattr(verdict, name)
    return found.value if isinstance(found, Point) else found


def _agrees(name: str, found: Any, value: Any, verdict: Verdict) -> bool:
    if name == "kernel":
        near = 1e-6 + verdict.kernel_error
        return found is not None and found.shape == value.shape and bool(np.abs(found - value).max() <= near)
    if name == "border" and value in verdict.border_indistinguishable:
        return True
    if name == "rounding" and found is None:
        return value is None or value in verdict.rounding.alternatives
    if isinstance(value, tuple):
        return found is not None and tuple(found) == value
    return bool(found == value)


def _shown(value: Any) -> str:
    return str(np.round(value, 4).tolist()) if isinstance(value, np.ndarray) else str(value)
