"""`learn` on a cluster: a pass is a task a pair, and the sums are added here, in the order of the pairs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from convcli.cli.cluster.address import Address
from convcli.cli.cluster.checking import Versions, check_places, check_versions, versions
from convcli.cli.cluster.connecting import Cluster, connected
from convcli.cli.cluster.futures import in_order
from convcli.cli.cluster.paths import given_again, reworded, rooted_input
from convcli.cli.cluster.settling import settle
from convcli.cli.commands.learn.asked import LearnOptions
from convcli.cli.commands.learn.pairs_of_folders import Pair
from convcli.cli.commands.learn.passes import Looked, look, visit
from convcli.errors import printable
from convcli.report.language.chosen import chosen


class Job(NamedTuple):
    """What all tasks of a pass have in common; `work` is None in the first."""

    versions: Versions
    language: str
    options: LearnOptions
    work: Callable[..., Any] | None
    arguments: tuple[Any, ...]


def run_pass(job: Job, pair: Pair) -> Any:
    """On a worker: one pass over one pair, on one thread.

    Raises:
        ClusterError: this worker has other versions than the process that asks.
    """
    settle(job.versions, job.language)
    if job.work is None:
        return look(pair, job.options, 1)
    return visit(pair, job.options, job.work, job.arguments, 1)


@dataclass(frozen=True, eq=False)
class There:
    """Passes on a cluster."""

    pairs: tuple[Pair, ...]
    options: LearnOptions
    cluster: Cluster

    def only(self, pairs: Sequence[Pair]) -> Self:
        """The same over some of the pairs."""
        return replace(self, pairs=tuple(pairs))

    def looks(self) -> Iterator[Looked]:
        """The first pass; paths are said as they were given."""
        for pair, looked in self._pass(None, ()):
            yield _here(looked, pair)

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
        """One of the others."""
        return (sums for _, sums in self._pass(work, arguments))

    def _pass(self, work: Callable[..., Any] | None, arguments: tuple[Any, ...]) -> Iterator[tuple[Pair, Any]]:
        job = Job(versions(), chosen(), self.options.changed(cluster=None), work, arguments)
        items = ((pair, _there(pair)) for pair in self.pairs)
        for pair, outcome in in_order(self.cluster, run_pass, job, items, self.options.jobs):
            if outcome is None:
                words = f"each worker that tried to learn from {printable(pair.before)} was lost"
                raise self.cluster.failed(f"{words}, for lack of memory or by a crash")
            yield pair, outcome


@contextmanager
def on_cluster(address: Address, pairs: Sequence[Pair], options: LearnOptions) -> Iterator[There]:
    """A cluster whose workers have the same versions and see the pairs.

    Raises:
        ClusterError: there is none, or they do not.
    """
    with connected(address) as cluster:
        check_versions(cluster)
        files = (path for pair in pairs for path in _there(pair) if os.path.isfile(path))
        check_places(cluster, files, ())
        yield There(tuple(pairs), options, cluster)


def _there(pair: Pair) -> Pair:
    return Pair(*map(rooted_input, pair))


def _here(looked: Looked, pair: Pair) -> Looked:
    here = given_again(zip(_there(pair), pair, strict=True))
    error = looked.error and reworded(looked.error, here)
    return looked._replace(notes=tuple(map(here, looked.notes)), error=error)
