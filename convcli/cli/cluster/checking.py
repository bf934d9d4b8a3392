"""What is checked before work begins: every worker has the same versions, and sees the same files."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import metadata
from platform import python_version_tuple
from typing import NamedTuple

from convcli.cli.cluster.connecting import Cluster
from convcli.errors import OutputError, printable

MOST = 64  # folders that are looked at; a tree may have any number
PACKAGES = ("convcli", "numpy", "pillow")  # what results depend on


class Versions(NamedTuple):
    """What results depend on, beside the input."""

    python: str
    convcli: str
    numpy: str
    pillow: str


class Places(NamedTuple):
    """Files and folders that every worker must see.

    Attributes:
        probes: (path, content) of files that the client has just written into the folders of results.
        inputs: (path, bytes) of some of the inputs.
    """

    probes: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, int], ...]


@cache
def versions() -> Versions:
    """Those of this process."""
    return Versions(_python(python_version_tuple()), *map(metadata.version, PACKAGES))


def _python(parts: tuple[str, str, str]) -> str:
    return ".".join(parts[:2])


def check_versions(cluster: Cluster, more: Iterable[str] = ()) -> None:
    """Refuse workers that have other versions; they are asked in the words of the standard library.

    Args:
        more: names of packages that are installed here, beside those that every result depends on.

    Raises:
        ClusterError: the first that differs, and what to do.
    """
    own = versions()
    asked: list[tuple[str, str, Callable[..., object], tuple[str, ...]]] = [
        ("Python", own.python, python_version_tuple, ()),
        *((name, metadata.version(name), metadata.version, (name,)) for name in (*PACKAGES, *more)),
    ]
    for name, here, function, arguments in asked:
        for worker, answer in sorted(cluster.ask(function, *arguments).items()):
            there = _python(answer) if isinstance(answer, tuple) else answer
            if there != here:
                raise cluster.failed(_differing(name, here, there, worker))


def _differing(name: str, here: str, there: object, worker: str) -> str:
    if isinstance(there, metadata.PackageNotFoundError):
        return f"the worker {printable(worker)} has no {name}; install {name} {here} there, as it is here"
    found = printable(f"{type(there).__name__}: {there}" if isinstance(there, Exception) else str(there))
    more = "" if name == "Python" else f": pip install {name}=={here}, and start it again"
    return f"the worker {printable(worker)} has {name} {found}, and here it is {here}; they must be the same{more}"


def check_places(cluster: Cluster, inputs: Iterable[str], outputs: Iterable[str]) -> None:
    """Refuse a cluster whose workers do not see these files under the same paths.

    Args:
        inputs: absolute paths of files that are there.
        outputs: absolute paths of files that will be written, in folders that are there.

    Raises:
        ClusterError: the first worker that does not.
    """
    folders = list(dict.fromkeys(map(os.path.dirname, outputs)))[:MOST]
    shown = {os.path.dirname(path): path for path in reversed([*inputs])}
    sizes = tuple((path, os.path.getsize(path)) for path in list(shown.values())[:MOST])
    with _probes(folders) as probes:
        answers = cluster.ask(unseen, Places(probes, sizes))
    for worker, answer in sorted(answers.items()):
        if answer:
            rule = "inputs and outputs lie where every worker sees them under the same path"
            raise cluster.failed(f"the worker {printable(worker)} {printable(str(answer))}; {rule}")


@contextmanager
def _probes(folders: Iterable[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    written: list[tuple[str, str]] = []
    try:
        for folder in folders:
            path, token = os.path.join(folder, f".convcli-{secrets.token_hex(4)}"), secrets.token_hex(16)
            try:
                with open(path, "x", encoding="ascii") as probe:
                    written.append((path, token))
                    probe.write(token)
            except OSError as error:
                raise OutputError(folder, f"cannot be written to: {error.strerror or error}") from error
        yield tuple(written)
    finally:
        for path, _ in written:
            with suppress(OSError):
                os.unlink(path)


def unseen(places: Places) -> str:
    """On a worker: what it does not see; "" where it sees all."""
    for path, token in places.probes:
        folder = os.path.dirname(path)
        try:
            with open(path, encoding="ascii") as probe:
                seen = probe.read() == token
        except OSError:
            seen = False
        if not seen:
            return f"does not see {folder}, where results go"
        if not os.access(folder, os.W_OK | os.X_OK):
            return f"may not write to {folder}"
    for path, size in places.inputs:
        try:
            same = os.path.getsize(path) == size
        except OSError:
            return f"does not see {path}"
        if not same or not os.access(path, os.R_OK):
            return f"sees another file under {path}" if not same else f"may not read {path}"
    return ""
