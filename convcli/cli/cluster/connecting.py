"""The connection to a cluster: made, looked after and given up; its ends are messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from convcli.cli.cluster.address import Address
from convcli.core.threads import processors
from convcli.errors import ClusterError, Setting

PATIENCE = 10.0  # seconds for an answer, and for a worker to come, or to come back
CLOSING = 2.0
FINISHED_FILES = ("; what is finished is whole: ", Setting("skip_existing"), " leaves it alone")
NEEDS = "a cluster needs the extra 'cluster': pip install 'convcli[cluster]'"


@dataclass(frozen=True, eq=False)
class Cluster:
    """A cluster that answers, and has workers.

    Attributes:
        client: Dask's.
        slots: threads of all workers, when the work began.
        finished: what is said of finished work when the cluster is gone.
    """

    address: Address
    client: Any
    slots: int
    finished: tuple[str | Setting, ...] = FINISHED_FILES

    def ask(self, function: Callable[..., Any], *arguments: object) -> dict[str, Any]:
        """What a function returns, or raises, on each worker; one that is there, for no code is sent."""
        try:
            answers = self.client.run(function, *arguments, on_error="return")
        except OSError as error:
            raise self.gone() from error
        return dict(answers)

    def workers(self) -> frozenset[str]:
        """The addresses of the workers that there are now."""
        return frozenset(self._threads())

    def _threads(self) -> dict[str, int]:
        if self.client.status != "running":
            raise self.gone()
        try:
            return dict(self.client.sync(self.client.scheduler.ncores, callback_timeout=PATIENCE))
        except (OSError, TimeoutError) as error:
            raise self.gone() from error

    def last_seen(self, before: float) -> float:
        """When there were workers the last time: now, or `before`.

        Raises:
            ClusterError: that is too long ago, or the scheduler is gone.
        """
        threads = self._threads()
        now = time.monotonic()
        if not threads and now - before > PATIENCE:
            raise self.failed("all workers are gone", whole=True)
        return now if threads else before

    def gone(self) -> ClusterError:
        """What is said of a scheduler that does not answer any more."""
        return self.failed("the connection to the scheduler is lost", whole=True)

    def failed(self, problem: str, *, whole: bool = False) -> ClusterError:
        """A message; with a word on what was finished before."""
        return ClusterError(self.address.text, problem, *(self.finished if whole else ()))


@contextmanager
def connected(address: Address) -> Iterator[Cluster]:
    """A cluster, until the block ends; one that is local is started, and ended.

    Raises:
        ClusterError: the extra is missing, nobody answers there, or there are no workers.
    """
    try:
        from convcli.cli.cluster.quiet import be_quiet

        be_quiet()
        from convcli.cli.cluster.local_workers import local_cluster
    except ImportError as error:
        raise ClusterError(address.text, NEEDS) from error
    with ExitStack() as stack:
        place: Any = address.text
        if address.local:
            place = stack.enter_context(local_cluster(address.workers or processors()))
        client = _client(place, address)
        stack.callback(client.close, timeout=CLOSING)
        yield Cluster(address, client, _slots(client, address))


def _client(place: Any, address: Address) -> Any:
    from distributed import Client

    try:
        return Client(place, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        words = "no Dask scheduler answers there; is it running, and is this its address?"
        raise ClusterError(address.text, words) from error
    except (ValueError, TypeError, RuntimeError) as error:  # TLS without its certificates
        raise ClusterError(address.text, f"the connection cannot be made: {error}") from error


def _slots(client: Any, address: Address) -> int:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        return sum(client.nthreads().values())
    except TimeoutError as error:
        raise ClusterError(address.text, "the cluster has no workers; start some with 'dask worker'") from error
    except OSError as error:
        raise ClusterError(address.text, "the connection to the scheduler is lost") from error
