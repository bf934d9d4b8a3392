"""Addresses of clusters, as --cluster takes them: a scheduler's, or `local`, which lives as long as the command."""

from __future__ import annotations

import re
from typing import NamedTuple

from convcli.errors import OptionError, printable

LOCAL = "local"
MOST_LOCAL = 256
RULE = "give tcp://HOST:PORT or tls://HOST:PORT of a Dask scheduler, or local, or local:N for N workers on this machine"
_SCHEDULER = re.compile(r"(?:tcp|tls)://(?:\[[0-9a-fA-F:.%]+\]|[^\s:/\[\]@]+):([0-9]{1,5})", re.ASCII)


class Address(NamedTuple):
    """Where a cluster is.

    Attributes:
        text: as it was given.
        local: whether it is to be started here; workers: how many then, or None for one a processor.
    """

    text: str
    local: bool = False
    workers: int | None = None

    def __str__(self) -> str:
        return printable(self.text)


def read_cluster(text: str, option: str) -> Address:
    """A cluster's address.

    Raises:
        OptionError: it is none.

    >>> read_cluster("local:4", "--cluster"), read_cluster("tcp://10.0.0.1:8786", "--cluster").local
    (Address(text='local:4', local=True, workers=4), False)
    """
    text = text.strip()
    name, colon, number = text.partition(":")
    if name == LOCAL:
        if not colon:
            return Address(text, local=True)
        workers = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
        if not 1 <= workers <= MOST_LOCAL:
            raise OptionError(option, text, f"local:N takes 1 to {MOST_LOCAL} workers")
        return Address(text, local=True, workers=workers)
    found = _SCHEDULER.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= 65535:
        raise OptionError(option, text, RULE)
    return Address(text)
