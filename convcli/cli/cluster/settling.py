"""A worker, before it works for us: the same versions as who asks, and the same process-wide settings."""

from __future__ import annotations

from convcli.cli.app import settle_arithmetic
from convcli.cli.cluster.checking import Versions, versions
from convcli.errors import ClusterError
from convcli.report.language.chosen import choose, chosen


def settle(asked: Versions, language: str) -> None:
    """Make this process one that answers as the asking one would; once for each that asks.

    Raises:
        ClusterError: a worker that came later has other versions than those that were looked at.
    """
    settle_arithmetic()
    for name, here, there in zip(Versions._fields, versions(), asked, strict=True):
        if here != there:
            raise ClusterError("a worker that came later", f"it has {name} {here}, not {there} as the others")
    if chosen() != language:
        choose(language)
