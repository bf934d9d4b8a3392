"""One cluster for all tests of this room, and another where a test has killed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.cli.cluster.a_cluster import ACluster, a_cluster


@pytest.fixture(scope="package")
def clusters() -> Iterator[tuple[ExitStack, list[ACluster]]]:
    """The clusters that were started, which end with the tests of this room."""
    with ExitStack() as stack:
        yield stack, []


@pytest.fixture
def cluster(clusters: tuple[ExitStack, list[ACluster]], tmp_path_factory: pytest.TempPathFactory) -> ACluster:
    """One that has a scheduler and two workers."""
    stack, started = clusters
    if not started or any(each.poll() is not None for each in (started[-1].scheduler, *started[-1].workers)):
        started.append(stack.enter_context(a_cluster(tmp_path_factory.mktemp("cluster"))))
    return started[-1]
