"""Silence: what Dask and its libraries log is for the people who run a cluster, not for the screen of who uses one."""

from __future__ import annotations

import logging
import warnings

LOGGERS = ("distributed", "dask", "tornado", "asyncio", "bokeh")
ABOVE_ALL = logging.CRITICAL + 1


def be_quiet() -> None:
    """No log and no warning of Dask from now on: what is to be said, our own messages say."""
    import distributed  # its import sets the levels of its loggers, so that it comes first

    assert distributed
    named = logging.root.manager.loggerDict
    for name in (*LOGGERS, *(each for each in named if each.split(".")[0] in LOGGERS)):
        logger = logging.getLogger(name)
        logger.setLevel(ABOVE_ALL)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
    warnings.filterwarnings("ignore", module=r"(distributed|dask|tornado)\b")
